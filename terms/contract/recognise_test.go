package contract_test

import (
	"strings"
	"testing"
)

func TestACustomersWordsMakeAClaim(t *testing.T) {
	con := shipped(t)
	for text, want := range map[string]string{
		"全社でサインインできません。業務が停止しています。":                 "priority.high.interruption",
		"全社\nで業務が停\r\n止しています":                       "priority.high.interruption",
		"Our whole company has stopped.":            "priority.high.interruption",
		"EVERYTHING   IS\nDOWN!":                    "priority.high.interruption",
		"お客様情報の漏えいの可能性があります":                        "priority.high.data-or-security",
		"We suspect a data leak.":                   "priority.high.data-or-security",
		"二段階認証の案内メールの文面を変えたいです。":                    "",
		"Can audit log retention be extended?":      "",
		"The download is everything but fast":       "",
		strings.Repeat("長い", 20_000) + "業務が停止しています": "",
	} {
		got, _ := con.Recognise(text)
		if string(got.Criterion) != want {
			t.Errorf("%.40q claims %q (by %q), want %q", text, got.Criterion, got.Words, want)
		}
	}
}

func FuzzRecognise(f *testing.F) {
	con := shipped(f)
	f.Add("全社で業務が停止")
	f.Fuzz(func(_ *testing.T, s string) { con.Recognise(s) })
}
