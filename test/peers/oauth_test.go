package peers_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"madoguchi/internal/app"
	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// authority is an authorization server: consent by code with PKCE, access
// tokens that are renewed with a token that changes each time, and a place
// where Dovecot asks whose token it is.
type authority struct {
	*httptest.Server
	mu        sync.Mutex
	challenge string
	refresh   string
	access    string
	n         int
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /authorize", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Get("code_challenge_method") != "S256" || q.Get("client_id") != "desk" {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		a.mu.Lock()
		a.challenge = q.Get("code_challenge")
		a.mu.Unlock()
		http.Redirect(w, r, q.Get("redirect_uri")+"?code=c0de&state="+url.QueryEscape(q.Get("state")), http.StatusSeeOther)
	})
	mux.HandleFunc("POST /token", a.token)
	mux.HandleFunc("GET /whose", func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		if token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "); a.access == "" || token != a.access {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]string{"email": "desk"})
	})
	a.Server = httptest.NewServer(mux)
	t.Cleanup(a.Close)
	return a
}

func (a *authority) token(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	refuse := func(why string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": why})
	}
	switch r.PostFormValue("grant_type") {
	case "authorization_code":
		sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		if r.PostFormValue("code") != "c0de" || base64.RawURLEncoding.EncodeToString(sum[:]) != a.challenge {
			refuse("invalid_grant")
			return
		}
	case "refresh_token":
		if r.PostFormValue("refresh_token") != a.refresh {
			refuse("invalid_grant")
			return
		}
	}
	if id != "desk" || secret != "cl1ent" {
		refuse("invalid_client")
		return
	}
	a.n++
	a.access, a.refresh = "access"+string(rune('0'+a.n)), "refresh"+string(rune('0'+a.n))
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": a.access, "refresh_token": a.refresh, "token_type": "Bearer", "expires_in": 3600})
}

// withdraw makes the access token count no more, as a provider may at any time.
func (a *authority) withdraw(also ...string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.access = "withdrawn"
	if len(also) > 0 {
		a.refresh = also[0]
	}
}

func TestAMailboxIsEnteredWithOAuthAtDovecot(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"xoauth2", "oauthbearer"} {
		t.Run(way, func(t *testing.T) {
			a := newAuthority(t)
			d := newDovecot(t, "")
			write(t, filepath.Join(d.dir, "oauth2.conf"), "introspection_url = "+a.URL+"/whose\nintrospection_mode = auth\nusername_attribute = email\nuse_grant_password = no\n")
			d.end()
			d.more("auth_mechanisms = plain " + way + "\npassdb {\n  driver = oauth2\n  mechanisms = " + way + "\n  args = " + d.dir + "/oauth2.conf\n}\n")
			d.start()

			dir := t.TempDir()
			h := newHouse(t, dir, app.Config{})
			ctx := t.Context()
			f := d.form("INBOX")
			f.Way, f.Password, f.ClientSecret = desk.WayOAuth, "", "cl1ent"
			f.Consent = store.Consent{Provider: "other", ClientID: "desk", AuthURL: a.URL + "/authorize", TokenURL: a.URL + "/token", Scope: "mail offline_access"}
			m, err := h.Desk.PutMailbox(ctx, keeper, f)
			if err != nil {
				t.Fatal(err)
			}
			eventually(t, "the screen asks for the consent", func() error {
				return differ("asks", strings.Contains(h.Desk.MailboxState(m.ID).Problem.JA, "まだ接続が許可されていません"), true)
			})

			// The person goes to the provider's page and comes back with a code.
			const back, verifier = "http://desk.example/mailboxes/consent", "a-verifier-of-at-least-forty-three-characters-0123"
			at, err := h.Desk.ConsentAddress(ctx, keeper, m.ID, back, "st4te", verifier)
			if err != nil {
				t.Fatal(err)
			}
			client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
			res, err := client.Get(at)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			came, err := res.Location()
			if err != nil || came.Query().Get("state") != "st4te" {
				t.Fatalf("came back to %v, %v", came, err)
			}
			if err := h.Desk.TakeConsent(ctx, keeper, m.ID, back, came.Query().Get("code"), "another verifier"); !fault.Is(err, fault.Invalid) {
				t.Errorf("a code without its verifier: %v", err)
			}
			if err := h.Desk.TakeConsent(ctx, keeper, m.ID, back, came.Query().Get("code"), verifier); err != nil {
				t.Fatal(err)
			}
			d.deliver(1)
			h.expect(1, 1)

			// A token that counts no more is renewed, and the renewed consent outlives a restart.
			a.withdraw()
			d.kick("desk")
			d.deliver(2)
			h.expect(1, 2)
			h.stop()
			h = newHouse(t, dir, app.Config{})
			d.deliver(3)
			h.expect(1, 3)

			// A consent that was withdrawn is said, with what to do.
			a.withdraw("gone")
			d.kick("desk")
			eventually(t, "the screen says that the consent is gone", func() error {
				return differ("says", strings.Contains(h.Desk.MailboxState(m.ID).Problem.JA, "もう一度許可してください"), true)
			})
		})
	}
}
