package main

import (
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"madoguchi/contracts"
	"madoguchi/internal/app"
	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/test/program"
)

// Histories written in bulk say the same as those that the desk's acts write
// for the same mails, judgements, replies and silences.
func TestBulkHistoriesAreThoseOfTheActs(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	if err := program.Furnish(ctx, dir, customers); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 16, 1, 0, 0, 0, time.UTC)
	a, err := app.Start(ctx, app.Config{Dir: dir, Contract: contracts.Default, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	sato, err := a.Desk.SignIn(ctx, program.Admin, program.Password, "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	known, err := registered(ctx, a.Store)
	if err != nil {
		t.Fatal(err)
	}
	con, err := a.Desk.Contracts().InForce(contracts.Default, now)
	if err != nil {
		t.Fatal(err)
	}
	r := recorder{con: con, id: newID, known: known}
	until := now.Add(72 * time.Hour)
	for i := range 20 {
		s := storyOf(i, now.Add(time.Second))
		id := play(t, a, sato, &now, s, until)
		_, acts, err := a.Store.Case(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		written, err := r.record(s, until)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(keep(acts), keep(written), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("story %d: acts (-), bulk (+):\n%s", i, diff)
		}
		now = s.reception.Add(37 * time.Minute)
	}
}

// kept is what one event of a history says about clocks, for comparing.
type kept struct {
	Type    string
	At      time.Time
	By      cases.ActorKind
	Channel string
	Clock   cases.Data
}

// keep leaves ids, texts and names out of a history.
func keep(history []cases.Event) []kept {
	var out []kept
	for _, e := range history {
		k := kept{Type: e.Data.Type(), At: e.At, By: e.Actor.Kind, Channel: e.Channel}
		switch d := e.Data.(type) {
		case cases.TargetSet, cases.TargetMissed, cases.PriorityClaimed, cases.PriorityJudged, cases.StatusChanged:
			k.Clock = d
		case cases.TargetMet:
			d.Answer = ""
			k.Clock = d
		case cases.Opened:
			k.Clock = cases.Opened{Region: d.Region, Reception: d.Reception, Priority: d.Priority}
		case cases.MessageReceived:
			k.Clock = cases.MessageReceived{Verified: d.Verified, Auto: d.Auto, Joined: d.Joined, Received: d.Received}
		case cases.Replied:
			k.Clock = cases.Replied{Kind: d.Kind}
		}
		out = append(out, k)
	}
	return out
}

// play lets the desk act out one story, as far as it comes by an instant.
func play(t *testing.T, a *app.App, who desk.Viewer, now *time.Time, s story, until time.Time) cases.ID {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	*now = s.reception
	from := s.sender()
	raw := "From: " + from + "\r\nTo: " + program.Support + "\r\nMessage-ID: <" + newID() + "@customer.example>\r\nSubject: report\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + s.text() + "\r\n"
	must(a.Desk.Accept(ctx, desk.Mail{From: from, To: []string{program.Support}, Raw: []byte(raw), Remote: "127.0.0.1", At: s.reception}))
	_, err := a.Desk.FileNew(ctx)
	must(err)
	id, err := a.Store.CaseByNumber(ctx, s.number)
	must(err)
	if s.judged > 0 {
		*now = s.reception.Add(s.judged)
		sweep(t, a, now)
		_, err := a.Desk.Judge(ctx, who, desk.PriorityCommand{Case: id, Priority: s.priority, Criterion: s.criterion, Reason: "基準に照らして判断しました。"})
		must(err)
	}
	if s.answered > 0 {
		*now = s.reception.Add(s.answered)
		sweep(t, a, now)
		c, _, err := a.Store.Case(ctx, id)
		must(err)
		_, err = a.Desk.Reply(ctx, who, desk.ReplyCommand{Case: id, Seen: c.Version, Kind: cases.InitialResponse, To: []string{from}, Text: answer, Next: cases.Waiting})
		must(err)
	}
	*now = until
	sweep(t, a, now)
	return id
}

// sweep judges what has passed; the sweep waits two seconds after a deadline.
func sweep(t *testing.T, a *app.App, now *time.Time) {
	t.Helper()
	at := *now
	*now = at.Add(2 * time.Second)
	if _, err := a.Desk.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	*now = at
}

func TestABulkStoreVerifiesAndRebuilds(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	if err := program.Furnish(ctx, dir, customers); err != nil {
		t.Fatal(err)
	}
	if _, err := bulk(ctx, dir, 300, time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(ctx, store.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := s.VerifyHistory(ctx); err != nil {
		t.Error(err)
	}
	before, err := s.ProjectionDigest(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Rebuild(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if after, err := s.ProjectionDigest(ctx); after != before || err != nil {
		t.Errorf("rebuilding changes the rows: %v", err)
	}
}
