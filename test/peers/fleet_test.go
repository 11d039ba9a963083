package peers_test

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"

	"madoguchi/internal/app"
	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// form is a mailbox at d as an administrator writes it.
func (d *dovecot) form(folders ...string) desk.MailboxForm {
	host, port, _ := net.SplitHostPort(d.imap)
	n, _ := strconv.Atoi(port)
	return desk.MailboxForm{Password: "s3cret", Mailbox: store.Mailbox{
		Address: "support@desk.example", Host: host, Port: n, Security: desk.SecurityNone, Username: "desk", Way: desk.WayPassword, Folders: folders, Backlog: true,
	}}
}

func TestAMailboxIsAddedChangedPausedAndRemovedWhileTheDeskRuns(t *testing.T) {
	t.Parallel()
	d := newDovecot(t, "")
	h := newHouse(t, t.TempDir(), app.Config{})
	ctx := t.Context()
	d.deliver(1)
	m, err := h.Desk.PutMailbox(ctx, keeper, d.form("INBOX"))
	if err != nil {
		t.Fatal(err)
	}
	h.expect(1, 1)
	eventually(t, "the screen says that it is watched", func() error {
		s := h.Desk.MailboxState(m.ID)
		if !s.Watching || s.Taken != 1 || s.Contact.IsZero() || s.Waiting != 0 {
			return fmt.Errorf("%+v", s)
		}
		return nil
	})

	if err := h.Desk.PauseMailbox(ctx, keeper, m.ID, true); err != nil {
		t.Fatal(err)
	}
	d.deliver(2)
	time.Sleep(300 * time.Millisecond)
	if n := h.contents()["No. 2"]; n != 0 {
		t.Error("a paused mailbox is read")
	}
	if err := h.Desk.PauseMailbox(ctx, keeper, m.ID, false); err != nil {
		t.Fatal(err)
	}
	h.expect(1, 2)

	f := d.form("INBOX", "Support")
	f.ID, f.Password = m.ID, "" // the password that is kept
	if _, err := h.Desk.PutMailbox(ctx, keeper, f); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the folder that is missing is named", func() error {
		if s := h.Desk.MailboxState(m.ID); !strings.Contains(s.Problem.JA, "「Support」がありません") || !strings.Contains(s.Problem.EN, "no folder “Support”") {
			return fmt.Errorf("%+v", s)
		}
		return nil
	})
	d.with(func(c *imapclient.Client) error {
		if err := c.Create("Support", nil).Wait(); err != nil {
			return err
		}
		return d.file(c, "Support", mail(3), time.Now())
	})
	h.expect(1, 3) // it is tried again by itself
	d.deliver(4)
	h.expect(1, 4)

	if err := h.Desk.RemoveMailbox(ctx, keeper, m.ID); err != nil {
		t.Fatal(err)
	}
	d.deliver(5)
	time.Sleep(300 * time.Millisecond)
	if n := h.contents()["No. 5"]; n != 0 {
		t.Error("a removed mailbox is read")
	}
}

func TestATestOfTheConnectionSaysWhatIsWrongAndHowToMendIt(t *testing.T) {
	t.Parallel()
	d := newDovecot(t, "")
	h := newHouse(t, t.TempDir(), app.Config{})
	d.deliver(1)
	found, err := h.Desk.TryMailbox(t.Context(), keeper, d.form("INBOX"))
	if err != nil || len(found) != 1 || found[0].Mails != 1 || found[0].Unseen != 1 {
		t.Fatalf("found %+v, %v", found, err)
	}
	if n := h.contents()["No. 1"]; n != 0 || d.unseen("INBOX") != 1 {
		t.Error("a test took or marked the mail")
	}
	_, tlsPort, _ := net.SplitHostPort(d.tls)
	for _, c := range []struct {
		name   string
		change func(*desk.MailboxForm)
		ja, en string
	}{
		{"wrong password", func(f *desk.MailboxForm) { f.Password = "wrong" }, "サインインを拒否しました", "refuses the sign-in"},
		{"no such folder", func(f *desk.MailboxForm) { f.Folders = []string{"問い合わせ"} }, "フォルダー「問い合わせ」がありません", "no folder “問い合わせ”"},
		{"no server", func(f *desk.MailboxForm) { f.Port = atoi(ports(t, 1)[0]) }, "ポート番号を確認", "check the port"},
		{"TLS where there is none", func(f *desk.MailboxForm) { f.Security = desk.SecurityTLS }, "最初から TLS で保護されていません", "does not begin with TLS"},
		{"a certificate of nobody", func(f *desk.MailboxForm) { f.Security, f.Port = desk.SecurityTLS, atoi(tlsPort) }, "発行元を確認できません", "issuer of the server's certificate"},
		{"no token", func(f *desk.MailboxForm) {
			f.Way, f.Consent = desk.WayOAuth, store.Consent{Provider: "google", ClientID: "x"}
		}, "OAuth 2 でのサインイン（OAUTHBEARER・XOAUTH2）に対応していません", "does not take OAuth 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := d.form("INBOX")
			c.change(&f)
			_, err := h.Desk.TryMailbox(t.Context(), keeper, f)
			if text := fault.Public(err); !strings.Contains(text.JA, c.ja) || !strings.Contains(text.EN, c.en) {
				t.Errorf("it says %q / %q", text.JA, text.EN)
			}
		})
	}
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
