package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/passkey/passkeytest"
)

// reachedAt says in the settings where browsers reach the desk.
func (o *office) reachedAt(web string) {
	o.t.Helper()
	site := o.desk.Site()
	site.Web = web
	site.Name.JA, site.Name.EN = "窓口", "Desk"
	o.must(o.desk.SetSite(context.Background(), o.admin, site))
}

// named gives the office a host name, as browsers need it for passkeys.
func (o *office) named() string {
	o.t.Helper()
	u, err := url.Parse(o.site.URL)
	o.must(err)
	o.site.URL = "http://localhost:" + u.Port()
	o.reachedAt(o.site.URL)
	return o.site.URL
}

// asks is what a page's script is told to ask the browser.
func (b *browser) asks(path, purpose string) (token string, options []byte) {
	b.o.t.Helper()
	a := b.post(path, "for", purpose)
	var q struct {
		Token   string
		Options json.RawMessage
	}
	if err := json.Unmarshal([]byte(a.body), &q); err != nil || a.code != http.StatusOK || a.header.Get("Cache-Control") != "no-store" {
		b.o.t.Fatalf("asking for a passkey answered %d: %s", a.code, a.body)
	}
	return q.Token, q.Options
}

func TestSigningInWithAPasskey(t *testing.T) {
	o := newOffice(t)
	origin := o.named()
	o.hire("伊藤", "ito@desk.example", desk.Agent, "ja")
	b := o.signedIn("ito@desk.example")
	if a := o.browser().get("/sign-in"); strings.Contains(a.body, "data-passkey") {
		t.Error("passkeys are offered before anybody has one")
	}
	device := passkeytest.New(t, origin)
	token, options := b.asks("/settings/security/passkeys/ask", "add")
	if a := b.post("/settings/security/passkeys", "token", token, "name", "", "answer", "{}"); a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="e-name"`) {
		t.Errorf("without a name: %d", a.code)
	}
	a := b.post("/settings/security/passkeys", "token", token, "name", "ノート PC", "answer", string(device.Create(options)))
	if a.code != http.StatusOK || strings.Count(a.body, "<li><code>") != 10 {
		t.Fatalf("registering answered %d: %s", a.code, text(a.body))
	}
	a.says(t, "ノート PC", "未使用")

	// Without a name, from any browser.
	b = o.browser()
	if a := b.get("/sign-in"); !strings.Contains(a.body, `data-passkey="sign-in"`) || !strings.Contains(a.body, `autocomplete="username webauthn"`) {
		t.Error("passkeys are not offered")
	}
	token, options = b.asks("/sign-in/passkey/ask", "sign-in")
	a = b.post("/sign-in/passkey", "for", "sign-in", "token", token, "answer", string(device.Get(options)), "next", "/customers")
	if a.code != http.StatusSeeOther || a.header.Get("Location") != "/customers" {
		t.Fatalf("signing in answered %d %s", a.code, text(a.body))
	}
	b.get("/settings/security").says(t, "11/20（金）16:42", "パスキー")
	if a := o.browser().post("/sign-in/passkey", "for", "sign-in", "token", token, "answer", string(device.Get(options))); a.code != http.StatusUnauthorized {
		t.Errorf("the same answer once more: %d", a.code)
	}
	// After the password it is the second factor.
	b = o.browser()
	if a := b.post("/sign-in", "mail", "ito@desk.example", "password", password); a.header.Get("Location") != "/sign-in/second" {
		t.Fatalf("after the password: %d %s", a.code, a.header.Get("Location"))
	}
	b.get("/sign-in/second").says(t, "パスキーで確認する", "リカバリーコード")
	token, options = b.asks("/sign-in/passkey/ask", "second")
	if a := b.post("/sign-in/passkey", "for", "second", "token", token, "answer", string(device.Get(options))); a.header.Get("Location") != "/" {
		t.Fatalf("the second factor answered %d", a.code)
	}
	b.get("/settings/security").says(t, "パスワード＋パスキー")
	if a := o.browser().post("/sign-in/passkey/ask", "for", "second"); a.code != http.StatusUnauthorized {
		t.Errorf("a stranger asked for somebody's second factor: %d", a.code)
	}

	// Ten minutes later, removing it asks first who they are.
	o.at(o.clock().Add(11 * time.Minute))
	remove := regexp.MustCompile(`action="(/settings/security/passkeys/[^"]+/remove)"`).FindStringSubmatch(b.get("/settings/security").body)[1]
	a = b.do("POST", remove, form(nil), "Referer", o.site.URL+"/settings/security")
	if a.code != http.StatusSeeOther || a.header.Get("Location") != "/settings/security/again?next=%2Fsettings%2Fsecurity" {
		t.Fatalf("removing answered %d %s", a.code, a.header.Get("Location"))
	}
	b.get(a.header.Get("Location")).says(t, "ご本人の確認", "パスキーで確認する")
	if a := b.post("/settings/security/again", "code", "0000", "next", "/settings/security"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("a wrong code answered %d", a.code)
	}
	token, options = b.asks("/sign-in/passkey/ask", "again")
	if a := b.post("/sign-in/passkey", "for", "again", "token", token, "answer", string(device.Get(options)), "next", "/settings/security"); a.header.Get("Location") != "/settings/security" {
		t.Errorf("the proof answered %d %s", a.code, a.header.Get("Location"))
	}
	if a := b.post(remove); a.header.Get("Location") != "/settings/security" {
		t.Errorf("removing answered %d", a.code)
	}
	b.get("/settings/security").says(t, "パスキーを削除しました")
}

func TestAtAnotherAddressThePagesSayWherePasskeysWork(t *testing.T) {
	o := newOffice(t)
	o.hire("伊藤", "ito@desk.example", desk.Agent, "ja")
	b := o.signedIn("ito@desk.example")
	b.get("/settings/security").says(t, "管理者が「設定」で窓口の Web アドレスを入力する必要があります")
	o.reachedAt("https://desk.example")
	b.get("/settings/security").says(t, "パスキーは https://desk.example でのみ使えます")
	token, options := b.asks("/settings/security/passkeys/ask", "add")
	a := b.post("/settings/security/passkeys", "token", token, "name", "x", "answer", string(passkeytest.New(t, o.site.URL).Create(options)))
	if a.code != http.StatusUnprocessableEntity {
		t.Errorf("registering here answered %d", a.code)
	}
	a.says(t, "https://desk.example でのみ使えます")
}
