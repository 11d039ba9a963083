package cluster_test

import (
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"madoguchi/test/postgrestest"
	"madoguchi/test/program"
)

// migration is what a next version may do while this one serves: it adds. The
// tables are those that every act touches, and it takes its time.
const migration = `
ALTER TABLE events ADD COLUMN later_word TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN later_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE inbound ADD COLUMN later_flag BOOLEAN NOT NULL DEFAULT FALSE;
CREATE TABLE later (id TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL);
CREATE INDEX cases_later ON cases (later_count, id);
SELECT pg_sleep(1.5);
`

// TestTheNextVersionMigratesWhileThisOneServes upgrades a desk node by node
// under steady intake: nobody is refused, and both versions show what the
// other one did.
func TestTheNextVersionMigratesWhileThisOneServes(t *testing.T) {
	url := postgrestest.Fresh(t, t.TempDir())
	newer, err := program.BuildNewer(t.Context(), t.TempDir(), migration)
	if err != nil {
		t.Fatal(err)
	}
	f := newFleet(t, url, 2)
	browser, err := program.NewBrowser()
	if err != nil {
		t.Fatal(err)
	}
	if err := browser.SignIn(f.nodes[0].HTTP, program.Admin, program.Password); err != nil {
		t.Fatal(err)
	}
	in, stop := f.intake()
	within(t, time.Minute, "intake", func() bool { return in.Count() > 60 })

	this := f.binary
	begun := time.Now()
	f.binary = newer
	f.add() // it migrates, while the two others serve
	t.Logf("the first node of the next version served after %v", time.Since(begun).Round(time.Millisecond))
	goesOn(t, in)
	for i, node := range append(f.more, f.nodes...) {
		code, page, err := browser.Get(node.HTTP, "/queue")
		if err != nil || code != http.StatusOK || !strings.Contains(page, "/cases/") {
			t.Errorf("node %d answers %d, %v: %s", i, code, err, program.Text(page))
		}
	}

	// The next node follows: it is asked to stop, and comes back as the new one.
	f.down[0].Store(true)
	if err := f.nodes[0].Stop(); err != nil {
		t.Errorf("%v\n%s", err, f.nodes[0].Said())
	}
	f.start(0)
	goesOn(t, in)
	gap, _ := in.Longest(begun)
	t.Logf("no acknowledgement for %v at most; refusals: %v", gap.Round(time.Millisecond), in.Refused(begun))
	for kind, n := range in.Refused(time.Time{}) {
		// A node that is asked to stop says so to those who are connected.
		if kind != program.Broken && kind != "SMTP 421" {
			t.Errorf("%d clients got %s", n, kind)
		}
	}

	// There is no way back.
	out, err := exec.CommandContext(t.Context(), this, "serve", "--data", f.home(), "--database", url, "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "新しい版") || !strings.Contains(string(out), "newer version") {
		t.Errorf("this version begins on the schema of the next: %v\n%s", err, out)
	}
	stop()
	// The judge is of this version.
	if err := postgrestest.Exec(t.Context(), url, `DELETE FROM madoguchi.goose_db_version WHERE version_id = 99999`); err != nil {
		t.Fatal(err)
	}
	f.judge(in, 4*underWay)
}
