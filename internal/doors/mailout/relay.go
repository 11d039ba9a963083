package mailout

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"os"
	"strings"
	"time"

	"madoguchi/terms/fault"
)

// Security is how the connection to a relay is protected.
type Security string

// The ways of protection.
const (
	StartTLS Security = "starttls" // the default: a relay that does not offer it gets no mail
	TLS      Security = "tls"      // from the first byte, usually port 465
	Plain    Security = "none"     // for a relay on this machine or in a closed network
)

// RelayConfig says which server takes the desk's mail.
type RelayConfig struct {
	Addr     string   // host:port
	Security Security // empty for StartTLS
	TLS      *tls.Config
	Hello    string // our name in EHLO, fully qualified

	Username string                 // empty for no authentication
	Password func() (string, error) // asked for each conversation, so that a changed file counts at once

	DialTimeout    time.Duration // 30 s
	CommandTimeout time.Duration // for each reply; 5 min (RFC 5321 4.5.3.2)
	SubmitTimeout  time.Duration // for the reply to the whole mail; 10 min (RFC 5321 4.5.3.2.6)
}

// PasswordFile reads a password from a file, without the line end that
// editors leave.
func PasswordFile(path string) func() (string, error) {
	return func() (string, error) {
		b, err := os.ReadFile(path)
		if err != nil {
			return "", fault.Wrap(fault.Unavailable, err, "メール中継サーバーのパスワードファイルを読めません。", "the file with the mail relay's password cannot be read")
		}
		return strings.TrimRight(string(b), "\r\n"), nil
	}
}

// Relay gives mail to one server (a smarthost) that carries it further.
type Relay struct {
	cfg  RelayConfig
	pool pool
	name string // in the history
}

// NewRelay checks what can be checked without asking the server.
func NewRelay(cfg RelayConfig) (*Relay, error) {
	host, _, err := net.SplitHostPort(cfg.Addr)
	if err != nil || host == "" {
		return nil, fault.Wrap(fault.Invalid, err, fmt.Sprintf("メール中継サーバー %q は「ホスト:ポート」の形で指定してください。", cfg.Addr), fmt.Sprintf("give the mail relay as host:port, not %q", cfg.Addr)).At("relay")
	}
	cfg.Security = cmp.Or(cfg.Security, StartTLS)
	switch cfg.Security {
	case StartTLS, TLS, Plain, opportunistic:
	default:
		return nil, fault.New(fault.Invalid, fmt.Sprintf("メール中継サーバーの保護方式 %q は starttls・tls・none のいずれかにしてください。", cfg.Security), fmt.Sprintf("the mail relay's security is starttls, tls or none, not %q", cfg.Security)).At("relay_security")
	}
	if cfg.Username != "" && cfg.Password == nil {
		return nil, fault.New(fault.Invalid, "メール中継サーバーのパスワードがありません。", "the mail relay has a user name but no password").At("relay_password")
	}
	if cfg.TLS == nil {
		cfg.TLS = &tls.Config{}
	}
	cfg.TLS = cfg.TLS.Clone()
	cfg.TLS.ServerName = cmp.Or(cfg.TLS.ServerName, host)
	cfg.Hello = cmp.Or(cfg.Hello, "localhost")
	cfg.DialTimeout = cmp.Or(cfg.DialTimeout, 30*time.Second)
	cfg.CommandTimeout = cmp.Or(cfg.CommandTimeout, 5*time.Minute)
	cfg.SubmitTimeout = cmp.Or(cfg.SubmitTimeout, 10*time.Minute)
	return &Relay{cfg: cfg, name: cfg.Addr}, nil
}

// Name is the relay as the history shows it.
func (r *Relay) Name() string { return r.name }

// Send makes one attempt and says what became of each recipient. from may be
// empty: the null sender of a machine's mail (RFC 3834 3.3). When the
// connection breaks after the last byte and before the reply, the outcome is
// Temporary: the relay may have taken the mail, and the next attempt may
// repeat it.
func (r *Relay) Send(ctx context.Context, from string, to []string, raw []byte) []Result {
	results, cause := r.send(ctx, from, to, raw)
	if cause != nil {
		return all(to, aboutRelay(cause))
	}
	return results
}

// Check greets the relay, protects the connection and signs in, as for a mail,
// and sends none. The error is what hinders mail from leaving.
func (r *Relay) Check(ctx context.Context) error {
	c, err := r.dial(ctx)
	if err != nil {
		return err
	}
	defer func() { c.stop(); c.close() }()
	return c.begin()
}

// send is Send; cause says why it did not get as far as the mail.
func (r *Relay) send(ctx context.Context, from string, to []string, raw []byte) (results []Result, cause error) {
	c := r.pool.take(ctx)
	if c == nil {
		var err error
		if c, err = r.dial(ctx); err != nil {
			return nil, err
		}
		if err := c.begin(); err != nil {
			c.stop()
			c.close()
			return nil, err
		}
	}
	results = c.deliver(from, to, raw)
	// A conversation that did not bring an answer for everybody is not trusted again.
	for _, x := range results {
		c.broken = c.broken || x.Outcome != Accepted && (x.Code == 0 || x.Code == 421)
	}
	r.pool.put(c)
	return results, nil
}

// Close ends the conversations that wait for a further mail.
func (r *Relay) Close() { r.pool.close() }

// conversation is one connection to the relay.
type conversation struct {
	*smtp.Client
	cfg  RelayConfig
	conn *timed
	stop func() bool

	mails   int         // carried so far
	broken  bool        // not to be used again
	resting *time.Timer // until it is closed, while it waits for a mail
}

func (r *Relay) dial(ctx context.Context) (*conversation, error) {
	d := net.Dialer{Timeout: r.cfg.DialTimeout}
	plain, err := d.DialContext(ctx, "tcp", r.cfg.Addr)
	if err != nil {
		return nil, err
	}
	conn := &timed{Conn: plain, wait: r.cfg.CommandTimeout}
	c := &conversation{cfg: r.cfg, conn: conn, stop: context.AfterFunc(ctx, func() { _ = plain.Close() })}
	var nc net.Conn = conn
	if r.cfg.Security == TLS {
		nc = tls.Client(conn, r.cfg.TLS)
	}
	host, _, _ := net.SplitHostPort(r.cfg.Addr)
	if c.Client, err = smtp.NewClient(nc, host); err != nil {
		c.stop()
		return nil, errors.Join(err, plain.Close())
	}
	return c, nil
}

func (c *conversation) close() {
	// The outcome is known; a relay that does not say goodbye changes nothing.
	c.conn.wait = min(c.cfg.CommandTimeout, 5*time.Second)
	_ = c.Quit()
	_ = c.conn.Close()
}

// drop ends a conversation that is broken.
func (c *conversation) drop() {
	c.stop()
	_ = c.conn.Close()
}

// begin greets, protects and signs in.
func (c *conversation) begin() error {
	if err := c.Hello(c.cfg.Hello); err != nil {
		return err
	}
	if c.cfg.Security == StartTLS {
		if ok, _ := c.Extension("STARTTLS"); !ok {
			return errNoStartTLS
		}
		if err := c.StartTLS(c.cfg.TLS); err != nil {
			return err
		}
	}
	if c.cfg.Security == opportunistic {
		if ok, _ := c.Extension("STARTTLS"); ok {
			if err := c.StartTLS(c.cfg.TLS); err != nil {
				return handshake(err)
			}
		}
	}
	if c.cfg.Username == "" {
		return nil
	}
	password, err := c.cfg.Password()
	if err != nil {
		return err
	}
	ok, offered := c.Extension("AUTH")
	if !ok {
		return fmt.Errorf("%w: it has no AUTH; remove the user name, or use the port for submission (587 or 465)", errNoAuth)
	}
	auth, err := signIn(offered, c.cfg.Username, password)
	if err != nil {
		return err
	}
	return c.Auth(auth)
}

// deliver runs one mail transaction (RFC 5321 3.3).
func (c *conversation) deliver(from string, to []string, raw []byte) []Result {
	mail := "MAIL FROM:<" + mailbox(from) + ">"
	if ok, _ := c.Extension("8BITMIME"); ok {
		mail += " BODY=8BITMIME"
	}
	if ok, _ := c.Extension("SIZE"); ok {
		mail += fmt.Sprintf(" SIZE=%d", len(raw))
	}
	// Asking for SMTPUTF8 without need makes relays refuse what the next server
	// could take (RFC 6531 3.6).
	if !isASCII(from + strings.Join(to, "") + string(head(raw))) {
		if ok, _ := c.Extension("SMTPUTF8"); !ok {
			return all(to, Result{Outcome: Permanent, Text: "the relay does not carry addresses outside ASCII (SMTPUTF8)"})
		}
		mail += " SMTPUTF8"
	}
	if err := c.command(250, mail); err != nil {
		return all(to, about(err))
	}
	results := make([]Result, len(to))
	accepted := 0
	for i, addr := range to {
		results[i] = Result{Recipient: addr, Outcome: Accepted}
		if err := c.command(25, "RCPT TO:<"+mailbox(addr)+">"); err != nil {
			results[i] = aboutRecipient(err)
			results[i].Recipient = addr
			continue
		}
		accepted++
	}
	if accepted == 0 {
		return results
	}
	final := c.content(raw)
	for i := range results {
		if results[i].Outcome == Accepted {
			results[i] = final
			results[i].Recipient = to[i]
		}
	}
	return results
}

func (c *conversation) content(raw []byte) Result {
	if err := c.command(354, "DATA"); err != nil {
		return about(err)
	}
	w := c.Text.DotWriter()
	if _, err := w.Write(raw); err != nil {
		return about(err)
	}
	if err := w.Close(); err != nil {
		return about(err)
	}
	c.conn.wait = c.cfg.SubmitTimeout
	code, text, err := c.Text.ReadResponse(250)
	if err != nil {
		return about(err)
	}
	return accept(code, text)
}

func (c *conversation) command(expect int, line string) error {
	if strings.ContainsAny(line, "\r\n") {
		return fault.New(fault.Invalid, "メールアドレスに改行が含まれています。", "a mail address has a line break")
	}
	id, err := c.Text.Cmd("%s", line)
	if err != nil {
		return err
	}
	c.Text.StartResponse(id)
	defer c.Text.EndResponse(id)
	_, _, err = c.Text.ReadResponse(expect)
	return err
}

// head is the mail's headers.
func head(raw []byte) []byte {
	h, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	return h
}
