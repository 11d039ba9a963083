package smtpin

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"
)

// maxErrors is how many refused commands a peer may send before it is cut
// off: enough for a mail with many wrong recipients, too few for guessing.
const maxErrors = 20

// session is one peer's conversation. Only its own goroutine touches it,
// except what mu guards.
type session struct {
	srv    *Server
	remote string
	conn   net.Conn
	br     *bufio.Reader
	bw     *bufio.Writer

	mu   sync.Mutex
	raw  net.Conn // as accepted, below any TLS
	idle bool     // waiting for a command: may be woken to say goodbye

	helo     string
	extended bool // greeted by EHLO or LHLO
	secure   *tls.ConnectionState
	errors   int
	mail     *transaction
}

// transaction is the mail that is being described, from MAIL to the end of DATA.
type transaction struct {
	from string
	to   []string
	utf8 bool
}

func newSession(s *Server, conn net.Conn, remote string) *session {
	c := &session{srv: s, remote: remote, raw: conn}
	c.use(conn)
	return c
}

func (c *session) use(conn net.Conn) {
	c.conn, c.br, c.bw = conn, bufio.NewReaderSize(conn, 8192), bufio.NewWriterSize(conn, 2048)
}

// wake ends the wait for a command, so that a stopping server need not wait
// for an idle peer.
func (c *session) wake() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.idle {
		_ = c.raw.SetReadDeadline(time.Unix(1, 0))
	}
}

// cut ends the conversation at once.
func (c *session) cut() { _ = c.raw.Close() }

// errEnd ends a conversation whose last reply was already sent.
var errEnd = errors.New("conversation ended")

func (c *session) run() {
	defer func() {
		if p := recover(); p != nil {
			// One mail that we cannot bear must not take the others down, and its
			// sender must keep it.
			c.srv.log.Error("mail: panic in a conversation", "remote", c.remote, "panic", p, "stack", string(debug.Stack()))
			c.say(replyBroken)
			_ = c.flush()
		}
		_ = c.conn.Close()
	}()
	if t, ok := c.conn.(*tls.Conn); ok {
		if err := c.handshake(t); err != nil {
			c.srv.log.Info("mail: TLS handshake failed", "remote", c.remote, "error", err)
			return
		}
	}
	protocol := "ESMTP"
	if c.srv.cfg.LMTP {
		protocol = "LMTP"
	}
	c.say(reply{220, "", c.srv.cfg.Hostname + " " + protocol + " ready"})
	for {
		line, err := c.command()
		if err == nil {
			err = c.handle(line)
		}
		if err == nil && c.errors > maxErrors {
			c.say(replyErrors)
			err = errEnd
		}
		if err != nil {
			c.end(err)
			return
		}
	}
}

// end says the last word where the peer may still hear it.
func (c *session) end(err error) {
	switch {
	case errors.Is(err, errEnd):
	case c.srv.stopping():
		c.say(replyStopping)
	case errors.Is(err, os.ErrDeadlineExceeded):
		c.say(replyIdle)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return
	default:
		c.srv.log.Info("mail: connection lost", "remote", c.remote, "error", err)
		return
	}
	_ = c.flush() // the peer may be gone; nothing of ours depends on this reply
}

// command waits for the next line, without its line end. A bare LF is
// tolerated.
func (c *session) command() (string, error) {
	// Replies to pipelined commands go out together (RFC 2920).
	if c.br.Buffered() == 0 {
		if err := c.flush(); err != nil {
			return "", err
		}
	}
	c.mu.Lock()
	if err := readWithin(c.conn, c.srv.cfg.CommandTimeout); err != nil {
		c.mu.Unlock()
		return "", err
	}
	c.idle = true
	c.mu.Unlock()
	// Close sets its mark first and wakes the idle afterwards, so that one of
	// the two sees the other.
	if c.srv.stopping() {
		return "", errStopping
	}
	line, err := c.br.ReadSlice('\n')
	c.mu.Lock()
	c.idle = false
	c.mu.Unlock()
	if errors.Is(err, bufio.ErrBufferFull) {
		c.say(replyLongLine)
		return "", errEnd
	}
	if err != nil {
		return "", err
	}
	return string(line[:len(line)-1]), nil
}

var errStopping = errors.New("server is stopping")

// handle answers one command. An error ends the conversation.
func (c *session) handle(line string) error {
	bare, crlf := strings.CutSuffix(line, "\r")
	verb, arg, _ := strings.Cut(bare, " ")
	arg = strings.Trim(arg, " \t")
	switch verb = strings.ToUpper(verb); verb {
	case "HELO", "EHLO", "LHLO":
		c.hello(verb, arg)
	case "MAIL":
		c.mailFrom(arg)
	case "RCPT":
		c.rcptTo(arg)
	case "DATA":
		return c.data(arg, crlf)
	case "RSET":
		c.mail = nil
		c.say(replyOK)
	case "NOOP":
		c.say(replyOK)
	case "VRFY":
		// Saying who exists helps only those who guess addresses.
		c.say(reply{252, "2.1.5", "send a mail, and we shall see"})
	case "STARTTLS":
		return c.startTLS(arg)
	case "QUIT":
		c.say(replyBye)
		return errEnd
	case "HELP":
		c.say(reply{214, "2.0.0", "this server receives mail for a support desk; see RFC 5321"})
	case "EXPN", "AUTH", "BDAT", "TURN", "ETRN", "SEND", "SOML", "SAML":
		c.refuse(replyUnsupported)
	default:
		c.refuse(replyUnknown)
	}
	return nil
}

func (c *session) hello(verb, arg string) {
	if c.srv.cfg.LMTP != (verb == "LHLO") {
		want := "EHLO"
		if c.srv.cfg.LMTP {
			want = "LHLO"
		}
		c.refuse(reply{500, "5.5.1", "this server speaks another protocol: say " + want})
		return
	}
	name, _, _ := strings.Cut(arg, " ")
	if name == "" {
		c.refuse(reply{501, "5.5.4", "say who you are: " + verb + " your.host.name"})
		return
	}
	c.helo, c.extended, c.mail = name, verb != "HELO", nil
	greeting := c.srv.cfg.Hostname + " welcomes you"
	if !c.extended {
		c.say(reply{250, "", greeting})
		return
	}
	lines := []string{greeting, "PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", fmt.Sprintf("SIZE %d", c.srv.cfg.MaxSize)}
	if c.srv.cfg.TLS != nil && c.secure == nil {
		lines = append(lines, "STARTTLS")
	}
	for i, l := range lines {
		sep := "-"
		if i == len(lines)-1 {
			sep = " "
		}
		fmt.Fprintf(c.bw, "250%s%s\r\n", sep, l)
	}
}

func (c *session) mailFrom(arg string) {
	if c.helo == "" {
		c.refuse(replyNoHello)
		return
	}
	if c.mail != nil {
		c.refuse(replySequence)
		return
	}
	p, err := parsePath(arg, "FROM:", true)
	if err != nil {
		c.refuse(reply{501, "5.1.7", "MAIL: " + err.Error()})
		return
	}
	params, bad := mailParams(p.params)
	switch {
	case bad != "":
		c.refuse(reply{555, "5.5.4", "MAIL: " + bad})
	case !p.ascii && !params.utf8:
		c.refuse(replyNeedsUTF8)
	case params.size > c.srv.cfg.MaxSize:
		c.refuse(replyTooLarge(c.srv.cfg.MaxSize))
	default:
		c.mail = &transaction{from: p.addr, utf8: params.utf8}
		c.say(reply{250, "2.1.0", "sender OK"})
	}
}

func (c *session) rcptTo(arg string) {
	if c.mail == nil {
		c.refuse(replySequence)
		return
	}
	p, err := parsePath(arg, "TO:", false)
	switch {
	case err != nil:
		c.refuse(reply{501, "5.1.3", "RCPT: " + err.Error()})
		return
	case p.params != "":
		c.refuse(reply{555, "5.5.4", "RCPT: parameter not supported: " + p.params})
		return
	case !p.ascii && !c.mail.utf8:
		c.refuse(replyNeedsUTF8)
		return
	case len(c.mail.to) >= c.srv.cfg.MaxRecipients:
		c.say(replyTooMany)
		return
	}
	if strings.EqualFold(p.addr, "postmaster") {
		p.addr = "postmaster" // of whatever domain the desk has, which need not be this machine's (RFC 5321 4.5.1)
	}
	ctx, cancel := context.WithTimeout(c.srv.root, c.srv.cfg.CommandTimeout)
	defer cancel()
	known, err := c.srv.cfg.Recipients(ctx, p.addr)
	switch {
	case err != nil:
		c.srv.log.Error("mail: cannot check a recipient", "remote", c.remote, "to", p.addr, "error", err)
		c.say(replyFor(err))
	case !known:
		c.srv.log.Info("mail: recipient refused", "remote", c.remote, "from", c.mail.from, "to", p.addr)
		c.refuse(reply{550, "5.1.1", "<" + p.addr + "> is not an address of this desk"})
	default:
		c.mail.to = append(c.mail.to, p.addr)
		c.say(reply{250, "2.1.5", "recipient OK"})
	}
}

func (c *session) startTLS(arg string) error {
	switch {
	case arg != "":
		c.refuse(replyNoArgument)
		return nil
	case c.srv.cfg.TLS == nil || c.secure != nil:
		c.refuse(replyUnsupported)
		return nil
	case c.br.Buffered() > 0:
		// Commands sent along in the clear could come from someone in between
		// (CVE-2011-0411): they must not count as said under TLS.
		c.say(reply{501, "5.5.1", "nothing may follow STARTTLS before the handshake"})
		return errEnd
	}
	c.say(reply{220, "2.0.0", "go ahead"})
	if err := c.flush(); err != nil {
		return err
	}
	t := tls.Server(c.conn, c.srv.cfg.TLS)
	if err := c.handshake(t); err != nil {
		c.srv.log.Info("mail: TLS handshake failed", "remote", c.remote, "error", err)
		return errEnd
	}
	c.use(t)
	c.helo, c.mail = "", nil // RFC 3207 4.2
	return nil
}

func (c *session) handshake(t *tls.Conn) error {
	ctx, cancel := context.WithTimeout(c.srv.root, min(c.srv.cfg.CommandTimeout, time.Minute))
	defer cancel()
	if err := t.HandshakeContext(ctx); err != nil {
		return err
	}
	state := t.ConnectionState()
	c.secure = &state
	return nil
}

func (c *session) say(r reply) { c.sayTo("", r) }

func (c *session) sayTo(prefix string, r reply) {
	// A failed write stays in the writer, and flush reports it.
	_ = writeWithin(c.conn, c.srv.cfg.CommandTimeout)
	_, _ = c.bw.WriteString(r.line(prefix))
}

// refuse is say for what the peer did wrong.
func (c *session) refuse(r reply) {
	c.errors++
	c.say(r)
}

func (c *session) flush() error {
	if err := writeWithin(c.conn, c.srv.cfg.CommandTimeout); err != nil {
		return err
	}
	return c.bw.Flush()
}
