package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

// BenchmarkDurableAppends measures acts per second, each a note on its case
// that is on the disk when it is counted, by how many people write at once.
// The "one commit each" runs are the calibration: a single small row for each
// commit, on the same disk with the same settings.
func BenchmarkDurableAppends(b *testing.B) {
	for _, writers := range []int{1, 8, 32} {
		b.Run(fmt.Sprintf("one commit each/%d", writers), func(b *testing.B) { calibrate(b, writers) })
		b.Run(fmt.Sprintf("store/%d", writers), func(b *testing.B) {
			s := open(b)
			states := make([]*cases.Case, writers)
			for i := range states {
				states[i] = openCase(b, s, matter{id: caseID(i), organization: "acme", deadline: friday.Add(time.Hour)})
			}
			spread(b, writers, func(w int) error {
				return s.Write(context.Background(), func(tx *store.Tx) error {
					next, err := tx.Append(states[w], cases.Event{At: friday, Actor: sato, Data: cases.Noted{Note: "n", Text: "確認中です"}})
					states[w] = next
					return err
				})
			})
		})
	}
}

// spread runs b.N acts on a number of goroutines and reports them per second.
func spread(b *testing.B, writers int, act func(writer int) error) {
	var left atomic.Int64
	left.Store(int64(b.N))
	b.ResetTimer()
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				if err := act(w); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "acts/s")
}

func calibrate(b *testing.B, writers int) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "raw.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)")
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	}()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE TABLE lines (id INTEGER PRIMARY KEY, text TEXT)`); err != nil {
		b.Fatal(err)
	}
	spread(b, writers, func(int) error {
		_, err := db.Exec(`INSERT INTO lines (text) VALUES ('確認中です')`)
		return err
	})
}

// BenchmarkQueuePage reads pages of 50 out of 100,000 open cases.
func BenchmarkQueuePage(b *testing.B) {
	ctx := context.Background()
	s := open(b)
	fill(b, s, 100_000)
	middle := store.Cursor{Bucket: store.Owed, Key: friday.Add(50_000 * time.Second).UnixMicro(), ID: "x"}
	for name, query := range map[string]store.QueueQuery{
		"all":                  {Organization: store.Everyone()},
		"all, in the middle":   {Organization: store.Everyone(), After: middle},
		"mine":                 {Filter: store.Filter{Assignee: []string{"a-7"}}, Organization: store.Everyone()},
		"unassigned":           {Filter: store.Filter{Assignee: []string{""}}, Organization: store.Everyone()},
		"unidentified":         {Filter: store.Filter{Customer: []string{""}}, Organization: store.Everyone()},
		"waiting":              {Filter: store.Filter{Status: []cases.Status{cases.Waiting}}, Organization: store.Everyone()},
		"of one organization":  {Organization: store.Only("org-003")},
		"mine of one":          {Filter: store.Filter{Assignee: []string{"a-7"}}, Organization: store.Only("org-073")},
		"by priority":          {Order: store.ByPriority, Priorities: []string{"high", "medium", "low"}, Organization: store.Everyone()},
		"latest received":      {Order: store.ByReceived, Organization: store.Everyone()},
		"latest changed":       {Order: store.ByUpdated, Organization: store.Everyone()},
		"breached":             {Filter: store.Filter{Target: []store.TargetState{store.TargetBreached}}, Now: friday.Add(time.Hour), Organization: store.Everyone()},
		"at risk":              {Filter: store.Filter{Target: []store.TargetState{store.TargetAtRisk}}, Now: friday.Add(time.Hour), Organization: store.Everyone()},
		"a rare tag":           {Filter: store.Filter{Tag: []string{"rare"}}, Organization: store.Everyone()},
		"a frequent tag":       {Filter: store.Filter{Tag: []string{"often"}}, Organization: store.Everyone()},
		"a rare field":         {Filter: store.Filter{Fields: []store.FieldMatch{{Field: "f", Value: []string{"7"}}}}, Organization: store.Everyone()},
		"a rare channel":       {Filter: store.Filter{Channel: []string{"phone"}}, Organization: store.Everyone()},
		"a rare region":        {Filter: store.Filter{Region: []string{"overseas"}}, Organization: store.Everyone()},
		"a rare tag, latest":   {Filter: store.Filter{Tag: []string{"rare"}}, Order: store.ByReceived, Organization: store.Everyone()},
		"mine, latest":         {Filter: store.Filter{Assignee: []string{"a-7"}}, Order: store.ByUpdated, Organization: store.Everyone()},
		"a pair that excludes": {Filter: store.Filter{Assignee: []string{"a-7"}, Customer: []string{""}}, Organization: store.Everyone()},
		"all but nothing":      {Filter: store.Filter{Tag: []string{"often"}, Assignee: []string{""}, Target: []store.TargetState{store.TargetNone}}, Organization: store.Everyone()},
		"some customers":       {Organization: store.Among([]string{"org-001", "org-002", "org-003", "org-050", "org-120"}, true)},
		"on time":              {Filter: store.Filter{Target: []store.TargetState{store.TargetRunning}}, Now: friday.Add(time.Hour), Organization: store.Everyone()},
		"missed":               {Filter: store.Filter{Target: []store.TargetState{store.TargetMissed}}, Now: friday.Add(time.Hour), Organization: store.Everyone()},
		"a rare status":        {Filter: store.Filter{Status: []cases.Status{cases.OnHold}}, Organization: store.Everyone()},
		"a high one of few":    {Filter: store.Filter{Priority: []string{"high"}, Tag: []string{"often"}}, Organization: store.Everyone()},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				rows, _, err := s.Queue(ctx, query)
				if err != nil || len(rows) == 0 && !strings.HasPrefix(name, "a") {
					b.Fatalf("%d rows, %v", len(rows), err)
				}
			}
		})
	}
	b.Run("counts", func(b *testing.B) {
		for b.Loop() {
			for _, f := range []store.Filter{{Target: []store.TargetState{store.TargetBreached}}, {Customer: []string{""}}, {Assignee: []string{"a-7"}}} {
				if _, err := s.QueueCount(ctx, store.QueueQuery{Filter: f, Now: friday.Add(time.Hour), Organization: store.Everyone()}); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	for name, f := range map[string]store.Filter{
		"a rare tag": {Tag: []string{"rare"}}, "a frequent tag": {Tag: []string{"often"}}, "a rare channel": {Channel: []string{"phone"}},
		"a rare status": {Status: []cases.Status{cases.OnHold}}, "at risk": {Target: []store.TargetState{store.TargetAtRisk}}, "all": {},
	} {
		b.Run("count "+name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.QueueCount(ctx, store.QueueQuery{Filter: f, Now: friday.Add(time.Hour), Organization: store.Everyone()}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("one case", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := s.Case(ctx, cases.ID(caseID(50_000))); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// fill opens n cases in large acts: every tenth assigned, every twentieth
// unidentified, every thirtieth waiting.
func fill(b *testing.B, s *store.Store, n int) {
	b.Helper()
	for from := 0; from < n; from += 1000 {
		write(b, s, func(tx *store.Tx) error {
			for i := from; i < from+1000; i++ {
				m := matter{id: caseID(i), organization: fmt.Sprintf("org-%03d", i%200), deadline: friday.Add(time.Duration(i) * time.Second)}
				if i%20 == 0 {
					m.organization = ""
				}
				number, err := tx.NextNumber()
				if err != nil {
					return err
				}
				events := m.events(number)
				if i%10 == 3 {
					events = append(events, cases.Event{At: friday, Actor: machine, Data: cases.Assigned{Agent: fmt.Sprintf("a-%d", i/10%20)}})
				}
				var tags []cases.Tag
				if i%5 == 1 {
					tags = append(tags, cases.Tag{ID: "often"})
				}
				if i%5000 == 1 {
					tags = append(tags, cases.Tag{ID: "rare"})
				}
				if len(tags) > 0 {
					events = append(events, cases.Event{At: friday, Actor: sato, Data: cases.Tagged{Added: tags}},
						cases.Event{At: friday, Actor: sato, Data: cases.FieldSet{Field: "f", After: fmt.Sprint(i % 1000)}})
				}
				if i%30 == 0 {
					events = append(events, cases.Event{At: friday, Actor: sato, Data: reply("r" + m.id)},
						cases.Event{At: friday, Actor: sato, Data: cases.StatusChanged{To: cases.Waiting}})
				}
				if _, err := tx.Append(nil, events...); err != nil {
					return err
				}
			}
			return nil
		})
	}
}
