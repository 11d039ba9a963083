// Package imapin is the door for a desk whose mail stays with a provider: it
// watches one mailbox over IMAP and takes in what arrives.
//
// It owns the conversation with the provider (RFC 3501, IDLE of RFC 2177) and
// the bookmark of what was taken. It refuses to read, move or delete mail: a
// mail is made durable first, through the desk's Accept, and only then marked
// as seen. The mail's reception is the mailbox's internal date, which is when
// the provider's server took it.
//
// A mail may be given twice, when the program dies before its bookmark is
// written or when the provider numbers the mailbox anew (UIDVALIDITY); the
// desk recognizes the copy. None is skipped.
//
// Start reading at [Watcher.Run]; what is taken is decided in take.go.
package imapin

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// Accept makes one mail durable; nil is the promise that it is.
type Accept func(ctx context.Context, m desk.Mail) error

// Security is how the connection to the provider is protected.
type Security string

// The ways of protection.
const (
	TLS      Security = "tls"      // from the first byte, usually port 993; the default
	StartTLS Security = "starttls" // usually port 143
	Plain    Security = "none"     // for a server on this machine
)

// Config says which mailbox is watched. Zero times and sizes take the defaults.
type Config struct {
	Addr     string // host:port
	Security Security
	TLS      *tls.Config
	Username string
	Password func() (string, error) // asked for each connection, so that a changed file counts at once
	// Token gives an access token of OAuth 2, which then signs in instead of the
	// password; fresh: not one that was given before.
	Token   func(ctx context.Context, fresh bool) (string, error)
	Mailbox string // INBOX
	Address string // the desk's mail address that this mailbox stands for
	Backlog bool   // take also what is there at the first connection; else only what comes after

	MaxSize int64         // bytes of one mail; 50 MiB
	Poll    time.Duration // between looks where the provider has no IDLE; 1 min
	Look    time.Duration // between looks where it has, in case it forgot to tell; 10 min
	Command time.Duration // for one exchange; 2 min

	Report func(State) // told whenever something is known about the mailbox; nil: nobody
}

// State is how a mailbox fares.
type State struct {
	Watching bool         // connected, and nothing is left to take
	Waiting  int          // mails that are not taken yet
	Took     bool         // a mail was taken just now
	Trouble  *fault.Error // why there is no connection; nil while there is one
}

// Watcher takes the mail of one mailbox.
type Watcher struct {
	cfg    Config
	accept Accept
	store  *store.Store
	log    *slog.Logger
	name   string // of the mailbox, in logs and of the bookmark

	waiting int // mails still to be taken in this pass
}

// New returns a watcher that keeps its bookmark in s.
func New(cfg Config, accept Accept, s *store.Store, log *slog.Logger) (*Watcher, error) {
	host, _, err := net.SplitHostPort(cfg.Addr)
	if err != nil || host == "" {
		return nil, fault.Wrap(fault.Invalid, err, fmt.Sprintf("受信メールサーバー %q は「ホスト:ポート」の形で指定してください。", cfg.Addr), fmt.Sprintf("give the IMAP server as host:port, not %q", cfg.Addr)).At("imap")
	}
	if cfg.Username == "" || cfg.Password == nil && cfg.Token == nil {
		return nil, fault.New(fault.Invalid, "受信メールサーバーのユーザー名とパスワードを指定してください。", "the IMAP server needs a user name and a password").At("imap_username")
	}
	cfg.Security = cmp.Or(cfg.Security, TLS)
	if cfg.Security == Plain && host != "localhost" && host != "127.0.0.1" && host != "::1" {
		return nil, fault.New(fault.Invalid, "暗号化しない接続は、このコンピューター上の受信メールサーバーにのみ使用できます。", "an IMAP connection without encryption is for a server on this machine only: the password would leave unprotected").At("imap_security")
	}
	if cfg.TLS == nil {
		cfg.TLS = &tls.Config{}
	}
	cfg.TLS = cfg.TLS.Clone()
	cfg.TLS.ServerName = cmp.Or(cfg.TLS.ServerName, host)
	cfg.Mailbox = cmp.Or(cfg.Mailbox, "INBOX")
	cfg.MaxSize = cmp.Or(cfg.MaxSize, 50<<20)
	cfg.Poll = cmp.Or(cfg.Poll, time.Minute)
	cfg.Look = cmp.Or(cfg.Look, 10*time.Minute)
	cfg.Command = cmp.Or(cfg.Command, 2*time.Minute)
	if cfg.Report == nil {
		cfg.Report = func(State) {}
	}
	return &Watcher{cfg: cfg, accept: accept, store: s, log: log, name: cfg.Username + "@" + cfg.Addr + "/" + cfg.Mailbox}, nil
}

// Name says which mailbox it is: one name, one mailbox.
func (w *Watcher) Name() string { return w.name }

// Run watches until ctx ends. A connection that breaks is made anew, after 1 s
// at first and up to 5 min when it breaks again and again.
func (w *Watcher) Run(ctx context.Context) {
	wait := time.Second
	for ctx.Err() == nil {
		calm, err := w.session(ctx)
		if ctx.Err() != nil {
			return
		}
		if calm {
			wait = time.Second
		}
		w.cfg.Report(State{Trouble: w.Explain(err)})
		w.log.Warn("mailbox: connection ended, trying again", "mailbox", w.name, "error", err, "wait", wait)
		pause(ctx, nil, wait)
		wait = min(2*wait, 5*time.Minute)
	}
}

// session is one connection. calm says that it got as far as watching.
func (w *Watcher) session(ctx context.Context) (calm bool, err error) {
	news := make(chan struct{}, 1)
	c, err := w.connect(ctx, news)
	if err != nil {
		return false, err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	defer stop()
	defer c.Close()

	var box *imap.SelectData
	err = w.within(ctx, c, func() error {
		if err := w.signIn(ctx, c); err != nil {
			return fmt.Errorf("sign in: %w", err)
		}
		box, err = c.Select(w.cfg.Mailbox, nil).Wait()
		return missing(err)
	})
	if err != nil {
		return false, err
	}
	for {
		if err := w.take(ctx, c, box); err != nil {
			return calm, err
		}
		calm = true
		w.cfg.Report(State{Watching: true})
		if err := w.wait(ctx, c, news); err != nil {
			return calm, err
		}
	}
}

// errNoStartTLS means that the provider does not protect the connection.
var errNoStartTLS = errors.New("the provider does not offer STARTTLS")

func (w *Watcher) connect(ctx context.Context, news chan struct{}) (*imapclient.Client, error) {
	d := &net.Dialer{Timeout: 30 * time.Second}
	conn, err := d.DialContext(ctx, "tcp", w.cfg.Addr)
	if err != nil {
		return nil, err
	}
	opts := &imapclient.Options{TLSConfig: w.cfg.TLS, UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(m *imapclient.UnilateralDataMailbox) {
			if m.NumMessages != nil {
				select {
				case news <- struct{}{}:
				default:
				}
			}
		},
	}}
	hurry, cancel := context.WithTimeout(ctx, w.cfg.Command)
	defer cancel()
	stop := context.AfterFunc(hurry, func() { _ = conn.Close() })
	defer stop()
	switch w.cfg.Security {
	case StartTLS:
		c, err := imapclient.NewStartTLS(conn, opts)
		if _, said := errors.AsType[*imap.Error](err); said {
			err = fmt.Errorf("%w: %w", errNoStartTLS, err)
		}
		return c, err
	case TLS:
		t := tls.Client(conn, w.cfg.TLS)
		if err := t.HandshakeContext(hurry); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		conn = t
	}
	c := imapclient.New(conn, opts)
	if err := c.WaitGreeting(); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// within gives do the time of one exchange; a provider that says nothing for
// longer is taken for gone.
func (w *Watcher) within(ctx context.Context, c *imapclient.Client, do func() error) error {
	limit, cancel := context.WithTimeout(ctx, w.cfg.Command)
	defer cancel()
	stop := context.AfterFunc(limit, func() { _ = c.Close() })
	defer stop()
	return do()
}

// wait returns when there may be new mail.
func (w *Watcher) wait(ctx context.Context, c *imapclient.Client, news chan struct{}) error {
	var caps imap.CapSet
	if err := w.within(ctx, c, func() error { caps = c.Caps(); return nil }); err != nil {
		return err
	}
	if !caps.Has(imap.CapIdle) {
		pause(ctx, news, w.cfg.Poll)
		return w.within(ctx, c, func() error { return c.Noop().Wait() })
	}
	// Some servers tell only what comes after IDLE; NOOP asks for what came before.
	var idle *imapclient.IdleCommand
	err := w.within(ctx, c, func() (err error) {
		if err := c.Noop().Wait(); err != nil {
			return err
		}
		idle, err = c.Idle()
		return err
	})
	if err != nil {
		return err
	}
	watch(c.Closed(), news, w.cfg.Look)
	return w.within(ctx, c, func() error {
		if err := idle.Close(); err != nil {
			return err
		}
		return idle.Wait()
	})
}
