package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"madoguchi/terms/fault"
)

// Contact is a person of a customer who may ask for support.
type Contact struct {
	ID           string // UUIDv7
	Organization string
	Name         string
	Kana         string // how the name reads
	Language     string // "ja" or "en"
	Zone         string // IANA; empty: that of the contract
	Title        string
	Note         string
	Code         string // their number in the system from which they were imported; empty: none
	MayNotAgree  bool   // to a priority, for their company
	// MayNotInstruct: configuration work is not done on their word.
	MayNotInstruct bool
	Created        time.Time
	Updated        time.Time
	Archived       bool
	MergedInto     string           // the contact that goes on in place of this one; empty normally
	Erased         time.Time        // when the person's data was erased; zero: it was not
	Addresses      []ContactAddress // the main one first
	Phones         []ContactPhone   // the main one first
}

// ContactAddress is a mail address of a contact.
type ContactAddress struct {
	Addr     string    // kept in lower case; unique over all contacts
	Kind     string    // "work", "private", "shared"; empty: work
	Main     bool      // written to first
	Verified bool      // the desk knows that it is theirs
	How      string    // how it was found out: "registered" by the desk, "mail", "link", "phone"; empty: not told
	At       time.Time // when
	By       string    // by whom: agent id
}

// ContactPhone is a telephone number of a contact. Several may share one.
type ContactPhone struct {
	Number   string // E.164
	Ext      string
	Shown    string // as people read it
	Kind     string // "work", "mobile", "direct", "fax"; empty: work
	Main     bool
	Verified bool      // the desk knows that it is theirs
	How      string    // how it was found out: "registered" by the desk, "mail", "link", "phone"; empty: not told
	At       time.Time // when
	By       string    // by whom: agent id
}

const contactColumns = `id, organization, name, language, title, created_at, updated_at, archived, kana, zone, note, may_not_agree, may_not_instruct, merged_into, erased_at, code`

var putContact = insert("contacts", contactColumns+", phone, search") + ` ON CONFLICT (id) DO UPDATE SET
	organization = excluded.organization, name = excluded.name, language = excluded.language, title = excluded.title,
	updated_at = excluded.updated_at, archived = excluded.archived, kana = excluded.kana, zone = excluded.zone,
	note = excluded.note, may_not_agree = excluded.may_not_agree, may_not_instruct = excluded.may_not_instruct,
	merged_into = excluded.merged_into, erased_at = excluded.erased_at, code = excluded.code, phone = excluded.phone, search = excluded.search`

const (
	addressColumns = `addr, contact, verified, kind, main, verified_how, verified_at, verified_by`
	phoneColumns   = `contact, number, ext, shown, kind, main, verified, verified_how, verified_at, verified_by`
)

var (
	insertAddress = insert("contact_addresses", addressColumns)
	insertPhone   = insert("contact_phones", phoneColumns)
)

func noContact() *fault.Error {
	return notFound("ご担当者が見つかりません。", "There is no such contact.")
}

// PutContact adds a contact or replaces what is known of them, addresses and
// numbers included; Created counts only when they are added. An address that
// another contact has is [fault.Conflict].
func (tx *Tx) PutContact(c Contact) error {
	tx.changed = true
	if err := tx.exec(putContact, c.ID, c.Organization, c.Name, c.Language, c.Title,
		micros(c.Created), micros(c.Updated), c.Archived, c.Kana, c.Zone, c.Note, c.MayNotAgree, c.MayNotInstruct,
		c.MergedInto, micros(c.Erased), c.Code, "", FoldName(strings.Join([]string{c.Name, c.Kana, c.Code}, "\n"))); err != nil {
		return err
	}
	if err := tx.putContactEntry(c); err != nil {
		return err
	}
	for _, table := range []string{"contact_addresses", "contact_phones"} {
		if err := tx.exec(`DELETE FROM `+table+` WHERE contact = $1`, c.ID); err != nil {
			return err
		}
	}
	for _, a := range c.Addresses {
		err := tx.exec(insertAddress, lower(a.Addr), c.ID, a.Verified, kindOr(a.Kind), a.Main, a.How, micros(a.At), a.By)
		if fault.Is(err, fault.Conflict) {
			return fault.Wrap(fault.Conflict, err,
				a.Addr+" は既にほかのご担当者に登録されています。",
				a.Addr+" belongs to another contact already.").At("addresses")
		}
		if err != nil {
			return err
		}
	}
	for _, p := range c.Phones {
		if err := tx.exec(insertPhone, c.ID, p.Number, p.Ext, p.Shown, kindOr(p.Kind), p.Main, p.Verified, p.How, micros(p.At), p.By); err != nil {
			return err
		}
	}
	return nil
}

func kindOr(kind string) string {
	if kind == "" {
		return "work"
	}
	return kind
}

// Contact returns one contact, or [fault.NotFound].
func (s *Store) Contact(ctx context.Context, id string) (Contact, error) {
	return contact(ctx, s.db.Readers(), `id = $1`, id)
}

// Contact returns one contact as the act sees it, or [fault.NotFound].
func (tx *Tx) Contact(id string) (Contact, error) {
	return contact(background(), tx.q, `id = $1`, id)
}

const byAddress = `id = (SELECT contact FROM contact_addresses WHERE addr = $1) AND archived = FALSE`

// ContactByAddress returns the contact, not archived, with a mail address
// (any letter case), or [fault.NotFound]. Whether the address is verified is
// among its Addresses.
func (s *Store) ContactByAddress(ctx context.Context, addr string) (Contact, error) {
	return contact(ctx, s.db.Readers(), byAddress, lower(addr))
}

// ContactByAddress is [Store.ContactByAddress] as the act sees it.
func (tx *Tx) ContactByAddress(addr string) (Contact, error) {
	return contact(background(), tx.q, byAddress, lower(addr))
}

// Writer returns who writes from a mail address (any letter case): a contact,
// not archived, and their organization, without the contact's addresses and
// the organization's domains; or [fault.NotFound].
func (tx *Tx) Writer(addr string) (c Contact, o Organization, err error) {
	_, err = one(background(), tx.q, noContact(), func(row scanner) (struct{}, error) {
		var err error
		c, err = scanContact(scanning(func(into ...any) error {
			var err error
			o, err = scanOrganization(scanning(func(more ...any) error { return row.Scan(append(into, more...)...) }))
			return err
		}))
		return struct{}{}, err
	}, selectWriter, lower(addr))
	return c, o, err
}

var selectWriter = `SELECT ` + of("c", contactColumns) + `, ` + of("o", organizationColumns) + `
	FROM contact_addresses a JOIN contacts c ON c.id = a.contact JOIN organizations o ON o.id = c.organization
	WHERE a.addr = $1 AND c.archived = FALSE`

// Verified reports whether the desk knows that an address (any letter case)
// is this contact's.
func (c Contact) Verified(addr string) bool {
	for _, a := range c.Addresses {
		if a.Addr == lower(addr) {
			return a.Verified
		}
	}
	return false
}

// MainAddress is the address that the desk writes to first; the zero one when
// there is none.
func (c Contact) MainAddress() ContactAddress {
	if len(c.Addresses) == 0 {
		return ContactAddress{}
	}
	return c.Addresses[0]
}

func contact(ctx context.Context, q querier, condition, arg string) (Contact, error) {
	c, err := one(ctx, q, noContact(), scanContact, `SELECT `+contactColumns+` FROM contacts WHERE `+condition, arg)
	if err != nil {
		return Contact{}, err
	}
	err = reachable(ctx, q, &c)
	return c, err
}

// reachable completes a contact with its addresses and numbers.
func reachable(ctx context.Context, q querier, c *Contact) error {
	list, err := allReachable(ctx, q, []Contact{*c})
	if err == nil {
		*c = list[0]
	}
	return err
}

// allReachable completes contacts with their addresses and numbers.
func allReachable(ctx context.Context, q querier, list []Contact) ([]Contact, error) {
	at := make(map[string][]int, len(list)) // one may be in the list twice
	ids := make([]string, 0, len(list))
	for i, c := range list {
		if at[c.ID] == nil {
			ids = append(ids, c.ID)
		}
		at[c.ID] = append(at[c.ID], i)
	}
	_, err := each(ids, func(part []string) ([]struct{}, error) {
		return all(ctx, q, func(row scanner) (struct{}, error) {
			var a ContactAddress
			var contact string
			var when int64
			err := row.Scan(&a.Addr, &contact, &a.Verified, &a.Kind, &a.Main, &a.How, &when, &a.By)
			a.At = instant(when)
			for _, i := range at[contact] {
				list[i].Addresses = append(list[i].Addresses, a)
			}
			return struct{}{}, err
		}, `SELECT `+addressColumns+` FROM contact_addresses WHERE contact IN (`+placeholders(1, len(part))+`) ORDER BY contact, main DESC, addr`, anyOf(part)...)
	})
	if err != nil {
		return nil, err
	}
	_, err = each(ids, func(part []string) ([]struct{}, error) {
		return all(ctx, q, func(row scanner) (struct{}, error) {
			var p ContactPhone
			var contact string
			var when int64
			err := row.Scan(&contact, &p.Number, &p.Ext, &p.Shown, &p.Kind, &p.Main, &p.Verified, &p.How, &when, &p.By)
			p.At = instant(when)
			for _, i := range at[contact] {
				list[i].Phones = append(list[i].Phones, p)
			}
			return struct{}{}, err
		}, `SELECT `+phoneColumns+` FROM contact_phones WHERE contact IN (`+placeholders(1, len(part))+`) ORDER BY contact, main DESC, number, ext`, anyOf(part)...)
	})
	return list, err
}

// ContactsByPhone returns the contacts in the scope, not archived, who have a
// telephone number (E.164), whatever the extension, by name.
func (s *Store) ContactsByPhone(ctx context.Context, scope Scope, number string) ([]Contact, error) {
	w := where{}
	if err := scope.where(&w, "organization"); err != nil {
		return nil, err
	}
	w.plain("archived = FALSE")
	w.args = append(w.args, number)
	w.plain("id IN (SELECT contact FROM contact_phones WHERE number = " + placeholders(len(w.args), 1) + ")")
	return s.completed(ctx)(all(ctx, s.db.Readers(), scanContact, `SELECT `+contactColumns+` FROM contacts`+w.text+` ORDER BY name, id`, w.args...))
}

// MergedContacts returns the ids of the contacts that were merged into one,
// directly or by way of another, that one first.
func (s *Store) MergedContacts(ctx context.Context, id string) ([]string, error) {
	ids := []string{id}
	for i := 0; i < len(ids) && len(ids) < 100; i++ {
		more, err := all(ctx, s.db.Readers(), text, `SELECT id FROM contacts WHERE merged_into = $1 ORDER BY id`, ids[i])
		if err != nil {
			return nil, err
		}
		ids = append(ids, more...)
	}
	return ids, nil
}

// completed completes contacts that were read without how they are reached.
func (s *Store) completed(ctx context.Context) func([]Contact, error) ([]Contact, error) {
	return func(list []Contact, err error) ([]Contact, error) {
		if err != nil {
			return nil, err
		}
		return allReachable(ctx, s.db.Readers(), list)
	}
}

// ContactQuery selects a page of contacts.
type ContactQuery struct {
	Scope        Scope  // required
	Organization string // empty: all in the scope
	Search       string // part of a name, its reading or an address; empty: all
	Number       string // only who has this telephone number (E.164); empty: all
	Archived     bool   // also the archived ones
	With         string // id of one who follows the page when it is not in it; empty: nobody
	Limit        int
	After        Name
}

// ListContacts returns a page of contacts by name.
func (s *Store) ListContacts(ctx context.Context, query ContactQuery) ([]Contact, Name, error) {
	var w where
	if err := query.Scope.where(&w, "organization"); err != nil {
		return nil, Name{}, err
	}
	if query.Organization != "" {
		w.and("organization = ", query.Organization)
	}
	if !query.Archived {
		w.plain("archived = FALSE")
	}
	if query.Number != "" {
		w.and("id IN (SELECT contact FROM contact_phones WHERE number = ", query.Number)
		w.text += ")"
	}
	if term := FoldName(query.Search); term != "" {
		w.like(term, "search%s", "id IN (SELECT contact FROM contact_addresses WHERE addr%s)")
	}
	if !query.After.End() {
		w.after("name, id", ">", query.After.Sort, query.After.ID)
	}
	n := page(query.Limit)
	rows, err := all(ctx, s.db.Readers(), scanContact,
		`SELECT `+contactColumns+` FROM contacts`+w.text+` ORDER BY name, id`+limitTo(n+1), w.args...)
	if err != nil {
		return nil, Name{}, err
	}
	var next Name
	if len(rows) > n {
		rows = rows[:n]
		next = Name{rows[n-1].Name, rows[n-1].ID}
	}
	if query.With != "" && !slices.ContainsFunc(rows, func(c Contact) bool { return c.ID == query.With }) {
		with, err := all(ctx, s.db.Readers(), scanContact, `SELECT `+contactColumns+` FROM contacts WHERE id = $1`, query.With)
		if err != nil {
			return nil, Name{}, err
		}
		rows = append(rows, with...)
	}
	rows, err = s.completed(ctx)(rows, nil)
	return rows, next, err
}

func scanContact(row scanner) (Contact, error) {
	var c Contact
	var created, updated, erased int64
	err := row.Scan(&c.ID, &c.Organization, &c.Name, &c.Language, &c.Title, &created, &updated, &c.Archived,
		&c.Kana, &c.Zone, &c.Note, &c.MayNotAgree, &c.MayNotInstruct, &c.MergedInto, &erased, &c.Code)
	c.Created, c.Updated, c.Erased = instant(created), instant(updated), instant(erased)
	return c, err
}
