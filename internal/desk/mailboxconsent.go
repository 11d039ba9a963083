package desk

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// Consents are the providers whose addresses for OAuth 2 are known. Their
// scopes are for IMAP, with a token that can be renewed.
var Consents = map[string]store.Consent{
	"google": {
		Provider: "google", AuthURL: "https://accounts.google.com/o/oauth2/v2/auth?access_type=offline&prompt=consent",
		TokenURL: "https://oauth2.googleapis.com/token", Scope: "https://mail.google.com/",
	},
	"microsoft": {
		Provider: "microsoft", AuthURL: "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
		TokenURL: "https://login.microsoftonline.com/common/oauth2/v2.0/token",
		Scope:    "https://outlook.office.com/IMAP.AccessAsUser.All offline_access",
	},
}

// Grant is what an authorization server gave.
type Grant struct {
	Access  string
	Expires time.Time // zero: it did not say
	Refresh string    // empty: the one before stays in force
}

// Authority asks authorization servers, as the door for them does.
type Authority interface {
	// Address is where a person gives consent; back is our own page that the
	// server sends them back to.
	Address(c store.Consent, back, state, verifier string) (string, error)
	// Exchange turns the code that came back into a grant.
	Exchange(ctx context.Context, c store.Consent, clientSecret, back, code, verifier string) (Grant, error)
	// Renew turns a refresh token into a new access token. [fault.Forbidden]:
	// the consent was withdrawn or has run out.
	Renew(ctx context.Context, c store.Consent, clientSecret, refresh string) (Grant, error)
}

// mailboxSecret is what is sealed of a mailbox.
type mailboxSecret struct {
	Password string `json:"password,omitempty"`
	Client   string `json:"client_secret,omitempty"`
	Refresh  string `json:"refresh_token,omitempty"`
}

const purposeMailbox = "mailbox"

func (d *Desk) sealMailbox(s mailboxSecret) (string, error) {
	if d.secrets == nil {
		return "", fault.New(fault.Unavailable, "鍵ファイルがないため、パスワードを保存できません。", "There is no key file, so no password can be kept.")
	}
	raw, err := json.Marshal(s)
	if err != nil {
		return "", err
	}
	return d.secrets.Seal(purposeMailbox, raw)
}

func (d *Desk) openMailbox(m store.Mailbox) (mailboxSecret, error) {
	var s mailboxSecret
	if m.Secret == "" || d.secrets == nil {
		return s, nil
	}
	raw, err := d.secrets.Open(purposeMailbox, m.Secret)
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(raw, &s)
}

// MailboxPassword opens the password of a mailbox, for the door that signs in.
func (d *Desk) MailboxPassword(ctx context.Context, id string) (string, error) {
	m, err := d.store.Mailbox(ctx, id)
	if err != nil {
		return "", err
	}
	s, err := d.openMailbox(m)
	return s.Password, err
}

// HasConsent reports whether a mailbox with OAuth 2 has a token to renew.
func (d *Desk) HasConsent(m store.Mailbox) bool {
	s, err := d.openMailbox(m)
	return err == nil && s.Refresh != ""
}

// tokens are the access tokens in force, by mailbox, in memory only.
type tokens struct {
	turn sync.Mutex // one renewal after the other: a refresh token may count only once
	mu   sync.Mutex
	held map[string]Grant
}

func (t *tokens) get(id string, now time.Time) (string, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	g, ok := t.held[id]
	return g.Access, ok && (g.Expires.IsZero() || now.Add(time.Minute).Before(g.Expires))
}

func (t *tokens) put(id string, g Grant) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.held == nil {
		t.held = map[string]Grant{}
	}
	t.held[id] = g
}

func (t *tokens) forget(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.held, id)
}

// MailboxToken gives an access token for a mailbox: the one in force, or a
// renewed one. A refresh token that comes with it takes the old one's place.
func (d *Desk) MailboxToken(ctx context.Context, id string, fresh bool) (string, error) {
	d.boxes.tokens.turn.Lock()
	defer d.boxes.tokens.turn.Unlock()
	if token, ok := d.boxes.tokens.get(id, d.now()); ok && !fresh {
		return token, nil
	}
	m, err := d.store.Mailbox(ctx, id)
	if err != nil {
		return "", err
	}
	s, err := d.openMailbox(m)
	if err != nil {
		return "", err
	}
	if s.Refresh == "" || d.authority == nil {
		return "", fault.New(fault.Invalid, "まだ接続が許可されていません。「接続を許可する」を押して、プロバイダーの画面で許可してください。",
			"Nobody has given consent yet. Please press “Give consent” and agree on the provider’s page.").At("oauth")
	}
	g, err := d.authority.Renew(ctx, m.Consent, s.Client, s.Refresh)
	if err != nil {
		return "", err
	}
	d.boxes.tokens.put(id, g)
	if g.Refresh == "" || g.Refresh == s.Refresh {
		return g.Access, nil
	}
	return g.Access, d.keepGrant(context.WithoutCancel(ctx), id, m.Consent, g)
}

// keepGrant seals a new refresh token, unless the mailbox asks another server
// by now.
func (d *Desk) keepGrant(ctx context.Context, id string, of store.Consent, g Grant) error {
	return d.store.Write(ctx, func(tx *store.Tx) error {
		m, err := tx.Mailbox(id)
		if err != nil {
			return err
		}
		if m.Consent != of {
			return fault.New(fault.Conflict, "設定が変更されたため、許可は保存されませんでした。もう一度許可してください。", "The settings were changed meanwhile, so the consent was not kept. Please give it again.")
		}
		s, err := d.openMailbox(m)
		if err != nil {
			return err
		}
		s.Refresh = g.Refresh
		if m.Secret, err = d.sealMailbox(s); err != nil {
			return err
		}
		return tx.PutMailbox(m)
	})
}

// ConsentAddress is the provider's page where a person lets the desk into a
// mailbox. state and verifier are the caller's to keep until they come back.
func (d *Desk) ConsentAddress(ctx context.Context, who Viewer, id, back, state, verifier string) (string, error) {
	m, err := d.Mailbox(ctx, who, id)
	if err != nil {
		return "", err
	}
	if d.authority == nil || m.Way != WayOAuth {
		return "", fault.New(fault.Conflict, "このメールボックスは OAuth 2 を使う設定ではありません。", "This mailbox is not set to use OAuth 2.")
	}
	return d.authority.Address(m.Consent, back, state, verifier)
}

// TakeConsent keeps what the provider gives for the code that a person brought
// back, and connects.
func (d *Desk) TakeConsent(ctx context.Context, who Viewer, id, back, code, verifier string) error {
	m, err := d.Mailbox(ctx, who, id)
	if err != nil {
		return err
	}
	s, err := d.openMailbox(m)
	if err != nil {
		return err
	}
	if d.authority == nil {
		return fault.New(fault.Unavailable, "この窓口は OAuth 2 を使えません。", "This desk cannot use OAuth 2.")
	}
	g, err := d.authority.Exchange(ctx, m.Consent, s.Client, back, code, verifier)
	if err != nil {
		return err
	}
	if g.Refresh == "" {
		return fault.New(fault.Invalid, "プロバイダーから更新用のトークンが発行されませんでした。アプリの登録で、オフラインのアクセスを許可してください。",
			"The provider gave no token to renew. Please allow offline access where the application is registered.").At("oauth")
	}
	if err := d.keepGrant(ctx, id, m.Consent, g); err != nil {
		return err
	}
	d.boxes.tokens.put(id, g)
	if err := d.store.Write(ctx, func(tx *store.Tx) error { return tx.PutAudit(d.audit(who, "mailbox.consented", id, m.Username)) }); err != nil {
		return err
	}
	return d.mailboxesChanged(ctx)
}
