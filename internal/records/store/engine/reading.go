package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"

	"madoguchi/terms/fault"
)

// OpenReading opens the database of cfg for reading only, whether or not
// another process is writing it. It takes no lock, makes nothing and brings
// nothing up to date: it fails with [fault.NotFound] where no database is, and
// with [fault.Unavailable] where its schema is not the one of cfg.Migrations.
func OpenReading(ctx context.Context, cfg Config) (*sql.DB, error) {
	if cfg.Database != "" {
		return readPostgres(ctx, cfg)
	}
	path := filepath.Join(cfg.Dir, cfg.File)
	if err := look(cfg.Dir, path); err != nil {
		return nil, err
	}
	db, err := openReaders(path, max(cfg.Readers, 1), new(atomic.Int64))
	if err != nil {
		return nil, fmt.Errorf("open %s for reading: %w", path, err)
	}
	if err := checkSchema(ctx, db, cfg); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// Check has a database look for damage: SQLite reads every page, PostgreSQL
// has checksums and tools of its own and is only asked for an answer. Damage
// is [fault.Internal].
func Check(ctx context.Context, db *sql.DB, embedded bool) error {
	ask, want := `SELECT 'ok'`, "ok"
	if embedded {
		ask = `PRAGMA quick_check(1)`
	}
	var said string
	if err := db.QueryRowContext(ctx, ask).Scan(&said); err != nil {
		return Fault(err)
	}
	if said != want {
		return fault.Wrap(fault.Internal, errors.New(said), "データベースが壊れています。", "The database is damaged.")
	}
	return nil
}

func look(dir, path string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fault.New(fault.NotFound, "データ保存先 "+dir+" がありません。--data に窓口のデータ保存先を指定してください。",
			"There is no directory "+dir+". Give the desk's data directory with --data.")
	case err != nil:
		return unusable(dir, err)
	case !info.IsDir():
		return fault.New(fault.NotFound, dir+" はディレクトリではありません。--data に窓口のデータ保存先を指定してください。",
			dir+" is no directory. Give the desk's data directory with --data.")
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.NotFound, dir+" は窓口のデータ保存先ではありません（"+filepath.Base(path)+" がありません）。madoguchi serve か demo が作ったディレクトリを指定してください。",
			dir+" is not the data directory of a desk: it holds no "+filepath.Base(path)+". Give a directory that madoguchi serve or demo has made.")
	} else if err != nil {
		return unusable(path, err)
	}
	return nil
}

// checkSchema compares the database's schema with the newest migration.
func checkSchema(ctx context.Context, db *sql.DB, cfg Config) error {
	want, err := newest(cfg.Migrations)
	if err != nil {
		return err
	}
	var have int64
	err = db.QueryRowContext(ctx, `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&have)
	if err != nil {
		if err := Fault(err); fault.Is(err, fault.Unavailable) {
			return err
		}
		if cfg.Database != "" {
			return fault.Wrap(fault.NotFound, err, "このデータベースに窓口はまだありません。madoguchi serve の初回起動時に作成されます。既にあるはずの場合は、データベース名を確認してください。",
				"There is no desk in this database yet. The first start of madoguchi serve makes it. If there should be one, check the database's name.")
		}
		return fault.Wrap(fault.Unavailable, err, cfg.File+" は窓口のデータベースではないか、壊れています。バックアップから戻すか、別のディレクトリを指定してください。",
			filepath.Join(cfg.Dir, cfg.File)+" is not the database of a desk, or is damaged. Restore it from a backup, or give another directory.")
	}
	switch {
	case have > want:
		return newerSchema(have, want)
	case have < want:
		return fault.New(fault.Unavailable,
			fmt.Sprintf("データベースは古い版（%d）のままで、この版（%d）では読み取れません。同じ版の madoguchi serve を一度起動すると更新されます。", have, want),
			fmt.Sprintf("The database has an older schema (%d; this version reads %d). Start madoguchi serve of this version on it once: that brings it up to date.", have, want))
	}
	return nil
}

func newerSchema(have, want int64) error {
	return fault.New(fault.Unavailable,
		fmt.Sprintf("データベースは新しい版（%d）で作られています。この版（%d）では開けません。システムを更新してください。", have, want),
		fmt.Sprintf("The database was written by a newer version (schema %d; this one knows %d). Please upgrade the system.", have, want))
}

// newest is the highest number that a migration's name begins with.
func newest(files fs.FS) (int64, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return 0, fmt.Errorf("read migrations: %w", err)
	}
	last := int64(0)
	for _, name := range names {
		digits, _, _ := strings.Cut(name, "_")
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("read migrations: %w", err)
		}
		last = max(last, n)
	}
	return last, nil
}
