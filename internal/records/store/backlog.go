package store

import (
	"context"
	"time"

	"madoguchi/internal/records/store/engine"
)

// BacklogMost is up to where [Store.Backlog] counts: a larger number means
// "at least so many". It keeps the question cheap however much waits.
const BacklogMost = 10_000

// Backlog is what waits in the records, for those who watch the machine. The
// numbers stop at [BacklogMost] plus one; a zero time means that none waits.
type Backlog struct {
	Unfiled       int       // mails accepted and not filed
	UnfiledSince  time.Time // when the oldest of them came
	Quarantined   int       // mails that could not be filed
	Queued        int       // mails of the desk not yet taken by the relay
	QueuedSince   time.Time // when the oldest of them was written
	GivenUp       int       // mails of the desk that nobody will try again
	Unjudged      int       // deadlines that have passed at now and are not judged
	UnjudgedSince time.Time // the earliest of them
	Running       int       // targets whose deadline is still to come or to be judged
}

// Backlog counts what waits at now. It shows no customer's data.
func (s *Store) Backlog(ctx context.Context, now time.Time) (Backlog, error) {
	var b Backlog
	for _, ask := range []struct {
		into  *int
		since *time.Time
		text  string
		args  []any
	}{
		{&b.Unfiled, &b.UnfiledSince, `SELECT received_at AS at FROM inbound WHERE state = $1 ORDER BY state, received_at LIMIT $2`, []any{string(InboundNew)}},
		{&b.Quarantined, nil, `SELECT received_at AS at FROM inbound WHERE state = $1 ORDER BY state, received_at LIMIT $2`, []any{string(InboundQuarantined)}},
		{&b.Queued, &b.QueuedSince, `SELECT created_at AS at FROM outbound WHERE state = $1 ORDER BY state, next_at LIMIT $2`, []any{string(OutboundQueued)}},
		{&b.GivenUp, nil, `SELECT created_at AS at FROM outbound WHERE state = $1 LIMIT $2`, []any{string(OutboundFailed)}},
		{&b.Unjudged, &b.UnjudgedSince, `SELECT deadline AS at FROM deadlines WHERE deadline < $1 ORDER BY deadline LIMIT $2`, []any{micros(now)}},
		{&b.Running, nil, `SELECT deadline AS at FROM deadlines ORDER BY deadline LIMIT $1`, nil},
	} {
		var oldest int64
		row := s.db.Readers().QueryRowContext(ctx, `SELECT COUNT(*), COALESCE(MIN(at), 0) FROM (`+ask.text+`) AS waiting`, append(ask.args, BacklogMost+1)...)
		if err := row.Scan(ask.into, &oldest); err != nil {
			return Backlog{}, engine.Fault(err)
		}
		if ask.since != nil {
			*ask.since = instant(oldest)
		}
	}
	return b, nil
}
