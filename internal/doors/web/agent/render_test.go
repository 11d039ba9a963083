package agent

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

func draw(t *testing.T, ctx context.Context, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// read is a page's text as people read it, without markup.
func read(html string) string {
	text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(html, " ")
	return strings.Join(strings.Fields(text), " ")
}

func wants(t *testing.T, page string, sayings ...string) {
	t.Helper()
	for _, s := range sayings {
		if !strings.Contains(page, s) {
			t.Errorf("the page does not say %q:\n%s", s, page)
		}
	}
}

func TestTheQueueShowsWhatTheContractAsksNext(t *testing.T) {
	ctx := viewer(ui.JA)
	page := read(draw(t, ctx, Queue(sampleQueue(ctx, "c2"))))
	wants(t, page, "期限を過ぎた目標 1", "-0:22", "今日中の目標 3", "0:38", "11/24（火）の目標 2", "お客様の回答待ち 1", "停止", "暫定", "CS-10482 青葉商事")
	ctx = viewer(ui.EN)
	page = read(draw(t, ctx, Queue(sampleQueue(ctx, "c2"))))
	wants(t, page, "Past the deadline 1", "Due today 3", "Due Tue 24 Nov 2", "Waiting on the customer 1", "provisional")
}

func TestTheFirstViewOfTheQueueIsSmall(t *testing.T) {
	ctx := viewer(ui.JA)
	var rows []Row
	for i := range pageSizeShown {
		r := sampleRows()[i%7]
		r.ID = fmt.Sprintf("0193a5c2-77aa-7000-8000-%012x", i*7919)
		r.Number = fmt.Sprintf("CS-%d", 10400+i)
		r.Facts = []string{r.Number, r.Organization}
		r.Subject += fmt.Sprint("（", i*31%97, "）")
		rows = append(rows, r)
	}
	q := QueueView{View: allCases, Day: DayOf(at(10, 0), at(18, 0), rows), Groups: GroupRows(ctx, rows, store.ByDeadline)}
	html := draw(t, ctx, Workspace(samplePage("受付"), q, nil))
	var small bytes.Buffer
	z := gzip.NewWriter(&small)
	if _, err := z.Write([]byte(html)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if small.Len() > 12<<10 {
		t.Errorf("the first view of %d cases takes %d bytes compressed (%d plain), more than 12 KiB", len(rows), small.Len(), len(html))
	}
	t.Logf("%d cases: %d bytes compressed, %d plain", len(rows), small.Len(), len(html))
}

// pageSizeShown is how many cases the queue shows at once.
const pageSizeShown = 50

func TestTheCaseSaysWhatToDoByWhenAndByWhichClause(t *testing.T) {
	ctx := viewer(ui.JA)
	page := read(draw(t, ctx, Case(sampleCase(ctx))))
	wants(t, page,
		"17:20 までに、初期対応をする", "残り 0:38 （2 営業時間のうち 1:22 経過）", "標準サポート契約 5.(2)「高：2 営業時間内の初期対応、およびサービス復旧を最優先」",
		"この期限の理由", "初期対応を書く", "優先度「高」合意済み", "送ると：初期対応の目標を 達成 （1:22）、状態は「お客様の回答待ち」", "宛先：山田 様 ほか 1 名（メール）", "未確認")
	ctx = viewer(ui.EN)
	page = read(draw(t, ctx, Case(sampleCase(ctx))))
	wants(t, page, "Give the initial response by 17:20", "0:38 left ( 1:22 of 2 business hours used)", "Why this deadline?", "Reception only", "not confirmed")
}

func TestTheDemandFollowsTheClock(t *testing.T) {
	for _, c := range []struct {
		kind   string
		clock  ui.Clock
		ja, en string
	}{
		{"late", running(at(16, 20), 8*time.Hour, -22*time.Minute), "期限（11/20（金）16:20）を過ぎています。至急、初期対応をしてください", "The deadline (Fri 20 Nov 16:20) has passed. Give the initial response now"},
		{"met", ui.Clock{State: ui.ClockMet, Target: 2 * time.Hour, Taken: 82 * time.Minute, Deadline: at(17, 20)}, "初期対応の目標を達成しました 2 営業時間のうち 1:22 で対応", "The target of the initial response was met answered in 1:22"},
		{"missed", ui.Clock{State: ui.ClockMissed, Target: 2 * time.Hour, Taken: 151 * time.Minute, Deadline: at(17, 20)}, "初期対応は目標未達でした 2 営業時間のうち 2:31 で対応", "was missed answered in 2:31"},
		{"respond", running(tuesday(12, 0), 2*time.Hour, 2*time.Hour), "11/24（火）12:00 までに、初期対応をする", "Give the initial response by Tue 24 Nov 12:00"},
		{"identify", ui.Clock{State: ui.ClockNone}, "お客様を特定する", "Identify the customer"},
	} {
		for lang, want := range map[ui.Lang]string{ui.JA: c.ja, ui.EN: c.en} {
			ctx := viewer(lang)
			v := sampleCase(ctx)
			v.Demand = Demand{Kind: c.kind, Clock: c.clock}
			if page := read(draw(t, ctx, demand(v))); !strings.Contains(page, want) {
				t.Errorf("%s in %s: %q, want %q", c.kind, lang, page, want)
			}
		}
	}
}

func TestTheReplySaysWhatSendingWillDo(t *testing.T) {
	ctx := viewer(ui.JA)
	for _, c := range []struct {
		effect Effect
		want   string
	}{
		{Effect{Kind: "late", Over: 22 * time.Minute, Next: "waiting"}, "送ると：初期対応を記録（ 目標未達 、0:22 超過）、状態は「お客様の回答待ち」"},
		{Effect{Kind: "reception", Deadline: at(17, 20), Next: "open"}, "送ると：受付のみ。初期対応の期限（17:20）は変わりません、状態は「対応中」"},
		{Effect{Kind: "follow", Next: "resolved"}, "送ると：続報。状態は「解決済み」"},
	} {
		if page := read(draw(t, ctx, EffectLine("c2", c.effect))); page != c.want {
			t.Errorf("%+v: %q, want %q", c.effect, page, c.want)
		}
	}
}

func TestTheDeadlineIsExplainedStretchByStretch(t *testing.T) {
	ctx := viewer(ui.JA)
	w := Why{
		Cause: "opened", From: at(17, 30), Deadline: tuesday(15, 30), Business: 6 * time.Hour, Zone: "Asia/Tokyo",
		Segments: []cases.Segment{
			{From: at(17, 30), To: at(18, 0), Counted: true, Reason: "open"},
			{From: at(18, 0), To: at(24, 0), Reason: "out_of_hours"},
			{From: at(24, 0), To: at(72, 0), Reason: "weekend"},
			{From: at(72, 0), To: at(96, 0), Reason: "holiday", NameJA: "勤労感謝の日", NameEN: "Labour Thanksgiving Day"},
			{From: tuesday(10, 0), To: tuesday(15, 30), Counted: true, Reason: "open"},
		},
		Clauses:  []Clause{{ID: "response.medium", Number: "5.(2)", JA: "中：6 営業時間内の初期対応"}},
		Readings: []Reading{{Name: "priority.downgrade", Question: "…", Meaning: "受付から数える"}},
	}
	page := read(draw(t, ctx, why(w)))
	wants(t, page, "11/20（金）17:30 を起点に、6 営業時間を数えます。", "0:30 を数える", "数えない（土・日曜日）", "数えない（祝日 勤労感謝の日）", "5:30 を数える", "期限 11/24（火）15:30", "response.medium 5.(2) 中：6 営業時間内の初期対応", "受付から数える")
}

func TestDaysOfEveryYearAreWrittenAsDatesAre(t *testing.T) {
	for _, c := range []struct{ text, ja, en string }{
		{"12-29..01-03", "12/29〜1/3", "29 Dec – 3 Jan"},
		{"02-29", "2/29", "29 Feb"},
		{"12-99", "12-99", "12-99"},
	} {
		if ja, en := yearly(viewer(ui.JA), c.text), yearly(viewer(ui.EN), c.text); ja != c.ja || en != c.en {
			t.Errorf("%s is written %q and %q", c.text, ja, en)
		}
	}
}

func TestASegmentWithinADayNamesTheDayOnce(t *testing.T) {
	ctx := viewer(ui.JA)
	if got := until(ctx, cases.Segment{From: tuesday(12, 30), To: tuesday(13, 15)}); got != "13:15" {
		t.Errorf("it ends %s", got)
	}
}

func TestTheWordsThatRuleAreQuotedInTheirOwnLanguage(t *testing.T) {
	c := Clause{ID: "priority.p2", Number: "3", JA: "主要機能の障害。", EN: "A core function fails.", Rules: ui.EN}
	if got := c.Cited(viewer(ui.JA), ""); got != "3「A core function fails.」" {
		t.Errorf("the cited clause reads %q", got)
	}
	if _, words := c.Aid(ui.JA); words != "主要機能の障害。" {
		t.Errorf("a Japanese reader is helped by %q", words)
	}
	if _, words := c.Aid(ui.EN); words != "" {
		t.Errorf("an English reader is helped by %q", words)
	}
}

func TestAPriorityIsCalledAsItsContractCallsIt(t *testing.T) {
	v := ui.Of(viewer(ui.EN))
	v.Priorities = map[string]ui.PriorityWords{"p1": {Name: map[ui.Lang]string{ui.EN: "P1"}, Letter: map[ui.Lang]string{ui.EN: "1"}, Weight: "h"}}
	ctx := ui.With(viewer(ui.EN), v)
	if page := draw(t, ctx, ui.Priority("p1", false, false)); !strings.Contains(page, ">1<") || !strings.Contains(page, `aria-label="Priority P1"`) || !strings.Contains(page, "pri h") {
		t.Errorf("the badge is %s", page)
	}
}

func TestTheClauseIsQuotedInJapaneseForEveryReader(t *testing.T) {
	ctx := viewer(ui.EN)
	if got := sampleCase(ctx).Demand.Cite.Cited(ctx, "Standard support"); !strings.Contains(got, "高：2 営業時間内の初期対応、およびサービス復旧を最優先") {
		t.Errorf("the cited clause reads %q", got)
	}
}

func TestAnUnidentifiedCaseCannotBeAnsweredYet(t *testing.T) {
	ctx := viewer(ui.JA)
	v := sampleCase(ctx)
	v.OrgID, v.Organization, v.Composer.Known = "", "", false
	v.Demand = Demand{Kind: "identify", Clock: ui.Clock{State: ui.ClockNone}}
	html := draw(t, ctx, Case(v))
	wants(t, read(html), "お客様未特定", "お客様を特定すると、返信できるようになります。")
	if strings.Contains(html, `id="reply-form"`) || strings.Contains(html, `id="judge"`) {
		t.Error("an unidentified case offers a reply or a judgement")
	}
}

func TestALiveUpdateLeavesTheDraftAlone(t *testing.T) {
	ctx := viewer(ui.JA)
	if html := draw(t, ctx, CaseLive(sampleCase(ctx))); strings.Contains(html, "<textarea") || strings.Contains(html, `id="seen"`) {
		t.Error("a live update carries the composer's text")
	}
}

func TestWhatCustomersWriteIsNeverMarkup(t *testing.T) {
	ctx := viewer(ui.JA)
	v := sampleCase(ctx)
	evil := `"><script>alert(1)</script><img src=x onerror=alert(1)>`
	v.Subject, v.Person, v.Timeline[0].Text, v.Timeline[0].Who, v.Timeline[0].Files = evil, evil, evil, evil, []FileLink{{Text: evil, Path: evil}}
	v.Side.People[0].Name = evil
	html := draw(t, ctx, CaseFragment(v))
	if strings.Contains(html, "<script") || strings.Contains(html, "<img") {
		t.Error("a customer's text became markup")
	}
}
