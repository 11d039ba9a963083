package mishaps_test

import (
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"madoguchi/test/postgrestest"
	"madoguchi/test/program"
)

// TestAPostgreSQLWithoutRoomRefusesAndRecovers fills the disk of the server
// under intake, until nothing more is taken. On the disk of the tables every
// statement that needs room is refused (53100). On that of the log the server
// panics, comes back as long as it finds room to, and then does not start
// again until there is some.
func TestAPostgreSQLWithoutRoomRefusesAndRecovers(t *testing.T) {
	for _, c := range []struct {
		part  postgrestest.Part
		says  string // the desk
		wrote string // the server
		page  int
	}{
		{postgrestest.Tables, "no space left", "No space left on device", http.StatusOK},
		{postgrestest.Log, "cannot be reached", "PANIC", http.StatusServiceUnavailable},
	} {
		t.Run(string(c.part), func(t *testing.T) {
			server := postgrestest.StartCramped(t, c.part)
			d := newDrill(t, server.URL("postgres"))
			d.works("before")
			stop := d.pours()
			d.takes("before", 100)
			begun := time.Now()
			d.must(server.Fill())
			d.takesNothing()
			full := time.Since(begun)
			said := d.refuses(c.says)
			if code, _, err := d.browser.Retry(d.app.HTTP.String(), "/queue"); err != nil || code != c.page {
				t.Errorf("what is there is shown with %d, %v", code, err)
			}
			again := time.Now()
			d.must(server.Clear())
			d.takes("with room again", 100)
			back := time.Since(again)
			got := d.in.Refused(time.Time{})
			stop()
			d.works("with room again")
			d.keeps()
			for kind, n := range got {
				if kind != program.Later451 && kind != "SMTP 452" && kind != program.Later503 {
					t.Errorf("%d clients got %s", n, kind)
				}
			}
			log, err := server.Log()
			d.must(err)
			if !strings.Contains(log, c.wrote) {
				t.Errorf("the server wrote nothing of %q:\n%s", c.wrote, log)
			}
			if clientsPanic.MatchString(log) && !strings.Contains(said, "the disk of its server is full") {
				t.Errorf("the server told a client of the desk that its disk is full, and /readyz says %q", said)
			}
			t.Logf("nothing was taken %v after the disk was full, and 100 again %v after it had room; refusals: %v; the server wrote %d times %s, and ended %d times; %s",
				full.Round(time.Millisecond), back.Round(time.Millisecond), got, strings.Count(log, c.wrote), c.wrote, strings.Count(log, "the server ended"), said)
		})
	}
}

// clientsPanic is the server's log of a panic that it told the desk of before
// it ended; one of its own processes tells nobody.
var clientsPanic = regexp.MustCompile(`PANIC:.*\n.*STATEMENT:`)

// pours lets mails and programs in until stop is called.
func (d *drill) pours() (stop func()) {
	d.in = &program.Intake{Customers: customers, Longer: 400}
	ended := make(chan struct{})
	var clients sync.WaitGroup
	for c := range 3 {
		clients.Go(func() { d.in.Mail(c, ended, 5*time.Millisecond, func() string { return d.app.SMTP.String() }) })
		clients.Go(func() { d.in.Program(c, ended, 5*time.Millisecond, d.app.HTTP.String(), d.token) })
	}
	return func() { close(ended); clients.Wait() }
}

// takes holds that so many more are acknowledged.
func (d *drill) takes(when string, more int) {
	d.t.Helper()
	was := d.in.Count()
	for end := time.Now().Add(time.Minute); d.in.Count() < was+more; <-time.After(20 * time.Millisecond) {
		if time.Now().After(end) {
			d.t.Fatalf("%s: %d of %d were taken; refusals: %v", when, d.in.Count()-was, more, d.in.Refused(time.Time{}))
		}
	}
}

// takesNothing waits until nothing was acknowledged for three seconds, though
// both kinds of clients kept asking.
func (d *drill) takesNothing() {
	d.t.Helper()
	const quiet = 3 * time.Second
	was, since := d.in.Count(), time.Now()
	for end := time.Now().Add(time.Minute); ; <-time.After(20 * time.Millisecond) {
		if n := d.in.Count(); n != was {
			was, since = n, time.Now()
		}
		if asked := d.in.Refused(since); time.Since(since) > quiet && len(asked) >= 2 {
			return
		}
		if time.Now().After(end) {
			d.t.Fatalf("%d were taken, the disk is full; refusals: %v", d.in.Count(), d.in.Refused(time.Time{}))
		}
	}
}
