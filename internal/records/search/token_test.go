package search_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"madoguchi/internal/records/search"
)

func tokens(s string) string {
	var list []string
	for _, t := range search.Tokens(s) {
		list = append(list, t.Text)
	}
	return strings.Join(list, " ")
}

func TestATextBecomesTokens(t *testing.T) {
	for text, want := range map[string]string{
		"障害":            "障害 害",
		"請求書の件":         "請求 求書 書の の件 件",
		"メール":           "めー ーる る",
		"ﾒｰﾙがｶﾞｰﾃﾞﾝ":    "めー ーる るが がが がー ーで でん ん",
		"ＡＰＩキー":         "api きー ー",
		"Gmailが届かない":    "gmail が届 届か かな ない い",
		"㈱青葉":           "株 青葉 葉",
		"CS-10482":      "cs 10482",
		"Café MÜLLER":   "caf muller",
		"ERR_CONN 0x80": "err conn 0x80",
		"a@b.example":   "a b exampl",
		"！？、。":          "",
		"서비스 장애":        "서비 비스 스 장애 애",
	} {
		if got := tokens(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestFormsOfAnEnglishWordMeet(t *testing.T) {
	for _, forms := range []string{
		"configure configures configured configuring", "policy policies", "stop stops stopped stopping", "attach attaches attached attaching",
		"issue issues", "access accesses", "try tries tried trying", "bill bills billed billing", "log logs logged logging", "invoice invoices invoiced",
	} {
		words := strings.Fields(forms)
		for _, w := range words {
			if tokens(w) != tokens(words[0]) {
				t.Errorf("%s is %q, %s is %q", words[0], tokens(words[0]), w, tokens(w))
			}
		}
	}
	for _, pair := range []string{"status state", "string str", "need ne", "red r", "bus bu"} {
		a, b, _ := strings.Cut(pair, " ")
		if tokens(a) == tokens(b) {
			t.Errorf("%s and %s are one token", a, b)
		}
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"障害", "ｶﾞ", "e\u0301", "\xff\xfe障", "㈱", "\u3099か", "a\u0301b", "가나", "ﷺ", "ヽヾ", "\U0001F600"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at := 0
		for _, tok := range search.Tokens(s) {
			if tok.From < at || tok.To <= tok.From || tok.To > len(s) {
				t.Fatalf("token %+v of %q", tok, s)
			}
			at = tok.From
			if tok.Text == "" || !utf8.ValidString(tok.Text) || strings.ContainsAny(tok.Text, " \"*:()¦") {
				t.Fatalf("token text %q of %q", tok.Text, s)
			}
		}
	})
}
