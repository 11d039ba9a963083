package engine

import (
	"context"
	"strings"
	"testing"

	"madoguchi/terms/fault"
)

// pragma runs a setting on the writer's connection.
func pragma(t *testing.T, d *DB, text string) {
	t.Helper()
	if err := d.Write(context.Background(), func(c *Conn) error { _, err := c.conn.ExecContext(context.Background(), text); return err }); err != nil {
		t.Fatal(err)
	}
}

// TestAFullDiskTakesTheBatchAlong: SQLite ends the transaction when the disk is
// full, so everyone in it is told the reason, nothing of it is stored, and the
// next act is a new beginning.
func TestAFullDiskTakesTheBatchAlong(t *testing.T) {
	d := openIn(t, t.TempDir(), Config{})
	pragma(t, d, `PRAGMA max_page_count = 40`)
	release := hold(d)
	results := handOver(d, insertLine(1), func(c *Conn) error {
		_, err := c.ExecContext(context.Background(), `INSERT INTO lines (id, text) VALUES (2, $1)`, strings.Repeat("x", 1_000_000))
		return Fault(err)
	})
	for i, err := range append([]error{release()}, results()...) {
		if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "no space left") {
			t.Errorf("act %d was told %v", i, err)
		}
	}
	if n := count(t, d); n != 0 {
		t.Errorf("%d lines are stored, want 0", n)
	}
	if err := put(d, 3, "x"); err != nil {
		t.Errorf("the next act: %v", err)
	}
}

// TestAnotherProgramHoldsTheDatabase: a lock that another program holds is
// waited for, then refused, and the writer goes on when it is gone.
func TestAnotherProgramHoldsTheDatabase(t *testing.T) {
	dir := t.TempDir()
	d := openIn(t, dir, Config{})
	pragma(t, d, `PRAGMA busy_timeout = 10`)
	other, err := openWriter(dir+"/test.db", false)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := other.Close(); err != nil {
			t.Error(err)
		}
	}()
	conn, err := other.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if err := beginImmediate(context.Background(), conn); err != nil {
		t.Fatal(err)
	}
	if err := put(d, 1, "x"); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "another program") {
		t.Errorf("got %v", err)
	}
	if _, err := conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	if err := put(d, 2, "x"); err != nil {
		t.Errorf("after the lock was gone: %v", err)
	}
}
