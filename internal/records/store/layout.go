package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"madoguchi/internal/records/store/engine"
)

// table is a table as the migrations make it.
type table struct {
	name     string
	columns  []string
	key      []string // the primary key
	refers   []string // tables whose rows must be there first
	flags    []string // columns that are true or false
	raw, sum int      // columns of a mail's bytes and their hash; -1: none
}

// layout returns every table but the counters, those that others refer to
// first. It is read from an empty SQLite made for this: the migrations are one
// text, so it is the layout of both engines, and a new table needs no list.
func layout(ctx context.Context) (tables []table, err error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "madoguchi-layout-")
	if err != nil {
		return nil, fmt.Errorf("make a temporary directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	db, err := engine.Open(ctx, engine.Config{Dir: dir, File: databaseFile, Migrations: files, Readers: 1})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	names, err := all(ctx, db.Readers(), text,
		`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT IN ('goose_db_version', 'counters') ORDER BY name`)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		t := table{name: name}
		if t.columns, err = all(ctx, db.Readers(), text, `SELECT name FROM pragma_table_info($1) ORDER BY cid`, name); err != nil {
			return nil, err
		}
		if t.key, err = all(ctx, db.Readers(), text, `SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk`, name); err != nil {
			return nil, err
		}
		if t.flags, err = all(ctx, db.Readers(), text, `SELECT name FROM pragma_table_info($1) WHERE type = 'BOOLEAN'`, name); err != nil {
			return nil, err
		}
		if t.refers, err = all(ctx, db.Readers(), text, `SELECT DISTINCT "table" FROM pragma_foreign_key_list($1)`, name); err != nil {
			return nil, err
		}
		if len(t.key) == 0 {
			return nil, fmt.Errorf("table %s has no primary key, and cannot be copied in parts", name)
		}
		t.raw, t.sum = slices.Index(t.columns, "raw"), slices.Index(t.columns, "sha256")
		tables = append(tables, t)
	}
	return inOrderOfReference(tables), nil
}

func inOrderOfReference(tables []table) []table {
	var sorted []table
	there := map[string]bool{}
	for len(sorted) < len(tables) {
		before := len(sorted)
		for _, t := range tables {
			if !there[t.name] && !slices.ContainsFunc(t.refers, func(r string) bool { return r != t.name && !there[r] }) {
				sorted = append(sorted, t)
				there[t.name] = true
			}
		}
		if len(sorted) == before { // a circle: as it comes
			for _, t := range tables {
				if !there[t.name] {
					sorted = append(sorted, t)
				}
			}
		}
	}
	return sorted
}

// last returns the key of a table's last row; nil when it is empty.
func (t table) last(ctx context.Context, s *Store) ([]any, error) {
	rows, err := all(ctx, s.db.Readers(), anyRow(len(t.key)),
		`SELECT `+strings.Join(t.key, ", ")+` FROM `+t.name+` ORDER BY `+strings.Join(t.key, " DESC, ")+` DESC LIMIT 1`)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0], nil
}

// after returns the next rows behind a key.
func (t table) after(ctx context.Context, s *Store, last []any) (list [][]any, err error) {
	where := ""
	if last != nil {
		where = " WHERE (" + strings.Join(t.key, ", ") + ") > (" + placeholders(1, len(last)) + ")"
	}
	size := 0
	full := errors.New("enough")
	err = engine.Each(ctx, s.db.Readers(), func(row *sql.Rows) error {
		values, err := t.read(row, t.columns)
		if err != nil {
			return err
		}
		list = append(list, values)
		for _, v := range values {
			switch v := v.(type) {
			case []byte:
				size += len(v)
			case string:
				size += len(v)
			}
		}
		if size > copyBytes {
			return full
		}
		return nil
	}, `SELECT `+strings.Join(t.columns, ", ")+` FROM `+t.name+where+` ORDER BY `+strings.Join(t.key, ", ")+fmt.Sprintf(" LIMIT %d", copyRows), last...)
	if errors.Is(err, full) {
		err = nil
	}
	return list, err
}

// read reads a row so that both engines give the same values: SQLite has no
// type for flags, and gives a nil slice for no bytes.
func (t table) read(row scanner, columns []string) ([]any, error) {
	values, err := anyRow(len(columns))(row)
	for i, v := range values {
		switch v := v.(type) {
		case int64:
			if slices.Contains(t.flags, columns[i]) {
				values[i] = v != 0
			}
		case []byte:
			if v == nil {
				values[i] = []byte{}
			}
		}
	}
	return values, err
}

// anyRow reads a row of n columns as the driver gives them.
func anyRow(n int) func(scanner) ([]any, error) {
	return func(row scanner) ([]any, error) {
		values, into := make([]any, n), make([]any, n)
		for i := range values {
			into[i] = &values[i]
		}
		return values, row.Scan(into...)
	}
}

func (t table) keyOf(row []any) []any {
	key := make([]any, len(t.key))
	for i, name := range t.key {
		key[i] = row[slices.Index(t.columns, name)]
	}
	return key
}

// maxParameters is how many arguments one statement may have on both engines.
const maxParameters = 30_000

// insert writes rows, many with one statement.
func (t table) insert(tx *Tx, rows [][]any) error {
	for chunk := range slices.Chunk(rows, max(1, min(100, maxParameters/len(t.columns)))) {
		var args []any
		values := make([]string, len(chunk))
		for i, row := range chunk {
			values[i] = "(" + placeholders(len(args)+1, len(row)) + ")"
			args = append(args, row...)
		}
		if err := tx.exec(`INSERT INTO `+t.name+` (`+strings.Join(t.columns, ", ")+`) VALUES `+strings.Join(values, ", "), args...); err != nil {
			return err
		}
	}
	return nil
}
