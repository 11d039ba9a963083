package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/alexedwards/scs/v2"

	"madoguchi/terms/fault"
)

// sessionGrace is by how much an expiry may move on before it is written
// again: every request moves it.
const sessionGrace = time.Minute

// Sessions keeps signed-in sessions for scs; it implements [scs.CtxStore]. A
// token is stored as its hash only. A session that is not looked for during the
// idle time ends; scs itself knows only when it ends at the latest, so that a
// request which changes nothing of its session has nothing to write.
type Sessions struct {
	store *Store
	now   func() time.Time
	idle  time.Duration
}

var _ scs.CtxStore = (*Sessions)(nil)

// Sessions returns the session store. now is the clock that expiry is judged by.
func (s *Store) Sessions(now func() time.Time, idle time.Duration) *Sessions {
	return &Sessions{store: s, now: now, idle: idle}
}

type session struct {
	data   []byte
	expiry time.Time
}

// FindCtx returns a session's data; found is false for a token that is
// unknown or has expired. The session goes on for the idle time from now: that is
// written when it makes a minute or more, so that browsing does not wait for the
// disk. A desk that cannot write at the moment shows what it has all the same.
func (s *Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	have, err := s.find(ctx, token)
	if fault.Is(err, fault.NotFound) {
		return nil, false, nil
	}
	if err == nil && s.now().Add(s.idle).Sub(have.expiry) >= sessionGrace {
		if err = s.goOn(ctx, token, have); fault.Is(err, fault.Unavailable) {
			err = nil
		}
	}
	return have.data, err == nil, err
}

// goOn moves the expiry of a session on, as far as its last instant.
func (s *Sessions) goOn(ctx context.Context, token string, have session) error {
	last, _, err := scs.GobCodec{}.Decode(have.data)
	if err != nil {
		return fmt.Errorf("read a session: %w", err)
	}
	expiry := s.expiry(last)
	if expiry.Sub(have.expiry) < sessionGrace {
		return nil
	}
	return s.store.Write(ctx, func(tx *Tx) error {
		return tx.exec(`UPDATE sessions SET expiry = $1, seen = $2 WHERE token = $3 AND ended = FALSE`, micros(expiry), micros(s.now()), hashed(token))
	})
}

// expiry is when a session ends that nobody uses any more, given its last instant.
func (s *Sessions) expiry(last time.Time) time.Time {
	if idle := s.now().Add(s.idle); idle.Before(last) {
		return idle
	}
	return last
}

func (s *Sessions) find(ctx context.Context, token string) (session, error) {
	return one(ctx, s.store.db.Readers(), notFound("サインインしてください。", "Please sign in."), func(row scanner) (session, error) {
		var have session
		var expiry int64
		err := row.Scan(&have.data, &expiry)
		have.expiry = instant(expiry)
		return have, err
	}, `SELECT data, expiry FROM sessions WHERE token = $1 AND expiry > $2 AND ended = FALSE`, hashed(token), micros(s.now()))
}

// CommitCtx keeps a session's data until expiry, its last instant, or until it
// is idle.
func (s *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	_, values, err := scs.GobCodec{}.Decode(data)
	if err != nil {
		return fmt.Errorf("read a session: %w", err)
	}
	word := func(key string) string { v, _ := values[key].(string); return v }
	started, _ := values[SessionStarted].(int64)
	return s.store.Write(ctx, func(tx *Tx) error {
		return tx.exec(`INSERT INTO sessions (token, data, expiry, agent, device, address, started, seen, way, provider_session) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
			ON CONFLICT (token) DO UPDATE SET data = excluded.data, expiry = excluded.expiry, agent = excluded.agent,
				device = excluded.device, address = excluded.address, started = excluded.started, seen = excluded.seen, way = excluded.way,
				provider_session = excluded.provider_session
			WHERE sessions.ended = FALSE`,
			hashed(token), data, micros(s.expiry(expiry)), word(SessionAgent), word(SessionDevice), word(SessionAddress), started, micros(s.now()), word(SessionWay), word(SessionProvider))
	})
}

// The values of a session's data by which people find their sessions.
const (
	SessionAgent    = "agent"            // id of the signed-in person
	SessionDevice   = "device"           // the browser and system, in words
	SessionAddress  = "address"          // where from
	SessionStarted  = "started"          // int64, microseconds since 1970
	SessionWay      = "way"              // how they signed in
	SessionProvider = "provider-session" // what an identity provider calls its session
)

// Session is a signed-in session of a person.
type Session struct {
	ID      string // of the row; it opens nothing
	Device  string
	Address string
	Way     string // how they signed in; empty for one begun before this was kept
	Started time.Time
	Seen    time.Time // to within a minute
}

// SessionID is the ID of the session that a token opens.
func SessionID(token string) string { return hashed(token) }

// SessionsOf returns a person's sessions that have not ended, the latest used
// first.
func (s *Store) SessionsOf(ctx context.Context, agent string, now time.Time) ([]Session, error) {
	return all(ctx, s.db.Readers(), func(row scanner) (Session, error) {
		var out Session
		var started, seen int64
		err := row.Scan(&out.ID, &out.Device, &out.Address, &started, &seen, &out.Way)
		out.Started, out.Seen = instant(started), instant(seen)
		return out, err
	}, `SELECT token, device, address, started, seen, way FROM sessions WHERE agent = $1 AND ended = FALSE AND expiry > $2 ORDER BY seen DESC, token`, agent, micros(now))
}

// EndSession revokes one session of a person, or [fault.NotFound].
func (tx *Tx) EndSession(agent, id string) error {
	return tx.change(notFound("そのセッションは終了しています。", "That session has ended already."),
		`UPDATE sessions SET ended = TRUE WHERE agent = $1 AND token = $2 AND ended = FALSE`, agent, id)
}

// EndSessions revokes all sessions of a person but one; with an empty id all.
func (tx *Tx) EndSessions(agent, but string) error {
	return tx.exec(`UPDATE sessions SET ended = TRUE WHERE agent = $1 AND token <> $2`, agent, but)
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
