package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"time"

	"github.com/alexedwards/scs/v2"

	"madoguchi/terms/fault"
)

// sessionGrace is by how much an expiry may move on before it is written
// again: with an idle time-out every request moves it.
const sessionGrace = time.Minute

// Sessions keeps signed-in sessions for scs; it implements [scs.CtxStore]. A
// token is stored as its hash only.
type Sessions struct {
	store *Store
	now   func() time.Time
}

var _ scs.CtxStore = (*Sessions)(nil)

// Sessions returns the session store. now is the clock that expiry is judged by.
func (s *Store) Sessions(now func() time.Time) *Sessions { return &Sessions{store: s, now: now} }

type session struct {
	data   []byte
	expiry time.Time
}

// FindCtx returns a session's data; found is false for a token that is
// unknown or has expired.
func (s *Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	have, err := s.find(ctx, token)
	if fault.Is(err, fault.NotFound) {
		return nil, false, nil
	}
	return have.data, err == nil, err
}

func (s *Sessions) find(ctx context.Context, token string) (session, error) {
	return one(ctx, s.store.db.Readers(), notFound("サインインしてください。", "Please sign in."), func(row scanner) (session, error) {
		var have session
		var expiry int64
		err := row.Scan(&have.data, &expiry)
		have.expiry = instant(expiry)
		return have, err
	}, `SELECT data, expiry FROM sessions WHERE token = $1 AND expiry > $2`, hashed(token), micros(s.now()))
}

// CommitCtx keeps a session's data until expiry. Data that is kept already,
// with an expiry less than a minute away from the new one, is not written
// again, so that browsing does not wait for the disk.
func (s *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	have, err := s.find(ctx, token)
	switch {
	case err == nil && have.expiry.Sub(expiry).Abs() < sessionGrace && sameSession(have.data, data):
		return nil
	case err != nil && !fault.Is(err, fault.NotFound):
		return err
	}
	return s.store.Write(ctx, func(tx *Tx) error {
		return tx.exec(`INSERT INTO sessions (token, data, expiry) VALUES ($1, $2, $3)
			ON CONFLICT (token) DO UPDATE SET data = excluded.data, expiry = excluded.expiry`, hashed(token), data, micros(expiry))
	})
}

// sameSession compares what two sessions hold: the encoding of a map differs
// from one time to the next.
func sameSession(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	var codec scs.GobCodec
	_, have, err := codec.Decode(a)
	if err != nil {
		return false
	}
	_, want, err := codec.Decode(b)
	return err == nil && reflect.DeepEqual(have, want)
}

// DeleteCtx forgets a session; an unknown one is no error.
func (s *Sessions) DeleteCtx(ctx context.Context, token string) error {
	return s.store.Write(ctx, func(tx *Tx) error {
		return tx.exec(`DELETE FROM sessions WHERE token = $1`, hashed(token))
	})
}

// Prune forgets the sessions that have expired.
func (s *Sessions) Prune(ctx context.Context) error {
	return s.store.Write(ctx, func(tx *Tx) error {
		return tx.exec(`DELETE FROM sessions WHERE expiry <= $1`, micros(s.now()))
	})
}

// Find implements [scs.Store].
func (s *Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit implements [scs.Store].
func (s *Sessions) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

// Delete implements [scs.Store].
func (s *Sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
