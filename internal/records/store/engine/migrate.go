package engine

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"madoguchi/terms/fault"
)

// migrate brings the schema up to date. There is no way back: an older build
// is refused a newer database instead of guessing at it.
func migrate(ctx context.Context, db *sql.DB, files fs.FS) error {
	p, err := goose.NewProvider(dialect, db, files)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", Fault(err))
	}
	if current > target {
		return fault.New(fault.Unavailable,
			fmt.Sprintf("データベースは新しい版（%d）で作られています。この版（%d）では開けません。システムを更新してください。", current, target),
			fmt.Sprintf("The database was written by a newer version (schema %d; this one knows %d). Please upgrade the system.", current, target))
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring the schema up to date: %w", Fault(err))
	}
	return nil
}
