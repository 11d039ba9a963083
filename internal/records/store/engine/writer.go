package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"

	"madoguchi/terms/fault"
)

// request is one act on its way through the writer.
type request struct {
	act   func(*Conn) error
	state atomic.Int32 // waiting, then taken or abandoned
	done  chan error   // holds one: the writer never waits for the caller
}

const (
	waiting int32 = iota
	taken
	abandoned
)

func (r *request) take() bool    { return r.state.CompareAndSwap(waiting, taken) }
func (r *request) abandon() bool { return r.state.CompareAndSwap(waiting, abandoned) }

// writer owns the only connection that writes.
type writer struct {
	first   chan *request // acts that somebody outside waits for, such as a mail being taken
	queue   chan *request // all others
	stopped chan struct{}
	side    *side
	passed  int   // acts of the first lane since one of the other
	conn    *Conn // nil before the first batch and after a failed one
	acts    int
	length  time.Duration
	full    atomic.Bool // see DB.Full
}

func newWriter(s *side, acts int, length time.Duration) *writer {
	return &writer{
		first: make(chan *request, acts), queue: make(chan *request, acts), stopped: make(chan struct{}),
		side: s, acts: acts, length: length,
	}
}

func (w *writer) run() {
	defer close(w.stopped)
	for r := w.await(); r != nil; r = w.await() {
		w.batch(r)
	}
	if w.conn != nil {
		// Back to the pool: it must be the last connection that closes, since a
		// reader cannot fold SQLite's log into the database.
		w.conn.rest()
	}
}

// await returns the next request; nil once both lanes are closed and drained.
func (w *writer) await() *request {
	first, queue := w.first, w.queue
	for first != nil || queue != nil {
		if r := w.take(); r != nil {
			return r
		}
		select {
		case r, open := <-first:
			if open {
				return r
			}
			first = nil
		case r, open := <-queue:
			if open {
				return r
			}
			queue = nil
		}
	}
	return nil
}

// fairness is how many acts of the first lane may pass one that waits in the
// other.
const fairness = 64

// take returns a waiting request, those of the first lane before others, or
// nil when nobody waits.
func (w *writer) take() *request {
	if w.passed < fairness {
		if r := poll(w.first); r != nil {
			w.passed++
			return r
		}
	}
	w.passed = 0
	if r := poll(w.queue); r != nil {
		return r
	}
	return poll(w.first)
}

func poll(lane <-chan *request) *request {
	select {
	case r := <-lane: // nil once closed and drained
		return r
	default:
		return nil
	}
}

// held is an act of the running batch with its own failure, if it had one.
type held struct {
	request *request
	err     error
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
			batch = append(batch, held{r, nil})
			break // the next request tries a transaction of its own
		}
		own, err := w.attempt(r.act)
		batch = append(batch, held{r, own})
		if err != nil {
			failed = err
			break
		}
		if own == nil {
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
		// An act's own failure stands only if nothing that it may have judged
		// by was lost.
		if failed != nil && (h.err == nil || stored > 0) {
			h.err = lost(failed)
		}
		if h.err != nil && errors.Is(Fault(h.err), errFull) {
			w.full.Store(true)
		}
		h.request.done <- h.err
	}
}

// next returns a waiting request, or nil when the batch is to be committed.
// The one yield lets callers that the previous commit woke reach the queue;
// on an idle machine it costs nothing.
func (w *writer) next(acts int, begun time.Time) *request {
	if acts >= w.acts || time.Since(begun) >= w.length {
		return nil
	}
	if r := w.take(); r != nil {
		return r
	}
	runtime.Gosched()
	return w.take()
}

// begin opens the batch's transaction. A connection that broke while nobody
// used it is replaced: nothing rests on it yet.
func (w *writer) begin() error {
	ctx := context.Background()
	if w.conn != nil {
		if err := w.side.begin(ctx, w.conn.conn); err == nil {
			w.conn.Batch = Batch{}
			return nil
		}
		w.drop()
	}
	conn, err := w.side.pool.Conn(ctx)
	if err != nil {
		return err
	}
	w.conn = &Conn{conn: conn, first: w.first}
	if w.side.keep {
		w.conn.ready = map[string]*sql.Stmt{}
	}
	if err := conn.Raw(func(driver any) error { w.conn.pipe, _ = driver.(*pipe); return nil }); err != nil {
		return err
	}
	return w.side.begin(ctx, conn)
}

func (w *writer) end(stored int) error {
	text := "COMMIT"
	if stored == 0 {
		text = "ROLLBACK"
	} else if last := w.conn.Batch.Last; last != nil {
		if err := last(w.conn); err != nil {
			return err
		}
	}
	_, err := w.conn.ExecContext(context.Background(), text)
	return err
}

// savepoint begins an act within its batch.
const savepoint = "SAVEPOINT act"

// attempt runs one act in its savepoint. own is the act's failure, which may
// be found only at its end, by a statement that nobody waited for; err means
// that the whole transaction is lost.
func (w *writer) attempt(act func(*Conn) error) (own, err error) {
	ctx := context.Background()
	if err := w.conn.Later(ctx, savepoint); err != nil {
		return nil, err
	}
	w.conn.stored = func() {}
	own = guard(act, w.conn)
	if own == nil {
		_, err := w.conn.ExecContext(ctx, "RELEASE SAVEPOINT act") // with all that the act has left to be sent
		if err == nil {
			w.conn.stored()
			return nil, nil
		}
		own = Fault(err)
	}
	if w.conn.forget() {
		return own, nil
	}
	if _, err := w.conn.ExecContext(ctx, "ROLLBACK TO SAVEPOINT act"); err != nil {
		// SQLite ended the transaction by itself, as it does on a full
		// disk; the act met the reason.
		return own, errors.Join(own, err)
	}
	_, err = w.conn.ExecContext(ctx, "RELEASE SAVEPOINT act")
	return own, err
}

// guard keeps a defect in one act from stopping the writer for all.
func guard(act func(*Conn) error, c *Conn) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fault.Wrap(fault.Internal, fmt.Errorf("an act panicked: %v\n%s", v, debug.Stack()),
				"処理中に問題が発生しました。何も変更されていません。", "Something went wrong on our side. Nothing was changed.")
		}
	}()
	return act(c)
}

func (w *writer) drop() {
	w.conn.discard()
	w.conn = nil
}
