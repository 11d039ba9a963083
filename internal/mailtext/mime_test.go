package mailtext_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"madoguchi/internal/mailtext"
)

// names returns the attachments' names, joined.
func names(m *mailtext.Mail) string {
	var out []string
	for _, a := range m.Attachments {
		out = append(out, a.Name)
	}
	return strings.Join(out, "|")
}

func TestFileNamesAreReadInEveryFormThatMailersSend(t *testing.T) {
	const want = "見積書 第2版.pdf"
	utf8b := "=?utf-8?B?" + base64.StdEncoding.EncodeToString([]byte(want)) + "?="
	sjis := cp932(t, want)
	percent := func(s string) string {
		var b strings.Builder
		for i := range len(s) {
			b.WriteString("%" + strings.ToUpper(string("0123456789abcdef"[s[i]>>4])+string("0123456789abcdef"[s[i]&15])))
		}
		return b.String()
	}
	long := percent(want)
	for name, fields := range map[string]string{
		"RFC 2231":                        "Content-Disposition: attachment; filename*=utf-8''" + long,
		"RFC 2231 in pieces":              "Content-Disposition: attachment;\n filename*0*=utf-8'ja'" + long[:30] + ";\n filename*1*=" + long[30:],
		"pieces in any order":             "Content-Disposition: attachment;\n filename*1*=" + long[30:] + ";\n filename*0*=utf-8''" + long[:30],
		"pieces split inside a character": "Content-Disposition: attachment; filename*0*=utf-8''" + long[:12] + "; filename*1*=" + long[12:],
		"RFC 2231 in Shift_JIS":           "Content-Disposition: attachment; filename*=cp932''" + percent(sjis),
		"RFC 2231 quoted twice":           "Content-Disposition: attachment; filename*=\"\"utf-8''" + long + "\"\"",
		"RFC 2231 quoted":                 "Content-Disposition: attachment; filename*=\"utf-8''" + long + "\"",
		"without its star":                "Content-Disposition: attachment; filename=\"utf-8''" + long + "\"",
		"without a charset":               "Content-Disposition: attachment; filename*=" + long,
		"RFC 2047 in quotes":              "Content-Disposition: attachment; filename=\"" + utf8b + "\"",
		"RFC 2047 bare":                   "Content-Disposition: attachment; filename=" + utf8b,
		"RFC 2047 folded":                 "Content-Disposition: attachment;\n filename=\"=?utf-8?B?" + base64.StdEncoding.EncodeToString([]byte("見積書 ")) + "?=\n =?utf-8?B?" + base64.StdEncoding.EncodeToString([]byte("第2版.pdf")) + "?=\"",
		"only in Content-Type":            "Content-Type: application/pdf; name=\"" + utf8b + "\"",
		"raw UTF-8":                       "Content-Disposition: attachment; filename=\"" + want + "\"",
		"raw Shift_JIS":                   "Content-Disposition: attachment; filename=\"" + sjis + "\"",
		"raw ISO-2022-JP":                 "Content-Disposition: attachment; filename=\"" + iso2022jp(t, want) + "\"",
		"no quotes around blanks":         "Content-Disposition: attachment; filename=" + want,
		"both forms":                      "Content-Disposition: attachment; filename=\"mitsumori.pdf\"; filename*=utf-8''" + long,
		"percent-encoded as in a URL":     "Content-Disposition: attachment; filename=\"" + long + "\"",
	} {
		if !strings.HasPrefix(fields, "Content-Type") {
			fields = "Content-Type: application/pdf\n" + fields
		}
		m := read(t, "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\n"+fields+"\nContent-Transfer-Encoding: base64\n\nJVBERg==\n--b--\n")
		if got := names(m); got != want {
			t.Errorf("%s: name %q, want %q", name, got, want)
			continue
		}
		if a := m.Attachments[0]; string(a.Data) != "%PDF" || len(a.SHA256) != 64 {
			t.Errorf("%s: %q (%s)", name, a.Data, a.SHA256)
		}
	}
}

func TestBrokenMultipartsStillShowTheirParts(t *testing.T) {
	const parts = "--b\nContent-Type: text/plain; charset=utf-8\n\n本文です。\n--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nfile\n"
	head := "From: a@b.example\nMIME-Version: 1.0\n"
	for name, mail := range map[string]string{
		"as it should be":           head + "Content-Type: multipart/mixed; boundary=b\n\npreamble\n" + parts + "--b--\nepilogue\n",
		"never closed":              head + "Content-Type: multipart/mixed; boundary=b\n\n" + parts,
		"no boundary parameter":     head + "Content-Type: multipart/mixed\n\n" + strings.ReplaceAll(parts, "--b", "--=_next") + "--=_next--\n",
		"another boundary":          head + "Content-Type: multipart/mixed; boundary=zzz\n\n" + strings.ReplaceAll(parts, "--b", "--=_next") + "--=_next--\n",
		"boundary without quotes":   head + "Content-Type: multipart/mixed; boundary=----=_Part:1\n\n" + strings.ReplaceAll(parts, "--b", "------=_Part:1") + "------=_Part:1--\n",
		"blanks after the boundary": head + "Content-Type: multipart/mixed; boundary=\"b \"\n\n" + strings.ReplaceAll(parts, "--b", "--b \t") + "--b--  \n",
		"closed too early":          head + "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Replace(parts, "--b\nContent-Type: text/plain\n", "--b--\nContent-Type: text/plain\n", 1) + "--b--\n",
		"no blank before the parts": head + "Content-Type: multipart/mixed; boundary=b\n" + parts + "--b--\n",
		"a name in the wrong case":  head + "CONTENT-TYPE: MULTIPART/MIXED; BOUNDARY=b\n\n" + parts + "--b--\n",
		"no type, only a boundary":  head + "Content-Type: boundary=b\n\n" + parts + "--b--\n",
		"inner multipart not closed": head + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\nContent-Type: text/plain; charset=utf-8\n\n本文です。\n" +
			"--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nfile\n--b--\n",
		"inner boundary begins with the outer": head + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=b-inner\n\n--b-inner\nContent-Type: text/plain; charset=utf-8\n\n本文です。\n--b-inner--\n" +
			"--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nfile\n--b--\n",
	} {
		m := read(t, mail)
		if m.Text != "本文です。" {
			t.Errorf("%s: Text = %q", name, m.Text)
		}
		if names(m) != "a.txt" || strings.TrimSpace(string(m.Attachments[0].Data)) != "file" {
			t.Errorf("%s: attachments %+v", name, m.Attachments)
		}
	}
}

func TestTheBestFormOfAnAlternativeIsShown(t *testing.T) {
	m := read(t, "From: a@b.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n本文\n--b\nContent-Type: multipart/related; boundary=c\n\n--c\nContent-Type: text/html; charset=utf-8\n\n<p>本文<img src=\"cid:i1@x\"></p>\n--c\nContent-Type: image/png\nContent-ID: <i1@x>\nContent-Disposition: inline; filename=i.png\nContent-Transfer-Encoding: base64\n\niVBORw==\n--c--\n--b--\n")
	if m.Text != "本文" || !strings.Contains(m.HTML, "cid:i1@x") {
		t.Errorf("Text %q, HTML %q", m.Text, m.HTML)
	}
	if len(m.Attachments) != 1 || m.Attachments[0].ContentID != "i1@x" || !m.Attachments[0].Inline {
		t.Errorf("attachments %+v", m.Attachments)
	}
}

func TestHTMLOnlyMailIsReadAsText(t *testing.T) {
	m := read(t, "From: a@b.example\nContent-Type: text/html\n\n<html><head><meta charset=\"Shift_JIS\"><title>t</title><style>p{color:red}</style></head><body><p>"+cp932(t, "お世話に<b>なって</b>おります。")+"<br>"+cp932(t, "2行目")+"&nbsp;&lt;x&gt;</p><ul><li>A<li>B</ul><table><tr><td>1</td><td>2</td></tr></table><script>x()</script></body></html>\n")
	if want := "お世話になっております。\n2行目\u00a0<x>\n\n- A\n- B\n\n1\t2"; m.Text != want {
		t.Errorf("Text = %q, want %q", m.Text, want)
	}
}

func TestAMailInsideTheMailIsKeptWithItsFiles(t *testing.T) {
	inner := "From: c@d.example\nSubject: =?utf-8?B?5YaF5YG0?=\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\ninner text\n--i\nContent-Disposition: attachment; filename=deep.bin\nContent-Type: application/octet-stream\n\nxyz\n--i--\n"
	for name, cte := range map[string]string{"as it is": "", "in base64, which is forbidden": "Content-Transfer-Encoding: base64\n"} {
		body := inner
		if cte != "" {
			body = base64.StdEncoding.EncodeToString([]byte(inner)) + "\n"
		}
		m := read(t, "From: a@b.example\nSubject: Fwd\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee below\n--b\nContent-Type: message/rfc822\n"+cte+"\n"+body+"--b--\n")
		if m.Text != "see below" || names(m) != "内側.eml|deep.bin" {
			t.Errorf("%s: Text %q, attachments %s", name, m.Text, names(m))
		}
	}
}

func TestFilesWrittenIntoTheTextAreAttachments(t *testing.T) {
	m := read(t, "From: a@b.example\nSubject: x\n\nsee:\n\nbegin 644 cat.txt\n#0V%T\n`\nend\n\nthanks\n")
	if names(m) != "cat.txt" || string(m.Attachments[0].Data) != "Cat" {
		t.Errorf("uuencode: %+v", m.Attachments)
	}
	if m.ReplyText != "see:\n\nthanks" {
		t.Errorf("ReplyText = %q: the encoded file is no text", m.ReplyText)
	}
	y := "From: a@b.example\nSubject: x\n\n=ybegin line=128 size=3 name=cat.bin\r\n" + string([]byte{'C' + 42, 'a' + 42, 't' + 42}) + "\r\n=yend size=3\r\n"
	m, err := mailtext.Read([]byte(y))
	if err != nil || names(m) != "cat.bin" || string(m.Attachments[0].Data) != "Cat" {
		t.Errorf("yEnc: %+v, %v", m, err)
	}
}

func TestASignedMessageIsOpened(t *testing.T) {
	der := func(tag byte, parts ...string) string {
		s := strings.Join(parts, "")
		return string([]byte{tag, 0x82, byte(len(s) >> 8), byte(len(s))}) + s
	}
	inner := "Content-Type: text/plain; charset=utf-8\r\n\r\n署名した本文\r\n"
	oidSigned := "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
	oidData := "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
	for name, encap := range map[string]string{
		"definite":   der(0x30, oidData, der(0xa0, der(0x04, inner))),
		"indefinite": "\x30\x80" + oidData + "\xa0\x80\x24\x80" + der(0x04, inner[:20]) + der(0x04, inner[20:]) + "\x00\x00\x00\x00\x00\x00",
	} {
		cms := der(0x30, oidSigned, der(0xa0, der(0x30, "\x02\x01\x01", "\x31\x00", encap, "\x31\x00")))
		m := read(t, "From: a@b.example\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n"+base64.StdEncoding.EncodeToString([]byte(cms))+"\n")
		if m.Text != "署名した本文" || names(m) != "smime.p7m" {
			t.Errorf("%s: Text %q, attachments %s", name, m.Text, names(m))
		}
	}
}

func TestEncryptedAndSignedPartsAreKeptAndNamed(t *testing.T) {
	m := read(t, "From: a@b.example\nContent-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n--b--\n")
	if names(m) != "version.asc|encrypted.asc" {
		t.Errorf("encrypted: %s", names(m))
	}
	m = read(t, "From: a@b.example\nContent-Type: multipart/signed; boundary=b\n\n--b\nContent-Type: text/plain\n\nsigned text\n--b\nContent-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----\n--b--\n")
	if m.Text != "signed text" || names(m) != "signature.asc" {
		t.Errorf("signed: %q, %s", m.Text, names(m))
	}
}

func TestAnInvitationIsAFile(t *testing.T) {
	m := read(t, "From: a@b.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nmeeting\n--b\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\n\nBEGIN:VCALENDAR\n--b--\n")
	if m.Text != "meeting" || names(m) != "invite.ics" || m.Attachments[0].Type != "text/calendar" {
		t.Errorf("Text %q, attachments %+v", m.Text, m.Attachments)
	}
}

func TestFlowedTextIsJoined(t *testing.T) {
	m := read(t, "From: a@b.example\nContent-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n\n長い行が \n二つに分かれた。\n> 引用も \n> 同じ。\n -- not a signature\n")
	if want := "長い行が二つに分かれた。\n> 引用も同じ。\n-- not a signature"; m.Text != want {
		t.Errorf("Text = %q, want %q", m.Text, want)
	}
}

func TestDamagedTransferEncodingsGiveWhatTheyCan(t *testing.T) {
	for name, c := range map[string]struct{ cte, body, want string }{
		"base64 with a list's footer":     {"base64", "SGVsbG8gd29ybGQ=\n_______________________\nusers mailing list\n", "Hello world"},
		"base64 in blocks":                {"base64", "SGVsbG8=\nIHdvcmxk\n", "Hello world"},
		"base64 without padding":          {"BASE64", "SGVsbG8gd29ybGQ", "Hello world"},
		"base64 with marks in between":    {"base64", "SGVs!bG8g\n d29y bGQ=\n", "Hello world"},
		"a little base64 with marks":      {"base64", "44GT44KT*44Gr\n!!44Gh44Gv\n", "こんにちは"},
		"plain text labelled base64":      {"base64", "This is plain text, not base64 at all.\n", "This is plain text, not base64 at all."},
		"quoted-printable, lower case":    {"quoted-printable", "=e3=81=82 =\nb=3D\n", "あ b="},
		"quoted-printable, stray equals":  {"quoted-printable", "a=b =ZZ 100%=\n", "a=b =ZZ 100%"},
		"an encoding that does not exist": {"x-fancy", "as it is\n", "as it is"},
	} {
		m := read(t, "From: a@b.example\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: "+c.cte+"\n\n"+c.body)
		if m.Text != c.want {
			t.Errorf("%s: Text = %q, want %q", name, m.Text, c.want)
		}
	}
}

func TestAFileThatSaysItIsTextIsAFile(t *testing.T) {
	png := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), make([]byte, 200)...)
	m := read(t, "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n本文です。\n--b\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: base64\n\n"+base64.StdEncoding.EncodeToString(png)+"\n--b--\n")
	if m.Text != "本文です。" || len(m.Attachments) != 1 || m.Attachments[0].Type != "image/png" || string(m.Attachments[0].Data) != string(png) {
		t.Errorf("Text %q, files %s", m.Text, names(m))
	}
	if m := read(t, "From: a@b.example\nContent-Type: text/plain\n\n%PDF- is how such files begin.\n"); len(m.Attachments) != 0 || m.Text == "" {
		t.Errorf("a text about PDF: %q, files %s", m.Text, names(m))
	}
	if m := read(t, "From: a@b.example\nContent-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: base64\n\n"+base64.StdEncoding.EncodeToString([]byte(strings.Join(strings.Split("Hello, this is a text of two bytes a character.", ""), "\x00")+"\x00"))+"\n"); !strings.HasPrefix(m.Text, "Hello, this") {
		t.Errorf("UTF-16: %q, files %s", m.Text, names(m))
	}
}

func TestFilesInBinHexAreFoundInTextsAndParts(t *testing.T) {
	const coded = "(This file must be converted with BinHex 4.0)\n\n:#R*PF'pbG#jdH(3!9%9B9(4dH(3!N!9#!*!%l[YSC@aXEb\"LD@jSCAK\"N$+3!'9\nZC\"4j!!!:\n"
	want := "hello binhex" + strings.Repeat("A", 50) + "\x90end"
	m := read(t, "From: a@b.example\nContent-Type: text/plain\n\nHere it is.\n\n"+coded+"\nRegards\n")
	if len(m.Attachments) != 1 || m.Attachments[0].Name != "report.txt" || string(m.Attachments[0].Data) != want || !strings.HasPrefix(m.Text, "Here it is.") {
		t.Errorf("in a text: %s, %q", names(m), m.Text)
	}
	m = read(t, "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: application/mac-binhex40; name=report.hqx\n\n"+coded+"--b--\n")
	if names(m) != "report.hqx|report.txt" || string(m.Attachments[1].Data) != want || m.Text != "text" {
		t.Errorf("as a part: %s, %q", names(m), m.Text)
	}
}
