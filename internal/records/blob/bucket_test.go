package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"madoguchi/internal/records/blob"
	"madoguchi/terms/fault"
	"madoguchi/test/s3test"
)

// inBucket is a store in a bucket, and the directory where its objects lie.
func inBucket(t *testing.T, place string, k *blob.Keys) *blob.Store {
	t.Helper()
	s, err := blob.Open(blob.Config{Place: place, Scratch: filepath.Join(t.TempDir(), "tmp"), Keys: k})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestABucketKeepsWhatADirectoryKeeps(t *testing.T) {
	server := s3test.Start(t, "desk")
	ctx := context.Background()
	for name, k := range map[string]*blob.Keys{"plain": nil, "sealed": keys(t, newKey())} {
		s := inBucket(t, server.Place("desk", "files/"+name), k)
		if !s.Remote() {
			t.Fatal("a bucket is not known as one")
		}
		for _, n := range sizes {
			want := noise(n)
			sum, size, err := s.Put(ctx, bytes.NewReader(want))
			if err != nil || size != int64(n) {
				t.Fatalf("%s, %d bytes: %d, %v", name, n, size, err)
			}
			readsEverywhere(t, s, sum, want)
			if n < 100 {
				continue
			}
			raw, err := os.ReadFile(lies(filepath.Join(server.Files("desk"), "files", name), sum))
			if err != nil || bytes.Contains(raw, want[:50]) != (k == nil) {
				t.Errorf("%s, %d bytes: what lies in the bucket: %d bytes, %v", name, n, len(raw), err)
			}
			if err := s.Remove(ctx, sum); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Bytes(ctx, sum); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: after it was removed: %v", name, err)
			}
			if _, _, err := s.Open(ctx, sum); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: after it was removed: %v", name, err)
			}
			if err := s.Remove(ctx, sum); err != nil {
				t.Errorf("%s: removed twice: %v", name, err)
			}
		}
	}
}

func TestManyNodesPutTheSameBytesIntoABucket(t *testing.T) {
	server := s3test.Start(t, "desk")
	place, k := server.Place("desk", ""), keys(t, newKey())
	var nodes []*blob.Store
	for range 4 {
		nodes = append(nodes, inBucket(t, place, k))
	}
	// Two rounds: the gateway of the tests replaces an object that two nodes put
	// at once in two steps, and a reader may meet neither between them.
	each := func(work func(node *blob.Store, b []byte) error) {
		var all sync.WaitGroup
		for _, node := range nodes {
			all.Go(func() {
				for i := range 5 {
					if err := work(node, bytes.Repeat([]byte{byte(i)}, 1000)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
	}
	each(func(node *blob.Store, b []byte) error {
		_, err := node.PutBytes(context.Background(), b)
		return err
	})
	each(func(node *blob.Store, b []byte) error {
		sum := sha256.Sum256(b)
		got, err := node.Bytes(context.Background(), hex.EncodeToString(sum[:]))
		if err == nil && !bytes.Equal(got, b) {
			err = fmt.Errorf("%d bytes, and others than were put", len(got))
		}
		return err
	})
}

func TestAPartOfALargeObjectCostsAPartOfIt(t *testing.T) {
	server := s3test.Start(t, "desk")
	ctx := context.Background()
	var got int
	counting := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.Scheme, r.URL.Host, r.RequestURI = "http", server.Addr, ""
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Error(err)
			return
		}
		defer answer.Body.Close() //nolint:errcheck // it was read
		for name, values := range answer.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.StatusCode)
		var body bytes.Buffer
		if _, err := body.ReadFrom(answer.Body); err != nil {
			t.Error(err)
		}
		got += body.Len()
		w.Write(body.Bytes()) //nolint:errcheck // the client may have gone
	}))
	defer counting.Close()
	content := noise(20 << 20)
	s := inBucket(t, s3test.PlaceAt(counting.Listener.Addr().String(), "desk", ""), keys(t, newKey()))
	sum, err := s.PutBytes(ctx, content)
	if err != nil {
		t.Fatal(err)
	}
	got = 0
	b, err := s.Range(ctx, sum, 11<<20, 1000)
	if err != nil || !bytes.Equal(b, content[11<<20:11<<20+1000]) {
		t.Fatal(len(b), err)
	}
	if got > 600<<10 {
		t.Errorf("1000 bytes of 20 MiB cost %d bytes", got)
	}
	t.Logf("1000 bytes of 20 MiB cost %d KiB", got>>10)
}

func TestAnObjectThatWasCutShortIsNoticedAndMended(t *testing.T) {
	server := s3test.Start(t, "desk")
	ctx := context.Background()
	for name, k := range map[string]*blob.Keys{"plain": nil, "sealed": keys(t, newKey())} {
		s := inBucket(t, server.Place("desk", name), k)
		content := noise(500_000)
		sum, err := s.PutBytes(ctx, content)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(lies(filepath.Join(server.Files("desk"), name), sum), 200_000); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Bytes(ctx, sum); !fault.Is(err, fault.Internal) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := s.PutBytes(ctx, content); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Bytes(ctx, sum); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%s: after it was put again: %d bytes, %v", name, len(got), err)
		}
	}
}

func TestWhatIsWrongWithAnObjectStoreIsSaid(t *testing.T) {
	server := s3test.Start(t, "desk")
	ctx := context.Background()
	gate := s3test.OpenGate(t, server.Addr)
	through := s3test.PlaceAt(gate.Addr, "desk", "")
	good := inBucket(t, through, nil)
	sum, err := good.PutBytes(ctx, []byte("there"))
	if err != nil {
		t.Fatal(err)
	}
	try := func(what string, s *blob.Store, words string) {
		t.Helper()
		_, put := s.PutBytes(ctx, []byte("new"))
		_, got := s.Bytes(ctx, sum)
		_, _, opened := s.Open(ctx, sum)
		_, probed := s.Probe(ctx, time.Now)
		for i, err := range []error{put, got, opened, s.Remove(ctx, sum), probed} {
			if !fault.Is(err, fault.Unavailable) || !strings.Contains(fault.Public(err).EN, words) {
				t.Errorf("%s, %d: %v", what, i, err)
			}
		}
	}
	try("no such bucket", inBucket(t, server.Place("elsewhere", ""), nil), "Make it")
	gate.Shut(true)
	try("away", good, "cannot be reached")
	gate.Shut(false)
	gate.Slow(300 * time.Millisecond)
	if got, err := good.Bytes(ctx, sum); err != nil || string(got) != "there" {
		t.Errorf("slow: %q, %v", got, err)
	}
	gate.Slow(time.Minute)
	hurried, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	if _, err := good.Bytes(hurried, sum); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("whoever gives up is told so: %v", err)
	}
	gate.Slow(0)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "wrong")
	try("wrong key", inBucket(t, through, nil), "AWS_SECRET_ACCESS_KEY")
	t.Setenv("AWS_ACCESS_KEY_ID", "nobody")
	try("unknown key", inBucket(t, through, nil), "AWS_ACCESS_KEY_ID")
}

func TestAProbeFindsAHealthyBucket(t *testing.T) {
	server := s3test.Start(t, "desk")
	s := inBucket(t, server.Place("desk", "files"), nil)
	h, err := s.Probe(context.Background(), time.Now)
	if err != nil || h.Ahead != 0 || h.Versioned || h.Took <= 0 || h.Where.Name != "desk" {
		t.Errorf("%+v, %v", h, err)
	}
	if h, err = s.Probe(context.Background(), func() time.Time { return time.Now().Add(-time.Hour) }); err != nil || h.Ahead < 59*time.Minute {
		t.Errorf("a clock that is an hour behind: %+v, %v", h, err)
	}
	left := 0
	if err := filepath.WalkDir(server.Files("desk"), func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			left++
		}
		return err
	}); err != nil || left != 0 {
		t.Errorf("%d objects are left, %v", left, err)
	}
}

func TestFilesMoveIntoABucketAndBack(t *testing.T) {
	server := s3test.Start(t, "desk")
	ctx := context.Background()
	here, _ := open(t)
	want := map[string][]byte{}
	for _, n := range sizes {
		b := noise(n)
		sum, err := here.PutBytes(ctx, b)
		if err != nil {
			t.Fatal(err)
		}
		want[sum] = b
	}
	k := keys(t, newKey())
	there := inBucket(t, server.Place("desk", "files"), k)
	last := int64(0)
	done, err := here.MirrorTo(ctx, there, func(done, total int64) { last = total - done })
	if err != nil || done.Came != len(want) || last != 0 {
		t.Fatalf("%+v, %v", done, err)
	}
	if done, err = here.MirrorTo(ctx, there, nil); err != nil || done.There != len(want) || done.Came != 0 {
		t.Errorf("a second time: %+v, %v", done, err)
	}
	back, _ := open(t)
	if done, err = there.MirrorTo(ctx, back, nil); err != nil || done.Came != len(want) {
		t.Errorf("back: %+v, %v", done, err)
	}
	for sum, b := range want {
		if got, err := back.Bytes(ctx, sum); err != nil || !bytes.Equal(got, b) {
			t.Errorf("%s: %d bytes, %v", sum, len(got), err)
		}
	}
}

func TestRequestsAreCounted(t *testing.T) {
	server := s3test.Start(t, "desk")
	s := inBucket(t, server.Place("desk", ""), nil)
	begun, failed := map[string]int{}, map[string]int{}
	s.Observe(func(op string) func(error) {
		begun[op]++
		return func(err error) {
			if err != nil {
				failed[op]++
			}
		}
	})
	ctx := context.Background()
	sum, err := s.PutBytes(ctx, []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Bytes(ctx, sum); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Bytes(ctx, strings.Repeat("a", 64)); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
	if err := server.Down(); err != nil {
		t.Fatal(err)
	}
	if err := s.Remove(ctx, sum); err == nil {
		t.Error("removed from a server that is away")
	}
	if begun["put"] != 1 || begun["head"] != 1 || begun["get"] != 2 || begun["delete"] != 1 || len(failed) != 1 || failed["delete"] != 1 {
		t.Errorf("begun %v, failed %v", begun, failed)
	}
}
