package engine

import (
	"context"
	"database/sql"
	"errors"
)

// Each reads the rows of a query one by one, without holding them, until visit
// returns an error.
func Each(ctx context.Context, db *sql.DB, visit func(*sql.Rows) error, query string, args ...any) (err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return Fault(err)
	}
	defer func() { err = Fault(errors.Join(err, rows.Close())) }()
	for rows.Next() {
		if err := visit(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
