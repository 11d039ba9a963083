package archive_test

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"madoguchi/internal/records/archive"
	"madoguchi/terms/fault"
)

func TestAnArchiveCannotWriteElsewhere(t *testing.T) {
	for _, name := range []string{"../evil", "/etc/evil", "blobs/../../evil", "madoguchi.lock", "search/index.db", "./a", ""} {
		file := filepath.Join(t.TempDir(), "b")
		f, err := os.Create(file)
		if err != nil {
			t.Fatal(err)
		}
		packed := gzip.NewWriter(f)
		out := tar.NewWriter(packed)
		err = out.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: 4, Mode: 0o600})
		if err == nil {
			_, err = out.Write([]byte("evil"))
		}
		if err := errors.Join(err, out.Close(), packed.Close(), f.Close()); err != nil {
			t.Fatal(err)
		}
		parent := t.TempDir()
		_, err = archive.Restore(context.Background(), file, archive.Keys{}, filepath.Join(parent, "data"), nil)
		wantFault(t, err, fault.Invalid, "damaged")
		if left, err := os.ReadDir(parent); err != nil || len(left) != 0 {
			t.Errorf("%q left %v %v", name, left, err)
		}
	}
}
