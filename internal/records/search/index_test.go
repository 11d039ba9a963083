package search_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/records/search"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
	"madoguchi/test/postgrestest"
)

// desk is real records with an index beside them.
type desk struct {
	t     testing.TB
	dir   string
	store *store.Store
	index *search.Index
	at    time.Time
	n     int64
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{t: t, dir: t.TempDir(), at: friday}
	s, err := store.Open(context.Background(), store.Config{Dir: d.dir, Database: postgrestest.Database(t, d.dir)})
	d.must(err)
	t.Cleanup(func() { d.must(s.Close()) })
	d.store = s
	d.open()
	t.Cleanup(func() { d.must(d.index.Close()) })
	return d
}

func (d *desk) open() {
	d.t.Helper()
	x, err := search.Open(context.Background(), search.Config{Dir: d.dir, Database: postgrestest.Database(d.t, d.dir), Store: d.store, Now: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	d.must(err)
	d.index = x
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

var sato = cases.Actor{Kind: cases.Agent, ID: "a-sato", Name: "佐藤"}

// mail opens a case with a mail; every case is an hour after the one before.
func (d *desk) mail(id, organization, name, addr, subject, text string, files ...string) {
	d.t.Helper()
	d.n++
	d.at = d.at.Add(time.Hour)
	from := cases.Address{Name: name, Addr: addr}
	customer := cases.Actor{Kind: cases.Customer, Name: name}
	m := cases.MessageReceived{Message: "m" + id, From: from, To: []cases.Address{{Addr: "support@desk.example"}}, Subject: subject, Text: text, MessageID: id + "@x.example", Received: d.at}
	for _, f := range files {
		m.Attachments = append(m.Attachments, cases.Attachment{Name: f})
	}
	d.must(d.store.Write(context.Background(), func(tx *store.Tx) error {
		_, err := tx.Append(nil,
			cases.Event{Case: cases.ID(id), At: d.at, Actor: customer, Channel: "mail", Data: cases.Opened{
				Number: d.n, Subject: subject, Organization: organization, OrgName: organization, Person: from, Reception: d.at, Priority: "medium",
			}},
			cases.Event{At: d.at, Actor: customer, Channel: "mail", Data: m})
		return err
	}))
}

// then adds facts to a case, an hour later.
func (d *desk) then(id string, facts ...cases.Data) {
	d.t.Helper()
	d.at = d.at.Add(time.Hour)
	d.must(d.store.Write(context.Background(), func(tx *store.Tx) error {
		c, _, err := tx.Case(cases.ID(id))
		if err != nil {
			return err
		}
		for _, f := range facts {
			if c, err = tx.Append(c, cases.Event{At: d.at, Actor: sato, Data: f}); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (d *desk) find(a search.Ask) search.Found {
	d.t.Helper()
	d.must(d.index.CatchUp(context.Background(), nil))
	f, err := d.index.Find(context.Background(), a)
	d.must(err)
	return f
}

func (d *desk) everywhere(query string) search.Ask {
	d.t.Helper()
	q, err := search.Parse(query, search.Options{Now: d.at, Zone: tokyo, Prefix: "CS"})
	d.must(err)
	return search.Ask{Query: q, Scope: store.Everyone(), Meant: meant(q.Picks), Not: meant(q.Not.Picks), Count: true}
}

// meant takes what was typed for the ids.
func meant(p search.Picks) search.Meant {
	return search.Meant{Organizations: p.Organizations, Status: p.Status, Priority: p.Priority, Assignee: p.Assignee, Tags: p.Tags}
}

func ids(f search.Found) string {
	var list []string
	for _, h := range f.Hits {
		list = append(list, string(h.Case))
	}
	return strings.Join(list, " ")
}

func (d *desk) finds(query, want string) {
	d.t.Helper()
	if got := ids(d.find(d.everywhere(query))); got != want {
		d.t.Errorf("%q finds %q, want %q", query, got, want)
	}
}

func (d *desk) aDay() {
	d.mail("mail", "aoba", "山田 太郎", "yamada@aoba.example", "メールが届かない", "昨日からｻｰﾊﾞｰに障害があり、メールを受信できません。")
	d.mail("bill", "aoba", "鈴木", "suzuki@aoba.example", "請求書の再送", "10月分の請求書を再送してください。", "請求一覧.xlsx")
	d.mail("sso", "kestrel", "Jane Tan", "jane@kestrel.example", "Single sign-on fails", "Our policies were changed and users are getting the error AADSTS50011.", "trace.log")
	d.mail("who", "", "見知らぬ人", "someone@else.example", "資料請求", "パンフレットを送ってください。")
	d.at = d.at.Add(24 * time.Hour)
	d.then("mail", cases.Replied{Message: "r1", Kind: cases.InitialResponse, To: []cases.Address{{Addr: "yamada@aoba.example"}}, Subject: "Re: メールが届かない", Text: "復旧いたしました。", MessageID: "r1@desk.example"},
		cases.StatusChanged{From: cases.New, To: cases.Waiting})
	d.then("sso", cases.Noted{Note: "n1", Text: "証明書の期限切れと思われる"}, cases.Assigned{Agent: "a-sato", Name: "佐藤"}, cases.Tagged{Added: []cases.Tag{{ID: "t1"}, {ID: "t2"}}}, cases.Tagged{Removed: []cases.Tag{{ID: "t1"}}}, cases.PriorityJudged{Priority: "high", Applied: "high"})
}

func TestWhatWasWrittenIsFoundInJapaneseAndEnglish(t *testing.T) {
	d := newDesk(t)
	d.aDay()
	for query, want := range map[string]string{
		"障害":                      "mail",
		"請求":                      "who bill",
		"請求書":                     "bill",
		"サーバー":                    "mail",
		"さーばー 障害":                 "mail",
		"障":                       "mail",
		"policy":                  "sso",
		"ERROR aadsts50011":       "sso",
		`"single sign-on"`:        "sso",
		`"sign single"`:           "",
		"sign fail":               "sso",
		"請求一覧":                    "bill",
		"trace.log":               "sso",
		"証明書":                     "sso",
		"復旧":                      "mail",
		"山田":                      "mail",
		"yamada@aoba.example":     "mail",
		"someone":                 "who",
		"aoba 障害":                 "mail",
		"aoba":                    "mail bill",
		"CS-2":                    "bill",
		"cs-3 error":              "sso",
		"障害 請求":                   "",
		"害あ":                      "",
		"from:山田":                 "mail",
		"from:佐藤":                 "sso mail",
		"from:佐藤 復旧":              "mail",
		"from:jane,鈴木":            "sso bill",
		"status:waiting":          "mail",
		"status:new":              "sso who bill",
		"priority:high":           "sso",
		"org:aoba":                "mail bill",
		"org:aoba 請求":             "bill",
		"org:nobody":              "",
		"before:2026-11-20":       "",
		"after:2026-11-20 請求":     "who bill",
		"after:2026-11-21":        "sso mail",
		"before:2026-11-21 請求":    "who bill",
		"assignee:a-sato":         "sso",
		"tag:t2,t9":               "sso",
		"タグ:t1":                   "",
		"-tag:t2 -請求":             "mail",
		"-assignee:a-sato":        "mail who bill",
		"has:attachment":          "sso bill",
		"-has:attachment 請求":      "who bill",
		"請求 -書":                   "who",
		"請求 -資料":                  "bill",
		"-請求":                     "sso mail",
		"-請求 -障害 -復旧 -メール":        "sso",
		"-from:山田 -from:佐藤":       "who sso bill",
		"-from:山田,佐藤 error":       "sso",
		"-org:aoba":               "sso who",
		"-org:aoba,kestrel":       "who",
		"-status:new":             "mail",
		"-priority:high":          "mail who bill",
		`-"single sign-on" error`: "",
		`error -"AADSTS50011"`:    "",
	} {
		d.finds(query, want)
	}
}

func TestTheCaseThatSomebodyWroteInLastComesFirst(t *testing.T) {
	d := newDesk(t)
	for i := range 5 {
		d.mail(fmt.Sprintf("c%d", i), "aoba", "山田", "yamada@aoba.example", "件名", "障害が起きています")
	}
	d.then("c1", cases.Noted{Note: "n", Text: "障害の調査中"})
	d.finds("障害", "c1 c4 c3 c2 c0")
	if f := d.find(d.everywhere("障害")); f.Hits[0].More != 1 || f.Hits[1].More != 0 {
		t.Errorf("further matches: %+v", f.Hits)
	}
}

func TestAListThatWasBegunShowsEveryCaseOnce(t *testing.T) {
	d := newDesk(t)
	for i := range 30 {
		id := fmt.Sprintf("c%02d", i%10)
		if i < 10 {
			d.mail(id, "aoba", "山田", "yamada@aoba.example", "件名", "障害が起きています")
		} else {
			d.then(id, cases.Noted{Note: "n", Text: "障害の続き"})
		}
	}
	for _, query := range []string{"障害", "status:new", "after:2026-11-01 障害"} {
		if f := d.find(d.everywhere(query)); f.Cases != 10 || !f.All {
			t.Errorf("%q counts %d cases, all of them: %v", query, f.Cases, f.All)
		}
		a := d.everywhere(query)
		a.Limit = 3
		var all []string
		for page := 0; ; page++ {
			f := d.find(a)
			all = append(all, strings.Fields(ids(f))...)
			if page == 0 {
				d.then("c00", cases.Noted{Note: "n", Text: "障害がまた起きた"})
			}
			if a.After = f.Next; a.After.End() {
				break
			}
		}
		if len(all) != 10 {
			t.Errorf("%q pages through %v", query, all)
		}
		seen := map[string]bool{}
		for _, id := range all {
			if seen[id] {
				t.Errorf("%q shows %s twice: %v", query, id, all)
			}
			seen[id] = true
		}
	}
}

func TestAnotherOrganizationsTextNeverComesBack(t *testing.T) {
	d := newDesk(t)
	d.aDay()
	for _, query := range []string{"障害", "-障害", "-org:aoba", "has:attachment", "-from:山田", "請求", "error", "status:new", "after:2026-11-01", "from:佐藤", "org:kestrel", "org:aoba", `"請求" OR "error"`, `org : "61"`, "証明書", "CS-3"} {
		a := d.everywhere(query)
		for _, org := range []string{"aoba", "kestrel", "unknown"} {
			a.Scope = store.Only(org)
			for _, h := range d.find(a).Hits {
				c, _, err := d.store.Case(context.Background(), h.Case)
				d.must(err)
				if c.Organization != org {
					t.Errorf("%q within %s finds case %s of %q", query, org, h.Case, c.Organization)
				}
			}
		}
	}
	a := d.everywhere("請求")
	a.Scope = store.Only("aoba")
	if got := ids(d.find(a)); got != "bill" {
		t.Errorf("within its own it finds %q", got)
	}
	a = d.everywhere("証明書")
	a.Scope = store.Only("kestrel")
	if got := ids(d.find(a)); got != "" {
		t.Errorf("a customer finds the desk's note: %q", got)
	}
	// A person of the desk who sees some organizations only finds their notes too.
	for _, c := range []struct {
		query, want string
		scope       store.Scope
	}{
		{"証明書", "sso", store.Among([]string{"kestrel"}, false)},
		{"証明書", "", store.Among([]string{"aoba"}, true)},
		{"請求", "bill", store.Among([]string{"aoba", "kestrel"}, false)},
		{"請求", "who bill", store.Among([]string{"aoba"}, true)},
		{"請求", "who", store.Among(nil, true)},
		{"請求", "bill", store.Identified()},
		{"請求", "", store.Among(nil, false)},
		{"org:kestrel", "", store.Among([]string{"aoba"}, false)},
		{"some", "", store.Everyone()},
		{"none", "", store.Everyone()},
		{"616f6261", "", store.Everyone()}, // aoba, as the index has it
		{"¦616f6261", "", store.Everyone()},
	} {
		a = d.everywhere(c.query)
		a.Scope = c.scope
		if got := ids(d.find(a)); got != c.want {
			t.Errorf("%q within %+v finds %q, want %q", c.query, c.scope, got, c.want)
		}
	}
	for _, query := range []string{"org:nobody", "org:kestrel"} { // there is none, or none to be seen: all is counted either way
		a = d.everywhere(query)
		a.Scope = store.Among([]string{"aoba"}, false)
		if f := d.find(a); f.Cases != 0 || !f.All || !f.Next.End() {
			t.Errorf("%q counts %d cases, all of them: %v", query, f.Cases, f.All)
		}
	}
	a = d.everywhere("請求")
	a.Scope = store.Scope{}
	if _, err := d.index.Find(context.Background(), a); !fault.Is(err, fault.Internal) {
		t.Errorf("no scope: %v", err)
	}
}

func TestAnIdentifiedCaseMovesToItsOrganizationWithAllItsMessages(t *testing.T) {
	d := newDesk(t)
	d.aDay()
	d.then("who", cases.Noted{Note: "n", Text: "電話で確認済み"})
	d.finds("みどり物産", "")
	d.then("who", cases.Identified{Organization: "midori", OrgName: "みどり物産"}, cases.Retitled{Before: "資料請求", After: "カタログの送付"})
	d.finds("みどり物産 パンフレット", "who")
	d.finds("ミドリ物産 確認済み", "who")
	d.finds("カタログ パンフレット", "who")
	a := d.everywhere("パンフレット")
	for org, want := range map[string]string{"midori": "who", "aoba": ""} {
		a.Scope = store.Only(org)
		if got := ids(d.find(a)); got != want {
			t.Errorf("%s finds %q, want %q", org, got, want)
		}
	}
}

func TestTheIndexGoesOnWhereItWasAndCanBeMadeAnew(t *testing.T) {
	ctx := context.Background()
	d := newDesk(t)
	d.aDay()
	d.finds("請求", "who bill")
	d.must(d.index.Close())
	d.open()
	if lag, err := d.index.Lag(ctx); err != nil || lag.Events != 0 || lag.Behind != 0 {
		t.Errorf("after opening again: %+v, %v", lag, err)
	}
	d.mail("late", "aoba", "山田", "yamada@aoba.example", "請求先の変更", "")
	if lag, err := d.index.Lag(ctx); err != nil || lag.Events != 2 {
		t.Errorf("two events are new: %+v, %v", lag, err)
	}
	d.finds("請求", "late who bill")
	last := [2]int64{}
	d.must(d.index.Rebuild(ctx, func(done, total int64) { last = [2]int64{done, total} }))
	if newest, err := d.store.Position(ctx); err != nil || last != [2]int64{newest, newest} {
		t.Errorf("progress ended at %v of %d, %v", last, newest, err)
	}
	d.finds("請求", "late who bill")
	d.finds("証明書", "sso")
}

func TestTheIndexIsNeverTwoSecondsBehindWhileTheDeskWrites(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	d := newDesk(t)
	done := make(chan error, 1)
	go func() { done <- d.index.RunIndexing(ctx) }()
	worst := time.Duration(0)
	for i := range 40 {
		d.mail(fmt.Sprintf("c%d", i), "aoba", "山田", "yamada@aoba.example", "件名", fmt.Sprintf("障害が発生しました。番号は errand%d です。", i))
		written := time.Now()
		q := d.everywhere(fmt.Sprintf("errand%d", i))
		for {
			f, err := d.index.Find(ctx, q)
			d.must(err)
			if len(f.Hits) == 1 {
				break
			}
			lag, err := d.index.Lag(ctx)
			d.must(err)
			if waited := time.Since(written); waited > search.MaxLag || lag.Behind > search.MaxLag {
				t.Fatalf("case %d is not found %v after it was durable (lag %+v)", i, waited, lag)
			}
		}
		worst = max(worst, time.Since(written))
	}
	t.Logf("at most %v behind", worst)
	for written := time.Now(); ; {
		lag, err := d.index.Lag(ctx)
		d.must(err)
		if lag == (search.Lag{}) {
			break
		}
		if time.Since(written) > search.MaxLag {
			t.Fatalf("everything is found, and the lag is %+v", lag)
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestTheEndOfAVeryLongTextIsFound(t *testing.T) {
	d := newDesk(t)
	long := strings.Repeat("接続を確認しましたが、まだ復旧していません。", 1500)
	d.mail("long", "aoba", "山田", "yamada@aoba.example", "長文", long+"末尾の合言葉は紫陽花です。")
	d.mail("short", "aoba", "山田", "yamada@aoba.example", "短文", "紫の花です。")
	d.finds("紫陽花", "long")
	d.finds("合言葉は紫陽花です", "long")
	d.finds("長文 紫陽花", "long")
}

func TestOneOfSeveralProcessesWritesTheIndexAndAllReadIt(t *testing.T) {
	if !postgrestest.On() {
		return // there is one process; the round on PostgreSQL plays it
	}
	d := newDesk(t)
	second, err := search.Open(context.Background(), search.Config{Dir: d.dir, Database: postgrestest.Database(t, d.dir), Store: d.store, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	d.must(err)
	t.Cleanup(func() { d.must(second.Close()) })
	indexing := func(x *search.Index) (stop func()) {
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- x.RunIndexing(ctx) }()
		return func() {
			cancel()
			d.must(<-done)
		}
	}
	found := func(x *search.Index, word, want string) {
		t.Helper()
		for begun := time.Now(); ; {
			f, err := x.Find(context.Background(), d.everywhere(word))
			d.must(err)
			if ids(f) == want {
				for _, h := range f.Hits {
					if h.More > 1 { // the case itself and its mail
						t.Errorf("%s was indexed more than once: %+v", word, h)
					}
				}
				return
			}
			if time.Since(begun) > 30*time.Second {
				t.Fatalf("%s finds %q, want %q", word, ids(f), want)
			}
		}
	}
	stopFirst, stopSecond := indexing(d.index), indexing(second)
	d.mail("one", "aoba", "山田", "yamada@aoba.example", "障害の一件目", "本文")
	found(second, "障害", "one")
	found(d.index, "障害", "one")
	stopFirst()
	d.mail("two", "aoba", "山田", "yamada@aoba.example", "障害の二件目", "本文")
	found(d.index, "障害", "two one")
	lag, err := d.index.Lag(context.Background())
	d.must(err)
	if lag != (search.Lag{}) {
		t.Errorf("who only reads measures %+v", lag)
	}
	stopSecond()
	d.mail("three", "aoba", "山田", "yamada@aoba.example", "障害の三件目", "本文")
	if lag, err = second.Lag(context.Background()); err != nil || lag.Events != 2 || lag.Behind > time.Minute {
		t.Errorf("nobody writes: %+v, %v", lag, err)
	}
}
