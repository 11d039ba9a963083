package blob_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"madoguchi/internal/records/blob"
	"madoguchi/terms/fault"
)

// newKey is a line of a key file.
func newKey() string {
	b := make([]byte, 32)
	rand.Read(b)
	return base64.StdEncoding.EncodeToString(b)
}

func keys(t *testing.T, lines ...string) *blob.Keys {
	t.Helper()
	path := filepath.Join(t.TempDir(), "files.key")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	k, err := blob.ReadKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func sealed(t *testing.T, root string, k *blob.Keys) *blob.Store {
	t.Helper()
	s, err := blob.Open(blob.Config{Place: root, Keys: k})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// noise is bytes in which a part is known by its place.
func noise(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

func lies(root, sum string) string { return filepath.Join(root, sum[:2], sum[2:4], sum) }

// sizes around the borders of a chunk, of what is held in memory, and of what
// is read ahead.
var sizes = []int{0, 1, 100, 64<<10 - 1, 64 << 10, 64<<10 + 1, 128 << 10, 300_000, 4 << 20, 4<<20 + 1, 9_000_001}

// readsEverywhere holds that a blob reads as what was put, whole and in parts.
func readsEverywhere(t *testing.T, s *blob.Store, sum string, want []byte) {
	t.Helper()
	ctx := context.Background()
	if got, err := s.Bytes(ctx, sum); err != nil || !bytes.Equal(got, want) {
		t.Fatalf("%d bytes: %d come back, %v", len(want), len(got), err)
	}
	for _, at := range []int{0, 1, len(want) / 3, len(want) - 70_000, len(want) - 1, len(want)} {
		if at < 0 || at > len(want) {
			continue
		}
		for _, n := range []int{1, 1000, 200_000} {
			got, err := s.Range(ctx, sum, int64(at), int64(n))
			if err != nil || !bytes.Equal(got, want[at:min(at+n, len(want))]) {
				t.Errorf("%d bytes: %d of them from %d: %d come back, %v", len(want), n, at, len(got), err)
			}
		}
	}
	r, size, err := s.Open(ctx, sum)
	if err != nil || size != int64(len(want)) {
		t.Fatal(size, err)
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, read in order: %d come back, %v", len(want), len(got), err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func TestWhatIsSealedReadsAsBefore(t *testing.T) {
	root := filepath.Join(t.TempDir(), "blobs")
	s := sealed(t, root, keys(t, newKey()))
	for _, n := range sizes {
		want := noise(n)
		sum, size, err := s.Put(context.Background(), bytes.NewReader(want))
		if err != nil || size != int64(n) {
			t.Fatal(size, err)
		}
		before, err := os.Stat(lies(root, sum))
		if err != nil {
			t.Fatal(err)
		}
		if again, err := s.PutBytes(context.Background(), want); err != nil || again != sum {
			t.Error(again, err)
		}
		if after, err := os.Stat(lies(root, sum)); err != nil || !os.SameFile(before, after) {
			t.Errorf("%d bytes that are there were written again: %v", n, err)
		}
		raw, err := os.ReadFile(lies(root, sum))
		if err != nil || n > 50 && bytes.Contains(raw, want[:50]) {
			t.Errorf("the file can be read without the key: %v", err)
		}
		readsEverywhere(t, s, sum, want)
	}
}

func TestKeysChangeAndEarlierFilesStayReadable(t *testing.T) {
	ctx := context.Background()
	root := filepath.Join(t.TempDir(), "blobs")
	first, second := newKey(), newKey()
	var sums []string
	for i, k := range []*blob.Keys{nil, keys(t, "# the first", first), keys(t, second, "", first)} {
		sum, err := sealed(t, root, k).PutBytes(ctx, []byte{byte(i)})
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, sum)
	}
	both := sealed(t, root, keys(t, second, first))
	for i, sum := range sums {
		if got, err := both.Bytes(ctx, sum); err != nil || !bytes.Equal(got, []byte{byte(i)}) {
			t.Errorf("%d: %v, %v", i, got, err)
		}
	}
	for name, k := range map[string]*blob.Keys{"without a key": nil, "with the new key only": keys(t, second)} {
		s := sealed(t, root, k)
		_, err := s.Bytes(ctx, sums[1])
		if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "--files-key-file") || !strings.Contains(err.Error(), keys(t, first).IDs()[0]) {
			t.Errorf("%s: %v", name, err)
		}
		if _, _, err := s.Open(ctx, sums[1]); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEverythingComesUnderTheNewKeyByACopy(t *testing.T) {
	ctx := context.Background()
	root, moved := filepath.Join(t.TempDir(), "blobs"), filepath.Join(t.TempDir(), "blobs")
	first, second := newKey(), newKey()
	want := noise(200_000)
	sum, err := sealed(t, root, keys(t, first)).PutBytes(ctx, want)
	if err != nil {
		t.Fatal(err)
	}
	both := keys(t, second, first)
	if done, err := sealed(t, root, both).MirrorTo(ctx, sealed(t, moved, both), nil); err != nil || done.Came != 1 {
		t.Fatal(done, err)
	}
	readsEverywhere(t, sealed(t, moved, keys(t, second)), sum, want)
}

func TestASealedFileThatSomebodySentIsAFileLikeAnyOther(t *testing.T) {
	ctx := context.Background()
	root := filepath.Join(t.TempDir(), "blobs")
	s := sealed(t, root, keys(t, newKey()))
	sum, err := s.PutBytes(ctx, []byte("inside"))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(lies(root, sum))
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []*blob.Store{s, sealed(t, root, nil)} {
		outer, err := at.PutBytes(ctx, raw)
		if err != nil {
			t.Fatal(err)
		}
		readsEverywhere(t, s, outer, raw)
		if err := s.Remove(ctx, outer); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatWasChangedIsNotHandedOut(t *testing.T) {
	ctx := context.Background()
	root := filepath.Join(t.TempDir(), "blobs")
	s := sealed(t, root, keys(t, newKey()))
	content := noise(300_000)
	sum, err := s.PutBytes(ctx, content)
	if err != nil {
		t.Fatal(err)
	}
	other, err := s.PutBytes(ctx, noise(300_000))
	if err != nil {
		t.Fatal(err)
	}
	right, err := os.ReadFile(lies(root, sum))
	if err != nil {
		t.Fatal(err)
	}
	swapped, err := os.ReadFile(lies(root, other))
	if err != nil {
		t.Fatal(err)
	}
	turned := bytes.Clone(right)
	turned[200_000] ^= 1
	for name, bad := range map[string][]byte{"cut short": right[:200_000], "cut at a chunk": right[:len(right)-(300_000%65536)-16], "a bit is turned": turned, "another's object": swapped, "header only": right[:150]} {
		if err := os.WriteFile(lies(root, sum), bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Bytes(ctx, sum); !fault.Is(err, fault.Internal) {
			t.Errorf("%s, whole: %v", name, err)
		}
		r, _, err := s.Open(ctx, sum)
		if err == nil {
			_, err = io.ReadAll(r)
		}
		if !fault.Is(err, fault.Internal) {
			t.Errorf("%s, in order: %v", name, err)
		}
	}
	if err := os.Truncate(lies(root, sum), 1000); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutBytes(ctx, content); err != nil { // what has another size is mended
		t.Fatal(err)
	}
	readsEverywhere(t, s, sum, content)
}

func TestAPlainFileThatChangedIsNoticedByWhoReadsItInOrder(t *testing.T) {
	ctx := context.Background()
	s, root := open(t)
	sum, err := s.PutBytes(ctx, []byte("the right bytes"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(lies(root, sum), []byte("the wrong bytes"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, _, err := s.Open(ctx, sum)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(r); !fault.Is(err, fault.Internal) {
		t.Errorf("got %v", err)
	}
}

func TestKeyFilesThatCannotBeUsed(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"empty": "\n# nothing\n", "short": "c2hvcnQ=\n", "words": "my secret\n"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := blob.ReadKeys(path); !fault.Is(err, fault.Invalid) || strings.Contains(err.Error(), "my secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := blob.ReadKeys(filepath.Join(dir, "absent")); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}
