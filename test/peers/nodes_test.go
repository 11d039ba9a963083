package peers_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/app"
	"madoguchi/internal/records/secret"
	"madoguchi/internal/records/store"
	"madoguchi/test/postgrestest"
	"madoguchi/test/program"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Once(m)) }

// TestAMailboxIsReadByOneNodeAndTakenOverWhenThatDies runs two built programs
// on one PostgreSQL, and kills the one that reads while mail arrives.
func TestAMailboxIsReadByOneNodeAndTakenOverWhenThatDies(t *testing.T) {
	d := newDovecot(t, "")
	home := t.TempDir()
	url := postgrestest.Fresh(t, home)
	first := newHouse(t, home, app.Config{Database: url})
	if _, err := first.Desk.PutMailbox(t.Context(), keeper, d.form("INBOX")); err != nil {
		t.Fatal(err)
	}
	first.stop()
	key, err := os.ReadFile(filepath.Join(home, secret.File))
	if err != nil {
		t.Fatal(err)
	}
	records, err := store.Open(t.Context(), store.Config{Dir: t.TempDir(), Database: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := records.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &house{App: &app.App{Store: records}, t: t}
	binary, err := program.Build(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	node := func() *program.Serving {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, secret.File), key, 0o600); err != nil {
			t.Fatal(err)
		}
		n, err := program.Start(binary, dir, "--database", url, "--dns", "off", "--log-level=error")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := n.Kill(); err != nil {
				t.Error(err)
			}
		})
		return n
	}
	reads := node()
	d.deliver(1)
	h.expect(1, 1)
	waits := node()
	for n := 2; n <= 20; n++ {
		d.deliver(n)
		if n := d.connections("desk"); n > 1 {
			t.Errorf("%d connections read the mailbox", n)
		}
	}
	h.expect(1, 20)
	d.deliver(21) // under way when the node dies
	if err := reads.Kill(); err != nil {
		t.Fatal(err)
	}
	killed := time.Now()
	for n := 22; n <= 30; n++ {
		d.deliver(n)
	}
	h.expect(22, 22)
	took := time.Since(killed)
	h.expect(1, 30)
	if took > 10*time.Second {
		t.Errorf("the mailbox was taken over after %v", took)
	}
	if n := d.connections("desk"); n > 1 {
		t.Errorf("%d connections read the mailbox", n)
	}
	t.Logf("taken over %v after the node was killed; read twice and filed once: %d", took.Round(time.Millisecond), h.duplicates())
	if err := waits.Stop(); err != nil {
		t.Errorf("%v\n%s", err, waits.Said())
	}
}

// connections counts who is signed in to an account.
func (d *dovecot) connections(user string) int {
	d.t.Helper()
	out, err := exec.Command("doveadm", "-c", filepath.Join(d.dir, "dovecot.conf"), "who", "-1", user).CombinedOutput()
	if err != nil && len(out) == 0 {
		return 0
	}
	n := 0
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == user && fields[1] == "imap" {
			n++
		}
	}
	if n == 0 && !strings.Contains(string(out), "username") {
		d.t.Fatal(fmt.Errorf("doveadm who: %w\n%s", err, out))
	}
	return n
}
