package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"madoguchi/internal/desk"
)

// upload posts a form with one file.
func (b *browser) upload(path, name, content string, fields ...string) answer {
	b.o.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		b.o.must(form.WriteField(fields[i], fields[i+1]))
	}
	part, err := form.CreateFormFile("file", name)
	b.o.must(err)
	_, err = part.Write([]byte(content))
	b.o.must(err)
	b.o.must(form.Close())
	return b.do(http.MethodPost, path, &body, "Content-Type", form.FormDataContentType())
}

func TestTheCalendarIsEditedAsTheNextVersion(t *testing.T) {
	o := newOffice(t)
	o.hire("渡辺", "watanabe@desk.example", desk.Supervisor, "ja")
	b := o.signedIn("sato@desk.example")
	b.get("/contract").says(t, "次の版でカレンダーを編集")
	page := b.post("/contract/drafts", "calendar", "business").header.Get("Location")
	a := b.get(page)
	a.says(t, "年末年始休業", "毎年 12/29〜1/3", "勤労感謝の日", "10:00-18:00")
	if again := b.post("/contract/drafts", "calendar", "business").header.Get("Location"); again != page {
		t.Errorf("a second draft was begun: %s", again)
	}
	act := func(fields ...string) answer {
		return b.post(page, append([]string{"revision", revision(t, b.get(page))}, fields...)...)
	}
	for _, fields := range [][]string{
		{"act", "closure", "date", "2026-11-25", "name", "創立記念日", "name_en", "Foundation Day"},
		{"act", "special", "special_date", "2026-12-28", "special_name", "仕事納め", "special_name_en", "Last day", "hours", "１０：００〜１５：００"},
		{"act", "week", "weekly.mon", "10:00-12:00、13:00-18:00", "weekly.tue", "10:00-18:00", "weekly.wed", "10:00-18:00", "weekly.thu", "10:00-18:00", "weekly.fri", "", "weekly.sat", "10:00-12:00", "weekly.sun", ""},
	} {
		if a := act(fields...); a.code != http.StatusSeeOther {
			t.Fatalf("%v answered %d: %s", fields, a.code, text(a.body))
		}
	}
	b.get(page).says(t, "2026-11-25", "創立記念日", "仕事納め", "10:00-15:00", "10:00-12:00, 13:00-18:00")
	draft := page[:strings.Index(page, "/calendar/")]
	b.get(draft).says(t, "営業時間の休業日", "2026-11-25 創立記念日", "営業時間の営業時間（月）")
	for says, fields := range map[string][]string{
		"「soon」を 10:00-18:00 の形で": {"act", "special", "special_date", "2026-12-25", "special_name", "x", "hours", "soon"},
		"日付と名称を入力してください":          {"act", "closure", "date", "", "name", "x"},
		"「never」を 10:00-18:00":    {"act", "week", "weekly.mon", "never"},
		"追加する日を選んでください":           {"act", "imported"},
	} {
		if a := act(fields...); a.code != http.StatusUnprocessableEntity || !strings.Contains(text(a.body), says) {
			t.Errorf("%v answered %d: %s", fields, a.code, text(a.body))
		}
	}

	// A calendar file is looked at before anything is added.
	ics := "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261204\r\nDTEND;VALUE=DATE:20261205\r\nSUMMARY:全社研修\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:2\r\nDTSTART;VALUE=DATE:20261230\r\nSUMMARY:年末\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	a = b.upload(page, "会社.ics", ics, "act", "import")
	a.says(t, "会社.ics の休業日", "2026-12-04 全社研修", "登録済み")
	if a := act("act", "imported", "day", "2026-12-04 全社研修 / Training"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	if a := b.upload(page, "x.ics", "nonsense", "act", "import"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("a file that is no calendar answered %d", a.code)
	}
	if a := act("act", "remove", "path", "calendars[business].closures[2026-11-25]"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	if a := act("act", "remove", "path", "clauses[hours.domestic]"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("a clause was removed by the calendar: %d", a.code)
	}
	if a := b.get(draft + "/calendar/mars"); a.code != http.StatusNotFound {
		t.Errorf("no such calendar answered %d", a.code)
	}
	watanabe := o.signedIn("watanabe@desk.example")
	if a := watanabe.post(page, "act", "closure", "date", "2026-11-26", "name", "x", "revision", revision(t, b.get(page))); a.code != http.StatusForbidden {
		t.Errorf("a supervisor edited the calendar: %d", a.code)
	}
}

func TestEverybodySeesTheDaysWithoutSupportAndNothingElse(t *testing.T) {
	o := newOffice(t)
	org := o.customer("青葉商事株式会社", "aoba.example", "yamada")
	b := o.signedIn("sato@desk.example")
	if a := b.post("/customers/"+org.ID+"/amendments", "act", "add", "name", "覚書", "closures", "2026-11-26 秘密の休業日 / Secret"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d", a.code)
	}
	page := b.post("/contract/drafts", "calendar", "business").header.Get("Location")
	b.post(page, "revision", "1", "act", "closure", "date", "2026-12-04", "name", "全社研修", "name_en", "Training")
	draft := page[:strings.Index(page, "/calendar/")]
	o.hire("渡辺", "watanabe@desk.example", desk.Supervisor, "ja")
	b.post(draft+"/step", "act", "submit")
	watanabe := o.signedIn("watanabe@desk.example")

	stranger := o.browser()
	stranger.get("/closures").says(t, "休業日のご案内", "勤労感謝の日", "年末年始休業")
	if a := stranger.get("/closures"); strings.Contains(a.body, "全社研修") {
		t.Error("a draft is public")
	}
	if a := watanabe.post(draft+"/step", "act", "approve", "revision", revision(t, watanabe.get(draft))); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	a := stranger.get("/closures")
	a.says(t, "全社研修") // of the version that takes over tomorrow
	feed := stranger.get("/closures.ics")
	if feed.code != http.StatusOK || feed.header.Get("Content-Type") != "text/calendar; charset=utf-8" {
		t.Errorf("the feed answered %d, %s", feed.code, feed.header.Get("Content-Type"))
	}
	for _, want := range []string{"BEGIN:VCALENDAR", "SUMMARY;LANGUAGE=ja:勤労感謝の日", "DTSTART;VALUE=DATE:20261204", "SUMMARY;LANGUAGE=ja:全社研修"} {
		if !strings.Contains(feed.body, want) {
			t.Errorf("the feed does not say %s", want)
		}
	}
	if en := stranger.get("/closures.ics?lang=en"); !strings.Contains(en.body, "Training") {
		t.Error("the feed has no English")
	}
	for _, secret := range []string{"青葉", "aoba", "秘密", "Secret", "覚書"} {
		if strings.Contains(a.body+feed.body, secret) {
			t.Errorf("the public calendar says %q", secret)
		}
	}
}
