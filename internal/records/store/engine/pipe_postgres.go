package engine

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
)

// mostWaiting is how many statements may wait to be sent.
const mostWaiting = 256

// piped makes the connections of the writer.
type piped struct{ driver.Connector }

// Connect implements [driver.Connector].
func (p piped) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := p.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	conn, ok := c.(*stdlib.Conn)
	if !ok {
		return nil, fmt.Errorf("the driver made a %T", c)
	}
	return &pipe{Conn: conn, known: map[string]bool{}}, nil
}

// pipe is a connection that keeps what need not be answered at once ([Conn.Later])
// until something else has to be, and sends all of it then: the server works
// through it in its order, answers together, and after a failure does nothing
// of the rest.
//
// A text goes with others only after it was run by itself once: what cannot be
// prepared, or sent, fails beside nothing, and does not end the neighbours'
// transaction.
type pipe struct {
	*stdlib.Conn
	waiting []sent
	known   map[string]bool // texts that were run, and whether [pipedRows] can read their answer; fewer than pgx keeps prepared (512)
	failed  error           // what the running act met: PostgreSQL does nothing more for it
}

// sent is a statement on its way to the server.
type sent struct {
	text string
	args []any
}

// later keeps a statement for the next journey; false: it has to be run now.
func (p *pipe) later(text string, args []any) bool {
	if _, known := p.known[text]; !known || p.failed != nil || !sendable(args) || len(p.waiting) == mostWaiting {
		return false
	}
	p.waiting = append(p.waiting, sent{text, args})
	return true
}

// forget gives up what waits, with the act that it belongs to. unsent says that
// nothing of the act has reached the server, not even its savepoint.
func (p *pipe) forget() (unsent bool) {
	unsent = len(p.waiting) > 0 && p.waiting[0].text == savepoint
	clear(p.waiting)
	p.waiting, p.failed = p.waiting[:0], nil
	return unsent
}

// ExecContext implements [driver.ExecerContext].
func (p *pipe) ExecContext(ctx context.Context, text string, named []driver.NamedValue) (driver.Result, error) {
	plain, known := p.known[text]
	args := values(named)
	if alone, err := p.alone(ctx, known && sendable(args)); err != nil {
		return nil, err
	} else if alone {
		result, err := p.Conn.ExecContext(ctx, text, named)
		return result, p.learn(text, plain, err)
	}
	answers, err := p.send(ctx, sent{text, args})
	if err != nil {
		return nil, err
	}
	tag, err := answers.Exec()
	return driver.RowsAffected(tag.RowsAffected()), p.over(answers, err)
}

// QueryContext implements [driver.QueryerContext].
func (p *pipe) QueryContext(ctx context.Context, text string, named []driver.NamedValue) (driver.Rows, error) {
	args := values(named)
	if alone, err := p.alone(ctx, p.known[text] && sendable(args)); err != nil {
		return nil, err
	} else if alone {
		rows, err := p.Conn.QueryContext(ctx, text, named)
		return rows, p.learn(text, err == nil && plain(rows), err)
	}
	answers, err := p.send(ctx, sent{text, args})
	if err != nil {
		return nil, err
	}
	rows, err := answers.Query()
	if err != nil {
		return nil, p.over(answers, err)
	}
	r := &pipedRows{pipe: p, answers: answers, rows: rows, more: rows.Next()} // the columns are known with the first row
	if rows.Err() != nil {
		return nil, r.Close()
	}
	return r, nil
}

// alone reports whether a statement goes by itself: nothing waits, or it can go
// behind nothing. Then what waited has been done.
func (p *pipe) alone(ctx context.Context, joins bool) (bool, error) {
	switch {
	case p.failed != nil:
		return false, p.failed
	case len(p.waiting) == 0:
		return true, nil
	case joins:
		return false, nil
	}
	answers, err := p.send(ctx)
	if err != nil {
		return false, err
	}
	return true, p.over(answers, nil)
}

// send sends what waits and others after it, and returns when all that waited
// has been done.
func (p *pipe) send(ctx context.Context, others ...sent) (pgx.BatchResults, error) {
	batch := &pgx.Batch{QueuedQueries: make([]*pgx.QueuedQuery, 0, len(p.waiting)+1)}
	for _, s := range append(p.waiting, others...) {
		batch.Queue(s.text, s.args...)
	}
	waited := len(p.waiting)
	clear(p.waiting)
	p.waiting = p.waiting[:0]
	answers := p.Conn.Conn().SendBatch(ctx, batch)
	for range waited {
		if _, err := answers.Exec(); err != nil {
			return nil, p.over(answers, err)
		}
	}
	return answers, nil
}

// over ends a journey of several statements; err is what one of them met. After
// a failure the act goes no further, whichever of them it was.
func (p *pipe) over(answers pgx.BatchResults, err error) error {
	if closed := answers.Close(); err == nil { // it tells the same error again
		err = closed
	}
	if err != nil {
		p.failed = err
	}
	return err
}

// learn notes how a statement by itself ended. One that the server refused ended
// the act's transaction.
func (p *pipe) learn(text string, plain bool, err error) error {
	if err != nil {
		if p.Conn.Conn().PgConn().TxStatus() == 'E' {
			p.failed = err
		}
		return err
	}
	if _, known := p.known[text]; !known && len(p.known) == maxStatements {
		clear(p.known)
	}
	p.known[text] = plain
	return nil
}

func values(named []driver.NamedValue) []any {
	args := make([]any, len(named))
	for i, a := range named {
		args[i] = a.Value
	}
	return args
}

// sendable reports whether arguments are of the kinds that the driver can send
// for every column that takes them.
func sendable(args []any) bool {
	for _, a := range args {
		if a == nil {
			continue
		}
		switch t := reflect.TypeOf(a); t.Kind() {
		case reflect.String, reflect.Bool, reflect.Int, reflect.Int64:
		case reflect.Slice:
			if t.Elem().Kind() != reflect.Uint8 {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// plain reports whether [pipedRows] yields the columns of an answer as the
// driver does.
func plain(rows driver.Rows) bool {
	r, ok := rows.(driver.RowsColumnTypeDatabaseTypeName)
	if !ok {
		return false
	}
	for i := range rows.Columns() {
		if !slices.Contains([]string{"BOOL", "BYTEA", "INT2", "INT4", "INT8", "TEXT"}, r.ColumnTypeDatabaseTypeName(i)) {
			return false
		}
	}
	return true
}

// pipedRows are the rows of a statement that others went before.
type pipedRows struct {
	pipe    *pipe
	answers pgx.BatchResults
	rows    pgx.Rows
	more    bool // the next row has been read
	begun   bool
	columns []string
}

// Columns implements [driver.Rows].
func (r *pipedRows) Columns() []string {
	if r.columns == nil {
		for _, f := range r.rows.FieldDescriptions() {
			r.columns = append(r.columns, f.Name)
		}
	}
	return r.columns
}

// Next implements [driver.Rows].
func (r *pipedRows) Next(dest []driver.Value) (err error) {
	if r.begun {
		r.more = r.rows.Next()
	}
	r.begun = true
	if !r.more {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return io.EOF
	}
	kinds, fields := r.pipe.Conn.Conn().TypeMap(), r.rows.FieldDescriptions()
	for i, raw := range r.rows.RawValues() {
		if dest[i] = nil; raw == nil {
			continue
		}
		switch fields[i].DataTypeOID {
		case pgtype.TextOID:
			dest[i] = string(raw)
		case pgtype.BoolOID:
			dest[i], err = read[bool](kinds, fields[i], raw)
		case pgtype.ByteaOID:
			dest[i], err = read[[]byte](kinds, fields[i], raw)
		default:
			dest[i], err = read[int64](kinds, fields[i], raw)
		}
		if err != nil {
			return fmt.Errorf("column %s: %w", fields[i].Name, err)
		}
	}
	return nil
}

func read[T any](kinds *pgtype.Map, f pgconn.FieldDescription, raw []byte) (T, error) {
	var v T
	err := kinds.Scan(f.DataTypeOID, f.Format, raw, &v)
	return v, err
}

// Close implements [driver.Rows].
func (r *pipedRows) Close() error {
	r.rows.Close()
	return r.pipe.over(r.answers, r.rows.Err())
}
