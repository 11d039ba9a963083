package replica

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/benbjohnson/litestream"
	"github.com/benbjohnson/litestream/file"

	"madoguchi/internal/records/archive"
	"madoguchi/internal/records/blob"
	"madoguchi/terms/fault"
)

// Restore makes a data directory from a copy. The directory must be absent or
// empty, and gets its name only when it is whole; an interrupted Restore can
// be run again. Every blob is compared with its name. It fails with
// [fault.NotFound] where from holds no copy.
func Restore(ctx context.Context, from, dir string) error {
	if info, err := os.Stat(filepath.Join(from, databaseDir)); err != nil || !info.IsDir() {
		return fault.Wrap(fault.NotFound, err,
			from+" に複製がありません。serve の --replica に指定したディレクトリを指定してください。",
			from+" holds no copy of a desk. Give the directory that serve was given with --replica.").At("replica")
	}
	return archive.Into(dir, func(part string) error {
		r := litestream.NewReplicaWithClient(nil, file.NewReplicaClient(filepath.Join(from, databaseDir)))
		how := litestream.NewRestoreOptions()
		how.OutputPath = filepath.Join(part, archive.Database)
		if err := r.Restore(ctx, how); err != nil {
			return fault.Wrap(fault.Invalid, err,
				from+" の複製が壊れているか、まだ一度も完成していません。バックアップから復元してください。",
				"The copy in "+from+" is damaged, or was never finished. Restore a backup instead.")
		}
		have, err := blob.Open(blob.Config{Place: filepath.Join(from, blobsDir)})
		if err != nil {
			return err
		}
		to, err := blob.Open(blob.Config{Place: filepath.Join(part, blobsDir)})
		if err != nil {
			return err
		}
		if err := have.CopyTo(ctx, to); err != nil {
			return err
		}
		return copyFiles(filepath.Join(from, filesDir), part)
	})
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
