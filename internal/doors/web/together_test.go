package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"madoguchi/internal/desk"
)

func TestTheStripSaysWhoIsThereAndWhoWrites(t *testing.T) {
	o, id := openCase(t)
	o.hire("伊藤", "ito@desk.example", desk.Agent, "ja")
	page := "/cases/" + id
	sato, ito := o.signedIn("sato@desk.example"), o.signedIn("ito@desk.example")
	if a := ito.act("attend", page+"/presence", "tab", "tab-of-ito", "doing", "view"); a.code != http.StatusOK || strings.Contains(a.body, "伊藤 さん") {
		t.Errorf("Ito's arrival answered %d: %s", a.code, text(a.body))
	}
	sato.get(page).says(t, "伊藤 さんがこのケースを見ています。 返信は作成していません。")
	ito.act("attend", page+"/presence", "tab", "tab-of-ito", "doing", "note")
	sato.get(page).says(t, "伊藤 さんが社内メモを書いています。")

	if a := sato.act("hold", page+"/reply/begin"); !strings.Contains(a.body, `data-lock="mine"`) {
		t.Errorf("Sato began and got %s", a.body)
	}
	a := ito.get(page)
	a.says(t, "佐藤 さんが 16:42 から返信を作成しています。", "引き継ぐ")
	if !regexp.MustCompile(`<textarea id="reply-text"[^>]* readonly`).MatchString(a.body) || !regexp.MustCompile(`<button class="btn primary" type="submit" disabled`).MatchString(a.body) {
		t.Error("Ito can write and send all the same")
	}
	if a := ito.act("reply-form", page+"/reply", "seen", "99", "kind", "initial_response", "to", "yamada@aoba.example", "next", "waiting", "text", "本文です。"); a.code != http.StatusConflict {
		t.Errorf("Ito's reply answered %d", a.code)
	}
	if a := ito.act("take-over-form", page+"/reply/take-over", "reason", ""); a.code != http.StatusUnprocessableEntity {
		t.Errorf("taking over without a reason answered %d", a.code)
	}
	ito.act("take-over-form", page+"/reply/take-over", "reason", "期限が近いため").says(t, "返信の作成を引き継ぎ", "佐藤 さんから：期限が近いため", "返信を引き継ぎました。")
	sato.get(page).says(t, "伊藤 さんが 16:42 に返信を引き継ぎました（理由：期限が近いため）。書きかけの文は下書きとして残っています。")
	ito.act("x", page+"/reply/discard").says(t, "下書きを破棄しました。")
	if a := sato.act("attend", page+"/presence", "tab", "tab-of-sato", "doing", "view"); !strings.Contains(a.body, `data-lock="free"`) {
		t.Errorf("after Ito discarded, Sato sees %s", a.body)
	}
	if a := o.browser().post("/presence/leave", "tab", "tab-of-ito"); a.code != http.StatusSeeOther {
		t.Errorf("a stranger's goodbye answered %d", a.code)
	}
	if a := ito.post("/presence/leave", "tab", "tab-of-ito"); a.code != http.StatusNoContent {
		t.Errorf("Ito's goodbye answered %d", a.code)
	}
}

func TestAReplyToWhatChangedMeanwhileShowsExactlyWhatDid(t *testing.T) {
	o, id := openCase(t)
	ito := o.hire("伊藤", "ito@desk.example", desk.Agent, "ja")
	page := "/cases/" + id
	b := o.signedIn("sato@desk.example")
	seen := regexp.MustCompile(`id="seen" value="(\d+)"`).FindStringSubmatch(b.get(page).body)[1]
	_, err := o.desk.SetStatus(t.Context(), ito, caseID(id), "on_hold", "確認を待っています")
	o.must(err)
	form := []string{"kind", "initial_response", "to", "yamada@aoba.example", "next", "waiting", "text", "添付をご覧ください。"}
	a := b.act("reply-form", page+"/reply", append(form, "seen", seen)...)
	if a.code != http.StatusConflict || a.header.Get("HX-Retarget") != "#dialog" {
		t.Fatalf("answered %d to %q: %s", a.code, a.header.Get("HX-Retarget"), text(a.body))
	}
	a.says(t, "まだ送信していません", "作成中に起きたこと（1 件）", "状態を「保留」に変更", "確認を待っています", "書いた返信 添付をご覧ください。", "確認したので、このまま送信")
	version := regexp.MustCompile(`data-send-anyway="(\d+)"`).FindStringSubmatch(a.body)[1]
	if a := b.act("reply-form", page+"/reply", append(form, "seen", version)...); a.code != http.StatusOK {
		t.Errorf("sending after reading answered %d: %s", a.code, text(a.body))
	}
}
