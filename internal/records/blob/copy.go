package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"madoguchi/terms/fault"
)

// CopyTo puts every blob that is here into another directory and syncs it.
// Blobs that come meanwhile may or may not be copied. A blob whose bytes are
// not what its name says is [fault.Internal]; the others are copied first.
func (d *Dir) CopyTo(ctx context.Context, to *Dir) error {
	return d.each(func(name string, _ fs.DirEntry) error { return d.CopyOne(ctx, to, name) })
}

// MirrorTo is CopyTo without the blobs that are in the other directory with
// the same size: it makes up for what was missed, cheaply.
func (d *Dir) MirrorTo(ctx context.Context, to *Dir) error {
	return d.each(func(name string, e fs.DirEntry) error {
		here, err := e.Info()
		if err != nil {
			return unreadable(err)
		}
		if there, err := os.Stat(to.path(name)); err == nil && there.Size() == here.Size() {
			return ctx.Err()
		}
		return d.CopyOne(ctx, to, name)
	})
}

// each gives every blob to f. Damage that f finds does not keep it from the
// other blobs.
func (d *Dir) each(f func(name string, e fs.DirEntry) error) error {
	var found []error
	err := filepath.WalkDir(d.root, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return unreadable(err)
		case e.IsDir() && path == d.temporary():
			return fs.SkipDir
		case e.IsDir() || !valid(e.Name()):
			return nil
		}
		if err := f(e.Name(), e); fault.Is(err, fault.Internal) {
			found = append(found, err)
		} else if err != nil {
			return err
		}
		return nil
	})
	return errors.Join(append(found, err)...)
}

// CopyOne puts one blob into another directory. It fails with
// [fault.Internal] where the bytes are not what the name says.
func (d *Dir) CopyOne(ctx context.Context, to *Dir, name string) (err error) {
	f, _, err := d.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sum, _, err := to.Put(ctx, f)
	if err == nil && sum != name {
		return fault.Wrap(fault.Internal, fmt.Errorf("blob %s has the bytes of %s", name, sum),
			"保存されたファイルが壊れています。", "The stored file "+name+" is damaged.")
	}
	return err
}
