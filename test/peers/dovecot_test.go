package peers_test

import (
	"crypto/tls"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// dovecot is a provider with two accounts, desk and other, whose password is s3cret.
type dovecot struct {
	t    *testing.T
	dir  string
	imap string // host:port, with STARTTLS
	tls  string // host:port, TLS from the first byte
	lmtp string
	sasl string // where Postfix asks for passwords, as port of 127.0.0.1
	root *tls.Config
	end  func()
}

// newDovecot starts one; more is added to its configuration.
func newDovecot(t *testing.T, more string) *dovecot {
	t.Helper()
	required(t, "dovecot", "doveadm")
	dir := folder(t)
	p := ports(t, 4)
	d := &dovecot{t: t, dir: dir, imap: "127.0.0.1:" + p[0], tls: "127.0.0.1:" + p[1], lmtp: "127.0.0.1:" + p[2], sasl: p[3], root: identity(t, dir)}
	write(t, filepath.Join(dir, "users"), "desk:{PLAIN}s3cret\nother:{PLAIN}s3cret\n")
	if err := os.MkdirAll(filepath.Join(dir, "mail"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "mail"), 0o777); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "dovecot.conf"), strings.NewReplacer("DIR", dir, "IMAPS", p[1], "IMAP", p[0], "LMTP", p[2], "SASL", p[3]).Replace(`
base_dir = DIR/run
state_dir = DIR/state
log_path = DIR/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <DIR/cert.pem
ssl_key = <DIR/key.pem
disable_plaintext_auth = no
mail_location = maildir:DIR/mail/%u
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
first_valid_gid = 1
postmaster_address = postmaster@provider.example
auth_username_format = %n
auth_failure_delay = 0
passdb {
  driver = passwd-file
  args = DIR/users
}
userdb {
  driver = static
  args = uid=mail gid=mail home=DIR/mail/%u
}
namespace inbox {
  inbox = yes
  separator = /
}
service imap-login {
  inet_listener imap {
    port = IMAP
  }
  inet_listener imaps {
    port = IMAPS
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    port = LMTP
  }
}
service auth {
  inet_listener {
    port = SASL
  }
}
`)+more)
	d.start()
	return d
}

// start runs it, also again after d.end.
func (d *dovecot) start() {
	d.end = run(d.t, d.imap, filepath.Join(d.dir, "log"), exec.Command("dovecot", "-F", "-c", filepath.Join(d.dir, "dovecot.conf")),
		func(c *exec.Cmd) { _ = c.Process.Signal(syscall.SIGTERM) })
}

// more adds to its configuration, for the next start.
func (d *dovecot) more(text string) {
	d.t.Helper()
	f, err := os.OpenFile(filepath.Join(d.dir, "dovecot.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		d.t.Fatal(err)
	}
}

// kick breaks an account's connections, as a provider's restart does.
func (d *dovecot) kick(user string) {
	d.t.Helper()
	if out, err := exec.Command("doveadm", "-c", filepath.Join(d.dir, "dovecot.conf"), "kick", user).CombinedOutput(); err != nil {
		d.t.Fatalf("%v\n%s", err, out)
	}
}

// with opens the account of desk as a mail program does.
func (d *dovecot) with(do func(c *imapclient.Client) error) {
	d.t.Helper()
	c, err := imapclient.DialInsecure(d.imap, nil)
	if err == nil {
		defer c.Close()
		err = c.Login("desk", "s3cret").Wait()
	}
	if err == nil {
		err = do(c)
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// file puts a mail into a folder as of an instant, as moving mail does.
func (d *dovecot) file(c *imapclient.Client, box, raw string, at time.Time) error {
	w := c.Append(box, int64(len(raw)), &imap.AppendOptions{Time: at})
	if _, err := w.Write([]byte(raw)); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	_, err := w.Wait()
	return err
}

// unseen counts what a person would see as unread.
func (d *dovecot) unseen(box string) (n int) {
	d.with(func(c *imapclient.Client) error {
		if _, err := c.Select(box, &imap.SelectOptions{ReadOnly: true}).Wait(); err != nil {
			return err
		}
		found, err := c.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen}}, nil).Wait()
		if err == nil {
			n = len(found.AllUIDs())
		}
		return err
	})
	return n
}

// mail is a customer's mail with a number in its subject.
func mail(n int) string {
	return fmt.Sprintf("From: tanaka@customer.example\r\nTo: support@desk.example\r\nDate: Fri, 20 Nov 2026 16:42:00 +0900\r\nMessage-ID: <m%d@customer.example>\r\n"+
		"Subject: No. %d\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nログインできません（%d）。\r\n", n, n, n)
}
