package engine

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"madoguchi/terms/fault"
	"madoguchi/test/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Once(m)) }

// node opens the database of a folder as one more process would.
func node(t *testing.T, dir string) *DB {
	t.Helper()
	d, err := Open(t.Context(), Config{Database: postgrestest.Fresh(t, dir), Schema: "desk", Migrations: files()})
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

func TestNodesTakeTurnsAndSeeWhatTheOneBeforeWrote(t *testing.T) {
	dir := t.TempDir()
	postgrestest.Fresh(t, dir)
	nodes := make([]*DB, 3)
	var opened sync.WaitGroup
	for i := range nodes { // all at once: one of them makes the schema
		opened.Go(func() { nodes[i] = node(t, dir) })
	}
	opened.Wait()
	const each = 100
	var done sync.WaitGroup
	for _, d := range nodes {
		for range 4 {
			done.Go(func() {
				for range each / 4 {
					err := d.Write(context.Background(), func(c *Conn) error {
						var last int
						if err := c.QueryRowContext(context.Background(), `SELECT COALESCE(MAX(id), 0) FROM lines`).Scan(&last); err != nil {
							return err
						}
						return insertLine(last + 1)(c) // a second one of that number would be refused
					})
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	done.Wait()
	if n := count(t, nodes[0]); n != each*len(nodes) {
		t.Errorf("%d lines, want %d", n, each*len(nodes))
	}
}

func TestAFailingActIsUndoneAloneOnPostgreSQL(t *testing.T) {
	d := node(t, t.TempDir())
	release := hold(d)
	own := errors.New("the act's own")
	results := handOver(d, insertLine(1), func(c *Conn) error { return errors.Join(insertLine(2)(c), own) }, insertLine(1), insertLine(4))
	if err := release(); err != nil {
		t.Error(err)
	}
	errs := results()
	if errs[0] != nil || errs[3] != nil || !errors.Is(errs[1], own) || !fault.Is(Fault(errs[2]), fault.Conflict) {
		t.Errorf("got %v", errs)
	}
	if n := count(t, d); n != 2 {
		t.Errorf("%d lines, want 2", n)
	}
}

func TestALostConnectionIsSaidAndMended(t *testing.T) {
	dir := t.TempDir()
	d := node(t, dir)
	if err := put(d, 1, "x"); err != nil {
		t.Fatal(err)
	}
	cut := func() {
		t.Helper()
		if err := postgrestest.Exec(t.Context(), postgrestest.Fresh(t, dir), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()`); err != nil {
			t.Fatal(err)
		}
	}
	cut() // while nobody uses it: nobody notices
	if err := put(d, 2, "x"); err != nil {
		t.Errorf("after an idle connection was lost: %v", err)
	}
	err := d.Write(t.Context(), func(c *Conn) error {
		if err := insertLine(3)(c); err != nil {
			return err
		}
		cut()
		return insertLine(4)(c)
	})
	if err := Fault(err); !fault.Is(err, fault.Unavailable) || fault.Public(err).JA == "" {
		t.Errorf("an act whose connection was lost: %v", err)
	}
	if err := put(d, 5, "x"); err != nil {
		t.Errorf("the act after it: %v", err)
	}
	if n := count(t, d); n != 3 {
		t.Errorf("%d lines, want 3: nothing of the lost act may stay", n)
	}
}

func TestAServerThatIsNotThereIsUnavailable(t *testing.T) {
	for name, url := range map[string]string{
		"no server":     "postgres://nobody@127.0.0.1:1/desk",
		"no database":   strings.Replace(postgrestest.Fresh(t, t.TempDir()), "/t", "/none", 1),
		"two of no use": "postgres://nobody@127.0.0.1:1,127.0.0.1:2/desk?target_session_attrs=read-write",
	} {
		_, err := Open(t.Context(), Config{Database: url, Schema: "desk", Migrations: files()})
		if !fault.Is(err, fault.Unavailable) || fault.Public(err).JA == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Open(t.Context(), Config{Database: "postgres://desk:hidden@host:port/", Migrations: files()}); !fault.Is(err, fault.Invalid) || strings.Contains(err.Error(), "hidden") {
		t.Errorf("a string that cannot be read: %v", err)
	}
}

func TestTextsThatPostgreSQLCannotHoldAreKeptAllTheSame(t *testing.T) {
	d := node(t, t.TempDir())
	for i, text := range []string{"a\x00b", "\xff\xfe", "日本語"} {
		if err := put(d, i, text); err != nil {
			t.Fatal(err)
		}
		var got string
		if err := d.Readers().QueryRow(`SELECT text FROM lines WHERE text = $1`, text).Scan(&got); err != nil || got != Storable(text) {
			t.Errorf("%q came back as %q, %v", text, got, err)
		}
	}
}

func TestReadersDoNotWrite(t *testing.T) {
	d := node(t, t.TempDir())
	if _, err := d.Readers().Exec(`INSERT INTO lines (id, text) VALUES (1, 'x')`); !fault.Is(Fault(err), fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

func TestARoleIsHeldByOneNodeAndPassedOn(t *testing.T) {
	dir := t.TempDir()
	a, b := node(t, dir), node(t, dir)
	var holders atomic.Int32
	took := make(chan string, 8)
	play := func(ctx context.Context, d *DB, name string) {
		err := d.Alone(ctx, "sweep", func(ctx context.Context) error {
			if holders.Add(1) != 1 {
				t.Error("two nodes hold the role")
			}
			defer holders.Add(-1)
			took <- name
			<-ctx.Done()
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	first, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { play(first, a, "a"); close(ended) }()
	if got := <-took; got != "a" {
		t.Fatalf("%s has it", got)
	}
	second, end := context.WithCancel(t.Context())
	var both sync.WaitGroup
	both.Go(func() { play(second, b, "b") })
	select {
	case got := <-took:
		t.Fatalf("%s took it while a has it", got)
	case <-time.After(3 * wantRole):
	}
	stop()
	<-ended
	if got := <-took; got != "b" {
		t.Errorf("%s has it", got)
	}
	end()
	both.Wait()
}

func TestANodeHearsOfAnothersCommitSoon(t *testing.T) {
	dir := t.TempDir()
	a, b := node(t, dir), node(t, dir)
	heard := make(chan int, 100)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go a.Follow(ctx, func(context.Context) {})
	go b.Follow(ctx, func(context.Context) { heard <- count(t, b) })
	<-heard // it listens
	begun := time.Now()
	if err := put(a, 1, "x"); err != nil {
		t.Fatal(err)
	}
	a.Tell()
	for n := 0; n == 0; n = <-heard {
	}
	t.Logf("heard after %v", time.Since(begun))
}

func TestSQLiteIsAlone(t *testing.T) {
	d := openIn(t, t.TempDir(), Config{})
	ran := false
	if err := d.Alone(t.Context(), "sweep", func(context.Context) error { ran = true; return nil }); err != nil || !ran {
		t.Errorf("ran %v, %v", ran, err)
	}
	d.Follow(t.Context(), func(context.Context) { t.Error("heard something") })
	d.Tell()
	if d.Shared() || d.Offset() != 0 {
		t.Error("SQLite is shared with nobody")
	}
}
