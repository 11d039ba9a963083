package store_test

import (
	"context"
	"fmt"
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

	openCase(t, s, matter{id: "held", organization: "acme", deadline: friday.Add(5 * time.Hour)})
	add(t, s, "held", friday, sato, reply("r-held"), cases.TargetMet{Metric: cases.FirstResponse, At: friday},
		cases.StatusChanged{From: cases.New, To: cases.OnHold, Reason: "開発へ確認", Until: friday.Add(100 * time.Hour)})
	for name, want := range map[string]struct {
		filter store.Filter
		ids    string
	}{
		"all":              {store.Filter{}, "overdue soon later stranger back held waits"},
		"mine":             {store.Filter{Assignee: []string{sato.ID}}, "back waits"},
		"unassigned":       {store.Filter{Assignee: []string{""}}, "overdue soon later stranger held"},
		"mine or nobody's": {store.Filter{Assignee: []string{sato.ID, ""}}, "overdue soon later stranger back held waits"},
		"unidentified":     {store.Filter{Customer: []string{""}}, "stranger"},
		"waiting":          {store.Filter{Status: []cases.Status{cases.Waiting}}, "waits"},
		"on hold":          {store.Filter{Status: []cases.Status{cases.OnHold}}, "held"},
		"done":             {store.Filter{Status: []cases.Status{cases.Resolved, cases.Closed}}, "done"},
		"resolved":         {store.Filter{Status: []cases.Status{cases.Resolved}}, "done"},
		"closed":           {store.Filter{Status: []cases.Status{cases.Closed}}, ""},
		"open or resolved": {store.Filter{Status: []cases.Status{cases.Open, cases.Resolved}}, "back done"},
		"breached":         {store.Filter{Target: []store.TargetState{store.TargetBreached}}, "overdue"},
		"on time":          {store.Filter{Target: []store.TargetState{store.TargetRunning}}, "soon later"},
		"none runs":        {store.Filter{Target: []store.TargetState{store.TargetNone}}, "stranger back"},
		"written again":    {store.Filter{Fresh: true}, "back"},
		"received before":  {store.Filter{To: friday.Add(-8 * time.Hour)}, "overdue"},
		"received since":   {store.Filter{From: friday.Add(time.Second)}, "stranger"},
		"high":             {store.Filter{Priority: []string{"high"}}, ""},
		"medium":           {store.Filter{Priority: []string{"medium", "low"}}, "overdue soon later stranger back held waits"},
		"by mail":          {store.Filter{Channel: []string{"mail"}, Region: []string{"domestic"}, Customer: []string{"beta"}}, "soon"},
	} {
		rows, next, err := s.Queue(ctx, store.QueueQuery{Filter: want.filter, Now: friday, Organization: store.Everyone()})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := ids(rows); got != want.ids || !next.End() {
			t.Errorf("%s: %q, want %q (next %v)", name, got, want.ids, next)
		}
		if n := must[store.Tally](t)(s.QueueCount(ctx, store.QueueQuery{Filter: want.filter, Now: friday, Organization: store.Everyone()})); n != (store.Tally{N: len(rows)}) {
			t.Errorf("%s: counted %v of %d", name, n, len(rows))
		}
	}
	for scope, want := range map[string]string{"beta": "soon", "gamma": ""} {
		rows, _, err := s.Queue(ctx, store.QueueQuery{Organization: store.Only(scope)})
		if got := ids(rows); got != want || err != nil {
			t.Errorf("of %s: %q, want %q (%v)", scope, got, want, err)
		}
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

// TestEveryOrderIsReadPageByPageWithoutALossOrARepetition holds for pages of
// every size.
func TestEveryOrderIsReadPageByPageWithoutALossOrARepetition(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	for i := range 12 {
		openCase(t, s, matter{id: caseID(i), organization: "acme", reception: friday.Add(time.Duration(-i/2) * time.Hour), deadline: friday.Add(time.Duration(i/3) * time.Hour)})
		if p := []string{"medium", "high", "low", "odd"}[i%4]; p != "medium" {
			add(t, s, cases.ID(caseID(i)), friday.Add(time.Duration(i%5)*time.Hour), sato, cases.PriorityJudged{Priority: p, Applied: p})
		}
	}
	for order, want := range map[store.Order]string{
		store.ByDeadline: "0 1 2 3 4 5 6 7 8 9 10 11", store.ByReceived: "1 0 3 2 5 4 7 6 9 8 11 10", store.ByOldest: "10 11 8 9 6 7 4 5 2 3 0 1",
		store.ByPriority: "1 5 9 0 4 8 2 6 10 3 7 11", store.ByUpdated: "9 3 7 2 11 6 1 10 5 0 4 8",
	} {
		for size := 1; size <= 13; size++ {
			got := ""
			query := store.QueueQuery{Order: order, Priorities: []string{"high", "medium", "low", "odd"}, Organization: store.Everyone(), Limit: size}
			for {
				rows, next, err := s.Queue(ctx, query)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range rows {
					var n int
					if _, err := fmt.Sscanf(string(r.ID), "case-%d", &n); err != nil {
						t.Fatal(err)
					}
					got += fmt.Sprint(" ", n)
				}
				if next.End() {
					break
				}
				query.After = next
			}
			if got != " "+want {
				t.Errorf("by %q in pages of %d:%s, want %s", order, size, got, want)
			}
		}
	}
}

func TestCasesAreFoundByWhatTheDeskMarkedThemWith(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	for i := range 4 {
		openCase(t, s, matter{id: caseID(i), organization: "acme", deadline: friday.Add(time.Duration(i) * time.Hour)})
	}
	add(t, s, "case-00000", friday, sato, cases.Tagged{Added: []cases.Tag{{ID: "t1", Name: "請求"}, {ID: "t2", Name: "再発"}}}, cases.ProductNamed{Product: "p1", Name: "DLP"})
	add(t, s, "case-00001", friday, sato, cases.Tagged{Added: []cases.Tag{{ID: "t2", Name: "再発"}}}, cases.TeamAssigned{Team: "team", Name: "二次"}, cases.FieldSet{Field: "f1", After: "2.1"})
	add(t, s, "case-00002", friday, sato, cases.FieldSet{Field: "f1", After: "2.0"}, cases.Tagged{Added: []cases.Tag{{ID: "t1", Name: "請求"}}}, cases.Tagged{Removed: []cases.Tag{{ID: "t1", Name: "請求"}}})
	for name, want := range map[string]struct {
		filter store.Filter
		ids    string
	}{
		"due later":       {store.Filter{DueAfter: friday.Add(time.Hour)}, "case-00002 case-00003"},
		"due in an hour":  {store.Filter{DueAfter: friday.Add(time.Hour), DueBy: friday.Add(2 * time.Hour)}, "case-00002"},
		"a tag":           {store.Filter{Tag: []string{"t1"}}, "case-00000"},
		"one of two tags": {store.Filter{Tag: []string{"t1", "t2"}}, "case-00000 case-00001"},
		"a product":       {store.Filter{Product: []string{"p1"}}, "case-00000"},
		"no product":      {store.Filter{Product: []string{""}}, "case-00001 case-00002 case-00003"},
		"a team":          {store.Filter{Team: []string{"team"}}, "case-00001"},
		"a field":         {store.Filter{Fields: []store.FieldMatch{{Field: "f1", Value: []string{"2.1"}}}}, "case-00001"},
		"an empty field":  {store.Filter{Fields: []store.FieldMatch{{Field: "f1", Value: []string{""}}}}, "case-00000 case-00003"},
		"either":          {store.Filter{Fields: []store.FieldMatch{{Field: "f1", Value: []string{"", "2.0"}}}}, "case-00000 case-00002 case-00003"},
	} {
		rows, _, err := s.Queue(ctx, store.QueueQuery{Filter: want.filter, Organization: store.Everyone()})
		if got := ids(rows); got != want.ids || err != nil {
			t.Errorf("%s: %q, want %q (%v)", name, got, want.ids, err)
		}
	}
	values := must[map[cases.ID]map[string]string](t)(s.FieldValues(ctx, []cases.ID{"case-00001", "case-00003"}))
	if len(values) != 1 || values["case-00001"]["f1"] != "2.1" {
		t.Errorf("values %v", values)
	}
}

func TestAListWithoutAScopeIsRefused(t *testing.T) {
	s := open(t)
	_, _, err := s.Queue(context.Background(), store.QueueQuery{})
	wantFault(t, err, fault.Internal, "whose records")
	_, _, err = s.Queue(context.Background(), store.QueueQuery{Order: "secret", Organization: store.Everyone()})
	wantFault(t, err, fault.Invalid, `"secret"`)
	_, _, err = s.Queue(context.Background(), store.QueueQuery{Filter: store.Filter{Target: []store.TargetState{"secret"}}, Organization: store.Everyone()})
	wantFault(t, err, fault.Invalid, `"secret"`)
}
