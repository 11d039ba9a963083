package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"madoguchi/internal/notation"
	"madoguchi/internal/phonenumber"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// The columns of a file with addresses and numbers, and what each says of them.
type reachColumn struct {
	key, kind string
	verified  bool
}

var (
	mailColumns  = []reachColumn{{"mail.work", "work", true}, {"mail.private", "private", true}, {"mail.shared", "shared", true}, {"mail.unverified", "", false}}
	phoneColumns = []reachColumn{{key: "phone.work", kind: "work"}, {key: "phone.mobile", kind: "mobile"}, {key: "phone.direct", kind: "direct"}, {key: "phone.fax", kind: "fax"}}
)

// planContacts says what rows of people would do.
func (d *Desk) planContacts(ctx context.Context, who Viewer, f *importFile, lines []*importLine, known *importKnown) ([]ImportPlanRow, error) {
	var codes, mails, names []string
	for _, l := range lines {
		if code := l.values["code"]; code != "" {
			codes = append(codes, code)
		}
		own := l.mails()
		mails = append(mails, own...)
		if l.values["code"] == "" && len(own) == 0 {
			names = append(names, l.name())
		}
	}
	// Of everybody: an address has one owner, whoever sees them.
	list, err := d.store.ContactsKnown(ctx, store.Everyone(), codes, mails, names)
	if err != nil {
		return nil, err
	}
	people := peopleKnown{byCode: map[string][]store.Contact{}, byMail: map[string]store.Contact{}, byName: map[string][]store.Contact{}}
	for _, c := range list {
		people.add(c)
	}
	languages, err := d.importLanguages(ctx, who, lines, known)
	if err != nil {
		return nil, err
	}
	out := make([]ImportPlanRow, len(lines))
	for i, l := range lines {
		have, err := d.matchContact(who, l, known, people)
		if err == nil {
			out[i], err = d.planContact(who, f, l, have, known, languages)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// peopleKnown are the people that rows can be about.
type peopleKnown struct {
	byCode, byName map[string][]store.Contact
	byMail         map[string]store.Contact
}

func (p peopleKnown) add(c store.Contact) {
	same := func(h store.Contact) bool { return h.ID == c.ID }
	if c.Code != "" && !slices.ContainsFunc(p.byCode[c.Code], same) {
		p.byCode[c.Code] = append(p.byCode[c.Code], c)
	}
	if at := c.Organization + " " + c.Name; !slices.ContainsFunc(p.byName[at], same) {
		p.byName[at] = append(p.byName[at], c)
	}
	for _, a := range c.Addresses {
		p.byMail[a.Addr] = c
	}
}

// importLanguages are the languages of the customers that rows name.
func (d *Desk) importLanguages(ctx context.Context, who Viewer, lines []*importLine, known *importKnown) (map[string]string, error) {
	var ids []string
	for _, l := range lines {
		if o, err := known.find(l.values["organization_code"], l.values["organization"]); err == nil && !slices.Contains(ids, o.ID) {
			ids = append(ids, o.ID)
		}
	}
	list, err := d.store.Organizations(ctx, who.Scope(), ids)
	out := map[string]string{}
	for _, o := range list {
		out[o.ID] = o.Language
	}
	return out, err
}

// name is a person's name, also where family and given name stand apart.
func (l *importLine) name() string {
	if n := l.values["name"]; n != "" {
		return n
	}
	family, given := l.values["family_name"], l.values["given_name"]
	if strings.IndexFunc(family+given, func(r rune) bool { return r > 0x2e7f }) < 0 {
		family, given = given, family
	}
	return strings.TrimSpace(family + " " + given)
}

// matchContact finds whom a row is about, and whose they are; a new person has
// no id.
func (d *Desk) matchContact(who Viewer, l *importLine, known *importKnown, people peopleKnown) (store.Contact, error) {
	c := store.Contact{}
	named := l.values["organization_code"] != "" || l.values["organization"] != ""
	if named {
		o, err := known.find(l.values["organization_code"], l.values["organization"])
		key := "organization"
		if l.values["organization_code"] != "" {
			key = "organization_code"
		}
		if err != nil {
			return c, l.refuse(key, err)
		}
		c.Organization = o.ID
	}
	code := l.values["code"]
	var found []store.Contact
	if code != "" {
		found = slices.DeleteFunc(slices.Clone(people.byCode[code]), func(h store.Contact) bool { return who.seesContact(h) != nil })
	}
	if len(found) == 0 {
		for _, a := range l.mails() {
			if h, ok := people.byMail[a]; ok && !slices.ContainsFunc(found, func(f store.Contact) bool { return f.ID == h.ID }) {
				found = append(found, h)
			}
		}
	}
	if len(found) == 0 && code == "" && len(l.mails()) == 0 {
		found = people.byName[c.Organization+" "+l.name()]
	}
	switch {
	case len(found) > 1:
		l.wrong("code", fault.Text{JA: "該当するご担当者が複数登録されています。先に統合するか、担当者番号で指定してください。", EN: "Several contacts match. Please merge them first, or name one by its number."})
	case len(found) == 1 && (who.seesContact(found[0]) != nil || named && found[0].Organization != c.Organization || code != "" && found[0].Code != "" && found[0].Code != code):
		key, what := "code", code
		if code == "" || found[0].Code != code {
			key, what = "mail.work", strings.Join(l.mails(), ", ")
		}
		l.wrong(key, fault.Text{JA: "「" + what + "」は、別のご担当者に登録されています。", EN: "“" + what + "” belongs to another contact."})
	case len(found) == 1:
		return found[0], nil
	case !named:
		l.wrong("organization", fault.Text{JA: "会社名またはお客様番号を入力してください。", EN: "Please give the customer's name or number."})
	}
	return c, nil
}

// planContact lays a row over what is registered.
func (d *Desk) planContact(who Viewer, f *importFile, l *importLine, have store.Contact, known *importKnown, languages map[string]string) (ImportPlanRow, error) {
	r := ImportPlanRow{Line: l.line, Name: cmp.Or(l.name(), have.Name, l.values["code"]), ID: have.ID, wasUpdated: have.Updated.UnixMicro()}
	c := have
	set := func(key string, into *string, read func(string) string) {
		if v := l.values[key]; v != "" {
			*into = read(v)
		} else if f.exact && f.has[key] {
			*into = ""
		}
	}
	same := func(s string) string { return s }
	c.Name = cmp.Or(l.name(), c.Name)
	set("code", &c.Code, same)
	set("kana", &c.Kana, notation.Narrow)
	set("title", &c.Title, same)
	set("zone", &c.Zone, same)
	set("note", &c.Note, same)
	c.Language = l.language(cmp.Or(c.Language, languages[c.Organization], "ja"))
	c.MayNotAgree, c.MayNotInstruct, c.Archived = !l.yes("agree", !c.MayNotAgree), !l.yes("instruct", !c.MayNotInstruct), l.yes("archived", c.Archived)
	if err := d.importAddresses(who, f, l, &c); err != nil {
		return r, err
	}
	if err := d.importPhones(who, f, l, &c); err != nil {
		return r, err
	}
	for range len(contactColumns) {
		err := d.tidyContact(who, &c)
		if err == nil {
			break
		}
		if err := l.refuse(fieldOf(err), err); err != nil {
			return r, err
		}
		switch fieldOf(err) {
		case "name":
			c.Name = "x"
		case "zone":
			c.Zone = ""
		case "addresses":
			c.Addresses = nil
		case "phones":
			c.Phones = nil
		}
	}
	r.contact = &c
	was, now := contactCells(who.Language, have, known), contactCells(who.Language, c, known)
	if have.ID == "" {
		was = nil
	}
	r.done(l, contactColumns, was, now)
	return r, nil
}

// importAddresses takes the mail addresses of a row in.
func (d *Desk) importAddresses(who Viewer, f *importFile, l *importLine, c *store.Contact) error {
	had := slices.Clone(c.Addresses)
	var list []store.ContactAddress
	for _, column := range mailColumns {
		for _, typed := range l.list(column.key) {
			a := store.ContactAddress{Addr: plainAddress(typed)}
			if i := slices.IndexFunc(had, func(h store.ContactAddress) bool { return h.Addr == a.Addr }); i >= 0 {
				a = had[i]
			} else {
				a.Verified = column.verified
			}
			a.Kind = cmp.Or(column.kind, a.Kind)
			one := store.Contact{Addresses: []store.ContactAddress{a}}
			if err := d.tidyAddresses(who, &one); err != nil {
				if err := l.refuse(column.key, err); err != nil {
					return err
				}
				continue
			}
			list = append(list, a)
		}
	}
	named := slices.ContainsFunc(mailColumns, func(m reachColumn) bool { return f.has[m.key] })
	if !f.exact || !named {
		for _, h := range had {
			if !slices.ContainsFunc(list, func(a store.ContactAddress) bool { return a.Addr == h.Addr }) {
				list = append(list, h)
			}
		}
	}
	first := plainAddress(l.values["mail.main"])
	if first == "" && (f.exact || len(had) == 0) && len(list) > 0 && !slices.ContainsFunc(list, func(a store.ContactAddress) bool { return a.Main }) {
		first = list[0].Addr
	}
	if first != "" {
		if !slices.ContainsFunc(list, func(a store.ContactAddress) bool { return a.Addr == first }) {
			l.wrong("mail.main", fault.Text{JA: "主に使うメールアドレス「" + first + "」が、メールアドレスの列にありません。", EN: "The main address " + first + " is in no column of addresses."})
		}
		for i := range list {
			list[i].Main = list[i].Addr == first
		}
	}
	c.Addresses = list
	return nil
}

// importPhones takes the telephone numbers of a row in.
func (d *Desk) importPhones(who Viewer, f *importFile, l *importLine, c *store.Contact) error {
	had := slices.Clone(c.Phones)
	var list []store.ContactPhone
	same := func(a, b store.ContactPhone) bool { return a.Number == b.Number && a.Ext == b.Ext }
	for _, column := range phoneColumns {
		for _, typed := range l.list(column.key) {
			n, err := phonenumber.Parse(typed)
			if err != nil {
				if err := l.refuse(column.key, err); err != nil {
					return err
				}
				continue
			}
			p := store.ContactPhone{Number: n.E164, Ext: n.Ext, Shown: n.Shown}
			if i := slices.IndexFunc(had, func(h store.ContactPhone) bool { return same(h, p) }); i >= 0 {
				p = had[i]
			}
			p.Kind = column.kind
			if !slices.ContainsFunc(list, func(h store.ContactPhone) bool { return same(h, p) }) {
				list = append(list, p)
			}
		}
	}
	named := slices.ContainsFunc(phoneColumns, func(m reachColumn) bool { return f.has[m.key] })
	if !f.exact || !named {
		for _, h := range had {
			if !slices.ContainsFunc(list, func(p store.ContactPhone) bool { return same(p, h) }) {
				list = append(list, h)
			}
		}
	}
	if typed := l.values["phone.main"]; typed != "" {
		n, err := phonenumber.Parse(typed)
		i := slices.IndexFunc(list, func(p store.ContactPhone) bool { return p.Number == n.E164 && p.Ext == n.Ext })
		if err != nil || i < 0 {
			l.wrong("phone.main", fault.Text{JA: "主に使う電話番号「" + typed + "」が、電話番号の列にありません。", EN: "The main number " + typed + " is in no column of telephone numbers."})
		}
		for j := range list {
			list[j].Main = j == i
		}
	}
	c.Phones = list
	return nil
}

// contactCells are a person as the columns of a file say them.
func contactCells(lang string, c store.Contact, known *importKnown) map[string]string {
	o := known.byID[c.Organization]
	cells := map[string]string{
		"code": c.Code, "organization_code": o.Code, "organization": o.NameJA, "name": c.Name, "kana": c.Kana, "title": c.Title,
		"language": sayLanguage(lang, c.Language), "zone": c.Zone, "note": c.Note,
		"agree": sayYes(lang, !c.MayNotAgree), "instruct": sayYes(lang, !c.MayNotInstruct), "archived": sayYes(lang, c.Archived),
	}
	add := func(key, value string) {
		if cells[key] != "" {
			value = cells[key] + "\n" + value
		}
		cells[key] = value
	}
	for _, a := range c.Addresses {
		if a.Main && len(c.Addresses) > 1 {
			cells["mail.main"] = a.Addr
		}
		if a.Verified {
			add("mail."+cmp.Or(a.Kind, "work"), a.Addr)
		} else {
			add("mail.unverified", a.Addr)
		}
	}
	for _, p := range c.Phones {
		shown := p.Shown
		if p.Ext != "" {
			shown += " 内線 " + p.Ext
		}
		if p.Main && len(c.Phones) > 1 {
			cells["phone.main"] = shown
		}
		add("phone."+cmp.Or(p.Kind, "work"), shown)
	}
	return cells
}
