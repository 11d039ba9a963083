package mailout

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// dns answers about a few domains.
type dns struct {
	mx  map[string][]*net.MX
	ips map[string]string
	err error
}

func (d dns) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	if d.err != nil {
		return nil, d.err
	}
	if mx, ok := d.mx[name]; ok {
		return mx, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (d dns) LookupIPAddr(_ context.Context, host string) ([]net.IPAddr, error) {
	if ip, ok := d.ips[host]; ok {
		return []net.IPAddr{{IP: net.ParseIP(ip)}}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

// direct is a carrier whose hosts all take mail at the post's port.
func direct(t *testing.T, p *post, names dns) *Direct {
	t.Helper()
	_, port, _ := net.SplitHostPort(open(t, p).Addr)
	d := NewDirect(DirectConfig{Names: names, Hello: "desk.example", Port: port, Log: slog.New(slog.DiscardHandler), CommandTimeout: 10 * time.Second, DialTimeout: time.Second})
	t.Cleanup(d.Close)
	return d
}

var world = dns{
	mx: map[string][]*net.MX{
		"customer.example": {{Host: "far.customer.example.", Pref: 20}, {Host: "gone.customer.example.", Pref: 5}, {Host: "near.customer.example.", Pref: 10}},
		"quiet.example":    {{Host: ".", Pref: 0}},
		"ours.example":     {{Host: "desk.example.", Pref: 10}, {Host: "near.customer.example.", Pref: 20}},
	},
	ips: map[string]string{"near.customer.example": "127.0.0.1", "far.customer.example": "127.0.0.9", "gone.customer.example": "127.0.0.8", "plain.example": "127.0.0.1"},
}

func TestMailWithoutARelayGoesToTheHostsOfEachDomain(t *testing.T) {
	p := &post{}
	d := direct(t, p, world)
	results := d.Send(t.Context(), "support@desk.example", []string{
		"a@customer.example", "b@plain.example", "c@nowhere.example", "d@quiet.example", "e@customer.example", "f@ours.example",
	}, []byte("Subject: x\r\n\r\nx\r\n"))
	var got []string
	for _, r := range results {
		got = append(got, r.Recipient+" "+string(r.Outcome))
	}
	want := []string{
		"a@customer.example accepted", "b@plain.example accepted", "c@nowhere.example permanent", "d@quiet.example permanent", "e@customer.example accepted", "f@ours.example permanent",
	}
	if !slices.Equal(got, want) {
		t.Errorf("results %q, want %q", got, want)
	}
	if len(p.got) != 2 || !strings.Contains(p.got[0], "→ a@customer.example e@customer.example:") {
		t.Errorf("the hosts got %q", p.got)
	}
	if !p.protected {
		t.Error("a host that offers protection got the mail without")
	}
}

func TestADomainThatCannotBeAskedNowIsTriedAgain(t *testing.T) {
	d := direct(t, &post{}, dns{err: &net.DNSError{Err: "server misbehaving", IsTemporary: true}})
	if r := d.Send(t.Context(), "x@desk.example", []string{"a@customer.example"}, []byte("x"))[0]; r.Outcome != Temporary {
		t.Errorf("%+v", r)
	}
	far := dns{mx: map[string][]*net.MX{"away.example": {{Host: "gone.customer.example.", Pref: 1}}}, ips: world.ips}
	d = direct(t, &post{}, far)
	if r := d.Send(t.Context(), "x@desk.example", []string{"a@away.example"}, []byte("x"))[0]; r.Outcome != Temporary || !strings.Contains(r.Text, "gone.customer.example") {
		t.Errorf("%+v", r)
	}
}

func TestOneDomainIsAskedWithFewConversationsAtOnce(t *testing.T) {
	p := &post{slow: 20 * time.Millisecond}
	d := direct(t, p, world)
	var senders sync.WaitGroup
	for i := range 12 {
		senders.Go(func() {
			if r := d.Send(t.Context(), "x@desk.example", []string{fmt.Sprintf("a%d@customer.example", i)}, []byte("x"))[0]; r.Outcome != Accepted {
				t.Errorf("%+v", r)
			}
		})
	}
	senders.Wait()
	if p.most > 2 {
		t.Errorf("%d conversations at once, want at most 2", p.most)
	}
	if p.visits > 2 {
		t.Errorf("%d connections for 12 mails: conversations are not kept", p.visits)
	}
}

func TestAConversationIsKeptForTheNextMailAndReplacedWhenTheRelayHasGone(t *testing.T) {
	p := &post{}
	cfg := open(t, p)
	r, err := NewRelay(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	one := func() Result {
		return r.Send(t.Context(), "x@desk.example", []string{"a@customer.example"}, []byte("x\r\n"))[0]
	}
	for range 3 {
		if x := one(); x.Outcome != Accepted {
			t.Fatalf("%+v", x)
		}
	}
	if p.visits != 1 {
		t.Errorf("%d connections for 3 mails, want 1", p.visits)
	}
	p.onRcpt = map[string]error{"a@customer.example": errors.New("not now")}
	if x := one(); x.Outcome == Accepted {
		t.Errorf("%+v", x)
	}
	p.onRcpt = nil
	if x := one(); x.Outcome != Accepted {
		t.Errorf("after a refusal: %+v", x)
	}
	p.hangUp() // as a relay does with who says nothing for long
	if x := one(); x.Outcome != Accepted {
		t.Errorf("after the relay hung up: %+v", x)
	}
	if p.visits != 2 {
		t.Errorf("%d connections, want 2", p.visits)
	}
}
