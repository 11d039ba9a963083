package peers_test

import (
	"errors"
	"fmt"
	"net/smtp"
	"strings"
	"testing"

	"madoguchi/internal/app"
	"madoguchi/internal/doors/imapin"
)

// TestTheSameMailByTwoWaysIsOneMessage sends a mail by SMTP that also arrives
// in a mailbox with a provider, and another one under its Message-ID.
func TestTheSameMailByTwoWaysIsOneMessage(t *testing.T) {
	t.Parallel()
	d := newDovecot(t, "")
	h := newHouse(t, t.TempDir(), app.Config{SMTP: "127.0.0.1:0", Mailboxes: []imapin.Config{d.mailbox("INBOX")}})
	submit := func(raw string) {
		t.Helper()
		if err := smtp.SendMail(h.SMTP.String(), nil, "yamada@aoba.example", []string{"support@desk.example"}, []byte(raw)); err != nil {
			t.Fatal(err)
		}
	}
	submit("Received: from one.example by two.example; Fri, 20 Nov 2026 16:42:00 +0900\r\n" + mail(1))
	h.expect(1, 1)
	d.deliver(1) // the provider's copy, with its own trace fields
	eventually(t, "the copy is known for one", func() error {
		if h.duplicates() != 1 {
			return fmt.Errorf("%d copies", h.duplicates())
		}
		return nil
	})
	h.expect(1, 1)
	other := strings.Replace(mail(1), "\r\n\r\n", "\r\n\r\nsomething else\r\n", 1)
	submit(other)
	eventually(t, "another mail under the same Message-ID is kept", func() error {
		if n := h.contents()["No. 1"]; n != 2 {
			return errors.New("it was dropped")
		}
		return nil
	})
}
