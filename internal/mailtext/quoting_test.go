package mailtext

import (
	"testing"
	"time"
)

func TestWhatWeQuoteIsRecognisedWhenItComesBack(t *testing.T) {
	at := time.Date(2026, 11, 20, 16, 42, 0, 0, time.FixedZone("JST", 9*3600))
	for lang, want := range map[string]string{"ja": "2026/11/20（金）16:42 山田 太郎 様:", "en": "On Fri, 20 Nov 2026 at 16:42 +0900, 山田 太郎 <yamada@aoba.example> wrote:"} {
		line := Attribution(lang, "山田 太郎", "yamada@aoba.example", at)
		if line != want {
			t.Errorf("%s: %s, want %s", lang, line, want)
		}
		letter := "承知しました。\n\n" + line + "\n\n" + QuoteLines("一行目\n\n> もっと前\n三行目")
		if got, _ := splitReply(letter); got != "承知しました。" {
			t.Errorf("%s: of our own quote this is left as new:\n%s", lang, got)
		}
	}
	if got := Attribution("ja", "", "yamada@aoba.example", time.Time{}); got != "yamada@aoba.example 様:" {
		t.Errorf("without name and date: %s", got)
	}
	if got := QuoteLines("a\n\n> b\n"); got != "> a\n>\n>> b\n" {
		t.Errorf("quoted: %q", got)
	}
}
