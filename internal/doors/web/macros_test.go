package web

import (
	"net/http"
	"regexp"
	"testing"
)

var macroPath = regexp.MustCompile(`/macros/([0-9a-f-]{36})`)

func TestAMacroIsWrittenPreviewedRunAndUndone(t *testing.T) {
	o, id := openCase(t)
	page := "/cases/" + id
	b := o.signedIn("sato@desk.example")
	o.hire("伊藤", "ito@desk.example", "agent", "ja")
	ito := o.signedIn("ito@desk.example")
	b.get("/macros").says(t, "マクロはまだありません", "マクロを追加する")
	if a := b.post("/macros", "name_ja", "", "status", "waiting"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("a macro without a name answered %d", a.code)
	}
	if a := ito.get("/macros/new"); a.code != http.StatusForbidden {
		t.Errorf("an agent at the form: %d", a.code)
	}
	b.act("tag-form", page+"/tags", "name", "要確認")
	b.post("/marks/tags", "name", "再発", "colour", "shu")
	form := b.get("/macros/new").body
	tag, old := option(form, "tags", "再発"), option(form, "untag", "要確認")
	b.post("/macros", "name_ja", "情報のご提供待ち", "name_en", "Waiting for details", "assign", "me", "status", "waiting", "note", "確認を依頼", "tags", tag, "untag", old)
	a := ito.get("/macros")
	a.says(t, "情報のご提供待ち", "担当：実行した人", "状態：「お客様の回答待ち」", "社内メモを追加", "タグを付ける：再発", "タグを外す：要確認")
	a = ito.get(page)
	macro := macroPath.FindStringSubmatch(a.body)[1]
	ito.get(page+"/macros/"+macro, "HX-Request", "true").says(t, "実行すると、次のようになります", "担当を 伊藤 に変更", "お客様の回答待ち", "確認を依頼", "タグを変更", "+ 再発、− 要確認")
	ito.act("run-macro-form", page+"/macros/"+macro).says(t, "マクロを実行しました。", "マクロ「情報のご提供待ち」を実行", "マクロを取り消す", "確認を依頼")
	ito.act("undo-macro-form", page+"/macros/undo").says(t, "マクロを取り消しました。", "マクロ「情報のご提供待ち」を取り消し", "担当なし")
	b.post("/macros/" + macro + "/remove")
	b.get("/macros").says(t, "マクロはまだありません")
}

// option is the value of a box of a form, by what it says.
func option(form, name, says string) string {
	m := regexp.MustCompile(`name="` + name + `" value="([^"]+)"[^>]*> ` + says).FindStringSubmatch(form)
	if m == nil {
		return ""
	}
	return m[1]
}
