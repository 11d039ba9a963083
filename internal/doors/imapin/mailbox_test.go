package imapin

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// provider is an IMAP server with one account.
type provider struct {
	t    *testing.T
	addr string
	user *imapmemserver.User
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	mem := imapmemserver.New()
	user := imapmemserver.NewUser("desk", "s3cret")
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	mem.AddUser(user)
	srv := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return mem.NewSession(), nil, nil
		},
		InsecureAuth: true, Logger: nolog{},
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	return &provider{t: t, addr: l.Addr().String(), user: user}
}

type nolog struct{}

func (nolog) Printf(string, ...any) {}

var day = time.Date(2026, 11, 20, 7, 42, 0, 0, time.UTC)

func (p *provider) arrive(subject string, at time.Time) {
	p.t.Helper()
	raw := "Return-Path: <tanaka@customer.example>\r\nSubject: " + subject + "\r\n\r\n本文\x83\xff\r\n.\r\n"
	if _, err := p.user.Append("INBOX", literal{bytes.NewReader([]byte(raw))}, &imap.AppendOptions{Time: at}); err != nil {
		p.t.Fatal(err)
	}
}

type literal struct{ *bytes.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

// unseen lists the subjects that a person would see as unread.
func (p *provider) unseen() int {
	p.t.Helper()
	c, err := imapclient.DialInsecure(p.addr, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login("desk", "s3cret").Wait(); err != nil {
		p.t.Fatal(err)
	}
	if _, err := c.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait(); err != nil {
		p.t.Fatal(err)
	}
	found, err := c.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen}}, nil).Wait()
	if err != nil {
		p.t.Fatal(err)
	}
	return len(found.AllUIDs())
}

// room takes mails as a desk does.
type room struct {
	mu     sync.Mutex
	mails  []desk.Mail
	refuse func(subject string) error
	news   chan string // the subject of each mail that was offered
}

func (r *room) accept(_ context.Context, m desk.Mail) error {
	_, s, _ := strings.Cut(string(m.Raw), "Subject: ")
	s, _, _ = strings.Cut(s, "\r\n")
	r.mu.Lock()
	defer r.mu.Unlock()
	defer func() { r.news <- s }()
	if r.refuse != nil {
		if err := r.refuse(s); err != nil {
			return err
		}
	}
	r.mails = append(r.mails, m)
	return nil
}

func records(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// watching runs a watcher until stop.
func watching(t *testing.T, p *provider, s *store.Store, r *room, change func(*Config)) (stop func()) {
	t.Helper()
	cfg := Config{Addr: p.addr, Security: Plain, Username: "desk", Password: func() (string, error) { return "s3cret", nil }, Address: "support@desk.example", Backlog: true, Look: 200 * time.Millisecond, Poll: time.Millisecond}
	if change != nil {
		change(&cfg)
	}
	w, err := New(cfg, r.accept, s, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { w.Run(ctx); close(done) }()
	return func() { cancel(); <-done }
}

func (r *room) expect(t *testing.T, want ...string) {
	t.Helper()
	for _, w := range want {
		select {
		case got := <-r.news:
			if got != w {
				t.Fatalf("offered %q, want %q", got, w)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%q was not offered", w)
		}
	}
}

func newRoom() *room { return &room{news: make(chan string, 100)} }

func TestMailIsTakenAsItArrivesAndOnlyOnce(t *testing.T) {
	p, s, r := newProvider(t), records(t), newRoom()
	p.arrive("first", day)
	stop := watching(t, p, s, r, nil)
	r.expect(t, "first")
	p.arrive("second", day.Add(time.Minute))
	r.expect(t, "second")
	stop()
	p.arrive("third", day.Add(2*time.Minute)) // while the desk is down
	stop = watching(t, p, s, r, nil)
	r.expect(t, "third")
	stop()
	if len(r.mails) != 3 {
		t.Fatalf("%d mails taken, want 3", len(r.mails))
	}
	m := r.mails[0]
	if m.From != "tanaka@customer.example" || m.To[0] != "support@desk.example" || !m.At.Equal(day) || !strings.HasSuffix(string(m.Raw), "\r\n\r\n本文\x83\xff\r\n.\r\n") {
		t.Errorf("mail = %+v %q", m, m.Raw)
	}
}

func TestWhatWasThereBeforeStaysUnlessAskedFor(t *testing.T) {
	p, s, r := newProvider(t), records(t), newRoom()
	p.arrive("old", day.Add(-24*time.Hour))
	stop := watching(t, p, s, r, func(c *Config) { c.Backlog = false })
	for { // the first look makes the bookmark
		if _, err := s.Setting(t.Context(), "mailbox desk@"+p.addr+"/INBOX"); err == nil {
			break
		}
	}
	p.arrive("new", day)
	r.expect(t, "new")
	stop()
}

func TestAMailIsMarkedAsSeenOnlyAfterItIsDurable(t *testing.T) {
	p, s, r := newProvider(t), records(t), newRoom()
	r.refuse = func(subject string) error {
		if n := p.unseen(); n != 1 {
			t.Errorf("%d mails are unread while the desk takes one, want 1", n)
		}
		return nil
	}
	p.arrive("first", day)
	stop := watching(t, p, s, r, nil)
	r.expect(t, "first")
	r.refuse = nil
	p.arrive("second", day)
	r.expect(t, "second") // the first is settled by now
	if n := p.unseen(); n > 1 {
		t.Errorf("%d mails are unread", n)
	}
	stop()
}

func TestOneMailInTroubleDoesNotHoldUpTheOthers(t *testing.T) {
	p, s, r := newProvider(t), records(t), newRoom()
	broken := true
	r.refuse = func(subject string) error {
		switch {
		case subject == "bomb" && broken:
			return errors.New("a defect of ours")
		case subject == "spoilt":
			return fault.New(fault.Invalid, "不正", "no mail")
		}
		return nil
	}
	for _, subject := range []string{"bomb", "spoilt", "fine"} {
		p.arrive(subject, day)
	}
	stop := watching(t, p, s, r, nil)
	r.expect(t, "bomb", "spoilt", "fine")
	r.mu.Lock()
	broken = false
	r.mu.Unlock()
	p.arrive("next", day)
	r.expect(t, "bomb", "next")
	p.arrive("last", day)
	r.expect(t, "last") // neither is offered again
	stop()
}

func TestADeskInTroubleGetsTheMailLater(t *testing.T) {
	p, s, r := newProvider(t), records(t), newRoom()
	tries := 0
	r.refuse = func(string) error {
		if tries++; tries == 1 {
			return fault.New(fault.Unavailable, "満杯", "disk full")
		}
		return nil
	}
	p.arrive("first", day)
	p.arrive("second", day)
	stop := watching(t, p, s, r, nil)
	r.expect(t, "first", "first", "second")
	stop()
}

func TestAMailboxNumberedAnewLosesNothing(t *testing.T) {
	p, s, r := newProvider(t), records(t), newRoom()
	p.arrive("first", day)
	stop := watching(t, p, s, r, nil)
	r.expect(t, "first")
	stop()
	if err := p.user.Rename("INBOX", "old", nil); err != nil {
		t.Fatal(err)
	}
	if err := p.user.Create("INBOX", nil); err != nil && !strings.Contains(err.Error(), "exists") {
		t.Fatal(err)
	}
	p.arrive("ancient", day.Add(-30*24*time.Hour))
	p.arrive("first", day)
	p.arrive("meanwhile", day.Add(time.Hour))
	stop = watching(t, p, s, r, nil)
	r.expect(t, "ancient", "first", "meanwhile") // the copy is recognized by the desk
	p.arrive("later", day.Add(2*time.Hour))
	r.expect(t, "later")
	stop()
}

func TestWhatNobodyAskedForStaysAlsoAfterANewNumbering(t *testing.T) {
	p, s, r := newProvider(t), records(t), newRoom()
	p.arrive("old", day.Add(-24*time.Hour))
	stop := watching(t, p, s, r, func(c *Config) { c.Backlog = false })
	for {
		if _, err := s.Setting(t.Context(), "mailbox desk@"+p.addr+"/INBOX"); err == nil {
			break
		}
	}
	stop()
	if err := p.user.Rename("INBOX", "old", nil); err != nil {
		t.Fatal(err)
	}
	if err := p.user.Create("INBOX", nil); err != nil && !strings.Contains(err.Error(), "exists") {
		t.Fatal(err)
	}
	p.arrive("old", day.Add(-24*time.Hour))
	p.arrive("new", day)
	stop = watching(t, p, s, r, func(c *Config) { c.Backlog = false })
	r.expect(t, "new")
	stop()
}

func TestAHugeMailStaysWithTheProvider(t *testing.T) {
	p, s, r := newProvider(t), records(t), newRoom()
	p.arrive(strings.Repeat("x", 500), day)
	p.arrive("small", day)
	stop := watching(t, p, s, r, func(c *Config) { c.MaxSize = 300 })
	r.expect(t, "small")
	stop()
	if n := p.unseen(); n < 1 {
		t.Error("the huge mail is marked as seen")
	}
}

func TestAProviderThatIsNotThereIsTriedAgain(t *testing.T) {
	p, s, r := newProvider(t), records(t), newRoom()
	tries := 0
	p.arrive("first", day)
	stop := watching(t, p, s, r, func(c *Config) {
		c.Password = func() (string, error) {
			if tries++; tries == 1 {
				return "wrong", nil
			}
			return "s3cret", nil
		}
	})
	r.expect(t, "first")
	stop()
}

func TestAnUnusableConfigurationIsRefused(t *testing.T) {
	password := func() (string, error) { return "", nil }
	for field, cfg := range map[string]Config{
		"imap":          {Addr: "imap.example", Username: "a", Password: password},
		"imap_username": {Addr: "imap.example:993"},
		"imap_security": {Addr: "imap.example:143", Username: "a", Password: password, Security: Plain},
	} {
		_, err := New(cfg, nil, nil, nil)
		if fe, ok := errors.AsType[*fault.Error](err); !ok || fe.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
