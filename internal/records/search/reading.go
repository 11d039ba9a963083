package search

import (
	"context"
	"errors"

	"madoguchi/internal/records/store/engine"
)

// Reached says up to which position of the history the index of a desk has
// come, beside the running desk: of cfg only Dir and Database count. Where
// there is no index yet it fails with [fault.NotFound].
func Reached(ctx context.Context, cfg Config) (position int64, err error) {
	place, err := kindOf(cfg.Database).place(cfg)
	if err != nil {
		return 0, err
	}
	place.Readers = 1
	db, err := engine.OpenReading(ctx, place)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return position, engine.Fault(db.QueryRowContext(ctx, `SELECT value FROM state WHERE name = 'position'`).Scan(&position))
}
