package agent

import (
	"context"
	"time"

	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

var tokyo = time.FixedZone("Asia/Tokyo", 9*3600)

// at is a time of day on Friday, 20 November 2026, in Tokyo.
func at(h, m int) time.Time { return time.Date(2026, 11, 20, h, m, 0, 0, tokyo) }

// tuesday is a time of day on the next business day, after the holiday.
func tuesday(h, m int) time.Time { return time.Date(2026, 11, 24, h, m, 0, 0, tokyo) }

// viewer is Sato of the desk on that Friday at 16:42.
func viewer(lang ui.Lang) context.Context {
	return ui.With(context.Background(), ui.Viewer{
		ID: "a1", Name: "佐藤", Lang: lang, Theme: ui.Light, Keys: true, Zone: tokyo, Now: at(16, 42), Assets: "/assets/test/",
	})
}

func running(due time.Time, target, left time.Duration) ui.Clock {
	c := ui.Clock{State: ui.ClockRunning, Deadline: due, Target: target, Left: left, Open: []ui.Span{{From: at(16, 42), To: at(18, 0)}, {From: tuesday(10, 0), To: tuesday(18, 0)}}}
	if left*4 <= target {
		c.State = ui.ClockSoon
	}
	if left < 0 {
		c.State = ui.ClockLate
	}
	return c
}

func sampleRows() []Row {
	h, m := time.Hour, time.Minute
	rows := []Row{
		{ID: "c1", Number: "CS-10441", Subject: "監査ログの保存期間を延長できるか知りたい", Organization: "東雲メディカル", Priority: "low", Next: "next.first", Assignee: "伊藤", Section: "overdue", Clock: running(at(16, 20), 8*h, -22*m)},
		{ID: "c2", Number: "CS-10482", Subject: "社外からのアクセスが全社で拒否される", Organization: "青葉商事", Priority: "high", Next: "next.first", Assignee: "佐藤", Section: "today", Clock: running(at(17, 20), 2*h, 38*m)},
		{ID: "c3", Number: "CS-10455", Subject: "添付ファイルの保留解除ができない", Organization: "北斗電機工業", Priority: "medium", Next: "next.first", Assignee: "佐藤", Section: "today", Clock: running(at(17, 40), 6*h, 58*m)},
		{ID: "c4", Number: "CS-10497", Subject: "監査ログのエクスポートが途中で停止する", Organization: "みなと物流", Priority: "high", Provisional: true, Next: "next.first", Section: "today", Clock: running(at(18, 0), 2*h, 78*m)},
		{ID: "c5", Number: "CS-10471", Subject: "二段階認証の案内メールの文面を変えたい", Organization: "さくら信用組合", Priority: "low", Next: "next.first", Assignee: "伊藤", Section: "day", Clock: running(tuesday(12, 30), 8*h, 228*m)},
		{ID: "c6", Number: "CS-10490", Subject: "管理者アカウントの権限範囲について", Organization: "白波印刷", Priority: "low", Next: "next.first", Section: "day", Clock: running(tuesday(16, 10), 8*h, 448*m)},
		{ID: "c7", Number: "CS-10433", Subject: "一部の宛先で誤送信防止フィルタが動作しない", Organization: "北斗電機工業", Priority: "medium", Next: "status.waiting", Section: "waiting", Clock: ui.Clock{State: ui.ClockWaiting, Target: 6 * h, Left: 200 * m}},
	}
	for i := range rows {
		rows[i].Facts, rows[i].Who = []string{rows[i].Number, rows[i].Organization}, true
	}
	rows[1].Tags = []TagView{{Name: "サインイン", Colour: "ai"}, {Name: "再発", Colour: "shu"}}
	return rows
}

var allCases = ViewChoice{ID: "all", Name: "すべて"}

func sampleQueue(ctx context.Context, selected string) QueueView {
	rows := sampleRows()
	return QueueView{View: allCases, Day: DayOf(at(10, 0), at(18, 0), rows), Groups: GroupRows(ctx, rows, store.ByDeadline), Selected: selected}
}

func sampleCase(ctx context.Context) CaseView {
	clock := running(at(17, 20), 2*time.Hour, 38*time.Minute)
	high := Clause{ID: "response.high", Number: "5.(2)", JA: "高：2 営業時間内の初期対応、およびサービス復旧を最優先", EN: "High: initial response within 2 business hours, and restoration of the service first."}
	return CaseView{
		ID: "c2", Number: "CS-10482", Version: 9, Subject: "社外からのアクセスが全社で拒否される", Organization: "青葉商事株式会社", OrgID: "o1",
		Person: "山田", PersonAddr: "yamada@aoba.example", Language: "ja", Priority: "high", Agreed: true, Channel: "email", Reception: at(15, 20),
		Status: "open", Assignee: "佐藤", AssigneeID: "a1", Contract: "標準サポート契約", Agents: []Person{{ID: "a1", Name: "佐藤"}, {ID: "a2", Name: "伊藤"}},
		Demand: Demand{Kind: "respond", Clock: clock, Cite: high, Why: &Why{
			Cause: "claimed", From: at(15, 20), Deadline: at(17, 20), Business: 2 * time.Hour, Zone: "Asia/Tokyo",
			Segments: []cases.Segment{{From: at(15, 20), To: at(17, 20), Counted: true, Reason: "open"}},
			Clauses:  []Clause{high}, Readings: []Reading{{Name: "response.high.clock", Question: "「2 営業時間」は夜間も進むか", Meaning: "営業時間のみで数える（条文どおり）"}},
		}},
		Timeline: []Entry{
			{Seq: 1, Kind: "in", Icon: "mail", Who: "山田 様", At: at(15, 20), Label: "メール", Lang: "ja", Text: "15:05 ごろから、社外ネットワークからのサインインがすべて拒否されます。\n全社 約 1,240 名に影響しており、在宅勤務者は業務を継続できません。\n社内ネットワークからは問題ありません。", Rest: "--\n青葉商事株式会社\n情報システム部 山田", Files: []FileLink{{Text: "screenshot.png（212 KB）", Path: "/cases/c2/mails/m1/files/1"}}},
			{Seq: 2, Kind: "sys", Icon: "check", Who: "システム", At: at(15, 20), Title: "受付確認を自動送信", Detail: "優先度「高」（暫定）、期限 17:20", Lang: "ja", Text: "お問い合わせを受け付けました。"},
			{Seq: 5, Kind: "sys", Icon: "flag", Who: "佐藤", At: at(15, 33), Title: "優先度「高」で合意", Detail: "窓口 佐藤・お客様 山田 様（電話）"},
			{Seq: 6, Kind: "note", Icon: "note", Who: "木村", At: at(16, 28), Label: "社内メモ", Lang: "ja", Text: "判定サーバ 2 台のうち 1 台で許可リストの配布が 15:03 から止まっています。切り離し済み、16:35 に正常化見込み。お客様側の設定変更は不要です。"},
		},
		Composer: Composer{
			CaseID: "c2", Owes: true, Known: true, Lang: "ja", Statuses: []string{"open", "waiting", "on_hold", "resolved"}, Next: "waiting",
			To:     []Recipient{{"山田", "yamada@aoba.example", true, true}, {"小川", "ogawa@aoba.example", true, true}, {"", "someone@aoba.example", false, false}},
			Text:   "青葉商事株式会社\n山田 様\n\nお世話になっております。HENNGE One サポート窓口の佐藤です。\n",
			Effect: Effect{Kind: "met", Taken: 82 * time.Minute, Deadline: at(17, 20), Next: "waiting"},
		},
		Side: Side{
			Clocks: []SideClock{{Label: "初期対応", Clock: clock}}, Initial: "medium",
			Desk: &Opinion{Priority: "high", By: "佐藤", At: at(15, 31)}, Customer: &Opinion{Priority: "high", By: "山田 様", At: at(15, 20)},
			Criterion: &Clause{ID: "priority.high.interruption", Number: "5.(1)", JA: "サービス機能の中断により、お客様のビジネスの継続性に影響"},
			Facts:     []Fact{{"契約", "標準サポート ＋ Support Plus"}, {"地域", "国内（10:00–18:00）"}, {"お客様ご担当者", "山田 様、小川 様"}, {"進行中", "このケースのみ"}, {"直近 90 日", "5 件、目標達成 100%"}},
			People:    []Participant{{Name: "山田", Addr: "yamada@aoba.example", Verified: true}, {Name: "小川", Addr: "ogawa@aoba.example", Verified: true}, {Name: "佐々木", Addr: "someone@aoba.example"}},
		},
	}
}

func samplePage(title string) ui.Page {
	next := tuesday(10, 0)
	return ui.Page{Title: title, Nav: "queue", Due: ui.Amount{N: 3}, Unknown: ui.Amount{N: 1}, Hours: ui.HoursNow{Known: true, Open: true, Closes: at(18, 0), Left: 78 * time.Minute, NextDay: next}}
}
