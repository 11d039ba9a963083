package desk

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// Site is what this installation says of itself; an administrator edits it.
type Site struct {
	Name        fault.Text // of the desk, as mails are sent in its name
	Prefix      string     // of case numbers, such as CS
	Mail        string     // the desk's own address (`mail.address-at-onboarding`)
	Signature   fault.Text // ends a reply of who has none of their own; empty: the contract's
	Phone       string     // told to customers (`phone.number-at-onboarding`); may be empty
	Dashboard   string     // address of the status dashboard; may be empty
	LeadMinutes int        // how much business time is left of a target when people are warned; 0: the usual
	ReplyIdle   int        // minutes without a word after which the lock of a reply lapses; 0: [DefaultReplyIdle]
	CloseAfter  int        // days after which a resolved case is closed; 0: it stays resolved
	Web         string     // where customers' browsers reach this desk, such as https://desk.example.jp; empty: no links are sent
}

const (
	SettingSite = "site" // its name among the records
	settingKey  = "mail-token-key"
)

// Site returns the settings in force.
func (d *Desk) Site() Site {
	var s Site
	if have := d.site.Load(); have != nil {
		s = *have
	}
	if s.Name == (fault.Text{}) {
		// Nobody has named the desk yet: it has the name in its contract.
		if con, err := d.contracts.InForce(d.defaultContract, d.now()); err == nil {
			s.Name = fault.Text(con.Desk())
		}
	}
	return s
}

// loadSite reads the settings; a new installation has the prefix CS and an
// address on this machine only.
func (d *Desk) loadSite(ctx context.Context) error {
	raw, err := d.store.Setting(ctx, SettingSite)
	if fault.Is(err, fault.NotFound) {
		d.site.Store(&Site{Prefix: "CS", Mail: "support@localhost"})
		return nil
	}
	if err != nil {
		return err
	}
	var s Site
	if err := json.Unmarshal([]byte(raw), &s); err != nil {
		return err
	}
	d.site.Store(&s)
	return nil
}

var prefixForm = regexp.MustCompile(`^[A-Z][A-Z0-9]{0,7}$`)

// SetSite changes the settings. Only an administrator may.
func (d *Desk) SetSite(ctx context.Context, who Viewer, s Site) error {
	if err := who.May(ManageSite); err != nil {
		return err
	}
	s.Mail, s.Phone, s.Dashboard, s.Prefix = strings.ToLower(strings.TrimSpace(s.Mail)), strings.TrimSpace(s.Phone), strings.TrimSpace(s.Dashboard), strings.TrimSpace(s.Prefix)
	if a, err := mail.ParseAddress(s.Mail); err != nil || a.Address != s.Mail {
		return fault.New(fault.Invalid, "窓口のメールアドレスを support@example.jp の形で入力してください。", "Please give the desk's mail address in the form support@example.com.").At("mail")
	}
	if !prefixForm.MatchString(s.Prefix) {
		return fault.New(fault.Invalid, "ケース番号の接頭辞は、英大文字で始まる 8 文字以内の英大文字と数字で入力してください。", "The prefix must start with a capital letter and have at most 8 capital letters and digits.").At("prefix")
	}
	if s.Name.JA == "" || s.Name.EN == "" {
		return fault.New(fault.Invalid, "窓口の名称を日本語と英語で入力してください。", "Please give the desk's name in Japanese and English.").At("name")
	}
	if s.Dashboard != "" && !strings.HasPrefix(s.Dashboard, "https://") && !strings.HasPrefix(s.Dashboard, "http://") {
		return fault.New(fault.Invalid, "ステータスダッシュボードの URL は https:// から入力してください。", "The status dashboard's address must start with https://.").At("dashboard")
	}
	if s.Web = strings.TrimRight(strings.TrimSpace(s.Web), "/"); s.Web != "" {
		u, err := url.Parse(s.Web)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
			return fault.New(fault.Invalid, "窓口の Web アドレスは https://desk.example.jp の形で入力してください。", "Please give the desk's web address in the form https://desk.example.com.").At("web")
		}
	}
	if s.LeadMinutes < 0 || time.Duration(s.LeadMinutes)*time.Minute > LeadMost {
		return fault.New(fault.Invalid, "期限が近いことを知らせる時間は、0 分から 960 分の間で入力してください。", "Please give the warning time in minutes, from 0 to 960.").At("lead")
	}
	if s.ReplyIdle < 0 || s.ReplyIdle > 24*60 {
		return fault.New(fault.Invalid, "返信の専有が解けるまでの時間を、1～1440 分で入力してください。", "Please give 1 to 1440 minutes after which a reply is no longer held.").At("reply_idle")
	}
	if s.CloseAfter < 0 || s.CloseAfter > 3650 {
		return fault.New(fault.Invalid, "終了までの日数は 0～3650 で入力してください。", "The number of days must be from 0 to 3650.").At("close_after")
	}
	signature, err := checkSignature(s.Signature)
	if err != nil {
		return err
	}
	s.Signature = signature
	before := d.Site().lead()
	if err := d.putSite(ctx, who, s); err != nil || s.lead() == before {
		return err
	}
	if err := d.store.Write(ctx, func(tx *store.Tx) error { return tx.DropWarnings() }); err != nil {
		return err
	}
	_, err = d.SetMissingWarnings(ctx)
	return err
}

func (d *Desk) putSite(ctx context.Context, who Viewer, s Site) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutSetting(SettingSite, string(raw)); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "site.changed", "", string(raw)))
	})
	if err == nil {
		d.site.Store(&s)
		d.live.Publish("")
	}
	return err
}

// tokenKey returns the installation's key of the mail tokens, made at the
// first start.
func (d *Desk) tokenKey(ctx context.Context) ([]byte, error) {
	raw, err := d.store.Setting(ctx, settingKey)
	if err == nil {
		return base64.StdEncoding.DecodeString(raw)
	}
	if !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		raw, err := tx.Setting(settingKey)
		if err == nil { // another node was quicker
			key, err = base64.StdEncoding.DecodeString(raw)
			return err
		}
		return tx.PutSetting(settingKey, base64.StdEncoding.EncodeToString(key))
	})
	return key, err
}

func (d *Desk) audit(who Viewer, act, subject, detail string) store.Audit {
	return store.Audit{ID: newID(), At: d.now(), Actor: cmp.Or(who.ID, "system"), Act: act, Subject: subject, Detail: detail}
}
