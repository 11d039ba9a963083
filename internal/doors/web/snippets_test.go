package web

import (
	"net/http"
	"strings"
	"testing"

	"madoguchi/internal/desk"
)

func TestATextForRepliesIsWrittenPreviewedAndOfferedInTheComposer(t *testing.T) {
	o := newOffice(t)
	o.hire("伊藤", "ito@desk.example", desk.Agent, "ja")
	b := o.signedIn("sato@desk.example")
	b.get("/snippets").says(t, "定型文はまだありません")
	a := b.post("/snippets", "name", "再起動のお願い", "body_ja", "{{contact.nam}} 様", "body_en", "")
	if a.code != http.StatusUnprocessableEntity {
		t.Errorf("an unknown variable answered %d", a.code)
	}
	a.says(t, "「{{contact.nam}}」という差し込み項目はありません", "{{contact.name}}")
	b.post("/snippets", "name", "", "body_ja", "x").says(t, "定型文の名前を入力してください")
	b.post("/snippets", "name", "x").says(t, "本文を日本語か英語で入力してください")
	b.act("snippet-form", "/snippets/preview", "body_ja", "{{contact.name}} 様、{{ organization.name }}", "body_en", "Dear {{contact.name}}").says(t, "田中 様、青葉商事株式会社", "Dear Taro Tanaka")
	b.post("/snippets", "name", "再起動のお願い", "body_ja", "{{contact.name}} 様\r\n{{case.number}} の件、再起動をお願いいたします。", "shared", "yes")
	list := b.get("/snippets")
	list.says(t, "定型文を保存しました。", "再起動のお願い", "日本語", "全員")

	o.customer("青葉商事", "aoba.example", "tanaka")
	id := o.mail("tanaka@aoba.example", "動きません", "本文です。")
	ito := o.signedIn("ito@desk.example")
	page := ito.get("/cases/" + id)
	if !strings.Contains(page.body, "data-insert=\"tanaka 様\n CS-1 の件") && !strings.Contains(page.body, "data-insert=\"tanaka 様\nCS-1 の件、再起動をお願いいたします。\"") {
		t.Errorf("the text is not offered as it would stand in the reply: %s", page.body[max(0, strings.Index(page.body, "compose-insert")):][:600])
	}

	// Everybody's are a supervisor's to change; one's own are nobody else's.
	shared := linkTo(t, list, "再起動のお願い")
	if a := ito.post(shared, "name", "x", "body_ja", "y"); a.code != http.StatusForbidden {
		t.Errorf("an agent changed everybody's text: %d", a.code)
	}
	if a := ito.post("/snippets", "name", "x", "body_ja", "y", "shared", "yes"); a.code != http.StatusForbidden {
		t.Errorf("an agent wrote a text for everybody: %d", a.code)
	}
	ito.post("/snippets", "name", "私の文", "body_ja", "本文")
	own := linkTo(t, ito.get("/snippets"), "私の文")
	if a := b.get(own); a.code != http.StatusNotFound {
		t.Errorf("another person's own text answered %d", a.code)
	}
	ito.post(own+"/remove", "x", "y")
	if strings.Contains(ito.get("/snippets").body, "私の文") {
		t.Error("a removed text is still there")
	}
}

func TestARepliesSignatureIsThePersonsElseTheDesksElseTheContracts(t *testing.T) {
	o := newOffice(t)
	b := o.signedIn("sato@desk.example")
	o.customer("青葉商事", "aoba.example", "tanaka")
	id := o.mail("tanaka@aoba.example", "動きません", "本文です。")
	site := []string{"name", "窓口", "name_en", "Desk", "mail", o.desk.Site().Mail, "prefix", "CS", "phone", "03-0000-0000"}
	if strings.Contains(b.get("/cases/"+id).body, "窓口の署名") {
		t.Fatal("a signature that nobody wrote")
	}
	b.post("/site", append(site, "signature_ja", "窓口の署名 {{agent.name}} {{desk.phone}}")...)
	if !strings.Contains(b.get("/cases/"+id).body, "窓口の署名 佐藤 03-0000-0000") {
		t.Error("the desk's signature is not used")
	}
	b.post("/settings/signature", "signature_ja", "{{agent.nme}}").says(t, "差し込み項目はありません")
	b.post("/settings/signature", "signature_ja", "佐藤の署名", "signature_en", "Sato")
	a := b.get("/cases/" + id)
	if !strings.Contains(a.body, "佐藤の署名") || strings.Contains(a.body, "窓口の署名") {
		t.Error("the person's signature is not used")
	}
	b.get("/settings").says(t, "佐藤の署名")
}
