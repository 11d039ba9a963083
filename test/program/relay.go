package program

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"net"
	"net/mail"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// Relay is the server that takes the desk's outgoing mail. It accepts all of
// it and remembers when.
type Relay struct {
	Flag string // the command line's --relay for it

	addr   net.Addr
	server *smtp.Server
	on     func() // told of every mail, right before its 250 leaves; may be nil

	mu   sync.Mutex
	took map[string][]Taken
	n    int
}

// Taken is one acceptance of a mail.
type Taken struct {
	At     time.Time // right before the 250
	From   string    // of the envelope
	To     []string
	Sum    [sha256.Size]byte // of its bytes
	Header mail.Header
}

// OpenRelay starts a relay on a port of its own.
func OpenRelay(on func()) (*Relay, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &Relay{addr: l.Addr(), Flag: "--relay=smtp+plain://" + l.Addr().String(), on: on, took: map[string][]Taken{}}
	r.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &conversation{relay: r}, nil }))
	r.server.Domain, r.server.ErrorLog = "relay.example", quiet{}
	go func() { _ = r.server.Serve(l) }() // ends with Close
	return r, nil
}

// quiet drops what the server says of connections that a kill broke.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// Addr is where it listens.
func (r *Relay) Addr() net.Addr { return r.addr }

// Close stops it.
func (r *Relay) Close() error { return r.server.Close() }

// Count is how many mails it accepted, repeated ones included.
func (r *Relay) Count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.n
}

// Took returns every acceptance by Message-ID, without angle brackets, in
// order of time.
func (r *Relay) Took() map[string][]Taken {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make(map[string][]Taken, len(r.took))
	for id, list := range r.took {
		all[id] = append([]Taken(nil), list...)
	}
	return all
}

// conversation is one connection of the desk.
type conversation struct {
	relay *Relay
	from  string
	to    []string
}

// Mail implements [smtp.Session].
func (c *conversation) Mail(from string, _ *smtp.MailOptions) error {
	c.from = from
	return nil
}

// Rcpt implements [smtp.Session].
func (c *conversation) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.to = append(c.to, to)
	return nil
}

// Data implements [smtp.Session].
func (c *conversation) Data(in io.Reader) error {
	raw, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	id := strings.Trim(m.Header.Get("Message-ID"), "<>")
	if id == "" {
		return errors.New("a mail without Message-ID")
	}
	r := c.relay
	r.mu.Lock()
	r.took[id] = append(r.took[id], Taken{At: time.Now(), From: c.from, To: c.to, Sum: sha256.Sum256(raw), Header: m.Header})
	r.n++
	r.mu.Unlock()
	if r.on != nil {
		r.on()
	}
	return nil
}

// Reset implements [smtp.Session].
func (c *conversation) Reset() { c.from, c.to = "", nil }

// Logout implements [smtp.Session].
func (c *conversation) Logout() error { return nil }
