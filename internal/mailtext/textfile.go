package mailtext

import (
	"bytes"
	"strings"

	"madoguchi/internal/mailtext/charset"
)

// PlainText reads a file that is a text in whatever charset, for showing it.
// ok is false for a file that is none: one with bytes that no charset
// explains, or with zero bytes and no mark of UTF-16 before them.
func PlainText(data []byte) (text string, ok bool) {
	label := ""
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		label = "utf-16"
	case bytes.IndexByte(data, 0) >= 0:
		return "", false
	}
	r := charset.Decode(label, "", data)
	if r.Bad > 0 || strings.ContainsRune(r.Text, 0) {
		return "", false
	}
	return strings.TrimPrefix(r.Text, "\ufeff"), true
}
