package cli

import (
	"net"
	"net/url"
	"time"

	"madoguchi/internal/app"
	"madoguchi/internal/doors/imapin"
	"madoguchi/internal/doors/mailout"
	"madoguchi/internal/doors/names"
	"madoguchi/internal/doors/smtpin"
	"madoguchi/internal/mailauth"
	"madoguchi/terms/fault"
)

// mailFlags say how mail comes in, beside the listen addresses.
type mailFlags struct {
	MailCert         string   `type:"existingfile" help:"PEM file with the certificate chain for incoming mail (STARTTLS). Read again when it changes."`
	MailKey          string   `type:"existingfile" help:"PEM file with its key."`
	IMAP             []string `name:"imap" sep:"none" help:"A mailbox with a provider whose mail is the desk's: imaps://user@host, imap://user@host (STARTTLS), with /Folder for another than INBOX. May be given several times, with one password for all; others are added on the screen."`
	IMAPPassword     string   `name:"imap-password" help:"Password of the mailbox."`
	IMAPPasswordFile string   `name:"imap-password-file" type:"existingfile" help:"File that holds the password of the mailbox."`
	DNS              string   `name:"dns" placeholder:"HOST:PORT" help:"Name server that is asked who sent a mail. Without it the machine's own; off: nobody is asked."`
	IMAPBacklog      bool     `name:"imap-backlog" help:"Take also the mail that is in the mailbox already."`
}

// apply says in cfg what the flags say. Without them no STARTTLS is offered
// and no mailbox is watched.
func (f mailFlags) apply(cfg *app.Config) (err error) {
	if cfg.Names, err = f.names(); err != nil {
		return err
	}
	switch {
	case f.MailCert != "" && f.MailKey != "":
		if cfg.MailTLS, err = smtpin.Certificate(f.MailCert, f.MailKey); err != nil {
			return err
		}
	case f.MailCert != "" || f.MailKey != "":
		return fault.New(fault.Invalid, "--mail-cert と --mail-key は両方指定してください。", "give --mail-cert and --mail-key together").At("mail_cert")
	}
	for _, text := range f.IMAP {
		box, err := f.mailbox(text)
		if err != nil {
			return err
		}
		cfg.Mailboxes = append(cfg.Mailboxes, box)
	}
	return nil
}

// names reads who is asked about senders.
func (f mailFlags) names() (mailauth.Resolver, error) {
	switch _, _, err := net.SplitHostPort(f.DNS); {
	case f.DNS == "off":
		return nil, nil //nolint:nilnil // asking nobody is a choice, see app.Config
	case f.DNS != "" && err != nil:
		return nil, fault.Wrap(fault.Invalid, err, "--dns は 192.0.2.53:53 の形、または off で指定してください。", "give --dns as 192.0.2.53:53, or off").At("dns")
	}
	return names.New(names.Config{Server: f.DNS, Now: time.Now}), nil
}

// mailbox reads which mailbox is watched.
func (f mailFlags) mailbox(text string) (imapin.Config, error) {
	u, err := url.Parse(text)
	ways := map[string]struct {
		security imapin.Security
		port     string
	}{"imaps": {imapin.TLS, "993"}, "imap": {imapin.StartTLS, "143"}, "imap+plain": {imapin.Plain, "143"}}
	way, known := ways[schemeOf(u, err)]
	if !known || u.Hostname() == "" || u.User.Username() == "" {
		return imapin.Config{}, fault.New(fault.Invalid,
			"--imap は imaps://user@host または imap://user@host（STARTTLS）の形で指定してください。ユーザー名の @ は %40 と書きます。",
			"give --imap as imaps://user@host or imap://user@host (STARTTLS); an @ in the user name is written %40").At("imap")
	}
	port := u.Port()
	if port == "" {
		port = way.port
	}
	cfg := imapin.Config{Addr: net.JoinHostPort(u.Hostname(), port), Security: way.security, Username: u.User.Username(), Backlog: f.IMAPBacklog}
	if len(u.Path) > 1 {
		cfg.Mailbox = u.Path[1:]
	}
	switch {
	case f.IMAPPasswordFile != "":
		cfg.Password = mailout.PasswordFile(f.IMAPPasswordFile)
	case f.IMAPPassword != "":
		cfg.Password = func() (string, error) { return f.IMAPPassword, nil }
	}
	return cfg, nil
}
