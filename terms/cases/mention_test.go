package cases_test

import (
	"strings"
	"testing"

	"madoguchi/terms/cases"
)

func TestWhomANoteNames(t *testing.T) {
	known := []cases.Mention{{Agent: "1", Name: "佐藤 美咲"}, {Agent: "2", Name: "佐藤 健"}, {Agent: "3", Name: "Emma Ito"}, {Team: "9", Name: "基盤チーム"}, {Agent: "4", Name: "渡辺 玲子"}}
	for text, want := range map[string]string{
		"確認しました":                     "",
		"@渡辺 玲子 さん、お願いします":           "渡辺 玲子",
		"＠渡辺さん、お願いします":               "渡辺 玲子",
		"@佐藤 さん":                     "", // which of the two?
		"@佐藤 健 さん":                   "佐藤 健",
		"@emma と @基盤チーム へ。@Emma Ito": "Emma Ito 基盤チーム",
		"k-yamada@example.jp":        "",
	} {
		var names []string
		for _, m := range cases.MentionsIn(text, known) {
			names = append(names, m.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%q names %q, want %q", text, got, want)
		}
	}
}
