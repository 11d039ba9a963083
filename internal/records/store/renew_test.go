package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/test/postgrestest"
)

// A desk whose rows another build made opens at once, works, and has the right
// rows when they are made anew beside its work.
func TestRowsOfAnotherBuildAreMadeAnewBesideTheWork(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	database := postgrestest.Database(t, dir)
	s := must[*store.Store](t)(store.Open(ctx, store.Config{Dir: dir, Database: database}))
	const many = 60
	for i := range many {
		openCase(t, s, matter{id: caseID(i), organization: "acme", deadline: friday.Add(time.Duration(i) * time.Hour)})
	}
	add(t, s, cases.ID(caseID(3)), friday.Add(time.Hour), sato, reply("r"), cases.StatusChanged{From: cases.New, To: cases.Closed, Reason: "完了"})
	right := must[string](t)(s.ProjectionDigest(ctx))
	if _, due := s.Renewal(); due {
		t.Error("the rows of this build are to be made anew")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	tamper(t, dir, database, `UPDATE cases SET subject = 'old', bucket = 2 WHERE number > 5`, `DELETE FROM deadlines`,
		`INSERT INTO case_participants (case_id, addr, name, contact, verified) VALUES ('`+caseID(1)+`', 'left@over.example', '', '', FALSE)`,
		`UPDATE counters SET value = 0 WHERE name = 'projections'`)

	// The process ends after the first act, and the next one goes on from there.
	s = must[*store.Store](t)(store.Open(ctx, store.Config{Dir: dir, Database: database, RenewAtOnce: 1}))
	first, stop := context.WithCancel(ctx)
	begun := int64(0)
	if err := s.Renew(first, func(r store.Renewal) { begun = r.Done; stop() }); err == nil || begun == 0 {
		t.Fatalf("it was not broken off: %d, %v", begun, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s = must[*store.Store](t)(store.Open(ctx, store.Config{Dir: dir, Database: database, RenewAtOnce: 1}))
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, due := s.Renewal(); !due {
		t.Fatal("nothing is to be made anew")
	}
	var told []store.Renewal
	if err := s.Renew(ctx, func(r store.Renewal) { told = append(told, r) }); err != nil {
		t.Fatal(err)
	}
	if told[0].Done <= begun {
		t.Errorf("it began again: %v after %d", told[0], begun)
	}
	if last := told[len(told)-1]; len(told) < 2 || last.Total != many || last.Done < many {
		t.Errorf("progress was %v", told)
	}
	if _, due := s.Renewal(); due {
		t.Error("it is still due")
	}
	if after := must[string](t)(s.ProjectionDigest(ctx)); after != right {
		t.Error("the rows differ from those that the acts wrote")
	}
	if err := s.Renew(ctx, func(store.Renewal) { t.Error("it is done again") }); err != nil {
		t.Error(err)
	}
}

// tamper changes rows behind the store's back, as an older build left them.
func tamper(t *testing.T, dir, database string, statements ...string) {
	t.Helper()
	driver, source := "sqlite", filepath.Join(dir, "madoguchi.db")
	if database != "" {
		driver, source = "pgx", database
	}
	db := must[*sql.DB](t)(sql.Open(driver, source))
	defer db.Close() //nolint:errcheck // nothing is read from it
	conn := must[*sql.Conn](t)(db.Conn(context.Background()))
	defer conn.Close() //nolint:errcheck // as above
	if database != "" {
		statements = append([]string{`SET search_path TO madoguchi`}, statements...)
	}
	for _, text := range statements {
		if _, err := conn.ExecContext(context.Background(), text); err != nil {
			t.Fatal(fmt.Errorf("%s: %w", text, err))
		}
	}
}
