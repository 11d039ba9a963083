package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
)

// appCode is what an authenticator app shows, written once more.
func appCode(secret string, at time.Time) string {
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(secret, " ", ""))
	if err != nil {
		return err.Error()
	}
	mac := hmac.New(sha1.New, key)
	_ = binary.Write(mac, binary.BigEndian, at.Unix()/30)
	sum := mac.Sum(nil)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[sum[19]&15:])&0x7fffffff%1_000_000)
}

var secretShown = regexp.MustCompile(`class="secret">([A-Z2-7 ]+)<`)

func TestSigningInWithASecondFactor(t *testing.T) {
	o := newOffice(t)
	ito := o.hire("伊藤", "ito@desk.example", desk.Agent, "ja")
	b := o.signedIn("ito@desk.example")
	a := b.post("/settings/security/totp")
	m := secretShown.FindStringSubmatch(a.body)
	if a.code != http.StatusOK || m == nil || !strings.Contains(a.body, "data:image/png;base64,") || a.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("the page of enrollment answered %d", a.code)
	}
	a = b.post("/settings/security/totp/confirm", "code", appCode(m[1], o.clock()))
	if a.code != http.StatusOK || strings.Count(a.body, "<li><code>") != 10 {
		t.Fatalf("confirming answered %d: %s", a.code, text(a.body))
	}
	// The password alone opens nothing.
	b = o.browser()
	a = b.post("/sign-in", "mail", "ito@desk.example", "password", password, "next", "/customers")
	if a.code != http.StatusSeeOther || a.header.Get("Location") != "/sign-in/second?next=%2Fcustomers" {
		t.Fatalf("after the password: %d %s", a.code, a.header.Get("Location"))
	}
	if a := b.do("GET", "/queue", nil); !strange(a) {
		t.Errorf("the password alone opened the queue: %d", a.code)
	}
	if a := b.post("/sign-in/second", "code", "000000"); a.code != http.StatusUnauthorized {
		t.Errorf("a wrong code answered %d", a.code)
	}
	o.at(o.clock().Add(time.Minute))
	if a := b.post("/sign-in/second", "code", appCode(m[1], o.clock()), "next", "/customers"); a.code != http.StatusSeeOther || a.header.Get("Location") != "/customers" {
		t.Fatalf("the right code answered %d %s", a.code, a.header.Get("Location"))
	}
	if a := b.do("GET", "/queue", nil); a.code != http.StatusOK {
		t.Errorf("after both: %d", a.code)
	}
	// Ten minutes after the password it has to be entered again.
	late := o.browser()
	late.post("/sign-in", "mail", "ito@desk.example", "password", password)
	o.at(o.clock().Add(11 * time.Minute))
	if a := late.post("/sign-in/second", "code", appCode(m[1], o.clock())); a.header.Get("Location") != "/sign-in" {
		t.Errorf("a late code answered %d %s", a.code, a.header.Get("Location"))
	}
	// Nobody comes to the second step without the first.
	if a := o.browser().post("/sign-in/second", "code", appCode(m[1], o.clock())); a.header.Get("Location") != "/sign-in" {
		t.Errorf("a stranger's code answered %d", a.code)
	}
	// A role that needs one sends who has none to set it up.
	o.must(o.desk.ResetFactors(context.Background(), o.admin, ito.ID))
	o.must(o.desk.SetSignInRules(context.Background(), o.admin, desk.SignInRules{SecondFactor: []desk.Role{desk.Agent}}))
	b = o.signedIn("ito@desk.example")
	if a := b.do("GET", "/queue", nil); a.code != http.StatusSeeOther || a.header.Get("Location") != "/settings/security" {
		t.Errorf("without the factor that their role needs: %d %s", a.code, a.header.Get("Location"))
	}
	if a := b.do("GET", "/settings/security", nil); a.code != http.StatusOK || !strings.Contains(a.body, "二要素認証が必須です") {
		t.Errorf("the page of enrollment: %d", a.code)
	}
}

func TestSessionsAreSeenAndEnded(t *testing.T) {
	o := newOffice(t)
	ito := o.hire("伊藤", "ito@desk.example", desk.Agent, "ja")
	here, there, third := o.signedIn("ito@desk.example"), o.signedIn("ito@desk.example"), o.signedIn("ito@desk.example")
	open := func(b *browser) bool { return b.do("GET", "/queue", nil).code == http.StatusOK }
	a := here.do("GET", "/settings/security", nil)
	ids := regexp.MustCompile(`name="session" value="(\w+)"`).FindAllStringSubmatch(a.body, -1)
	if a.code != http.StatusOK || len(ids) != 2 || !strings.Contains(a.body, "127.0.0.1") {
		t.Fatalf("%d sessions can be ended: %s", len(ids), text(a.body))
	}
	if a := here.post("/settings/security/sessions/end", "session", ids[0][1]); a.code != http.StatusSeeOther {
		t.Errorf("ending one answered %d", a.code)
	}
	if !open(here) || open(there) == open(third) {
		t.Error("not exactly one other session has ended")
	}
	here.post("/settings/security/sessions/end-others")
	if !open(here) || open(there) || open(third) {
		t.Error("not all others have ended")
	}
	// An id of somebody else's session ends nothing.
	sato := o.signedIn("sato@desk.example")
	sessions, err := o.desk.Sessions(context.Background(), o.admin, ito.ID)
	o.must(err)
	if a := sato.post("/settings/security/sessions/end", "session", sessions[0].ID); a.code != http.StatusNotFound || !open(here) {
		t.Errorf("another person's session: %d", a.code)
	}
	if a := here.post("/agents/" + o.admin.ID + "/sessions/end"); a.code != http.StatusForbidden || !open(sato) {
		t.Errorf("an agent ended an administrator's sessions: %d", a.code)
	}
	// An administrator signs a person out; so do a new password and disabling.
	if a := sato.post("/agents/" + ito.ID + "/sessions/end"); a.code != http.StatusSeeOther || open(here) {
		t.Errorf("an administrator's revocation answered %d", a.code)
	}
	again := o.signedIn("ito@desk.example")
	elsewhere := o.signedIn("ito@desk.example")
	if a := again.post("/settings/password", "old", password, "password", "another long phrase"); a.code != http.StatusSeeOther || !open(again) || open(elsewhere) {
		t.Errorf("a new password: %d, here %v, elsewhere %v", a.code, open(again), open(elsewhere))
	}
	o.must(o.desk.SetAgent(context.Background(), o.admin, ito.ID, "伊藤", desk.Agent, true))
	o.must(o.desk.SetAgent(context.Background(), o.admin, ito.ID, "伊藤", desk.Agent, false))
	if open(again) {
		t.Error("a session outlived the disabling of its account")
	}
}

func TestTheAuditLogIsSearchedAndExported(t *testing.T) {
	o := newOffice(t)
	o.hire("伊藤", "ito@desk.example", desk.Agent, "ja")
	b := o.signedIn("sato@desk.example")
	if a := b.do("GET", "/audit?what=agent.added&q="+url.QueryEscape("伊藤"), nil); a.code != http.StatusOK || !strings.Contains(a.body, "ito@desk.example") || strings.Contains(a.body, "sato@desk.example") {
		t.Errorf("the search answered %d", a.code)
	}
	if a := b.do("GET", "/audit?from=2026-11-21", nil); !strings.Contains(a.body, "条件に合う記録はありません") {
		t.Error("lines of another day")
	}
	if a := b.do("GET", "/audit?from=yesterday", nil); a.code != http.StatusUnprocessableEntity && a.code != http.StatusBadRequest {
		t.Errorf("a bad date answered %d", a.code)
	}
	a := b.do("GET", "/audit/export?form=csv&what=agent.", nil)
	if a.code != http.StatusOK || !strings.HasPrefix(a.body, "\ufeff") || !strings.Contains(a.header.Get("Content-Disposition"), "audit-20261120-1642.csv") {
		t.Errorf("the export answered %d %v", a.code, a.header)
	}
	if a := b.do("GET", "/audit/export?form=exe", nil); a.code == http.StatusOK {
		t.Error("an unknown form was exported")
	}
}
