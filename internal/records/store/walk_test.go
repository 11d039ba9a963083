package store_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

// scattered is a desk whose cases differ in everything that the queue can be
// narrowed by; fields says what they hold.
func scattered(t *testing.T, s *store.Store, n int) (fields map[cases.ID]string) {
	t.Helper()
	ctx := context.Background()
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	fields = map[cases.ID]string{}
	write(t, s, func(tx *store.Tx) error {
		for i := range n {
			number, err := tx.NextNumber()
			if err != nil {
				return err
			}
			if _, err := tx.Append(nil, matter{id: caseID(i), organization: pick("acme", "beta", "gamma", ""), deadline: friday}.events(number)...); err != nil {
				return err
			}
		}
		return nil
	})
	for i := range n {
		id := caseID(i)
		bucket := store.Bucket(r.IntN(5))
		status := map[store.Bucket]string{store.Owed: "new", store.DesksAct: "open", store.Held: "on_hold", store.Awaiting: "waiting", store.Finished: pick("resolved", "closed")}[bucket]
		updated := friday.Add(time.Duration(r.IntN(40)) * time.Hour)
		key := friday.Add(time.Duration(r.IntN(60)-20) * time.Hour)
		soon := key.Add(-time.Duration(1+r.IntN(40000)) * time.Minute / 10)
		at := key.UnixMicro()
		if bucket == store.Finished {
			at = -updated.UnixMicro()
		}
		verdict, wait := pick("", "", "met", "missed"), ""
		if bucket == store.Awaiting {
			wait = pick("", "customer", "third-party")
		}
		out := r.IntN(3) * r.IntN(2)
		tags := pick("", "", "often", "often rare", "rare")
		if err := s.Exec(ctx, `UPDATE cases SET bucket = $1, sort_key = $2, soon_at = $3, status = $4, priority = $5, assignee_id = $6, team = $7, product = $8,
			region = $9, channel = $10, reception = $11, updated = $12, last_inbound = $13, last_outbound = $14, shown_wait = $15, first_verdict = $16, tags = $17 WHERE id = $18`,
			int64(bucket), at, soon.UnixMicro(), status, pick("high", "medium", "low"), pick("", "", "sato", "ito"), pick("", "t1", "t2"), pick("", "p1", "p2"),
			pick("domestic", "domestic", "overseas"), pick("mail", "mail", "mail", "phone"), friday.Add(-time.Duration(r.IntN(50))*time.Hour).UnixMicro(), updated.UnixMicro(),
			int64(r.IntN(3)), int64(out), wait, verdict, listed(tags), id); err != nil {
			t.Fatal(err)
		}
		for tag := range strings.FieldsSeq(tags) {
			if err := s.Exec(ctx, `INSERT INTO case_tags (case_id, tag, bucket, sort_key) VALUES ($1, $2, $3, $4)`, id, tag, int64(bucket), at); err != nil {
				t.Fatal(err)
			}
		}
		if watched(cases.ID(id)) {
			if err := s.Exec(ctx, `INSERT INTO case_followers (case_id, agent, bucket, sort_key) VALUES ($1, 'mori', $2, $3)`, id, int64(bucket), at); err != nil {
				t.Fatal(err)
			}
		}
		if v := pick("", "1", "2"); v != "" {
			fields[cases.ID(id)] = v
			if err := s.Exec(ctx, `INSERT INTO case_fields (case_id, field, value, bucket, sort_key) VALUES ($1, 'f', $2, $3, $4)`, id, v, int64(bucket), at); err != nil {
				t.Fatal(err)
			}
		}
	}
	return fields
}

// watched reports whether mori follows a case.
func watched(id cases.ID) bool {
	return strings.HasSuffix(string(id), "3") || strings.HasSuffix(string(id), "8")
}

func listed(words string) string {
	if words == "" {
		return "[]"
	}
	return `["` + strings.Join(strings.Fields(words), `","`) + `"]`
}

// narrowings are what the filters of the queue offer, each by itself.
var narrowings = map[string]func(*store.Filter){
	"open":       func(f *store.Filter) { f.Status = []cases.Status{cases.Open} },
	"two states": func(f *store.Filter) { f.Status = []cases.Status{cases.New, cases.Waiting} },
	"finished":   func(f *store.Filter) { f.Status = []cases.Status{cases.Resolved, cases.Closed} },
	"closed":     func(f *store.Filter) { f.Status = []cases.Status{cases.Closed} },
	"any state": func(f *store.Filter) {
		f.Status = []cases.Status{cases.New, cases.Open, cases.Waiting, cases.OnHold, cases.Resolved, cases.Closed}
	},
	"high":         func(f *store.Filter) { f.Priority = []string{"high"} },
	"mine":         func(f *store.Filter) { f.Assignee = []string{"sato"} },
	"mine or none": func(f *store.Filter) { f.Assignee = []string{"sato", ""} },
	"a team":       func(f *store.Filter) { f.Team = []string{"t1"} },
	"no team":      func(f *store.Filter) { f.Team = []string{"t1", ""} },
	"a product":    func(f *store.Filter) { f.Product = []string{"p1", "p2"} },
	"no product":   func(f *store.Filter) { f.Product = []string{""} },
	"a customer":   func(f *store.Filter) { f.Customer = []string{"beta"} },
	"unknown":      func(f *store.Filter) { f.Customer = []string{""} },
	"a tag":        func(f *store.Filter) { f.Tag = []string{"rare"} },
	"either tag":   func(f *store.Filter) { f.Tag = []string{"rare", "often"} },
	"followed":     func(f *store.Filter) { f.Follower = []string{"mori"} },
	"followed by":  func(f *store.Filter) { f.Follower = []string{"mori", "kato"} },
	"overseas":     func(f *store.Filter) { f.Region = []string{"overseas"} },
	"by phone":     func(f *store.Filter) { f.Channel = []string{"phone"} },
	"breached":     func(f *store.Filter) { f.Target = []store.TargetState{store.TargetBreached} },
	"at risk":      func(f *store.Filter) { f.Target = []store.TargetState{store.TargetAtRisk} },
	"on time":      func(f *store.Filter) { f.Target = []store.TargetState{store.TargetRunning} },
	"resting":      func(f *store.Filter) { f.Target = []store.TargetState{store.TargetResting} },
	"no target":    func(f *store.Filter) { f.Target = []store.TargetState{store.TargetNone} },
	"missed":       func(f *store.Filter) { f.Target = []store.TargetState{store.TargetMissed} },
	"urgent":       func(f *store.Filter) { f.Target = []store.TargetState{store.TargetBreached, store.TargetAtRisk} },
	"since":        func(f *store.Filter) { f.From = friday.Add(-20 * time.Hour) },
	"between":      func(f *store.Filter) { f.From, f.To = friday.Add(-40*time.Hour), friday.Add(-10*time.Hour) },
	"fresh":        func(f *store.Filter) { f.Fresh = true },
	"a field":      func(f *store.Filter) { f.Fields = []store.FieldMatch{{Field: "f", Value: []string{"1"}}} },
	"no field":     func(f *store.Filter) { f.Fields = []store.FieldMatch{{Field: "f", Value: []string{"1", ""}}} },
}

// asks reports whether a case is what a filter asks for, as the words of
// [store.Filter] say it.
func asks(f store.Filter, r store.CaseRow, field string, now time.Time) bool {
	status, finished := []cases.Status{}, r.Bucket == store.Finished
	done := slices.ContainsFunc(f.Status, func(s cases.Status) bool { return s == cases.Resolved || s == cases.Closed })
	status = append(status, f.Status...)
	deadline := time.UnixMicro(r.SortKey)
	owed, late := r.Bucket == store.Owed, r.Bucket == store.Owed && deadline.Before(now)
	in := func(list []string, v string) bool { return len(list) == 0 || slices.Contains(list, v) }
	target := len(f.Target) == 0
	for _, is := range f.Target {
		target = target || map[store.TargetState]bool{
			store.TargetBreached: late, store.TargetAtRisk: owed && !late && !r.SoonAt.After(now), store.TargetRunning: owed && !late && r.SoonAt.After(now),
			store.TargetResting: r.Foremost.Rest.Wait != "" && !finished, store.TargetNone: r.Bucket == store.DesksAct, store.TargetMissed: r.FirstVerdict == cases.Missed || late,
		}[is]
	}
	marked := (len(f.Follower) == 0 || watched(r.ID)) && (len(f.Tag) == 0 || slices.ContainsFunc(r.Tags, func(t string) bool { return slices.Contains(f.Tag, t) }))
	for _, m := range f.Fields {
		marked = marked && slices.Contains(m.Value, field)
	}
	return (len(status) == 0 && !finished || slices.Contains(status, r.Status) && (done || !finished)) &&
		in(f.Priority, r.Priority) && in(f.Assignee, r.AssigneeID) && in(f.Team, r.Team) && in(f.Customer, r.Organization) && in(f.Product, r.Product) &&
		in(f.Region, r.Region) && in(f.Channel, r.Channel) && target && marked && !r.Reception.Before(f.From) && (f.To.IsZero() || r.Reception.Before(f.To)) &&
		(!f.Fresh || r.LastInbound.After(r.LastOutbound) && !r.LastOutbound.IsZero())
}

func comparing(o store.Order) func(a, b store.CaseRow) int {
	queue := func(a, b store.CaseRow) int {
		return cmp.Or(cmp.Compare(a.Bucket, b.Bucket), cmp.Compare(a.SortKey, b.SortKey), cmp.Compare(a.ID, b.ID))
	}
	switch o {
	case store.ByPriority:
		rank := map[string]int{"high": 0, "medium": 1, "low": 2}
		return func(a, b store.CaseRow) int {
			return cmp.Or(cmp.Compare(rank[a.Priority], rank[b.Priority]), queue(a, b))
		}
	case store.ByUpdated:
		return func(a, b store.CaseRow) int { return cmp.Or(b.Updated.Compare(a.Updated), cmp.Compare(b.ID, a.ID)) }
	case store.ByReceived:
		return func(a, b store.CaseRow) int {
			return cmp.Or(b.Reception.Compare(a.Reception), cmp.Compare(b.ID, a.ID))
		}
	case store.ByOldest:
		return func(a, b store.CaseRow) int {
			return cmp.Or(a.Reception.Compare(b.Reception), cmp.Compare(a.ID, b.ID))
		}
	}
	return queue
}

var viewers = map[string]store.Scope{
	"everything": store.Everyone(), "one": store.Only("acme"), "some": store.Among([]string{"acme", "gamma"}, true), "nothing": store.Among(nil, false), "identified": store.Identified(),
}

// What is narrowed by one or two filters, sorted in any way, for whoever looks,
// is shown page after page: every case once, none too many, in order. It holds
// where a page may look at few cases only, and at many.
func TestTheQueueShowsEveryCaseOnceHoweverNarrowedAndSorted(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	fields := scattered(t, s, 240)
	every := must[[]store.CaseRow](t)(s.EveryCase(ctx))
	now := friday.Add(4 * time.Hour)
	names := make([]string, 0, len(narrowings))
	for name := range narrowings {
		names = append(names, name)
	}
	slices.Sort(names)
	r := rand.New(rand.NewPCG(3, 4))
	for _, bound := range [][2]int{{2000, 1500}, {24, 5}, {24, 60}} {
		s.Bound(bound[0], bound[1])
		for range 80 {
			var f store.Filter
			name := ""
			for range 1 + r.IntN(3) {
				one := names[r.IntN(len(names))]
				narrowings[one](&f)
				name += one + ", "
			}
			order := store.Orders[r.IntN(len(store.Orders))]
			for viewer, scope := range viewers {
				var want []store.CaseRow
				for _, c := range every {
					if scope.Has(c.Organization) && asks(f, c, fields[c.ID], now) {
						want = append(want, c)
					}
				}
				slices.SortFunc(want, comparing(order))
				q := store.QueueQuery{Filter: f, Order: order, Priorities: []string{"high", "medium", "low"}, Now: now, Organization: scope, Limit: 7}
				got, pages := everyPage(t, s, q)
				if ids(got) != ids(want) {
					t.Fatalf("%sby %q, bound %v, %s sees %s:\nshown %q\nare   %q (%d pages)", name, order, bound, viewer, fmt.Sprint(len(want)), ids(got), ids(want), pages)
				}
				n := must[store.Tally](t)(s.QueueCount(ctx, q))
				if n.N > len(want) || !n.More && n.N != len(want) || bound[0] > 240 && n.More {
					t.Fatalf("%sbound %v, %s: counted %v of %d", name, bound, viewer, n, len(want))
				}
			}
		}
	}
}

func everyPage(t *testing.T, s *store.Store, q store.QueueQuery) (rows []store.CaseRow, pages int) {
	t.Helper()
	for pages = 1; pages < 1000; pages++ {
		page, next, err := s.Queue(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, page...)
		if next.End() {
			return rows, pages
		}
		q.After = next
	}
	t.Fatal("the list does not end")
	return nil, 0
}

// Whatever the queue is narrowed by, alone or two at a time, however it is
// sorted and whoever looks: what it costs is bounded by a page and not by the
// number of cases. Each statement that meets the large tables enters an index
// where the page begins and walks along it; none scans, and none sorts.
func TestEveryListOfTheQueueIsReadAlongAnIndex(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	scattered(t, s, 40)
	now := friday.Add(4 * time.Hour)
	seen := map[string]bool{}
	for one, narrow := range narrowings {
		for other, more := range narrowings {
			for _, order := range store.Orders {
				for viewer, scope := range viewers {
					for _, after := range []store.Cursor{{}, {Bucket: store.DesksAct, Key: friday.UnixMicro(), ID: "case-00007"}} {
						var f store.Filter
						narrow(&f)
						more(&f)
						steps := must[[]store.Step](t)(s.Steps(store.QueueQuery{Filter: f, Order: order, Now: now, Organization: scope}, after, 51))
						for _, step := range steps {
							if seen[step.Text] {
								continue
							}
							seen[step.Text] = true
							plan := must[[]string](t)(s.Plan(ctx, step))
							if bad := unbounded(plan); bad != "" {
								t.Errorf("%s and %s by %q for %s: %s\n%s\n%s", one, other, order, viewer, bad, step.Text, strings.Join(plan, "\n"))
							}
						}
					}
				}
			}
		}
	}
	if len(seen) < 100 {
		t.Errorf("only %d statements were looked at", len(seen))
	}
}

// A customer's record is counted along its index, however many cases they had.
func TestTheRecordOfACustomerIsReadAlongItsIndex(t *testing.T) {
	s := open(t)
	scattered(t, s, 40)
	step := store.RecordStep("aoba", friday)
	if plan := strings.Join(must[[]string](t)(s.Plan(t.Context(), step)), "\n"); strings.Count(plan, "cases_decided") != 2 {
		t.Errorf("%s\n%s", step.Text, plan)
	}
}

// unbounded says what in a plan costs more the more cases there are.
func unbounded(plan []string) string {
	for _, line := range plan {
		for _, bad := range []string{"TEMP B-TREE", "Sort", "Seq Scan", "Bitmap", "AUTOMATIC", "Filter:"} {
			if strings.Contains(line, bad) {
				return bad
			}
		}
		if strings.Contains(line, "SCAN ") && !strings.Contains(line, "USING") {
			return "a scan"
		}
	}
	return ""
}
