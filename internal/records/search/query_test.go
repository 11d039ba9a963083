package search_test

import (
	"strings"
	"testing"
	"time"

	"madoguchi/internal/records/search"
	"madoguchi/terms/fault"
)

var tokyo = time.FixedZone("Asia/Tokyo", 9*60*60)

// friday is 2026-11-20 16:42 in Tokyo.
var friday = time.Date(2026, 11, 20, 16, 42, 0, 0, tokyo)

func options() search.Options { return search.Options{Now: friday, Zone: tokyo, Prefix: "CS"} }

func parse(t *testing.T, text string) search.Query {
	t.Helper()
	q, err := search.Parse(text, options())
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return q
}

// said writes a query as it was understood.
func said(q search.Query) string {
	if q.Empty() {
		return ""
	}
	var out []string
	for _, t := range q.Terms {
		out = append(out, t.Typed)
	}
	for _, t := range q.From {
		out = append(out, "from="+t.Typed)
	}
	for _, v := range q.Organizations {
		out = append(out, "org="+v)
	}
	for _, v := range q.Status {
		out = append(out, "status="+v)
	}
	for _, v := range q.Priority {
		out = append(out, "priority="+v)
	}
	for _, v := range q.Assignee {
		out = append(out, "assignee="+v)
	}
	for _, v := range q.Tags {
		out = append(out, "tag="+v)
	}
	if q.Files {
		out = append(out, "files")
	}
	if not := said(search.Query{Terms: q.Not.Terms, Picks: q.Not.Picks}); not != "" {
		out = append(out, "not ("+not+")")
	}
	if !q.After.IsZero() {
		out = append(out, "after="+q.After.Format("2006-01-02T15:04Z07:00"))
	}
	if !q.Before.IsZero() {
		out = append(out, "before="+q.Before.Format("2006-01-02T15:04Z07:00"))
	}
	return strings.Join(out, " | ")
}

func TestAQueryIsReadHoweverItIsTyped(t *testing.T) {
	for text, want := range map[string]string{
		"障害　請求":                         "障害 | 請求",
		`"monthly report" error`:        "monthly report | error",
		"「請求書の件」 再送":                    "請求書の件 | 再送",
		"“quoted” never\"closed phrase": "quoted | never | closed phrase",
		"from:yamada org:青葉 障害":         "障害 | from=yamada | org=青葉",
		"ｆｒｏｍ：山田　status： open":          "from=山田 | status=open",
		`From:"山田 太郎"`:                  "from=山田 太郎",
		"差出人:山田 会社：青葉 優先度:高":            "from=山田 | org=青葉 | priority=高",
		"status:new,open、保留":            "status=new | status=open | status=保留",
		"before:2026-11-01":             "before=2026-11-01T00:00+09:00",
		"after:11/20 before:2026/11/21": "after=2026-11-20T00:00+09:00 | before=2026-11-21T00:00+09:00",
		"after:12/24":                   "after=2025-12-24T00:00+09:00",
		"以降:2026年11月3日":                 "after=2026-11-03T00:00+09:00",
		"before:11/21":                  "before=2026-11-21T00:00+09:00",
		"before:2026-11":                "before=2026-11-01T00:00+09:00",
		"after:yesterday":               "after=2026-11-19T00:00+09:00",
		"after:昨日 after:11/1":           "after=2026-11-19T00:00+09:00",
		"https://example.jp/ Error:500": "https://example.jp/ | Error:500",
		"障害 の":                          "障害",
		`障害 -請求 -"月次 報告"`:               "障害 | not (請求 | 月次 報告)",
		"障害 －差出人:山田 -状態:終了":             "障害 | not (from=山田 | status=終了)",
		"タグ:請求 -tag:済":                  "tag=請求 | not (tag=済)",
		"担当:佐藤 添付:あり":                   "assignee=佐藤 | files",
		"担当者：自分 -has:attachment":        "assignee=自分 | not (files)",
		"support-desk a - b --c":        "support-desk | a | b | --c",
	} {
		if got := said(parse(t, text)); got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
	if !parse(t, " 　！ ").Empty() {
		t.Error("signs alone ask for something")
	}
}

func TestAQueryThatCannotBeReadSaysHowToMendIt(t *testing.T) {
	for text, words := range map[string]string{
		"from:":                   "例：from:yamada",
		"status： ":                "例：status:open",
		"before:きのうより前":           "2026-11-20、11/20",
		"before:2026-02-30":       "2026-02-30",
		"after:13/40":             "13/40",
		"from:!!":                 "氏名またはメールアドレス",
		"担当:":                     "例：担当:佐藤",
		"has:dog":                 "「has:」に「dog」は指定できません",
		"-before:2026-11-01":      "「-before:」は使えません",
		"-の":                      "「-の」は除外できません",
		"の":                       "2 文字以上",
		strings.Repeat("障", 501):  "500 文字以内",
		strings.Repeat("障害 ", 21): "20 語以内",
	} {
		_, err := search.Parse(text, options())
		if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Public(err).JA, words) {
			t.Errorf("%.40q: %v, want %q", text, err, words)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`from:"a b" 障害`, "before:2026-11-01", "status:", "「", "a:b:c", "：", "org:\"", "\xff:\xfe", "after:９９９９年１２月", "CS-1", "cs-٣"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := search.Parse(s, options())
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		at := 0
		for _, m := range search.Mark(s, q.Terms...) {
			if m.From < at || m.To <= m.From || m.To > len(s) {
				t.Fatalf("%q: span %+v", s, m)
			}
			at = m.To
		}
	})
}

func marked(text, query string) string {
	q, err := search.Parse(query, options())
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	for _, p := range search.Pieces(text, search.Mark(text, q.Terms...)) {
		if p.Hit {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestWhatWasLookedForIsHighlightedInTheOriginalText(t *testing.T) {
	for _, c := range []struct{ text, query, want string }{
		{"昨日から障害が発生", "障害", "昨日から[障害]が発生"},
		{"ﾒｰﾙが届かない", "めーる", "[ﾒｰﾙ]が届かない"},
		{"請求書の請求", "請求", "[請求]書の[請求]"},
		{"障害発生", "障害 害発", "[障害発]生"},
		{"The policies were CONFIGURED.", "configure policy", "The [policies] were [CONFIGURED]."},
		{"障害と故障", "障", "[障]害と故[障]"},
		{"monthly, report / report monthly", `"monthly report"`, "[monthly, report] / report monthly"},
		{"ＥＲＲ＿４２ です", "err_42", "[ＥＲＲ＿４２] です"},
		{"<b>障害</b>", "障害", "<b>[障害]</b>"},
	} {
		if got := marked(c.text, c.query); got != c.want {
			t.Errorf("%q in %q: %q, want %q", c.query, c.text, got, c.want)
		}
	}
	long := strings.Repeat("あ", 300) + "障害" + strings.Repeat("い", 300)
	var b strings.Builder
	for _, p := range search.Snippet(long, search.Mark(long, parse(t, "障害").Terms...), 40) {
		b.WriteString(p.Text)
	}
	if want := "…" + strings.Repeat("あ", 10) + "障害" + strings.Repeat("い", 28) + "…"; b.String() != want {
		t.Errorf("snippet %q, want %q", b.String(), want)
	}
}
