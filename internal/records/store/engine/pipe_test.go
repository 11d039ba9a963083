package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"pgregory.net/rapid"

	"madoguchi/terms/fault"
	"madoguchi/test/postgrestest"
)

func laterLine(c *Conn, id int) error {
	return c.Later(context.Background(), `INSERT INTO lines (id, text) VALUES ($1, 'x')`, id)
}

// told has an act wait for an answer, and with it for all before.
func told(c *Conn) (n int, err error) {
	err = c.QueryRowContext(context.Background(), `SELECT COUNT(*) FROM lines`).Scan(&n)
	return n, err
}

// onBoth runs a test on both engines.
func onBoth(t *testing.T, test func(*testing.T, *DB)) {
	t.Run("SQLite", func(t *testing.T) { test(t, openIn(t, t.TempDir(), Config{})) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, node(t, t.TempDir())) })
}

// TestWhatNobodyWaitsForFailsItsOwnAct: wherever the failure of a statement is
// found that was sent later, it is its act's, and its neighbours stay. The second
// time all texts are known to the server, so that they go out together.
func TestWhatNobodyWaitsForFailsItsOwnAct(t *testing.T) {
	onBoth(t, func(t *testing.T, d *DB) {
		own := errors.New("the act's own")
		for first := range 2 {
			id := func(n int) int { return 100*first + n }
			release := hold(d)
			results := handOver(
				d,
				func(c *Conn) error { return errors.Join(laterLine(c, id(1)), laterLine(c, id(2))) },
				func(c *Conn) error { // found at its end
					return errors.Join(laterLine(c, id(3)), laterLine(c, id(1)))
				},
				func(c *Conn) error { return laterLine(c, id(4)) },
				func(c *Conn) error { // found by what it asks next
					if err := errors.Join(laterLine(c, id(5)), laterLine(c, id(1)), laterLine(c, id(6))); err != nil {
						return err
					}
					_, err := told(c)
					return err
				},
				func(c *Conn) error { // found, and not heeded
					err := errors.Join(laterLine(c, id(7)), laterLine(c, id(1)))
					if _, asked := told(c); err == nil && asked == nil {
						t.Error("a query after a failed statement was answered")
					}
					if d.Shared() {
						return nil
					}
					return err
				},
				func(c *Conn) error { return errors.Join(laterLine(c, id(8)), own) },
				func(c *Conn) error { _ = laterLine(c, id(9)); panic("a defect") },
				func(c *Conn) error { return laterLine(c, id(10)) },
			)
			if err := release(); err != nil {
				t.Error(err)
			}
			errs := results()
			for i, err := range errs {
				switch err = Fault(err); i {
				case 0, 2, 7:
					if err != nil {
						t.Errorf("act %d: %v", i, err)
					}
				case 5:
					if !errors.Is(err, own) {
						t.Errorf("act %d: %v", i, err)
					}
				case 6:
					if !fault.Is(err, fault.Internal) {
						t.Errorf("act %d: %v", i, err)
					}
				default:
					if !fault.Is(err, fault.Conflict) || fault.Public(err).JA == "" {
						t.Errorf("act %d: %v", i, err)
					}
				}
			}
			if got, want := stored(t, d, id(0)), []int{id(1), id(2), id(4), id(10)}; !slices.Equal(got, want) {
				t.Errorf("stored are %v, want %v", got, want)
			}
		}
	})
}

// stored are the lines from a number on.
func stored(t *testing.T, d *DB, from int) (ids []int) {
	t.Helper()
	rows, err := d.Readers().Query(`SELECT id FROM lines WHERE id >= $1 ORDER BY id`, from)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return ids
}

// TestAnActThatWaitsForNothingIsStored: an act has been answered as a whole
// before whoever asked for it is.
func TestAnActThatWaitsForNothingIsStored(t *testing.T) {
	onBoth(t, func(t *testing.T, d *DB) {
		for id := range 2*mostWaiting + 10 {
			if err := d.Write(t.Context(), func(c *Conn) error { return laterLine(c, id) }); err != nil {
				t.Fatal(err)
			}
			var got string
			if err := d.Readers().QueryRow(`SELECT text FROM lines WHERE id = $1`, id).Scan(&got); err != nil {
				t.Fatalf("line %d was acknowledged and cannot be read: %v", id, err)
			}
		}
		many := 3*mostWaiting + 7 // more than may wait
		if err := d.Write(t.Context(), func(c *Conn) error {
			for i := range many {
				if err := laterLine(c, 10_000+i); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if n := len(stored(t, d, 10_000)); n != many {
			t.Errorf("%d lines are stored, want %d", n, many)
		}
	})
}

// TestAnActReadsWhatItWrote: however statements that are waited for and such that
// are not follow one another, each sees what was done before it, and what is
// stored in the end are the acts that succeeded.
func TestAnActReadsWhatItWrote(t *testing.T) {
	onBoth(t, func(t *testing.T, d *DB) {
		rapid.Check(t, func(t *rapid.T) {
			ctx := context.Background()
			if err := d.Write(ctx, func(c *Conn) error { return c.Later(ctx, `DELETE FROM lines`) }); err != nil {
				t.Fatal(err)
			}
			kept := map[int]string{}
			for act := range rapid.IntRange(1, 4).Draw(t, "acts") {
				model, undone := maps.Clone(kept), rapid.Bool().Draw(t, "undone")
				own := errors.New("undone")
				err := d.Write(ctx, func(c *Conn) error {
					for step := range rapid.IntRange(0, 12).Draw(t, "steps") {
						id, text := rapid.IntRange(1, 5).Draw(t, "id"), fmt.Sprintf("%d.%d", act, step)
						var err error
						switch rapid.SampledFrom([]string{"put", "put now", "remove", "read", "all", "count", "odd"}).Draw(t, "what") {
						case "put":
							model[id], err = text, c.Later(ctx, `INSERT INTO lines (id, text) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET text = excluded.text`, id, text)
						case "put now":
							_, err = c.ExecContext(ctx, `INSERT INTO lines (id, text) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET text = excluded.text`, id, text)
							model[id] = text
						case "remove":
							err = c.Later(ctx, `DELETE FROM lines WHERE id = $1`, id)
							delete(model, id)
						case "read":
							var got string
							if err = c.QueryRowContext(ctx, `SELECT COALESCE((SELECT text FROM lines WHERE id = $1), '')`, id).Scan(&got); got != model[id] {
								t.Errorf("line %d reads %q, want %q", id, got, model[id])
							}
						case "all":
							var got map[int]string
							if got, err = lines(c); !maps.Equal(got, model) {
								t.Errorf("lines are %v, want %v", got, model)
							}
						case "count":
							var res interface{ RowsAffected() (int64, error) }
							if res, err = c.ExecContext(ctx, `UPDATE lines SET text = text WHERE id <= $1`, id); err == nil {
								n, _ := res.RowsAffected()
								want := 0
								for i := range model {
									if i <= id {
										want++
									}
								}
								if int(n) != want {
									t.Errorf("%d lines were met, want %d", n, want)
								}
							}
						case "odd": // a column that goes another way
							var n float64
							if err = c.QueryRowContext(ctx, `SELECT SUM(id) * 1.5 FROM (SELECT id FROM lines UNION ALL SELECT 0) AS them`).Scan(&n); err == nil {
								want := 0
								for i := range model {
									want += i
								}
								if n != 1.5*float64(want) {
									t.Errorf("the sum is %v, want %v", n, 1.5*float64(want))
								}
							}
						}
						if err != nil {
							return err
						}
					}
					if undone {
						return own
					}
					return nil
				})
				switch {
				case undone && !errors.Is(err, own), !undone && err != nil:
					t.Fatalf("the act ended with %v", err)
				case !undone:
					kept = model
				}
			}
			if err := d.Write(ctx, func(c *Conn) error {
				got, err := lines(c)
				if !maps.Equal(got, kept) {
					t.Errorf("stored is %v, want %v", got, kept)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		})
	})
}

func lines(c *Conn) (_ map[int]string, err error) {
	rows, err := c.QueryContext(context.Background(), `SELECT id, text FROM lines`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	all := map[int]string{}
	for rows.Next() {
		var id int
		var text string
		if err := rows.Scan(&id, &text); err != nil {
			return nil, err
		}
		all[id] = text
	}
	return all, rows.Err()
}

// TestAColumnReadsTheSameBehindOthers: a value is the same whether its statement
// went by itself or behind others.
func TestAColumnReadsTheSameBehindOthers(t *testing.T) {
	d := node(t, t.TempDir())
	for round := range 3 {
		if err := d.Write(t.Context(), func(c *Conn) error {
			if round > 0 {
				if err := laterLine(c, round); err != nil {
					return err
				}
			}
			rows, err := c.QueryContext(context.Background(), `SELECT 7::bigint, 8::int, 9::smallint, 'あ'::text, ''::text, true, '\x00ff'::bytea, ''::bytea, NULL::text, NULL::bigint
				UNION ALL SELECT -1, -1, -1, 'b', 'c', false, '\x01', '\x02', 'd', 5`)
			if err != nil {
				return err
			}
			defer rows.Close()
			got := ""
			for rows.Next() {
				values := make([]any, 10)
				into := make([]any, len(values))
				for i := range values {
					into[i] = &values[i]
				}
				if err := rows.Scan(into...); err != nil {
					return err
				}
				got += fmt.Sprintf("%#v\n", values)
			}
			want := `[]interface {}{7, 8, 9, "あ", "", true, []uint8{0x0, 0xff}, []uint8{}, interface {}(nil), interface {}(nil)}` + "\n" +
				`[]interface {}{-1, -1, -1, "b", "c", false, []uint8{0x1}, []uint8{0x2}, "d", 5}` + "\n"
			if got != want {
				t.Errorf("round %d: %s", round, got)
			}
			return rows.Err()
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestATextThatIsWrongFailsItsActAlone: the server refuses it before anything
// is run, also what was to precede it.
func TestATextThatIsWrongFailsItsActAlone(t *testing.T) {
	d := node(t, t.TempDir())
	release := hold(d)
	results := handOver(
		d,
		insertLine(1),
		func(c *Conn) error { return c.Later(context.Background(), `INSERT INTO nothing VALUES (1)`) },
		func(c *Conn) error {
			_, err := c.QueryContext(context.Background(), `SELECT nothing FROM lines`)
			return err
		},
		func(c *Conn) error { return laterLine(c, 2) },
		func(c *Conn) error {
			return c.Later(context.Background(), `DELETE FROM lines WHERE id = $1`, struct{}{})
		},
		func(c *Conn) error { // known, and what it is given cannot be sent
			return errors.Join(c.Later(context.Background(), `INSERT INTO lines (id, text) VALUES ($1, 'x')`, struct{}{}), laterLine(c, 3))
		},
		insertLine(4),
	)
	if err := release(); err != nil {
		t.Error(err)
	}
	for i, err := range results() {
		if wrong := slices.Contains([]int{1, 2, 4, 5}, i); wrong != (err != nil) || fault.Is(err, fault.Unavailable) {
			t.Errorf("act %d: %v", i, err)
		}
	}
	if got := stored(t, d, 0); !slices.Equal(got, []int{1, 2, 4}) {
		t.Errorf("stored are %v", got)
	}
}

// TestAConnectionLostWithStatementsToBeSent: nothing of the batch is stored,
// everyone in it is told the reason, and the next act is stored.
func TestAConnectionLostWithStatementsToBeSent(t *testing.T) {
	dir := t.TempDir()
	d := node(t, dir)
	if err := d.Write(t.Context(), func(c *Conn) error { return laterLine(c, 1) }); err != nil {
		t.Fatal(err)
	}
	cut := func() {
		if err := postgrestest.Exec(context.Background(), postgrestest.Fresh(t, dir), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()`); err != nil {
			t.Error(err)
		}
	}
	for name, act := range map[string]func(*Conn) error{
		"found at its end": func(c *Conn) error { err := laterLine(c, 3); cut(); return err },
		"found by a query": func(c *Conn) error {
			err := laterLine(c, 3)
			cut()
			_, asked := told(c)
			return errors.Join(err, asked)
		},
		"found, not heeded": func(c *Conn) error { err := laterLine(c, 3); cut(); _, _ = told(c); return err },
	} {
		release := hold(d)
		results := handOver(d, func(c *Conn) error { return laterLine(c, 2) }, act)
		if err := release(); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: an act that shares the batch: %v", name, err)
		}
		for _, err := range results() {
			if err := Fault(err); !fault.Is(err, fault.Unavailable) || fault.Public(err).JA == "" {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := stored(t, d, 0); !slices.Equal(got, []int{1}) {
			t.Errorf("%s: stored are %v", name, got)
		}
		if err := d.Write(t.Context(), func(c *Conn) error { _, err := told(c); return err }); err != nil {
			t.Errorf("%s: the act after it: %v", name, err)
		}
	}
}

// TestStatementsTravelTogether: what nobody waits for costs no journey to the
// server by itself.
func TestStatementsTravelTogether(t *testing.T) {
	dir := t.TempDir()
	j := &journeys{}
	d, err := Open(t.Context(), Config{Database: j.before(t, postgrestest.Fresh(t, dir)), Schema: "desk", Migrations: files()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}()
	for round := range 4 { // of the first two some are for preparing
		before := j.count()
		if err := d.Write(t.Context(), func(c *Conn) error {
			for i := range 10 {
				if err := laterLine(c, 100*round+i); err != nil {
					return err
				}
			}
			if n, err := told(c); err != nil || n != 20*round+10 {
				return fmt.Errorf("%d lines: %w", n, err)
			}
			for i := range 10 {
				if err := laterLine(c, 100*round+10+i); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		// The turn; the first ten with the question after them; the others with the end of the act; the commit.
		if n := j.count() - before; round > 1 && n != 4 {
			t.Errorf("round %d took %d journeys, want 4", round, n)
		}
	}
}

// journeys stands between a process and its server, and counts how often the
// process waits.
type journeys struct {
	sync.Mutex
	asking bool
	n      int
}

func (j *journeys) count() int { j.Lock(); defer j.Unlock(); return j.n }

// before returns where the process reaches the server through it.
func (j *journeys) before(t *testing.T, url string) string {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	network, address := pgconn.NetworkAddress(config.Host, config.Port)
	var all sync.WaitGroup
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
	pass := func(to, from net.Conn, asks bool) {
		defer to.Close()
		block := make([]byte, 1<<16)
		for {
			n, err := from.Read(block)
			if n > 0 {
				j.Lock()
				if asks && !j.asking {
					j.n++
				}
				j.asking = asks
				j.Unlock()
				if _, err := to.Write(block[:n]); err != nil {
					return
				}
			}
			if err != nil {
				if !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) && !strings.Contains(err.Error(), "reset") {
					t.Error(err)
				}
				return
			}
		}
	}
	all.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial(network, address)
			if err != nil {
				t.Error(err)
				return
			}
			all.Go(func() { pass(server, client, true) })
			all.Go(func() { pass(client, server, false) })
		}
	})
	return fmt.Sprintf("postgres://%s@%s/%s?sslmode=disable", config.User, l.Addr(), config.Database)
}
