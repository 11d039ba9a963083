// Package oidc is the door to identity providers: it has people of the desk
// signed in elsewhere (OpenID Connect Core 1.0, with PKCE of RFC 7636).
//
// It owns the conversation with providers, the check of their tokens, and what
// their refusals mean. It refuses to decide who somebody is at the desk, and to
// keep anything but what providers publish.
//
// Start reading at [New].
package oidc

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// published is for how long it is believed what a provider published of itself.
// Who is about to be sent there is sent only where it has answered just now.
const (
	published = time.Hour
	justNow   = 10 * time.Second
)

// Providers asks identity providers. It is safe for concurrent use.
type Providers struct {
	client *http.Client
	now    func() time.Time

	mu    sync.Mutex
	known map[string]entry // by issuer
}

type entry struct {
	provider *oidc.Provider
	at       time.Time
}

// New returns them; now is the clock that tokens are judged by.
func New(now func() time.Time) *Providers {
	return &Providers{client: guarded(), now: now, known: map[string]entry{}}
}

// metadata is what the library does not tell of a provider.
type metadata struct {
	Auth        string   `json:"authorization_endpoint"`
	Token       string   `json:"token_endpoint"`
	Keys        string   `json:"jwks_uri"`
	EndSession  string   `json:"end_session_endpoint"`
	Challenges  []string `json:"code_challenge_methods_supported"`
	TokenAuth   []string `json:"token_endpoint_auth_methods_supported"`
	NamesIssuer bool     `json:"authorization_response_iss_parameter_supported"`
}

func (p *Providers) provider(ctx context.Context, issuer string, atMost time.Duration) (*oidc.Provider, metadata, error) {
	var m metadata
	p.mu.Lock()
	have, ok := p.known[issuer]
	p.mu.Unlock()
	if since := p.now().Sub(have.at); !ok || since > atMost || since < 0 {
		found, err := oidc.NewProvider(p.with(ctx), issuer)
		if err != nil {
			return nil, m, unreachable(err)
		}
		have = entry{found, p.now()}
	}
	if err := have.provider.Claims(&m); err != nil {
		return nil, m, unreachable(err)
	}
	for _, u := range []string{m.Auth, m.Token, m.Keys, m.EndSession} {
		if u != "" && desk.CheckIssuer(u) != nil {
			return nil, m, unreachable(errors.New("the provider names an address that is not https: " + u))
		}
	}
	p.mu.Lock()
	p.known[issuer] = have
	p.mu.Unlock()
	return have.provider, m, nil
}

func (p *Providers) forget(issuer string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.known, issuer)
}

func (p *Providers) with(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.client)
}

func config(at *oidc.Provider, s store.Provider, secret, back string) *oauth2.Config {
	scopes := []string{oidc.ScopeOpenID, "email", "profile"}
	for more := range strings.FieldsSeq(s.Scopes) {
		scopes = append(scopes, more)
	}
	return &oauth2.Config{ClientID: s.ClientID, ClientSecret: secret, RedirectURL: back, Scopes: scopes, Endpoint: at.Endpoint()}
}

// Address implements [desk.Providers].
func (p *Providers) Address(ctx context.Context, s store.Provider, back string, f desk.Flow) (string, error) {
	at, _, err := p.provider(ctx, s.Issuer, justNow)
	if err != nil {
		return "", err
	}
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(f.Verifier), oidc.Nonce(f.Nonce)}
	if f.Again {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	return config(at, s, "", back).AuthCodeURL(f.State, options...), nil
}

// Exchange implements [desk.Providers].
func (p *Providers) Exchange(ctx context.Context, s store.Provider, secret, back, code string, f desk.Flow) (desk.Claims, error) {
	at, _, err := p.provider(ctx, s.Issuer, published)
	if err != nil {
		return desk.Claims{}, err
	}
	ctx = p.with(ctx)
	token, err := config(at, s, secret, back).Exchange(ctx, code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		return desk.Claims{}, refused(err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return desk.Claims{}, wrong(errors.New("no ID token came"))
	}
	id, err := at.Verifier(&oidc.Config{ClientID: s.ClientID, Now: p.now}).Verify(ctx, raw)
	if err != nil {
		return desk.Claims{}, wrong(err)
	}
	if id.Nonce != f.Nonce {
		return desk.Claims{}, wrong(errors.New("the ID token is of another sign-in (nonce)"))
	}
	all := map[string]any{}
	if err := id.Claims(&all); err != nil {
		return desk.Claims{}, wrong(err)
	}
	// Some providers tell mail and groups only when they are asked for them.
	if info, err := at.UserInfo(ctx, oauth2.StaticTokenSource(token)); err == nil && info.Subject == id.Subject {
		more := map[string]any{}
		if err := info.Claims(&more); err == nil {
			for k, v := range more {
				if _, told := all[k]; !told {
					all[k] = v
				}
			}
		}
	}
	return claimsOf(id, all, raw), nil
}

// claimsOf is what the desk wants to know.
func claimsOf(id *oidc.IDToken, all map[string]any, raw string) desk.Claims {
	word := func(key string) string { s, _ := all[key].(string); return s }
	c := desk.Claims{
		Issuer: id.Issuer, Subject: id.Subject, Mail: strings.ToLower(word("email")), Name: cmp.Or(word("name"), word("preferred_username")),
		Session: word("sid"), Hint: raw, Values: map[string][]string{},
	}
	if at, ok := all["auth_time"].(float64); ok {
		c.AuthTime = time.Unix(int64(at), 0)
	}
	switch v := all["email_verified"].(type) {
	case bool:
		c.MailVerified = v
	case string: // as some providers write it
		c.MailVerified = v == "true"
	}
	for k, v := range all {
		switch v := v.(type) {
		case string:
			c.Values[k] = []string{v}
		case []any:
			for _, one := range v {
				if s, ok := one.(string); ok {
					c.Values[k] = append(c.Values[k], s)
				}
			}
		}
	}
	return c
}

// EndSession implements [desk.Providers].
func (p *Providers) EndSession(ctx context.Context, s store.Provider, hint, back string) (string, error) {
	_, m, err := p.provider(ctx, s.Issuer, published)
	if err != nil || m.EndSession == "" {
		return "", err
	}
	u, err := url.Parse(m.EndSession)
	if err != nil {
		return "", unreachable(err)
	}
	q := u.Query()
	q.Set("client_id", s.ClientID)
	q.Set("post_logout_redirect_uri", back)
	if hint != "" {
		q.Set("id_token_hint", hint)
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// LoggedOut implements [desk.Providers].
func (p *Providers) LoggedOut(ctx context.Context, s store.Provider, raw string) (desk.LoggedOut, error) {
	at, _, err := p.provider(ctx, s.Issuer, published)
	if err != nil {
		return desk.LoggedOut{}, err
	}
	t, err := at.Verifier(&oidc.Config{ClientID: s.ClientID, Now: p.now}).VerifyLogout(p.with(ctx), raw)
	if err != nil {
		return desk.LoggedOut{}, fault.Wrap(fault.Invalid, err, "ログアウト トークンを確認できません。", "The logout token cannot be checked.")
	}
	var c struct {
		Session string `json:"sid"`
		ID      string `json:"jti"`
	}
	if err := t.Claims(&c); err != nil {
		return desk.LoggedOut{}, fault.Wrap(fault.Invalid, err, "ログアウト トークンを読み取れません。", "The logout token cannot be read.")
	}
	return desk.LoggedOut{Subject: t.Subject, Session: c.Session, ID: c.ID, At: t.IssuedAt}, nil
}

func wrong(err error) error {
	return fault.Wrap(fault.Unsigned, err, "シングルサインオンの応答を確認できませんでした。もう一度お試しください。続く場合は管理者にご連絡ください。",
		"The identity provider’s answer could not be checked. Please try again; if it stays so, tell an administrator.")
}

// refused turns the token endpoint's answer into the desk's words. Its own
// words go only into the cause.
func refused(err error) error {
	no, answered := errors.AsType[*oauth2.RetrieveError](err)
	if !answered {
		return unreachable(err)
	}
	cause := errors.New("the token endpoint answered " + no.Response.Status + " " + code(no))
	switch code(no) {
	case "invalid_client", "unauthorized_client":
		return fault.Wrap(fault.Unavailable, cause, "シングルサインオンの設定（クライアント ID またはシークレット）が正しくありません。管理者にご連絡ください。",
			"Single sign-on is set up wrongly (client id or secret). Please tell an administrator.")
	case "invalid_grant":
		return wrong(cause)
	}
	return fault.Wrap(fault.Unavailable, cause, "ID プロバイダーが応じませんでした。時間をおいて再度お試しください。", "The identity provider did not comply. Please try again in a moment.")
}

// code is the error's name; the library reads it from JSON with the right type
// of content only.
func code(no *oauth2.RetrieveError) string {
	if no.ErrorCode != "" {
		return no.ErrorCode
	}
	var said struct {
		Error string `json:"error"`
	}
	_ = json.Unmarshal(no.Body, &said) // no JSON says nothing
	return said.Error
}

func unreachable(err error) error {
	return fault.Wrap(fault.Unavailable, err, "ID プロバイダーに接続できません。時間をおいて再度お試しいただくか、別の方法でサインインしてください。",
		"The identity provider cannot be reached. Please try again in a moment, or sign in another way.")
}
