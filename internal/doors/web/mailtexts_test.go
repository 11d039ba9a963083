package web

import (
	"net/http"
	"strings"
	"testing"

	"madoguchi/internal/desk"
)

func TestTheAutomaticMailsAreShownWithTheirClausesAndTestedToOneself(t *testing.T) {
	o := newOffice(t)
	b := o.signedIn("sato@desk.example")
	page := b.get("/mail-texts")
	page.says(
		t,
		"受付のお知らせ（営業時間内）", "受付のお知らせ（営業時間外）", "登録のない差出人", "ご本人確認のお願い", "対応優先度へのご同意",
		"青葉商事株式会社", "-10482", "11/20（金）16:42 に受け付けました", "11/20（金）19:30 に受け付けました", // in hours and out of hours
		"Dear Ichiro Tanaka,", "We received your inquiry on Fri 20 Nov 16:42", // as it would leave in English
		"texts.ack.facts", "※当日中の正式回答をお約束するものではありません。", // the text's name and the clause, verbatim
		"文面を変更する下書きを作成する", "窓口の電話番号が登録されていない", "sato@desk.example だけに届きます",
	)
	for _, line := range []string{"HENNGE One サポート窓口\n営業時間 10:00–18:00（営業日）", "Kind regards,\nHENNGE One support desk\nBusiness hours"} {
		if !strings.Contains(page.body, line) {
			t.Errorf("an automatic mail has no agent, and no empty line for one: not %q", line)
		}
	}

	a := b.post("/mail-texts/test", "kind", "ack.closed", "lang", "ja")
	a.says(t, "250 taken for sato@desk.example") // by the desk's own relay
	b.post("/senders", by()...)
	b.post("/mail-texts/test", "kind", "ack.closed", "lang", "en").says(t, "250 taken for sato@desk.example")
	if a = b.post("/mail-texts/test", "kind", "anything", "lang", "ja"); a.code != http.StatusNotFound {
		t.Errorf("a mail that there is not answered %d", a.code)
	}
	b.get("/audit").says(t, "自動メールをテスト送信")

	// The texts are the contract's: they are changed in a draft of it.
	a = b.post("/contract/drafts", "contract", "hennge-one", "part", "texts")
	if to := a.header.Get("Location"); a.code != http.StatusSeeOther || !strings.HasSuffix(to, "#texts") {
		t.Fatalf("starting a draft answered %d %s", a.code, to)
	}
	b.get("/mail-texts").says(t, "下書きの文面を開く")
}

func TestWhoSeesTheAutomaticMails(t *testing.T) {
	o := newOffice(t)
	o.hire("渡辺", "watanabe@desk.example", desk.Supervisor, "en")
	o.hire("伊藤", "ito@desk.example", desk.Agent, "ja")
	b := o.signedIn("watanabe@desk.example")
	page := b.get("/mail-texts")
	page.says(t, "Mail that is sent automatically")
	if strings.Contains(page.body, "/mail-texts/test") || strings.Contains(page.body, `action="/contract/drafts"`) {
		t.Error("a supervisor is offered what only administrators may")
	}
	if a := b.post("/mail-texts/test", "kind", "ack.open", "lang", "ja"); a.code != http.StatusForbidden {
		t.Errorf("a supervisor's test answered %d", a.code)
	}
	if a := o.signedIn("ito@desk.example").get("/mail-texts"); a.code != http.StatusForbidden {
		t.Errorf("an agent's look answered %d", a.code)
	}
}
