package archive

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"madoguchi/terms/fault"
)

// Verify reads an archive to its end and compares every file with the
// manifest. It writes nothing.
func Verify(ctx context.Context, file string, keys Keys, progress Progress) (Manifest, error) {
	return read(ctx, file, keys, progress, func(string, io.Reader) error { return nil })
}

// Restore unpacks an archive into a data directory that is absent or empty.
// The directory gets its name only when everything has been compared with the
// manifest and is on the disk; an interrupted Restore can be run again. It
// fails with [fault.Conflict] where the directory holds anything.
func Restore(ctx context.Context, file string, keys Keys, dir string, progress Progress) (Manifest, error) {
	var m Manifest
	err := Into(dir, func(part string) (err error) {
		m, err = read(ctx, file, keys, progress, func(name string, r io.Reader) error { return unpack(part, name, r) })
		return err
	})
	return m, err
}

// Into makes a data directory, which must be absent or empty, from what fill
// puts into another directory beside it: the final name appears only when fill
// has succeeded and everything is on the disk. It fails with [fault.Conflict]
// where dir holds anything.
func Into(dir string, fill func(part string) error) error {
	if have, err := os.ReadDir(dir); err == nil && len(have) > 0 {
		return fault.New(fault.Conflict,
			dir+" は空ではありません。復元先には、まだ存在しないか空のディレクトリを指定してください。",
			dir+" is not empty. Restore into a directory that is empty or does not exist.").At("data")
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return unwritable(dir, err)
	}
	part := filepath.Clean(dir) + ".restoring"
	if err := errors.Join(os.RemoveAll(part), os.MkdirAll(part, 0o700)); err != nil {
		return unwritable(part, err)
	}
	err := fill(part)
	if err == nil {
		err = finish(part, dir)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(part))
	}
	return nil
}

// finish makes the unpacked names durable and moves the directory in place.
func finish(part, dir string) error {
	err := filepath.WalkDir(part, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.IsDir() {
			return err
		}
		return syncDir(path)
	})
	if err == nil {
		if err = os.Remove(dir); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	}
	if err != nil {
		return unwritable(dir, err)
	}
	if err := errors.Join(os.Rename(part, dir), syncDir(filepath.Dir(filepath.Clean(dir)))); err != nil {
		return unwritable(dir, err)
	}
	return nil
}

func unpack(dir, name string, r io.Reader) error {
	path, err := local(dir, name)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return unwritable(path, err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return unwritable(path, err)
	}
	if _, err := io.Copy(f, r); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return unwritable(path, err)
	}
	return nil
}

// read goes through an archive, gives each file to take, and compares what
// was read with the manifest.
func read(ctx context.Context, file string, keys Keys, progress Progress, take func(name string, r io.Reader) error) (m Manifest, err error) {
	f, err := os.Open(file)
	if err != nil {
		return Manifest{}, fault.Wrap(fault.NotFound, err, "バックアップファイル "+file+" を読み取れません。", "The backup "+file+" cannot be read.").At("file")
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	counted := &counter{r: f, ctx: ctx}
	clear, err := keys.decrypt(counted)
	if err != nil {
		return Manifest{}, err
	}
	packed, err := gzip.NewReader(clear)
	if err != nil {
		return Manifest{}, damaged(err)
	}
	size := int64(0)
	if info, err := f.Stat(); err == nil {
		size = info.Size()
	}
	var seen []File
	in := tar.NewReader(packed)
	for {
		h, err := in.Next()
		if err != nil {
			return Manifest{}, broken(err)
		}
		if h.Typeflag != tar.TypeReg {
			return Manifest{}, damaged(fmt.Errorf("%q is no ordinary file", h.Name))
		}
		if h.Name == manifestName {
			if m, err = readManifest(io.LimitReader(in, 1<<30)); err != nil {
				return Manifest{}, err
			}
			break
		}
		hash := sha256.New()
		if err := take(h.Name, io.TeeReader(in, hash)); err != nil {
			return Manifest{}, broken(err)
		}
		if _, err := io.Copy(hash, in); err != nil { // what take left unread
			return Manifest{}, broken(err)
		}
		seen = append(seen, File{h.Name, h.Size, hex.EncodeToString(hash.Sum(nil))})
		if progress != nil {
			progress(counted.n, size)
		}
	}
	if _, err := io.Copy(io.Discard, packed); err != nil { // to the end: the checksums of gzip and age
		return Manifest{}, broken(err)
	}
	if !slices.Equal(seen, m.Files) {
		return Manifest{}, damaged(errors.New("the files are not those of the manifest"))
	}
	return m, nil
}

// broken keeps a fault or a cancellation as it is; everything else that goes
// wrong in the stream means that its bytes are not what was written.
func broken(err error) error {
	if f := (*fault.Error)(nil); errors.As(err, &f) || errors.Is(err, context.Canceled) {
		return err
	}
	return damaged(err)
}

// counter counts what was read and stops when its context ends.
type counter struct {
	r   io.Reader
	ctx context.Context
	n   int64
}

// Read implements [io.Reader].
func (c *counter) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
