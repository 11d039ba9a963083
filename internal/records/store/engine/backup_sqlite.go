package engine

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"madoguchi/terms/fault"
)

// Backup is [CopyFile] of an open database.
func (d *DB) Backup(ctx context.Context, file string) error { return CopyFile(ctx, d.path, file) }

// CopyFile writes a consistent copy of the database at path, as of one
// instant, to a new file, and syncs it. Acts and readers go on meanwhile, in
// this process or another. A file that exists is [fault.Conflict] and stays
// as it is.
func CopyFile(ctx context.Context, path, file string) (err error) {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap(fault.Conflict, err,
			"そのバックアップは既に存在します。別の保存先を指定してください。",
			"There is a backup at "+file+" already. Choose another directory.")
	}
	db, err := open(path, 1, asIs, url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(5000)"}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	part := file + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return unusable(part, err)
	}
	if _, err := db.ExecContext(ctx, `VACUUM INTO $1`, part); err != nil {
		return errors.Join(Fault(err), ignoreMissing(os.Remove(part)))
	}
	if err := settle(part, file); err != nil {
		return unusable(file, err)
	}
	return nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// settle syncs a finished file, gives it its name and syncs that.
func settle(part, file string) error {
	f, err := os.OpenFile(part, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(part, file); err != nil {
		return err
	}
	return syncDir(filepath.Dir(file))
}
