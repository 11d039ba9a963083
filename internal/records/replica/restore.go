package replica

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/benbjohnson/litestream"

	"madoguchi/internal/records/archive"
	"madoguchi/internal/records/blob"
	"madoguchi/terms/fault"
)

// Restore makes a data directory from a copy. The directory must be absent or
// empty, and gets its name only when it is whole; an interrupted Restore can
// be run again. Every blob is compared with its name. It fails with
// [fault.NotFound] where from holds no copy.
func Restore(ctx context.Context, from string, keys *blob.Keys, dir string) error {
	p, err := placeOf(from, keys)
	if err != nil {
		return err
	}
	if has, err := p.holds(ctx); err != nil {
		return err
	} else if !has {
		return fault.New(fault.NotFound,
			p.String()+" に複製がありません。serve の --replica に指定した場所を指定してください。",
			p.String()+" holds no copy of a desk. Give the place that serve was given with --replica.").At("replica")
	}
	return archive.Into(dir, func(part string) error { return p.restore(ctx, part) })
}

func (p place) restore(ctx context.Context, part string) error {
	how := litestream.NewRestoreOptions()
	how.OutputPath = filepath.Join(part, archive.Database)
	if err := litestream.NewReplicaWithClient(nil, p.database()).Restore(ctx, how); err != nil {
		return fault.Wrap(fault.Invalid, err,
			p.String()+" の複製が壊れているか、まだ一度も完成していません。バックアップから復元してください。",
			"The copy in "+p.String()+" is damaged, or was never finished. Restore a backup instead.")
	}
	have, err := p.blobs()
	if err != nil {
		return err
	}
	to, err := blob.Open(blob.Config{Place: filepath.Join(part, blobsDir), Keys: p.keys})
	if err != nil {
		return err
	}
	small, err := p.files()
	if err != nil {
		return err
	}
	if err := have.CopyTo(ctx, to); err != nil {
		return err
	}
	return small.into(ctx, part)
}

func copyFiles(from, to string) error {
	return filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == from {
			return nil // there were none
		}
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil || !archive.Belongs(filepath.ToSlash(name)) {
			return err
		}
		return send(path, filepath.Join(to, name))
	})
}
