package web

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"madoguchi/internal/desk"
)

func TestTheFirstPersonRegistersAgainstTheTokenAndNobodyAfterThem(t *testing.T) {
	o := emptyOffice(t)
	b := o.browser()
	if a := b.get("/"); a.header.Get("Location") != "/first-run" {
		t.Fatalf("the front page of an empty desk leads to %q", a.header.Get("Location"))
	}
	a := b.post("/first-run", "token", "wrong", "name", "佐藤", "mail", "sato@desk.example", "password", password)
	if a.code != http.StatusForbidden {
		t.Fatalf("a wrong token answered %d", a.code)
	}
	a.says(t, "ワンタイムトークンが正しくありません")
	a = b.post("/first-run", "token", o.token, "name", "佐藤", "mail", "sato@desk.example", "password", "short")
	if a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="e-password"`) {
		t.Fatalf("a short password answered %d", a.code)
	}
	if a = b.post("/first-run", "token", o.token, "name", "佐藤", "mail", "sato@desk.example", "password", password); a.code != http.StatusSeeOther {
		t.Fatalf("the right token answered %d: %s", a.code, text(a.body))
	}
	if a = b.get("/queue"); a.code != http.StatusOK {
		t.Errorf("the first administrator is not signed in: %d", a.code)
	}
	a.says(t, "窓口の準備を始めましょう") // an empty desk teaches what comes first
	a.says(t, "お客様とご担当者を登録する")
	if a = o.browser().get("/first-run"); a.code != http.StatusNotFound {
		t.Errorf("the set-up page is still there: %d", a.code)
	}
}

func TestAStrangerIsAskedToSignInAndComesBackToThePageAskedFor(t *testing.T) {
	o := newOffice(t)
	b := o.browser()
	for _, path := range []string{"/queue", "/cases/x", "/customers", "/contract", "/settings", "/agents", "/sent", "/audit", "/site", "/unidentified", "/events", "/find?q=1"} {
		if a := b.get(path); a.code != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/sign-in") {
			t.Errorf("%s answered %d %s", path, a.code, a.header.Get("Location"))
		}
	}
	if a := b.get("/queue/list", "HX-Request", "true"); a.code != http.StatusUnauthorized || a.header.Get("HX-Redirect") != "/sign-in" {
		t.Errorf("a fragment answered %d %q", a.code, a.header.Get("HX-Redirect"))
	}
	a := b.post("/sign-in", "mail", "sato@desk.example", "password", "not it", "next", "/customers")
	if a.code != http.StatusUnauthorized {
		t.Fatalf("a wrong password answered %d", a.code)
	}
	a.says(t, "メールアドレスまたはパスワードが正しくありません")
	a = b.post("/sign-in", "mail", "sato@desk.example", "password", password, "next", "/customers")
	if a.header.Get("Location") != "/customers" {
		t.Errorf("signing in leads to %q", a.header.Get("Location"))
	}
	if a = b.post("/sign-out"); a.code != http.StatusSeeOther {
		t.Errorf("signing out answered %d", a.code)
	}
	if a = b.get("/queue"); a.code != http.StatusSeeOther {
		t.Errorf("after signing out the queue answered %d", a.code)
	}
}

func TestGuessingPasswordsIsSlowedDown(t *testing.T) {
	o := newOffice(t)
	b := o.browser()
	for range 30 {
		a := b.post("/sign-in", "mail", "sato@desk.example", "password", "guess")
		if a.code == http.StatusTooManyRequests {
			if a.header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
			return
		}
	}
	t.Error("thirty wrong passwords were answered without a pause")
}

func TestADisabledAccountIsOutAtOnce(t *testing.T) {
	o := newOffice(t)
	ito := o.hire("伊藤", "ito@desk.example", desk.Agent, "en")
	b := o.signedIn("ito@desk.example")
	if a := b.get("/queue"); a.code != http.StatusOK {
		t.Fatalf("the queue answered %d", a.code)
	}
	o.must(o.desk.SetAgent(context.Background(), o.admin, ito.ID, "伊藤", desk.Agent, true))
	if a := b.get("/queue"); a.code != http.StatusSeeOther {
		t.Errorf("a disabled person still sees the queue: %d", a.code)
	}
}

func TestANewPasswordEndsTheOtherSessions(t *testing.T) {
	o := newOffice(t)
	here, elsewhere := o.signedIn("sato@desk.example"), o.signedIn("sato@desk.example")
	if a := here.post("/settings/password", "old", password, "password", "quite another phrase"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	if a := here.get("/queue"); a.code != http.StatusOK {
		t.Errorf("who changed the password is signed out: %d", a.code)
	}
	if a := elsewhere.get("/queue"); a.code != http.StatusSeeOther {
		t.Errorf("a session under the old password goes on: %d", a.code)
	}
}

func TestSigningInChangesTheSession(t *testing.T) {
	o := newOffice(t)
	b := o.browser()
	b.get("/sign-in")
	b.post("/sign-in", "mail", "sato@desk.example", "password", "wrong")
	a := b.post("/sign-in", "mail", "sato@desk.example", "password", password)
	cookie := a.header.Get("Set-Cookie")
	if !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
		t.Errorf("the session cookie is %q", cookie)
	}
}

func TestPagesAreForThoseWhoMaySeeThem(t *testing.T) {
	o := newOffice(t)
	o.hire("伊藤", "ito@desk.example", desk.Agent, "en")
	b := o.signedIn("ito@desk.example")
	for _, path := range []string{"/agents", "/site", "/audit", "/sent", "/customers/new"} {
		a := b.get(path)
		if a.code != http.StatusForbidden {
			t.Errorf("%s answered %d to an agent", path, a.code)
		}
		a.says(t, "You may not do this", "この操作の権限がありません")
	}
	if a := b.post("/agents", "name", "X", "email", "x@desk.example", "role", "administrator", "language", "ja", "password", password); a.code != http.StatusForbidden {
		t.Errorf("an agent added an administrator: %d", a.code)
	}
	page := b.get("/queue").body
	for _, link := range []string{`href="/agents"`, `href="/audit"`, `href="/site"`, `href="/sent"`} {
		if strings.Contains(page, link) {
			t.Errorf("the rail of an agent offers %s", link)
		}
	}
}

func TestALanguageChosenIsKeptForThePerson(t *testing.T) {
	o := newOffice(t)
	b := o.signedIn("sato@desk.example")
	if a := b.post("/lang", "lang", "en"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d", a.code)
	}
	b.get("/queue").says(t, "What the contract asks next")
	again := o.signedIn("sato@desk.example")
	again.get("/queue").says(t, "What the contract asks next")
	if a := again.get("/no-such-page"); a.code != http.StatusNotFound {
		t.Errorf("answered %d", a.code)
	} else {
		a.says(t, "There is nothing at this address", "お探しのページは見つかりませんでした")
	}
}
