package store_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/test/postgrestest"
)

const crashDir = "MADOGUCHI_TEST_CRASH_DIR"

// TestWhatWasAcknowledgedSurvivesAKill kills a busy process again and again,
// at a random moment, and holds that everything it had acknowledged is there,
// whole and verifiable. (A killed process leaves the operating system's cache
// behind; that a commit also reached the disk is synchronous=FULL's part.)
func TestWhatWasAcknowledgedSurvivesAKill(t *testing.T) {
	if dir := os.Getenv(crashDir); dir != "" {
		fileUntilKilled(t, dir)
		return
	}
	dir := t.TempDir()
	acknowledged := map[string]bool{}
	for round := range 6 {
		child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), crashDir+"="+dir, "DESK_DATABASE="+postgrestest.Database(t, dir))
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		var trouble bytes.Buffer
		child.Stderr = &trouble
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines, until := bufio.NewScanner(out), 1+rand.IntN(120)
		for n := 0; lines.Scan(); n++ {
			if id, ok := strings.CutPrefix(lines.Text(), "stored "); ok {
				acknowledged[id] = true
			} else {
				t.Errorf("the process said %q", lines.Text())
			}
			if n == until {
				if err := child.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := child.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
			t.Fatalf("round %d: the process ended with %v\n%s", round, err, trouble.String())
		}
		checkAfterCrash(t, dir, acknowledged)
	}
	if len(acknowledged) == 0 {
		t.Error("nothing was acknowledged")
	}
	t.Logf("%d acts were acknowledged over 6 kills", len(acknowledged))
}

// fileUntilKilled opens cases from several goroutines and says which are stored.
func fileUntilKilled(t *testing.T, dir string) {
	s, err := store.Open(context.Background(), store.Config{Dir: dir, Database: os.Getenv("DESK_DATABASE")})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	for worker := range 4 {
		go func() {
			for {
				id := fmt.Sprintf("case-%d-%d", worker, rand.Uint64())
				if err := fileOne(s, id, worker == 0); err != nil {
					done <- err
					return
				}
				fmt.Println("stored " + id) // one write: lines do not mix
			}
		}()
	}
	t.Fatal(<-done)
}

// letter is a mail whose bytes follow from its id, so that they can be checked.
func letter(id string, large bool) []byte {
	if large {
		return bytes.Repeat([]byte(id+"\n"), 20_000)
	}
	return []byte(id)
}

func fileOne(s *store.Store, id string, large bool) error {
	ctx := context.Background()
	raw, err := s.KeepRaw(ctx, letter(id, large))
	if err != nil {
		return err
	}
	return s.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.NextNumber()
		if err != nil {
			return err
		}
		if err := tx.PutInbound(store.Inbound{ID: id, ReceivedAt: friday, State: store.InboundFiled, Case: cases.ID(id), MessageID: id, Raw: raw}); err != nil {
			return err
		}
		_, err = tx.Append(nil, matter{id: id, organization: "acme"}.events(n)...)
		return err
	})
}

func checkAfterCrash(t *testing.T, dir string, acknowledged map[string]bool) {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, store.Config{Dir: dir, Database: postgrestest.Database(t, dir)})
	if err != nil {
		t.Fatalf("after the kill: %v", err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	for id := range acknowledged {
		if _, _, err := s.Case(ctx, cases.ID(id)); err != nil {
			t.Errorf("%s was acknowledged: %v", id, err)
		}
		raw, err := s.InboundRaw(ctx, id)
		if err != nil || sha256.Sum256(raw) != sha256.Sum256(letter(id, strings.HasPrefix(id, "case-0-"))) {
			t.Errorf("the mail of %s: %d bytes, %v", id, len(raw), err)
		}
	}
	if err := s.VerifyHistory(ctx); err != nil {
		t.Error(err)
	}
	before := must[string](t)(s.ProjectionDigest(ctx))
	if err := s.Rebuild(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if after := must[string](t)(s.ProjectionDigest(ctx)); after != before {
		t.Error("the rows do not say what the events say")
	}
}
