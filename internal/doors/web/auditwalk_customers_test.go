package web

import (
	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/contract"
)

// client is a customer with one person.
func (w *walk) client() (store.Organization, store.Contact) {
	w.t.Helper()
	o := w.customer(w.name("青葉商事"), w.name("aoba")+".example", "yamada", "ogawa")
	people, _, err := w.desk.Contacts(w.ctx, w.admin, store.ContactQuery{Organization: o.ID})
	w.must(err)
	return o, people[0]
}

// joined are two entries of one person; merged, the first became the second.
func (w *walk) joined(merged bool) (from, into store.Contact) {
	w.t.Helper()
	o, _ := w.client()
	people, _, err := w.desk.Contacts(w.ctx, w.admin, store.ContactQuery{Organization: o.ID})
	w.must(err)
	if merged {
		_, err = w.desk.MergeContacts(w.ctx, w.admin, people[1].ID, people[0].ID)
		w.must(err)
	}
	return people[1], people[0]
}

// importOf is a file of people that waits to be taken in, or was.
func (w *walk) importOf(taken bool) string {
	w.t.Helper()
	o, _ := w.client()
	n := w.name("suzuki")
	b := w.signedIn("sato@desk.example")
	page := b.upload("/imports", "people.csv", "会社名,氏名,アドレス\n"+o.NameJA+",鈴木,"+n+"@"+o.Domains[0]+"\n", "kind", "contacts").header.Get("Location")
	if taken {
		b.post(page + "/apply")
		w.must(w.desk.ContinueImports(w.ctx))
	}
	return page[len("/imports/"):]
}

var customerDeeds = deeds{
	"POST /customers": {"organization.added amendment.added", func(*walk) ask {
		// Support Plus is agreed with this customer alone: an amendment, with its own line.
		return ask{of: "みどり商会", form: []string{"name", "みどり商会", "name_en", "Midori", "region", "domestic", "contract", "hennge-one", "language", "ja", "plus", "yes"}}
	}},
	"POST /customers/{id}": {"organization.changed", func(w *walk) ask {
		o, _ := w.client()
		return ask{ids: []string{o.ID}, of: o.ID, form: []string{"name", o.NameJA, "language", "en"}}
	}},
	"POST /customers/{id}/contacts": {"contact.added", func(w *walk) ask {
		o, _ := w.client()
		return ask{ids: []string{o.ID}, of: "tanaka@new.example", form: []string{"name", "田中", "addresses", "tanaka@new.example", "language", "ja"}}
	}},
	"POST /contacts/{id}": {"contact.changed", func(w *walk) ask {
		_, c := w.client()
		return ask{ids: []string{c.ID}, of: c.ID, form: []string{"name", "山田 健一", "addr-0", c.MainAddress().Addr, "language", "ja"}}
	}},
	"POST /contacts/{id}/merge": {"contact.merged", func(w *walk) ask {
		from, into := w.joined(false)
		return ask{ids: []string{into.ID}, of: from.Name + " → " + into.Name, form: []string{"from", from.ID}}
	}},
	"POST /contacts/{id}/unmerge": {"contact.unmerged", func(w *walk) ask {
		from, into := w.joined(true)
		return ask{ids: []string{from.ID}, of: into.ID}
	}},
	"POST /customers/{id}/amendments": {"amendment.added", func(w *walk) ask {
		o, _ := w.client()
		return ask{ids: []string{o.ID}, of: o.ID, form: []string{"act", "add", "name", "覚書", "region", "overseas"}}
	}},
	"POST /customers/{id}/amendments/{amendment}/end": {"amendment.ended", func(w *walk) ask {
		o, _ := w.client()
		a, err := w.desk.AddAmendment(w.ctx, w.admin, desk.AmendmentCommand{Organization: o.ID, Parts: contract.AmendmentParts{Name: contract.Text{JA: "覚書", EN: "Memorandum"}, Region: "overseas"}})
		w.must(err)
		return ask{ids: []string{o.ID, a.Amendment.ID()}, of: o.ID, form: []string{"last", "2026-12-31"}}
	}},
	"POST /customers/{id}/letter": {"letter.paper", func(w *walk) ask {
		o, c := w.client()
		o.DeskPhone = "03-0000-0100"
		_, err := w.desk.PutOrganization(w.ctx, w.admin, o)
		w.must(err)
		l, err := w.desk.LetterPreview(w.ctx, w.admin, o.ID, "ja", "")
		w.must(err)
		return ask{ids: []string{o.ID}, of: l.Phone, form: []string{"contacts", c.ID, "language", "ja", "way", desk.LetterPaper, "phone", l.Phone, "mail", l.Mail}}
	}},
	"POST /imports": {"import.uploaded", func(w *walk) ask {
		o, _ := w.client()
		return ask{of: "contacts people.csv: 1 rows", form: []string{"kind", "contacts"}, file: "会社名,氏名,アドレス\n" + o.NameJA + ",鈴木,suzuki@suzuki.example\n"}
	}},
	"POST /imports/{id}/drop":  {"import.dropped", func(w *walk) ask { id := w.importOf(false); return ask{ids: []string{id}, of: id} }},
	"POST /imports/{id}/apply": {"import.begun", func(w *walk) ask { id := w.importOf(false); return ask{ids: []string{id}, of: id} }},
	"POST /imports/{id}/undo":  {"import.undone", func(w *walk) ask { id := w.importOf(true); return ask{ids: []string{id}, of: id} }},
}

// demand asks to erase a person’s data, as Watanabe.
func (w *walk) demand() store.ErasureRecord {
	w.t.Helper()
	_, c := w.client()
	e, err := w.desk.AskErasure(w.ctx, w.watanabe(), desk.ErasureCommand{Kind: desk.ErasePerson, Subject: c.ID, Basis: desk.ErasureBases[0], Reason: "受付票 12"})
	w.must(err)
	return e
}

var personalDataDeeds = deeds{
	"POST /contacts/{id}/export": {"contact.exported", func(w *walk) ask { _, c := w.client(); return ask{ids: []string{c.ID}, of: c.ID} }},
	"POST /contacts/{id}/erase": {"erasure.asked", func(w *walk) ask {
		_, c := w.client()
		return ask{ids: []string{c.ID}, of: c.ID, form: []string{"basis", desk.ErasureBases[0], "reason", "受付票 12"}, by: "watanabe@desk.example"}
	}},
	"POST /customers/{id}/erase": {"erasure.asked", func(w *walk) ask {
		o, _ := w.client()
		return ask{ids: []string{o.ID}, of: o.ID, form: []string{"basis", desk.ErasureBases[0], "reason", "契約の終了"}}
	}},
	"POST /erasures/{id}": {"erasure.done", func(w *walk) ask {
		e := w.demand()
		return ask{ids: []string{e.ID}, of: e.Subject, form: []string{"do", "erase"}}
	}},
	"POST /erasures/{id} declined": {"erasure.declined", func(w *walk) ask { e := w.demand(); return ask{ids: []string{e.ID}, of: e.Subject} }},
	"POST /retention":              {"retention.changed", func(*walk) ask { return ask{of: "365 days", form: []string{"days", "365"}} }},
	"POST /retention/exceptions": {"retention.held", func(w *walk) ask {
		o, _ := w.client()
		return ask{of: o.ID, form: []string{"customer", o.NameJA, "how", "hold", "reason", "訴訟のため"}}
	}},
	"POST /retention/exceptions longer": {"retention.excepted", func(w *walk) ask {
		o, _ := w.client()
		return ask{of: o.ID, form: []string{"customer", o.NameJA, "how", "days", "days_of", "3650", "reason", "契約による"}}
	}},
	"POST /retention/exceptions/{id}/end": {"retention.released", func(w *walk) ask {
		o, _ := w.client()
		w.must(w.desk.ExceptRetention(w.ctx, w.admin, o.NameJA, store.Retention{Hold: true, Reason: "訴訟のため"}))
		return ask{ids: []string{o.ID}, of: o.ID}
	}},
}
