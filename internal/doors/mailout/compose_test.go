package mailout

import (
	"bytes"
	"encoding/base64"
	"flag"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

var update = flag.Bool("update", false, "write the golden mails anew")

var jst = time.FixedZone("JST", 9*60*60)

func reply() Message {
	return Message{
		MessageID: "m-01.case-10482@desk.example", Date: time.Date(2026, 11, 20, 17, 5, 0, 0, jst),
		From:    cases.Address{Name: "サポート窓口", Addr: "support@desk.example"},
		ReplyTo: cases.Address{Name: "サポート窓口", Addr: "support+c10482.k3x@desk.example"},
		To:      []cases.Address{{Name: "田中 太郎", Addr: "tanaka@customer.example"}},
		Cc:      []cases.Address{{Name: "Sales, Dept. \"A\"", Addr: "sales@customer.example"}, {Addr: "it@customer.example"}},
		Subject: "Re: 【至急】一部のお客様だけシングルサインオンでログインできない件について", Tag: "[CS-10482]",
		InReplyTo: "abc@customer.example", References: []string{"first@customer.example"}, Language: "ja",
		Markdown:  "田中様\n\nお世話になっております。\n**アクセス制御**の設定を確認いたしました。\n\n- IP アドレス: `192.0.2.1`\n- 手順: https://help.example/sso\n\n<tenant> の部分は御社のテナント名に置き換えてください。\n--------\n.以上です",
		Signature: "サポート窓口\n電話 03-0000-0000",
		Quote: &Quoted{
			From: cases.Address{Name: "田中 太郎", Addr: "tanaka@customer.example"}, Date: time.Date(2026, 11, 20, 16, 42, 0, 0, jst),
			Text: "お世話になっております。\n\n> 以前のご案内\nログインできません。<b>",
		},
	}
}

func acknowledgement() Message {
	return Message{
		MessageID: "a-01.case-10483@desk.example", Date: time.Date(2026, 11, 20, 8, 5, 0, 0, time.UTC),
		From: cases.Address{Name: "Example Support", Addr: "support@desk.example"}, To: []cases.Address{{Name: "Jane Doe", Addr: "jane@customer.example"}},
		Subject: "Cannot sign in", Tag: "[CS-10483]", InReplyTo: "x1@customer.example", Language: "en",
		Markdown: "Dear Jane Doe,\n\nwe received your inquiry as **CS-10483**. The response target is Friday, 20 November, 18:00.",
		Auto:     true,
		Attachments: []Attachment{
			{Name: "受付内容の控え（2026年11月20日 17時05分受付・ケース番号CS-10483）.txt", Type: "text/plain; charset=utf-8", Content: []byte("控え\n")},
			{Name: "../../etc/passwd", Type: "message/rfc822", Content: bytes.Repeat([]byte("x"), 200)},
		},
	}
}

func compose(t *testing.T, m Message) []byte {
	t.Helper()
	raw, err := Compose(m)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestGoldenMails(t *testing.T) {
	for name, m := range map[string]Message{"reply.ja.eml": reply(), "acknowledgement.en.eml": acknowledgement()} {
		raw := compose(t, m)
		if !bytes.Equal(raw, compose(t, m)) {
			t.Errorf("%s: composing again gave other bytes", name)
		}
		lawful(t, raw)
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, raw, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), string(raw)); d != "" {
			t.Errorf("%s differs (run with -update if that is meant):\n%s", name, d)
		}
	}
}

// lawful checks what every mail must keep: CRLF, 7-bit, short lines.
func lawful(t *testing.T, raw []byte) {
	t.Helper()
	if !bytes.HasSuffix(raw, []byte("\r\n")) {
		t.Error("the mail does not end in CRLF")
	}
	for line := range bytes.Lines(raw) {
		if !bytes.HasSuffix(line, []byte("\r\n")) || bytes.Count(line, []byte("\r")) != 1 {
			t.Errorf("line %q does not end in CRLF alone", line)
		}
		if len(line) > 78+2 && !bytes.Contains(line, []byte("@")) {
			t.Errorf("line of %d bytes: %q", len(line), line)
		}
		if len(line) > 998+2 {
			t.Errorf("line of %d bytes is against RFC 5322: %q", len(line), line)
		}
	}
}

// read is a mail as Go's standard library reads it.
type read struct {
	mail.Header
	parts map[string]string // by media type, or by file name
}

func parse(t *testing.T, raw []byte) read {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	r := read{m.Header, map[string]string{}}
	var walk func(kind, encoding, disposition string, body io.Reader)
	walk = func(kind, encoding, disposition string, body io.Reader) {
		media, params, err := mime.ParseMediaType(kind)
		if err != nil {
			t.Fatalf("%q: %v", kind, err)
		}
		if strings.HasPrefix(media, "multipart/") {
			mr := multipart.NewReader(body, params["boundary"])
			for {
				p, err := mr.NextRawPart()
				if err == io.EOF {
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				walk(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p.Header.Get("Content-Disposition"), p)
			}
		}
		switch encoding {
		case "base64":
			body = base64.NewDecoder(base64.StdEncoding, body)
		case "quoted-printable":
			body = quotedprintable.NewReader(body)
		default:
			t.Errorf("encoding %q", encoding)
		}
		text, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		key := media
		if disposition != "" {
			_, p, err := mime.ParseMediaType(disposition)
			if err != nil {
				t.Fatalf("%q: %v", disposition, err)
			}
			key = p["filename"]
			if p["filename"] != params["name"] {
				t.Errorf("file is called %q and %q", p["filename"], params["name"])
			}
		}
		r.parts[key] = string(text)
	}
	walk(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), "", m.Body)
	return r
}

func (r read) text(t *testing.T, field string) string {
	t.Helper()
	s, err := new(mime.WordDecoder).DecodeHeader(r.Get(field))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAReplyIsReadAsItWasWritten(t *testing.T) {
	r := parse(t, compose(t, reply()))
	if got, want := r.text(t, "Subject"), "Re: [CS-10482] 【至急】一部のお客様だけシングルサインオンでログインできない件について"; got != want {
		t.Errorf("subject %q, want %q", got, want)
	}
	if !strings.HasPrefix(r.Get("Subject"), "Re: [CS-10482] =?UTF-8?B?") {
		t.Errorf("the tag is not readable by a filter: %q", r.Get("Subject"))
	}
	for field, want := range map[string]string{
		"From": "サポート窓口 support@desk.example", "Reply-To": "サポート窓口 support+c10482.k3x@desk.example",
		"To": "田中 太郎 tanaka@customer.example", "Cc": `Sales, Dept. "A" sales@customer.example/ it@customer.example`,
	} {
		list, err := r.AddressList(field)
		if err != nil {
			t.Fatalf("%s: %v", field, err)
		}
		var got []string
		for _, a := range list {
			got = append(got, a.Name+" "+a.Address)
		}
		if strings.Join(got, "/") != want {
			t.Errorf("%s = %q, want %q", field, got, want)
		}
	}
	for field, want := range map[string]string{
		"Message-Id": "<m-01.case-10482@desk.example>", "In-Reply-To": "<abc@customer.example>",
		"References": "<first@customer.example> <abc@customer.example>", "Date": "Fri, 20 Nov 2026 17:05:00 +0900",
		"Auto-Submitted": "", "Precedence": "", "X-Auto-Response-Suppress": "",
	} {
		if got := r.Get(field); got != want {
			t.Errorf("%s = %q, want %q", field, got, want)
		}
	}
	plain := r.parts["text/plain"]
	wantEnd := "\r\n-- \r\nサポート窓口\r\n電話 03-0000-0000\r\n\r\n2026/11/20（金）16:42 田中 太郎 様:\r\n\r\n> お世話になっております。\r\n>\r\n>> 以前のご案内\r\n> ログインできません。<b>\r\n"
	if !strings.HasPrefix(plain, "田中様\r\n\r\nお世話になっております。\r\nアクセス制御の") || !strings.HasSuffix(plain, wantEnd) {
		t.Errorf("plain part = %q", plain)
	}
	h := r.parts["text/html"]
	for _, want := range []string{
		"お世話になっております。<br>\r\n<strong>アクセス制御</strong>", "<li>IP アドレス: <code>192.0.2.1</code></li>", `<a href="https://help.example/sso">`,
		"&lt;tenant&gt; の部分は", "<hr>", "<blockquote type=\"cite\"", "ログインできません。&lt;b&gt;", `<html lang="ja">`,
	} {
		if !strings.Contains(h, want) {
			t.Errorf("HTML part lacks %q:\n%s", want, h)
		}
	}
}

func TestAMachinesMailKeepsOtherMachinesQuiet(t *testing.T) {
	r := parse(t, compose(t, acknowledgement()))
	if r.Get("Auto-Submitted") != "auto-replied" || r.Get("X-Auto-Response-Suppress") == "" {
		t.Errorf("headers = %v", r.Header)
	}
	if strings.Contains(r.Get("X-Auto-Response-Suppress"), "All") || r.Get("Precedence") != "" {
		t.Error("bounces would be suppressed too, or the mail be taken for advertising")
	}
	m := acknowledgement()
	m.InReplyTo = ""
	if got := parse(t, compose(t, m)).Get("Auto-Submitted"); got != "auto-generated" {
		t.Errorf("a mail that answers none: %q", got)
	}
}

func TestAttachmentsArriveUnchangedUnderTheirNames(t *testing.T) {
	r := parse(t, compose(t, acknowledgement()))
	if got := r.parts["受付内容の控え（2026年11月20日 17時05分受付・ケース番号CS-10483）.txt"]; got != "控え\n" {
		t.Errorf("attachment = %q of %v", got, r.parts)
	}
	if got := r.parts["passwd"]; got != strings.Repeat("x", 200) {
		t.Errorf("attachment = %q of %v", got, r.parts)
	}
}

func TestScriptsAndLinksToScriptsDoNotLeave(t *testing.T) {
	m := reply()
	m.Markdown = "<script>alert(1)</script>\n\n[押して](javascript:alert(1)) <img src=x onerror=alert(1)>\n\n<!-- memo -->"
	h := parse(t, compose(t, m)).parts["text/html"]
	for _, bad := range []string{"<script", "javascript:", "<img", "<!-- memo"} {
		if strings.Contains(h, bad) {
			t.Errorf("HTML has %q: %s", bad, h)
		}
	}
	if !strings.Contains(h, "&lt;script&gt;") {
		t.Errorf("what was written vanished: %s", h)
	}
}

func TestTheReferencesOfAThread(t *testing.T) {
	var long []string
	for i := range 50 {
		long = append(long, strings.Repeat("x", i+1)+"@a")
	}
	for _, c := range []struct {
		refs []string
		last string
		want string
	}{
		{nil, "a@x", "a@x"},
		{[]string{"a@x"}, "b@x", "a@x b@x"},
		{[]string{"a@x", "b@x"}, "b@x", "a@x b@x"},
		{[]string{"b@x", "a@x", "a@x"}, "b@x", "a@x b@x"},
		{[]string{"evil@x>\r\nBcc: y@z", "no-at", "two words@x", "ok@x"}, "bad\n@x", "ok@x"},
		{long, "new@x", "x@a " + strings.Join(long[32:], " ") + " new@x"},
	} {
		if got := strings.Join(chain(c.refs, c.last), " "); got != c.want {
			t.Errorf("chain(%q, %q) = %q, want %q", c.refs, c.last, got, c.want)
		}
	}
}

func TestTheSubjectOfAThread(t *testing.T) {
	for _, c := range []struct {
		subject, tag, parent, want string
	}{
		{"ログイン", "", "", "ログイン"},
		{"ログイン", "[CS-1]", "", "[CS-1] ログイン"},
		{"ログイン", "[CS-1]", "a@x", "Re: [CS-1] ログイン"},
		{"RE: Re：返信: ログイン", "[CS-1]", "a@x", "Re: [CS-1] ログイン"},
		{"Re: [CS-1] ログイン", "[CS-1]", "a@x", "Re: [CS-1] ログイン"},
		{"", "[CS-1]", "a@x", "Re: [CS-1]"},
		{"a\r\nBcc: x@y", "", "", "a  Bcc: x@y"},
		{"Regarding", "[CS-1]", "", "[CS-1] Regarding"},
	} {
		if got := subject(Message{Subject: c.subject, Tag: c.tag, InReplyTo: c.parent}); got != c.want {
			t.Errorf("subject(%q) = %q, want %q", c.subject, got, c.want)
		}
	}
}

func TestAnUnusableMessageSaysWhichPartIsToBlame(t *testing.T) {
	for field, spoil := range map[string]func(*Message){
		"message_id": func(m *Message) { m.MessageID = "<a@b>" },
		"date":       func(m *Message) { m.Date = time.Time{} },
		"to":         func(m *Message) { m.To = nil },
		"cc":         func(m *Message) { m.Cc[0].Addr = "x@y>\r\nBcc: z@w" },
		"from":       func(m *Message) { m.From.Addr = "" },
		"reply_to":   func(m *Message) { m.ReplyTo = cases.Address{Name: "x"} },
		"text":       func(m *Message) { m.Markdown = "" },
	} {
		m := reply()
		spoil(&m)
		_, err := Compose(m)
		fe, ok := err.(*fault.Error)
		if !ok || fe.Kind != fault.Invalid || fe.Field != field || fe.Text.JA == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestAPlainMailHasNoHTML(t *testing.T) {
	m := reply()
	m.Plain, m.Markdown, m.Quote, m.Signature, m.Language = "Hello", "", nil, "", "en"
	raw := compose(t, m)
	if r := parse(t, raw); r.parts["text/plain"] != "Hello\r\n" || len(r.parts) != 1 {
		t.Errorf("mail = %s", raw)
	}
}
