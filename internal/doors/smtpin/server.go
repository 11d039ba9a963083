// Package smtpin is the door through which mail reaches the desk: an SMTP and
// LMTP server that answers 250 only when the mail is durable.
//
// It owns the protocol (RFC 5321, RFC 2033), its limits, and the trace header
// that says when and from where a mail came. It refuses to read the mail: the
// bytes go on exactly as they were received, after dot-unstuffing, below our
// own trace header. It is never a relay: a recipient that [Config.Recipients]
// does not know gets 550 5.1.1.
//
// The server is written here rather than taken from a library because the
// obvious one answers 250 to a mail that was cut off half-way (see
// docs/adr/0009-mail-doors.md).
//
// Start reading at [Server]; a conversation is in session.go, the bytes of a
// mail in data.go, what a failure means to the peer in errors.go.
package smtpin

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"madoguchi/terms/fault"
)

// Accept takes charge of one mail. It returns nil only after the mail is
// durable: its nil is what the peer's 250 promises. A [fault.Error] decides
// the reply (errors.go); any other error is a temporary failure, so that the
// peer keeps the mail and tries again.
//
// The context ends when the server is told to stop at once, or after
// [Config.AcceptTimeout]. A mail may be given twice, when a peer did not see
// our 250: the same bytes under another trace header.
type Accept func(ctx context.Context, m Envelope) error

// Envelope is one mail as it came in.
type Envelope struct {
	ID     string    // of this reception; the peer's log and our trace header have it too
	From   string    // the envelope's sender; empty for the null sender of bounces (RFC 5321 4.5.5)
	To     []string  // the accepted recipients, in order, without repetitions
	Raw    []byte    // Return-Path and Received of ours, then the mail as received
	Remote string    // IP address of the peer; "unix" for a local socket
	Helo   string    // the name the peer gave; never checked
	TLS    bool      // the mail came over an encrypted connection
	UTF8   bool      // the peer asked for SMTPUTF8 (RFC 6531)
	At     time.Time // when the last byte was received, UTC: the mail's reception
}

// Config says how a server behaves. Zero limits and times take the defaults.
type Config struct {
	Addr     string      // "host:port", or "unix:/path" for a local LMTP socket
	Hostname string      // in the greeting and in the trace header
	LMTP     bool        // speak LMTP (RFC 2033) instead of SMTP
	TLS      *tls.Config // offers STARTTLS; nil offers none

	// Recipients says whether a mail to addr is for this desk. An error, such
	// as an unreachable database, makes the peer try again later. Nil knows
	// nobody.
	Recipients func(ctx context.Context, addr string) (bool, error)
	// Held says how many connections of an address (or /64) are open at other
	// nodes, and Hold is told how many are open here; nil: there is no other.
	Held func(host string) int
	Hold func(host string, n int)
	// Now is the clock of receptions; nil takes the machine's.
	Now func() time.Time

	MaxSize       int64 // bytes of one mail; 50 MiB
	MaxRecipients int   // of one mail; 100, which is the least RFC 5321 4.5.3.1.8 allows
	MaxConns      int   // at once; 200
	MaxConnsPerIP int   // at once from one IPv4 address or IPv6 /64, at all nodes; 20
	MaxBuffered   int64 // bytes of all mails being received; 512 MiB, or MaxSize if that is more

	CommandTimeout time.Duration // wait for a command, and for the peer to read a reply; 5 min (RFC 5321 4.5.3.2.7)
	DataTimeout    time.Duration // wait for more of a mail; 3 min (RFC 5321 4.5.3.2.5)
	DataTotal      time.Duration // for the whole of a mail; 30 min
	AcceptTimeout  time.Duration // for making it durable; 5 min: peers wait 10 (RFC 5321 4.5.3.2.6)
}

func (c Config) withDefaults() Config {
	c.Hostname = cmp.Or(c.Hostname, "localhost")
	if c.Now == nil {
		c.Now = machine
	}
	if c.Recipients == nil {
		c.Recipients = func(context.Context, string) (bool, error) { return false, nil }
	}
	if c.Held == nil || c.Hold == nil {
		c.Held, c.Hold = func(string) int { return 0 }, func(string, int) {}
	}
	c.MaxSize = cmp.Or(c.MaxSize, 50<<20)
	c.MaxRecipients = cmp.Or(c.MaxRecipients, 100)
	c.MaxConns = cmp.Or(c.MaxConns, 200)
	c.MaxConnsPerIP = cmp.Or(c.MaxConnsPerIP, 20)
	c.MaxBuffered = max(cmp.Or(c.MaxBuffered, 512<<20), c.MaxSize)
	c.CommandTimeout = cmp.Or(c.CommandTimeout, 5*time.Minute)
	c.DataTimeout = cmp.Or(c.DataTimeout, 3*time.Minute)
	c.DataTotal = cmp.Or(c.DataTotal, 30*time.Minute)
	c.AcceptTimeout = cmp.Or(c.AcceptTimeout, 5*time.Minute)
	return c
}

// Server receives mail. Create it with [New], run it with [Server.Serve] on
// as many listeners as are wanted, end it with [Server.Close].
type Server struct {
	cfg    Config
	accept Accept
	log    *slog.Logger

	root     context.Context // ends when conversations must end at once
	abort    context.CancelFunc
	buffered atomic.Int64 // bytes of mails being received
	open     sync.WaitGroup

	mu        sync.Mutex
	closing   bool
	listeners map[net.Listener]struct{}
	sessions  map[*session]struct{}
	perHost   map[string]int
}

// New returns a server that hands each mail to accept.
func New(cfg Config, accept Accept, log *slog.Logger) *Server {
	root, abort := context.WithCancel(context.Background())
	return &Server{
		cfg: cfg.withDefaults(), accept: accept, log: log, root: root, abort: abort,
		listeners: map[net.Listener]struct{}{}, sessions: map[*session]struct{}{}, perHost: map[string]int{},
	}
}

// Serve takes connections from l until [Server.Close], then returns nil. It
// closes l. Give it a TLS listener for implicit TLS.
func (s *Server) Serve(l net.Listener) error {
	if !s.track(l) {
		return errors.Join(fault.New(fault.Unavailable, "メール受信は停止しています。", "the mail server is closed"), l.Close())
	}
	defer s.untrack(l)
	for wait := time.Duration(0); ; {
		conn, err := l.Accept()
		if err == nil {
			wait = 0
			s.begin(conn)
			continue
		}
		if s.stopping() {
			return nil
		}
		// Out of file descriptors and the like pass; the listener stays good.
		if !errors.Is(err, syscall.EMFILE) && !errors.Is(err, syscall.ENFILE) && !errors.Is(err, syscall.ECONNABORTED) {
			return fmt.Errorf("accept mail connection: %w", err)
		}
		wait = min(max(2*wait, 5*time.Millisecond), time.Second)
		s.log.Warn("mail: cannot take a connection, waiting", "error", err, "wait", wait)
		pause(s.root, wait)
	}
}

// Close stops taking connections, lets every mail in transfer end with its
// reply, and tells idle peers 421. When ctx ends first, what remains is cut
// off (nothing was promised for it) and ctx's error is returned.
func (s *Server) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closing = true
	var errs []error
	for l := range s.listeners {
		errs = append(errs, l.Close())
	}
	clear(s.listeners)
	for c := range s.sessions {
		c.wake()
	}
	s.mu.Unlock()

	done := make(chan struct{})
	go func() { s.open.Wait(); close(done) }()
	select {
	case <-done:
		s.abort()
		return errors.Join(errs...)
	case <-ctx.Done():
	}
	s.abort()
	s.mu.Lock()
	for c := range s.sessions {
		c.cut()
	}
	s.mu.Unlock()
	<-done
	return errors.Join(append(errs, ctx.Err())...)
}

func (s *Server) stopping() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closing
}

func (s *Server) track(l net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.listeners[l] = struct{}{}
	return true
}

func (s *Server) untrack(l net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.listeners[l]; ok && !s.closing {
		delete(s.listeners, l)
		_ = l.Close() // Accept failed for good already; that error is the one returned
	}
}
