package web

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/terms/cases"
	news "madoguchi/terms/notice"
)

func TestTheBellCountsAndOpeningTheCaseReads(t *testing.T) {
	o := newOffice(t)
	ito := o.hire("伊藤", "ito@desk.example", desk.Agent, "ja")
	o.customer("青葉商事", "aoba.example", "tanaka")
	first, second := o.mail("tanaka@aoba.example", "動きません", "本文です。"), o.mail("tanaka@aoba.example", "設定について", "本文です。")
	for _, id := range []string{first, second} {
		if _, err := o.desk.Assign(context.Background(), o.admin, cases.ID(id), ito.ID); err != nil {
			t.Fatal(err)
		}
	}
	b := o.signedIn("ito@desk.example")
	b.get("/queue").says(t, "未読 2 件")
	b.get("/notices").says(t, "ケースの担当になりました", "動きません", "設定について", "佐藤 さん")
	bell := b.get("/notices/bell", "HX-Request", "true")
	bell.says(t, "未読 2 件")
	if !strings.Contains(bell.body, `data-announce=`) || !strings.Contains(bell.body, `data-href="/cases/`+second+`"`) {
		t.Errorf("nothing to be shown outside of the window: %s", bell.body)
	}
	b.get("/notices/menu", "HX-Request", "true").says(t, "動きません")

	b.get("/cases/" + first)
	b.get("/queue").says(t, "未読 1 件")
	o.at(o.clock().Add(time.Second)) // reading is taken back by its instant
	page := b.get(b.post("/notices/read", "show", "all").header.Get("Location"))
	page.says(t, "既読にしました。", "設定について")
	if strings.Contains(page.body, "すべて既読にする") {
		t.Error("nothing is unread, and all can be marked as read")
	}
	undo := between(page.body, `name="at" value="`, `"`)
	b.post("/notices/unread", "at", undo)
	b.get("/notices").says(t, "設定について", "未読 1 件")
	if a := b.get("/notices?after=x"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("a place that nobody can read: %d", a.code)
	}
}

func TestAPersonChoosesHowTheyAreTold(t *testing.T) {
	o := newOffice(t)
	b := o.signedIn("sato@desk.example")
	b.get("/settings/notices").says(t, "対応目標が未達になったとき", "おやすみ時間")
	choice := func(from string) []string {
		pairs := []string{"rhythm", "daily", "digest_at", "09:30", "quiet", "on", "quiet_from", from, "quiet_to", "07:00"}
		for _, k := range news.Kinds() {
			pairs = append(pairs, string(k)+".browser", "on", string(k)+".mail", "never")
		}
		return pairs
	}
	a := b.post("/settings/notices", choice("25:99")...)
	if a.code != http.StatusUnprocessableEntity {
		t.Errorf("25:99 was taken: %d", a.code)
	}
	a.says(t, "時刻を 20:00 の形で入力してください")
	b.post("/settings/notices", choice("21:30")...)
	page := b.get("/settings/notices")
	page.says(t, "保存しました。")
	if !strings.Contains(page.body, `value="21:30"`) || !strings.Contains(page.body, `value="daily" checked`) {
		t.Error("the choices are not shown again")
	}
}

func between(s, from, to string) string {
	_, rest, _ := strings.Cut(s, from)
	in, _, _ := strings.Cut(rest, to)
	return in
}
