package peers_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-smtp"

	"madoguchi/contracts"
	"madoguchi/internal/app"
	"madoguchi/internal/desk"
	"madoguchi/internal/doors/imapin"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// house is a running desk at support@desk.example.
type house struct {
	*app.App
	t    *testing.T
	stop func()
}

// keeper is an administrator for what tests set up.
var keeper = desk.Viewer{ID: "keeper", Name: "小林", Role: desk.Administrator}

func newHouse(t *testing.T, dir string, cfg app.Config) *house {
	t.Helper()
	cfg.Dir, cfg.Contract, cfg.Hostname, cfg.Log = dir, contracts.Default, "desk.example", slog.New(slog.DiscardHandler)
	a, err := app.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	err = a.Desk.SetSite(t.Context(), keeper, desk.Site{Name: fault.Text{JA: "デスク", EN: "Desk"}, Prefix: "CS", Mail: "support@desk.example"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	h := &house{App: a, t: t}
	stopped := false
	h.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(h.stop)
	return h
}

// contents is what has come into the cases: how often each subject.
func (h *house) contents() map[string]int {
	h.t.Helper()
	got := map[string]int{}
	for last := int64(0); ; {
		page, err := h.Store.EventsAfter(h.t.Context(), last, 500)
		if err != nil {
			h.t.Fatal(err)
		}
		if len(page) == 0 {
			return got
		}
		for _, e := range page {
			last = e.Position
			if m, ok := e.Data.(cases.MessageReceived); ok {
				got[m.Subject]++
			}
		}
	}
}

// expect waits until mails from and up to to are filed, each once.
func (h *house) expect(from, to int) time.Duration {
	h.t.Helper()
	took := eventually(h.t, fmt.Sprintf("mails %d to %d are filed", from, to), func() error {
		got := h.contents()
		for n := from; n <= to; n++ {
			if got[fmt.Sprintf("No. %d", n)] == 0 {
				return fmt.Errorf("No. %d is missing of %d", n, len(got))
			}
		}
		return nil
	})
	for subject, n := range h.contents() {
		if n != 1 {
			h.t.Errorf("%q was filed %d times", subject, n)
		}
	}
	return took
}

func (h *house) duplicates() int {
	h.t.Helper()
	list, _, err := h.Store.ListInbound(h.t.Context(), store.Everyone(), store.InboundDuplicate, 100, store.Since{})
	if err != nil {
		h.t.Fatal(err)
	}
	return len(list)
}

func (d *dovecot) mailbox(folder string) imapin.Config {
	return imapin.Config{
		Addr: d.imap, Security: imapin.StartTLS, TLS: d.root, Username: "desk", Password: func() (string, error) { return "s3cret", nil },
		Mailbox: folder, Address: "support@desk.example", Backlog: true,
	}
}

// deliver hands a mail to Dovecot as the provider's own mail server does.
func (d *dovecot) deliver(n int) {
	d.t.Helper()
	if err := lmtp(d.lmtp, "tanaka@customer.example", "desk", mail(n)); err != nil {
		d.t.Fatal(err)
	}
}

func TestMailThatArrivesAtDovecotIsFiledWithinASecond(t *testing.T) {
	t.Parallel()
	d := newDovecot(t, "")
	tlsBox := d.mailbox("INBOX")
	tlsBox.Addr, tlsBox.Security = d.tls, imapin.TLS
	h := newHouse(t, t.TempDir(), app.Config{Mailboxes: []imapin.Config{tlsBox}})
	d.deliver(1)
	h.expect(1, 1) // it watches now
	for n := 2; n <= 4; n++ {
		d.deliver(n)
		if took := h.expect(1, n); took > time.Second {
			t.Errorf("a mail was filed %v after it arrived, want less than a second", took)
		}
	}
	eventually(t, "what is taken is marked as seen", func() error { return differ("unseen", d.unseen("INBOX"), 0) })

	t.Run("after the connection was broken", func(t *testing.T) {
		d.kick("desk")
		d.deliver(5)
		h.expect(1, 5)
	})
	t.Run("after the provider was away", func(t *testing.T) {
		d.end()
		d.start()
		d.deliver(6)
		h.expect(1, 6)
	})
	if n := h.duplicates(); n != 0 {
		t.Errorf("%d mails were taken twice", n)
	}
}

func TestAMailboxOfYearsInSeveralFoldersIsTakenOnceEach(t *testing.T) {
	t.Parallel()
	d := newDovecot(t, "")
	const years = 120
	d.with(func(c *imapclient.Client) error {
		for _, box := range []string{"Support", "問い合わせ"} {
			if err := c.Create(box, nil).Wait(); err != nil {
				return err
			}
		}
		for n := 1; n <= years; n++ {
			box := []string{"INBOX", "Support", "問い合わせ"}[n%3]
			if err := d.file(c, box, mail(n), time.Date(2019, 1, 1, 9, 0, 0, 0, time.UTC).AddDate(0, n/2, 0)); err != nil {
				return err
			}
		}
		// The same mail in a second folder is the same mail.
		return d.file(c, "Support", mail(3), time.Date(2019, 1, 1, 9, 0, 0, 0, time.UTC))
	})
	dir := t.TempDir()
	boxes := []imapin.Config{d.mailbox("INBOX"), d.mailbox("Support"), d.mailbox("問い合わせ")}
	h := newHouse(t, dir, app.Config{Mailboxes: boxes})
	h.expect(1, years)
	eventually(t, "the copy is recognized", func() error { return differ("copies", h.duplicates(), 1) })
	first, _, err := h.Store.ListInbound(t.Context(), store.Everyone(), store.InboundFiled, 200, store.Since{})
	if err != nil {
		t.Fatal(err)
	}
	if at := first[len(first)-1].ReceivedAt; at.Year() != 2019 {
		t.Errorf("the oldest reception is %v; it is the provider's, of 2019", at)
	}

	// A second start finds nothing new.
	h.stop()
	h = newHouse(t, dir, app.Config{Mailboxes: boxes})
	d.with(func(c *imapclient.Client) error { return d.file(c, "Support", mail(years+1), time.Now()) })
	h.expect(1, years+1)
	if n := h.duplicates(); n != 1 {
		t.Errorf("%d copies were taken, want the one of before", n)
	}
}

func TestAFolderMadeAnewLosesNothingAndRepeatsNothing(t *testing.T) {
	t.Parallel()
	d := newDovecot(t, "")
	long := time.Date(2024, 5, 1, 9, 0, 0, 0, time.UTC)
	d.with(func(c *imapclient.Client) error {
		if err := c.Create("Support", nil).Wait(); err != nil {
			return err
		}
		for n := 1; n <= 5; n++ {
			if err := d.file(c, "Support", mail(n), long.AddDate(0, n, 0)); err != nil {
				return err
			}
		}
		return nil
	})
	h := newHouse(t, t.TempDir(), app.Config{Mailboxes: []imapin.Config{d.mailbox("Support")}})
	h.expect(1, 5)
	d.with(func(c *imapclient.Client) error {
		if err := c.Delete("Support").Wait(); err != nil {
			return err
		}
		if err := c.Create("Support", nil).Wait(); err != nil {
			return err
		}
		for n := 1; n <= 5; n++ { // as it was, and one of long ago that nobody saw
			if err := d.file(c, "Support", mail(n), long.AddDate(0, n, 0)); err != nil {
				return err
			}
		}
		if err := d.file(c, "Support", mail(6), long); err != nil {
			return err
		}
		noID := strings.Replace(mail(7), "Message-ID:", "X-Was:", 1)
		return d.file(c, "Support", noID, long)
	})
	d.kick("desk") // what was selected exists no longer
	h.expect(1, 7)
	if n := h.duplicates(); n != 0 {
		t.Errorf("%d mails were read again that the desk had", n)
	}
	d.with(func(c *imapclient.Client) error { return d.file(c, "Support", mail(8), time.Now()) })
	h.expect(1, 8)
}

// lmtp hands over one mail by LMTP.
func lmtp(addr, from, to, raw string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	c := smtp.NewClientLMTP(conn)
	defer c.Close()
	if err := c.Mail(from, nil); err != nil {
		return err
	}
	if err := c.Rcpt(to, nil); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte(raw)); err != nil {
		return err
	}
	_, err = w.CloseWithLMTPResponse()
	return err
}
