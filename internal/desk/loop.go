package desk

import (
	"context"
	"errors"
	"time"

	"madoguchi/terms/fault"
)

// rest lets a loop sleep between two looks at its work, and reports whether it
// is to go on: not once ctx has ended.
func rest(ctx context.Context, length time.Duration) bool {
	wait := time.NewTimer(length)
	defer wait.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-wait.C:
		return true
	}
}

// report logs why a loop left a part of its work to its next turn. That the
// program stops, or that the database is away, is said elsewhere.
func (d *Desk) report(what string, err error) {
	if err != nil && !errors.Is(err, context.Canceled) && !fault.Is(err, fault.Unavailable) {
		d.log.Error(what, "error", err)
	}
}
