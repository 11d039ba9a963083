package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestSeveralCasesAreChangedFromTheQueueAndTakenBack(t *testing.T) {
	o := newOffice(t)
	o.customer("青葉商事株式会社", "aoba.example", "yamada", "suzuki")
	o.at(time.Date(2026, 11, 20, 10, 0, 0, 0, tokyo))
	first := o.mail("yamada <yamada@aoba.example>", "画面が開かない", "最初の連絡です。")
	second := o.mail("suzuki <suzuki@aoba.example>", "同じ件です", "二通目です。")
	b := o.signedIn("sato@desk.example")

	b.get("/queue").says(t, "選択", "このビューの 全 2 件 を選択")
	panel := b.post("/bulk/panel?view=all", "case", first, "case", second)
	panel.says(t, "一括操作", "2 件のケースが対象です", "優先度は一括では変更できません", "CS-2 同じ件です", "2 件に実行")
	batch := regexp.MustCompile(`name="batch" value="([^"]+)"`).FindStringSubmatch(panel.body)[1]
	ids := regexp.MustCompile(`name="ids" value="([^"]+)"`).FindStringSubmatch(panel.body)[1]
	b.post("/bulk/panel?view=all", "all", "yes").says(t, "2 件のケースが対象です")
	if a := b.post("/bulk/panel?view=all"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("nothing was selected: %d", a.code)
	}

	if a := b.post("/bulk", "batch", batch, "ids", ids, "kind", "hold", "hold_reason", ""); a.code != http.StatusUnprocessableEntity {
		t.Errorf("held without a reason: %d", a.code)
	} else {
		a.says(t, "保留には理由が必要です")
	}
	for range 2 { // the button was pressed twice
		a := b.act("bulk-form", "/bulk", "batch", batch, "ids", ids, "kind", "hold", "hold_reason", "調査中")
		if a.code != http.StatusOK || !strings.Contains(a.header.Get("HX-Trigger"), `"close":true`) {
			t.Fatalf("answered %d %s", a.code, a.header.Get("HX-Trigger"))
		}
		a.says(t, "2 件を変更しました。", "元に戻す", "10:10 まで元に戻せます")
	}
	b.get("/cases/"+first).says(t, "一括操作で変更（対象 2 件）", "調査中")
	b.get("/bulk/"+batch).says(t, "2 件を変更しました。")
	o.at(time.Date(2026, 11, 20, 10, 5, 0, 0, tokyo))
	b.act("case-status", "/cases/"+first+"/status", "status", "open")
	a := b.act("batch-undo", "/bulk/"+batch+"/undo")
	a.says(t, "1 件を元に戻しました。", "1 件は元に戻していません", "画面が開かない", "同じ項目が変更されたため")
	b.get("/cases/"+second).says(t, "一括操作を元に戻しました")
}
