package store_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"madoguchi/terms/cases"
	"madoguchi/test/postgrestest"
)

// TestARebuildChangesNothing walks cases through every kind of event, then
// holds that the rows are the same when they are made anew from the events.
func TestARebuildChangesNothing(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	for i := range 40 {
		id := cases.ID(caseID(i))
		org := "acme"
		if i%3 == 0 {
			org = ""
		}
		openCase(t, s, matter{id: string(id), organization: org, deadline: friday.Add(time.Duration(i) * time.Hour)})
		at := friday.Add(time.Hour)
		steps := [][]cases.Data{
			{cases.Identified{Organization: "beta", OrgName: "ベータ", Contact: "p1", Region: "domestic", Language: "ja"}},
			{cases.ParticipantJoined{Person: cases.Address{Name: "Yamada", Addr: "Yamada@Example.co.jp"}, Contact: "p1", Verified: true}},
			{cases.PriorityClaimed{Priority: "high", Criterion: "priority.high.interruption", Applied: "high", Provisional: true}},
			{cases.TargetSet{Metric: cases.FirstResponse, Priority: "high", Deadline: friday.Add(2 * time.Hour), Cause: cases.CauseClaimed}},
			{cases.PriorityJudged{Priority: "low", Criterion: "priority.low", Declines: true, Applied: "low"}},
			{cases.PriorityObjected{Priority: "low", Reason: "止まっています"}},
			{cases.PriorityAgreed{Priority: "high", Applied: "high", How: "mail"}},
			{reply("r-" + string(id)), cases.TargetMet{Metric: cases.FirstResponse, At: at}},
			{cases.DeliveryFailed{Message: "r-" + string(id)}, cases.VerdictSuperseded{Metric: cases.FirstResponse, Reason: "undelivered"}},
			{cases.TargetMissed{Metric: cases.FirstResponse, Deadline: friday.Add(2 * time.Hour)}},
			{cases.Assigned{Agent: sato.ID, Name: sato.Name}, cases.Retitled{Before: "a", After: "b"}},
			{cases.ScopeDecided{Clause: "scope.third-party-excluded", Out: true, Reason: "他社製品"}, cases.ContractRebased{From: "acme@1", To: "acme@2"}},
			{cases.Tagged{Added: []cases.Tag{{ID: "t1", Name: "請求"}, {ID: "t2", Name: "再発"}}}, cases.TeamAssigned{Team: "second", Name: "二次"}},
			{cases.ProductNamed{Product: "p1", Name: "DLP"}, cases.FieldSet{Field: "f1", Name: "版", After: "2.1"}, cases.Tagged{Removed: []cases.Tag{{ID: "t1", Name: "請求"}}}},
			{cases.Followed{Agent: "a-ito", Name: "伊藤"}, cases.Followed{Agent: "a-mori", Name: "森"}, cases.Unfollowed{Agent: "a-ito", Name: "伊藤"}},
			{cases.StatusChanged{From: cases.New, To: cases.OnHold, Reason: "開発へ確認", Until: friday.Add(90 * time.Hour)}},
			{cases.StatusChanged{From: cases.OnHold, To: cases.Closed, Reason: "完了"}},
			{cases.Unknown{Name: "case.merged/9", Raw: []byte(`{"into":"x"}`)}},
		}
		for n, facts := range steps {
			if n >= i%(len(steps)+1) {
				break
			}
			add(t, s, id, at.Add(time.Duration(n)*time.Minute), sato, facts...)
		}
	}
	before := must[string](t)(s.ProjectionDigest(ctx))
	last := [2]int{}
	if err := s.Rebuild(ctx, func(done, total int) { last = [2]int{done, total} }); err != nil {
		t.Fatal(err)
	}
	if last != [2]int{40, 40} {
		t.Errorf("progress ended at %v", last)
	}
	if after := must[string](t)(s.ProjectionDigest(ctx)); after != before {
		t.Errorf("the rows differ after a rebuild: %s, before %s", after, before)
	}
	add(t, s, "case-00001", friday.Add(9*time.Hour), sato, cases.Noted{Note: "n", Text: "t"})
	if after := must[string](t)(s.ProjectionDigest(ctx)); after == before {
		t.Error("the digest does not see a change")
	}
}

func TestRowsThatAnotherBuildProjectedAreMadeAnew(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := openIn(t, dir)
	openCase(t, s, matter{id: "c1", organization: "acme", deadline: friday.Add(time.Hour)})
	right := must[string](t)(s.ProjectionDigest(ctx))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	behindItsBack(t, dir, `UPDATE cases SET bucket = 4`)
	behindItsBack(t, dir, `UPDATE counters SET value = value - 1 WHERE name = 'projections'`)
	if got := must[string](t)(openIn(t, dir).ProjectionDigest(ctx)); got != right {
		t.Error("the rows of another build are still there")
	}
}

// behindItsBack changes the database of a data directory without the store.
func behindItsBack(t *testing.T, dir, change string) {
	t.Helper()
	driver, source := "sqlite", filepath.Join(dir, "madoguchi.db")
	if postgrestest.On() {
		driver, source = "pgx", postgrestest.Database(t, dir)+"&search_path=madoguchi"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	res, err := db.Exec(change)
	if err == nil {
		var n int64
		if n, err = res.RowsAffected(); n == 0 && err == nil {
			err = errors.New("the change met no row")
		}
	}
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}
