package blob

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// temporary is the folder of a directory in which files are made.
const temporary = "tmp"

// directory is a shelf on a disk.
type directory string

func (d directory) path(sum string) string { return filepath.Join(string(d), sum[:2], sum[2:4], sum) }

// put implements shelf.
//
// The directories are synced even when they and the file were there: another
// put may have made them and not yet come to syncing them.
func (d directory) put(ctx context.Context, name string, body *io.SectionReader, suits func(int64) bool) error {
	if err := d.settle(ctx, name, body, suits); err != nil {
		return unwritable(err)
	}
	return nil
}

func (d directory) settle(ctx context.Context, name string, body *io.SectionReader, suits func(int64) bool) error {
	final := d.path(name)
	leaf := filepath.Dir(final)
	if err := os.MkdirAll(leaf, 0o700); err != nil {
		return err
	}
	if have, err := os.Stat(final); err != nil || !suits(have.Size()) {
		if err := d.write(ctx, final, body); err != nil {
			return err
		}
	}
	for _, dir := range []string{leaf, filepath.Dir(leaf), string(d)} {
		if err := syncDir(dir); err != nil {
			return err
		}
	}
	return nil
}

// write makes a file that gets its name when it is on the disk.
func (d directory) write(ctx context.Context, final string, body io.Reader) error {
	f, err := os.CreateTemp(filepath.Join(string(d), temporary), "put-*")
	if err != nil {
		return err
	}
	_, err = io.Copy(f, cancellable{ctx, body})
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), final)
	}
	if err != nil {
		return errors.Join(err, ignoreMissing(os.Remove(f.Name())))
	}
	return nil
}

// file is an open file of a directory.
type file struct {
	*os.File
	size int64
}

// Size implements object.
func (f file) Size() int64 { return f.size }

// open implements shelf.
func (d directory) open(_ context.Context, name string) (object, error) {
	f, err := os.Open(d.path(name))
	if err != nil {
		return nil, unreadable(err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(unreadable(err), f.Close())
	}
	return file{f, info.Size()}, nil
}

// get implements shelf.
func (d directory) get(_ context.Context, name string) ([]byte, error) {
	b, err := os.ReadFile(d.path(name))
	if err != nil {
		return nil, unreadable(err)
	}
	return b, nil
}

// remove implements shelf.
func (d directory) remove(_ context.Context, name string) error {
	if err := ignoreMissing(os.Remove(d.path(name))); err != nil {
		return unwritable(err)
	}
	return nil
}

// each implements shelf.
func (d directory) each(ctx context.Context, f func(name string, size int64) error) error {
	return filepath.WalkDir(string(d), func(path string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && path != string(d):
			return nil // removed while we look
		case err != nil:
			return unreadable(err)
		case ctx.Err() != nil:
			return ctx.Err()
		case e.IsDir() && path == filepath.Join(string(d), temporary):
			return fs.SkipDir
		case e.IsDir() || !valid(e.Name()):
			return nil
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return unreadable(err)
		}
		return f(e.Name(), info.Size())
	})
}
