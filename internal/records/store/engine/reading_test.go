package engine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"madoguchi/terms/fault"
)

func TestReadingGoesOnBesideTheOneThatWrites(t *testing.T) {
	dir := t.TempDir()
	cfg := Config{Dir: dir, File: "x.db", Readers: 2, Migrations: fstest.MapFS{
		"00001_lines.sql": {Data: []byte("-- +goose Up\nCREATE TABLE lines (text TEXT);\n")},
	}}
	db, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	count := func() (n int) {
		t.Helper()
		reading, err := OpenReading(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		if err := reading.QueryRow(`SELECT COUNT(*) FROM lines`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if _, err := reading.Exec(`INSERT INTO lines VALUES ('x')`); err == nil {
			t.Error("the reading connection writes")
		}
		if err := reading.Close(); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for want := 1; want <= 2; want++ {
		err := db.Write(t.Context(), func(c *Conn) error {
			_, err := c.ExecContext(t.Context(), `INSERT INTO lines VALUES ('a')`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := count(); got != want {
			t.Errorf("reads %d lines, want %d", got, want)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := count(); got != 2 { // and when nobody runs
		t.Errorf("reads %d lines of a stopped desk", got)
	}
}

func TestReadingSaysWhyItCannot(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "x.db"), []byte(strings.Repeat("this is no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	first := fstest.MapFS{"00001_lines.sql": {Data: []byte("-- +goose Up\nCREATE TABLE lines (text TEXT);\n")}}
	second := fstest.MapFS{"00001_lines.sql": first["00001_lines.sql"], "00002_more.sql": {Data: []byte("-- +goose Up\nCREATE TABLE more (text TEXT);\n")}}
	made := map[string]fstest.MapFS{"first": first, "second": second}
	dirs := map[string]string{}
	for name, files := range made {
		dirs[name] = t.TempDir()
		db, err := Open(t.Context(), Config{Dir: dirs[name], File: "x.db", Migrations: files})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		cfg  Config
		kind fault.Kind
		word string
	}{
		"no directory":    {Config{Dir: filepath.Join(dir, "none"), Migrations: first}, fault.NotFound, "no directory"},
		"a file":          {Config{Dir: file, Migrations: first}, fault.NotFound, "is no directory"},
		"nobody's desk":   {Config{Dir: dir, Migrations: first}, fault.NotFound, "not the data directory"},
		"no database":     {Config{Dir: other, Migrations: first}, fault.Unavailable, "not the database of a desk"},
		"an older schema": {Config{Dir: dirs["first"], Migrations: second}, fault.Unavailable, "older schema (1"},
		"a newer schema":  {Config{Dir: dirs["second"], Migrations: first}, fault.Unavailable, "newer version (schema 2"},
	} {
		c.cfg.File = "x.db"
		before, err := os.ReadDir(c.cfg.Dir)
		if err != nil {
			before = nil
		}
		_, err = OpenReading(t.Context(), c.cfg)
		if !fault.Is(err, c.kind) || !strings.Contains(err.Error(), c.word) || fault.Public(err).JA == "" {
			t.Errorf("%s: %v", name, err)
		}
		if after, err := os.ReadDir(c.cfg.Dir); err == nil && name != "a newer schema" && name != "an older schema" && len(after) != len(before) {
			t.Errorf("%s: it made something: %v", name, after)
		}
	}
}
