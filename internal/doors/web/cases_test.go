package web

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/terms/cases"
)

// openCase is an office with one customer and a mail of theirs at 15:20.
func openCase(t *testing.T) (*office, string) {
	o := newOffice(t)
	o.customer("青葉商事株式会社", "aoba.example", "yamada")
	o.at(time.Date(2026, 11, 20, 15, 20, 0, 0, tokyo))
	id := o.mail("yamada@aoba.example", "添付ファイルの保留解除ができない", "保留された添付ファイルを解除できません。")
	o.at(friday)
	return o, id
}

func TestACaseIsAnsweredInTimeAndTheQueueFollows(t *testing.T) {
	o, id := openCase(t)
	b := o.signedIn("sato@desk.example")
	b.get("/queue").says(t, "11/24（火）の目標 1", "添付ファイルの保留解除ができない", "4:38", "青葉商事株式会社")
	b.get("/cases/"+id).says(t, "11/24（火）13:20 までに、初期対応をする", "残り 4:38 （6 営業時間のうち 1:22 経過）", "この期限の理由", "数えない（祝日 勤労感謝の日）", "達成 （1:22）")
	b.get("/cases/"+id+"/reply/effect?kind=reception_only&next=open", "HX-Request", "true").says(t, "受付のみ。初期対応の期限（11/24（火）13:20）は変わりません、状態は「対応中」")
	a := b.act("reply-form", "/cases/"+id+"/reply", "kind", "initial_response", "to", "yamada@aoba.example", "text", "原因を確認いたしました。", "next", "waiting", "seen", "99")
	if a.code != http.StatusOK || !strings.Contains(a.header.Get("HX-Trigger"), "desk:sent") {
		t.Fatalf("the reply answered %d: %s", a.code, text(a.body))
	}
	a.says(t, "送信しました。", "初期対応の目標を達成しました", "6 営業時間のうち 1:22 で対応")
	b.get("/queue").says(t, "お客様の回答待ち 1", "停止")
}

func TestAReplyToWhatWasNotReadIsRefusedWithWhatCame(t *testing.T) {
	o, id := openCase(t)
	b := o.signedIn("sato@desk.example")
	o.hire("伊藤", "ito@desk.example", desk.Agent, "ja")
	seen := "5"
	if a := o.signedIn("ito@desk.example").act("reply-form", "/cases/"+id+"/reply", "kind", "initial_response", "to", "yamada@aoba.example", "text", "先に返信します。", "next", "waiting", "seen", "99"); a.code != http.StatusOK {
		t.Fatalf("Ito's reply answered %d: %s", a.code, text(a.body))
	}
	a := b.act("reply-form", "/cases/"+id+"/reply", "kind", "initial_response", "to", "yamada@aoba.example", "text", "返信です。", "next", "waiting", "seen", seen)
	if a.code != http.StatusConflict || a.header.Get("HX-Retarget") != "#dialog" {
		t.Fatalf("answered %d, retargeted to %q", a.code, a.header.Get("HX-Retarget"))
	}
	a.says(t, "まだ送信していません", "伊藤 メール 16:42 先に返信します。", "書いた返信 返信です。")
}

func TestWithoutScriptsEveryActIsAPlainForm(t *testing.T) {
	o, id := openCase(t)
	b := o.signedIn("sato@desk.example")
	for _, c := range []struct {
		path  string
		pairs []string
		said  string
	}{
		{"/note", []string{"text", "社内で確認中です。"}, "メモを残しました。"},
		{"/assign", []string{"agent", o.admin.ID}, "担当を替えました。"},
		{"/priority", []string{"side", "desk", "priority", "low", "criterion", "priority.low.how-to", "reason", "操作のご質問のため"}, "優先度の判断を記録しました。"},
		{"/status", []string{"status", "on_hold", "reason", "開発へ確認中"}, "状態を変えました。"},
		{"/reply", []string{"kind", "initial_response", "to", "yamada@aoba.example", "text", "ご案内です。", "next", "waiting", "seen", "99"}, "送信しました。"},
	} {
		if a := b.post("/cases/"+id+c.path, c.pairs...); a.code != http.StatusSeeOther {
			t.Errorf("%s answered %d: %s", c.path, a.code, text(a.body))
		}
		b.get("/cases/"+id).says(t, c.said)
	}
	page := text(b.get("/cases/" + id).body)
	if strings.Contains(page, "送信しました。") {
		t.Error("a text that is shown once is shown twice")
	}
}

func TestAChangeOfPriorityIsShownBeforeItIsMade(t *testing.T) {
	o, id := openCase(t)
	b := o.signedIn("sato@desk.example")
	b.get("/cases/"+id+"/priority").says(t, "サービスの機能が中断し、業務の継続に影響が出ていますか。", "優先度を選ぶと、期限がどう変わるかを表示します")
	before := text(b.get("/cases/" + id).body)
	a := b.act("priority-form", "/cases/"+id+"/priority/preview", "side", "desk", "yes", "priority.high.interruption")
	a.says(t, "基準からは「高」", "期限が 11/24（火）13:20 から 11/24（火）10:42 に変わります", "優先度が「中」から「高」に変わります")
	if after := text(b.get("/cases/" + id).body); after != before {
		t.Error("a preview changed the case")
	}
	a = b.act("priority-form", "/cases/"+id+"/priority", "side", "desk", "priority", "high", "criterion", "priority.high.interruption")
	if a.code != http.StatusUnprocessableEntity || a.header.Get("HX-Retarget") != "#priority-form-error" {
		t.Errorf("a judgement without a reason answered %d", a.code)
	}
	a = b.post("/cases/"+id+"/priority", "side", "desk", "priority", "high", "criterion", "priority.high.interruption")
	if a.code != http.StatusUnprocessableEntity {
		t.Errorf("a judgement without a reason answered %d to a plain form", a.code)
	}
	a.says(t, "判断の理由を入力してください")
	a = b.act("priority-form", "/cases/"+id+"/priority", "side", "customer", "priority", "high", "criterion", "priority.high.interruption", "reason", "全社で止まっているとのこと", "person", "yamada@aoba.example")
	if a.code != http.StatusOK {
		t.Fatalf("the claim answered %d: %s", a.code, text(a.body))
	}
	a.says(t, "優先度「高」暫定", "お客様の判断：優先度「高」")
}

func TestAnUnknownSenderIsIdentifiedAndRegisteredInOneStep(t *testing.T) {
	o := newOffice(t)
	org := o.customer("青葉商事株式会社", "aoba.example", "yamada")
	o.at(time.Date(2026, 11, 20, 15, 20, 0, 0, tokyo))
	id := o.mail("Sasaki <sasaki@aoba.example>", "権限範囲について", "教えてください。")
	o.at(friday)
	b := o.signedIn("sato@desk.example")
	b.get("/unidentified").says(t, "権限範囲について", "sasaki@aoba.example", "11/20（金）15:20")
	a := b.get("/cases/" + id + "/identify")
	a.says(t, "青葉商事株式会社", "受付日時（11/20（金）15:20）はそのままです")
	if !strings.Contains(a.body, `<optgroup label="候補">`) || !strings.Contains(a.body, "青葉商事株式会社（ドメインが一致）") {
		t.Error("the mail domain suggests no customer")
	}
	b.get("/cases/"+id+"/identify/contacts?organization="+org.ID, "HX-Request", "true").says(t, "sasaki@aoba.example を新しくご担当者として登録する", "yamada")
	if a := b.post("/cases/"+id+"/identify", "organization", "", "contact", ""); a.code != http.StatusUnprocessableEntity {
		t.Errorf("no organization answered %d", a.code)
	}
	a = b.act("identify-form", "/cases/"+id+"/identify", "organization", org.ID, "contact", "new")
	if a.header.Get("HX-Redirect") != "/cases/"+id {
		t.Fatalf("answered %d %v: %s", a.code, a.header, text(a.body))
	}
	b.get("/cases/"+id).says(t, "お客様を特定しました。", "青葉商事株式会社", "11/24（火）13:20 までに、初期対応をする", "確認済み")
}

func TestAnUnknownSenderIsDeclinedWithAReason(t *testing.T) {
	o := newOffice(t)
	id := o.mail("spam@nowhere.example", "Buy this", "now")
	b := o.signedIn("sato@desk.example")
	if a := b.act("decline-form", "/cases/"+id+"/decline", "reason", " "); a.code != http.StatusUnprocessableEntity {
		t.Errorf("no reason answered %d", a.code)
	}
	if a := b.act("decline-form", "/cases/"+id+"/decline", "reason", "宣伝のため"); a.header.Get("HX-Redirect") == "" {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	b.get("/unidentified").says(t, "未特定のお問い合わせはありません")
	b.get("/cases/"+id).says(t, "宣伝のため", "終了")
}

func TestACaseIsFoundByItsNumberHoweverItIsTyped(t *testing.T) {
	o, id := openCase(t)
	b := o.signedIn("sato@desk.example")
	for _, typed := range []string{"CS-1", "cs-1", "1", " ＣＳ－１ ", "[CS-1]"} {
		if a := b.do(http.MethodGet, "/find?"+query("q", typed), nil); a.header.Get("Location") != "/cases/"+id {
			t.Errorf("%q leads to %d %q", typed, a.code, a.header.Get("Location"))
		}
	}
	if a := b.do(http.MethodGet, "/find?"+query("q", "CS-99"), nil); a.code != http.StatusNotFound {
		t.Errorf("a number that nobody has answered %d", a.code)
	}
	if a := b.do(http.MethodGet, "/find?"+query("q", "障害"), nil); a.header.Get("Location") != "/search?"+query("q", "障害") {
		t.Errorf("words lead to %q", a.header.Get("Location"))
	}
}

func TestWordsOfAMailFindItsCase(t *testing.T) {
	o, id := openCase(t)
	o.must(o.index.CatchUp(t.Context(), nil))
	b := o.signedIn("sato@desk.example")
	view, err := o.desk.View(t.Context(), o.admin, cases.ID(id))
	o.must(err)
	a := b.get("/search?" + query("q", view.Case.Subject))
	if a.code != http.StatusOK || !strings.Contains(a.body, "/cases/"+id) || !strings.Contains(a.body, "<mark>") {
		t.Errorf("searching for %q: %d %s", view.Case.Subject, a.code, text(a.body))
	}
	b.get("/search?"+query("q", "どこにもない言葉")).says(t, "該当するケースは見つかりませんでした")
	b.get("/search").says(t, "探したい言葉を入力してください")
	if a := b.get("/search?" + query("q", "before:いつか")); a.code != http.StatusUnprocessableEntity {
		t.Errorf("a date that is none answered %d", a.code)
	}
}

func TestTheCaseCountsInOneLanguageAndQuotesTheTermsInJapanese(t *testing.T) {
	o, id := openCase(t)
	o.hire("Ito", "ito@desk.example", desk.Agent, "en")
	o.signedIn("ito@desk.example").get("/cases/"+id).says(t, "Give the initial response by Tue 24 Nov 13:20", "4:38 left", "6 営業時間内の初期対応")
}

func TestOpenPagesAreToldWhatChanged(t *testing.T) {
	o, id := openCase(t)
	b := o.signedIn("sato@desk.example")
	heard := o.listens(t, b, "/events")
	<-heard // the greeting: the stream is open
	if _, err := o.desk.Note(context.Background(), o.admin, caseID(id), "変更"); err != nil {
		t.Fatal(err)
	}
	all := ""
	for !strings.Contains(all, "event: changed") {
		select {
		case o.beats <- o.clock(): // time passes, as often as needed
		case text := <-heard:
			all += text
		}
	}
	if !strings.Contains(all, "data: "+id+"\n") || strings.Contains(all, "変更") {
		t.Errorf("heard %q", all)
	}
	o.door.Close()
	for range heard { // the stream ends when the door closes
	}
}

// The first stream of a page once made every page ask for all it showed again.
func TestAPageIsToldAtOnceOnlyOfWhatItMissed(t *testing.T) {
	o, id := openCase(t)
	b := o.signedIn("sato@desk.example")
	page := b.get("/queue")
	_, rest, ok := strings.Cut(page.body, `hx-sse:connect="`)
	stream, _, _ := strings.Cut(rest, `"`)
	if !ok || !strings.HasPrefix(stream, "/events?since=") {
		t.Fatalf("the page listens to %q", stream)
	}
	if greeting := <-o.listens(t, b, stream); strings.Contains(greeting, "event:") {
		t.Errorf("nothing happened since, and it was told %q", greeting)
	}
	if _, err := o.desk.Note(context.Background(), o.admin, caseID(id), "変更"); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"a note came meanwhile": stream, "from another process": "/events?since=X-1", "unsaid": "/events"} {
		if greeting := <-o.listens(t, b, path); !strings.Contains(greeting, "event: changed\ndata: all\n") || !strings.Contains(greeting, "event: hint\ndata: all\n") {
			t.Errorf("%s: %q", name, greeting)
		}
	}
}

// listens opens a stream of notices, which ends with the test, and returns what comes.
func (o *office) listens(t *testing.T, b *browser, path string) <-chan string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, o.site.URL+path, nil)
	o.must(err)
	r.Header.Set("Accept", "text/event-stream")
	res, err := b.http.Do(r)
	o.must(err)
	if kind := res.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Fatalf("%d %s", res.StatusCode, kind)
	}
	heard := make(chan string, 64)
	go func() {
		defer close(heard)
		defer func() { _ = res.Body.Close() }() // its end was seen by the last read
		buf := make([]byte, 4096)
		for {
			n, err := res.Body.Read(buf)
			if n > 0 {
				heard <- string(buf[:n])
			}
			if err != nil {
				return
			}
		}
	}()
	return heard
}
