package mailtext

import "testing"

func TestATextFileIsReadInItsCharset(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"UTF-8":       {"監査ログ", "監査ログ"},
		"with a mark": {"\xef\xbb\xbf監査", "監査"},
		"Shift_JIS":   {"\x8a\xc4\x8d\xb8\x83\x8d\x83O\x82\xf0\x8am\x94F\x82\xb5\x82\xdc\x82\xb5\x82\xbd", "監査ログを確認しました"},
		"ISO-2022-JP": {"\x1b$B4F::\x1b(B log", "監査 log"},
		"UTF-16LE":    {"\xff\xfe\xe3\x76\x0a\x00", "監\n"},
		"UTF-16BE":    {"\xfe\xff\x76\xe3\x00\x0a", "監\n"},
		"ASCII":       {"a,b\r\n1,2\r\n", "a,b\r\n1,2\r\n"},
	} {
		if got, ok := PlainText([]byte(c.data)); !ok || got != c.want {
			t.Errorf("%s: %q, %v; want %q", name, got, ok, c.want)
		}
	}
	for _, binary := range []string{"\x7fELF\x02\x01\x01\x00\x00", "PK\x03\x04\x00\x00", "\xff\xfe\x00\xd8\x00"} {
		if got, ok := PlainText([]byte(binary)); ok {
			t.Errorf("%q is taken for the text %q", binary, got)
		}
	}
}

func TestAMailThatCameAsAFileIsShownAsItReads(t *testing.T) {
	raw := "From: =?utf-8?B?5bGx55Sw?= <yamada@aoba.example>\r\nTo: support@desk.example\r\nDate: Fri, 20 Nov 2026 16:42:00 +0900\r\nSubject: =?iso-2022-jp?B?GyRCN29MPhsoQg==?=\r\n" +
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=Shift_JIS\r\n\r\n\x96{\x95\xb6\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF\r\n--b--\r\n"
	want := "From: 山田 <yamada@aoba.example>\nTo: support@desk.example\nDate: 2026-11-20 16:42 +0900\nSubject: 件名\nFile: a.pdf\n\n本文\n"
	if got, ok := MailFile([]byte(raw)); !ok || got != want {
		t.Errorf("%q, %v", got, ok)
	}
	for _, none := range []string{"", "\x00\x01\x02", "just a text\n"} {
		if got, ok := MailFile([]byte(none)); ok {
			t.Errorf("%q is taken for the mail %q", none, got)
		}
	}
}
