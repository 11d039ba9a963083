package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
	"madoguchi/test/postgrestest"
)

// friday is 2026-11-20 16:00 in Tokyo, an opening hour of the shipped contract.
var friday = time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)

func open(t testing.TB) *store.Store {
	t.Helper()
	return openIn(t, t.TempDir())
}

func openIn(t testing.TB, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Config{Dir: dir, Database: postgrestest.Database(t, dir)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// matter says what a test's case is about; zero fields get defaults.
type matter struct {
	id           string
	organization string
	addr         string
	reception    time.Time
	deadline     time.Time // zero: no target
	mail         string    // Message-ID
}

var (
	customer = cases.Actor{Kind: cases.Customer, Name: "山田"}
	machine  = cases.Actor{Kind: cases.System}
	sato     = cases.Actor{Kind: cases.Agent, ID: "a-sato", Name: "佐藤"}
)

func (m matter) events(number int64) []cases.Event {
	if m.addr == "" {
		m.addr = "yamada@example.co.jp"
	}
	if m.reception.IsZero() {
		m.reception = friday
	}
	if m.mail == "" {
		m.mail = m.id + "@example.co.jp"
	}
	person := cases.Address{Name: "山田", Addr: m.addr}
	list := []cases.Event{
		{
			Case: cases.ID(m.id), At: m.reception, Actor: customer, Channel: "mail", Contract: "acme@1", Clauses: []string{"priority.initial"},
			Data: cases.Opened{
				Number: number, Subject: "メールが届かない " + m.id, Organization: m.organization, OrgName: m.organization,
				Person: person, Region: "domestic", Language: "ja", Reception: m.reception, Priority: "medium",
			},
		},
		{At: m.reception, Actor: customer, Channel: "mail", Contract: "acme@1", Data: cases.MessageReceived{
			Message: "m-" + m.id, Source: "in-" + m.id, From: person, Subject: "メールが届かない", Text: "本文", MessageID: m.mail, Received: m.reception, Joined: "new",
		}},
		{At: m.reception, Actor: machine, Data: cases.ParticipantJoined{Person: person, Verified: m.organization != ""}},
	}
	if !m.deadline.IsZero() {
		list = append(list, cases.Event{At: m.reception, Actor: machine, Clauses: []string{"response.medium"}, Data: cases.TargetSet{
			Metric: cases.FirstResponse, Priority: "medium", Cause: cases.CauseOpened, From: m.reception, Starts: m.reception,
			Deadline: m.deadline, Business: 6 * time.Hour, Calendar: "tokyo",
		}})
	}
	return list
}

// openCase files a matter and returns its state.
func openCase(t testing.TB, s *store.Store, m matter) *cases.Case {
	t.Helper()
	var c *cases.Case
	write(t, s, func(tx *store.Tx) error {
		n, err := tx.NextNumber()
		if err != nil {
			return err
		}
		c, err = tx.Append(nil, m.events(n)...)
		return err
	})
	return c
}

// add appends facts to a case at an instant.
func add(t testing.TB, s *store.Store, id cases.ID, at time.Time, by cases.Actor, facts ...cases.Data) *cases.Case {
	t.Helper()
	var after *cases.Case
	write(t, s, func(tx *store.Tx) error {
		c, _, err := tx.Case(id)
		if err != nil {
			return err
		}
		var events []cases.Event
		for _, d := range facts {
			events = append(events, cases.Event{At: at, Actor: by, Data: d})
		}
		after, err = tx.Append(c, events...)
		return err
	})
	return after
}

func reply(id string) cases.Replied {
	return cases.Replied{
		Message: id, Kind: cases.InitialResponse, To: []cases.Address{{Addr: "yamada@example.co.jp"}},
		Subject: "Re: メールが届かない", Text: "設定をご確認ください。", MessageID: id + "@desk.example.jp",
	}
}

func write(t testing.TB, s *store.Store, act func(*store.Tx) error) {
	t.Helper()
	if err := s.Write(context.Background(), act); err != nil {
		t.Fatal(err)
	}
}

func must[T any](t testing.TB) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func wantFault(t testing.TB, err error, k fault.Kind, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %v", k)
	}
	if !fault.Is(err, k) {
		t.Fatalf("got %v, want kind %v", err, k)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not say %q", err, w)
		}
	}
}

func ids(rows []store.CaseRow) string {
	var list []string
	for _, r := range rows {
		list = append(list, string(r.ID))
	}
	return strings.Join(list, " ")
}

func caseID(n int) string { return fmt.Sprintf("case-%05d", n) }
