package store

import (
	"context"
	"os"
	"path/filepath"

	"madoguchi/internal/records/blob"
	"madoguchi/internal/records/store/engine"
	"madoguchi/terms/fault"
)

// Backup copies the records, as of one instant, into a directory, making it
// when absent; the desk goes on working meanwhile. What it makes is a data
// directory that [Open] takes. A directory that holds a backup already is
// [fault.Conflict]. Records on PostgreSQL are backed up by its own means:
// [fault.Invalid].
//
// The database comes first: a blob is on the disk before the act that names
// it, so every blob that the copy names is there to be copied after it.
func (s *Store) Backup(ctx context.Context, dir string) error {
	if s.db.Shared() {
		return fault.New(fault.Invalid, "PostgreSQL 上の窓口は、PostgreSQL のバックアップ（pgBackRest、pg_basebackup）で保全してください。",
			"A desk on PostgreSQL is backed up by PostgreSQL's own means (pgBackRest, pg_basebackup).").At("database")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.Wrap(fault.Unavailable, err,
			"バックアップの保存先を作成できません。場所と権限を確認してください。",
			"The backup directory "+dir+" cannot be made. Check its path and permissions.")
	}
	if err := s.db.Backup(ctx, filepath.Join(dir, databaseFile)); err != nil {
		return err
	}
	to, err := blob.Open(blob.Config{Place: filepath.Join(dir, blobsDir)})
	if err != nil {
		return err
	}
	return s.blobs.CopyTo(ctx, to)
}

// CopyDatabase writes a consistent copy of the database in a data directory,
// without its blobs, to a new file, whether or not a desk runs on it. It fails
// with [fault.NotFound] where dir holds no records.
func CopyDatabase(ctx context.Context, dir, file string) error {
	r, err := OpenReading(ctx, Config{Dir: dir})
	if err != nil && !fault.Is(err, fault.Unavailable) {
		return err
	}
	if err == nil { // a schema of another version is copied as it is
		if err := r.Close(); err != nil {
			return err
		}
	}
	return engine.CopyFile(ctx, filepath.Join(dir, databaseFile), file)
}
