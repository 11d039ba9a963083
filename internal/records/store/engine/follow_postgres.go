package engine

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// lookEvery is how often what others committed is looked for without
	// having been told, and how soon a lost connection is tried again.
	lookEvery = time.Second
	// tellEvery is how far apart two notifications of one process are at
	// least: NOTIFY takes a lock of the whole cluster at each commit.
	tellEvery = 100 * time.Millisecond
	// shareEvery is how often processes tell each other what is [DB.Share]d.
	shareEvery = 250 * time.Millisecond
	// askClock is how often the server is asked for its time.
	askClock = 30 * time.Second
	// askRole is how often it is made sure that a role is still held.
	askRole = 2 * time.Second
	// wantRole is how often a role that another process holds is asked for.
	wantRole = 500 * time.Millisecond
)

// follower is what keeps one process up with the others.
type follower struct {
	news   chan struct{} // something was committed here
	offset atomic.Int64  // nanoseconds by which the server's clock is ahead of ours
	hear   atomic.Pointer[func(string)]
}

// Tell lets the other processes know that something was committed. It returns
// at once; what comes close together is told once.
func (d *DB) Tell() {
	if d.remote == nil {
		return
	}
	select {
	case d.remote.news <- struct{}{}:
	default:
	}
}

// Offset is by how much the database's clock is ahead of this machine's: 0 on
// SQLite. Processes that share a database share its clock.
func (d *DB) Offset() time.Duration {
	if d.remote == nil {
		return 0
	}
	return time.Duration(d.remote.offset.Load())
}

// Follow calls heard when other processes may have committed something, at
// the latest every second, until ctx ends or the database is closed. On
// SQLite there are none, and it returns at once.
func (d *DB) Follow(ctx context.Context, heard func(context.Context)) {
	if d.remote == nil {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-d.ended:
			cancel()
		case <-ctx.Done():
		}
	}()
	go d.tell(ctx)
	for ctx.Err() == nil {
		if err := d.remote.listen(ctx, heard); err != nil {
			rest(ctx, lookEvery)
		}
	}
}

// tell sends notifications.
func (d *DB) tell(ctx context.Context) {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case <-d.remote.news:
		}
		// One that is lost is made up for by whoever looks without being told.
		_, _ = d.readers.ExecContext(ctx, "SELECT pg_notify($1, '')", d.remote.channel())
		rest(ctx, tellEvery)
	}
}

// Share keeps processes told of what need not survive any of them: every
// quarter of a second each sends what collect returns (texts below 8,000
// bytes; nothing is sent for none), and hear is called with what every process
// sent, this one included, while [DB.Follow] runs. Nothing is written, and a
// text may be lost. On SQLite nothing is called.
func (d *DB) Share(ctx context.Context, collect func() []string, hear func(string)) {
	if d.remote == nil {
		return
	}
	d.remote.hear.Store(&hear)
	for ctx.Err() == nil {
		for _, text := range collect() {
			_, _ = d.readers.ExecContext(ctx, "SELECT pg_notify($1, $2)", d.remote.shared(), text)
		}
		select {
		case <-d.ended:
			return
		default:
			rest(ctx, shareEvery)
		}
	}
}

func (r *remote) shared() string { return r.channel() + "_shared" }

func (r *remote) channel() string { return "madoguchi_" + r.schema }

// listen waits for notifications on a connection of its own.
func (r *remote) listen(ctx context.Context, heard func(context.Context)) (err error) {
	c, err := pgx.ConnectConfig(ctx, r.config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close(context.WithoutCancel(ctx))) }()
	if _, err := c.Exec(ctx, "LISTEN "+pgx.Identifier{r.channel()}.Sanitize()+"; LISTEN "+pgx.Identifier{r.shared()}.Sanitize()); err != nil {
		return err
	}
	asked := time.Time{}
	for ctx.Err() == nil {
		if now := time.Now(); now.Sub(asked) >= askClock {
			if err := r.askTime(ctx, c); err != nil {
				return err
			}
			asked = now
		}
		heard(ctx)
		if err := r.await(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// await returns when others committed something, or it is time to look. What
// is shared is handed on meanwhile.
func (r *remote) await(ctx context.Context, c *pgx.Conn) error {
	wait, cancel := context.WithTimeout(ctx, lookEvery)
	defer cancel()
	for {
		n, err := c.WaitForNotification(wait)
		switch {
		case err != nil && wait.Err() == nil:
			return err
		case err != nil || n.Channel != r.shared():
			return nil
		}
		if hear := r.hear.Load(); hear != nil {
			(*hear)(n.Payload)
		}
	}
}

// askTime compares the clocks. Half of the way there and back is taken off;
// what is below a twentieth of a second is called equal.
func (r *remote) askTime(ctx context.Context, c *pgx.Conn) error {
	before := time.Now()
	var micros int64
	if err := c.QueryRow(ctx, "SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint").Scan(&micros); err != nil {
		return err
	}
	way := time.Since(before)
	offset := time.UnixMicro(micros).Sub(before.Add(way / 2))
	if offset.Abs() < 50*time.Millisecond {
		offset = 0
	}
	r.offset.Store(int64(offset))
	return nil
}

// Alone runs work while this process holds a role that only one process has
// at a time; whoever does not, waits until the holder ends or its connection
// is lost. It returns when ctx ends, or what work returned. On SQLite this
// process is alone, and work runs at once.
//
// A connection that breaks takes the role away: work's context is cancelled,
// and it runs again once the role is held again. A process that cannot notice
// it (a frozen machine) may work on for moments beside its successor: what it
// does is to be checked in its act all the same.
func (d *DB) Alone(ctx context.Context, role string, work func(context.Context) error) error {
	if d.remote == nil {
		return work(ctx)
	}
	for {
		held, err := d.remote.hold(ctx, role, work)
		if ctx.Err() != nil {
			return nil
		}
		if held && err != nil {
			return err
		}
		rest(ctx, wantRole)
	}
}

// errRoleLost ends work whose role is gone.
var errRoleLost = errors.New("the role was lost with its connection")

// hold takes the role, if nobody has it, and works. held says that work ended
// by itself while the role was there.
func (r *remote) hold(ctx context.Context, role string, work func(context.Context) error) (held bool, err error) {
	c, err := pgx.ConnectConfig(ctx, r.config)
	if err != nil {
		return false, err
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	for got := false; !got; {
		if err := c.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", r.key("role "+role)).Scan(&got); err != nil {
			return false, err
		}
		if !got {
			rest(ctx, wantRole)
		}
	}
	working, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	done := make(chan error, 1)
	go func() { done <- work(working) }()
	watching, end := context.WithCancel(ctx)
	defer end()
	lost := make(chan error, 1)
	go func() { lost <- watch(watching, c) }()
	select {
	case err = <-done:
		end()
		<-lost // the connection is used by one at a time
		return true, err
	case err = <-lost:
		stop(errRoleLost)
		return false, fmt.Errorf("%w: %w", errRoleLost, errors.Join(err, <-done))
	}
}

// watch returns as soon as a connection is lost: a server that ends closes it,
// and one that is silent does not answer.
func watch(ctx context.Context, c *pgx.Conn) error {
	for {
		wait, cancel := context.WithTimeout(ctx, askRole)
		_, err := c.WaitForNotification(wait) // none comes: nothing is listened to
		cancel()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil && wait.Err() == nil {
			return err
		}
		ask, cancel := context.WithTimeout(ctx, sendPatience)
		err = c.Ping(ask)
		cancel()
		if err != nil {
			return err
		}
	}
}

func rest(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
