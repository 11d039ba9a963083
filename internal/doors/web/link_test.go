package web

import (
	"net/http"
	"strings"
	"testing"
)

func TestCasesAreLinkedAndAParentEndsWithItsChildren(t *testing.T) {
	o, parent := openCase(t)
	child := o.mail("yamada@aoba.example", "別の部署でも同じ症状です", "こちらでも解除できません。")
	o.customer("別会社", "other.example", "tanaka")
	foreign := o.mail("tanaka@other.example", "質問", "本文")
	b := o.signedIn("sato@desk.example")
	b.get("/cases/"+child+"/links").says(t, "ケースを関連付ける", "もう一方の子ケースである", "添付ファイルの保留解除ができない")
	if a := b.act("link-form", "/cases/"+child+"/links", "why", "child-of"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("a link to nothing answered %d", a.code)
	}
	if a := b.act("link-form", "/cases/"+child+"/links", "other", foreign, "why", "child-of"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("a parent of another customer answered %d", a.code)
	}
	b.act("link-form", "/cases/"+child+"/links", "other", parent, "why", "child-of").says(t, "ケースを関連付けました。", "親ケース", "添付ファイルの保留解除ができない")
	b.get("/cases/"+parent).says(t, "子ケース", "別の部署でも同じ症状です", "進行中の子ケースも同じ状態にする")

	if a := b.act("status-form", "/cases/"+parent+"/status", "status", "closed", "child", child); a.code != http.StatusUnprocessableEntity {
		t.Errorf("finishing what was not answered, without a reason, answered %d", a.code)
	}
	if a := b.act("status-form", "/cases/"+parent+"/status", "status", "closed", "reason", "一括で復旧", "child", foreign); a.code != http.StatusConflict {
		t.Errorf("finishing a case that is no child answered %d", a.code)
	}
	b.get("/cases/"+parent).says(t, "状態：未着手")
	b.act("status-form", "/cases/"+parent+"/status", "status", "closed", "reason", "一括で復旧", "child", child)
	b.get("/cases/"+parent).says(t, "状態：終了")
	a := b.get("/cases/" + child)
	a.says(t, "状態：終了", "一括で復旧")
	b.act("unlink", "/cases/"+child+"/links/"+parent+"/remove").says(t, "関連を外しました。")
	if a := b.get("/cases/" + parent); strings.Contains(a.body, "/links/"+child+"/remove") {
		t.Error("the other side still has the link")
	}
}
