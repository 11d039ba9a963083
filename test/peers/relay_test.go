package peers_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/app"
	"madoguchi/internal/desk"
	"madoguchi/internal/doors/mailout"
	"madoguchi/internal/records/store"
	"madoguchi/test/program"
)

// swaks sends one mail through a server, as a person at a command line does.
func swaks(t *testing.T, addr string, args ...string) (string, error) {
	t.Helper()
	required(t, "swaks")
	out, err := exec.Command("swaks", append([]string{"--server", addr, "--from", "tanaka@customer.example", "--helo", "customer.example"}, args...)...).CombinedOutput()
	return string(out), err
}

func TestPostfixInFrontHandsMailOverBySMTPAndByLMTP(t *testing.T) {
	t.Parallel()
	required(t, "postfix", "swaks")
	h := newHouse(t, t.TempDir(), app.Config{SMTP: "127.0.0.1:0", LMTP: "127.0.0.1:0", MailTLS: serving(t)})
	for n, by := range []struct{ way, route, with string }{
		{"SMTP", place("smtp", h.SMTP), "with ESMTPS id"},
		{"LMTP", place("lmtp", h.LMTP), "with LMTPS id"},
	} {
		t.Run(by.way, func(t *testing.T) {
			p := newPostfix(t, map[string]string{"desk.example": by.route}, "lmtp_tls_security_level = may\n")
			subject := fmt.Sprintf("No. %d", n+1)
			out, err := swaks(t, p.addr, "--to", "support@desk.example", "--h-Subject", subject, "--tls",
				"--h-Message-ID", fmt.Sprintf("<front%d@customer.example>", n), "--body", ".先頭の点\n本文です。")
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			h.expect(n+1, n+1)
			list, _, err := h.Store.ListInbound(t.Context(), store.Everyone(), store.InboundFiled, 1, store.Since{})
			if err != nil {
				t.Fatal(err)
			}
			raw, err := h.Store.InboundRaw(t.Context(), list[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{by.with, "\r\n.先頭の点\r\n本文です。", "from mx.provider.example"} {
				if !bytes.Contains(raw, []byte(want)) {
					t.Errorf("the kept mail has no %q:\n%s", want, raw)
				}
			}
			if list[0].EnvelopeFrom != "tanaka@customer.example" {
				t.Errorf("the envelope's sender is %q", list[0].EnvelopeFrom)
			}
		})
	}

	t.Run("an address that is none of ours comes back from Postfix as undeliverable", func(t *testing.T) {
		sink, err := program.OpenRelay(nil)
		if err != nil {
			t.Fatal(err)
		}
		defer sink.Close()
		p := newPostfix(t, map[string]string{"desk.example": place("smtp", h.SMTP), "customer.example": place("smtp", sink.Addr())}, "")
		if out, err := swaks(t, p.addr, "--to", "nobody@desk.example", "--h-Subject", "迷子"); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		eventually(t, "the sender hears of it", func() error { return differ("bounces", sink.Count(), 1) })
		if n := h.contents()["迷子"]; n != 0 {
			t.Errorf("the mail was filed %d times", n)
		}
	})

	t.Run("the desk relays nothing for strangers", func(t *testing.T) {
		out, err := swaks(t, h.SMTP.String(), "--to", "victim@elsewhere.example")
		if err == nil || !strings.Contains(out, "550 5.1.1") {
			t.Errorf("%v\n%s", err, out)
		}
	})
}

func TestMailWaitsAtPostfixWhileTheDeskIsAway(t *testing.T) {
	t.Parallel()
	required(t, "postfix", "swaks")
	port := ports(t, 1)[0]
	p := newPostfix(t, map[string]string{"desk.example": "smtp:[127.0.0.1]:" + port}, "")
	for n := 1; n <= 3; n++ {
		out, err := swaks(t, p.addr, "--to", "support@desk.example", "--h-Subject", fmt.Sprintf("No. %d", n), "--h-Message-ID", fmt.Sprintf("<away%d@customer.example>", n))
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	h := newHouse(t, t.TempDir(), app.Config{SMTP: "127.0.0.1:" + port})
	p.flushes(t)
	h.expect(1, 3)
}

func TestAnswersLeaveThroughPostfixWithTLSAndAPassword(t *testing.T) {
	t.Parallel()
	required(t, "postfix", "dovecot", "doveadm")
	sink, err := program.OpenRelay(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()
	d := newDovecot(t, "auth_mechanisms = plain login\n") // keeps Postfix's passwords
	p := newPostfix(t, map[string]string{"customer.example": place("smtp", sink.Addr())}, `
mynetworks = 192.0.2.1
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:`+d.sasl+`
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
`)
	password := "wrong"
	relay, err := mailout.NewRelay(mailout.RelayConfig{
		Addr: p.addr, TLS: p.root, Hello: "desk.example", Username: "desk", Password: func() (string, error) { return password, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	refused := relay.Send(t.Context(), "support@desk.example", []string{"tanaka@customer.example"}, []byte("Subject: x\r\n\r\nx\r\n"))
	if refused[0].Outcome != mailout.Temporary || refused[0].Code != 535 {
		t.Errorf("a wrong password came to %+v", refused[0])
	}
	password = "s3cret"

	h := newHouse(t, t.TempDir(), app.Config{SMTP: "127.0.0.1:0", Relay: relay})
	const many = 30
	peer := program.Peer{Name: "customer"}
	defer peer.Close()
	for n := 1; n <= many; n++ {
		raw := strings.Replace(mail(n), "tanaka@", fmt.Sprintf("tanaka%d@", n), 1)
		if err := peer.Deliver(h.SMTP.String(), fmt.Sprintf("tanaka%d@customer.example", n), "support@desk.example", []byte(raw)); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "each sender has an acknowledgement", func() error {
		if n := sink.Count(); n < many {
			return errors.New(fmt.Sprint(n, " of ", many))
		}
		return nil
	})
	for id, list := range sink.Took() {
		if len(list) != 1 || list[0].From != "" || list[0].Header.Get("Auto-Submitted") == "" {
			t.Errorf("%s arrived as %+v", id, list)
		}
	}
	eventually(t, "all of them are recorded as sent", func() error {
		list, _, err := h.Store.ListOutbound(t.Context(), store.OutboundQuery{Organization: store.Everyone(), State: store.OutboundSent, Limit: 100})
		if err != nil {
			return err
		}
		return differ("sent", len(list), many)
	})
	time.Sleep(50 * time.Millisecond)
	if n := sink.Count(); n != many {
		t.Errorf("%d mails arrived, want %d", n, many)
	}
}

// names is a DNS in which every domain's mail goes to this machine.
type names struct{}

func (names) LookupTXT(_ context.Context, name string) ([]string, error) {
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (names) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	return []*net.MX{{Host: "mx." + name + ".", Pref: 10}}, nil
}

func (names) LookupIPAddr(context.Context, string) ([]net.IPAddr, error) {
	return []net.IPAddr{{IP: net.IPv4(127, 0, 0, 1)}}, nil
}

func (names) LookupAddr(_ context.Context, addr string) ([]string, error) {
	return nil, &net.DNSError{Err: "no such host", Name: addr, IsNotFound: true}
}

func TestAnswersGoToTheReceiversPostfixWithoutARelay(t *testing.T) {
	t.Parallel()
	required(t, "postfix")
	sink, err := program.OpenRelay(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()
	p := newPostfix(t, map[string]string{"customer.example": place("smtp", sink.Addr())}, "smtpd_tls_security_level = encrypt\n") // takes nothing unprotected
	_, port, _ := net.SplitHostPort(p.addr)
	h := newHouse(t, t.TempDir(), app.Config{SMTP: "127.0.0.1:0", Names: names{}, MXPort: port})
	peer := program.Peer{Name: "customer"}
	defer peer.Close()
	if err := peer.Deliver(h.SMTP.String(), "tanaka@customer.example", "support@desk.example", []byte(mail(1))); err != nil {
		t.Fatal(err)
	}
	h.expect(1, 1)
	time.Sleep(1500 * time.Millisecond)
	list, _, err := h.Store.ListOutbound(t.Context(), store.OutboundQuery{Organization: store.Everyone(), Limit: 10})
	if err != nil || len(list) != 1 || list[0].State != store.OutboundQueued || list[0].Attempts != 0 {
		t.Fatalf("without a way to send the acknowledgement does not wait: %+v, %v", list, err)
	}
	s, err := h.Desk.PutSender(t.Context(), keeper, desk.SenderForm{Sender: store.Sender{NameJA: "窓口", NameEN: "Desk", Address: "support@desk.example", Way: desk.WayDirect}})
	if err != nil {
		t.Fatal(err)
	}
	if err := peer.Deliver(h.SMTP.String(), "suzuki@customer.example", "support@desk.example", []byte(strings.Replace(mail(2), "tanaka@", "suzuki@", 1))); err != nil {
		t.Fatal(err)
	}
	eventually(t, "both acknowledgements arrive", func() error { return differ("mails", sink.Count(), 2) })
	if said, err := h.Desk.TestSender(t.Context(), desk.Viewer{ID: "k", Name: "小林", Email: "kobayashi@customer.example", Role: desk.Administrator}, desk.SenderForm{Sender: s}); err != nil || !strings.HasPrefix(said, "250 ") {
		t.Errorf("a test mail came to %q, %v", said, err)
	}
	eventually(t, "the test mail arrives", func() error { return differ("mails", sink.Count(), 3) })
}
