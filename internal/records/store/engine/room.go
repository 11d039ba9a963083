package engine

import (
	"context"
	"errors"
	"fmt"

	"madoguchi/terms/fault"
)

// errFull is among the causes of an error that says that there is no space left.
var errFull = errors.New("no space left")

func withFull(err error) error { return fmt.Errorf("%w: %w", errFull, err) }

// errGivenBack undoes an act that only wanted to know whether there is room.
var errGivenBack = errors.New("the room is given back")

// Full reports whether an act was refused since there was no space left, and
// [DB.Room] has found none since. Smaller acts may succeed meanwhile.
func (d *DB) Full() bool { return d.writer.full.Load() }

// Room finds out whether there is room again for more than the smallest act,
// and fails with [fault.Unavailable] while there is not. On SQLite spend is an
// act that stores as much as a large mail. PostgreSQL runs it not: a table
// keeps room of its own there that no other can use, so the question is
// whether a new one can be made.
func (d *DB) Room(ctx context.Context, spend func(*Conn) error) error {
	if d.Shared() {
		spend = newTable
	}
	err := Fault(d.Write(ctx, spend))
	switch {
	case err == nil, errors.Is(err, errGivenBack):
		d.writer.full.Store(false)
		return nil
	case d.Shared() && fault.Is(err, fault.Unavailable) && !errors.Is(err, errFull):
		return stoppedFull(err)
	}
	return err
}
