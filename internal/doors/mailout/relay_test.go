package mailout

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	netsmtp "net/smtp"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"madoguchi/terms/fault"
)

// post is a relay to test against.
type post struct {
	*smtp.Server
	mu    sync.Mutex
	got   []string // "from → to: mail"
	hello string
	user  string
	ways  []string
	utf8  bool

	visits, now, most int // conversations: all, open, at most at once
	protected         bool
	slow              time.Duration // of each mail
	conns             []*smtp.Conn

	onMail, onData error
	onRcpt         map[string]error
	dieAfterData   bool
}

type visit struct {
	p    *post
	c    *smtp.Conn
	from string
	to   []string

	counted bool
}

func (p *post) NewSession(c *smtp.Conn) (smtp.Session, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hello = c.Hostname()
	p.conns = append(p.conns, c)
	return &visit{p: p, c: c}, nil
}
func (v *visit) Reset()        { v.from, v.to = "", nil }
func (v *visit) Logout() error { return nil }
func (v *visit) Mail(from string, o *smtp.MailOptions) error {
	v.p.mu.Lock()
	defer v.p.mu.Unlock()
	if !v.counted {
		v.counted = true
		v.p.visits++
	}
	_, v.p.protected = v.c.TLSConnectionState()
	v.from, v.p.utf8 = from, o.UTF8
	return v.p.onMail
}

func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := v.p.onRcpt[to]; err != nil {
		return err
	}
	v.to = append(v.to, to)
	return nil
}

func (v *visit) Data(r io.Reader) error {
	v.p.count(1)
	defer v.p.count(-1)
	time.Sleep(v.p.slow)
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	v.p.mu.Lock()
	defer v.p.mu.Unlock()
	if v.p.onData != nil {
		return v.p.onData
	}
	v.p.got = append(v.p.got, fmt.Sprintf("%s → %s: %s", v.from, strings.Join(v.to, " "), b))
	if v.p.dieAfterData {
		v.c.Conn().Close()
	}
	return nil
}

func (p *post) count(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now += n
	p.most = max(p.most, p.now)
}

// hangUp ends every conversation.
func (p *post) hangUp() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		c.Close()
	}
}
func (v *visit) AuthMechanisms() []string { return v.p.ways }
func (v *visit) Auth(way string) (sasl.Server, error) {
	check := func(user, password string) error {
		if user != "desk" || password != "s3cret" {
			return smtp.ErrAuthFailed
		}
		v.p.user = way + " " + user
		return nil
	}
	switch way {
	case "PLAIN":
		return sasl.NewPlainServer(func(_, u, pw string) error { return check(u, pw) }), nil
	case "LOGIN":
		return &loginServer{check: check}, nil
	case "CRAM-MD5":
		return &cramServer{check: check}, nil
	}
	return nil, smtp.ErrAuthUnknownMechanism
}

type loginServer struct {
	check func(u, p string) error
	user  string
	step  int
}

func (s *loginServer) Next(in []byte) ([]byte, bool, error) {
	s.step++
	switch s.step {
	case 1:
		return []byte("Username:"), false, nil
	case 2:
		s.user = string(in)
		return []byte("Password:"), false, nil
	}
	return nil, true, s.check(s.user, string(in))
}

type cramServer struct {
	check func(u, p string) error
	asked bool
}

func (s *cramServer) Next(in []byte) ([]byte, bool, error) {
	const challenge = "<1.2@relay.example>"
	if !s.asked {
		s.asked = true
		return []byte(challenge), false, nil
	}
	user, digest, _ := strings.Cut(string(in), " ")
	mac := hmac.New(md5.New, []byte("s3cret"))
	mac.Write([]byte(challenge))
	if digest != hex.EncodeToString(mac.Sum(nil)) {
		return nil, true, smtp.ErrAuthFailed
	}
	return nil, true, s.check(user, "s3cret")
}

// open starts the relay; the configuration reaches it over STARTTLS.
func open(t *testing.T, p *post) RelayConfig {
	t.Helper()
	p.Server = smtp.NewServer(p)
	p.Domain, p.EnableSMTPUTF8, p.AllowInsecureAuth = "relay.example", true, true
	p.ErrorLog = log.New(io.Discard, "", 0)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	p.TLSConfig = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go p.Serve(l)
	t.Cleanup(func() { p.Close() })
	return RelayConfig{Addr: l.Addr().String(), TLS: &tls.Config{RootCAs: roots}, Hello: "desk.example", CommandTimeout: 10 * time.Second}
}

func send(t *testing.T, cfg RelayConfig, from string, to ...string) []Result {
	t.Helper()
	r, err := NewRelay(cfg)
	if err != nil {
		t.Fatal(err)
	}
	results := r.Send(t.Context(), from, to, []byte("Subject: x\r\n\r\n.dot\r\n"))
	if len(results) != len(to) {
		t.Fatalf("%d results for %d recipients", len(results), len(to))
	}
	for i := range to {
		if results[i].Recipient != to[i] {
			t.Errorf("result %d is for %q, want %q", i, results[i].Recipient, to[i])
		}
	}
	return results
}

func TestARelayTakesAMailOverSTARTTLS(t *testing.T) {
	for _, way := range []string{"", "PLAIN", "LOGIN", "CRAM-MD5"} {
		p := &post{}
		cfg := open(t, p)
		if way != "" {
			p.ways = []string{way}
			path := filepath.Join(t.TempDir(), "password")
			if err := os.WriteFile(path, []byte("s3cret\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			cfg.Username, cfg.Password = "desk", PasswordFile(path)
		}
		r := send(t, cfg, "support@desk.example", "tanaka@customer.example", "a..b@mobile.example")
		if r[0].Outcome != Accepted || r[1].Outcome != Accepted || !strings.HasPrefix(r[0].Reply(), "250 ") {
			t.Fatalf("%s: results = %+v", way, r)
		}
		if want := "support@desk.example → tanaka@customer.example a..b@mobile.example: Subject: x\r\n\r\n.dot\r\n"; p.got[0] != want {
			t.Errorf("%s: relay got %q, want %q", way, p.got[0], want)
		}
		if p.hello != "desk.example" || p.utf8 {
			t.Errorf("%s: EHLO %q, SMTPUTF8 %v", way, p.hello, p.utf8)
		}
		if way != "" && p.user != way+" desk" {
			t.Errorf("signed in as %q", p.user)
		}
	}
}

func TestTheNullSenderAndOtherScripts(t *testing.T) {
	p := &post{}
	cfg := open(t, p)
	if r := send(t, cfg, "", "田中@例え.jp"); r[0].Outcome != Accepted || !p.utf8 || !strings.HasPrefix(p.got[0], " → 田中@例え.jp") {
		t.Errorf("results = %+v, relay got %q", r, p.got)
	}
	p.EnableSMTPUTF8 = false
	if r := send(t, cfg, "", "田中@例え.jp"); r[0].Outcome != Permanent || !strings.Contains(r[0].Text, "SMTPUTF8") {
		t.Errorf("results = %+v", r)
	}
}

func TestEachRecipientHasItsOwnOutcome(t *testing.T) {
	p := &post{onRcpt: map[string]error{
		"gone@x.example": &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"},
		"grey@x.example": &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted"},
		"many@x.example": &smtp.SMTPError{Code: 552, EnhancedCode: smtp.NoEnhancedCode, Message: "too many recipients"},
		"full@x.example": &smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 2, 2}, Message: "mailbox full"},
	}}
	r := send(t, open(t, p), "a@desk.example", "ok@x.example", "gone@x.example", "grey@x.example", "many@x.example", "full@x.example")
	for i, want := range []struct {
		outcome Outcome
		reply   string
	}{{Accepted, "250 "}, {Permanent, "550 5.1.1 no such user"}, {Temporary, "451 4.7.1 greylisted"}, {Temporary, "552 too many"}, {Permanent, "552 5.2.2 mailbox full"}} {
		if r[i].Outcome != want.outcome || !strings.HasPrefix(r[i].Reply(), want.reply) {
			t.Errorf("%s: %+v, want %+v", r[i].Recipient, r[i], want)
		}
	}
	if len(p.got) != 1 || !strings.HasPrefix(p.got[0], "a@desk.example → ok@x.example:") {
		t.Errorf("relay got %q", p.got)
	}
}

func TestWhatARelaySaysDecidesWhetherToTryAgain(t *testing.T) {
	greylist := &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "later"}
	refuse := &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "spam"}
	for name, c := range map[string]struct {
		p    *post
		want Outcome
		text string
	}{
		"MAIL put off":                  {&post{onMail: greylist}, Temporary, "451 4.7.1 later"},
		"MAIL refused":                  {&post{onMail: refuse}, Permanent, "554 5.7.1 spam"},
		"mail put off":                  {&post{onData: greylist}, Temporary, "451 4.7.1 later"},
		"mail refused":                  {&post{onData: refuse}, Permanent, "554 5.7.1 spam"},
		"died between DATA and its 250": {&post{dieAfterData: true}, Temporary, ""},
	} {
		if r := send(t, open(t, c.p), "a@desk.example", "b@x.example"); r[0].Outcome != c.want || !strings.HasPrefix(r[0].Reply(), c.text) {
			t.Errorf("%s: %+v", name, r[0])
		}
	}
}

func TestATroubledRelayIsNotTheMailsFault(t *testing.T) {
	p := &post{ways: []string{"PLAIN"}}
	good := open(t, p)
	wrong := good
	wrong.Username, wrong.Password = "desk", func() (string, error) { return "wrong", nil }
	unreadable := good
	unreadable.Username, unreadable.Password = "desk", PasswordFile(filepath.Join(t.TempDir(), "none"))
	untrusted := good
	untrusted.TLS = nil
	noTLS := open(t, &post{})
	noTLS.TLS = nil
	down := good
	down.Addr = "127.0.0.1:1"
	banner := good
	banner.Addr = speak(t, "554 5.7.1 your address is on a list\r\n")
	hangup := good
	hangup.Addr = speak(t, "")
	silent := good
	silent.Addr, silent.CommandTimeout = speak(t, "220 hello\r\n<wait>"), 50*time.Millisecond
	for name, cfg := range map[string]RelayConfig{
		"wrong password": wrong, "unreadable password": unreadable, "unknown certificate": untrusted,
		"down": down, "refused at the door": banner, "hung up": hangup, "silent": silent,
	} {
		if r := send(t, cfg, "a@desk.example", "b@x.example"); r[0].Outcome != Temporary || r[0].Text == "" || strings.Contains(r[0].Reply(), "s3cret") {
			t.Errorf("%s: %+v", name, r[0])
		}
	}
	if len(p.got) != 0 {
		t.Errorf("relay got %q", p.got)
	}
}

// speak is a server that says one thing.
func speak(t *testing.T, words string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			text, wait := strings.CutSuffix(words, "<wait>")
			io.WriteString(c, text)
			if wait {
				t.Cleanup(func() { c.Close() })
				continue
			}
			c.Close()
		}
	}()
	return l.Addr().String()
}

func TestNoPasswordLeavesUnprotected(t *testing.T) {
	addr := speak(t, "220 x\r\n250 x\r\n<wait>")
	r, err := NewRelay(RelayConfig{Addr: addr, CommandTimeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Send(t.Context(), "a@b", []string{"c@d"}, nil); got[0].Outcome != Temporary || !strings.Contains(got[0].Text, "STARTTLS") {
		t.Errorf("a relay without STARTTLS: %+v", got)
	}
	if _, _, err := (&secret{way: "PLAIN"}).Start(&netsmtp.ServerInfo{Name: "relay.example"}); err == nil {
		t.Error("PLAIN left unprotected")
	}
	if _, _, err := (&secret{way: "PLAIN"}).Start(&netsmtp.ServerInfo{Name: "127.0.0.1"}); err != nil {
		t.Error(err)
	}
}

func TestAStoppedAttemptIsTemporary(t *testing.T) {
	r, err := NewRelay(RelayConfig{Addr: speak(t, "<wait>"), Security: Plain})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go cancel()
	if got := r.Send(ctx, "a@b", []string{"c@d"}, nil); got[0].Outcome != Temporary {
		t.Errorf("results = %+v", got)
	}
}

func TestAnUnusableRelayIsRefusedAtTheStart(t *testing.T) {
	for field, cfg := range map[string]RelayConfig{
		"relay":          {Addr: "mail.example"},
		"relay_security": {Addr: "mail.example:25", Security: "ssl"},
		"relay_password": {Addr: "mail.example:25", Username: "desk"},
	} {
		_, err := NewRelay(cfg)
		if fe, ok := errors.AsType[*fault.Error](err); !ok || fe.Field != field || fe.Kind != fault.Invalid {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestTheSinkKeepsEverything(t *testing.T) {
	for _, r := range (Sink{}).Send(t.Context(), "", []string{"a@b", "c@d"}, nil) {
		if r.Outcome != Accepted || r.Recipient == "" {
			t.Errorf("result = %+v", r)
		}
	}
}
