package mishaps_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/textproto"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/internal/app"
	"madoguchi/terms/cases"
	"madoguchi/test/postgrestest"
	"madoguchi/test/program"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Once(m)) }

const customers = 20

// drill is a whole desk within the test, with real doors, whose records get
// into trouble.
type drill struct {
	t       *testing.T
	app     *app.App
	dir     string
	url     string // PostgreSQL; empty: SQLite
	token   string
	browser *program.Browser
	peer    program.Peer
	sent    int
	took    []string        // subjects that were acknowledged
	in      *program.Intake // what comes besides; may be nil

	mu  sync.Mutex
	now func() time.Time
}

func newDrill(t *testing.T, url string) *drill {
	t.Helper()
	d := &drill{t: t, dir: t.TempDir(), url: url, peer: program.Peer{Name: "peer"}, now: time.Now}
	d.must(program.FurnishOn(t.Context(), d.dir, url, customers))
	var err error
	d.token, err = program.Token(t.Context(), d.dir, url)
	d.must(err)
	d.app, err = app.Start(t.Context(), app.Config{
		Dir: d.dir, Database: url, HTTP: "127.0.0.1:0", SMTP: "127.0.0.1:0", Hostname: "desk.example", Contract: contracts.Default,
		Now: d.clock, Log: slog.New(slog.DiscardHandler),
	})
	d.must(err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.app.Run(ctx) }()
	t.Cleanup(func() {
		d.peer.Close()
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	d.browser, err = program.NewBrowser()
	d.must(err)
	d.must(d.browser.SignIn(d.app.HTTP.String(), program.Admin, program.Password))
	return d
}

func (d *drill) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *drill) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now()
}

// jump moves the desk's clock against the machine's.
func (d *drill) jump(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	before := d.now
	d.now = func() time.Time { return before().Add(by) }
}

// mail hands one over, and returns the code of the answer.
func (d *drill) mail() int {
	d.t.Helper()
	d.sent++
	from, subject := program.Customer(d.sent%customers), fmt.Sprintf("mail %d", d.sent)
	err := d.peer.Deliver(d.app.SMTP.String(), from, program.Support, fmt.Appendf(nil, "From: %s\r\nTo: %s\r\nMessage-ID: <d%d@x.example>\r\nSubject: %s\r\n\r\n%s\r\n",
		from, program.Support, d.sent, subject, strings.Repeat("レポートが表示されません。", 400)))
	if err == nil {
		d.took = append(d.took, subject)
		return 250
	}
	code, said := errors.AsType[*textproto.Error](err)
	if !said {
		d.t.Fatal(err)
	}
	return code.Code
}

// program opens a case by the API, and returns status and Retry-After.
func (d *drill) program() (int, string) {
	d.t.Helper()
	d.sent++
	subject := fmt.Sprintf("program %d", d.sent)
	body, err := json.Marshal(map[string]any{
		"channel": "mail", "from": map[string]string{"address": program.Customer(d.sent % customers)}, "subject": subject, "text": strings.Repeat("請求書が届きません。", 400),
	})
	d.must(err)
	code, after, _ := d.ask(http.MethodPost, "/api/v1/cases", string(body), map[string]string{
		"Authorization": "Bearer " + d.token, "Content-Type": "application/json", "Idempotency-Key": subject,
	})
	if code == http.StatusCreated {
		d.took = append(d.took, subject)
	}
	return code, after
}

func (d *drill) ask(method, path, body string, header map[string]string) (int, string, string) {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), method, "http://"+d.app.HTTP.String()+path, strings.NewReader(body))
	d.must(err)
	for name, value := range header {
		r.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(r)
	d.must(err)
	said, err := io.ReadAll(res.Body)
	d.must(errors.Join(err, res.Body.Close()))
	return res.StatusCode, res.Header.Get("Retry-After"), string(said)
}

// works holds that the desk takes new work, within a time that it may need to
// find its way back.
func (d *drill) works(when string) {
	d.t.Helper()
	var last string
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		smtp, api, ready := 0, 0, 0
		if smtp = d.mail(); smtp == 250 {
			api, _ = d.program()
			ready, _, _ = d.ask(http.MethodGet, "/readyz", "", nil)
		}
		if last = fmt.Sprintf("SMTP %d, API %d, /readyz %d", smtp, api, ready); last == "SMTP 250, API 201, /readyz 200" {
			return
		}
	}
	d.t.Errorf("%s: %s", when, last)
}

// refuses holds that the desk says, everywhere, that it takes nothing new now,
// and returns what /readyz says of it.
func (d *drill) refuses(because string) (said string) {
	d.t.Helper()
	d.refusesWork()
	// The probe's answer may be a moment old.
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		code, after, said := d.ask(http.MethodGet, "/readyz", "", nil)
		if code == http.StatusServiceUnavailable && after != "" && strings.Contains(said, because) {
			return said
		}
		if time.Now().After(end) {
			d.t.Errorf("/readyz says %d, Retry-After %q: %s; want %q", code, after, said, because)
			return said
		}
	}
}

// refusesWork is refuses for those who bring work.
func (d *drill) refusesWork() {
	d.t.Helper()
	if code := d.mail(); code != 451 && code != 452 {
		d.t.Errorf("a mail gets %d", code)
	}
	if code, after := d.program(); code != http.StatusServiceUnavailable || after == "" {
		d.t.Errorf("a program gets %d, Retry-After %q", code, after)
	}
}

// keeps holds that what was acknowledged is there once, and the history whole.
func (d *drill) keeps() {
	d.t.Helper()
	subjects, filed := map[string]int{}, map[string]int{}
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		fresh, err := d.app.Store.NextInbound(d.t.Context(), 1)
		d.must(err)
		if len(fresh) == 0 {
			break
		}
		if time.Now().After(end) {
			d.t.Fatal("mail waits to be filed")
		}
	}
	for last := int64(0); ; {
		page, err := d.app.Store.EventsAfter(d.t.Context(), last, 500)
		d.must(err)
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			last = e.Position
			switch m := e.Data.(type) {
			case cases.Opened:
				subjects[m.Subject]++
			case cases.MessageReceived:
				filed[m.MessageID]++
			}
		}
	}
	took := d.took
	if d.in != nil {
		mails, opened := d.in.Acknowledged()
		took = slices.Concat(took, opened)
		for _, id := range mails {
			if filed[id] != 1 {
				d.t.Errorf("%s got 250 and was filed %d times", id, filed[id])
			}
		}
	}
	for _, s := range took {
		if subjects[s] != 1 {
			d.t.Errorf("%q was acknowledged and is in %d cases", s, subjects[s])
		}
	}
	for s, n := range subjects { // also what was tried and not acknowledged
		if n > 1 {
			d.t.Errorf("%q is in %d cases", s, n)
		}
	}
	if len(d.took) == 0 {
		d.t.Error("nothing was acknowledged")
	}
	d.must(d.app.Store.VerifyHistory(d.t.Context()))
}

func TestADatabaseThatIsReadOnlyOrLostRefusesAndRecovers(t *testing.T) {
	url := postgrestest.Fresh(t, t.TempDir())
	admin := strings.Replace(url, "/t1?", "/postgres?", 1)
	for _, c := range []struct{ name, breaks, mends, because string }{
		{"read-only", `ALTER DATABASE t1 SET default_transaction_read_only = on; ` + cut, `ALTER DATABASE t1 RESET default_transaction_read_only`, "database"},
		{"lost", `ALTER DATABASE t1 ALLOW_CONNECTIONS false; ` + cut, `ALTER DATABASE t1 ALLOW_CONNECTIONS true`, "cannot be reached"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name == "lost" {
				if err := postgrestest.Exec(t.Context(), url, `DROP SCHEMA madoguchi CASCADE; DROP SCHEMA madoguchi_search CASCADE`); err != nil {
					t.Fatal(err)
				}
			}
			d := newDrill(t, url)
			d.works("before")
			d.must(execAll(t.Context(), admin, c.breaks))
			d.refuses(c.because)
			code, after, err := d.browser.Retry(d.app.HTTP.String(), "/queue")
			if c.name == "lost" && (err != nil || code != http.StatusServiceUnavailable || after == "") {
				t.Errorf("a page gets %d, Retry-After %q, %v", code, after, err)
			}
			d.must(execAll(t.Context(), admin, c.mends))
			d.works("after")
			d.keeps()
		})
	}
}

const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 't1'`

// execAll runs statements one by one: some want no transaction around them.
func execAll(ctx context.Context, url, statements string) error {
	for statement := range strings.SplitSeq(statements, "; ") {
		if err := postgrestest.Exec(ctx, url, statement); err != nil {
			return err
		}
	}
	return nil
}

// TestAClockThatJumpsLosesAndRepeatsNothing moves the desk's clock back and
// forth by more than anybody's working day.
func TestAClockThatJumpsLosesAndRepeatsNothing(t *testing.T) {
	for name, url := range map[string]string{"SQLite": "", "PostgreSQL": postgrestest.Fresh(t, t.TempDir())} {
		t.Run(name, func(t *testing.T) {
			d := newDrill(t, url)
			d.works("before")
			d.jump(-3 * time.Hour)
			d.works("three hours back")
			d.keeps()
			d.jump(10 * 24 * time.Hour)
			d.works("a week and more ahead")
			// Deadlines that lie behind now are judged, each as of its own instant.
			late := d.judged()
			if late == 0 {
				t.Error("a week and more ahead no deadline is missed")
			}
			d.jump(-10 * 24 * time.Hour)
			d.works("and back")
			d.keeps()
			if again := d.judged(); again != late {
				t.Errorf("%d verdicts after the clock was right again, %d before", again, late)
			}
			before, err := d.app.Store.ProjectionDigest(t.Context())
			d.must(err)
			d.must(d.app.Store.Rebuild(t.Context(), nil))
			if after, err := d.app.Store.ProjectionDigest(t.Context()); err != nil || after != before {
				t.Errorf("after a rebuild the rows say something else: %v", err)
			}
		})
	}
}

// judged waits until no deadline that has passed waits for its verdict, and
// counts the verdicts.
func (d *drill) judged() int {
	d.t.Helper()
	n, same := 0, 0
	for end := time.Now().Add(30 * time.Second); same < 10 && time.Now().Before(end); time.Sleep(300 * time.Millisecond) {
		was := n
		n = 0
		for last := int64(0); ; {
			page, err := d.app.Store.EventsAfter(d.t.Context(), last, 500)
			d.must(err)
			if len(page) == 0 {
				break
			}
			for _, e := range page {
				last = e.Position
				if _, ok := e.Data.(cases.TargetMissed); ok {
					n++
				}
			}
		}
		if same++; n != was {
			same = 0
		}
	}
	return n
}
