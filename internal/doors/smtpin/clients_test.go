package smtpin

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	netsmtp "net/smtp"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"madoguchi/terms/fault"
)

// certificate makes a key pair for 127.0.0.1 and the pool that trusts it.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "desk.example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"desk.example"},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}

func TestGoStandardClientDeliversOverSTARTTLS(t *testing.T) {
	d := &backroom{}
	server, roots := certificate(t)
	addr, _ := open(t, Config{TLS: server}, d)
	c, err := netsmtp.Dial(addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, step := range []error{
		c.Hello("mta.example"), c.StartTLS(&tls.Config{RootCAs: roots, ServerName: "127.0.0.1"}),
		c.Mail("tanaka@customer.example"), c.Rcpt("support@desk.example"),
	} {
		if step != nil {
			t.Fatal(step)
		}
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(w, "Subject: =?utf-8?B?5pel5pys?=\n\n.dot\n本文\n")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Quit(); err != nil {
		t.Fatal(err)
	}
	if got, want := d.body(t), "Subject: =?utf-8?B?5pel5pys?=\r\n\r\n.dot\r\n本文\r\n"; got != want {
		t.Errorf("mail = %q, want %q", got, want)
	}
	if m := d.received()[0]; !m.TLS || !strings.Contains(string(m.Raw), "with UTF8SMTPS id") || !strings.Contains(string(m.Raw), "(using TLS1.3 with cipher ") {
		t.Errorf("TLS is not recorded: %q", m.Raw)
	}
}

func TestWordsSaidBeforeTheHandshakeDoNotCountUnderTLS(t *testing.T) {
	server, roots := certificate(t)
	addr, _ := open(t, Config{TLS: server}, &backroom{})
	p := dial(t, addr)
	p.greet()
	p.send("STARTTLS\r\nMAIL FROM:<evil@x>\r\n")
	p.expect("501 5.5.1")

	p = dial(t, addr)
	p.greet()
	p.send("MAIL FROM:<a@b>\r\n")
	p.expect("250")
	p.send("STARTTLS\r\n")
	p.expect("220")
	c := tls.Client(p.Conn, &tls.Config{RootCAs: roots, ServerName: "127.0.0.1"})
	p.Conn = c
	p.r.Reset(c)
	p.send("MAIL FROM:<a@b>\r\nEHLO x\r\n")
	p.expect("503 5.5.1 say EHLO")
	if got := p.expect("250"); strings.Contains(got, "STARTTLS") {
		t.Errorf("STARTTLS offered twice: %q", got)
	}
}

func TestImplicitTLSIsAMatterOfTheListener(t *testing.T) {
	d := &backroom{}
	server, roots := certificate(t)
	s := New(Config{Recipients: supportOnly}, d.accept, discard())
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(tls.NewListener(l, server))
	c, err := smtp.DialTLS(l.Addr().String(), &tls.Config{RootCAs: roots})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SendMail("a@customer.example", []string{"support@desk.example"}, strings.NewReader("x\r\n")); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !d.received()[0].TLS {
		t.Error("TLS is not recorded")
	}
}

func TestGoSMTPClientSpeaksLMTPOverASocket(t *testing.T) {
	d := &backroom{}
	s := New(Config{LMTP: true, Recipients: supportOnly, Hostname: "desk.example"}, d.accept, discard())
	path := filepath.Join(t.TempDir(), "lmtp")
	l, err := Listen("unix:" + path)
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(l)
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	c := smtp.NewClientLMTP(conn)
	if err := c.Mail("田中@customer.example", &smtp.MailOptions{UTF8: true, Size: 100}); err != nil {
		t.Fatal(err)
	}
	if err := c.Rcpt("support@desk.example", nil); err != nil {
		t.Fatal(err)
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(w, "Subject: 日本語\r\n\r\n本文\r\n")
	replies, err := w.CloseWithLMTPResponse()
	if err != nil || replies["support@desk.example"] == nil {
		t.Fatalf("replies = %v, %v", replies, err)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if m := d.received()[0]; !m.UTF8 || m.From != "田中@customer.example" || m.Remote != "unix" || !strings.Contains(string(m.Raw), "with UTF8LMTP id") {
		t.Errorf("envelope = %+v %q", m, m.Raw)
	}
}

func TestASocketLeftByAKilledProgramIsTakenOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lmtp")
	l, err := Listen("unix:" + path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Listen("unix:" + path); !fault.Is(err, fault.Conflict) {
		t.Errorf("a socket in use was taken over: %v", err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	l.Close()
	l, err = Listen("unix:" + path)
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen("unix:" + path); !fault.Is(err, fault.Conflict) {
		t.Errorf("err = %v", err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "precious" {
		t.Errorf("another file was removed: %v", err)
	}
}

// require finds a program of the machine; continuous integration has them all.
func require(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("MADOGUCHI_REQUIRE") == "all" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("%s is not installed", name)
	}
	return path
}

func TestSwaksDeliversAndUnderstandsRefusals(t *testing.T) {
	swaks := require(t, "swaks")
	d := &backroom{}
	server, _ := certificate(t)
	addr, _ := open(t, Config{TLS: server, MaxSize: 4096}, d)
	host, port, _ := net.SplitHostPort(addr)
	run := func(args ...string) (string, error) {
		out, err := exec.Command(swaks, append([]string{"--server", host, "--port", port, "--from", "tanaka@customer.example", "--helo", "swaks.example"}, args...)...).CombinedOutput()
		return string(out), err
	}
	out, err := run("--to", "support@desk.example", "--header", "Subject: ログインできません", "--body", ".leading\n本文", "--pipeline")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := d.body(t); !strings.Contains(got, "Subject: ログインできません\r\n") || !strings.Contains(got, "\r\n.leading\r\n本文") {
		t.Errorf("mail = %q", got)
	}
	if out, err := run("--to", "support@desk.example", "--tls"); err != nil {
		// Debian's swaks needs Perl's TLS module for this.
		if !strings.Contains(out, "Net::SSLeay") {
			t.Errorf("%v\n%s", err, out)
		}
	} else if !d.received()[1].TLS {
		t.Error("TLS is not recorded")
	}
	if out, err := run("--to", "victim@elsewhere.example"); err == nil || !strings.Contains(out, "550 5.1.1 <victim@elsewhere.example>") {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err := run("--to", "support@desk.example", "--body", strings.Repeat("x", 5000)); err == nil || !strings.Contains(out, "552 5.3.4") {
		t.Errorf("%v\n%s", err, out)
	}
}
