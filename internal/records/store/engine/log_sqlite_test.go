package engine

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestAnOrderlyCloseLeavesOneFile(t *testing.T) {
	dir := t.TempDir()
	d := openIn(t, dir, Config{})
	if err := put(d, 1, "kept"); err != nil {
		t.Fatal(err)
	}
	if got := count(t, d); got != 1 {
		t.Fatalf("%d rows", got)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	for _, left := range []string{"test.db-wal", "test.db-shm"} {
		if _, err := os.Stat(filepath.Join(dir, left)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is still there: %v", left, err)
		}
	}
}
