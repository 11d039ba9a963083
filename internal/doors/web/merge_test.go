package web

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestTwoCasesAreMergedAfterSeeingWhatFollowsAndTakenApartAgain(t *testing.T) {
	o := newOffice(t)
	o.customer("青葉商事株式会社", "aoba.example", "yamada", "suzuki")
	o.at(time.Date(2026, 11, 20, 10, 0, 0, 0, tokyo))
	first := o.mail("yamada <yamada@aoba.example>", "画面が開かない", "最初の連絡です。")
	o.at(time.Date(2026, 11, 20, 11, 0, 0, 0, tokyo))
	second := o.mail("suzuki <suzuki@aoba.example>", "同じ件です", "二通目です。")
	o.at(time.Date(2026, 11, 20, 11, 30, 0, 0, tokyo))
	b := o.signedIn("sato@desk.example")

	b.get("/cases/"+second).says(t, "別のケースと統合")
	b.get("/cases/"+second+"/merge").says(t, "ケースを統合する", "画面が開かない", "統合するとどうなるか")
	b.get("/cases/"+second+"/merge/plan?other="+first+"&ends=other", "HX-Request", "true").says(t, "CS-1 を終了し、CS-2 で対応を続けます", "11/20（金）17:00 から 11/20（金）16:00", "yamada 様が参加者に加わります", "CS-1 宛てのメールは、今後 CS-2 に届きます")
	b.get("/cases/"+second+"/merge/plan?find=CS-99", "HX-Request", "true").says(t, "その番号のケースはありません")
	if a := b.post("/cases/"+second+"/merge", "other", "", "find", "", "reason", "x"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("no case was chosen: %d", a.code)
	} else {
		a.says(t, "統合するケースを選んでください")
	}
	if a := b.post("/cases/"+second+"/merge", "find", "CS-1", "ends", "other", "reason", ""); a.code != http.StatusUnprocessableEntity {
		t.Errorf("no reason was given: %d", a.code)
	}
	a := b.act("merge-form", "/cases/"+second+"/merge", "other", first, "ends", "other", "reason", "同じ件のため")
	if a.code != http.StatusOK || a.header.Get("HX-Redirect") != "/cases/"+second {
		t.Fatalf("the merge answered %d %q: %s", a.code, a.header.Get("HX-Redirect"), text(a.body))
	}
	page := b.get("/cases/" + second)
	page.says(t, "CS-1 を統合", "最初の連絡です。", "二通目です。", "統合を取り消す", "11/20（金）16:00")
	if strings.Index(page.body, "最初の連絡です。") > strings.Index(page.body, "二通目です。") {
		t.Error("what came first is not first")
	}
	old := b.get("/cases/" + first)
	old.says(t, "このケースは統合されました", "CS-2", "統合を取り消す")
	if strings.Contains(old.body, `id="reply-form"`) {
		t.Error("a merged case can be answered")
	}
	b.act("unmerge", "/cases/"+first+"/unmerge")
	b.get("/cases/"+first).says(t, "統合を取り消し", "画面が開かない")
	b.get("/cases/"+second).says(t, "CS-1 の統合を取り消し", "11/20（金）17:00")
}
