package store

import (
	"context"
	"encoding/json"
	"time"

	"madoguchi/terms/fault"
)

// Mailbox is a mailbox with a provider whose mail is the desk's.
type Mailbox struct {
	ID       string // UUIDv7
	Name     string
	Address  string // the desk's address that it stands for, in lower case
	Host     string
	Port     int
	Security string // tls, starttls, none
	Username string
	Way      string // password, oauth
	Consent  Consent
	Secret   string // sealed; empty for none
	Folders  []string
	Language string // of contacts whose own is not known; empty: that of the mail
	Product  string
	Sender   string // id of the sender that answers its mail; empty: the usual one
	Backlog  bool   // takes also what is there at the first connection
	Paused   bool
	Created  time.Time
	Updated  time.Time
}

// Consent says who gives tokens of OAuth 2 for a mailbox, and as whom the desk
// asks. Nothing of it is secret.
type Consent struct {
	Provider string `json:"provider,omitempty"` // a name that the program knows, or "other"
	ClientID string `json:"client_id,omitempty"`
	AuthURL  string `json:"auth_url,omitempty"`
	TokenURL string `json:"token_url,omitempty"`
	Scope    string `json:"scope,omitempty"`
}

const mailboxColumns = `id, name, address, host, port, security, username, way, consent, secret, folders, language, product, sender, backlog, paused, created_at, updated_at`

var putMailbox = insert("mailboxes", mailboxColumns) + ` ON CONFLICT (id) DO UPDATE SET
	name = excluded.name, address = excluded.address, host = excluded.host, port = excluded.port, security = excluded.security,
	username = excluded.username, way = excluded.way, consent = excluded.consent, secret = excluded.secret, folders = excluded.folders,
	language = excluded.language, product = excluded.product, sender = excluded.sender, paused = excluded.paused, updated_at = excluded.updated_at`

func noMailbox() *fault.Error {
	return notFound("メールボックスが見つかりません。", "There is no such mailbox.")
}

// PutMailbox adds a mailbox or replaces it; Backlog and Created count only
// when it is added.
func (tx *Tx) PutMailbox(m Mailbox) error {
	tx.changed = true
	consent, err := json.Marshal(m.Consent)
	if err != nil {
		return err
	}
	folders, err := encodeList(m.Folders)
	if err != nil {
		return err
	}
	return tx.exec(putMailbox, m.ID, m.Name, lower(m.Address), m.Host, m.Port, m.Security, m.Username, m.Way, string(consent), m.Secret,
		folders, m.Language, m.Product, m.Sender, m.Backlog, m.Paused, micros(m.Created), micros(m.Updated))
}

// DropMailbox forgets a mailbox. The mail that came from it stays.
func (tx *Tx) DropMailbox(id string) error {
	tx.changed = true
	return tx.exec(`DELETE FROM mailboxes WHERE id = $1`, id)
}

// Mailbox returns one mailbox as the act sees it, or [fault.NotFound].
func (tx *Tx) Mailbox(id string) (Mailbox, error) {
	return one(background(), tx.q, noMailbox(), scanMailbox, `SELECT `+mailboxColumns+` FROM mailboxes WHERE id = $1`, id)
}

// Mailbox returns one mailbox, or [fault.NotFound].
func (s *Store) Mailbox(ctx context.Context, id string) (Mailbox, error) {
	return one(ctx, s.db.Readers(), noMailbox(), scanMailbox, `SELECT `+mailboxColumns+` FROM mailboxes WHERE id = $1`, id)
}

// ListMailboxes returns all of them by address.
func (s *Store) ListMailboxes(ctx context.Context) ([]Mailbox, error) {
	return all(ctx, s.db.Readers(), scanMailbox, `SELECT `+mailboxColumns+` FROM mailboxes ORDER BY address, id`)
}

func scanMailbox(row scanner) (Mailbox, error) {
	var m Mailbox
	var consent, folders string
	var created, updated int64
	err := row.Scan(&m.ID, &m.Name, &m.Address, &m.Host, &m.Port, &m.Security, &m.Username, &m.Way, &consent, &m.Secret,
		&folders, &m.Language, &m.Product, &m.Sender, &m.Backlog, &m.Paused, &created, &updated)
	if err != nil {
		return Mailbox{}, err
	}
	m.Created, m.Updated = instant(created), instant(updated)
	if err := json.Unmarshal([]byte(consent), &m.Consent); err != nil {
		return Mailbox{}, err
	}
	m.Folders, err = decodeList(folders)
	return m, err
}
