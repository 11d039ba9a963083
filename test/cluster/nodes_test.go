// Package cluster_test runs several built programs on one PostgreSQL, as an
// operator of more than one machine does, and holds that they are one desk.
//
// Start reading at [TestSeveralNodesAreOneDesk].
package cluster_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"madoguchi/internal/records/secret"
	"madoguchi/test/postgrestest"
	"madoguchi/test/program"
)

func TestMain(m *testing.M) {
	code := postgrestest.Once(m)
	if dir := filepath.Dir(built.path); built.path != "" {
		if err := os.RemoveAll(dir); err != nil {
			fmt.Println(err)
		}
	}
	os.Exit(code)
}

// built is the program, built once for all tests of the package.
var built struct {
	once sync.Once
	path string
	err  error
}

func buildOnce(t *testing.T) string {
	t.Helper()
	built.once.Do(func() {
		var dir string
		if dir, built.err = os.MkdirTemp("", "cluster"); built.err == nil {
			built.path, built.err = program.Build(t.Context(), dir)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.path
}

const senders = 20

// fleet is several nodes on one database.
type fleet struct {
	t        *testing.T
	binary   string
	database string
	relay    *program.Relay
	first    string // the data directory that the desk was made with
	key      []byte
	nodes    []*program.Serving
	more     []*program.Serving
	down     []atomic.Bool
}

func newFleet(t *testing.T, database string, n int) *fleet {
	t.Helper()
	f := &fleet{t: t, database: database, nodes: make([]*program.Serving, n), down: make([]atomic.Bool, n)}
	var err error
	f.binary, f.first = buildOnce(t), t.TempDir()
	if err := program.FurnishOn(t.Context(), f.first, database, senders); err != nil {
		t.Fatal(err)
	}
	if f.key, err = os.ReadFile(filepath.Join(f.first, secret.File)); err != nil {
		t.Fatal(err)
	}
	if f.relay, err = program.OpenRelay(nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.relay.Close() })
	for i := range f.nodes {
		f.start(i)
	}
	return f
}

// home makes a data directory for one more node.
func (f *fleet) home() string {
	f.t.Helper()
	dir := f.t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, secret.File), f.key, 0o600); err != nil {
		f.t.Fatal(err)
	}
	return dir
}

// start runs a node with a data directory of its own.
func (f *fleet) start(i int) {
	f.t.Helper()
	f.nodes[i] = f.run()
	f.down[i].Store(false)
}

// add runs one more node, to which the intake that goes on already gives nothing.
func (f *fleet) add() {
	f.t.Helper()
	f.more = append(f.more, f.run())
}

func (f *fleet) run() *program.Serving {
	f.t.Helper()
	node, err := program.Start(f.binary, f.home(), "--database", f.database, "--dns", "off", "--log-level=error", f.relay.Flag)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() {
		if err := node.Kill(); err != nil {
			f.t.Error(err)
		}
	})
	return node
}

func (f *fleet) kill(i int) {
	f.t.Helper()
	f.down[i].Store(true)
	if err := f.nodes[i].Kill(); err != nil {
		f.t.Fatal(err)
	}
}

// intake begins to hand mails to every node in turn; stop ends it.
func (f *fleet) intake() (in *program.Intake, stop func()) {
	in = &program.Intake{Customers: senders}
	ended := make(chan struct{})
	var peers sync.WaitGroup
	for p := range 6 {
		turn := p
		next := func() string {
			for turn++; f.down[turn%len(f.nodes)].Load(); turn++ {
			}
			return f.nodes[turn%len(f.nodes)].SMTP
		}
		peers.Go(func() { in.Mail(p, ended, 0, next) })
	}
	return in, func() { close(ended); peers.Wait() }
}

func within(t *testing.T, d time.Duration, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(d); !holds(); {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", d, what)
		}
		<-time.After(50 * time.Millisecond)
	}
}

var caseLink = regexp.MustCompile(`/cases/([0-9a-f-]{36})`)

func TestSeveralNodesAreOneDesk(t *testing.T) {
	f := newFleet(t, postgrestest.Fresh(t, t.TempDir()), 3)
	browser, err := program.NewBrowser()
	if err != nil {
		t.Fatal(err)
	}
	if err := browser.SignIn(f.nodes[0].HTTP, program.Admin, program.Password); err != nil {
		t.Fatal(err)
	}
	// Who signed in at one node is known at the others.
	code, page, err := browser.Get(f.nodes[1].HTTP, "/queue")
	if err != nil || code != http.StatusOK {
		t.Fatalf("the other node answers %d, %v: %s", code, err, program.Text(page))
	}
	f.browserHears(browser)

	in, stop := f.intake()
	within(t, time.Minute, "intake", func() bool { return in.Count() > 60 })
	f.kill(0) // with whatever it is doing; it has had the roles
	goesOn(t, in)
	f.start(0)
	f.kill(2)
	goesOn(t, in)
	stop()
	f.judge(in, 2*underWay)
}

// underWay is how many mails of a node the relay may have, or be getting, whose
// outcome is not durable yet: four conversations, and as many outcomes.
const underWay = 8

// browserHears holds that a browser on one node is told of what came in and
// was done at another, within a second.
func (f *fleet) browserHears(browser *program.Browser) {
	t := f.t
	t.Helper()
	lines, end, err := browser.Listen(f.nodes[0].HTTP, "/queue")
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	heard := make(chan string, 100)
	go func() {
		defer close(heard)
		for in := bufio.NewScanner(lines); in.Scan(); {
			if text, ok := strings.CutPrefix(in.Text(), "data: "); ok {
				heard <- text
			}
		}
	}()
	peer := program.Peer{Name: "one"}
	defer peer.Close()
	from := program.Customer(0)
	if err := peer.Deliver(f.nodes[1].SMTP, from, program.Support, fmt.Appendf(nil, "From: %s\r\nTo: %s\r\nMessage-ID: <first@x.example>\r\nSubject: first\r\n\r\nhelp\r\n", from, program.Support)); err != nil {
		t.Fatal(err)
	}
	select {
	case text := <-heard:
		t.Logf("a browser on one node hears of a mail at another: %s", text)
	case <-time.After(10 * time.Second):
		t.Fatal("a browser on one node hears nothing of a mail at another")
	}
	var id string
	within(t, 5*time.Second, "the case is in the queue", func() bool {
		_, page, err := browser.Get(f.nodes[2].HTTP, "/queue")
		if m := caseLink.FindStringSubmatch(page); err == nil && m != nil {
			id = m[1]
		}
		return id != ""
	})
	for quiet := false; !quiet; { // the acknowledgement's own news
		select {
		case <-heard:
		case <-time.After(1500 * time.Millisecond):
			quiet = true
		}
	}
	begun := time.Now()
	code, page, err := browser.Post(f.nodes[2].HTTP, "/cases/"+id+"/note", url.Values{"text": {"確認中です"}})
	if err != nil || code >= 400 {
		t.Fatalf("the note was answered with %d, %v: %s", code, err, program.Text(page))
	}
	select {
	case text := <-heard:
		if took := time.Since(begun); !strings.Contains(text, id) || took > time.Second {
			t.Errorf("heard %q after %v", text, took)
		} else {
			t.Logf("heard of an act at another node after %v", took.Round(time.Millisecond))
		}
	case <-time.After(5 * time.Second):
		t.Error("a browser on one node hears nothing of an act at another")
	}
}

func TestANodeWithAnotherKeyIsRefused(t *testing.T) {
	f := newFleet(t, postgrestest.Fresh(t, t.TempDir()), 1)
	_, err := program.Start(f.binary, t.TempDir(), "--database", f.database)
	if err == nil || !strings.Contains(err.Error(), secret.File) {
		t.Errorf("got %v", err)
	}
}
