package store

import (
	"context"
	"encoding/json"
	"time"

	"madoguchi/terms/fault"
)

// ClaimRole is a value of a claim and the role that it gives.
type ClaimRole struct{ Value, Role string }

// Provider is an identity provider by which people sign in.
type Provider struct {
	ID       string
	Issuer   string // its address, as it names itself
	ClientID string
	Secret   string // sealed; empty for a public client
	LabelJA  string
	LabelEN  string
	Scopes   string      // beyond openid, email and profile
	Domains  []string    // of mail addresses; none: all
	OnlyWay  bool        // people of these domains sign in here only, but for administrators
	Role     string      // of unknown persons; empty: they are refused
	Claim    string      // that names a role; empty: none does
	Roles    []ClaimRole // the first that fits counts
	Strong   bool        // asks for a second factor by itself
	Paused   bool
	Created  time.Time
	Updated  time.Time
}

// Label names the provider in a language.
func (p Provider) Label(lang string) string {
	if lang == "ja" {
		return p.LabelJA
	}
	return p.LabelEN
}

const providerColumns = `id, issuer, client_id, secret, label_ja, label_en, scopes, domains, only_way, role, claim, roles, strong, paused, created_at, updated_at`

func noProvider() *fault.Error {
	return notFound("その ID プロバイダーは登録されていません。", "There is no such identity provider.")
}

// PutProvider adds or changes a provider; a second one of an issuer is [fault.Conflict].
func (tx *Tx) PutProvider(p Provider) error {
	domains, err := encodeList(p.Domains)
	if err != nil {
		return err
	}
	roles, err := json.Marshal(p.Roles)
	if err != nil {
		return err
	}
	return tx.exec(insert("identity_providers", providerColumns)+` ON CONFLICT (id) DO UPDATE SET issuer = excluded.issuer, client_id = excluded.client_id,
		secret = excluded.secret, label_ja = excluded.label_ja, label_en = excluded.label_en, scopes = excluded.scopes, domains = excluded.domains,
		only_way = excluded.only_way, role = excluded.role, claim = excluded.claim, roles = excluded.roles, strong = excluded.strong,
		paused = excluded.paused, updated_at = excluded.updated_at`,
		p.ID, p.Issuer, p.ClientID, p.Secret, p.LabelJA, p.LabelEN, p.Scopes, domains, p.OnlyWay, p.Role, p.Claim, string(roles), p.Strong, p.Paused,
		micros(p.Created), micros(p.Updated))
}

// DropProvider forgets a provider and who anybody is there.
func (tx *Tx) DropProvider(id string) error {
	if err := tx.exec(`DELETE FROM identities WHERE provider = $1`, id); err != nil {
		return err
	}
	return tx.change(noProvider(), `DELETE FROM identity_providers WHERE id = $1`, id)
}

// Provider returns one, or [fault.NotFound].
func (s *Store) Provider(ctx context.Context, id string) (Provider, error) {
	return one(ctx, s.db.Readers(), noProvider(), scanProvider, `SELECT `+providerColumns+` FROM identity_providers WHERE id = $1`, id)
}

// Providers returns all, the first registered first.
func (s *Store) Providers(ctx context.Context) ([]Provider, error) {
	return all(ctx, s.db.Readers(), scanProvider, `SELECT `+providerColumns+` FROM identity_providers ORDER BY created_at, id`)
}

func scanProvider(row scanner) (Provider, error) {
	var p Provider
	var domains, roles string
	var created, updated int64
	err := row.Scan(&p.ID, &p.Issuer, &p.ClientID, &p.Secret, &p.LabelJA, &p.LabelEN, &p.Scopes, &domains, &p.OnlyWay, &p.Role, &p.Claim, &roles, &p.Strong, &p.Paused, &created, &updated)
	if err != nil {
		return Provider{}, err
	}
	p.Created, p.Updated = instant(created), instant(updated)
	if p.Domains, err = decodeList(domains); err != nil {
		return Provider{}, err
	}
	return p, json.Unmarshal([]byte(roles), &p.Roles)
}

// Identity is who a person of the desk is at a provider.
type Identity struct {
	Issuer, Subject string
	Provider        string
	Agent           string
	Created, Used   time.Time
}

// PutIdentity keeps who somebody is there, and when they last came by it.
func (tx *Tx) PutIdentity(i Identity) error {
	return tx.exec(insert("identities", identityColumns)+` ON CONFLICT (issuer, subject) DO UPDATE SET used_at = excluded.used_at, provider = excluded.provider`,
		i.Issuer, i.Subject, i.Provider, i.Agent, micros(i.Created), micros(i.Used))
}

const identityColumns = `issuer, subject, provider, agent, created_at, used_at`

// Identity returns the person that an issuer knows by a subject, or [fault.NotFound].
func (tx *Tx) Identity(issuer, subject string) (Identity, error) {
	return one(background(), tx.q, noProvider(), scanIdentity, `SELECT `+identityColumns+` FROM identities WHERE issuer = $1 AND subject = $2`, issuer, subject)
}

// IdentitiesOf returns who a person is at providers, as the act sees it.
func (tx *Tx) IdentitiesOf(agent string) ([]Identity, error) {
	return all(background(), tx.q, scanIdentity, `SELECT `+identityColumns+` FROM identities WHERE agent = $1 ORDER BY created_at, issuer, subject`, agent)
}

// Identities returns who a person is at providers.
func (s *Store) Identities(ctx context.Context, agent string) ([]Identity, error) {
	return all(ctx, s.db.Readers(), scanIdentity, `SELECT `+identityColumns+` FROM identities WHERE agent = $1 ORDER BY created_at, issuer, subject`, agent)
}

// DropIdentity forgets who somebody is at a provider, or [fault.NotFound].
func (tx *Tx) DropIdentity(i Identity) error {
	return tx.change(notFound("結び付いたアカウントが見つかりません。", "There is no such linked account."),
		`DELETE FROM identities WHERE issuer = $1 AND subject = $2 AND agent = $3`, i.Issuer, i.Subject, i.Agent)
}

func scanIdentity(row scanner) (Identity, error) {
	var i Identity
	var created, used int64
	err := row.Scan(&i.Issuer, &i.Subject, &i.Provider, &i.Agent, &created, &used)
	i.Created, i.Used = instant(created), instant(used)
	return i, err
}

// EndSessionsBy revokes the sessions that began by a way before an instant: of
// a person, or of a session of the provider's, or of both.
func (tx *Tx) EndSessionsBy(way, agent, session string, before time.Time) error {
	if agent == "" && session == "" {
		return nil
	}
	query, args := `UPDATE sessions SET ended = TRUE WHERE (way = $1 OR way LIKE $2) AND started <= $3`, []any{way, way + "+%", micros(before)}
	if agent != "" {
		query, args = query+` AND agent = $4`, append(args, agent)
	}
	if session != "" {
		query, args = query+` AND provider_session = $`+string(rune('1'+len(args))), append(args, session)
	}
	return tx.exec(query, args...)
}
