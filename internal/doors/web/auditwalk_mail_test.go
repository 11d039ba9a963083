package web

import (
	"madoguchi/internal/desk"
	"madoguchi/internal/mailauth"
	"madoguchi/internal/records/store"
)

func (w *walk) mailbox() store.Mailbox {
	w.t.Helper()
	m, err := w.desk.PutMailbox(w.ctx, w.admin, desk.MailboxForm{Password: "h1dden-words", Mailbox: store.Mailbox{
		Name: "窓口", Address: w.name("box") + "@desk.example", Host: "imap.example.jp", Port: 993, Security: "tls", Username: "box", Way: "password", Folders: []string{"INBOX"},
	}})
	w.must(err)
	return m
}

func (w *walk) sender() store.Sender {
	w.t.Helper()
	s, err := w.desk.PutSender(w.ctx, w.admin, desk.SenderForm{Sender: store.Sender{
		NameJA: "窓口", NameEN: "Desk", Address: w.name("by") + "@brand.example", Way: desk.WayDirect,
	}})
	w.must(err)
	return s
}

func (w *walk) dkim(used bool) desk.DKIMKey {
	w.t.Helper()
	k, err := w.desk.MakeDKIMKey(w.ctx, w.admin, mailauth.Ed25519, "")
	w.must(err)
	if used {
		w.must(w.desk.UseDKIMKey(w.ctx, w.admin, k.Selector, true))
	}
	return k
}

func ofKey(k desk.DKIMKey, form ...string) ask {
	return ask{ids: []string{k.Selector}, of: k.Selector, form: form}
}

var mailDeeds = deeds{
	"POST /mailboxes": {"mailbox.added", func(*walk) ask { return ask{of: "support-en@desk.example", form: box()} }},
	"POST /mailboxes/{id}": {"mailbox.changed", func(w *walk) ask {
		m := w.mailbox()
		return ask{ids: []string{m.ID}, of: m.ID, form: box("address", m.Address, "host", "mail.example.jp")}
	}},
	"POST /mailboxes/{id}/pause": {"mailbox.paused", func(w *walk) ask {
		m := w.mailbox()
		return ask{ids: []string{m.ID}, of: m.Address, form: []string{"paused", "yes"}}
	}},
	"POST /mailboxes/{id}/remove": {"mailbox.removed", func(w *walk) ask { m := w.mailbox(); return ask{ids: []string{m.ID}, of: m.Address} }},
	"POST /senders":               {"sender.added", func(*walk) ask { return ask{of: "help@brand.example", form: by()} }},
	"POST /senders/test":          {"sender.tested", func(*walk) ask { return ask{of: "help@brand.example → sato@desk.example", form: by()} }},
	"POST /senders/{id}": {"sender.changed", func(w *walk) ask {
		s := w.sender()
		return ask{ids: []string{s.ID}, of: s.ID, form: by("address", s.Address)}
	}},
	"POST /senders/{id}/remove": {"sender.removed", func(w *walk) ask {
		w.sender() // the first is the usual one and stays
		s := w.sender()
		return ask{ids: []string{s.ID}, of: s.Address}
	}},
	"POST /customers/{id}/sender": {"sender.organization", func(w *walk) ask {
		s, o := w.sender(), w.customer(w.name("赤坂商事"), w.name("akasaka")+".example")
		return ask{ids: []string{o.ID}, of: o.ID + " " + s.ID, form: []string{"sender", s.ID}}
	}},
	"POST /mail-texts/test": {"mailtext.tested", func(*walk) ask { return ask{of: "ack.closed", form: []string{"kind", "ack.closed", "lang", "ja"}} }},
	"POST /mail-auth": {"mail-trust.changed", func(*walk) ask {
		return ask{of: "_spf.relay.example", form: []string{"sends", "include:_spf.relay.example", "receives", "mx.desk.example"}}
	}},
	"POST /mail-auth/keys":                   {"dkim.made", func(*walk) ask { return ask{of: "_domainkey", form: []string{"algorithm", mailauth.Ed25519}} }},
	"POST /mail-auth/keys/{selector}/use":    {"dkim.used", func(w *walk) ask { return ofKey(w.dkim(false), "unseen", "yes") }},
	"POST /mail-auth/keys/{selector}/retire": {"dkim.retired", func(w *walk) ask { return ofKey(w.dkim(true)) }},
	"POST /mail-auth/keys/{selector}/drop":   {"dkim.dropped", func(w *walk) ask { return ofKey(w.dkim(false)) }},
}
