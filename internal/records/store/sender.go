package store

import (
	"context"
	"time"

	"madoguchi/terms/fault"
)

// Sender is as whom, and by which way, the desk's mail goes out.
type Sender struct {
	ID       string // UUIDv7
	NameJA   string
	NameEN   string
	Address  string // in lower case
	ReplyTo  string // in lower case; empty: the address that the case came to
	Way      string // fixed, relay, direct
	Host     string
	Port     int
	Security string // starttls, tls, none
	Username string // empty: no authentication
	Secret   string // sealed; empty for none
	Usual    bool   // for what no other sender is named
	Created  time.Time
	Updated  time.Time
}

// Name is the sender's name in a language.
func (s Sender) Name(lang string) string { return fault.Text{JA: s.NameJA, EN: s.NameEN}.In(lang) }

const senderColumns = `id, name_ja, name_en, address, reply_to, way, host, port, security, username, secret, usual, created_at, updated_at`

var putSender = insert("senders", senderColumns) + ` ON CONFLICT (id) DO UPDATE SET
	name_ja = excluded.name_ja, name_en = excluded.name_en, address = excluded.address, reply_to = excluded.reply_to, way = excluded.way,
	host = excluded.host, port = excluded.port, security = excluded.security, username = excluded.username, secret = excluded.secret,
	usual = excluded.usual, updated_at = excluded.updated_at`

func noSender() *fault.Error {
	return notFound("送信者が見つかりません。", "There is no such sender.")
}

// PutSender adds a sender or replaces it; Created counts only when it is
// added. A usual one takes the place of the usual one before it.
func (tx *Tx) PutSender(s Sender) error {
	tx.changed = true
	if s.Usual {
		if err := tx.exec(`UPDATE senders SET usual = $1 WHERE id <> $2`, false, s.ID); err != nil {
			return err
		}
	}
	return tx.exec(putSender, s.ID, s.NameJA, s.NameEN, lower(s.Address), lower(s.ReplyTo), s.Way, s.Host, s.Port, s.Security, s.Username, s.Secret,
		s.Usual, micros(s.Created), micros(s.Updated))
}

// DropSender forgets a sender; mailboxes and organizations that named it go
// back to the usual one. Mail that waits goes the usual way.
func (tx *Tx) DropSender(id string) error {
	tx.changed = true
	for _, text := range []string{
		`DELETE FROM organization_senders WHERE sender = $1`, `UPDATE mailboxes SET sender = '' WHERE sender = $1`,
		`UPDATE outbound SET via = '' WHERE via = $1 AND state IN ('queued', 'sending')`, `DELETE FROM senders WHERE id = $1`,
	} {
		if err := tx.exec(text, id); err != nil {
			return err
		}
	}
	return nil
}

// Sender returns one sender as the act sees it, or [fault.NotFound].
func (tx *Tx) Sender(id string) (Sender, error) {
	return one(background(), tx.q, noSender(), scanSender, `SELECT `+senderColumns+` FROM senders WHERE id = $1`, id)
}

// Sender returns one sender, or [fault.NotFound].
func (s *Store) Sender(ctx context.Context, id string) (Sender, error) {
	return one(ctx, s.db.Readers(), noSender(), scanSender, `SELECT `+senderColumns+` FROM senders WHERE id = $1`, id)
}

// ListSenders returns all of them, the usual one first.
func (s *Store) ListSenders(ctx context.Context) ([]Sender, error) {
	return all(ctx, s.db.Readers(), scanSender, `SELECT `+senderColumns+` FROM senders ORDER BY usual DESC, address, id`)
}

// PutOrganizationSender names the sender that writes to an organization;
// empty: the usual one.
func (tx *Tx) PutOrganizationSender(organization, sender string) error {
	tx.changed = true
	if sender == "" {
		return tx.exec(`DELETE FROM organization_senders WHERE organization = $1`, organization)
	}
	return tx.exec(`INSERT INTO organization_senders (organization, sender) VALUES ($1, $2)
		ON CONFLICT (organization) DO UPDATE SET sender = excluded.sender`, organization, sender)
}

// OrganizationSenders returns the sender of each organization that has one of
// its own.
func (s *Store) OrganizationSenders(ctx context.Context) (map[string]string, error) {
	of := map[string]string{}
	_, err := all(ctx, s.db.Readers(), func(row scanner) (struct{}, error) {
		var organization, sender string
		err := row.Scan(&organization, &sender)
		of[organization] = sender
		return struct{}{}, err
	}, `SELECT organization, sender FROM organization_senders`)
	return of, err
}

func scanSender(row scanner) (Sender, error) {
	var s Sender
	var created, updated int64
	err := row.Scan(&s.ID, &s.NameJA, &s.NameEN, &s.Address, &s.ReplyTo, &s.Way, &s.Host, &s.Port, &s.Security, &s.Username, &s.Secret, &s.Usual, &created, &updated)
	s.Created, s.Updated = instant(created), instant(updated)
	return s, err
}
