package desk

import (
	"context"
	"errors"
	"time"
)

// Quarantine files the oldest accepted mail as one that cannot be read, as an
// earlier reader might have.
func (d *Desk) Quarantine(ctx context.Context) error {
	batch, err := d.store.NextInbound(ctx, 1)
	if err != nil || len(batch) == 0 {
		return errors.Join(err, errors.New("no mail waits"))
	}
	_, _, err = d.fileFirst(ctx, []letter{{Inbound: batch[0], err: errors.New("of an earlier reader")}})
	return err
}

// TOTPCode is the code of an authenticator app at an instant.
func TOTPCode(secret []byte, at time.Time) string {
	return totpCode(secret, at.Unix()/int64(totpStep/time.Second))
}
