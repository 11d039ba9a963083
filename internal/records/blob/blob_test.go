package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"madoguchi/internal/records/blob"
	"madoguchi/terms/fault"
)

func open(t *testing.T) (*blob.Store, string) {
	t.Helper()
	root := filepath.Join(t.TempDir(), "blobs")
	d, err := blob.Open(blob.Config{Place: root})
	if err != nil {
		t.Fatal(err)
	}
	return d, root
}

// files lists what is in the directory, by path below it.
func files(t *testing.T, root string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			rel, relErr := filepath.Rel(root, path)
			list, err = append(list, filepath.ToSlash(rel)), relErr
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestBytesAreKeptUnderTheirHash(t *testing.T) {
	d, root := open(t)
	text := []byte("添付ファイル")
	want := sha256.Sum256(text)
	name := hex.EncodeToString(want[:])
	for range 2 {
		sum, size, err := d.Put(context.Background(), bytes.NewReader(text))
		if err != nil || sum != name || size != int64(len(text)) {
			t.Fatalf("put: %s, %d, %v", sum, size, err)
		}
	}
	if got := files(t, root); len(got) != 1 || got[0] != name[:2]+"/"+name[2:4]+"/"+name {
		t.Errorf("the directory holds %v", got)
	}
	if got, err := d.Bytes(context.Background(), name); err != nil || !bytes.Equal(got, text) {
		t.Errorf("read %q, %v", got, err)
	}
}

func TestAPartOfABlob(t *testing.T) {
	d, _ := open(t)
	sum, err := d.PutBytes(context.Background(), []byte("0123456789"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		offset, n int64
		want      string
	}{{0, 3, "012"}, {7, 3, "789"}, {7, 100, "789"}, {10, 1, ""}, {4, 0, ""}} {
		if got, err := d.Range(context.Background(), sum, c.offset, c.n); err != nil || string(got) != c.want {
			t.Errorf("%d bytes from %d: %q, %v; want %q", c.n, c.offset, got, err, c.want)
		}
	}
	for _, c := range [][2]int64{{-1, 1}, {11, 1}, {0, -1}} {
		if _, err := d.Range(context.Background(), sum, c[0], c[1]); !fault.Is(err, fault.Invalid) {
			t.Errorf("%d bytes from %d: %v", c[1], c[0], err)
		}
	}
	r, size, err := d.Open(context.Background(), sum)
	if err != nil || size != 10 {
		t.Fatal(size, err)
	}
	if _, err := r.Seek(-2, io.SeekEnd); err != nil {
		t.Error(err)
	}
	if got, err := io.ReadAll(r); err != nil || string(got) != "89" {
		t.Errorf("after seeking: %q, %v", got, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func TestOnlyAHashNamesABlob(t *testing.T) {
	d, _ := open(t)
	for _, name := range []string{"", "../../etc/passwd", strings.Repeat("a", 64), strings.Repeat("A", 64), strings.Repeat("/", 64), "tmp"} {
		if _, err := d.Bytes(context.Background(), name); !fault.Is(err, fault.NotFound) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestADamagedBlobIsNoticedAndMended(t *testing.T) {
	d, root := open(t)
	sum, err := d.PutBytes(context.Background(), []byte("whole"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(root, sum[:2], sum[2:4], sum)
	if err := os.WriteFile(path, []byte("who"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Bytes(context.Background(), sum); !fault.Is(err, fault.Internal) {
		t.Errorf("a blob that was cut short: %v", err)
	}
	if _, err := d.PutBytes(context.Background(), []byte("whole")); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Bytes(context.Background(), sum); err != nil || string(got) != "whole" {
		t.Errorf("after putting it again: %q, %v", got, err)
	}
}

func TestAnInterruptedPutLeavesNothing(t *testing.T) {
	d, root := open(t)
	broken := errors.New("the peer is gone")
	if _, _, err := d.Put(context.Background(), io.MultiReader(strings.NewReader("half"), failing{broken})); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := d.Put(ctx, strings.NewReader("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got := files(t, root); len(got) != 0 {
		t.Errorf("the directory holds %v", got)
	}
	// What a killed process left is removed at the next start.
	if err := os.WriteFile(filepath.Join(root, "tmp", "put-123"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := blob.Open(blob.Config{Place: root}); err != nil {
		t.Fatal(err)
	}
	if got := files(t, root); len(got) != 0 {
		t.Errorf("after a start the directory holds %v", got)
	}
}

func TestManyPutTheSameBytes(t *testing.T) {
	d, root := open(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range 10 {
				b := bytes.Repeat([]byte{byte(i)}, 1000)
				sum, err := d.PutBytes(context.Background(), b)
				if err != nil {
					t.Error(err)
					return
				}
				if got, err := d.Bytes(context.Background(), sum); err != nil || !bytes.Equal(got, b) {
					t.Errorf("%d bytes, %v", len(got), err)
				}
			}
		})
	}
	all.Wait()
	if got := files(t, root); len(got) != 10 {
		t.Errorf("%d files, want 10", len(got))
	}
}

func TestADirectoryThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a-file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := blob.Open(blob.Config{Place: filepath.Join(file, "blobs")}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
