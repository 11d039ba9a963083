package store_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/test/postgrestest"
)

// TestLawsOfTheHistory lets acts of every kind follow each other in any order,
// some of them undone, and holds after each run that numbers and positions
// have no gap, that the chain verifies, that states are what their events say,
// and that a rebuild changes nothing.
func TestLawsOfTheHistory(t *testing.T) {
	ctx := context.Background()
	empty, database := emptyDatabase(t), postgrestest.Database(t, t.TempDir()) // made once: the schema takes longer than the acts
	if database != "" {                                                        // the laws are the same; a server is slower to empty than a file
		if err := flag.Set("rapid.checks", "25"); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		var err error
		dir := t.TempDir()
		if database != "" {
			err = postgrestest.Empty(database)
		} else {
			err = os.WriteFile(filepath.Join(dir, "madoguchi.db"), empty, 0o600)
		}
		if err != nil {
			r.Fatal(err)
		}
		s, err := store.Open(ctx, store.Config{Dir: dir, Database: database})
		if err != nil {
			r.Fatal(err)
		}
		defer func() {
			if err := s.Close(); err != nil {
				r.Error(err)
			}
		}()
		states := map[cases.ID]*cases.Case{}
		at, events := friday, 0
		for range rapid.IntRange(1, 25).Draw(r, "acts") {
			at = at.Add(time.Duration(rapid.IntRange(0, 7200).Draw(r, "seconds")) * time.Second)
			undone := rapid.Bool().Draw(r, "undone")
			c := states[cases.ID(caseID(rapid.IntRange(0, 4).Draw(r, "case")))]
			var after *cases.Case
			stored := 0
			err := s.Write(ctx, func(tx *store.Tx) (err error) {
				if after, stored, err = someAct(r, tx, c, at, len(states)); err != nil {
					return err
				}
				if undone {
					return errUndone
				}
				return nil
			})
			switch {
			case undone && errors.Is(err, errUndone):
			case err != nil:
				r.Fatal(err)
			default:
				states[after.ID] = after
				events += stored
			}
		}
		checkLaws(ctx, r, s, states, events)
	})
}

// emptyDatabase is the file of a store in which nothing happened yet.
func emptyDatabase(t *testing.T) []byte {
	t.Helper()
	dir := t.TempDir()
	if postgrestest.On() {
		return nil
	}
	if err := openIn(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	return must[[]byte](t)(os.ReadFile(filepath.Join(dir, "madoguchi.db")))
}

var errUndone = errors.New("undone")

// someAct opens a case when there is none, and appends some facts otherwise.
func someAct(r *rapid.T, tx *store.Tx, c *cases.Case, at time.Time, have int) (*cases.Case, int, error) {
	if c == nil {
		n, err := tx.NextNumber()
		if err != nil {
			return nil, 0, err
		}
		m := matter{id: caseID(have), reception: at, organization: rapid.SampledFrom([]string{"", "acme", "beta"}).Draw(r, "organization")}
		if rapid.Bool().Draw(r, "target") {
			m.deadline = at.Add(2 * time.Hour)
		}
		list := m.events(n)
		after, err := tx.Append(nil, list...)
		return after, len(list), err
	}
	var list []cases.Event
	for range rapid.IntRange(1, 3).Draw(r, "facts") {
		list = append(list, cases.Event{At: at, Actor: sato, Data: someFact(r, at)})
	}
	after, err := tx.Append(c, list...)
	return after, len(list), err
}

func someFact(r *rapid.T, at time.Time) cases.Data {
	word := rapid.SampledFrom([]string{"a", "b", "日本語"})
	switch rapid.IntRange(0, 11).Draw(r, "fact") {
	case 0:
		return cases.MessageReceived{Message: word.Draw(r, "message"), MessageID: word.Draw(r, "mail"), Received: at}
	case 1:
		d := reply(word.Draw(r, "message"))
		d.Kind = rapid.SampledFrom([]cases.ReplyKind{cases.InitialResponse, cases.ReceptionOnly, cases.FollowUp}).Draw(r, "kind")
		return d
	case 2:
		return cases.TargetSet{Metric: cases.FirstResponse, Priority: "high", Deadline: at.Add(time.Hour), Renewed: rapid.Bool().Draw(r, "renewed")}
	case 3:
		return cases.TargetMet{Metric: cases.FirstResponse, At: at}
	case 4:
		return cases.TargetMissed{Metric: cases.FirstResponse, Deadline: at}
	case 5:
		return cases.VerdictSuperseded{Metric: cases.FirstResponse, Reason: "undelivered"}
	case 6:
		return cases.StatusChanged{To: rapid.SampledFrom([]cases.Status{cases.Open, cases.Waiting, cases.OnHold, cases.Resolved, cases.Closed}).Draw(r, "status")}
	case 7:
		return cases.Assigned{Agent: rapid.SampledFrom([]string{"", "a-1", "a-2"}).Draw(r, "agent")}
	case 8:
		addr := rapid.SampledFrom([]string{"yamada@example.co.jp", "Yamada@example.co.jp", "it@example.co.jp"}).Draw(r, "addr")
		return cases.ParticipantJoined{Person: cases.Address{Name: word.Draw(r, "name"), Addr: addr}, Verified: rapid.Bool().Draw(r, "verified")}
	case 9:
		return cases.Identified{Organization: "gamma", OrgName: word.Draw(r, "name")}
	case 10:
		return cases.DeliveryFailed{Message: word.Draw(r, "message")}
	default:
		return cases.Unknown{Name: fmt.Sprintf("case.future/%d", rapid.IntRange(1, 2).Draw(r, "version")), Raw: []byte(`{"a":1}`)}
	}
}

func checkLaws(ctx context.Context, r *rapid.T, s *store.Store, states map[cases.ID]*cases.Case, events int) {
	if err := s.VerifyHistory(ctx); err != nil {
		r.Error(err)
	}
	if n, err := s.Position(ctx); err != nil || n != int64(events) {
		r.Errorf("newest position %d, %v; %d events were stored", n, err, events)
	}
	for n := int64(1); n <= int64(len(states)); n++ {
		if _, err := s.CaseByNumber(ctx, n); err != nil {
			r.Errorf("number %d of %d: %v", n, len(states), err)
		}
	}
	for id, c := range states {
		read, _, err := s.Case(ctx, id)
		if err != nil {
			r.Error(err)
		} else if diff := cmp.Diff(c, read); diff != "" {
			r.Errorf("case %s (-append +read):\n%s", id, diff)
		}
	}
	before, err := s.ProjectionDigest(ctx)
	if err != nil {
		r.Fatal(err)
	}
	if err := s.Rebuild(ctx, nil); err != nil {
		r.Fatal(err)
	}
	if after, err := s.ProjectionDigest(ctx); err != nil || after != before {
		r.Errorf("a rebuild changed the rows (%v)", err)
	}
}
