package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// company is an identity provider whose words are trusted: how they are checked
// is held by the tests of its door.
type company struct{ says desk.Claims }

func (c *company) Address(_ context.Context, p store.Provider, _ string, f desk.Flow) (string, error) {
	return p.Issuer + "/auth?state=" + f.State, nil
}

func (c *company) Exchange(_ context.Context, p store.Provider, _, _, code string, _ desk.Flow) (desk.Claims, error) {
	if code != "c0de" {
		return desk.Claims{}, fault.New(fault.Unsigned, "違います", "wrong code")
	}
	says := c.says
	says.Issuer = p.Issuer
	return says, nil
}

func (c *company) EndSession(_ context.Context, p store.Provider, hint, back string) (string, error) {
	return p.Issuer + "/end?" + query("id_token_hint", hint, "post_logout_redirect_uri", back), nil
}

// LoggedOut reads a token "subject session"; a dash is none.
func (c *company) LoggedOut(_ context.Context, _ store.Provider, token string) (desk.LoggedOut, error) {
	subject, session, ok := strings.Cut(token, " ")
	if !ok {
		return desk.LoggedOut{}, fault.New(fault.Invalid, "違います", "no token")
	}
	return desk.LoggedOut{Subject: strings.Trim(subject, "-"), Session: strings.Trim(session, "-"), At: friday}, nil
}

func (c *company) Test(context.Context, store.Provider, string, string) []desk.Finding { return nil }

// provides registers the identity provider.
func (o *office) provides() store.Provider {
	o.t.Helper()
	all, err := o.desk.Providers(context.Background(), o.admin)
	o.must(err)
	if len(all) > 0 {
		return all[0]
	}
	p, err := o.desk.PutProvider(context.Background(), o.admin, desk.ProviderForm{NewSecret: "s3cret of the client", Provider: store.Provider{
		Issuer: "https://login.desk.example", ClientID: "madoguchi", LabelJA: "社内アカウント", LabelEN: "Company account", Domains: []string{"desk.example"},
	}})
	o.must(err)
	return p
}

// comes is a visitor who signed in at the provider.
func (o *office) comes(p store.Provider, says desk.Claims) *browser {
	o.t.Helper()
	o.company.says = says
	b := o.browser()
	to, err := url.Parse(b.get("/sign-in/sso/" + p.ID).header.Get("Location"))
	o.must(err)
	a := b.get("/sign-in/sso?" + query("state", to.Query().Get("state"), "code", "c0de"))
	if a.code != http.StatusSeeOther || strings.HasPrefix(a.header.Get("Location"), "/sign-in") {
		o.t.Fatalf("the sign-in answered %d: %s", a.code, text(a.body))
	}
	return b
}

func TestWhoCameFromAProviderIsShownWhereToSignOutThereToo(t *testing.T) {
	o := newOffice(t)
	ito := o.hire("伊藤", "ito@desk.example", desk.Agent, "ja")
	b := o.comes(o.provides(), desk.Claims{Subject: "u1", Mail: ito.Email, MailVerified: true, Session: "s1", Hint: "the.id.token"})
	a := b.post("/sign-out")
	a.says(t, "サインアウトしました", "「社内アカウント」からもサインアウトする")
	if !strings.Contains(a.body, "https://login.desk.example/end?id_token_hint=the.id.token&amp;post_logout_redirect_uri="+url.QueryEscape(o.site.URL+"/sign-in")) {
		t.Errorf("the way out is %s", a.body)
	}
	if !strange(b.get("/queue")) {
		t.Error("the session goes on")
	}
	if a := o.signedIn("ito@desk.example").post("/sign-out"); a.header.Get("Location") != "/sign-in" {
		t.Errorf("after a password: %d %s", a.code, a.header.Get("Location"))
	}
}

// Its server says so to ours, with no browser between them (OpenID Connect
// Back-Channel Logout).
func TestAProvidersWordThatSomebodySignedOutEndsTheirSessionsFromThere(t *testing.T) {
	o := newOffice(t)
	p := o.provides()
	ito, eve := o.hire("伊藤", "ito@desk.example", desk.Agent, "ja"), o.hire("江部", "eve@desk.example", desk.Agent, "ja")
	here := func(mail, subject, session string) *browser {
		return o.comes(p, desk.Claims{Subject: subject, Mail: mail, MailVerified: true, Session: session})
	}
	office, home, other, byPassword := here(ito.Email, "u1", "office"), here(ito.Email, "u1", "home"), here(eve.Email, "u2", "other"), o.signedIn(ito.Email)
	word := func(token string) int {
		t.Helper()
		r, err := http.PostForm(o.site.URL+"/sign-in/sso/"+p.ID+"/logout", url.Values{"logout_token": {token}})
		o.must(err)
		o.must(r.Body.Close())
		if r.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("the answer may be kept: %q", r.Header.Get("Cache-Control"))
		}
		return r.StatusCode
	}
	open := func(b *browser) bool { return !strange(b.get("/settings")) }
	if code := word("spoilt"); code != http.StatusBadRequest {
		t.Errorf("a token that cannot be checked answered %d", code)
	}
	if code := word("u7 -"); code != http.StatusOK || !open(office) {
		t.Errorf("somebody unknown answered %d", code)
	}
	if code := word("- office"); code != http.StatusOK || open(office) || !open(home) {
		t.Errorf("one session of theirs (%d): the office goes on: %v, home: %v", code, open(office), open(home))
	}
	if code := word("u1 -"); code != http.StatusOK || open(home) {
		t.Errorf("all of theirs answered %d", code)
	}
	if !open(other) || !open(byPassword) {
		t.Error("others, or what began with a password, ended too")
	}
	if code := word("u1 -"); code != http.StatusOK {
		t.Errorf("the same word again answered %d", code)
	}
}

func TestAnAdministratorUnlinksAnAccount(t *testing.T) {
	o := newOffice(t)
	p := o.provides()
	ito := o.hire("伊藤", "ito@desk.example", desk.Agent, "ja")
	person, b := o.comes(p, desk.Claims{Subject: "u1", Mail: ito.Email, MailVerified: true}), o.signedIn("sato@desk.example")
	page := "/agents/" + ito.ID
	b.get(page).says(t, "結び付いたアカウント", "社内アカウント", "https://login.desk.example · u1")
	if a := b.post(page+"/unlink", "issuer", p.Issuer, "subject", "u1"); a.code != http.StatusSeeOther {
		t.Fatalf("unlinking answered %d: %s", a.code, text(a.body))
	}
	if strings.Contains(b.get(page).body, "結び付いたアカウント") {
		t.Error("the account is still there")
	}
	if !strange(person.get("/queue")) {
		t.Error("what began there goes on")
	}
	b.get("/audit").says(t, "アカウントとの連携を解除")
}
