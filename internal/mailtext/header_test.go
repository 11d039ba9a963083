package mailtext_test

import (
	"strings"
	"testing"
	"time"

	"madoguchi/internal/mailtext"
)

func TestSubjectsAreReadHoweverTheyAreEncoded(t *testing.T) {
	const want = "ログインできません"
	for name, subject := range map[string]string{
		"base64":                         "=?UTF-8?B?44Ot44Kw44Kk44Oz44Gn44GN44G+44Gb44KT?=",
		"two words":                      "=?UTF-8?B?44Ot44Kw44Kk44Oz?= =?UTF-8?B?44Gn44GN44G+44Gb44KT?=",
		"two words, folded":              "=?UTF-8?B?44Ot44Kw44Kk44Oz?=\n =?UTF-8?B?44Gn44GN44G+44Gb44KT?=",
		"two words without a blank":      "=?UTF-8?B?44Ot44Kw44Kk44Oz?==?UTF-8?B?44Gn44GN44G+44Gb44KT?=",
		"split inside a character":       "=?UTF-8?B?44Ot44Kw44Kk44Oz44E=?= =?UTF-8?B?p+OBjeOBvuOBm+OCkw==?=",
		"split inside a base64 group":    "=?UTF-8?B?44Ot44Kw44Kk44Oz44Gn4?= =?UTF-8?B?4GN44G+44Gb44KT?=",
		"quoted-printable":               "=?utf-8?q?=E3=83=AD=E3=82=B0=E3=82=A4=E3=83=B3=E3=81=A7=E3=81=8D=E3=81=BE=E3=81=9B=E3=82=93?=",
		"lower-case hexadecimal":         "=?utf-8?Q?=e3=83=ad=e3=82=b0=e3=82=a4=e3=83=b3=e3=81=a7=e3=81=8d=e3=81=be=e3=81=9b=e3=82=93?=",
		"with a language":                "=?utf-8*ja?B?44Ot44Kw44Kk44Oz44Gn44GN44G+44Gb44KT?=",
		"blanks inside":                  "=?UTF-8?B?44Ot44Kw44Kk44Oz 44Gn44GN44G+44Gb44KT?=",
		"never closed":                   "=?UTF-8?B?44Ot44Kw44Kk44Oz44Gn44GN44G+44Gb44KT",
		"ISO-2022-JP":                    "=?ISO-2022-JP?B?GyRCJW0lMCUkJXMkRyQtJF4kOyRzGyhC?=",
		"ISO-2022-JP without its end":    "=?ISO-2022-JP?B?GyRCJW0lMCUkJXMkRyQtJF4kOyRz?=",
		"raw UTF-8":                      want,
		"raw ISO-2022-JP":                iso2022jp(t, want),
		"raw Shift_JIS":                  cp932(t, want),
		"two fields, the first is empty": "\nSubject: " + want,
	} {
		if m := read(t, "From: a@b.example\nSubject: "+subject+"\nDate: Fri, 20 Nov 2026 16:42:00 +0900\n\nx\n"); m.Subject != want {
			t.Errorf("%s: Subject = %q, want %q", name, m.Subject, want)
		}
	}
}

func TestTextBesideEncodedWordsStays(t *testing.T) {
	for subject, want := range map[string]string{
		"Re: =?utf-8?Q?a_b?= [x]":        "Re: a b [x]",
		"=?utf-8?Q?a?=b":                 "ab",
		"(=?utf-8?Q?a?=) =?utf-8?Q?b?=":  "(a) b",
		"1 =? 2 ?= 3":                    "1 =? 2 ?= 3",
		"=?utf-8?X?abc?=":                "=?utf-8?X?abc?=",
		"=?utf-8?Q?50%_off=3F?=":         "50% off?",
		"=?iso-8859-1?Q?caf=E9?= olé":    "café olé",
		"=?x-unknown?B?44GC?=":           "あ",
		"=?utf-8?Q?one?= =?utf-8?Q?_2?=": "one 2",
	} {
		if m := read(t, "From: a@b.example\nSubject: "+subject+"\n\nx\n"); m.Subject != want {
			t.Errorf("Subject %q = %q, want %q", subject, m.Subject, want)
		}
	}
}

func TestAddressListsAreReadHoweverTheyAreWritten(t *testing.T) {
	for list, want := range map[string]string{
		"a@b.example":                                         "|a@b.example",
		"<a@b.example>":                                       "|a@b.example",
		"Yamada Taro <a@b.example>":                           "Yamada Taro|a@b.example",
		"\"Yamada, Taro\" <a@b.example>":                      "Yamada, Taro|a@b.example",
		"Yamada, Taro <a@b.example>":                          "Yamada, Taro|a@b.example",
		"a@b.example (Yamada Taro)":                           "Yamada Taro|a@b.example",
		"=?utf-8?B?5bGx55SwLOWkqumDjg==?= <a@b.example>":      "山田,太郎|a@b.example",
		"\"=?utf-8?B?5bGx55Sw?=\" <a@b.example>, c@d.example": "山田|a@b.example; |c@d.example",
		"=?utf-8?Q?Yamada,_Taro?= <a@b.example>":              "Yamada, Taro|a@b.example",
		"山田 太郎 <a@b.example>":                                 "山田 太郎|a@b.example",
		"a@b.example; c@d.example":                            "|a@b.example; |c@d.example",
		"team: a@b.example, X <c@d.example>;, e@f.example":    "|a@b.example; X|c@d.example; |e@f.example",
		"undisclosed-recipients:;":                            "",
		"<@relay.example,@other.example:a@b.example>":         "|a@b.example",
		"\"a b\"@c.example":                                   "|\"a b\"@c.example",
		"a . b @ c . example":                                 "|a.b@c.example",
		"Taro (nested (comment)) <a@b.example>":               "Taro|a@b.example",
		"\"never closed <a@b.example>":                        "never closed|a@b.example",
		"Taro <a@b.example":                                   "Taro|a@b.example",
		"a@b.example c@d.example":                             "|a@b.example; |c@d.example",
		"mailto:a@b.example":                                  "|a@b.example",
		"<Undisclosed-Recipient:;>":                           "",
		"<team: a@b.example;>":                                "|a@b.example",
		"\"postmaster\" <b.example postmaster@b.example>":     "postmaster|postmaster@b.example",
		"<a @ b.example>":                                     "|a@b.example",
		"Yamada@Tokyo <a@b.example>, c@d.example":             "Yamada@Tokyo|a@b.example; |c@d.example",
		"a@[192.0.2.1]":                                       "|a@[192.0.2.1]",
		"\"a@b.example\" <a@b.example>":                       "a@b.example|a@b.example",
		"\"it's \\\"quoted\\\"\" <a@b.example>":               "it's \"quoted\"|a@b.example",
	} {
		var got []string
		for _, a := range mailtext.ParseAddresses(list) {
			got = append(got, a.Name+"|"+a.Addr)
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%s = %q, want %q", list, strings.Join(got, "; "), want)
		}
	}
}

func TestDatesAreReadHoweverTheyAreWritten(t *testing.T) {
	want := time.Date(2026, 11, 20, 7, 42, 0, 0, time.UTC)
	for _, s := range []string{
		"Fri, 20 Nov 2026 16:42:00 +0900", "Fri, 20 Nov 2026 16:42:00 +0900 (JST)", "20 Nov 2026 16:42 +0900", "Fri,20 Nov 2026 16:42:00 JST", "Fri, 20 Nov 26 16:42:00 +0900", "Friday, 20 November 2026 16:42:00 +0900",
		"Fri, 20 Nov 2026 07:42:00 GMT", "Fri, 20 Nov 2026 07:42:00 -0000", "Fri, 20 Nov 2026 07:42:00", "Fri Nov 20 16:42:00 2026 +0900", "Fri Nov 20 07:42:00 2026", "2026-11-20T16:42:00+09:00", "2026-11-20 16:42:00 +0900", "20-Nov-2026 16:42:00 +0900",
		"Fri, 20 Nov 2026 4:42:00 PM +0900", "Fri, 20 Nov 2026 16:42:00 GMT+0900", "Fri, 20 Nov 2026 16:42:00 +09:00", "Fri, 20 (comment) Nov 2026 16:42:00 +0900", "20 Nov 2026 16:42:00 0900", "Nov 20, 2026 16:42:00 +0900",
		"Fri, 20 Nov 2026 16:42:00 (JST) +0900", "Fri, 020 Nov 2026 16:42:00 +0900",
	} {
		if got, ok := mailtext.ParseDate(s); !ok || !got.Equal(want) {
			t.Errorf("%s = %v, %v; want %v", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "tomorrow", "Fri, 45 Nov 2026 16:42:00 +0900", "16:42"} {
		if got, ok := mailtext.ParseDate(s); ok {
			t.Errorf("%q was read as %v", s, got)
		}
	}
}

func TestBrokenHeadersStillGiveTheirFields(t *testing.T) {
	for name, mail := range map[string]string{
		"an mbox separator":         "From a@b.example Fri Nov 20 16:42:00 2026\nFrom: a@b.example\nSubject: s\n\nx\n",
		"a byte order mark":         "\ufeffFrom: a@b.example\nSubject: s\n\nx\n",
		"blank lines first":         "\n\nFrom: a@b.example\nSubject: s\n\nx\n",
		"a blank before the colon":  "From : a@b.example\nSubject : s\n\nx\n",
		"a fold that forgot to":     "From: a@b.example\nX-Long: aaa\nbbb ccc\nSubject: s\n\nx\n",
		"a line of blanks in it":    "From: a@b.example\nX-A: b\n \t\n c\nSubject: s\n\nx\n",
		"an indented first field":   "  From: a@b.example\nSubject: s\n\nx\n",
		"a NUL":                     "From: a@b.example\nSubject: s\x00\n\nx\n",
		"an mbox line in between":   "From: a@b.example\n>From someone\nSubject: s\n\nx\n",
		"names in capitals":         "FROM: a@b.example\nSUBJECT: s\n\nx\n",
		"no blank before the colon": "From:a@b.example\nSubject:s\n\nx\n",
	} {
		m := read(t, mail)
		if m.From.Addr != "a@b.example" || m.Subject != "s" || m.Text != "x" {
			t.Errorf("%s: From %q, Subject %q, Text %q", name, m.From.Addr, m.Subject, m.Text)
		}
	}
	for _, end := range []string{"\r", "\n", "\r\r\n"} {
		m, err := mailtext.Read([]byte(strings.ReplaceAll("From: a@b.example\nSubject: s\n\nx\ny\n", "\n", end)))
		if err != nil || m.From.Addr != "a@b.example" || m.Subject != "s" || m.Text != "x\ny" {
			t.Errorf("lines that end with %q: %+v, %v", end, m, err)
		}
	}
}

func TestThreadsAreFollowedByMessageIdentifiers(t *testing.T) {
	m := read(t, "From: a@b.example\nMessage-ID:\n <id3@x.example>\nIn-Reply-To: Your message of \"Fri\" <id2@x.example>\nReferences: <id1@x.example>\n\t<id2@x.example><id0@x.example>\n\nx\n")
	if m.MessageID != "id3@x.example" || strings.Join(m.InReplyTo, " ") != "id2@x.example" || strings.Join(m.References, " ") != "id1@x.example id2@x.example id0@x.example" {
		t.Errorf("Message-ID %q, In-Reply-To %q, References %q", m.MessageID, m.InReplyTo, m.References)
	}
}
