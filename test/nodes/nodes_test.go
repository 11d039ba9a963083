// Package nodes_test runs several built programs on one PostgreSQL, as an
// operator of more than one machine does, and holds that they are one desk.
//
// Start reading at [TestSeveralNodesAreOneDesk].
package nodes_test

import (
	"bufio"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
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
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/test/postgrestest"
	"madoguchi/test/program"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Once(m)) }

const senders = 20

// fleet is several nodes on one database.
type fleet struct {
	t        *testing.T
	binary   string
	database string
	relay    *program.Relay
	key      []byte
	nodes    []*program.Serving
	down     []atomic.Bool
}

func newFleet(t *testing.T, database string, n int) *fleet {
	t.Helper()
	f := &fleet{t: t, database: database, nodes: make([]*program.Serving, n), down: make([]atomic.Bool, n)}
	var err error
	if f.binary, err = program.Build(t.Context(), t.TempDir()); err != nil {
		t.Fatal(err)
	}
	first := t.TempDir()
	if err := program.FurnishOn(t.Context(), first, database, senders); err != nil {
		t.Fatal(err)
	}
	if f.key, err = os.ReadFile(filepath.Join(first, secret.File)); err != nil {
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

// start runs a node with a data directory of its own.
func (f *fleet) start(i int) {
	f.t.Helper()
	dir := f.t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, secret.File), f.key, 0o600); err != nil {
		f.t.Fatal(err)
	}
	node, err := program.Start(f.binary, dir, "--database", f.database, "--dns", "off", "--log-level=error", f.relay.Flag)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() {
		if err := node.Kill(); err != nil {
			f.t.Error(err)
		}
	})
	f.nodes[i] = node
	f.down[i].Store(false)
}

func (f *fleet) kill(i int) {
	f.t.Helper()
	f.down[i].Store(true)
	if err := f.nodes[i].Kill(); err != nil {
		f.t.Fatal(err)
	}
}

// intake is a steady stream of mails from several peers, each handed over
// again, to the next node, until some node has said 250.
type intake struct {
	mu       sync.Mutex
	promised []string // Message-IDs
	refused  map[int]int
	longest  time.Duration // between two 250s
	before   time.Time     // when that gap began
	last     time.Time
}

func (in *intake) run(f *fleet, peer int, stop <-chan struct{}) {
	peers := make([]program.Peer, len(f.nodes))
	for i := range peers {
		peers[i].Name = fmt.Sprintf("peer%d", peer)
		defer peers[i].Close()
	}
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		default:
		}
		from := program.Customer((peer*7 + n) % senders)
		id := fmt.Sprintf("m%d-%d@%s", peer, n, from[strings.IndexByte(from, '@')+1:])
		raw := fmt.Appendf(nil, "From: %s\r\nTo: %s\r\nMessage-ID: <%s>\r\nSubject: help %s\r\nDate: Fri, 20 Nov 2026 16:00:00 +0900\r\n\r\n%s\r\n",
			from, program.Support, id, id, strings.Repeat("the report shows nothing ", 1+n%5))
		for to := (peer + n) % len(f.nodes); ; to = (to + 1) % len(f.nodes) {
			if f.down[to].Load() {
				continue
			}
			err := peers[to].Deliver(f.nodes[to].SMTP, from, program.Support, raw)
			if err == nil {
				in.accepted(id)
				break
			}
			if code := (*textproto.Error)(nil); errors.As(err, &code) {
				in.mu.Lock()
				in.refused[code.Code]++
				in.mu.Unlock()
			}
			<-time.After(20 * time.Millisecond)
		}
	}
}

func (in *intake) accepted(id string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	now := time.Now()
	if !in.last.IsZero() {
		if gap := now.Sub(in.last); gap > in.longest {
			in.longest, in.before = gap, in.last
		}
	}
	in.last = now
	in.promised = append(in.promised, id)
}

func (in *intake) count() int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return len(in.promised)
}

// judge holds the records and the relay against what the peers were told.
// repeats is how many mails may have reached the relay a second time.
func (f *fleet) judge(in *intake, repeats int) {
	t := f.t
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Dir: t.TempDir(), Database: f.database})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	within(t, time.Minute, "everything is filed and sent", func() bool {
		fresh, err := s.NextInbound(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		left := len(fresh)
		for _, state := range []store.OutboundState{store.OutboundQueued, store.OutboundSending} {
			list, _, err := s.ListOutbound(t.Context(), store.OutboundQuery{Organization: store.Everyone(), State: state, Limit: 1})
			if err != nil {
				t.Fatal(err)
			}
			left += len(list)
		}
		return left == 0
	})
	filed, numbers, acks, total := map[string]int{}, map[int64]int{}, map[string]bool{}, int64(0)
	for last := int64(0); ; {
		page, err := s.EventsAfter(t.Context(), last, 500)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			if e.Position != last+1 {
				t.Errorf("position %d follows %d", e.Position, last)
			}
			last, total = e.Position, total+1
			switch d := e.Data.(type) {
			case cases.Opened:
				numbers[d.Number]++
			case cases.MessageReceived:
				filed[d.MessageID]++
			case cases.Acknowledged:
				acks[d.MessageID] = true
			}
		}
	}
	for _, id := range in.promised {
		if filed[id] != 1 {
			t.Errorf("%s got 250 and was filed %d times", id, filed[id])
		}
	}
	for n := int64(1); n <= int64(len(numbers)); n++ {
		if numbers[n] != 1 {
			t.Errorf("case number %d was given %d times", n, numbers[n])
		}
	}
	twice := 0
	for id, took := range f.relay.Took() {
		if !acks[id] {
			t.Errorf("the relay got %s, which is in no history", id)
		}
		twice += len(took) - 1
		delete(acks, id)
	}
	if len(acks) > 0 {
		t.Errorf("%d acknowledgements never reached the relay", len(acks))
	}
	if twice > repeats {
		t.Errorf("%d mails reached the relay twice, at most %d can have been under way", twice, repeats)
	}
	if err := s.VerifyHistory(t.Context()); err != nil {
		t.Error(err)
	}
	before, err := s.ProjectionDigest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if after, err := s.ProjectionDigest(t.Context()); err != nil || after != before {
		t.Errorf("after a rebuild the rows say something else: %v", err)
	}
	t.Logf("%d mails got 250, each is filed once in %d cases (%d events); refusals by code: %v; longest time without a 250: %v; sent twice: %d",
		len(in.promised), len(numbers), total, in.refused, in.longest.Round(time.Millisecond), twice)
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

	in := &intake{refused: map[int]int{}}
	stop := make(chan struct{})
	var peers sync.WaitGroup
	for p := range 6 {
		peers.Go(func() { in.run(f, p, stop) })
	}
	within(t, time.Minute, "intake", func() bool { return in.count() > 60 })
	f.kill(0) // with whatever it is doing; it has had the roles
	at := in.count()
	within(t, time.Minute, "intake goes on", func() bool { return in.count() > at+60 })
	f.start(0)
	f.kill(2)
	at = in.count()
	within(t, time.Minute, "intake goes on", func() bool { return in.count() > at+60 })
	close(stop)
	peers.Wait()
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
	lines, end, err := browser.Listen(f.nodes[0].HTTP, "/events")
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
