package smtpin

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"slices"
)

// data receives the mail, has it made durable, and only then says 250.
func (c *session) data(arg string, crlf bool) error {
	switch {
	case arg != "":
		c.refuse(replyNoArgument)
		return nil
	case c.mail == nil:
		c.refuse(replySequence)
		return nil
	case len(c.mail.to) == 0:
		c.refuse(reply{554, "5.5.1", "no valid recipients"})
		return nil
	}
	c.say(reply{354, "", "send the mail, end it with a line of one dot"})
	if err := c.flush(); err != nil {
		return err
	}
	m := c.mail
	c.mail = nil
	b := body{limit: c.srv.cfg.MaxSize, srv: c.srv}
	defer b.drop()
	if err := c.receive(&b, !crlf); err != nil {
		return err // the connection failed mid-mail: nothing was promised
	}
	r := c.deliver(m, &b)
	if !c.srv.cfg.LMTP {
		c.say(r)
		return nil
	}
	for _, to := range m.to { // RFC 2033 4.2: one reply for each recipient
		c.sayTo("<"+to+"> ", r)
	}
	return nil
}

// body collects a mail's bytes within the limits. Over a limit it forgets
// them and only counts on, since the peer listens again only after its last
// byte.
type body struct {
	limit    int64
	srv      *Server
	raw      []byte
	size     int64
	reserved int64
	tooLarge bool
	tooMuch  bool // not this mail, but all that are arriving together
}

const reserveStep = 256 << 10

func (b *body) add(p []byte) {
	b.size += int64(len(p))
	if b.tooLarge || b.tooMuch {
		return
	}
	if b.size > b.limit {
		b.tooLarge = true
		b.drop()
		return
	}
	for b.reserved < b.size {
		if !b.srv.reserve(reserveStep) {
			b.tooMuch = true
			b.drop()
			return
		}
		b.reserved += reserveStep
	}
	b.raw = append(b.raw, p...)
}

func (b *body) drop() {
	b.srv.release(b.reserved)
	b.raw, b.reserved = nil, 0
}

// receive reads up to the line of one dot and undoes the dot-stuffing (RFC
// 5321 4.5.2); every other byte stays as it is, bare CR and LF included. Only
// CRLF begins a new line here: were LF enough, a mail could hide a second one
// behind "LF . CRLF" that other servers pass on. bareLF lifts that for a peer
// that ended its own commands with LF, which no server in between does.
func (c *session) receive(b *body, bareLF bool) error {
	wait := newPatience(c.conn, c.srv.cfg.DataTimeout, c.srv.cfg.DataTotal)
	lineStart, last := true, byte('\n')
	for {
		if err := wait.renew(); err != nil {
			return err
		}
		chunk, err := c.br.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		if lineStart && chunk[0] == '.' {
			if string(chunk) == ".\r\n" || bareLF && string(chunk) == ".\n" {
				return nil
			}
			b.add(chunk[1:])
		} else {
			b.add(chunk)
		}
		n := len(chunk)
		before := last
		if n > 1 {
			before = chunk[n-2]
		}
		last = chunk[n-1]
		lineStart = last == '\n' && (before == '\r' || bareLF)
	}
}

// deliver hands the mail over and says what the peer is told.
func (c *session) deliver(m *transaction, b *body) reply {
	log := c.srv.log.With("remote", c.remote, "from", m.from, "to", m.to, "bytes", b.size)
	refused := func(r reply) reply {
		log.Warn("mail: not taken", "code", r.code, "reply", r.text)
		return r
	}
	switch {
	case b.tooLarge:
		return refused(replyTooLarge(b.limit))
	case b.tooMuch:
		return refused(replyBusy)
	case hops(b.raw) > 100:
		return refused(replyLoop)
	}
	at := c.srv.cfg.Now().UTC()
	e := Envelope{
		ID: newID(), From: m.from, To: unique(m.to), Remote: c.remote, Helo: c.helo,
		TLS: c.secure != nil, UTF8: m.utf8, At: at,
	}
	e.Raw = append(c.trace(e, c.extended), b.raw...)
	ctx, cancel := context.WithTimeout(c.srv.root, c.srv.cfg.AcceptTimeout)
	defer cancel()
	if err := c.srv.accept(ctx, e); err != nil {
		r := replyFor(err)
		log.Error("mail: not taken", "id", e.ID, "code", r.code, "error", err)
		return r
	}
	log.Info("mail: received", "id", e.ID)
	return reply{250, "2.0.0", "received as " + e.ID}
}

func newID() string {
	var b [8]byte
	rand.Read(b[:]) // never fails, by its own documentation
	return hex.EncodeToString(b[:])
}

func unique(to []string) []string {
	var out []string
	for _, a := range to {
		if !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// hops counts the servers that the mail went through (RFC 5321 6.3).
func hops(raw []byte) int {
	n := 0
	for line := range bytes.Lines(raw) {
		if len(bytes.TrimRight(line, "\r\n")) == 0 {
			break
		}
		if len(line) >= 9 && bytes.EqualFold(line[:9], []byte("Received:")) {
			n++
		}
	}
	return n
}
