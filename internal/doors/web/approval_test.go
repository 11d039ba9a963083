package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
)

func TestAReplyWaitsForItsApprovalAndTheScreenSaysWhatThatDoes(t *testing.T) {
	o, id := openCase(t)
	ito := o.hire("伊藤", "ito@desk.example", desk.Agent, "ja")
	o.hire("渡辺", "watanabe@desk.example", desk.Supervisor, "ja")
	admin, writer, boss := o.signedIn("sato@desk.example"), o.signedIn("ito@desk.example"), o.signedIn("watanabe@desk.example")
	page := "/cases/" + id

	admin.get("/approval-rules").says(t, "承認の規則はありません")
	if a := admin.post("/approval-rules", "name", ""); a.code != http.StatusUnprocessableEntity {
		t.Errorf("a rule without a name answered %d", a.code)
	}
	admin.get("/approval-rules/new").says(t, "書いた人", "優先度", "お客様", "承認する人")
	if a := admin.post("/approval-rules", "name", "新任の初期対応", "agents", ito.ID, "initial", "1"); a.code != http.StatusSeeOther {
		t.Fatalf("adding a rule answered %d: %s", a.code, text(a.body))
	}
	admin.get("/approval-rules").says(t, "新任の初期対応", "初期対応のみ / 書いた人 伊藤", "承認の権限を持つ人")
	if a := writer.get("/approval-rules"); a.code != http.StatusForbidden {
		t.Errorf("an agent's look at the rules answered %d", a.code)
	}

	writer.get(page).says(t, "送ると：承認を依頼します（規則「新任の初期対応」）。", "承認を依頼")
	send := []string{"seen", "99", "kind", "initial_response", "to", "yamada@aoba.example", "next", "waiting", "text", "確認しております。"}
	a := writer.act("reply-form", page+"/reply", send...)
	a.says(t, "承認を依頼しました。", "承認待ち", "承認した時刻に、初期対応の時計が止まります。期限 11/24（火）13:20、残り 4:38。", "取り下げる")
	if strings.Contains(text(a.body), "初期対応の目標を達成しました") {
		t.Error("asking for the approval met the target")
	}
	if a := writer.post(page+"/approval", "seen", "99", "text", "確認しております。"); a.code != http.StatusForbidden {
		t.Errorf("approving one's own answered %d", a.code)
	}
	boss.get("/approvals").says(t, "あなたの承認を待っているもの", "伊藤", "新任の初期対応")
	boss.get("/queue").says(t, "承認を待っている返信 1 件")
	o.shows(boss, id, true)
	boss.get(page+"/approval").says(t, "返信の承認", "宛先 yamada 様 &lt;yamada@aoba.example&gt;", "初期対応", "承認して送信", "差し戻す")
	if a := boss.act("return-form", page+"/approval/return", "comment", ""); a.code != http.StatusUnprocessableEntity {
		t.Errorf("returning without a word answered %d", a.code)
	}
	shown := waitingReply.FindStringSubmatch(writer.get(page).body)
	if shown == nil || waitingReply.MatchString(boss.get(page).body) {
		t.Fatal("the writer's page, and only theirs, says which reply of theirs waits")
	}
	live := page + "/live?waits=" + shown[1]
	if a := writer.get(live); strings.Contains(a.body, `id="reply-text"`) {
		t.Error("a reply that still waits came back into the composer")
	}
	boss.act("return-form", page+"/approval/return", "comment", "お詫びを加えてください").says(t, "差し戻しました。", "差し戻し お詫びを加えてください")
	if got := writer.get(live); !strings.Contains(draftText.FindString(got.body), "確認しております。") {
		t.Error("the open page of its writer does not get the text of the returned reply: what they write next would replace it")
	} else {
		got.says(t, "返信が下書きに戻りました。")
	}
	if a := boss.get(live); strings.Contains(a.body, `id="reply-text"`) {
		t.Error("a reply that was returned came into another's composer")
	}
	o.shows(boss, id, false)
	if got := draftText.FindString(writer.get(page).body); !strings.Contains(got, "確認しております。") {
		t.Errorf("the draft came back as %q", got)
	}
	send[len(send)-1] = "誠に申し訳ございません。\n確認しております。"
	writer.act("reply-form", page+"/reply", send...)
	o.shows(boss, id, true)
	a = boss.get(page + "/approval")
	a.says(t, "渡辺 さんの差し戻し（16:42）： お詫びを加えてください", "前回の依頼からの変更")
	if !strings.Contains(a.body, "<ins>誠に申し訳ございません。</ins>") {
		t.Error("the change is not shown")
	}
	seen := regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(a.body)[1]
	o.at(friday.Add(10 * time.Minute))
	boss.act("approve-form", page+"/approval", "seen", seen, "text", "誠に申し訳ございません。\n原因を確認しております。").
		says(t, "承認し、送信しました。", "本文を直してから承認", "伊藤 さんの返信。この時刻が返信の時刻です。", "初期対応の目標を達成", "伊藤 さんが作成", "渡辺 16:52")
	o.shows(boss, id, false)
	if a := boss.get(page + "/approval"); a.code != http.StatusNotFound {
		t.Errorf("after the decision the panel answered %d", a.code)
	}
	writer.get("/approvals").says(t, "承認を待っている返信はありません")
}

// shows holds what the queue's row of a case says of a reply that waits.
func (o *office) shows(b *browser, id string, waits bool) {
	o.t.Helper()
	row := regexp.MustCompile(`(?s)<li class="q" id="q-` + id + `".*?</li>`).FindString(b.get("/queue/list?view=all").body)
	if row == "" || strings.Contains(row, "承認待ち") != waits {
		o.t.Errorf("a reply waits: %v; the row says %q", waits, text(row))
	}
}
