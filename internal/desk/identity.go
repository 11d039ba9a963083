package desk

import (
	"cmp"
	"context"
	"net/mail"
	"slices"
	"strings"
	"sync"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// The ways by which mail goes out.
const (
	WayFixed  = "fixed"  // by the relay given when the desk was started
	WayRelay  = "relay"  // by a relay of the sender's own
	WayDirect = "direct" // to the hosts of each receiver's domain
)

// SenderForm is a sender as an administrator writes it. An empty password
// keeps the one that is there.
type SenderForm struct {
	store.Sender
	Password string
}

// TrySender gives one mail to a sender's way at once. said is the words of the
// server that took it; the error says what failed and how to mend it.
type TrySender func(ctx context.Context, s store.Sender, password, from, to string, raw []byte) (said string, err error)

// senders is what the desk keeps of them in memory.
type senders struct {
	mu   sync.RWMutex
	list []store.Sender
	of   map[string]string // sender by organization
}

func (d *Desk) loadSenders(ctx context.Context) error {
	list, err := d.store.ListSenders(ctx)
	if err != nil {
		return err
	}
	of, err := d.store.OrganizationSenders(ctx)
	if err != nil {
		return err
	}
	d.senders.mu.Lock()
	defer d.senders.mu.Unlock()
	d.senders.list, d.senders.of = list, of
	return nil
}

// SenderByID returns a sender for the door that sends; ok is false for one
// that was removed, and for the empty id.
func (d *Desk) SenderByID(id string) (s store.Sender, ok bool) {
	d.senders.mu.RLock()
	defer d.senders.mu.RUnlock()
	i := slices.IndexFunc(d.senders.list, func(s store.Sender) bool { return s.ID == id })
	if id == "" || i < 0 {
		return store.Sender{}, false
	}
	return d.senders.list[i], true
}

// UsualSender is the one for what no other is named.
func (d *Desk) UsualSender() (store.Sender, bool) {
	d.senders.mu.RLock()
	defer d.senders.mu.RUnlock()
	for _, s := range d.senders.list {
		if s.Usual {
			return s, true
		}
	}
	return store.Sender{}, false
}

// identity is as whom a case's mail goes out.
type identity struct {
	from    cases.Address
	replyTo cases.Address // with the case's token
	via     string
}

// identityOf chooses the sender of a case: its organization's, else that of
// the mailbox that it came to, else the usual one, else the desk itself.
// Answers come back to an address that the desk takes mail for.
func (d *Desk) identityOf(tx *store.Tx, c *cases.Case, past []cases.Event) (identity, error) {
	site := d.Site()
	box, err := d.cameTo(tx, past)
	if err != nil {
		return identity{}, err
	}
	d.senders.mu.RLock()
	id := cmp.Or(d.senders.of[c.Organization], box.Sender)
	d.senders.mu.RUnlock()
	s, ok := d.SenderByID(id)
	if !ok {
		s, ok = d.UsualSender()
	}
	out := identity{from: cases.Address{Name: site.Name.In(c.Language), Addr: cmp.Or(box.Address, site.Mail)}}
	back := cmp.Or(box.Address, site.Mail)
	if ok {
		out.from, out.via = cases.Address{Name: s.Name(c.Language), Addr: s.Address}, s.ID
		back = cmp.Or(s.ReplyTo, back)
	}
	local, domain, _ := cutAddress(back)
	out.replyTo = cases.Address{Name: out.from.Name, Addr: d.tokens.Address(local, domain, d.number(c))}
	return out, nil
}

// cameTo is the mailbox to which a case's first mail came; the zero one when
// it came to none.
func (d *Desk) cameTo(tx *store.Tx, past []cases.Event) (store.Mailbox, error) {
	if len(d.mailboxAddresses()) == 0 {
		return store.Mailbox{}, nil
	}
	for _, e := range past {
		m, ok := e.Data.(cases.MessageReceived)
		if !ok || m.Source == "" {
			continue
		}
		to, err := tx.InboundTo(m.Source)
		if fault.Is(err, fault.NotFound) {
			return store.Mailbox{}, nil
		}
		if err != nil {
			return store.Mailbox{}, err
		}
		box, _ := d.mailboxFor(to)
		return box, nil
	}
	return store.Mailbox{}, nil
}

// hasWay reports whether mail of no sender has a way.
func (d *Desk) hasWay() bool {
	_, usual := d.UsualSender()
	return !d.noRelay || usual
}

// Relayed reports whether a relay was given at the start.
func (d *Desk) Relayed() bool { return !d.noRelay }

// Senders lists them for an administrator.
func (d *Desk) Senders(ctx context.Context, who Viewer) ([]store.Sender, error) {
	if err := who.May(ManageMail); err != nil {
		return nil, err
	}
	return d.store.ListSenders(ctx)
}

// Sender returns one, for an administrator.
func (d *Desk) Sender(ctx context.Context, who Viewer, id string) (store.Sender, error) {
	if err := who.May(ManageMail); err != nil {
		return store.Sender{}, err
	}
	return d.store.Sender(ctx, id)
}

// PutSender adds a sender, or changes it; the next mail goes out by it. The
// first one becomes the usual one. Only an administrator may.
func (d *Desk) PutSender(ctx context.Context, who Viewer, f SenderForm) (store.Sender, error) {
	if err := who.May(ManageMail); err != nil {
		return store.Sender{}, err
	}
	if err := d.checkSender(&f); err != nil {
		return store.Sender{}, err
	}
	act := "sender.changed"
	if f.ID == "" {
		f.ID, f.Created, act = newID(), d.now(), "sender.added"
	}
	f.Updated = d.now()
	if _, any := d.UsualSender(); !any {
		f.Usual = true
	}
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		old, err := tx.Sender(f.ID)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		f.Secret = old.Secret
		f.Usual = f.Usual || old.Usual // another one must take its place
		switch {
		case f.Way != WayRelay || f.Username == "":
			f.Secret = ""
		case f.Password != "":
			if f.Secret, err = d.sealSender(f.Password); err != nil {
				return err
			}
		case f.Secret == "":
			return fault.New(fault.Invalid, "パスワードを入力してください。", "Please give the password.").At("password")
		}
		if err := tx.PutSender(f.Sender); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, act, f.ID, f.Address+" "+f.Way+" "+f.Host))
	})
	if err != nil {
		return store.Sender{}, err
	}
	return f.Sender, d.sendersChanged(ctx)
}

// RemoveSender forgets a sender. Mail that waits for it goes the usual way.
// The usual one can be removed only as the last.
func (d *Desk) RemoveSender(ctx context.Context, who Viewer, id string) error {
	if err := who.May(ManageMail); err != nil {
		return err
	}
	s, err := d.store.Sender(ctx, id)
	if err != nil {
		return err
	}
	d.senders.mu.RLock()
	others := len(d.senders.list) > 1
	d.senders.mu.RUnlock()
	if s.Usual && others {
		return fault.New(fault.Conflict, "通常使う送信者は削除できません。先に、ほかの送信者を「通常使う」にしてください。", "The usual sender cannot be removed. Please make another one the usual one first.")
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.DropSender(id); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "sender.removed", id, s.Address))
	})
	if err != nil {
		return err
	}
	if err := d.loadMailboxes(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	return d.sendersChanged(ctx)
}

// SetOrganizationSender names the sender that writes to an organization;
// empty: the usual one.
func (d *Desk) SetOrganizationSender(ctx context.Context, who Viewer, organization, sender string) error {
	if err := who.May(ManageMail); err != nil {
		return err
	}
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Organization(organization); err != nil {
			return err
		}
		if sender != "" {
			if _, err := tx.Sender(sender); err != nil {
				return err
			}
		}
		if err := tx.PutOrganizationSender(organization, sender); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "sender.organization", organization, sender))
	})
	if err != nil {
		return err
	}
	return d.sendersChanged(ctx)
}

// OrganizationSender is the sender named for an organization; empty: none.
func (d *Desk) OrganizationSender(organization string) string {
	d.senders.mu.RLock()
	defer d.senders.mu.RUnlock()
	return d.senders.of[organization]
}

func (d *Desk) sendersChanged(ctx context.Context) error {
	if err := d.loadSenders(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	wake(d.outgoing) // what waited for a way may have one now
	return nil
}

const purposeSender = "sender"

func (d *Desk) sealSender(password string) (string, error) {
	if d.secrets == nil {
		return "", fault.New(fault.Unavailable, "鍵ファイルがないため、パスワードを保存できません。", "There is no key file, so no password can be kept.")
	}
	return d.secrets.Seal(purposeSender, []byte(password))
}

// SenderPassword opens a sender's password, for the door that signs in.
func (d *Desk) SenderPassword(s store.Sender) (string, error) {
	if s.Secret == "" || d.secrets == nil {
		return "", nil
	}
	plain, err := d.secrets.Open(purposeSender, s.Secret)
	return string(plain), err
}

func (d *Desk) checkSender(f *SenderForm) error {
	f.NameJA, f.NameEN, f.Host, f.Username = strings.TrimSpace(f.NameJA), strings.TrimSpace(f.NameEN), strings.ToLower(strings.TrimSpace(f.Host)), strings.TrimSpace(f.Username)
	f.Address, f.ReplyTo = strings.ToLower(strings.TrimSpace(f.Address)), strings.ToLower(strings.TrimSpace(f.ReplyTo))
	if f.NameJA == "" || f.NameEN == "" {
		return fault.New(fault.Invalid, "差出人名を日本語と英語で入力してください。", "Please give the sender's name in Japanese and English.").At("name_ja")
	}
	if a, err := mail.ParseAddress(f.Address); err != nil || a.Address != f.Address {
		return fault.New(fault.Invalid, "差出人アドレスを support@example.jp の形で入力してください。", "Please give the sender's address in the form support@example.com.").At("address")
	}
	if f.ReplyTo != "" && !d.Recipient(f.ReplyTo) {
		return fault.New(fault.Invalid, "返信先には、この窓口が受信するアドレス（窓口のアドレス、またはメールボックスのアドレス）を入力してください。", "Answers must come back to an address that the desk takes mail for: its own, or that of a mailbox.").At("reply_to")
	}
	switch f.Way {
	case WayFixed:
		f.Host, f.Port, f.Security, f.Username = "", 0, "", ""
		if d.noRelay {
			return fault.New(fault.Invalid, "この窓口の起動時に中継サーバー（--relay）が指定されていません。別の送信方法を選んでください。", "No relay was given when the desk was started (--relay). Please choose another way.").At("way")
		}
		return nil
	case WayDirect:
		f.Host, f.Port, f.Security, f.Username = "", 0, "", ""
		return nil
	case WayRelay:
	default:
		return fault.New(fault.Invalid, "送信の方法を選んでください。", "Please choose how mail is sent.").At("way")
	}
	if f.Host == "" || strings.ContainsAny(f.Host, " /:@") && !strings.HasPrefix(f.Host, "[") {
		return fault.New(fault.Invalid, "中継サーバーの名前を smtp.example.jp の形で入力してください。", "Please give the relay's name in the form smtp.example.com.").At("host")
	}
	if f.Port < 1 || f.Port > 65535 {
		return fault.New(fault.Invalid, "ポート番号を 1 から 65535 の数字で入力してください（通常は 587）。", "Please give the port as a number from 1 to 65535, usually 587.").At("port")
	}
	if !slices.Contains([]string{SecurityTLS, SecurityStartTLS, SecurityNone}, f.Security) {
		return fault.New(fault.Invalid, "接続の保護を選んでください。", "Please choose how the connection is protected.").At("security")
	}
	if f.Security == SecurityNone && f.Username != "" && f.Host != "localhost" && f.Host != "127.0.0.1" && f.Host != "[::1]" {
		return fault.New(fault.Invalid, "保護しない接続ではパスワードを送信できません。TLS か STARTTLS を選んでください。", "A password is not sent over a connection without protection. Please choose TLS or STARTTLS.").At("security")
	}
	return nil
}
