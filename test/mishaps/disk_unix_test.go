//go:build unix

package mishaps_test

import (
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
)

// TestADiskThatTakesNothingMoreRefusesAndRecovers runs a desk in a process of
// its own, whose files the operating system refuses to let grow, as a full
// disk does, and then to write at all, as one that became read-only does.
func TestADiskThatTakesNothingMoreRefusesAndRecovers(t *testing.T) {
	if os.Getenv("MADOGUCHI_TEST_DISK") == "" {
		child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
		child.Env = append(os.Environ(), "MADOGUCHI_TEST_DISK=1")
		if out, err := child.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	d := newDrill(t, "")
	d.works("before")
	for _, c := range []struct {
		name  string
		limit uint64
	}{{"full", 2 << 20}, {"read-only", 1}} {
		grow(t, c.limit)
		taken := 0
		for refused := 0; refused < 20; refused++ { // until there is no room left for the smallest act
			if d.mail() == 250 {
				taken, refused = taken+1, 0
			}
		}
		if d.refusesWork(); c.name == "read-only" { // on a full disk the probe's small act may still fit
			d.refuses("disk")
		}
		if code, _, err := d.browser.Retry(d.app.HTTP.String(), "/queue"); err != nil || code != http.StatusOK {
			t.Errorf("%s: what is there is shown with %d, %v", c.name, code, err)
		}
		t.Logf("%s: %d mails were taken before", c.name, taken)
		grow(t, 1<<40)
		d.works("with room again, after " + c.name)
	}
	d.keeps()
}

// grow limits how large this process may make a file, in bytes.
func grow(t *testing.T, limit uint64) {
	t.Helper()
	var now syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &now); err != nil {
		t.Fatal(err)
	}
	now.Cur = min(limit, now.Max)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &now); err != nil {
		t.Fatal(err)
	}
}
