package mailtext_test

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"madoguchi/internal/mailtext"
)

const mixed = "From: a@b.example\nContent-Type: multipart/mixed; boundary=m\n\n--m\n\ntext\n--m\n"

// winmail is a TNEF stream with a body and one file.
func winmail() []byte {
	b := append(binary.LittleEndian.AppendUint32(nil, 0x223e9f78), 1, 0)
	for _, a := range []struct {
		level byte
		id    uint32
		data  string
	}{{1, 0x0002800c, "the body\x00"}, {2, 0x00069002, strings.Repeat("\x00", 14)}, {2, 0x00018010, "plan.txt\x00"}, {2, 0x0006800f, "plan"}} {
		b = append(b, a.level)
		b = binary.LittleEndian.AppendUint32(b, a.id)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(a.data)))
		b = append(b, a.data+"\xff\xff"...) // the checksum is wrong
	}
	return b
}

func TestAWinmailIsOpenedUnderAnyName(t *testing.T) {
	coded := base64.StdEncoding.EncodeToString(winmail())
	for _, label := range []string{"application/ms-tnef", "application/octet-stream; name=WINMAIL.DAT", "application/octet-stream; name=ATT00001.dat", "application/octet-stream"} {
		part := "Content-Type: " + label + "\nContent-Transfer-Encoding: base64\n\n" + coded + "\n"
		m := read(t, "From: a@b.example\n"+part)
		if m.Text != "the body" || !strings.HasSuffix(names(m), "|plan.txt") {
			t.Errorf("%s: %q, files %s", label, m.Text, names(m))
		}
		m = read(t, mixed+"Content-Type: message/rfc822\n\nFrom: c@d.example\nSubject: inner\n"+part+"--m--\n")
		if m.Text != "text" || !strings.HasPrefix(names(m), "inner.eml|") || !strings.HasSuffix(names(m), "|plan.txt") {
			t.Errorf("%s, forwarded: %q, files %s", label, m.Text, names(m))
		}
	}
}

func TestAMailInsideAWinmailIsAMailThatCanBeOpened(t *testing.T) {
	attr := func(b []byte, level byte, id uint32, data string) []byte {
		b = binary.LittleEndian.AppendUint32(append(b, level), id)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
		return append(append(b, data...), 0, 0)
	}
	wide := func(s string) string {
		var out []byte
		for _, u := range utf16.Encode([]rune(s + "\x00")) {
			out = binary.LittleEndian.AppendUint16(out, u)
		}
		return string(out)
	}
	properties := func(list ...string) string {
		return string(binary.LittleEndian.AppendUint32(nil, uint32(len(list)))) + strings.Join(list, "")
	}
	text := func(kind, id uint16, s string) string {
		b := binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(nil, kind), id)
		b = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(b, 1), uint32(len(s)))
		return string(b) + s + strings.Repeat("\x00", (4-len(s)%4)%4)
	}
	number := func(id uint16, v uint32) string {
		return string(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint16([]byte{3, 0}, id), v))
	}
	start := append(binary.LittleEndian.AppendUint32(nil, 0x223e9f78), 1, 0)
	sent := "\x40\x00\x39\x00" + string(binary.LittleEndian.AppendUint64(nil, 134080981200000000)) // 20 November 2025, 07:42
	inner := attr(start, 1, 0x00069003, properties(
		text(0x1f, 0x0037, wide("障害のご報告（第二報）")), text(0x1f, 0x0042, wide("山田 健一")), text(0x1f, 0x0065, wide("/O=AOBA/CN=YAMADA")), text(0x1f, 0x5d02, wide("yamada@aoba.example")),
		text(0x1f, 0x1035, wide("<x1@aoba.example>")), text(0x1f, 0x1000, wide("ログインできません。")), sent,
	))
	inner = attr(inner, 1, 0x00069004, "\x02\x00\x00\x00"+
		properties(number(0x0c15, 1), text(0x1f, 0x3001, wide("佐藤")), text(0x1f, 0x39fe, wide("sato@aoba.example")))+
		properties(number(0x0c15, 2), text(0x1f, 0x3001, wide("鈴木")), text(0x1f, 0x3003, wide("suzuki@aoba.example"))))
	inner = attr(inner, 2, 0x00069002, strings.Repeat("\x00", 14))
	inner = attr(inner, 2, 0x00018010, "shot.png\x00")
	inner = attr(inner, 2, 0x0006800f, "\x89PNG\x00")
	outer := attr(start, 2, 0x00069002, strings.Repeat("\x00", 14))
	outer = attr(outer, 2, 0x00069005, properties(text(0x0d, 0x3701, strings.Repeat("\x00", 16)+string(inner))))
	m := read(t, mixed+"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"+base64.StdEncoding.EncodeToString(outer)+"\n--m--\n")
	if m.Text != "text" || names(m) != "winmail.dat|障害のご報告（第二報）.eml|shot.png" || m.Attachments[1].Type != "message/rfc822" {
		t.Fatalf("%q, files %s", m.Text, names(m))
	}
	in, err := mailtext.Read(m.Attachments[1].Data)
	if err != nil {
		t.Fatal(err)
	}
	if in.From != (mailtext.Address{Name: "山田 健一", Addr: "yamada@aoba.example"}) || in.Subject != "障害のご報告（第二報）" || in.Text != "ログインできません。" || in.MessageID != "x1@aoba.example" ||
		in.Date.UTC().Format(time.DateTime) != "2025-11-20 07:42:00" || len(in.To) != 1 || in.To[0].Addr != "sato@aoba.example" || len(in.Cc) != 1 || in.Cc[0].Name != "鈴木" {
		t.Errorf("the mail inside: %+v", in)
	}
	if names(in) != "shot.png" || string(in.Attachments[0].Data) != "\x89PNG\x00" {
		t.Errorf("its files: %s", names(in))
	}
}

// yEnc codes a file in lines of 64.
func yEnc(s string) string {
	var out []byte
	for i := range len(s) {
		c := s[i] + 42
		if c == 0 || c == '\n' || c == '\r' || c == '=' {
			out = append(out, '=')
			c += 64
		}
		if out = append(out, c); i%64 == 63 {
			out = append(out, '\r', '\n')
		}
	}
	return string(out)
}

func TestYEncIsFoundWhereverItStandsAndIsNoText(t *testing.T) {
	data := strings.Repeat("The quick brown fox\x00\x01\x02\xd0\xe0\xff ", 20)
	one := fmt.Sprintf("=ybegin line=64 size=%d name=fox.bin\r\n%s\r\n=yend size=%d\r\n", len(data), yEnc(data), len(data))
	piece := func(n, from, to int) string {
		return fmt.Sprintf("=ybegin part=%d total=2 line=64 size=%d name=\"fox.bin\"\r\n=ypart begin=%d end=%d\r\n%s\r\n=yend size=%d part=%d\r\n", n, len(data), from+1, to, yEnc(data[from:to]), to-from, n)
	}
	head := "From: a@b.example\r\n"
	parts := head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n以上です。\r\n--b\r\n"
	for name, c := range map[string]struct{ mail, text string }{
		"in an ISO-2022-JP text":            {head + "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + iso2022jp(t, "添付します。") + "\r\n" + one + iso2022jp(t, "以上です。"), "添付します。\n以上です。"},
		"in a text without a label":         {head + "\r\n添付します。\r\n" + one + "以上です。\r\n", "添付します。\n以上です。"},
		"alone":                             {head + "\r\n" + one, ""},
		"two pieces":                        {head + "\r\nsee\r\n" + piece(1, 0, 100) + piece(2, 100, len(data)), "see"},
		"two pieces, the second first":      {head + "\r\nsee\r\n" + piece(2, 100, len(data)) + piece(1, 0, 100), "see"},
		"never closed":                      {head + "\r\n" + strings.Split(one, "=yend")[0] + "bye\r\n", "bye"},
		"a part with its encoding named":    {parts + "Content-Type: application/octet-stream; name=fox.bin\r\nContent-Transfer-Encoding: x-yenc\r\n\r\n" + one + "--b--\r\n", "以上です。"},
		"a part without its encoding named": {parts + "Content-Type: application/octet-stream; name=fox.bin\r\n\r\n" + one + "--b--\r\n", "以上です。"},
		"a text part":                       {parts + "Content-Type: text/plain\r\n\r\n" + one + "--b--\r\n", "以上です。"},
	} {
		m, err := mailtext.Read([]byte(c.mail))
		if err != nil || len(m.Attachments) != 1 || m.Attachments[0].Name != "fox.bin" || string(m.Attachments[0].Data) != data || m.Text != c.text {
			t.Errorf("%s: text %q, files %s, %v", name, m.Text, names(m), err)
		}
	}
	m, err := mailtext.Read([]byte(head + "\r\nsee\r\n" + piece(2, 100, len(data))))
	if err != nil || names(m) != "fox.bin" || string(m.Attachments[0].Data) != data[100:] {
		t.Errorf("a piece alone: files %s, %v", names(m), err)
	}
	if m := read(t, head+"\nA file begins with\n=ybegin line=128\nas you know.\n"); len(m.Attachments) > 0 || !strings.HasSuffix(m.ReplyText, "as you know.") {
		t.Errorf("a text about yEnc: %q, files %s", m.ReplyText, names(m))
	}
}

func TestTheTextBelowAnUnfinishedUUFileStaysText(t *testing.T) {
	line := "M" + strings.Repeat("0V%T", 15) + "\n"
	for name, c := range map[string]struct{ body, reply, data string }{
		"capitals below":            {"see\nbegin 644 cat.txt\n#0V%T\nOK.\nBye\n", "see\nOK.\nBye", "Cat"},
		"capitals below a blank":    {"see\nbegin 644 cat.txt\n#0V%T\n\nOK THANKS\nBye\n", "see\n\nOK THANKS\nBye", "Cat"},
		"capitals below full lines": {"see\nbegin 644 cat.txt\n" + line + "OK.\nBye\n", "see\nOK.\nBye", strings.Repeat("Cat", 15)},
		"Japanese below":            {"begin 644 cat.txt\n#0V%T\n以上です。\n", "以上です。", "Cat"},
		"the mail is cut":           {"see\nbegin 644 cat.txt\n" + line + line[:9], "see", strings.Repeat("Cat", 17)},
		"blanks cut off":            {"see\nbegin 644 cat.txt\n&0V%T\n \nend\nbye\n", "see\nbye", "Cat\x00\x00\x00"},
	} {
		m := read(t, "From: a@b.example\n\n"+c.body)
		if names(m) != "cat.txt" || string(m.Attachments[0].Data) != c.data || m.ReplyText != c.reply {
			t.Errorf("%s: %q, %+v", name, m.ReplyText, m.Attachments)
		}
	}
	for name, body := range map[string]string{
		"as base64":                "see\nbegin-base64 644 cat.txt\nQ2F0\nQ2F0\n====\nbye\n",
		"as base64, never closed":  "see\nbegin-base64 644 cat.txt\nQ2F0\nQ2F0\n\nbye\n",
		"as base64, padded inside": "see\nbegin-base64 644 cat.txt\nQ2F0Q2E=\ndA==\n====\nbye\n",
	} {
		if m := read(t, "From: a@b.example\n\n"+body); names(m) != "cat.txt" || string(m.Attachments[0].Data) != "CatCat" || strings.ReplaceAll(m.ReplyText, "\n\n", "\n") != "see\nbye" {
			t.Errorf("%s: %q, %+v", name, m.ReplyText, m.Attachments)
		}
	}
	if m := read(t, "From: a@b.example\n\nThe line\nbegin-base64 644 x\nbegins it. Bye.\n"); len(m.Attachments) > 0 || !strings.HasSuffix(m.ReplyText, "Bye.") {
		t.Errorf("a text about it: %q, files %s", m.ReplyText, names(m))
	}
	cat := "#0V%T\n`\nend\n"
	m := read(t, "From: a@b.example\nContent-Type: text/plain; charset=Shift_JIS\n\n"+cp932(t, "添付1\nbegin 644 表.txt\n"+cat+"添付2\nbegin 600 b.txt\n"+cat+"以上"))
	if names(m) != "表.txt|b.txt" || m.ReplyText != "添付1\n添付2\n以上" {
		t.Errorf("two in Shift_JIS: %q, files %s", m.ReplyText, names(m))
	}
}

func TestOpenPGPInTheTextIsReadAndKept(t *testing.T) {
	sig := "-----BEGIN PGP SIGNATURE-----\n\niQEz\n=abcd\n-----END PGP SIGNATURE-----\n"
	head := "From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n"
	m := read(t, head+"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nログインできません。\n- -----\n- - 重要\n"+sig)
	if m.ReplyText != "ログインできません。\n-----\n- 重要" || names(m) != "signature.asc" || string(m.Attachments[0].Data) != sig {
		t.Errorf("signed: %q, files %s", m.ReplyText, names(m))
	}
	m = read(t, head+"先に。\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n一つ目\n"+sig+"間\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n- - 二つ目\n"+sig+"後に。\n-----BEGIN PGP SIGNED MESSAGE-----\n\n閉じない\n")
	if m.ReplyText != "先に。\n一つ目\n\n間\n- 二つ目\n\n後に。\n閉じない" || names(m) != "signature.asc|signature.asc" {
		t.Errorf("signed three times: %q, files %s", m.ReplyText, names(m))
	}
	m = read(t, head+"送ります。\n-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\n")
	if names(m) != "encrypted.asc" || m.Attachments[0].Type != "application/pgp-encrypted" || !strings.HasPrefix(m.ReplyText, "送ります。") {
		t.Errorf("encrypted: %q, %+v", m.ReplyText, m.Attachments)
	}
	if m = read(t, head+"> -----BEGIN PGP SIGNED MESSAGE-----\n> x\n\nありがとう。\n"); m.ReplyText != "ありがとう。" || len(m.Attachments) > 0 {
		t.Errorf("quoted: %q, files %s", m.ReplyText, names(m))
	}
	m = read(t, "From: a@b.example\nContent-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n--b--\n")
	if names(m) != "version.asc|encrypted.asc" {
		t.Errorf("as parts without names: %s", names(m))
	}
}

func TestAnInvitationSaysWhetherItIsCalledOffOrAnswered(t *testing.T) {
	ics := func(method, more string) string {
		return "BEGIN:VCALENDAR\nMETHOD:" + method + "\nBEGIN:VEVENT\nSUMMARY:打ち合わせ\nDTSTART:20261124T010000Z\n" + more + "END:VEVENT\nEND:VCALENDAR\n"
	}
	const what = "打ち合わせ\n2026-11-24 01:00 UTC"
	for name, c := range map[string]struct{ ctype, ics, want string }{
		"request in ISO-2022-JP":        {"text/calendar; charset=ISO-2022-JP", iso2022jp(t, ics("REQUEST", "")), what},
		"request in Shift_JIS":          {"text/calendar; charset=Shift_JIS", cp932(t, ics("REQUEST", "")), what},
		"request under another label":   {"application/ics; name=invite.ics", ics("REQUEST", ""), what},
		"cancelled":                     {"text/calendar; charset=utf-8", ics("CANCEL", "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:y@b.example\n"), "取消 / Cancelled\n" + what},
		"declined":                      {"text/calendar; charset=utf-8", ics("REPLY", "ATTENDEE;CN=\"山田\";PARTSTAT=DECLINED:mailto:y@b.example\nCOMMENT:別件\n"), "山田: 欠席 / Declined\n" + what + "\n別件"},
		"accepted by one without name":  {"text/calendar; charset=utf-8", ics("REPLY", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:y@b.example\n"), "y@b.example: 出席 / Accepted\n" + what},
		"folded inside of a character":  {"text/calendar; charset=utf-8", ics("REQUEST", "LOCATION:第\xe4\n \xb8\x80会議室\n"), what + "\n第一会議室"},
		"folded, in base64's CRLF form": {"text/calendar; charset=utf-8", ics("REQUEST", "LOCATION:本\n\t社\n"), what + "\n本社"},
	} {
		if m := read(t, "From: a@b.example\nContent-Type: "+c.ctype+"\n\n"+c.ics); m.Text != c.want || names(m) != "invite.ics" {
			t.Errorf("%s: %q, files %s", name, m.Text, names(m))
		}
	}
}

func TestFilesOfAMacintoshAreKeptAndNamed(t *testing.T) {
	m := read(t, mixed+"Content-Type: multipart/appledouble; boundary=a\n\n--a\nContent-Type: application/applefile\nContent-Transfer-Encoding: base64\n\nAAUWBwACAAA=\n--a\nContent-Type: application/pdf; name=a.pdf\n\n%PDF\n--a--\n--m--\n")
	if names(m) != "applefile|a.pdf" || m.Text != "text" {
		t.Errorf("AppleDouble: %s, %q", names(m), m.Text)
	}
	single := "\x00\x05\x16\x00\x00\x02\x00\x00" + strings.Repeat("\x00", 16) + "\x00\x02\x00\x00\x00\x01\x00\x00\x00\x32\x00\x00\x00\x05\x00\x00\x00\x03\x00\x00\x00\x37\x00\x00\x00\x05helloa.txt"
	m = read(t, mixed+"Content-Type: application/applefile\nContent-Transfer-Encoding: base64\n\n"+base64.StdEncoding.EncodeToString([]byte(single))+"\n--m--\n")
	if names(m) != "applefile|a.txt" || string(m.Attachments[1].Data) != "hello" {
		t.Errorf("AppleSingle: %+v", m.Attachments)
	}
}

func TestAnAlternativeWithNothingToSeeInItsTextIsReadFromItsHTML(t *testing.T) {
	for name, blank := range map[string]string{"nothing": "", "blanks": "\u00a0\u3000\n", "marks without width": "\u200b\ufeff\n"} {
		m := read(t, "From: a@b.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n"+blank+"--b\nContent-Type: text/html; charset=utf-8\n\n<p>本文です。</p>\n--b--\n")
		if m.Text != "本文です。" || strings.TrimSpace(m.HTML) != "<p>本文です。</p>" {
			t.Errorf("%s: %q, %q", name, m.Text, m.HTML)
		}
	}
}

func TestAFileNameInTheWrongQuotesIsRead(t *testing.T) {
	for field, want := range map[string]string{
		"filename*=''%E8%A6%8B.pdf":      "見.pdf",
		"filename*='見.pdf'":              "見.pdf",
		"filename*='%E8%A6%8B.pdf'":      "見.pdf",
		"filename='見 積.pdf'":             "見 積.pdf",
		"filename*=utf-8'%E8%A6%8B.pdf":  "見.pdf",
		"filename*=UTF-8\"\"%E8%A6%8B.p": "見.p",
		"filename*=it's%20ok.pdf":        "it's ok.pdf",
		"filename=\"it's 'x'.pdf\"":      "it's 'x'.pdf",
	} {
		if m := read(t, mixed+"Content-Type: application/pdf\nContent-Disposition: attachment; "+field+"\n\n%PDF\n--m--\n"); names(m) != want {
			t.Errorf("%s: %q, want %q", field, names(m), want)
		}
	}
}

func TestATextThatIsCutLosesOnlyItsLastCharacter(t *testing.T) {
	for _, cut := range []string{"=E6=9C=AC=E6=96=", "=E6=9C=AC=E6=96=9", "=E6=9C=AC=E6=9", "=E6=9C=AC=E6", "=E6=9C=AC=\n=E6=96\n\n"} {
		if m := read(t, "From: a@b.example\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"+cut); m.Text != "本" {
			t.Errorf("%s: %q", cut, m.Text)
		}
	}
	if m := read(t, "From: a@b.example\nContent-Type: text/plain; charset=Shift_JIS\nContent-Transfer-Encoding: quoted-printable\n\n=96{=8"); m.Text != "本" {
		t.Errorf("Shift_JIS: %q", m.Text)
	}
}
