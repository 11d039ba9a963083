package scenarios_test

import (
	"context"
	"net"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/rogpeppe/go-internal/testscript"

	"madoguchi/internal/desk"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
)

// dns is what the customers' domains publish: their mail comes from
// 192.0.2.0/24 and from nowhere else.
type dns struct{ down atomic.Bool }

// LookupTXT answers for the two customers.
func (d *dns) LookupTXT(_ context.Context, name string) ([]string, error) {
	if d.down.Load() {
		return nil, &net.DNSError{Err: "i/o timeout", Name: name, IsTimeout: true}
	}
	switch name = strings.TrimSuffix(name, "."); name {
	case "aoba.example", "kestrel.example":
		return []string{"v=spf1 ip4:192.0.2.0/24 -all"}, nil
	case "_dmarc.aoba.example", "_dmarc.kestrel.example":
		return []string{"v=DMARC1; p=reject"}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

// LookupMX finds nothing.
func (*dns) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

// LookupIPAddr finds nothing.
func (*dns) LookupIPAddr(_ context.Context, name string) ([]net.IPAddr, error) {
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

// LookupAddr finds nothing.
func (*dns) LookupAddr(_ context.Context, name string) ([]string, error) {
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

// cmdSenders says from where mail comes from here on: `senders ADDRESS`, and
// whether the DNS answers: `senders unknown`.
func cmdSenders(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: senders ADDRESS|unknown")
	}
	w := of(ts)
	w.dns.down.Store(args[0] == "unknown")
	if args[0] != "unknown" {
		w.setPeer(args[0])
	}
}

func (w *world) setPeer(addr string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.peer = addr
}

func (w *world) peerOf(real string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.peer != "" {
		return w.peer
	}
	return real
}

var linkForm = regexp.MustCompile(`https://desk\.example/confirm/([A-Za-z0-9_-]+)`)

// cmdLink uses the newest link that somebody got: `link NAME shows STATE`,
// `link NAME confirms|declines`. With "!" the answer must be refused.
func cmdLink(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: link NAME shows STATE | confirms | declines")
	}
	w := of(ts)
	token := w.link(ts, w.address(args[0]))
	switch args[1] {
	case "shows":
		q, err := w.desk.Question(w.ctx, token, "198.51.100.1")
		ts.Check(err)
		same(ts, "the link", string(q.State), args[2])
		return
	case "confirms":
		w.refusal = w.desk.AnswerQuestion(w.ctx, token, "198.51.100.1", cases.Given)
	case "declines":
		w.refusal = w.desk.AnswerQuestion(w.ctx, token, "198.51.100.1", cases.Declined)
	default:
		ts.Fatalf("a link shows, confirms or declines; not %q", args[1])
	}
	switch {
	case neg && w.refusal == nil:
		ts.Fatalf("this should have been refused")
	case !neg && w.refusal != nil:
		ts.Fatalf("refused: %v", w.refusal)
	}
	w.settle(ts)
}

func (w *world) link(ts *testscript.TestScript, addr string) string {
	for _, l := range slices.Backward(w.inboxes[addr]) {
		if m := linkForm.FindStringSubmatch(l.mail.Text); m != nil {
			return m[1]
		}
	}
	ts.Fatalf("%s has got no link", addr)
	return ""
}

func asksAgreement(w *world, ts *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	_, err := w.desk.AskConfirmation(w.ctx, who, desk.ConfirmationCommand{
		Case: c.ID, Person: w.contact(ts, args[0]).addr, Priority: contract.PriorityID(args[1]), Criterion: contract.ClauseID(args[2]),
	})
	return err
}

// asksConfirmation asks whether the newest mail in somebody's name is theirs.
func asksConfirmation(w *world, ts *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	addr := w.contact(ts, args[0]).addr
	_, err := w.desk.AskConfirmation(w.ctx, who, desk.ConfirmationCommand{Case: c.ID, Person: addr, Message: w.newest(ts, c, addr)})
	return err
}

// newest is our id of the newest mail of a case from an address.
func (w *world) newest(ts *testscript.TestScript, c *cases.Case, addr string) string {
	_, events, err := w.store.Case(w.ctx, c.ID)
	ts.Check(err)
	for _, e := range slices.Backward(events) {
		if m, ok := e.Data.(cases.MessageReceived); ok && m.From.Addr == addr {
			return m.Message
		}
	}
	ts.Fatalf("%s wrote nothing", addr)
	return ""
}

// senderOf is what was found out about the newest mail of a case.
func senderOf(w *world, ts *testscript.TestScript, _ *cases.Case, events []cases.Event, args []string) {
	for _, e := range slices.Backward(events) {
		if m, ok := e.Data.(cases.MessageReceived); ok {
			same(ts, "the sender", m.Auth.Summary(), args[0])
			return
		}
	}
	ts.Fatalf("no mail came")
}

// move registers a contact with another customer: `supervisor moves NAME ORGANIZATION`.
func (w *world) move(ts *testscript.TestScript, name, org string) {
	p := w.contact(ts, name)
	c, err := w.desk.Contact(w.ctx, w.people["kimura"], p.id)
	ts.Check(err)
	c.Organization = w.orgs[org]
	_, err = w.desk.PutContact(w.ctx, w.people["kimura"], c)
	ts.Check(err)
}
