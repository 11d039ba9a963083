package store

import (
	"context"
	"strings"

	"github.com/google/uuid"
)

const (
	// readySetting is the row that [Store.Ready] writes.
	readySetting = "ready"
	// readyRoom is how many bytes it wants to find room for once an act found none.
	readyRoom = 256 << 10
)

// Ready commits a small act, so that whoever asks knows that the desk can
// take responsibility for something new; after an act that found no room, one
// as large as a large mail goes before. It fails with [fault.Unavailable]
// where the disk is full or may not be written, or the database is away.
func (s *Store) Ready(ctx context.Context) error {
	// Another value each time: SQLite writes nothing for one that is there already.
	value := uuid.NewString()
	if s.db.Full() {
		large := func(tx *Tx) error { return tx.PutMark(readySetting, value+strings.Repeat(".", readyRoom)) }
		if err := s.write(ctx, s.db.Room, large); err != nil {
			return err
		}
	}
	return s.Write(ctx, func(tx *Tx) error { return tx.PutMark(readySetting, value) })
}
