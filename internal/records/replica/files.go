package replica

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"madoguchi/internal/records/archive"
)

// files mirrors the small files of a data directory: contracts, keys,
// certificates. They are few and change rarely, so each look compares all.
type files struct {
	from string
	to   keeper
	seen map[string]state
}

// state is how a file looked when it was last sent.
type state struct {
	size    int64
	changed time.Time
}

func (f *files) send(ctx context.Context) error {
	now := map[string]state{}
	err := filepath.WalkDir(f.from, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // gone while we look
		}
		if err != nil {
			return err
		}
		name, err := filepath.Rel(f.from, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if e.IsDir() {
			if name == "blobs" || (name != "." && !archive.Belongs(name+"/")) {
				return fs.SkipDir
			}
			return ctx.Err()
		}
		if !e.Type().IsRegular() || !archive.Belongs(name) || strings.HasPrefix(filepath.Base(name), ".") {
			return nil
		}
		info, err := e.Info()
		if err != nil {
			return nil //nolint:nilerr // gone while we look
		}
		now[name] = state{info.Size(), info.ModTime()}
		if f.seen[name] == now[name] {
			return nil
		}
		return f.to.put(ctx, name, path)
	})
	if err != nil {
		return err
	}
	for name := range f.seen {
		if _, still := now[name]; !still {
			if err := f.to.remove(ctx, name); err != nil {
				return err
			}
		}
	}
	f.seen = now
	return nil
}

// send copies a file under a name that appears only when it is whole.
func send(from, to string) (err error) {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	part := to + ".part"
	out, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return err
	}
	return os.Rename(part, to)
}
