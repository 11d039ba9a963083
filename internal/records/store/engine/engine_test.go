package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"madoguchi/terms/fault"
)

const schema = `-- +goose Up
CREATE TABLE lines (id BIGINT NOT NULL PRIMARY KEY, text TEXT NOT NULL);
`

func files(names ...string) fs.FS {
	m := fstest.MapFS{"00001_lines.sql": {Data: []byte(schema)}}
	for i, name := range names {
		m[name] = &fstest.MapFile{Data: fmt.Appendf(nil, "-- +goose Up\nCREATE TABLE later%d (id BIGINT);\n", i)}
	}
	return m
}

func openIn(t testing.TB, dir string, cfg Config) *DB {
	t.Helper()
	cfg.Dir, cfg.File = dir, "test.db"
	if cfg.Migrations == nil {
		cfg.Migrations = files()
	}
	d, err := Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func put(d *DB, id int, text string) error {
	return d.Write(context.Background(), func(c *Conn) error {
		_, err := c.ExecContext(context.Background(), `INSERT INTO lines (id, text) VALUES ($1, $2)`, id, text)
		return Fault(err)
	})
}

func count(t testing.TB, d *DB) int {
	t.Helper()
	var n int
	if err := d.Readers().QueryRow(`SELECT COUNT(*) FROM lines`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// hold keeps the writer busy until release is called, so that the acts handed
// over meanwhile share a batch.
func hold(d *DB) (release func() error) {
	begun, let, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- d.Write(context.Background(), func(*Conn) error { close(begun); <-let; return nil })
	}()
	<-begun
	return func() error { close(let); return <-done }
}

// handOver starts writes and returns when all of them wait in the queue.
func handOver(d *DB, acts ...func(*Conn) error) (results func() []error) {
	errs := make([]error, len(acts))
	var done sync.WaitGroup
	for i, act := range acts {
		before := len(d.writer.queue)
		done.Go(func() { errs[i] = d.Write(context.Background(), act) })
		for len(d.writer.queue) == before {
			runtime.Gosched()
		}
	}
	return func() []error { done.Wait(); return errs }
}

func insertLine(id int) func(*Conn) error {
	return func(c *Conn) error {
		_, err := c.ExecContext(context.Background(), `INSERT INTO lines (id, text) VALUES ($1, 'x')`, id)
		return err
	}
}

func TestAFailingActIsUndoneAlone(t *testing.T) {
	d := openIn(t, t.TempDir(), Config{})
	release := hold(d)
	own := errors.New("the act's own")
	results := handOver(
		d,
		insertLine(1),
		func(c *Conn) error { return errors.Join(insertLine(2)(c), own) },
		func(c *Conn) error { _ = insertLine(3)(c); panic("a defect") },
		insertLine(1), // exists already
		insertLine(5),
	)
	if err := release(); err != nil {
		t.Error(err)
	}
	errs := results()
	if errs[0] != nil || errs[4] != nil {
		t.Errorf("good acts failed: %v, %v", errs[0], errs[4])
	}
	if !errors.Is(errs[1], own) {
		t.Errorf("the act's own error came back as %v", errs[1])
	}
	if !fault.Is(errs[2], fault.Internal) || !strings.Contains(errs[2].Error(), "a defect") {
		t.Errorf("a panic came back as %v", errs[2])
	}
	if !fault.Is(Fault(errs[3]), fault.Conflict) {
		t.Errorf("a double key came back as %v", Fault(errs[3]))
	}
	if n := count(t, d); n != 2 {
		t.Errorf("%d lines are stored, want 2", n)
	}
}

func TestNobodyIsAnsweredBeforeTheCommit(t *testing.T) {
	d := openIn(t, t.TempDir(), Config{})
	release := hold(d)
	seen := make([]int, 8)
	var acts []func(*Conn) error
	for i := range seen {
		acts = append(acts, func(c *Conn) error {
			seen[i] = count(t, d) // what a reader sees while the batch runs
			return insertLine(i)(c)
		})
	}
	results := handOver(d, acts...)
	if err := release(); err != nil {
		t.Error(err)
	}
	for i, err := range results() {
		if err != nil || seen[i] != 0 {
			t.Errorf("act %d: %v; a reader saw %d lines before the commit", i, err, seen[i])
		}
	}
	if n := count(t, d); n != len(seen) {
		t.Errorf("%d lines, want %d", n, len(seen))
	}
}

func TestManyWritersAtOnce(t *testing.T) {
	d := openIn(t, t.TempDir(), Config{BatchActs: 7})
	const writers, each = 16, 50
	var done sync.WaitGroup
	for w := range writers {
		done.Go(func() {
			for i := range each {
				id := w*each + i
				if err := put(d, id, "x"); err != nil {
					t.Error(err)
					return
				}
				var got string
				if err := d.Readers().QueryRow(`SELECT text FROM lines WHERE id = $1`, id).Scan(&got); err != nil {
					t.Errorf("line %d was acknowledged and cannot be read: %v", id, err)
				}
			}
		})
	}
	done.Wait()
	if n := count(t, d); n != writers*each {
		t.Errorf("%d lines, want %d", n, writers*each)
	}
}

func TestACancelledActThatHasNotBegunIsGivenUp(t *testing.T) {
	d := openIn(t, t.TempDir(), Config{})
	release := hold(d)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := d.Write(ctx, insertLine(1))
	if err := release(); err != nil {
		t.Error(err)
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := put(d, 2, "x"); err != nil {
		t.Fatal(err)
	}
	if n := count(t, d); n != 1 {
		t.Errorf("%d lines, want 1: the cancelled act ran", n)
	}
}

func TestAnActThatHasBegunIsBroughtToItsEnd(t *testing.T) {
	d := openIn(t, t.TempDir(), Config{})
	ctx, cancel := context.WithCancel(context.Background())
	err := d.Write(ctx, func(c *Conn) error { cancel(); return insertLine(1)(c) })
	if err != nil || count(t, d) != 1 {
		t.Errorf("%v, %d lines", err, count(t, d))
	}
}

func TestCloseFinishesWhatWasHandedOver(t *testing.T) {
	dir := t.TempDir()
	d := openIn(t, dir, Config{})
	release := hold(d)
	results := handOver(d, insertLine(1), insertLine(2), insertLine(3))
	closed := make(chan error)
	go func() { closed <- d.Close() }()
	if err := release(); err != nil {
		t.Error(err)
	}
	if err := errors.Join(results()...); err != nil {
		t.Error(err)
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if err := put(d, 4, "x"); !fault.Is(err, fault.Unavailable) {
		t.Errorf("writing to a closed database: %v", err)
	}
	if n := count(t, openIn(t, dir, Config{})); n != 3 {
		t.Errorf("%d lines, want 3", n)
	}
}

func TestASecondProcessIsToldWhoHasTheDirectory(t *testing.T) {
	dir := t.TempDir()
	openIn(t, dir, Config{})
	_, err := Open(context.Background(), Config{Dir: dir, File: "test.db", Migrations: files()})
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), fmt.Sprintf("process %d on", os.Getpid())) {
		t.Errorf("got %v", err)
	}
}

func TestAnOlderBuildIsRefused(t *testing.T) {
	dir := t.TempDir()
	newer := openIn(t, dir, Config{Migrations: files("00002_later.sql")})
	if err := newer.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := Open(context.Background(), Config{Dir: dir, File: "test.db", Migrations: files()})
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("got %v", err)
	}
	openIn(t, dir, Config{Migrations: files("00002_later.sql", "00003_still_later.sql")})
}

func TestADirectoryThatCannotBeMadeIsUnavailable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a-file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(context.Background(), Config{Dir: filepath.Join(file, "data"), File: "test.db", Migrations: files()})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

func TestReadersCannotWrite(t *testing.T) {
	d := openIn(t, t.TempDir(), Config{})
	_, err := d.Readers().Exec(`INSERT INTO lines (id, text) VALUES (1, 'x')`)
	if !fault.Is(Fault(err), fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

// An act that somebody outside waits for passes the others, and the others
// come to their turn all the same.
func TestFirstActsPassOthersButNotForever(t *testing.T) {
	d := openIn(t, t.TempDir(), Config{BatchActs: 500, BatchTime: time.Hour})
	release := hold(d)
	var order []string
	note := func(what string) func(*Conn) error {
		return func(*Conn) error { order = append(order, what); return nil }
	}
	others := handOver(d, note("other"), note("other"))
	var firsts sync.WaitGroup
	for range 2*fairness + 10 {
		before := len(d.writer.first)
		firsts.Go(func() {
			if err := d.WriteFirst(context.Background(), note("first")); err != nil {
				t.Error(err)
			}
		})
		for len(d.writer.first) == before {
			runtime.Gosched()
		}
	}
	if err := errors.Join(append([]error{release()}, others()...)...); err != nil {
		t.Error(err)
	}
	firsts.Wait()
	var at []int
	for i, what := range order {
		if what == "other" {
			at = append(at, i)
		}
	}
	if want := []int{fairness, 2*fairness + 1}; !slices.Equal(at, want) {
		t.Errorf("of %d acts the others came as numbers %v, want %v", len(order), at, want)
	}
}

// A long act hears that somebody outside waits for its end.
func TestALongActHearsThatItIsAwaited(t *testing.T) {
	d := openIn(t, t.TempDir(), Config{})
	var before, after bool
	taken := make(chan error, 1)
	err := d.Write(t.Context(), func(c *Conn) error {
		before = c.Awaited()
		go func() { taken <- d.WriteFirst(context.Background(), func(*Conn) error { return nil }) }()
		for len(d.writer.first) == 0 {
			runtime.Gosched()
		}
		after = c.Awaited()
		return nil
	})
	if err := errors.Join(err, <-taken); err != nil {
		t.Fatal(err)
	}
	if before || !after {
		t.Errorf("awaited: %v before anybody waited and %v while somebody did", before, after)
	}
}
