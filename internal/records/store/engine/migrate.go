package engine

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

// migrate brings the schema up to date. There is no way back: an older build
// is refused a newer database instead of guessing at it. before runs only when
// there is something to do.
func migrate(ctx context.Context, dialect goose.Dialect, db *sql.DB, files fs.FS, before func() error) error {
	p, err := goose.NewProvider(dialect, db, files)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", Fault(err))
	}
	if current > target {
		return newerSchema(current, target)
	}
	if current == target {
		return nil
	}
	if err := before(); err != nil {
		return Fault(err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring the schema up to date: %w", Fault(err))
	}
	return nil
}
