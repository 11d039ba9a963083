package desk_test

import (
	"context"
	"net"
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/terms/cases"
)

// zone is a DNS of TXT records; with down it fails always.
type zone struct {
	txt  map[string]string
	down bool
}

func (z zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	t, ok := z.txt[strings.TrimSuffix(name, ".")]
	switch {
	case z.down:
		return nil, &net.DNSError{Err: "i/o timeout", Name: name, IsTimeout: true}
	case !ok:
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	return []string{t}, nil
}

func (zone) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (zone) LookupIPAddr(_ context.Context, name string) ([]net.IPAddr, error) {
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (zone) LookupAddr(_ context.Context, name string) ([]string, error) {
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

var aobaZone = zone{txt: map[string]string{"aoba.example": "v=spf1 ip4:192.0.2.0/24 -all", "_dmarc.aoba.example": "v=DMARC1; p=reject"}}

const fromYamada = "From: <yamada@aoba.example>\r\nTo: <support@desk.example>\r\nSubject: test\r\nMessage-ID: <a1@aoba.example>\r\n\r\n表示されません。\r\n"

// arrives hands a mail in as it came, files it, and returns what the history
// says of its sender.
func (b *bench) arrives(m desk.Mail) (*cases.Case, *cases.Authentication) {
	b.t.Helper()
	m.To, m.At = []string{"support@desk.example"}, b.clock
	if err := b.Accept(b.ctx, m); err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.FileNew(b.ctx); err != nil {
		b.t.Fatal(err)
	}
	c := b.last()
	_, events, err := b.store.Case(b.ctx, c.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, e := range events {
		if r, ok := e.Data.(cases.MessageReceived); ok {
			return c, r.Auth
		}
	}
	b.t.Fatal("no message in the history")
	return nil, nil
}

func TestTheHistorySaysWhoSentAMail(t *testing.T) {
	for _, c := range []struct {
		name    string
		mail    desk.Mail
		summary string
	}{
		{"from the domain's own server", desk.Mail{Remote: "192.0.2.25", Way: desk.ViaSMTP}, cases.AuthAligned},
		{"from another server", desk.Mail{Remote: "203.0.113.9", Way: desk.ViaSMTP}, cases.AuthForged},
		{"from a server of ours in front", desk.Mail{Remote: "198.51.100.1", Way: desk.ViaSMTP}, cases.AuthUnchecked},
		{"by local delivery", desk.Mail{Remote: "203.0.113.9", Way: desk.ViaLMTP}, cases.AuthUnchecked},
		{"from a mailbox at a provider", desk.Mail{Remote: "imap.provider.example:993", Way: desk.ViaMailbox}, cases.AuthUnchecked},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBenchAsking(t, "11-20 16:42:00", aobaZone)
			if err := b.SetMailTrust(b.ctx, b.sato, desk.MailTrust{Fronts: []string{"198.51.100.0/24"}}); err != nil {
				t.Fatal(err)
			}
			c.mail.From, c.mail.Raw = "yamada@aoba.example", []byte(fromYamada)
			_, auth := b.arrives(c.mail)
			if got := auth.Summary(); got != c.summary {
				t.Errorf("%s, want %s: %+v", got, c.summary, auth)
			}
		})
	}
}

func TestAServerInFrontIsBelievedAndAStrangerInItsNameIsNot(t *testing.T) {
	raw := []byte("Authentication-Results: mx.desk.example; dmarc=pass header.from=aoba.example\r\n" + fromYamada)
	for remote, want := range map[string]string{"127.0.0.1": cases.AuthAligned, "203.0.113.9": cases.AuthForged} {
		b := newBenchAsking(t, "11-20 16:42:00", aobaZone)
		if err := b.SetMailTrust(b.ctx, b.sato, desk.MailTrust{AuthservIDs: []string{"mx.desk.example"}}); err != nil {
			t.Fatal(err)
		}
		_, auth := b.arrives(desk.Mail{From: "yamada@aoba.example", Raw: raw, Remote: remote, Way: desk.ViaSMTP})
		if got := auth.Summary(); got != want {
			t.Errorf("from %s: %s, want %s", remote, got, want)
		}
	}
}

func TestADeadNameServerHoldsUpNeitherTheMailNorItsClock(t *testing.T) {
	b := newBenchAsking(t, "11-20 16:42:00", zone{down: true})
	c, auth := b.arrives(desk.Mail{From: "yamada@aoba.example", Raw: []byte(fromYamada), Remote: "192.0.2.25", Way: desk.ViaSMTP})
	if auth.Summary() != cases.AuthUnclear || auth.SPF.Result != "temperror" {
		t.Errorf("%+v", auth)
	}
	if c.First == nil || !c.Reception.Equal(b.clock) {
		t.Error("the clock of the case did not start at its reception")
	}
}

func TestOnlyAnAdministratorSaysWhomTheDeskBelieves(t *testing.T) {
	b := newBench(t, "11-20 16:42:00")
	if err := b.SetMailTrust(b.ctx, desk.Viewer{ID: "x", Role: desk.Supervisor}, desk.MailTrust{}); err == nil {
		t.Error("a supervisor changed it")
	}
	for _, bad := range []desk.MailTrust{
		{Fronts: []string{"mail.example"}}, {Sends: []string{"-all"}}, {Sends: []string{"ip4:192.0.2.1 -all"}}, {Receives: "not a host"}, {AuthservIDs: []string{"a;b"}},
	} {
		if err := b.SetMailTrust(b.ctx, b.sato, bad); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}
