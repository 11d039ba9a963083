package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/records/store/engine"
	"madoguchi/terms/fault"
)

// micros is an instant as it is stored; 0 is none.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// instant is micros read back, in UTC.
func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

func duration(us int64) time.Duration { return time.Duration(us) * time.Microsecond }

// scanner is a row that is being read: *sql.Row or *sql.Rows.
type scanner interface{ Scan(into ...any) error }

// all reads every row of a query.
func all[T any](ctx context.Context, q querier, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	read := func(row scanner, v *T) (err error) {
		*v, err = scan(row)
		return err
	}
	return upTo(ctx, q, 0, read, query, args...)
}

// upTo reads the at most n rows of a query (0: any number), each into its place
// in the list: rows of many columns are neither made twice nor moved while the
// list grows.
func upTo[T any](ctx context.Context, q querier, n int, read func(scanner, *T) error, query string, args ...any) (list []T, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, engine.Fault(err)
	}
	defer func() { err = engine.Fault(errors.Join(err, rows.Close())) }()
	for rows.Next() {
		if list == nil {
			list = make([]T, 0, n)
		}
		var place T
		list = append(list, place)
		if err := read(rows, &list[len(list)-1]); err != nil {
			return nil, err
		}
	}
	return list, rows.Err()
}

// one reads the row of a query; none is the fault given.
func one[T any](ctx context.Context, q querier, missing *fault.Error, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	v, err := scan(q.QueryRowContext(ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		var none T
		return none, missing
	}
	return v, engine.Fault(err)
}

func text(r scanner) (string, error) {
	var s string
	err := r.Scan(&s)
	return s, err
}

func number(r scanner) (int64, error) {
	var n int64
	err := r.Scan(&n)
	return n, err
}

// tally reads the one number of a query that always has a row.
func tally(ctx context.Context, q querier, query string, args ...any) (int64, error) {
	n, err := number(q.QueryRowContext(ctx, query, args...))
	if err != nil {
		return 0, engine.Fault(fmt.Errorf("count: %w", err))
	}
	return n, nil
}

// encodeList is a list of words as a column holds it; none is "[]".
func encodeList(words []string) (string, error) {
	if len(words) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal(words)
	if err != nil {
		return "", fmt.Errorf("encode list: %w", err)
	}
	return string(b), nil
}

func decodeList(column string) ([]string, error) {
	if column == "[]" {
		return nil, nil // no words is a value here, not a missing one
	}
	var words []string
	if err := json.Unmarshal([]byte(column), &words); err != nil {
		return nil, fmt.Errorf("decode list: %w", err)
	}
	return words, nil
}

// placeholders is "$from, $from+1, …" for n arguments.
func placeholders(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(from + i))
	}
	return b.String()
}

// insert is the text of an INSERT with a placeholder for each column.
func insert(table, columns string) string {
	n := strings.Count(columns, ",") + 1
	return "INSERT INTO " + table + " (" + columns + ") VALUES (" + placeholders(1, n) + ")"
}

// lower is an address or a domain as it is looked up.
func lower(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// page clamps how many rows a list may return.
func page(limit int) int {
	if limit <= 0 || limit > 500 {
		return 50
	}
	return limit
}

// scanning is a function as a scanner.
type scanning func(into ...any) error

// Scan implements scanner.
func (f scanning) Scan(into ...any) error { return f(into...) }

// of names columns as those of a table.
func of(table, columns string) string {
	return table + "." + strings.ReplaceAll(columns, ", ", ", "+table+".")
}

// alsoInto reads a row's last column beside those that a scan function knows.
type alsoInto struct {
	scanner
	last any
}

// Scan implements scanner.
func (a alsoInto) Scan(into ...any) error { return a.scanner.Scan(append(into, a.last)...) }
