package demo

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/internal/desk"
	"madoguchi/internal/mailtext"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// fridayAfternoon is the instant of most pictures of the product.
var fridayAfternoon = time.Date(2026, 11, 20, 7, 42, 0, 0, time.UTC)

// open plays the week into dir as seen at an instant, with no port open.
func open(t *testing.T, dir string, at time.Time) *Demo {
	t.Helper()
	d, err := Open(t.Context(), Config{
		Dir: dir, Contract: contracts.Default, Log: slog.New(slog.DiscardHandler), Quiet: true,
		Machine: func() time.Time { return at },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.App.Close() })
	return d
}

// all are all cases of a demonstration, in the queue's order.
func all(t *testing.T, d *Demo) []desk.QueueRow {
	t.Helper()
	var rows []desk.QueueRow
	for _, v := range []desk.Selection{{}, {Filter: store.Filter{Status: []cases.Status{cases.Resolved, cases.Closed}}}} {
		page, err := d.App.Desk.Queue(t.Context(), d.cast.admin, desk.QueueQuery{Selection: v, Limit: 500})
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, page.Rows...)
	}
	return rows
}

func TestTheWeekHasCustomersCasesAndEveryStateAndVerdict(t *testing.T) {
	d := open(t, t.TempDir(), fridayAfternoon)
	orgs, _, err := d.App.Store.ListOrganizations(t.Context(), store.OrganizationQuery{Scope: store.Everyone(), Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, o := range orgs {
		terms, err := d.App.Desk.TermsOf(o, fridayAfternoon)
		if err != nil {
			t.Fatal(err)
		}
		kinds[fmt.Sprintf("%s, Support Plus %v", terms.HomeRegion(), terms.SupportPlus())]++
	}
	if len(orgs) < 12 || len(kinds) != 4 {
		t.Errorf("want at least 12 customers at home and abroad, with and without Support Plus; have %d: %v", len(orgs), kinds)
	}
	rows := all(t, d)
	if len(rows) < 40 {
		t.Errorf("want at least 40 cases, have %d", len(rows))
	}
	seen := map[string]int{}
	for _, r := range rows {
		seen["status "+string(r.Status)]++
		seen["clock "+string(r.Clock.State)]++
		seen["priority "+r.Priority]++
		if r.Provisional {
			seen["provisional"]++
		}
		if r.Pending {
			seen["a reply waiting for approval"]++
		}
		if r.Team != "" && r.AssigneeName != "" {
			seen["given out in a team"]++
		}
		if r.Organization == "" {
			seen["unidentified"]++
		}
		for fact := range factsOf(t, d, r.ID) {
			seen[fact]++
		}
	}
	for _, want := range []string{
		"status new", "status open", "status waiting", "status on_hold", "status resolved", "status closed",
		"clock none", "clock running", "clock soon", "clock late", "clock met", "clock missed",
		"priority high", "priority medium", "priority low", "provisional", "unidentified",
		"priority.claimed", "priority.judged", "a claim declined", "lowered after an investigation", "priority.agreed", "priority.objected",
		"target.met", "target.missed", "verdict.superseded", "delivery.failed", "came back", "out of scope", "case.identified",
		"note.added", "a second mail", "a third mail", "an attachment", "an HTML form", "automatic",
		"a reply waiting for approval", "given out in a team", "task.set",
	} {
		if seen[want] == 0 {
			t.Errorf("the week shows no case with: %s", want)
		}
	}
	if t.Failed() {
		t.Logf("it shows %v", seen)
	}
	t.Run("and rebuilding it gives the same rows", func(t *testing.T) { rebuilds(t, d.App.Store) })
	t.Run("and starting again keeps everything", func(t *testing.T) { startsAgain(t, d) })
}

func rebuilds(t *testing.T, s *store.Store) {
	if err := s.VerifyHistory(t.Context()); err != nil {
		t.Fatal(err)
	}
	before, err := s.ProjectionDigest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Rebuild(t.Context(), func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	after, err := s.ProjectionDigest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if before != after {
		t.Errorf("the rows differ after a rebuild: %s, then %s", before, after)
	}
}

// factsOf is what a case's history shows, in words.
func factsOf(t *testing.T, d *Demo, id cases.ID) map[string]bool {
	t.Helper()
	_, events, err := d.App.Store.Case(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	facts, mails := map[string]bool{}, 0
	for _, e := range events {
		name, _, _ := strings.Cut(e.Data.Type(), "/")
		facts[name] = true
		switch f := e.Data.(type) {
		case cases.PriorityJudged:
			facts["a claim declined"] = facts["a claim declined"] || f.Declines
			facts["lowered after an investigation"] = facts["lowered after an investigation"] || f.Reassessed
		case cases.DeliveryFailed:
			facts["came back"] = facts["came back"] || f.Bounce
		case cases.ScopeDecided:
			facts["out of scope"] = facts["out of scope"] || f.Out
		case cases.MessageReceived:
			if f.Auto != "" {
				facts["automatic"] = true
				continue
			}
			mails++
			facts["a second mail"] = facts["a second mail"] || mails == 2
			facts["a third mail"] = facts["a third mail"] || mails == 3
			facts["an attachment"] = facts["an attachment"] || len(f.Attachments) > 0
			facts["an HTML form"] = facts["an HTML form"] || f.HTML
		}
	}
	return facts
}

func TestTheSameInstantGivesTheSameQueue(t *testing.T) {
	var queues [2][]string
	for i := range queues {
		for _, r := range all(t, open(t, t.TempDir(), fridayAfternoon)) {
			queues[i] = append(queues[i], fmt.Sprint(r.Number, r.Subject, r.Status, r.Priority, r.FirstDeadline, r.Clock.State))
		}
	}
	if !slices.Equal(queues[0], queues[1]) {
		t.Errorf("two playings differ:\n%s\n\n%s", strings.Join(queues[0], "\n"), strings.Join(queues[1], "\n"))
	}
}

func TestTheWeekCanBeginAtAnyHour(t *testing.T) {
	for name, at := range map[string]time.Time{
		"at the opening":                 time.Date(2026, 11, 25, 1, 0, 0, 0, time.UTC),
		"on a holiday in a long weekend": time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC),
	} {
		t.Run(name, func(t *testing.T) {
			rows := all(t, open(t, t.TempDir(), at))
			states := map[cases.Status]int{}
			for _, r := range rows {
				states[r.Status]++
				if r.Reception.After(at) || r.Updated.After(at.Add(5*time.Second)) {
					t.Errorf("%s: received %s, changed %s: that is in the future", r.Subject, r.Reception, r.Updated)
				}
			}
			if len(rows) < 40 || len(states) != 6 {
				t.Errorf("%d cases in the states %v", len(rows), states)
			}
		})
	}
}

// startsAgain opens the same directory an hour later, and on a machine whose
// clock is three days behind.
func startsAgain(t *testing.T, d *Demo) {
	n := len(all(t, d))
	if err := d.App.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, d.cfg.Dir, fridayAfternoon.Add(time.Hour))
	if !again.Continued || len(all(t, again)) != n || again.Password != d.Password || len(again.People) != 4 {
		t.Errorf("continued %v, %d of %d cases, the same password %v, %d people",
			again.Continued, len(all(t, again)), n, again.Password == d.Password, len(again.People))
	}
	for _, p := range again.People {
		if _, err := again.App.Desk.SignIn(t.Context(), p.Mail, d.Password, "127.0.0.1"); err != nil {
			t.Errorf("%s cannot sign in any more: %v", p.Mail, err)
		}
	}
	if err := again.App.Close(); err != nil {
		t.Fatal(err)
	}
	behind := open(t, d.cfg.Dir, fridayAfternoon.AddDate(0, 0, -3))
	if now := behind.Clock.Now(); now.Before(fridayAfternoon.Add(-2 * time.Hour)) {
		t.Errorf("the desk's clock went back to %s, before what happened", now)
	}
}

func TestAPlayingCutShortStartsOver(t *testing.T) {
	dir := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	_, err := Open(ctx, Config{Dir: dir, Contract: contracts.Default, Log: slog.New(slog.DiscardHandler), Machine: func() time.Time { return fridayAfternoon }})
	if err == nil {
		t.Fatal("the week was played although the program was stopped")
	}
	if err := os.WriteFile(filepath.Join(dir, "madoguchi.db"), []byte("half a database"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := open(t, dir, fridayAfternoon)
	if d.Continued || len(all(t, d)) < 40 {
		t.Errorf("continued %v with %d cases", d.Continued, len(all(t, d)))
	}
}

func TestAPlayingUnderWayIsNotDisturbed(t *testing.T) {
	dir := t.TempDir()
	h, err := openHome(t.Context(), dir, "")
	if err != nil || h.Ready {
		t.Fatalf("ready %v, %v", h.Ready, err)
	}
	playing, err := store.Open(t.Context(), store.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = playing.Close() })
	if _, err := openHome(t.Context(), dir, ""); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a second demonstration in the same directory: %v", err)
	}
	if _, err := playing.Position(t.Context()); err != nil {
		t.Errorf("the first was disturbed: %v", err)
	}
}

func TestSomebodyElsesDirectoryIsNotTouched(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "madoguchi.db")
	if err := os.WriteFile(mine, []byte("a real desk"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), Config{Dir: dir, Contract: contracts.Default, Log: slog.New(slog.DiscardHandler), Machine: time.Now})
	if !fault.Is(err, fault.Conflict) {
		t.Errorf("err %v", err)
	}
	if kept, err := os.ReadFile(mine); err != nil || string(kept) != "a real desk" {
		t.Errorf("the directory was changed: %q, %v", kept, err)
	}
}

func TestEveryMailIsReadAsItWasWritten(t *testing.T) {
	w, err := readWeek()
	if err != nil {
		t.Fatal(err)
	}
	c := newCast(w, nil)
	ids, charsets := map[string]bool{}, map[string]int{}
	for _, s := range slices.Concat(w.Cases, w.Inquiries) {
		if ids[s.ID] {
			t.Errorf("two stories are called %s", s.ID)
		}
		ids[s.ID] = true
		if _, known := c.writers[s.From]; !known && s.Stranger == nil {
			t.Errorf("%s: there is no contact %q", s.ID, s.From)
		}
		raw := c.first(s, fridayAfternoon, deskMail).bytes()
		m, err := mailtext.Read(raw)
		if err != nil {
			t.Fatal(err)
		}
		if m.Subject != s.Subject || !strings.HasPrefix(m.Text, strings.TrimSpace(s.Text)) || len(m.Attachments) != len(s.Attach) || len(m.Defects) > 0 {
			t.Errorf("%s: read as %q, %d attachments, defects %v\n%s", s.ID, m.Subject, len(m.Attachments), m.Defects, m.Text)
		}
		if strings.Contains(strings.ToUpper(string(raw)), "CHARSET=ISO-2022-JP") {
			charsets["iso-2022-jp"]++
		} else {
			charsets["utf-8"]++
		}
	}
	if len(charsets) != 2 {
		t.Errorf("charsets %v", charsets)
	}
	for _, kind := range slices.Sorted(maps.Keys(w.Answers)) {
		if len(w.Answers[kind]) < 2 {
			t.Errorf("only %d answers of the kind %s", len(w.Answers[kind]), kind)
		}
	}
}
