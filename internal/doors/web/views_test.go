package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
)

// threeCases is an office with a high and two other cases, one of them Sato's.
func threeCases(t *testing.T) (*office, []string) {
	o := newOffice(t)
	o.customer("青葉商事株式会社", "aoba.example", "yamada")
	o.customer("北斗電機工業株式会社", "hokuto.example", "mori")
	var ids []string
	for i, m := range []struct{ from, subject string }{
		{"yamada@aoba.example", "保留解除ができない"}, {"mori@hokuto.example", "監査ログについて"}, {"yamada@aoba.example", "文面を変えたい"},
	} {
		o.at(time.Date(2026, 11, 20, 14, 20+i, 0, 0, tokyo))
		ids = append(ids, o.mail(m.from, m.subject, "お願いします。"))
	}
	o.at(friday)
	_, err := o.desk.Assign(t.Context(), o.admin, caseID(ids[0]), o.admin.ID)
	o.must(err)
	_, err = o.desk.Judge(t.Context(), o.admin, desk.PriorityCommand{Case: caseID(ids[1]), Priority: "high", Criterion: "priority.high.interruption", Reason: "停止のため"})
	o.must(err)
	return o, ids
}

func (a answer) lacks(t *testing.T, sayings ...string) {
	t.Helper()
	page := text(a.body)
	for _, s := range sayings {
		if strings.Contains(page, s) {
			t.Errorf("the page (%d) says %q:\n%s", a.code, s, page)
		}
	}
}

func TestTheQueueIsNarrowedByItsAddress(t *testing.T) {
	o, _ := threeCases(t)
	b := o.signedIn("sato@desk.example")
	for address, want := range map[string][2][]string{
		"assignee=me":                            {{"保留解除ができない", "担当：自分"}, {"監査ログについて", "文面を変えたい"}},
		"assignee=none":                          {{"監査ログについて", "文面を変えたい"}, {"保留解除ができない"}},
		"priority=high":                          {{"監査ログについて", "優先度：高"}, {"保留解除ができない"}},
		"status=new&assignee=none":               {{"監査ログについて", "文面を変えたい"}, {"保留解除ができない"}},
		"target=breached":                        {{"この条件に当てはまるケースはありません"}, {"保留解除ができない"}},
		"from=2026-11-21":                        {{"この条件に当てはまるケースはありません", "受付日（から）：11/21（土）"}, {"保留解除ができない"}},
		"to=2026-11-20&channel=mail&sort=oldest": {{"受付の古い順", "11/20（金） 受付 3", "受付方法：メール"}, nil},
		"sort=priority":                          {{"優先度「高」 1", "優先度「中」 2"}, nil},
		"columns=status,received":                {{"未着手", "受付 14:21"}, {"CS-2"}},
		"status=resolved,closed":                 {{"この条件に当てはまるケースはありません"}, {"保留解除ができない"}},
	} {
		a := b.get("/queue?" + address)
		if a.code != http.StatusOK {
			t.Errorf("%s answered %d: %s", address, a.code, text(a.body))
			continue
		}
		a.says(t, want[0]...)
		a.lacks(t, want[1]...)
	}
	for _, address := range []string{"status=lost", "sort=colour", "from=yesterday", "target=soon", "columns=salary", "field.unknown=unknown"} {
		if a := b.get("/queue?" + address); a.code != http.StatusUnprocessableEntity || !strings.Contains(text(a.body), "絞り込みの指定「"+address+"」は使えません") {
			t.Errorf("%s answered %d: %s", address, a.code, text(a.body))
		}
	}
	if a := b.get("/queue?view=gone"); a.code != http.StatusNotFound {
		t.Errorf("a view that nobody keeps answered %d", a.code)
	}
	a := b.get("/queue?assignee=none&priority=medium")
	for _, without := range []string{"/queue?view=all&amp;priority=medium", "/queue?view=all&amp;assignee=none"} {
		if !strings.Contains(a.body, `href="`+without+`"`) {
			t.Errorf("no chip leads to %s", without)
		}
	}
	b.get("/queue/filter?priority=high", "HX-Request", "true").says(t, "絞り込みと並び順", "自分", "担当なし", "まもなく期限（残り 25% 以下）", "一覧に出す項目", "青葉商事株式会社")
}

func TestAViewIsKeptNamedOrderedSharedAndRemovedWithAWayBack(t *testing.T) {
	o, _ := threeCases(t)
	o.hire("伊藤", "ito@desk.example", desk.Agent, "ja")
	b, ito := o.signedIn("sato@desk.example"), o.signedIn("ito@desk.example")
	b.get("/views/new?priority=high&assignee=none").says(t, "ビューとして残す", "優先度：高", "担当：担当なし", "窓口の全員")
	a := b.post("/views", "name", "  高の  担当なし ", "query", "assignee=none&priority=high", "shared", "desk")
	if a.code != http.StatusSeeOther {
		t.Fatalf("keeping answered %d: %s", a.code, text(a.body))
	}
	view := strings.TrimPrefix(a.header.Get("Location"), "/queue?view=")
	b.get("/queue?view="+view).says(t, "高の 担当なし", "監査ログについて", "優先度：高")
	ito.get("/queue/views", "HX-Request", "true").says(t, "共有されているビュー", "高の 担当なし 1", "すべて 3", "自分の担当 0")
	ito.get("/queue/rail", "HX-Request", "true").says(t, "高の 担当なし", "1")
	if a := ito.post("/views/"+view, "name", "別名", "query", "", "shared", ""); a.code != http.StatusForbidden {
		t.Errorf("an agent changed what a supervisor shares: %d", a.code)
	}
	if a := ito.post("/views", "name", "皆に", "query", "", "shared", "desk"); a.code != http.StatusForbidden {
		t.Errorf("an agent shared with everybody: %d", a.code)
	}
	if a := ito.post("/views", "name", "私の", "query", "status=new&sort=received&unknown=1", "shared", ""); a.code != http.StatusSeeOther {
		t.Errorf("an agent keeps their own: %d %s", a.code, text(a.body))
	} else {
		mine := strings.TrimPrefix(a.header.Get("Location"), "/queue?view=")
		if a := b.get("/queue?view=" + mine); a.code != http.StatusNotFound {
			t.Errorf("somebody else's own view is shown: %d", a.code)
		}
		if a := ito.post("/views/" + mine + "/first"); a.code != http.StatusSeeOther {
			t.Errorf("answered %d", a.code)
		}
		ito.get("/queue").says(t, "私の", "受付の新しい順")
		ito.get("/views").says(t, "最初に開くビュー", "状態：未着手")
	}
	b.post("/views", "name", "期限切れ", "query", "target=breached", "shared", "desk")
	if page := text(b.get("/views").body); strings.Index(page, "高の 担当なし") > strings.Index(page, "期限切れ") {
		t.Error("a new view does not come last")
	}
	b.post("/views/"+view+"/move", "to", "down")
	if page := text(b.get("/views").body); strings.Index(page, "高の 担当なし") < strings.Index(page, "期限切れ") {
		t.Error("the view did not move down")
	}
	b.post("/views/" + view + "/remove")
	b.get("/views").says(t, "ビューを削除しました。", "24 時間以内なら元に戻せます")
	if a := b.get("/queue?view=" + view); a.code != http.StatusNotFound {
		t.Errorf("a removed view answered %d", a.code)
	}
	b.post("/views/" + view + "/restore")
	b.get("/queue?view="+view).says(t, "高の 担当なし", "監査ログについて")
	if a := b.post("/views", "name", " ", "query", "", "shared", ""); a.code != http.StatusUnprocessableEntity {
		t.Errorf("a view without a name answered %d", a.code)
	}
	if a := b.act("view-form", "/views", "name", "x", "query", "status="+url.QueryEscape("lost")); a.code != http.StatusUnprocessableEntity {
		t.Errorf("a view of nothing that there is answered %d", a.code)
	}
	b.get("/audit").says(t, "期限切れ")
}
