package mailout

import (
	"bytes"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"testing"

	"madoguchi/terms/cases"
)

// Whatever names, subjects and ids come from outside, a mail that is composed
// has exactly the headers it should have, and they say what was meant.
func FuzzCompose(f *testing.F) {
	f.Add("田中 太郎", "件名", "[CS-1]", "a@b", "本文", "name.txt", "t@x.example")
	f.Add("a\r\nBcc: x@y", "s\nBcc: x@y", "[\r\n]", "a@b>\r\nBcc: <x@y", "\r\n.\r\n", "\"\r\n\x00", "a@b\r\nBcc: c@d")
	f.Add("=?utf-8?q?x?=", "=?UTF-8?B?=?= =?", "", "", "> a\n---\n<b>", "..", "\"a b\"@c")
	f.Add("\xff\xfe", strings.Repeat("あ", 500), "", "@", "\x1b$B", strings.Repeat("ｘ", 200), "x@[127.0.0.1]")
	f.Fuzz(func(t *testing.T, name, subj, tag, id, text, file, addr string) {
		m := reply()
		m.From.Name, m.To[0].Name, m.Cc[0] = name, name, cases.Address{Name: name, Addr: addr}
		m.Subject, m.Tag, m.InReplyTo, m.References, m.Markdown = subj, tag, id, []string{id, "r@x"}, text
		m.Signature, m.Quote.Text, m.Quote.From.Name = text, text, name
		m.Attachments = []Attachment{{Name: file, Type: file, Content: []byte(text)}}
		raw, err := Compose(m)
		if err != nil {
			return // refused, which TestAnUnusableMessage… covers
		}
		lawful(t, raw)
		r := parse(t, raw)
		allowed := []string{"Date", "From", "Reply-To", "To", "Cc", "Subject", "Message-Id", "In-Reply-To", "References", "Mime-Version", "Content-Language", "Content-Type"}
		for k, v := range r.Header {
			if !slices.Contains(allowed, k) || len(v) != 1 {
				t.Fatalf("header %s: %q", k, v)
			}
		}
		if got, want := r.text(t, "Subject"), subject(m); got != want {
			t.Fatalf("subject %q, want %q", got, want)
		}
		from, err := (&mail.AddressParser{WordDecoder: new(mime.WordDecoder)}).Parse(r.Get("From"))
		if err != nil {
			t.Fatalf("From %q: %v", r.Get("From"), err)
		}
		if want := oneLine(name); from.Name != want || from.Address != m.From.Addr {
			t.Fatalf("From %q is read as %q, want %q", r.Get("From"), from.Name, want)
		}
		if cc, err := r.AddressList("Cc"); err != nil || len(cc) != 2 {
			t.Fatalf("Cc %q is read as %v: %v", r.Get("Cc"), cc, err)
		}
		if again := compose(t, m); !bytes.Equal(raw, again) {
			t.Fatal("composing again gave other bytes")
		}
	})
}
