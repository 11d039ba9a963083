package engine

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"madoguchi/terms/fault"
)

// TestAFullDiskIsAskedForRoomUntilItHasSome: an act that found no room makes
// the desk ask for as much, although smaller acts are stored meanwhile.
func TestAFullDiskIsAskedForRoomUntilItHasSome(t *testing.T) {
	d := openIn(t, t.TempDir(), Config{})
	large := func(c *Conn) error {
		_, err := c.ExecContext(context.Background(), `INSERT INTO lines (id, text) VALUES (1000, $1)`, strings.Repeat("x", 100_000))
		return err
	}
	if d.Full() {
		t.Error("a new database calls itself full")
	}
	const small = `PRAGMA max_page_count = 15` // of a connection: the one that met a full disk is not used again
	pragma(t, d, small)
	if err := Fault(d.Write(t.Context(), large)); !fault.Is(err, fault.Unavailable) || !d.Full() {
		t.Errorf("the act was told %v; full: %v", err, d.Full())
	}
	if err := put(d, 1, "x"); err != nil {
		t.Fatal(err)
	}
	pragma(t, d, small)
	if err := d.Room(t.Context(), large); !fault.Is(err, fault.Unavailable) || !d.Full() {
		t.Errorf("while it is full, asking for room yields %v; full: %v", err, d.Full())
	}
	if err := d.Room(t.Context(), large); err != nil || d.Full() {
		t.Errorf("with room again, asking for it yields %v; full: %v", err, d.Full())
	}
}

// TestRoomIsAskedForAndGivenBackOnPostgreSQL: what asks leaves nothing behind.
func TestRoomIsAskedForAndGivenBackOnPostgreSQL(t *testing.T) {
	d := node(t, t.TempDir())
	for range 2 {
		if err := d.Room(t.Context(), insertLine(1)); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, d); n != 0 {
		t.Errorf("%d lines are stored, want 0", n)
	}
}

// TestWhatAServerSaysLastIsHeard: PostgreSQL names the reason before it panics.
func TestWhatAServerSaysLastIsHeard(t *testing.T) {
	panics := &pgconn.PgError{SeverityUnlocalized: "PANIC", Code: "53100", Message: `could not write to file "pg_wal/xlogtemp.1": No space left on device`}
	if lastWords(nil, panics) {
		t.Error("after a panic more is waited for")
	}
	if lastWords(nil, &pgconn.PgError{SeverityUnlocalized: "FATAL", Code: "57P01"}) || !lastWords(nil, &pgconn.PgError{SeverityUnlocalized: "ERROR", Code: "53100"}) {
		t.Error("a connection has to end after FATAL, and to go on after ERROR")
	}
	if said := fault.Public(Fault(panics)); !strings.Contains(said.EN, "pg_wal") || !strings.Contains(said.JA, "pg_wal") {
		t.Errorf("it is passed on as %+v", said)
	}
}
