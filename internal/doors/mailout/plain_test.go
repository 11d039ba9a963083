package mailout

import (
	"strings"
	"testing"
)

func TestThePlainPartReadsAsABusinessMail(t *testing.T) {
	for name, c := range map[string]struct{ lang, markdown, want string }{
		"emphasis":    {"ja", "**原因**は*設定*です。~~明日~~本日対応します。", "原因は設定です。（取消：明日）本日対応します。"},
		"lists":       {"ja", "手順:\n\n- 開く\n- 閉じる\n  - 保存する\n\n1. 一\n2. 二", "手順:\n\n・開く\n・閉じる\n  ・保存する\n\n1. 一\n2. 二"},
		"close lists": {"ja", "影響範囲\n- 全社\n- 在宅", "影響範囲\n・全社\n・在宅"},
		"links":       {"ja", "[手順書](https://help.example/sso) と https://status.example/ をご覧ください。<mailto:a@x.example>", "手順書（https://help.example/sso） と https://status.example/ をご覧ください。a@x.example"},
		"headings":    {"ja", "## 対応状況\n\n調査中です。", "■ 対応状況\n\n調査中です。"},
		"code":        {"ja", "`A_B` を実行してください。\n\n```\nmake **all**\n```", "A_B を実行してください。\n\n    make **all**"},
		"table":       {"ja", "| 端末 | 結果 |\n|---|---|\n| PC | 可 |\n| 電話 | 不可 |", "・端末：PC\n  結果：可\n・端末：電話\n  結果：不可"},
		"rule":        {"ja", "以上\n\n---\n\n追伸", "以上\n\n────────────────────\n\n追伸"},
		"quote":       {"ja", "> ログインできません。\n> 至急\n\n確認しました。", "> ログインできません。\n> 至急\n\n確認しました。"},
		"escapes":     {"ja", `\*そのまま\* 1\. <tenant>`, "*そのまま* 1. <tenant>"},
		"line ends":   {"ja", "一行目\n二行目\n\n次の段落", "一行目\n二行目\n\n次の段落"},
		"English":     {"en", "## State\n\n- see [the guide](https://help.example/)", "State\n-----\n\n- see the guide (https://help.example/)"},
		"snake case":  {"ja", "user_name_full と 2*3*4", "user_name_full と 2*3*4"},
	} {
		if got := plainOf(readMarkdown(c.markdown), c.lang); got != c.want {
			t.Errorf("%s:\n%q became\n%q, want\n%q", name, c.markdown, got, c.want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, s := range []string{"**a** [b](c)", "- a\n  1. b\n> c", "| a |\n|---|\n| b |", "```\nx\n", "\\", "![a](b)", "<a@b.example>", "# #\n", "* * *\n- - -", "1. \n2. "} {
		f.Add(s, "ja")
	}
	f.Fuzz(func(t *testing.T, markdown, lang string) {
		got := plainOf(readMarkdown(markdown), lang)
		if strings.ContainsRune(got, 0) {
			t.Errorf("%q became %q", markdown, got)
		}
		if len(got) > 60*len(markdown)+200 {
			t.Errorf("%d bytes became %d", len(markdown), len(got))
		}
	})
}
