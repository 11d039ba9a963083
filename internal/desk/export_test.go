package desk

import (
	"context"
	"errors"
)

// Quarantine files the oldest accepted mail as one that cannot be read, as an
// earlier reader might have.
func (d *Desk) Quarantine(ctx context.Context) error {
	batch, err := d.store.NextInbound(ctx, 1)
	if err != nil || len(batch) == 0 {
		return errors.Join(err, errors.New("no mail waits"))
	}
	_, err = d.fileAll(ctx, []letter{{Inbound: batch[0], err: errors.New("of an earlier reader")}})
	return err
}
