package desk

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// What a token of the programming interface may do.
const (
	ScopeReadCases  = "cases.read"
	ScopeWriteCases = "cases.write" // open cases, and add messages of the customer to them
)

// APIScopes are all of them, in the order in which they are shown.
var APIScopes = []string{ScopeReadCases, ScopeWriteCases}

// tokenPrefix begins every token, so that a scanner for leaked secrets knows
// one, and people too.
const tokenPrefix = "mdg_"

// MostPerSecond and UsualPerSecond are how many requests of a token the nodes
// answer in a second together.
const (
	MostPerSecond  = 10_000
	UsualPerSecond = 50
)

// APITokens lists them, revoked ones last.
func (d *Desk) APITokens(ctx context.Context, who Viewer) ([]store.APIToken, error) {
	if err := who.May(ManageTokens); err != nil {
		return nil, err
	}
	return d.store.ListAPITokens(ctx)
}

// TokenForm is a token as an administrator asks for it.
type TokenForm struct {
	Name         string
	Organization string // empty: the cases of all
	Scopes       []string
	PerSecond    int
}

// MakeAPIToken makes a token and returns it. It is shown this once: only its
// hash is kept.
func (d *Desk) MakeAPIToken(ctx context.Context, who Viewer, f TokenForm) (string, store.APIToken, error) {
	if err := who.May(ManageTokens); err != nil {
		return "", store.APIToken{}, err
	}
	f.Name = strings.TrimSpace(f.Name)
	switch {
	case f.Name == "" || len(f.Name) > 200:
		return "", store.APIToken{}, fault.New(fault.Invalid, "用途のわかる名前を 200 文字以内で入力してください。", "Please give a name that says what it is for.").At("name")
	case len(f.Scopes) == 0 || slices.ContainsFunc(f.Scopes, func(s string) bool { return !slices.Contains(APIScopes, s) }):
		return "", store.APIToken{}, fault.New(fault.Invalid, "許可する操作を 1 つ以上選んでください。", "Please choose at least one thing that it may do.").At("scopes")
	case f.PerSecond < 1 || f.PerSecond > MostPerSecond:
		return "", store.APIToken{}, fault.New(fault.Invalid, "1 秒あたりの上限を 1 から 10000 の数字で入力してください。", "Please give the requests in a second as a number from 1 to 10000.").At("per_second")
	}
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails since Go 1.24
	token := tokenPrefix + base64.RawURLEncoding.EncodeToString(secret)
	t := store.APIToken{
		ID: newID(), Name: f.Name, Hash: hashOfToken(token), Hint: token[:len(tokenPrefix)+4], Organization: f.Organization, Scopes: f.Scopes,
		PerSecond: f.PerSecond, Created: d.now(), CreatedBy: who.ID,
	}
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		if f.Organization != "" {
			if _, err := tx.Organization(f.Organization); err != nil {
				return fault.Wrap(fault.Invalid, err, "お客様を選び直してください。", "Please choose the customer again.").At("organization")
			}
		}
		if err := tx.AddAPIToken(t); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "api-token.made", t.ID, t.Name+" "+strings.Join(t.Scopes, " ")))
	})
	if err != nil {
		return "", store.APIToken{}, err
	}
	return token, t, nil
}

// RevokeAPIToken ends a token: the next request with it is refused, on every node.
func (d *Desk) RevokeAPIToken(ctx context.Context, who Viewer, id string) error {
	if err := who.May(ManageTokens); err != nil {
		return err
	}
	now := d.now()
	return d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.RevokeAPIToken(id, who.ID, now); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "api-token.revoked", id, ""))
	})
}

func hashOfToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Client is a program that identified itself.
type Client struct{ token store.APIToken }

// Name is what the token was made for.
func (c Client) Name() string { return c.token.Name }

// ID is the token's.
func (c Client) ID() string { return c.token.ID }

// PerSecond is how many requests it is answered in a second, by all nodes together.
func (c Client) PerSecond() int { return c.token.PerSecond }

// May returns a [fault.Forbidden] error unless the token has the scope.
func (c Client) May(scope string) error {
	if c.token.ID == "" {
		return unknownToken()
	}
	if !slices.Contains(c.token.Scopes, scope) {
		return fault.New(fault.Forbidden, "このトークンには "+scope+" の権限がありません。", "This token lacks the scope "+scope+".")
	}
	return nil
}

// scope is whose cases the program sees.
func (c Client) scope() store.Scope {
	if c.token.Organization == "" {
		return store.Everyone()
	}
	return store.Only(c.token.Organization)
}

// usedEvery is how exactly the last use of a token is known.
const usedEvery = time.Minute

// Client returns the program that a token is of. An unknown and a revoked token are alike.
func (d *Desk) Client(ctx context.Context, token string) (Client, error) {
	if !strings.HasPrefix(token, tokenPrefix) {
		return Client{}, unknownToken()
	}
	t, err := d.store.APITokenByHash(ctx, hashOfToken(token))
	if fault.Is(err, fault.NotFound) || err == nil && !t.Revoked.IsZero() {
		return Client{}, unknownToken()
	}
	if err != nil {
		return Client{}, err
	}
	if now := d.now(); now.Sub(t.Used) >= usedEvery {
		if err := d.store.Write(ctx, func(tx *store.Tx) error { return tx.UseAPIToken(t.ID, now) }); err != nil {
			return Client{}, err
		}
	}
	return Client{t}, nil
}

func unknownToken() error {
	return fault.New(fault.Unsigned, "有効な API トークンを Authorization: Bearer ヘッダーに指定してください。", "Give a valid API token in the header Authorization: Bearer.")
}
