// Package blob keeps bytes under their own hash in a directory.
//
// It owns the files below its directory: their names (two levels of sha256 in
// hex), their durability, and reading parts of them. It refuses to know what
// they are, who may read them, or when they may be deleted.
//
// Start reading at [Dir.Put].
package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"madoguchi/terms/fault"
)

// Dir is a directory of blobs. It is safe for concurrent use within one
// process; the lock of the data directory keeps a second one away.
type Dir struct {
	root string
	tell func(sum string) // see [Dir.Watch]; nil: nobody
}

// Watch has f called with the name of each blob that is put from now on, once
// it is on the disk and before Put returns. It must be called before the first
// Put; f must return quickly.
func (d *Dir) Watch(f func(sum string)) { d.tell = f }

// Open uses a directory, making it when absent, and removes what an
// interrupted Put left in it.
func Open(root string) (*Dir, error) {
	d := &Dir{root: root}
	if err := os.MkdirAll(d.temporary(), 0o700); err != nil {
		return nil, unwritable(err)
	}
	left, err := os.ReadDir(d.temporary())
	if err != nil {
		return nil, unwritable(err)
	}
	for _, f := range left {
		if err := os.Remove(filepath.Join(d.temporary(), f.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, unwritable(err)
		}
	}
	if err := syncDir(filepath.Dir(root)); err != nil {
		return nil, unwritable(err)
	}
	return d, nil
}

func (d *Dir) temporary() string { return filepath.Join(d.root, "tmp") }

func (d *Dir) path(sum string) string { return filepath.Join(d.root, sum[:2], sum[2:4], sum) }

// Put stores what r gives and returns its sha256 in lower-case hex and its
// size in bytes. When it returns without an error the bytes are on the disk
// for good: file, name and directories are synced. Bytes that are there
// already are not written twice.
func (d *Dir) Put(ctx context.Context, r io.Reader) (sum string, size int64, err error) {
	f, err := os.CreateTemp(d.temporary(), "put-*")
	if err != nil {
		return "", 0, unwritable(err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreMissing(os.Remove(f.Name())))
		}
	}()
	hash := sha256.New()
	size, err = io.Copy(io.MultiWriter(f, hash), cancellable{ctx, r})
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", 0, unwritable(err)
	}
	sum = hex.EncodeToString(hash.Sum(nil))
	if err := d.settle(f.Name(), sum, size); err != nil {
		return "", 0, unwritable(err)
	}
	if d.tell != nil {
		d.tell(sum)
	}
	return sum, size, nil
}

// PutBytes is Put for bytes in memory.
func (d *Dir) PutBytes(ctx context.Context, b []byte) (sum string, err error) {
	sum, _, err = d.Put(ctx, bytes.NewReader(b))
	return sum, err
}

// settle gives a synced file its name and makes the name durable. An existing
// file of the same size has the same bytes; one of another size was cut short
// by the disk and is replaced.
//
// The directories are synced even when they and the file were there: another
// Put may have made them and not yet come to syncing them.
func (d *Dir) settle(temporary, sum string, size int64) error {
	final := d.path(sum)
	leaf := filepath.Dir(final)
	if err := os.MkdirAll(leaf, 0o700); err != nil {
		return err
	}
	if have, err := os.Stat(final); err == nil && have.Size() == size {
		if err := os.Remove(temporary); err != nil {
			return err
		}
	} else if err := os.Rename(temporary, final); err != nil {
		return err
	}
	for _, dir := range []string{leaf, filepath.Dir(leaf), d.root} {
		if err := syncDir(dir); err != nil {
			return err
		}
	}
	return nil
}

// Open returns the blob for reading and seeking, with its size. The caller
// closes it.
func (d *Dir) Open(sum string) (io.ReadSeekCloser, int64, error) {
	if !valid(sum) {
		return nil, 0, missing(fmt.Errorf("%q is no sha256", sum))
	}
	f, err := os.Open(d.path(sum))
	if err != nil {
		return nil, 0, unreadable(err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(unreadable(err), f.Close())
	}
	return f, info.Size(), nil
}

// Range reads n bytes from offset, in bytes; fewer when the blob ends before.
func (d *Dir) Range(sum string, offset, n int64) (b []byte, err error) {
	f, size, err := d.Open(sum)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if offset < 0 || n < 0 || offset > size {
		return nil, fault.New(fault.Invalid, "範囲の指定が正しくありません。", fmt.Sprintf("The range must lie within 0 and %d.", size)).At("range")
	}
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return nil, unreadable(err)
	}
	b, err = io.ReadAll(io.LimitReader(f, n))
	if err != nil {
		return nil, unreadable(err)
	}
	return b, nil
}

// Bytes reads a whole blob and checks it against its name.
func (d *Dir) Bytes(sum string) (b []byte, err error) {
	f, _, err := d.Open(sum)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	b, err = io.ReadAll(f)
	if err != nil {
		return nil, unreadable(err)
	}
	if got := sha256.Sum256(b); hex.EncodeToString(got[:]) != sum {
		return nil, fault.Wrap(fault.Internal, fmt.Errorf("blob %s has other bytes", sum),
			"保存されたファイルが壊れています。", "The stored file is damaged.")
	}
	return b, nil
}

func valid(sum string) bool {
	return len(sum) == 2*sha256.Size && strings.Trim(sum, "0123456789abcdef") == ""
}

// cancellable stops a copy when its context ends.
type cancellable struct {
	ctx context.Context
	r   io.Reader
}

func (c cancellable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// Remove deletes a blob; one that is not there is no error. The caller knows
// that nothing names it any more.
func (d *Dir) Remove(sum string) error {
	if !valid(sum) {
		return missing(fmt.Errorf("no hash: %q", sum))
	}
	if err := ignoreMissing(os.Remove(d.path(sum))); err != nil {
		return unwritable(err)
	}
	return nil
}
