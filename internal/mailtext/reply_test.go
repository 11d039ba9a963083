package mailtext_test

import (
	"testing"
)

func TestOnlyTheNewTextOfAnAnswerIsTaken(t *testing.T) {
	const answer = "ご連絡ありがとうございます。\n対応をお願いします。"
	for name, below := range map[string]string{
		"Gmail in Japanese":        "\n\n2026年11月20日(金) 16:42 山田 太郎 <yamada@customer.example.jp>:\n\n> お世話になっております。\n> ログインできません。\n",
		"Gmail, wrapped":           "\n\n2026年11月20日(金) 16:42 カスタマーサポート窓口\n<support+c10482-abcdefghijklm@desk.example.jp>:\n\n> 本文\n",
		"Apple Mail in Japanese":   "\n\n> 2026/11/20 16:42、山田 太郎 <yamada@customer.example.jp>のメール:\n> \n> 本文\n",
		"iPhone in Japanese":       "\n\n2026/11/20 16:42、山田 太郎 <yamada@customer.example.jp>のメール:\n\n> 本文\n",
		"a mark-less iPhone":       "\n\n2026/11/20 16:42、山田 太郎 <yamada@customer.example.jp>のメール:\n\n本文\n本文の続き\n",
		"Outlook in Japanese":      "\n\n________________________________\n差出人: 山田 太郎 <yamada@customer.example.jp>\n送信日時: 2026年11月20日 16:42\n宛先: support@desk.example.jp\n件名: ログインできません\n\n本文\n",
		"Outlook without a rule":   "\n\n差出人: 山田 太郎\n送信日時: 2026年11月20日金曜日 16:42\n宛先: support@desk.example.jp\n件名: RE: ログインできません\n\n本文\n",
		"Outlook, full width":      "\n\n差出人：山田 太郎\n日時：2026年11月20日 16:42\n宛先：support@desk.example.jp\n件名：ログインできません\n\n本文\n",
		"Original Message":         "\n\n-----Original Message-----\nFrom: Yamada\nSent: Friday, November 20, 2026 4:42 PM\nTo: support\nSubject: x\n\nold\n",
		"元のメッセージ":                  "\n\n-----元のメッセージ-----\n差出人: 山田\n本文\n",
		"Original, wide rule":      "\n\n---------- Original Message ----------\nold\n",
		"Thunderbird in Japanese":  "\n\nOn 2026/11/20 16:42, 山田 太郎 wrote:\n> 本文\n",
		"Thunderbird, brackets":    "\n\n(2026/11/20 16:42), 山田 太郎 wrote:\n> 本文\n",
		"Becky":                    "\n\nOn Fri, 20 Nov 2026 16:42:00 +0900\nYAMADA Taro <yamada@customer.example.jp> wrote:\n\n> 本文\n",
		"Shuriken":                 "\n\n山田 太郎 さんは書きました:\n> 本文\n",
		"a bare wrote line":        "\n\nyamada wrote:\n> old\n",
		"full-width marks":         "\n\n＞ 本文\n＞ 続き\n",
		"German Outlook":           "\n\nVon: Yamada <y@x.example>\nGesendet: Freitag, 20. November 2026 16:42\nAn: support\nBetreff: x\n\nalt\n",
		"French":                   "\n\nLe 20 nov. 2026 à 16:42, Yamada <y@x.example> a écrit :\n\n> vieux\n",
		"Yahoo":                    "\n\n--- On Wed, 4/4/12, a@b.example <a@b.example> wrote:\n\n\nFrom: a@b.example\nold\n",
		"forward of Gmail":         "\n\n---------- Forwarded message ---------\nFrom: x <x@y.example>\nDate: Fri\nSubject: z\nTo: w\n\nold\n",
		"Chinese":                  "\n\n在 2026年11月20日，16:42，山田 <y@x.example> 写道：\n\n> 旧\n",
		"nothing below":            "\n",
		"Outlook Express":          "\n----- Original Message ----- \nFrom: \"山田\" <y@x.example>\nTo: <s@d.example>\nSent: Friday\nSubject: x\n\n> 旧\n",
		"German":                   "\n\nAm 20.11.2026 um 16:42 schrieb Yamada <y@x.example>:\n> alt\n",
		"Russian":                  "\n\nпт, 20 нояб. 2026 г. в 16:42, Yamada <y@x.example>:\n\n> старое\n",
		"a number and a time":      "\n\n2026-11-20 16:42 GMT+09:00 山田 <y@x.example>:\n\n> 旧\n",
		"a wide rule":              "\n\n―――― 返信元メール ――――\n旧\n",
		"written with a time":      "\n\n2026年11月20日（金）16時42分 サポート窓口 さんが書きました:\n\n旧\n",
		"Garoon":                   "\n\n-------- 元のメッセージ --------\n旧\n",
		"Outlook in bold (mobile)": "\n\n*From:* Yamada\n*Sent:* Friday\n*To:* support\n*Subject:* x\n\nold\n",
	} {
		m := read(t, "From: a@b.example\nSubject: Re: x\nContent-Type: text/plain; charset=utf-8\n\n"+answer+below)
		if m.ReplyText != answer {
			t.Errorf("%s: ReplyText = %q, want %q", name, m.ReplyText, answer)
		}
	}
}

func TestWordsThatOnlyLookLikeQuotesStay(t *testing.T) {
	for name, text := range map[string]string{
		"a form":               "差出人の情報です。\n件名: テスト\n内容: ログインできない\n発生日時: 2026/11/20 16:42",
		"a sentence":           "On second thought, we changed it.\nPlease proceed.",
		"a date with colon":    "2026/11/20の会議で決めたこと:\n設定を変更する。",
		"a dated sentence":     "お世話になっております。\n\n2026年11月20日 16:42 頃、以下のエラーが表示されました：\n\nError 500\n\nご確認ください。",
		"an error log":         "エラーは次のとおりです。\n2026/11/20 16:42 ERROR login failed\n以上です。",
		"a form between rules": "以下のお問い合わせがありました。\n\n====================\n会社名: 株式会社サンプル\nメール: a@customer.example.jp\n電話: 03-0000-0000\nお問い合わせ内容: ログインできない\n====================",
		"text below a quote":   "先頭の文。\n\n最後の文。",
	} {
		m := read(t, "From: a@b.example\nSubject: x\nContent-Type: text/plain; charset=utf-8\n\n"+text+"\n")
		if m.ReplyText != text {
			t.Errorf("%s: ReplyText = %q, want all of %q", name, m.ReplyText, text)
		}
	}
}

func TestAnswersBetweenQuotesAreKept(t *testing.T) {
	m := read(t, "From: a@b.example\nSubject: Re: x\nContent-Type: text/plain; charset=utf-8\n\nOn 2026/11/20 16:42, support wrote:\n> 質問1\n\n回答1です。\n\n> 質問2\n\n回答2です。\n")
	if want := "回答1です。\n\n回答2です。"; m.ReplyText != want {
		t.Errorf("ReplyText = %q, want %q", m.ReplyText, want)
	}
}

func TestASignatureIsToldFromTheText(t *testing.T) {
	for name, sig := range map[string]string{
		"RFC 3676":  "-- \n株式会社サンプル\n山田 太郎",
		"a box":     "━━━━━━━━━━━━━━━━━━\n株式会社サンプル 情報システム部\n山田 太郎\nTEL: 03-0000-0000\nE-mail: yamada@customer.example.jp\n━━━━━━━━━━━━━━━━━━",
		"stars":     "***********************************\n株式会社サンプル\n山田 太郎 <yamada@customer.example.jp>\nTel 03-0000-0000\n***********************************",
		"a phone":   "iPhoneから送信",
		"a device":  "Sent from my iPhone",
		"a list":    "_______________________________________________\nusers mailing list\nusers@lists.example.org",
		"an app":    "Outlook for iOS を入手",
		"with rule": "--\n山田",
		"Outlook":   "iOS 版 Outlook<https://aka.ms/o0ukef>を入手",
	} {
		m := read(t, "From: a@b.example\nSubject: x\nContent-Type: text/plain; charset=utf-8\n\n至急お願いします。\n\n"+sig+"\n\n2026年11月20日(金) 16:42 窓口 <support@desk.example.jp>:\n> 旧\n")
		if m.ReplyText != "至急お願いします。" || m.Signature == "" {
			t.Errorf("%s: ReplyText %q, Signature %q", name, m.ReplyText, m.Signature)
		}
	}
}

func TestAForwardWithoutAWordIsKeptWhole(t *testing.T) {
	m := read(t, "From: a@b.example\nSubject: Fwd: x\nContent-Type: text/plain; charset=utf-8\n\n---------- Forwarded message ---------\nFrom: x <x@y.example>\n\nold\n")
	if m.ReplyText == "" {
		t.Error("ReplyText is empty: nothing of the forward could be read")
	}
}

func TestAnAnswerInHTMLOnlyLosesItsQuote(t *testing.T) {
	for name, quote := range map[string]string{
		"Gmail":   `<div class="gmail_quote"><div dir="ltr" class="gmail_attr">2026年11月20日(金) 16:42 窓口 &lt;<a href="mailto:s@d.example">s@d.example</a>&gt;:<br></div><blockquote class="gmail_quote">旧い本文</blockquote></div>`,
		"Outlook": `<div id="appendonsend"></div><hr><div id="divRplyFwdMsg" dir="ltr"><b>差出人:</b> 窓口<br><b>送信日時:</b> 2026年11月20日<br><b>宛先:</b> a<br><b>件名:</b> x</div><div>旧い本文</div>`,
		"Apple":   `<div><br><blockquote type="cite"><div>2026/11/20 16:42、窓口のメール:</div><div>旧い本文</div></blockquote></div>`,
	} {
		m := read(t, "From: a@b.example\nSubject: x\nContent-Type: text/html; charset=utf-8\n\n<html><head><style>p{}</style></head><body><div>承知しました。</div><div>よろしくお願いします。</div><br>"+quote+"</body></html>\n")
		if want := "承知しました。\nよろしくお願いします。"; m.ReplyText != want {
			t.Errorf("%s: ReplyText = %q, want %q", name, m.ReplyText, want)
		}
	}
}

func TestAttributionsThatAMailerFoldedAreStillAttributions(t *testing.T) {
	for name, below := range map[string]string{
		"inside the date":           "\n\n山田 健一 <yamada@aoba.example> schrieb am Fr., 20.\nNov. 2026 um 16:42 Uhr:\n\n> old\n",
		"inside the address":        "\n\nAm 20.11.2026 16:42 schrieb \"Yamada\" <yamada@aoba.example\n>:\n\n> old\n",
		"below a telephone's words": "\n\nSendt fra min iPad\n\nDen 20. nov. 2026 kl. 16.42 skrev Yamada <yamada@aoba.example>:\n\n> old\n",
		"in Chinese":                "\n\n從我的 iPhone 傳送\n\n> old\n",
	} {
		if m := read(t, "From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n承知しました。"+below); m.ReplyText != "承知しました。" {
			t.Errorf("%s: %q", name, m.ReplyText)
		}
	}
}
