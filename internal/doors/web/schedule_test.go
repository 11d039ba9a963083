package web

import (
	"net/http"
	"strings"
	"testing"
)

func TestAReplyIsScheduledMovedAndCancelled(t *testing.T) {
	o, id := openCase(t)
	page := "/cases/" + id
	o.hire("伊藤", "ito@desk.example", "agent", "ja")
	b, ito := o.signedIn("sato@desk.example"), o.signedIn("ito@desk.example")
	b.get(page).says(t, "送信予約", "次の営業開始", "11/24（火）10:00", "明日 9:00", "初期対応の目標を達成（残り 3:20）", "営業日カレンダー", "勤労感謝の日", "10:00–18:00")
	b.get(page+"/reply/release?kind=initial_response&release_date=2026-11-25&release_clock=20:00", "HX-Request", "true").says(t, "初期対応は目標未達になります", "（営業時間外です）")
	b.get(page+"/reply/release?release_date=&release_clock=", "HX-Request", "true").says(t, "送信する日付と時刻を入力してください。")

	reply := []string{"seen", "9", "kind", "initial_response", "to", "yamada@aoba.example", "next", "waiting", "text", "火曜日にご連絡いたします。"}
	if a := b.act("reply-form", page+"/reply", append(reply, "release", "at", "release_date", "2026-11-19", "release_clock", "10:00")...); a.code != http.StatusUnprocessableEntity {
		t.Errorf("a release in the past answered %d", a.code)
	}
	a := b.act("reply-form", page+"/reply", append(reply, "release", "opening")...)
	a.says(t, "送信を予約しました。", "11/24（火）10:00 に送信", "火曜日にご連絡いたします。", "返信の送信を 11/24（火）10:00 に予約")
	if strings.Contains(a.body, "data-undo=") {
		t.Error("a scheduled reply counts as sent")
	}
	other := ito.get(page)
	other.says(t, "11/24（火）10:00 に送信", "火曜日にご連絡いたします。")
	if strings.Contains(other.body, "unschedule-form") {
		t.Error("a colleague is offered to cancel")
	}
	if a := ito.act("unschedule-form", page+"/schedule/cancel"); a.code != http.StatusForbidden {
		t.Errorf("a colleague's cancelling answered %d", a.code)
	}
	b.act("schedule-form", page+"/schedule", "release", "at", "release_date", "2026-11-24", "release_clock", "11:30").
		says(t, "送信予約の時刻を変更しました。", "11/24（火）11:30 に送信", "送信予約を 11/24（火）10:00 から 11/24（火）11:30 に変更")
	a = b.act("unschedule-form", page+"/schedule/cancel")
	a.says(t, "送信予約を取り消し、下書きに戻しました。")
	if !strings.Contains(draftText.FindString(a.body), "火曜日にご連絡いたします。") {
		t.Error("what was written did not come back")
	}
}
