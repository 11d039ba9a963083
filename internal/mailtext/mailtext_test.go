package mailtext_test

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"madoguchi/internal/mailtext"
)

// read reads a mail written with "\n" line ends, which travel as CRLF.
func read(t *testing.T, mail string) *mailtext.Mail {
	t.Helper()
	m, err := mailtext.Read([]byte(strings.ReplaceAll(mail, "\n", "\r\n")))
	if err != nil {
		t.Fatalf("the mail was refused: %v", err)
	}
	return m
}

func iso2022jp(t *testing.T, s string) string {
	t.Helper()
	out, err := japanese.ISO2022JP.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func cp932(t *testing.T, s string) string {
	t.Helper()
	out, err := japanese.ShiftJIS.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAnInquiryInISO2022JPIsReadAsWritten(t *testing.T) {
	m := read(t, "From: =?ISO-2022-JP?B?GyRCOzNFREI7TzobKEI=?= <yamada@customer.example.jp>\nTo: support@desk.example.jp\n"+
		"Subject: =?iso-2022-jp?B?GyRCJW0lMCUkJXMkRyQtJF4kOyRzGyhC?=\nDate: Fri, 20 Nov 2026 16:42:00 +0900\nMessage-ID: <q1@customer.example.jp>\n"+
		"Content-Type: text/plain; charset=ISO-2022-JP\nContent-Transfer-Encoding: 7bit\n\n"+iso2022jp(t, "お世話になっております。\nログインできません。\n"))
	if m.From.Addr != "yamada@customer.example.jp" || m.Subject != "ログインできません" || m.MessageID != "q1@customer.example.jp" {
		t.Errorf("read From %q, Subject %q, Message-ID %q", m.From, m.Subject, m.MessageID)
	}
	if want := "お世話になっております。\nログインできません。"; m.Text != want {
		t.Errorf("Text = %q, want %q", m.Text, want)
	}
	if m.Kind != mailtext.Normal {
		t.Errorf("Kind = %s: a customer's question waits for an answer", m.Kind)
	}
}

func TestVendorLabelsAndLyingLabelsAreRead(t *testing.T) {
	const text = "①番の髙橋です。㈱テスト"
	for _, label := range []string{"cp932", "Windows-31J", "x-sjis", "MS_Kanji", "Shift_JIS", "iso-2022-jp", "us-ascii", "x-unknown", "unknown-8bit", "default"} {
		m := read(t, "From: a@b.example\nSubject: x\nContent-Type: text/plain; charset="+label+"\n\n"+cp932(t, text)+"\n")
		if m.Text != text {
			t.Errorf("CP932 labelled %s was read as %q", label, m.Text)
		}
		m = read(t, "From: a@b.example\nSubject: x\nContent-Type: text/plain; charset="+label+"\n\n"+text+"\n")
		if m.Text != text {
			t.Errorf("UTF-8 labelled %s was read as %q", label, m.Text)
		}
	}
}

func TestAnEmptyMailIsRefusedWithAReason(t *testing.T) {
	if m, err := mailtext.Read([]byte(" \r\n\r\n")); err == nil || m != nil {
		t.Errorf("Read of nothing = %v, %v", m, err)
	}
}
