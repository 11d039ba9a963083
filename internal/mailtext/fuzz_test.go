package mailtext

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// seeds are mails of the forms that the parsers branch on.
var seeds = []string{
	"From: =?ISO-2022-JP?B?GyRCOzNFRBsoQg==?= <a@b.example>\r\nSubject: =?utf-8?Q?=E3=81=82?= x\r\nDate: Fri, 20 Nov 2026 16:42:00 +0900 (JST)\r\n\r\nbody\r\n",
	"Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/html; charset=cp932\r\n\r\n<p>\x82\xa0<br>&amp;<blockquote>x</blockquote>\r\n--b\r\nContent-Disposition: attachment; filename*0*=utf-8''%E3%81; filename*1*=%82.txt\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--\r\n",
	"Content-Type: message/rfc822\r\n\r\nContent-Type: multipart/digest; boundary=x\r\n\r\n--x\r\n\r\nSubject: a\r\n\r\nb\r\n--x--",
	"From: MAILER-DAEMON@x.example\r\nSubject: failure notice\r\n\r\nHi. This is the qmail-send program at x.\r\n\r\n<u@y.example>:\r\n550 no such user\r\n\r\n--- Below this line is a copy of the message.\r\n\r\nMessage-ID: <1@z>\r\n",
	"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; a\r\n\r\nFinal-Recipient: rfc822; u@v\r\nAction: failed\r\nStatus: 5.1.1\r\n--b--\r\n",
	"Content-Type: text/plain; format=flowed; delsp=yes; charset=iso-2022-jp\r\n\r\n\x1b$B$\"\x1b(B \r\n> q\r\n-- \r\nsig\r\n",
	"Subject: uu\r\n\r\nbegin 644 a.txt\r\n#86)C\r\n`\r\nend\r\n=ybegin line=128 size=3 name=a\r\n\x8b\x8c\x8d\r\n=yend size=3\r\n",
	"\r\n From: x\rSubject: y\r\r\nX-Odd name: z\r\n\tfolded\r\n \r\nTo: a, b <c@d>; \"e\" <f@g>, group: h@i;\n\nbody",
}

func FuzzRead(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := Read(raw)
		if (m == nil) == (err == nil) {
			t.Fatalf("Read = %v, %v: exactly one of them must be there", m, err)
		}
		if err != nil {
			return
		}
		for _, s := range []string{m.Subject, m.Text, m.HTML, m.ReplyText, m.From.Name} {
			if !utf8.ValidString(s) {
				t.Fatalf("not UTF-8: %q", s)
			}
		}
		for _, a := range m.Attachments {
			if !utf8.ValidString(a.Name) {
				t.Fatalf("attachment's name is not UTF-8: %q", a.Name)
			}
		}
		m.NeverAnswer()
	})
}

func FuzzHeaderValues(f *testing.F) {
	for _, s := range []string{
		"\"Doe, John\" <john@example.com>, =?utf-8?q?a=2Cb?= <x@[127.0.0.1]> (c (d)), undisclosed:;, <@r:u@h>", "Fri, 20 Nov 2026 4:42:00 PM JST", "2026-11-20T16:42:00.5+09:00",
		"text/plain; charset*0=\"utf-\"; charset*1=8; name=\"a\\\"b\" x=y; filename*=cp932'ja'%82%A0", "=?iso-2022-jp?b?GyRCJCI=?= =?iso-2022-jp?b?GyhC?=",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, a := range ParseAddresses(s) {
			if a == (Address{}) {
				t.Fatalf("ParseAddresses(%q) has an address with nothing in it", s)
			}
		}
		if d, ok := ParseDate(s); ok && (d.Year() < 0 || d.Year() > 10000) {
			t.Fatalf("ParseDate(%q) = %v", s, d)
		}
		parseValue(s, "")
		MessageIDs(s)
		decodeWords(s)
	})
}

func FuzzHTMLText(f *testing.F) {
	f.Add("<html><style>x</style><p>a<br>b<td>c</td><!--[if !mso]><!-->d<!--<![endif]--><pre>e\n f</pre><a href=\"x>y\">z</a>&#12354;")
	f.Fuzz(func(_ *testing.T, s string) {
		HTMLText(s)
		enrichedText(s)
		metaCharset([]byte(s))
	})
}

func FuzzTexts(f *testing.F) {
	f.Add("Hello\n\nOn Mon, Apr 2, 2012 at 6:26 PM, A <a@b> wrote:\n> Hi\n-- \nsig", true)
	f.Add("了解しました。\n\n2026年11月20日(金) 16:42 山田 <a@b>:\n\n> 本文\n━━━━━━━━━\n株式会社X\nTEL: 03\n", false)
	f.Fuzz(func(_ *testing.T, s string, delsp bool) {
		splitReply(s)
		unflow(s, delsp)
		splitReturned(s)
	})
}

func FuzzBinHex(f *testing.F) {
	f.Add([]byte("(This file must be converted with BinHex 4.0)\n\n:#R*PF'pbG#jdH(3!9%9B9(4dH(3!N!9#!*!%l[YSC@aXEb\"LD@jSCAK\"N$+3!'9ZC\"4j!!!:\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, ok := extractBinHex(b); ok && len(got.data) > len(b)*255 {
			t.Errorf("%d bytes of %d", len(got.data), len(b))
		}
	})
}

func FuzzTransfer(f *testing.F) {
	f.Add([]byte("SGVsbG8=\nV29ybGQ=\n--\nfooter text\n"))
	f.Add([]byte("=E3=81=82=\n =\nx"))
	f.Add([]byte{0x30, 0x80, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02, 0xa0, 0x80, 0x30, 0x80, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(_ *testing.T, b []byte) {
		for _, e := range []string{"base64", "quoted-printable", "x-uuencode", "x-yenc"} {
			decodeTransfer(e, b, func(Defect) {})
		}
		cmsContent(b)
	})
}

// TestHostileMailCostsTimeInProportionToItsSize gives inputs that make careless
// readers quadratic; each has a megabyte and must be read in seconds even on a
// slow machine.
func TestHostileMailCostsTimeInProportionToItsSize(t *testing.T) {
	const size = 1 << 20
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	head := "From: a@b.example\r\nContent-Type: text/plain\r\n\r\n"
	for name, mail := range map[string]string{
		"brackets in an address":   "From: " + fill("(") + "\r\n\r\nx",
		"angle brackets":           "From: " + fill("<") + "\r\n\r\nx",
		"quotes in an address":     "From: " + fill("\"\\") + "\r\n\r\nx",
		"literals in an address":   "From: " + fill("a[") + "\r\n\r\nx",
		"words never closed":       "Subject: " + fill("=?a?q?b c") + "\r\n\r\nx",
		"words of base64":          "Subject: " + fill("=?utf-8?b?YQ?= ") + "\r\n\r\nx",
		"fields":                   fill("X-A: b\r\n") + "\r\nx",
		"lines that are no field":  "From: a\r\n" + fill("junk\r\n") + "\r\nx",
		"folded lines":             "Subject: a\r\n" + fill(" \t\r\n b\r\n") + "\r\nx",
		"parameters":               "Content-Type: a/b;" + fill(" a=b") + "\r\n\r\nx",
		"pieces of a parameter":    "Content-Type: a/b;" + fill(" n*1*=b;") + "\r\n\r\nx",
		"carriage returns":         head + fill("\r"),
		"dashes":                   "Content-Type: multipart/mixed; boundary=a\r\n\r\n" + fill("-\n--"),
		"parts":                    "Content-Type: multipart/mixed; boundary=a\r\n\r\n" + fill("--a\r\n"),
		"nested parts":             fill("Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"),
		"nested mails":             fill("Content-Type: message/rfc822\r\n\r\n"),
		"closing boundaries":       "Content-Type: multipart/mixed; boundary=a\r\n\r\n" + fill("--a--\r\ncontent-x: y\r\n"),
		"no boundary":              "Content-Type: multipart/mixed\r\n\r\n" + fill("--aaaa\n"),
		"begin lines":              head + fill("begin 644 a\n#\n"),
		"yEnc lines":               head + fill("=ybegin \n"),
		"attributions":             head + fill("On 2012 a@b wrote\n"),
		"attributions with colons": head + fill("On 2012/1/1 a@b wrote:\nx\n"),
		"header labels":            head + fill("From: a\n"),
		"rules":                    head + fill("____________\n\n"),
		"signatures":               head + fill("-- \n"),
		"escapes":                  "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + fill("\x1b$B!!\x1b(B"),
		"stripped escapes":         "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + fill("$B!!"),
		"UTF-7":                    "Content-Type: text/plain; charset=utf-7\r\n\r\n" + fill("+A"),
		"tags":                     "Content-Type: text/html\r\n\r\n" + fill("<a b='"),
		"comments":                 "Content-Type: text/html\r\n\r\n" + fill("<!--"),
		"declarations":             "Content-Type: text/html\r\n\r\n" + fill("<!"),
		"scripts":                  "Content-Type: text/html\r\n\r\n" + fill("<script></"),
		"quotes in HTML":           "Content-Type: text/html\r\n\r\n" + fill("<blockquote>a"),
		"enriched":                 "Content-Type: text/enriched\r\n\r\n" + fill("<param>"),
		"base64 paddings":          "Content-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + fill("AA==\n"),
		"quoted-printable blanks":  "Content-Transfer-Encoding: quoted-printable\r\n\r\n" + fill("=                    "),
		"a bounce's addresses":     "From: MAILER-DAEMON@b.example\r\nSubject: failure notice\r\n\r\n" + fill("user@example.com unknown\n"),
		"delivery status":          "Content-Type: message/delivery-status\r\n\r\n" + fill("Final-Recipient: rfc822; a@b\r\nStatus: 5.1.1\r\n"),
		"message identifiers":      "References: " + fill("<a") + "\r\n\r\nx",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Read([]byte(mail)); err != nil {
				t.Errorf("refused: %v", err)
			}
		})
	}
}
