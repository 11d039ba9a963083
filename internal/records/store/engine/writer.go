package engine

import (
	"context"
	"database/sql"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// request is one act on its way through the writer.
type request struct {
	act   func(*Conn) error
	state atomic.Int32 // waiting, then taken or abandoned
	done  chan outcome // holds one: the writer never waits for the caller
}

const (
	waiting int32 = iota
	taken
	abandoned
)

func (r *request) take() bool    { return r.state.CompareAndSwap(waiting, taken) }
func (r *request) abandon() bool { return r.state.CompareAndSwap(waiting, abandoned) }

// outcome is what became of an act.
type outcome struct {
	err   error
	panic any // what act panicked with, and where
}

func (o outcome) result() error {
	if o.panic != nil {
		panic(o.panic)
	}
	return o.err
}

// writer owns the only connection that writes.
type writer struct {
	queue   chan *request
	stopped chan struct{}
	pool    *sql.DB
	conn    *Conn // nil before the first batch and after a failed one
	acts    int
	length  time.Duration
}

func newWriter(pool *sql.DB, acts int, length time.Duration) *writer {
	return &writer{
		queue: make(chan *request, acts), stopped: make(chan struct{}),
		pool: pool, acts: acts, length: length,
	}
}

func (w *writer) run() {
	defer close(w.stopped)
	for first := range w.queue {
		w.batch(first)
	}
	if w.conn != nil {
		w.drop()
	}
}

// held is an act of the running batch with what it will be told.
type held struct {
	request *request
	outcome outcome
}

// batch runs acts until nobody waits or the bounds are reached, commits, and
// only then answers all of them.
//
// No caller's context reaches the statements: SQLite answers an interrupted
// write by rolling back the whole transaction, neighbours included.
func (w *writer) batch(first *request) {
	var batch []held
	begun := time.Now() // monotonic; bounds the batch and is never stored
	stored := 0
	failed := w.begin()
	for r := first; r != nil; r = w.next(len(batch), begun) {
		if !r.take() {
			continue
		}
		if failed != nil {
			batch = append(batch, held{r, outcome{}})
			break // the next request tries a transaction of its own
		}
		o, err := w.attempt(r.act)
		batch = append(batch, held{r, o})
		if err != nil {
			failed = err
			break
		}
		if o.err == nil && o.panic == nil {
			stored++
		}
	}
	if failed == nil {
		failed = w.end(stored)
	}
	if failed != nil && w.conn != nil {
		w.drop() // whatever state the connection is in, the next batch starts from a fresh one
	}
	for _, h := range batch {
		if failed != nil && h.outcome.panic == nil && (h.outcome.err == nil || stored > 0) {
			h.outcome.err = lost(failed)
		}
		h.request.done <- h.outcome
	}
}

// next returns a waiting request, or nil when the batch is to be committed.
// The one yield lets callers that the previous commit woke reach the queue;
// on an idle machine it costs nothing.
func (w *writer) next(acts int, begun time.Time) *request {
	if acts >= w.acts || time.Since(begun) >= w.length {
		return nil
	}
	for try := range 2 {
		select {
		case r := <-w.queue: // nil once closed and drained
			return r
		default:
			if try == 0 {
				runtime.Gosched()
			}
		}
	}
	return nil
}

func (w *writer) begin() error {
	ctx := context.Background()
	if w.conn == nil {
		conn, err := w.pool.Conn(ctx)
		if err != nil {
			return err
		}
		w.conn = &Conn{conn: conn, ready: map[string]*sql.Stmt{}}
	}
	_, err := w.conn.ExecContext(ctx, beginWrite)
	return err
}

func (w *writer) end(stored int) error {
	text := "COMMIT"
	if stored == 0 {
		text = "ROLLBACK"
	}
	_, err := w.conn.ExecContext(context.Background(), text)
	return err
}

// attempt runs one act in its savepoint. Its own failure is in the outcome;
// the error means that the whole transaction is lost.
func (w *writer) attempt(act func(*Conn) error) (outcome, error) {
	ctx := context.Background()
	if _, err := w.conn.ExecContext(ctx, "SAVEPOINT act"); err != nil {
		return outcome{}, err
	}
	o := guard(act, w.conn)
	if o.err != nil || o.panic != nil {
		if _, err := w.conn.ExecContext(ctx, "ROLLBACK TO SAVEPOINT act"); err != nil {
			return o, err
		}
	}
	_, err := w.conn.ExecContext(ctx, "RELEASE SAVEPOINT act")
	return o, err
}

func guard(act func(*Conn) error, c *Conn) (o outcome) {
	defer func() {
		if v := recover(); v != nil {
			o.panic = fmt.Sprintf("%v\n\nin an act of the writer:\n%s", v, debug.Stack())
		}
	}()
	return outcome{err: act(c)}
}

func (w *writer) drop() {
	w.conn.discard()
	w.conn = nil
}
