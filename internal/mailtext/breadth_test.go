package mailtext_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/mailtext"
)

// phone is a mail of a Japanese phone in Shift_JIS: 「晴れ」 and a picture.
func phone(from, received string, picture ...byte) string {
	b := append([]byte{0x90, 0xb0, 0x82, 0xea}, picture...)
	text := base64.StdEncoding.EncodeToString(b)
	return received + "From: " + from + "\nSubject: =?Shift_JIS?B?" + text + "?=\nContent-Type: text/plain; charset=\"Shift_JIS\"\nContent-Transfer-Encoding: base64\n\n" + text + "\n"
}

// The carriers use the same codes for different pictures; who wrote, or by
// which relay it left, says which it is.
func TestThePictureOfAPhoneIsThatOfItsCarrier(t *testing.T) {
	gate := "Received: from gate.softbank.ne.jp (gate.softbank.ne.jp [192.0.2.7]) by mx.example; Fri, 20 Nov 2026 10:00:00 +0900\n"
	for name, c := range map[string]struct{ raw, want string }{
		"docomo":             {phone("a@docomo.ne.jp", "", 0xf8, 0x9f), "晴れ☀"},
		"KDDI":               {phone("a@ezweb.ne.jp", "", 0xf6, 0x60), "晴れ☀"},
		"SoftBank":           {phone("a@softbank.ne.jp", "", 0xf9, 0x8b), "晴れ☀"},
		"Vodafone":           {phone("a@d.vodafone.ne.jp", "", 0xf9, 0x8b), "晴れ☀"},
		"by its relay":       {phone("a@aoba.example", gate, 0xf9, 0x8b), "晴れ☀"},
		"docomo, by a relay": {phone("a@docomo.ne.jp", gate, 0xf9, 0x8b), "晴れ5⃣"},
		"nobody knows":       {phone("a@aoba.example", "", 0xf9, 0x8b), "晴れ5⃣"},
		"of no phone":        {phone("a@softbank.ne.jp", "", 0xfb, 0xfc), "晴れ髙"},
	} {
		m := read(t, c.raw)
		if got := strings.TrimSpace(m.Text); got != c.want || m.Subject != c.want {
			t.Errorf("%s: text %q, subject %q, want %q", name, got, m.Subject, c.want)
		}
	}
}

// A multipart is split as it is, whatever its header says of it.
func TestAMultipartIsSplitWhateverItsHeaderSays(t *testing.T) {
	parts := func(mark string) string {
		return mark + "\nContent-Type: text/plain; charset=utf-8\n\n本文です。\n-- \n田中\n" + mark + "\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=見積.pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0=\n" + mark + "--\n"
	}
	for name, raw := range map[string]string{
		"an empty boundary":          "Content-Type: multipart/mixed; boundary=\"\"\n\n" + parts("--"),
		"a gateway's type first":     "Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=ab\n\n" + parts("--ab"),
		"a gateway's type last":      "Content-Type: multipart/mixed; boundary=ab\nContent-Type: text/plain\n\n" + parts("--ab"),
		"all of it quoted-printable": "Content-Type: multipart/mixed; boundary=ab\nContent-Transfer-Encoding: quoted-printable\n\n" + strings.NewReplacer("=", "=3D", "見積", "=E8=A6=8B=E7=A9=8D").Replace(parts("--ab")),
	} {
		m := read(t, "From: a@x.example\nSubject: s\nMIME-Version: 1.0\n"+raw)
		if !strings.HasPrefix(m.Text, "本文です。") || len(m.Attachments) != 1 || m.Attachments[0].Name != "見積.pdf" || string(m.Attachments[0].Data) != "%PDF-" {
			t.Errorf("%s: %q %+v", name, m.Text, m.Attachments)
		}
	}
}

func TestAFileNameIsReadHoweverItIsCut(t *testing.T) {
	for _, params := range []string{
		"filename*0*=utf-8''%E8%A6%8B%E7%A9; filename*1*=%8D.pdf",
		"filename*0*=utf-8''%E8%A6%8B%E7%A9%; filename*1*=8D.pdf",
		"filename*0*=utf-8''%E8%A6%8B%E7%A9%8; filename*1*=D.pdf",
		"filename *=utf-8''%E8%A6%8B%E7%A9%8D.pdf",
	} {
		m := read(t, "From: a@x.example\nContent-Type: application/pdf\nContent-Disposition: attachment; "+params+"\nContent-Transfer-Encoding: base64\n\nJVBERi0=\n")
		if len(m.Attachments) != 1 || m.Attachments[0].Name != "見積.pdf" {
			t.Errorf("%s: %+v", params, m.Attachments)
		}
	}
}

func TestBase64InTheAlphabetOfURLsIsDecoded(t *testing.T) {
	var data []byte
	for i := range 99 {
		data = append(data, byte(i*37), byte(i*91))
	}
	for name, body := range map[string]string{
		"of URLs":             base64.URLEncoding.EncodeToString(data),
		"with a list's rule":  base64.StdEncoding.EncodeToString(data) + "\n________________________________________________\n",
		"with a rule, no 62s": base64.StdEncoding.EncodeToString([]byte("hello")) + "\n----------------------------------------------\n",
	} {
		m := read(t, "From: a@x.example\nContent-Type: application/octet-stream; name=f.bin\nContent-Transfer-Encoding: base64\n\n"+body+"\n")
		if len(m.Attachments) != 1 || !slices.Contains([]string{string(data), "hello"}, string(m.Attachments[0].Data)) {
			t.Errorf("%s: %+v", name, m.Attachments)
		}
	}
}

// A question about automatic replies is a person's; a reply that says of itself
// that it is automatic is not.
func TestAQuestionAboutAutomaticRepliesIsNotOne(t *testing.T) {
	for subject, want := range map[string]mailtext.Kind{
		"自動返信: お問い合わせ":           mailtext.AutoReply,
		"【自動返信】お問い合わせありがとうございます": mailtext.AutoReply,
		"自動応答：Re: 件名":            mailtext.AutoReply,
		"不在通知: Re: 件名":           mailtext.AutoReply,
		"【不在連絡】Re: 件名":           mailtext.AutoReply,
		"[自動応答] 休暇中":             mailtext.AutoReply,
		"不在のお知らせ":                mailtext.AutoReply,
		"自動返信の設定方法について":          mailtext.Normal,
		"Re: 自動返信が止まりません":        mailtext.Normal,
		"不在時の転送設定":               mailtext.Normal,
		"休暇中の代理送信について":           mailtext.Normal,
		"自動応答メールが届きません":          mailtext.Normal,
	} {
		if m := read(t, "From: a@x.example\nTo: b@y.example\nSubject: "+subject+"\nContent-Type: text/plain; charset=utf-8\n\n教えてください。\n"); m.Kind != want {
			t.Errorf("%s: %s", subject, m.Kind)
		}
	}
}

func TestTheNewTextOfAJapaneseReply(t *testing.T) {
	const said = "承知しました。よろしくお願いします。"
	for name, below := range map[string]string{
		"a polite attribution":   "\"佐藤\"<s@desk.example>さんのメール（2026年11月20日16:42）より\n> 古い本文\n",
		"a dated one":            "佐藤さん、2026年11月20日、16:42:\n> 古い本文\n",
		"named quotes":           "佐藤> 古い本文\n佐藤> です\n",
		"wide marks":             "＞ 古い本文\n",
		"a phone's line":         "ドコモのスマートフォンから送信\n",
		"a program's line":       "Windows 版のメールから送信\n",
		"a boxed signature":      "┏━━━━━━━━━━┓\n  青葉商事 田中\n  tel 03-0000-0000\n┗━━━━━━━━━━┛\n",
		"a dotted rule":          "・‥…━━━━━━━━…‥・\n青葉商事 田中\nTEL 03-0000-0000\n",
		"a name and an address":  "*-*-*-*-*-*-*-*-*-*\n田中 一郎\ntanaka@aoba.example\n*-*-*-*-*-*-*-*-*-*\n",
		"a signature, the quote": "━━━━━━━━━━\n田中\nTEL 03-0000-0000\n━━━━━━━━━━\n\n2026年11月20日(金) 16:42 佐藤 <s@desk.example>:\n> 古い本文\n",
	} {
		m := read(t, "From: a@x.example\nSubject: Re: x\nContent-Type: text/plain; charset=utf-8\n\n"+said+"\n\n"+below)
		if m.ReplyText != said {
			t.Errorf("%s: %q", name, m.ReplyText)
		}
	}
	for name, body := range map[string]string{
		"steps between rules": "手順です。\n━━━━━━━━━\n1. 画面を開く\n2. 押す\n━━━━━━━━━",
		"accounts below one":  "対象のアカウントは次のとおりです。\n----------\na@x.example\n----------",
		"a prompt":            "次のように表示されます。\nmysql> select 1;",
	} {
		m := read(t, "From: a@x.example\nSubject: x\nContent-Type: text/plain; charset=utf-8\n\n"+body+"\n")
		if m.ReplyText != body {
			t.Errorf("%s: %q", name, m.ReplyText)
		}
	}
}

func TestWhatIsBrokenElsewhereIsReadAllTheSame(t *testing.T) {
	m := read(t, "Subject: one\n \n \n two\nTo: a@b.example\n \nFrom: c@d.example\n\nbody\n")
	if m.Subject != "one   two" || m.From.Addr != "c@d.example" || len(m.To) != 1 || m.Text != "body" {
		t.Errorf("lines of blanks inside the header: %q, %+v, %q", m.Subject, m.From, m.Text)
	}
	m = read(t, "From: a@b.example<mailto:a@b.example>\nTo: Team <team@b.example<mailto:team@b.example>>\n\nx\n")
	if m.From.Addr != "a@b.example" || len(m.To) != 1 || m.To[0].Addr != "team@b.example" {
		t.Errorf("addresses with their links: %+v, %+v", m.From, m.To)
	}
	m = read(t, "From: a@b.example\nContent-Type: multipart/mixed; boundary=\\\"m\\\"\n\n--m\nContent-Type: text/csv; name=\\\"a b.csv\\\"\nContent-Disposition: attachment; filename=\\\"a b.csv\\\"; size=3\n\n1,2\n--m--\n")
	if names(m) != "a b.csv" {
		t.Errorf("quotes quoted once more: %s", names(m))
	}
	deep, end := "From: a@b.example\n", ""
	for i := range 150 {
		deep += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
		end = fmt.Sprintf("--b%d--\n", i) + end
	}
	if m = read(t, deep+"\n底です。\n"+end); m.Text != "底です。" {
		t.Errorf("150 parts inside each other: %q", m.Text)
	}
	euc := "\xbc\xa1\xa4\xce\xa4\xa2\xa4\xc6\xc0\xe8\xa4\xd8\xa4\xce\xa5\xe1\xa5\xc3\xa5\xbb\xa1\xbc\xa5\xb8\xa4\xcf\xc1\xf7\xbf\xae\xa4\xc7\xa4\xad\xa4\xde\xa4\xbb\xa4\xf3\xa4\xc7\xa4\xb7\xa4\xbf\xa1\xa3"
	for _, label := range []string{"iso-2022-jp", "Shift_JIS", "us-ascii"} {
		if m = read(t, "From: a@b.example\nContent-Type: text/plain; charset="+label+"\n\n"+euc+"\n"); m.Text != "次のあて先へのメッセージは送信できませんでした。" {
			t.Errorf("EUC-JP as %s: %q", label, m.Text)
		}
	}
	if m = read(t, "From: a@b.example\nContent-Type: text/plain; charset=iso-2022-jp\n\n\xb6\xc0\xb6\xc5 \xc3\xbd\xc4\xb6\xde\xbf\xde\xb3 \xb2\xcd\xcf\xb2\xcc\xc6\n"); !strings.HasPrefix(m.Text, "ｶﾀｶﾅ") {
		t.Errorf("half-width kana: %q", m.Text)
	}
}
