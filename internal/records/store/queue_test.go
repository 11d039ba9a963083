package store_test

import (
	"context"
	"testing"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

func TestTheQueueIsByDeadlineAndWhoHasToAct(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	openCase(t, s, matter{id: "later", organization: "acme", deadline: friday.Add(8 * time.Hour)})
	openCase(t, s, matter{id: "overdue", organization: "acme", reception: friday.Add(-9 * time.Hour), deadline: friday.Add(-time.Hour)})
	openCase(t, s, matter{id: "soon", organization: "beta", deadline: friday.Add(time.Hour)})
	openCase(t, s, matter{id: "stranger", reception: friday.Add(time.Minute)})
	for _, id := range []cases.ID{"waits", "back", "done"} {
		openCase(t, s, matter{id: string(id), organization: "acme", reception: friday.Add(-time.Hour), deadline: friday.Add(5 * time.Hour)})
		add(t, s, id, friday, sato, reply("r-"+string(id)), cases.TargetMet{Metric: cases.FirstResponse, At: friday},
			cases.Assigned{Agent: sato.ID, Name: sato.Name}, cases.StatusChanged{From: cases.New, To: cases.Waiting})
	}
	add(t, s, "back", friday.Add(2*time.Hour), customer, cases.MessageReceived{Message: "m2", MessageID: "m2@x", Received: friday.Add(2 * time.Hour)},
		cases.StatusChanged{From: cases.Waiting, To: cases.Open})
	add(t, s, "done", friday.Add(3*time.Hour), sato, cases.StatusChanged{From: cases.Waiting, To: cases.Resolved})

	for name, want := range map[string]struct {
		query store.QueueQuery
		ids   string
	}{
		"all":                {store.QueueQuery{View: store.ViewAll, Organization: store.Everyone()}, "overdue soon later stranger back waits"},
		"mine":               {store.QueueQuery{View: store.ViewMine, Agent: sato.ID, Organization: store.Everyone()}, "back waits"},
		"unassigned":         {store.QueueQuery{View: store.ViewUnassigned, Organization: store.Everyone()}, "overdue soon later stranger"},
		"unidentified":       {store.QueueQuery{View: store.ViewUnidentified, Organization: store.Everyone()}, "stranger"},
		"waiting":            {store.QueueQuery{View: store.ViewWaiting, Organization: store.Everyone()}, "waits"},
		"done":               {store.QueueQuery{View: store.ViewDone, Organization: store.Everyone()}, "done"},
		"of one customer":    {store.QueueQuery{View: store.ViewAll, Organization: store.Only("beta")}, "soon"},
		"of a third company": {store.QueueQuery{View: store.ViewAll, Organization: store.Only("gamma")}, ""},
	} {
		rows, next, err := s.Queue(ctx, want.query)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := ids(rows); got != want.ids || !next.End() {
			t.Errorf("%s: %q, want %q (next %v)", name, got, want.ids, next)
		}
	}

	counts := must[store.QueueCounts](t)(s.QueueCounts(ctx, store.Everyone(), sato.ID, friday))
	if want := (store.QueueCounts{All: 6, Mine: 2, Unassigned: 4, Unidentified: 1, Waiting: 1, Overdue: 1}); counts != want {
		t.Errorf("counts %+v, want %+v", counts, want)
	}
	due := must[[]store.Deadline](t)(s.DueDeadlines(ctx, friday.Add(time.Hour), store.Deadline{}, 10))
	if len(due) != 1 || due[0].Case != "overdue" {
		t.Errorf("due: %v; a deadline at this very instant can still be met", due)
	}
	if next := must[store.Deadline](t)(s.NextDeadline(ctx)); next.Case != "overdue" {
		t.Errorf("next deadline %v", next)
	}
}

func TestTheQueueIsReadPageByPage(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	want := ""
	for i := range 7 {
		openCase(t, s, matter{id: caseID(i), organization: "acme", deadline: friday.Add(time.Duration(i/2) * time.Hour)})
		want += " " + caseID(i)
	}
	got := ""
	query := store.QueueQuery{Organization: store.Everyone(), Limit: 3}
	for pages := 1; ; pages++ {
		rows, next, err := s.Queue(ctx, query)
		if err != nil {
			t.Fatal(err)
		}
		got += " " + ids(rows)
		if next.End() {
			if pages != 3 {
				t.Errorf("%d pages, want 3", pages)
			}
			break
		}
		query.After = next
	}
	if got != want {
		t.Errorf("pages hold%s, want%s", got, want)
	}
}

func TestAListWithoutAScopeIsRefused(t *testing.T) {
	s := open(t)
	_, _, err := s.Queue(context.Background(), store.QueueQuery{View: store.ViewAll})
	wantFault(t, err, fault.Internal, "whose records")
	_, _, err = s.Queue(context.Background(), store.QueueQuery{View: "secret", Organization: store.Everyone()})
	wantFault(t, err, fault.Invalid, `"secret"`)
	_, _, err = s.Queue(context.Background(), store.QueueQuery{View: store.ViewMine, Organization: store.Everyone()})
	wantFault(t, err, fault.Invalid, "agent")
}
