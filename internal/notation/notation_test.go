package notation

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestEverySpellingOfAWordMeets(t *testing.T) {
	for _, same := range [][]string{
		{"しょうがい", "ショウガイ", "ｼｮｳｶﾞｲ", "shougai", "syougai", "SHOUGAI", "shōgai", "shogai"},
		{"ゆうせんど", "ユウセンド", "yuusendo", "yūsendo", "yusendo"},
		{"こんな", "konna", "konnna"},
		{"しんよう", "shin'you", "sinyou", "shinyō"},
		{"ちゅうい", "chuui", "tyuui", "chūi"},
		{"まっちゃ", "matcha", "mattya", "maccha"},
		{"つづき", "tsuzuki", "tuduki", "tsuduki"},
		{"ジャパン", "japan", "zyapan", "jyapan"},
		{"しんぶん", "shimbun", "sinbun"},
		{"サーバー", "saaba", "sa-ba-", "saba"},
		{"ふくおか", "fukuoka", "hukuoka"},
		{"がっこう", "gakkou", "gakkō"},
		{"ファイル", "fairu", "failu"},
		{"アオバショウジ", "aobashouji", "aobasyouzi"},
	} {
		for _, s := range same[1:] {
			if Roma(s) != Roma(same[0]) {
				t.Errorf("%s gives %q, and %s %q", same[0], Roma(same[0]), s, Roma(s))
			}
		}
	}
	for _, pair := range [][2]string{{"しょうがい", "しょうにん"}, {"かんり", "けんり"}, {"きた", "きった"}, {"かく", "きゃく"}} {
		if Roma(pair[0]) == Roma(pair[1]) {
			t.Errorf("%v are two words", pair)
		}
	}
}

func TestWhatIsTypedSoFarBeginsTheWord(t *testing.T) {
	for word, typed := range map[string]string{
		"しょうがい": "s sy sh syo sho shou shoug syouga しょ しょう しょうg しょうｇ しょうが",
		"ちえん":   "t c ch chi chie ち",
		"つうち":   "t ts tsu tsuu",
		"じゅしん":  "j ju jus zyus じゅs",
		"かんり":   "k ka kan kanr かんr",
		"かんない":  "kann kanna",
		"がっこう":  "gak gakk がっ がっk",
	} {
		for part := range strings.FieldsSeq(typed) {
			if !strings.HasPrefix(Roma(word), Roma(part)) {
				t.Errorf("%s (%s) does not begin with %s (%s)", word, Roma(word), part, Roma(part))
			}
		}
	}
}

func TestAWordOfTheDeskIsFoundByItsReading(t *testing.T) {
	for _, typed := range []string{"しょうがい", "ショウガイ", "shougai", "syougai", "しょうg"} {
		if list := Words(typed); !slices.Contains(list, "障害") {
			t.Errorf("%s gives %v", typed, list)
		}
	}
	for _, typed := range []string{"", "s", "xyzzy", "障害"} {
		if list := Words(typed); len(list) != 0 {
			t.Errorf("%q gives %v", typed, list)
		}
	}
}

func TestANumberMeetsInEveryNotation(t *testing.T) {
	for _, s := range []string{"03-1234-5678", "03 1234 5678", "(03)1234-5678", "０３－１２３４－５６７８", "+81 3 1234 5678", "+81-3-1234-5678", "+81 (0)3 1234 5678", "010 81 3 1234 5678", "03ー1234ー5678"} {
		if got := Phone(s); got != "0312345678" {
			t.Errorf("%s gives %q", s, got)
		}
	}
	for s, want := range map[string]string{"+65 6123 4567": "6561234567", "0120-00-0000": "0120000000", "CS-10482": "", "": "", "1234 ext 5": ""} {
		if got := Phone(s); got != want {
			t.Errorf("%s gives %q, want %q", s, got, want)
		}
	}
}

func TestNothingThatIsTypedIsTooOdd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		if once := Roma(s); Fold(Fold(s)) != Fold(s) || len(Words(s)) > 5 || len(Phone(s)) > len(s)+1 {
			t.Fatalf("%q: %q", s, once)
		}
	})
}
