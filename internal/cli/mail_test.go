package cli

import (
	"testing"

	"madoguchi/internal/app"
	"madoguchi/internal/doors/imapin"
	"madoguchi/terms/fault"
)

func TestAMailboxIsReadFromItsAddress(t *testing.T) {
	for _, c := range []struct {
		url, addr, user, folder string
		security                imapin.Security
	}{
		{"imaps://support%40desk.example@imap.example", "imap.example:993", "support@desk.example", "", imapin.TLS},
		{"imap://desk@imap.example/Support", "imap.example:143", "desk", "Support", imapin.StartTLS},
		{"imap+plain://desk@127.0.0.1:2143", "127.0.0.1:2143", "desk", "", imapin.Plain},
	} {
		var cfg app.Config
		if err := (mailFlags{IMAP: []string{c.url}, IMAPPassword: "x"}).apply(&cfg); err != nil {
			t.Fatalf("%s: %v", c.url, err)
		}
		m := cfg.Mailboxes[0]
		if m.Addr != c.addr || m.Username != c.user || m.Mailbox != c.folder || m.Security != c.security {
			t.Errorf("%s: %+v", c.url, m)
		}
	}
	for name, f := range map[string]mailFlags{
		"no scheme": {IMAP: []string{"imap.example:993"}}, "no user": {IMAP: []string{"imaps://imap.example"}}, "half a certificate": {MailCert: "cert.pem"},
		"missing files": {MailCert: "no/cert.pem", MailKey: "no/key.pem"},
	} {
		if err := f.apply(&app.Config{}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var none app.Config
	if err := (mailFlags{}).apply(&none); err != nil || none.MailTLS != nil || none.Mailboxes != nil {
		t.Errorf("without flags: %+v, %v", none, err)
	}
}
