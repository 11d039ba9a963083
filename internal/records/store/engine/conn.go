package engine

import (
	"context"
	"database/sql"
	"database/sql/driver"
)

// maxStatements bounds the cache of prepared statements. The store's texts
// are constants, well below this; lists of varying length come on top.
const maxStatements = 400

// Conn is the writer's connection inside one act. It prepares each statement
// once and keeps it. It must not be used after the act has returned.
type Conn struct {
	conn  *sql.Conn
	ready map[string]*sql.Stmt
}

// ExecContext runs a statement that returns no rows.
func (c *Conn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if s := c.statement(ctx, query); s != nil {
		return s.ExecContext(ctx, args...)
	}
	return c.conn.ExecContext(ctx, query, args...)
}

// QueryContext runs a statement that returns rows; the caller closes them
// before the next statement.
func (c *Conn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if s := c.statement(ctx, query); s != nil {
		return s.QueryContext(ctx, args...)
	}
	return c.conn.QueryContext(ctx, query, args...)
}

// QueryRowContext runs a statement that returns one row.
func (c *Conn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
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
	if len(c.ready) >= maxStatements {
		return nil
	}
	s, err := c.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	c.ready[query] = s
	return s
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
