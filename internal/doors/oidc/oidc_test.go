package oidc

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc/oidctest"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// login is an identity provider whose tokens can be spoilt.
type login struct {
	issuer string
	key    *rsa.PrivateKey
	claims map[string]any
	refuse string // what its token endpoint refuses with
}

func serve(t *testing.T) *login {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	l := &login{key: key}
	published := &oidctest.Server{PublicKeys: []oidctest.PublicKey{{PublicKey: key.Public(), KeyID: "k", Algorithm: "RS256"}}}
	mux := http.NewServeMux()
	mux.Handle("/", published)
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if l.refuse != "" {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"error":%q}`, l.refuse)
			return
		}
		if r.PostFormValue("code_verifier") != "verifier" {
			t.Error("no verifier came")
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": l.signed()})
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	published.SetIssuer(s.URL)
	l.issuer = s.URL
	return l
}

func (l *login) signed() string {
	raw, _ := json.Marshal(l.claims)
	return oidctest.SignIDToken(l.key, "k", "RS256", string(raw))
}

var friday = time.Date(2026, 11, 20, 7, 42, 0, 0, time.UTC)

func TestOnlyATokenOfThisSignInIsTaken(t *testing.T) {
	l := serve(t)
	p, s, f := New(func() time.Time { return friday }), store.Provider{Issuer: l.issuer, ClientID: "madoguchi"}, desk.Flow{State: "s", Nonce: "nonce", Verifier: "verifier"}
	right := map[string]any{
		"iss": l.issuer, "aud": "madoguchi", "sub": "u1", "exp": friday.Add(time.Hour).Unix(), "iat": friday.Unix(), "nonce": "nonce",
		"email": "Sato@Desk.example", "email_verified": "true", "groups": []string{"a", "b"}, "sid": "session",
	}
	exchange := func(change map[string]any) (desk.Claims, error) {
		l.claims = maps.Clone(right)
		maps.Copy(l.claims, change)
		return p.Exchange(context.Background(), s, "secret", "http://localhost/back", "code", f)
	}
	c, err := exchange(nil)
	if err != nil || c.Subject != "u1" || c.Mail != "sato@desk.example" || !c.MailVerified || len(c.Values["groups"]) != 2 || c.Session != "session" {
		t.Fatalf("%+v, %v", c, err)
	}
	if c, err := exchange(map[string]any{"email_verified": nil}); err != nil || c.MailVerified {
		t.Errorf("a mail address of which nothing is said counts as verified: %v", err)
	}
	for name, change := range map[string]map[string]any{
		"another nonce":  {"nonce": "of another sign-in"},
		"no nonce":       {"nonce": nil},
		"another client": {"aud": "somebody else"},
		"another issuer": {"iss": "https://other.example"},
		"expired":        {"exp": friday.Add(-time.Minute).Unix()},
	} {
		if _, err := exchange(change); !fault.Is(err, fault.Unsigned) {
			t.Errorf("%s: %v", name, err)
		}
	}
	l.key, err = rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exchange(nil); !fault.Is(err, fault.Unsigned) {
		t.Errorf("signed by somebody else: %v", err)
	}
	l.refuse = "invalid_client"
	if _, err := exchange(nil); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a wrong secret: %v", err)
	}
}

func TestOnlyALogoutTokenOfTheProviderEndsSessions(t *testing.T) {
	l := serve(t)
	p, s := New(func() time.Time { return friday }), store.Provider{Issuer: l.issuer, ClientID: "madoguchi"}
	event := map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}
	right := map[string]any{"iss": l.issuer, "aud": "madoguchi", "sub": "u1", "sid": "s1", "iat": friday.Unix(), "exp": friday.Add(2 * time.Minute).Unix(), "jti": "t1", "events": event}
	told := func(change map[string]any) (desk.LoggedOut, error) {
		l.claims = maps.Clone(right)
		for k, v := range change {
			if l.claims[k] = v; v == nil {
				delete(l.claims, k)
			}
		}
		return p.LoggedOut(context.Background(), s, l.signed())
	}
	if out, err := told(nil); err != nil || out.Subject != "u1" || out.Session != "s1" || out.ID != "t1" || !out.At.Equal(friday) {
		t.Fatalf("%+v, %v", out, err)
	}
	if out, err := told(map[string]any{"sid": nil}); err != nil || out.Session != "" {
		t.Errorf("of all their sessions: %+v, %v", out, err)
	}
	for name, change := range map[string]map[string]any{
		"another client":        {"aud": "somebody else"},
		"another issuer":        {"iss": "https://other.example"},
		"expired":               {"exp": friday.Add(-time.Minute).Unix()},
		"no logout":             {"events": nil},
		"an ID token":           {"nonce": "nonce"},
		"nobody and no session": {"sub": nil, "sid": nil},
	} {
		if _, err := told(change); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var err error
	if l.key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	if _, err := told(nil); !fault.Is(err, fault.Invalid) {
		t.Errorf("signed by somebody else: %v", err)
	}
}

func TestTheTestOfAConnectionSaysWhatIsWrong(t *testing.T) {
	l := serve(t)
	p := New(func() time.Time { return friday })
	last := func(issuer string) string {
		all := p.Test(context.Background(), store.Provider{Issuer: issuer, ClientID: "madoguchi"}, "secret", "http://localhost/back")
		for _, f := range all {
			if !f.OK {
				return f.Text.EN
			}
		}
		return all[len(all)-1].Text.EN
	}
	away := httptest.NewServer(http.NotFoundHandler())
	for issuer, words := range map[string]string{
		l.issuer + "/":                   "the very same text",
		away.URL:                         "no OpenID Connect description",
		"https://no-such-name.invalid":   "spelling",
		"https://169.254.169.254/latest": "does not connect",
	} {
		if got := last(issuer); !strings.Contains(got, words) {
			t.Errorf("%s: %s", issuer, got)
		}
	}
	l.refuse = "invalid_client"
	if got := last(l.issuer); !strings.Contains(got, "secret is wrong") {
		t.Errorf("a wrong secret: %s", got)
	}
	away.Close()
	if got := last(away.URL); !strings.Contains(got, "cannot be reached") {
		t.Errorf("a server that is away: %s", got)
	}
}

func TestNoAddressOfTheMachineItselfIsReachedByAnotherName(t *testing.T) {
	for at, may := range map[string]bool{
		"127.0.0.1:443": false, "[::1]:443": false, "169.254.169.254:80": false, "0.0.0.0:443": false, "[::ffff:127.0.0.1]:443": false, "[fe80::1]:443": false,
		"10.0.0.7:443": true, "203.0.113.9:443": true,
	} {
		if err := allowed(at); (err == nil) != may {
			t.Errorf("%s: %v", at, err)
		}
	}
}
