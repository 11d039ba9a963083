package web

import (
	"context"
	"net/http"
	"regexp"
	"testing"
)

// A token is shown when it is made and never again; revoked, it opens nothing.
func TestAnAdministratorMakesATokenAndRevokesIt(t *testing.T) {
	o := newOffice(t)
	b := o.signedIn("sato@desk.example")
	b.get("/api-tokens").says(t, "API トークンはまだありません", "トークンを発行する")
	b.post("/api-tokens", "name", "", "per_second", "50", "scopes", "cases.read").says(t, "用途のわかる名前")
	b.post("/api-tokens", "name", "監視", "per_second", "多い", "scopes", "cases.read").says(t, "1 秒あたりの上限")
	made := b.post("/api-tokens", "name", "監視システム", "per_second", "50", "scopes", "cases.write")
	made.says(t, "トークンを発行しました", "この一度だけ")
	token := regexp.MustCompile(`value="(mdg_[^"]+)"`).FindStringSubmatch(made.body)
	if token == nil {
		t.Fatalf("no token in %s", made.body)
	}
	if again := b.get("/api-tokens"); regexp.MustCompile(regexp.QuoteMeta(token[1])).MatchString(again.body) {
		t.Error("the token is shown again")
	}
	if _, err := o.desk.Client(context.Background(), token[1]); err != nil {
		t.Errorf("the token opens nothing: %v", err)
	}
	id := regexp.MustCompile(`/api-tokens/([0-9a-f-]+)/revoke`).FindStringSubmatch(b.get("/api-tokens").body)
	if a := b.post("/api-tokens/" + id[1] + "/revoke"); a.code != http.StatusSeeOther {
		t.Errorf("revoking answered %d", a.code)
	}
	b.get("/api-tokens").says(t, "失効")
	if _, err := o.desk.Client(context.Background(), token[1]); err == nil {
		t.Error("a revoked token is good")
	}
	b.get("/audit").says(t, "API トークンを発行", "API トークンを失効")
}
