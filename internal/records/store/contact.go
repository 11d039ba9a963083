package store

import (
	"context"
	"time"

	"madoguchi/terms/fault"
)

// Contact is a person of a customer who may ask for support.
type Contact struct {
	ID           string // UUIDv7
	Organization string
	Name         string
	Language     string // "ja" or "en"
	Title        string
	Phone        string
	Created      time.Time
	Updated      time.Time
	Archived     bool
	Addresses    []ContactAddress // by address
}

// ContactAddress is a mail address of a contact.
type ContactAddress struct {
	Addr     string // kept in lower case; unique over all contacts
	Verified bool   // the desk knows that it is theirs
}

const contactColumns = `id, organization, name, language, title, phone, created_at, updated_at, archived`

var putContact = insert("contacts", contactColumns+", search") + ` ON CONFLICT (id) DO UPDATE SET
	organization = excluded.organization, name = excluded.name, language = excluded.language, title = excluded.title,
	phone = excluded.phone, updated_at = excluded.updated_at, archived = excluded.archived,
	search = excluded.search`

func noContact() *fault.Error {
	return notFound("ご担当者が見つかりません。", "There is no such contact.")
}

// PutContact adds a contact or replaces what is known of them, addresses
// included; Created counts only when they are added. An address that another
// contact has is [fault.Conflict].
func (tx *Tx) PutContact(c Contact) error {
	tx.changed = true
	if err := tx.exec(putContact, c.ID, c.Organization, c.Name, c.Language, c.Title, c.Phone,
		micros(c.Created), micros(c.Updated), c.Archived, foldName(c.Name)); err != nil {
		return err
	}
	if err := tx.exec(`DELETE FROM contact_addresses WHERE contact = $1`, c.ID); err != nil {
		return err
	}
	for _, a := range c.Addresses {
		err := tx.exec(`INSERT INTO contact_addresses (addr, contact, verified) VALUES ($1, $2, $3)`, lower(a.Addr), c.ID, a.Verified)
		if fault.Is(err, fault.Conflict) {
			return fault.Wrap(fault.Conflict, err,
				a.Addr+" は既にほかのご担当者に登録されています。",
				a.Addr+" belongs to another contact already.").At("addresses")
		}
		if err != nil {
			return err
		}
	}
	return nil
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

func contact(ctx context.Context, q querier, condition, arg string) (Contact, error) {
	c, err := one(ctx, q, noContact(), scanContact, `SELECT `+contactColumns+` FROM contacts WHERE `+condition, arg)
	if err != nil {
		return Contact{}, err
	}
	c.Addresses, err = addressesOf(ctx, q, c.ID)
	return c, err
}

func addressesOf(ctx context.Context, q querier, id string) ([]ContactAddress, error) {
	return all(ctx, q, func(row scanner) (ContactAddress, error) {
		var a ContactAddress
		err := row.Scan(&a.Addr, &a.Verified)
		return a, err
	}, `SELECT addr, verified FROM contact_addresses WHERE contact = $1 ORDER BY addr`, id)
}

// ContactQuery selects a page of contacts.
type ContactQuery struct {
	Scope        Scope  // required
	Organization string // empty: all in the scope
	Search       string // part of a name or address; empty: all
	Archived     bool   // also the archived ones
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
	if term := foldName(query.Search); term != "" {
		w.like(term, "search%s", "id IN (SELECT contact FROM contact_addresses WHERE addr%s)")
	}
	if !query.After.End() {
		w.after("name, id", ">", query.After.Sort, query.After.ID)
	}
	n := page(query.Limit)
	rows, err := all(ctx, s.db.Readers(), scanContact,
		`SELECT `+contactColumns+` FROM contacts`+w.text+` ORDER BY name, id`+w.limit(n+1), w.args...)
	if err != nil {
		return nil, Name{}, err
	}
	var next Name
	if len(rows) > n {
		rows = rows[:n]
		next = Name{rows[n-1].Name, rows[n-1].ID}
	}
	for i := range rows {
		if rows[i].Addresses, err = addressesOf(ctx, s.db.Readers(), rows[i].ID); err != nil {
			return nil, Name{}, err
		}
	}
	return rows, next, nil
}

func scanContact(row scanner) (Contact, error) {
	var c Contact
	var created, updated int64
	err := row.Scan(&c.ID, &c.Organization, &c.Name, &c.Language, &c.Title, &c.Phone, &created, &updated, &c.Archived)
	c.Created, c.Updated = instant(created), instant(updated)
	return c, err
}
