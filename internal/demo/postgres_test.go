package demo

import (
	"log/slog"
	"os"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
	"madoguchi/test/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Once(m)) }

func TestTheWeekIsPlayedOnPostgreSQLAndNeverIntoAnotherDesk(t *testing.T) {
	url, dir := postgrestest.Fresh(t, t.TempDir()), t.TempDir()
	play := func(dir, database string) (*Demo, error) {
		return Open(t.Context(), Config{
			Dir: dir, Database: database, Contract: contracts.Default, Log: slog.New(slog.DiscardHandler), Quiet: true,
			Machine: func() time.Time { return fridayAfternoon },
		})
	}
	// A playing was cut short in the middle.
	if _, err := openHome(t.Context(), dir, url); err != nil {
		t.Fatal(err)
	}
	half, err := store.Open(t.Context(), store.Config{Dir: dir, Database: url})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := play(dir, url); !fault.Is(err, fault.Unavailable) {
		t.Errorf("while another one plays: %v", err)
	}
	if err := half.Close(); err != nil {
		t.Fatal(err)
	}
	d, err := play(dir, url)
	if err != nil {
		t.Fatal(err)
	}
	n := len(all(t, d))
	if d.Continued || n < 40 {
		t.Errorf("continued %v with %d cases", d.Continued, n)
	}
	rebuilds(t, d.App.Store)
	if err := Forget(t.Context(), t.TempDir(), url); err != nil {
		t.Errorf("a directory that has no demonstration: %v", err)
	}
	if err := d.App.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir + "/madoguchi.db"); err == nil {
		t.Error("the records are in the directory as well")
	}
	again, err := play(dir, url)
	if err != nil {
		t.Fatal(err)
	}
	if !again.Continued || len(all(t, again)) != n || again.Password != d.Password {
		t.Errorf("continued %v, %d of %d cases, the same password %v", again.Continued, len(all(t, again)), n, again.Password == d.Password)
	}
	if err := again.App.Close(); err != nil {
		t.Fatal(err)
	}
	for name, at := range map[string][2]string{
		"a new demonstration in the database of another": {t.TempDir(), url},
		"its directory with another database":            {dir, postgrestest.Fresh(t, t.TempDir())},
		"its directory without a database":               {dir, ""},
	} {
		if _, err := play(at[0], at[1]); !fault.Is(err, fault.Conflict) || fault.Public(err).JA == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := Forget(t.Context(), dir, url); err != nil {
		t.Fatal(err)
	}
	if _, occupied, err := store.Occupied(t.Context(), url); occupied || err != nil {
		t.Errorf("after it was forgotten, the database is occupied: %v, %v", occupied, err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("its directory is still there")
	}
}
