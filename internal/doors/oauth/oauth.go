// Package oauth is the door to authorization servers: it gets the tokens with
// which the desk signs in to mailboxes (RFC 6749, with PKCE of RFC 7636).
//
// It owns the conversation with them and what their refusals mean. It refuses
// to keep anything: the desk seals and keeps the tokens.
//
// Start reading at [New].
package oauth

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// patience is for one exchange with a server.
const patience = 30 * time.Second

// Authority asks authorization servers.
type Authority struct{ client *http.Client }

// New returns one. It follows no redirect: a token endpoint has none.
func New() *Authority {
	return &Authority{client: &http.Client{
		Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func config(c store.Consent, secret, back string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: c.ClientID, ClientSecret: secret, RedirectURL: back, Scopes: strings.Fields(c.Scope),
		Endpoint: oauth2.Endpoint{AuthURL: c.AuthURL, TokenURL: c.TokenURL},
	}
}

// Address implements [desk.Authority].
func (a *Authority) Address(c store.Consent, back, state, verifier string) (string, error) {
	return config(c, "", back).AuthCodeURL(state, oauth2.S256ChallengeOption(verifier)), nil
}

// Exchange implements [desk.Authority].
func (a *Authority) Exchange(ctx context.Context, c store.Consent, secret, back, code, verifier string) (desk.Grant, error) {
	t, err := config(c, secret, back).Exchange(a.with(ctx), code, oauth2.VerifierOption(verifier))
	return grant(t, err)
}

// Renew implements [desk.Authority].
func (a *Authority) Renew(ctx context.Context, c store.Consent, secret, refresh string) (desk.Grant, error) {
	t, err := config(c, secret, "").TokenSource(a.with(ctx), &oauth2.Token{RefreshToken: refresh}).Token()
	return grant(t, err)
}

func (a *Authority) with(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, a.client)
}

// grant turns the answer into the desk's words. The servers' own words go
// only into the cause: some repeat what was sent to them.
func grant(t *oauth2.Token, err error) (desk.Grant, error) {
	if err == nil {
		return desk.Grant{Access: t.AccessToken, Expires: t.Expiry, Refresh: t.RefreshToken}, nil
	}
	no, answered := errors.AsType[*oauth2.RetrieveError](err)
	if !answered {
		return desk.Grant{}, fault.Wrap(fault.Unavailable, err, "認可サーバーに接続できません。トークンの URL とネットワークを確認してください。",
			"The authorization server cannot be reached. Please check the token address and the network.")
	}
	cause := errors.New("the authorization server answered " + no.Response.Status + " " + no.ErrorCode)
	switch no.ErrorCode {
	case "invalid_grant":
		return desk.Grant{}, fault.Wrap(fault.Invalid, cause, "許可の期限が切れたか、取り消されました。「接続を許可する」から、もう一度許可してください。",
			"The consent has run out or was withdrawn. Please give it again.").At("oauth")
	case "invalid_client", "unauthorized_client":
		return desk.Grant{}, fault.Wrap(fault.Invalid, cause, "クライアント ID またはクライアント シークレットが正しくありません。プロバイダーの登録内容を確認してください。",
			"The client id or its secret is wrong. Please compare them with what the provider shows.").At("client_id")
	case "invalid_scope":
		return desk.Grant{}, fault.Wrap(fault.Invalid, cause, "スコープが認められませんでした。プロバイダーの登録内容を確認してください。",
			"The scope was refused. Please compare it with what the provider allows.").At("scope")
	}
	return desk.Grant{}, fault.Wrap(fault.Unavailable, cause, "認可サーバーが要求に応じませんでした（"+no.Response.Status+"）。時間をおいて再度お試しください。",
		"The authorization server did not comply ("+no.Response.Status+"). Please try again in a moment.")
}
