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
