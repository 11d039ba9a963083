package crash_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"madoguchi/internal/records/blob"
	"madoguchi/internal/records/store"
	"madoguchi/test/program"
	"madoguchi/test/s3test"
)

// promise is a mail that got 250, and when.
type promise struct {
	subject string
	at      time.Time
}

// TestALostMachineLosesTwoSecondsAtMost kills the program while mail pours in,
// takes its disk away, restores the second copy elsewhere, and counts what of
// the acknowledged mail is not there.
func TestALostMachineLosesTwoSecondsAtMost(t *testing.T) {
	t.Run("its copy in a directory", func(t *testing.T) { loseMachine(t, filepath.Join(t.TempDir(), "copy")) })
	t.Run("its copy in an object store", func(t *testing.T) {
		key := filepath.Join(t.TempDir(), "files.key")
		if err := os.WriteFile(key, []byte("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		loseMachine(t, s3test.Start(t, "copies").Place("copies", "desk"), "--files-key-file", key)
	})
}

func loseMachine(t *testing.T, copied string, keys ...string) {
	t.Helper()
	const mayLose = 2 * time.Second
	binary, err := program.Build(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	data, elsewhere := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "data")
	kept := append([]string{"--replica", copied}, keys...)
	restore := func(to string) (string, bool) {
		return program.Run(t.Context(), binary, append([]string{"restore", "--data", to}, kept...)...)
	}
	if err := program.Furnish(t.Context(), data, 40); err != nil {
		t.Fatal(err)
	}
	desk, err := program.Start(binary, data, kept...)
	if err != nil {
		t.Fatal(err)
	}
	promised := pour(t, desk, 6*time.Second)
	killed := time.Now()
	if err := desk.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(data); err != nil { // the disk is gone
		t.Fatal(err)
	}

	if out, ok := restore(elsewhere); !ok {
		t.Fatalf("%s\n%s", out, desk.Said())
	}
	there := subjects(t, elsewhere, keys)
	lost, old := 0, 0
	for _, p := range promised {
		if there[p.subject] {
			continue
		}
		lost++
		if killed.Sub(p.at) > mayLose {
			old++
		}
	}
	t.Logf("%d mails got 250 in 6 s; %d of the last moments are not in the copy", len(promised), lost)
	if old > 0 {
		t.Errorf("%d of %d mails acknowledged more than %v before the machine was lost are not in the copy", old, len(promised), mayLose)
	}

	again, err := program.Start(binary, elsewhere, kept...)
	if err != nil {
		t.Fatal(err)
	}
	if late := pour(t, again, time.Second); len(late) == 0 {
		t.Error("the restored desk takes no mail")
	}
	if err := again.Stop(); err != nil {
		t.Fatalf("%v\n%s", err, again.Said())
	}
	third := filepath.Join(t.TempDir(), "data")
	if out, ok := restore(third); !ok {
		t.Fatalf("the copy of the restored desk: %s\n%s", out, again.Said())
	}
	if a, b := digest(t, elsewhere), digest(t, third); a != b {
		t.Errorf("after an orderly stop the copy is %s, the desk %s", b, a)
	}
}

// pour has four peers hand mails over for so long, every twentieth of them
// large enough for a blob, and returns those that got 250.
func pour(t *testing.T, desk *program.Serving, long time.Duration) []promise {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), long)
	defer cancel()
	var mu sync.Mutex
	var taken []promise
	var peers sync.WaitGroup
	for w := range 4 {
		peers.Go(func() {
			peer := &program.Peer{Name: fmt.Sprintf("peer%d", w)}
			defer peer.Close()
			for n := 0; ctx.Err() == nil; n++ {
				p := promise{subject: fmt.Sprintf("pour %p %d-%d", ctx, w, n)}
				from := program.Customer((w*7 + n) % 40)
				body := []byte("本文です。\r\n")
				if n%20 == 0 {
					body = bytes.Repeat([]byte("0123456789012345678901234567890123456789\r\n"), 8<<10)
				}
				raw := fmt.Appendf(nil, "From: %s\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%x@peer.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s", from, program.Support, p.subject, p.subject, body)
				if err := peer.Deliver(desk.SMTP, from, program.Support, raw); err != nil {
					t.Errorf("peer %d: %v", w, err)
					return
				}
				p.at = time.Now()
				mu.Lock()
				taken = append(taken, p)
				mu.Unlock()
			}
		})
	}
	peers.Wait()
	return taken
}

// subjects reads which mails the desk of a directory has, whole.
func subjects(t *testing.T, dir string, keys []string) map[string]bool {
	t.Helper()
	cfg := store.Config{Dir: dir}
	if len(keys) > 0 {
		var err error
		if cfg.Keys, err = blob.ReadKeys(keys[1]); err != nil {
			t.Fatal(err)
		}
	}
	s, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // nothing is written
	there := map[string]bool{}
	for _, state := range []store.InboundState{store.InboundNew, store.InboundFiled, store.InboundQuarantined} {
		for after, first := (store.Since{}), true; first || !after.End(); first = false {
			var page []store.Inbound
			page, after, err = s.ListInbound(t.Context(), store.Everyone(), state, 500, after)
			if err != nil {
				t.Fatal(err)
			}
			for _, in := range page {
				raw, err := s.InboundRaw(t.Context(), in.ID)
				if err != nil {
					t.Fatalf("a mail of the copy has no bytes: %v", err)
				}
				_, after, _ := bytes.Cut(raw, []byte("\r\nSubject: "))
				subject, _, _ := bytes.Cut(after, []byte("\r\n"))
				there[string(subject)] = true
			}
		}
	}
	return there
}

func digest(t *testing.T, dir string) string {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // nothing is written
	d, err := s.ProjectionDigest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return d
}
