package web

import (
	"context"
	"net/http"
	"regexp"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/terms/cases"
)

func TestAMailIsSplitOffAfterSeeingItsDeadlineAndMergedBack(t *testing.T) {
	o := newOffice(t)
	o.customer("青葉商事株式会社", "aoba.example", "yamada")
	o.at(time.Date(2026, 11, 20, 10, 0, 0, 0, tokyo))
	id := o.mail("yamada <yamada@aoba.example>", "画面が開かない", "最初の件です。")
	b := o.signedIn("sato@desk.example")
	v, err := o.desk.View(context.Background(), o.admin, cases.ID(id))
	o.must(err)
	o.at(time.Date(2026, 11, 20, 11, 0, 0, 0, tokyo))
	raw := "From: yamada <yamada@aoba.example>\r\nTo: " + o.desk.Site().Mail + "\r\nSubject: Re\r\nMessage-ID: <second@x.example>\r\nIn-Reply-To: <" + v.Case.MessageIDs[0] +
		">\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n料金のことです。\r\n"
	o.must(o.desk.Accept(context.Background(), desk.Mail{From: "yamada@aoba.example", To: []string{o.desk.Site().Mail}, Raw: []byte(raw), At: o.clock()}))
	_, err = o.desk.FileNew(context.Background())
	o.must(err)
	o.at(time.Date(2026, 11, 20, 11, 30, 0, 0, tokyo))

	panel := b.get("/cases/" + id + "/split")
	panel.says(t, "ケースを分割する", "最初の件です。", "料金のことです。", "メールを選ぶと")
	mails := regexp.MustCompile(`name="message" value="([^"]+)"`).FindAllStringSubmatch(panel.body, -1)
	if len(mails) != 2 {
		t.Fatalf("%d mails are offered", len(mails))
	}
	second := mails[1][1]
	b.get("/cases/"+id+"/split/plan?message="+second, "HX-Request", "true").says(t, "受付 11/20（金）11:00 から数え", "11/20（金）17:00")
	if a := b.post("/cases/"+id+"/split", "message", second, "reason", ""); a.code != http.StatusUnprocessableEntity {
		t.Errorf("split without a reason: %d", a.code)
	}
	a := b.act("split-form", "/cases/"+id+"/split", "message", second, "subject", "料金について", "reason", "別件のため")
	fresh := a.header.Get("HX-Redirect")
	if fresh == "" || fresh == "/cases/"+id {
		t.Fatalf("the split answered %d %q", a.code, fresh)
	}
	b.get(fresh).says(t, "料金について", "CS-1 から分割して作成", "料金のことです。", "11/20（金）17:00", "分割を取り消す")
	b.get("/cases/"+id).says(t, "1 通を CS-2 に分割", "別のケースへ分割済み")
	if back := b.act("unsplit", fresh+"/unsplit").header.Get("HX-Redirect"); back != "/cases/"+id {
		t.Errorf("merged back to %q", back)
	}
}
