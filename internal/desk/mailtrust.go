package desk

import (
	"context"
	"encoding/json"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// MailTrust is what an administrator says about the mail servers around the
// desk: whom it believes about a sender, and what it publishes of itself.
type MailTrust struct {
	// AuthservIDs are the names under which our own servers write
	// Authentication-Results (RFC 8601 2.5). They are believed only in mail that
	// those servers handed on: from a mailbox, by LMTP, or from an address of Fronts.
	AuthservIDs []string
	// Fronts are addresses or networks of our own servers in front of the desk;
	// loopback and private addresses always count.
	Fronts []string
	// Sends are the SPF mechanisms of what sends our mail, such as
	// "include:_spf.relay.example" or "ip4:192.0.2.10" (RFC 7208 5).
	Sends []string
	// Receives is the host that takes our mail from outside; empty when the
	// domain's mail goes elsewhere and the desk fetches it.
	Receives string
}

const settingMailTrust = "mail-trust"

// MailTrust returns the settings in force.
func (d *Desk) MailTrust() MailTrust {
	if t := d.mailTrust.Load(); t != nil {
		return *t
	}
	return MailTrust{}
}

func (d *Desk) loadMailTrust(ctx context.Context) error {
	raw, err := d.store.Setting(ctx, settingMailTrust)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	var t MailTrust
	if err := json.Unmarshal([]byte(raw), &t); err != nil {
		return err
	}
	d.mailTrust.Store(&t)
	return nil
}

// SetMailTrust changes them. Only an administrator may.
func (d *Desk) SetMailTrust(ctx context.Context, who Viewer, t MailTrust) error {
	if err := who.May(ManageMail); err != nil {
		return err
	}
	if err := t.check(); err != nil {
		return err
	}
	raw, err := json.Marshal(t)
	if err != nil {
		return err
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutSetting(settingMailTrust, string(raw)); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "mail-trust.changed", "", string(raw)))
	})
	if err == nil {
		d.mailTrust.Store(&t)
	}
	return err
}

var (
	hostForm      = regexp.MustCompile(`^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$`)
	mechanismForm = regexp.MustCompile(`^(mx|a|(include|a|mx|exists|redirect):[a-zA-Z0-9._%{}/-]+|ip4:[0-9./]+|ip6:[0-9a-fA-F:./]+)$`)
)

func (t *MailTrust) check() error {
	t.AuthservIDs, t.Fronts, t.Sends = tidy(t.AuthservIDs), tidy(t.Fronts), tidy(t.Sends)
	t.Receives = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(t.Receives)), ".")
	for _, id := range t.AuthservIDs {
		if strings.ContainsAny(id, "\";()<>") {
			return fault.New(fault.Invalid, "認証サービスの識別名（authserv-id）「"+id+"」に使えない文字があります。mx.example.jp のような名前を 1 行に 1 つ入力してください。",
				"The authserv-id "+id+" has characters that none can have. Give one name such as mx.example.com on each line.").At("authserv")
		}
	}
	for _, f := range t.Fronts {
		_, err := netip.ParseAddr(f)
		if _, perr := netip.ParsePrefix(f); err != nil && perr != nil {
			return fault.New(fault.Invalid, "前段のサーバー「"+f+"」は、192.0.2.10 または 192.0.2.0/24 の形で入力してください。",
				"Give the server in front as 192.0.2.10 or 192.0.2.0/24, not "+f+".").At("fronts")
		}
	}
	for _, m := range t.Sends {
		if !mechanismForm.MatchString(m) {
			return fault.New(fault.Invalid, "送信元「"+m+"」は、include:_spf.example.jp、ip4:192.0.2.10、a:mail.example.jp、mx のいずれかの形で入力してください。",
				"Give what sends as include:_spf.example.com, ip4:192.0.2.10, a:mail.example.com or mx, not "+m+".").At("sends")
		}
	}
	if t.Receives != "" && !hostForm.MatchString(t.Receives) {
		return fault.New(fault.Invalid, "受信サーバーの名前は mail.example.jp の形で入力してください。", "Give the receiving server's name in the form mail.example.com.").At("receives")
	}
	return nil
}

// tidy drops blanks, empty entries and repetitions.
func tidy(list []string) []string {
	var out []string
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// sends is what the domain's SPF record must let through; "mx", the hosts
// that receive, when nobody has said what sends.
func (t MailTrust) sends() []string {
	if len(t.Sends) == 0 {
		return []string{"mx"}
	}
	return t.Sends
}
