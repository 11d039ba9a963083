package web

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/sheet"
)

func TestAFileOfPeopleIsLookedAtTakenInAndTakenBack(t *testing.T) {
	o := newOffice(t)
	o.customer("青葉商事株式会社", "aoba.example", "yamada")
	b := o.signedIn("sato@desk.example")
	b.get("/customers").says(t, "ファイルからの取り込み")
	b.get("/imports").says(t, "まだ取り込みはありません", "ひな形（日本語）")

	if a := b.upload("/imports", "people.xlsx", "PK\x03\x04", "kind", "contacts"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("a workbook answered %d", a.code)
	} else {
		a.says(t, "Excel ブックは読み込めません")
	}
	if a := b.post("/imports", "kind", "contacts"); a.code != http.StatusUnprocessableEntity || !strings.Contains(text(a.body), "取り込むファイルを選んでください") {
		t.Errorf("no file answered %d", a.code)
	}

	file := "会社名,氏名,アドレス,携帯\n青葉商事株式会社,小川,ogawa@aoba.example,０９０－１２３４－５６７８\n青葉商事,鈴木,suzuki@aoba.example,\n"
	a := b.upload("/imports", "people.csv", file, "kind", "contacts")
	page := a.header.Get("Location")
	if a.code != http.StatusSeeOther || !strings.HasPrefix(page, "/imports/") {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	b.get(page).says(t, "新規 1", "エラー 1", "3 行目 会社名 お客様「青葉商事」は登録されていません", "列の対応", "アドレス ogawa@aoba.example", "090-1234-5678")
	if a = b.post(page+"/columns", "column", "organization", "column", "name", "column", "name", "column", "phone.mobile"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d", a.code)
	}
	b.get(page).says(t, "「氏名」と「アドレス」の列は、どちらも「氏名」です。")
	if a = b.post(page + "/apply"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("a file of which nobody knows the columns answered %d", a.code)
	}
	b.post(page+"/columns", "column", "organization", "column", "name", "column", "mail.work", "column", "phone.mobile")
	if a = b.post(page + "/apply"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	b.get(page).says(t, "取り込みを始めました。", "取り込んでいます（0 / 2 行）")
	if a = b.get(page, "HX-Request", "true", "HX-Request-Type", "partial"); a.header.Get("HX-Refresh") != "" || strings.Contains(a.body, "<html") {
		t.Errorf("the open page got %s", a.body)
	}
	o.must(o.desk.ContinueImports(context.Background()))
	if a = b.get(page, "HX-Request", "true", "HX-Request-Type", "partial"); a.header.Get("HX-Refresh") != "true" {
		t.Error("the open page does not learn that it is done")
	}
	b.get(page).says(t, "取り込み済み", "新規 1", "次の行は取り込まれませんでした", "お客様「青葉商事」は登録されていません")
	b.get("/customers?q=ogawa").says(t, "小川", "090-1234-5678")
	b.get("/audit").says(t, "ファイルを取り込み", "1 new, 0 changed, 0 unchanged, 1 refused", "取り込むファイルを受け取り", "contacts people.csv: 2 rows")
	if n := strings.Count(text(b.get("/audit?act=import.applied").body), "1 new, 0 changed"); n != 1 {
		t.Errorf("%d lines say what the file brought", n)
	}

	if a = b.get("/customers/export?kind=contacts"); !strings.Contains(a.header.Get("Content-Disposition"), "contacts-20261120-1642.csv") {
		t.Errorf("the export is %v", a.header)
	}
	if table, err := sheet.Read([]byte(a.body)); err != nil || len(table.Rows) != 2 || table.Head[3] != "氏名" {
		t.Errorf("the export has %+v, %v", table, err)
	}
	if a = b.get("/imports/template?kind=organizations&lang=en"); !strings.Contains(a.body, "Customer number,Name,") {
		t.Errorf("the template is %q", a.body)
	}
	if a = b.post(page + "/undo"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	b.get(page).says(t, "取り消し済み", "11/20（金）16:42 に 佐藤 が取り消しました。")
	if a = b.get("/customers?q=ogawa"); strings.Contains(a.body, "小川") {
		t.Error("小川 is still there")
	}
}

func TestImportsAreOfThoseWhoMayChangeCustomers(t *testing.T) {
	o := newOffice(t)
	o.customer("青葉商事株式会社", "aoba.example", "yamada")
	page := o.signedIn("sato@desk.example").upload("/imports", "people.csv", "会社名,氏名\n青葉商事株式会社,小川\n", "kind", "contacts").header.Get("Location")
	o.hire("Ito", "ito@desk.example", desk.Agent, "en")
	o.hire("Watanabe", "watanabe@desk.example", desk.Supervisor, "en")
	ito, watanabe := o.signedIn("ito@desk.example"), o.signedIn("watanabe@desk.example")
	if a := ito.upload("/imports", "people.csv", "name\nx\n", "kind", "contacts"); a.code != http.StatusForbidden {
		t.Errorf("an agent imported: %d", a.code)
	}
	if a := ito.get("/customers"); strings.Contains(a.body, `href="/imports"`) {
		t.Error("an agent is offered to import")
	}
	watanabe.get(page).says(t, "Import of people.csv", "new 1")
	for _, act := range []string{"/apply", "/drop", "/columns"} {
		if a := watanabe.post(page+act, "column", "name"); a.code != http.StatusForbidden {
			t.Errorf("another person's file: %s answered %d", act, a.code)
		}
	}
}
