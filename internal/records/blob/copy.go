package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"madoguchi/terms/fault"
)

// CopyTo puts every blob that is here into another directory and syncs it.
// Blobs that come meanwhile may or may not be copied. A blob whose bytes are
// not what its name says is [fault.Internal]; the others are copied first.
func (d *Dir) CopyTo(ctx context.Context, to *Dir) error {
	var damaged []error
	err := filepath.WalkDir(d.root, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return unreadable(err)
		case e.IsDir() && path == d.temporary():
			return fs.SkipDir
		case e.IsDir() || !valid(e.Name()):
			return nil
		}
		sum, err := d.copyOne(ctx, to, e.Name())
		if err == nil && sum != e.Name() {
			damaged = append(damaged, fault.Wrap(fault.Internal, fmt.Errorf("blob %s has the bytes of %s", e.Name(), sum),
				"保存されたファイルが壊れています。", "The stored file "+e.Name()+" is damaged."))
		}
		return err
	})
	return errors.Join(append(damaged, err)...)
}

func (d *Dir) copyOne(ctx context.Context, to *Dir, name string) (sum string, err error) {
	f, _, err := d.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sum, _, err = to.Put(ctx, f)
	return sum, err
}
