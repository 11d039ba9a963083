package engine

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"strings"
	"unicode/utf8"
)

// maxStatements bounds the cache of prepared statements. The store's texts
// are constants, well below this; lists of varying length come on top.
const maxStatements = 400

// Conn is the writer's connection inside one act. It prepares each statement
// once and keeps it. It must not be used after the act has returned.
type Conn struct {
	conn  *sql.Conn
	ready map[string]*sql.Stmt // nil: the driver keeps them
	pipe  *pipe                // PostgreSQL: the driver's side of conn
	first <-chan *request      // see Awaited

	Batch  Batch
	stored func() // see Stored
}

// Batch is what the acts of one commit have in common. It is empty for the
// first of them. An act changes it by [Conn.Stored] only, when nothing of it can fail
// any more.
type Batch struct {
	Shared any               // nil in the first act
	Last   func(*Conn) error // runs before the commit; nil: nothing. Its error fails the batch
}

// Awaited reports whether an act of the first lane waits behind this one: a long
// act that can be parted ends then, and goes on in another.
func (c *Conn) Awaited() bool { return len(c.first) > 0 }

// Stored has the running act do something as soon as it cannot fail any more: all
// that it wrote was answered, also what it did not wait for, and is kept if the
// batch is. Nothing is done for an act that is undone, and a second call replaces
// the first.
func (c *Conn) Stored(do func()) { c.stored = do }

// ExecContext runs a statement that returns no rows.
func (c *Conn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	args = storable(args)
	if s := c.statement(ctx, query); s != nil {
		return s.ExecContext(ctx, args...)
	}
	return c.conn.ExecContext(ctx, query, args...)
}

// Later is [Conn.ExecContext] for a statement whose answer the act does not look
// at. On PostgreSQL it goes out together with the next one that is to be
// answered, at the latest with the act's end, instead of waiting for the
// server by itself: what follows sees what it wrote, and its error is that of
// whatever is answered next, or of the whole act. Its arguments must stay as
// they are until then. Where an error is turned into words, or the act would go
// on after it, ExecContext is the right one.
func (c *Conn) Later(ctx context.Context, query string, args ...any) error {
	if c.pipe != nil && c.pipe.later(query, storable(args)) {
		return nil
	}
	_, err := c.ExecContext(ctx, query, args...)
	return err
}

// forget gives up what an act has left to be sent. unsent says that nothing of
// it was.
func (c *Conn) forget() (unsent bool) { return c.pipe != nil && c.pipe.forget() }

// QueryContext runs a statement that returns rows; the caller closes them
// before the next statement.
func (c *Conn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	args = storable(args)
	if s := c.statement(ctx, query); s != nil {
		return s.QueryContext(ctx, args...)
	}
	return c.conn.QueryContext(ctx, query, args...)
}

// QueryRowContext runs a statement that returns one row.
func (c *Conn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	args = storable(args)
	if s := c.statement(ctx, query); s != nil {
		return s.QueryRowContext(ctx, args...)
	}
	return c.conn.QueryRowContext(ctx, query, args...)
}

// statement returns nil for a text that cannot be prepared: running it
// unprepared then gives the caller the engine's own error.
func (c *Conn) statement(ctx context.Context, query string) *sql.Stmt {
	if s, ok := c.ready[query]; ok {
		return s
	}
	if c.ready == nil || len(c.ready) >= maxStatements {
		return nil
	}
	s, err := c.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	c.ready[query] = s
	return s
}

// storable is a statement's arguments as both engines take them: PostgreSQL
// refuses texts that are no UTF-8 or hold a NUL, and what comes from outside
// may be such (an envelope, a header). Both engines then hold the same.
func storable(args []any) []any {
	for i, a := range args {
		if s, ok := a.(string); ok {
			if t := Storable(s); t != s { // a text that is put into an interface anew is copied there
				args[i] = t
			}
		}
	}
	return args
}

// Storable is a text without what PostgreSQL cannot hold: a NUL, or bytes that
// are no UTF-8, become U+FFFD.
func Storable(s string) string {
	if !strings.ContainsRune(s, 0) && utf8.ValidString(s) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// rest gives the connection back to its pool. No transaction is open.
func (c *Conn) rest() {
	for _, s := range c.ready {
		_ = s.Close()
	}
	_ = c.conn.Close()
}

// discard closes the connection for good, and with it any open transaction.
// What is thrown away has nothing to report that could still be acted upon.
func (c *Conn) discard() {
	for _, s := range c.ready { // before their connection: the driver frees it
		_ = s.Close()
	}
	// ErrBadConn makes database/sql close the connection instead of pooling it.
	_ = c.conn.Raw(func(any) error { return driver.ErrBadConn })
}
