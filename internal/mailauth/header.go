package mailauth

import (
	"bytes"
	"strings"
)

// field is one header field, unfolded.
type field struct{ name, value string }

// header is a mail's header, from the top.
type header []field

// maxHeader is how much of a mail is looked at for header fields, in bytes.
const maxHeader = 1 << 20

// readHeader takes the fields of a mail as they stand. It is tolerant: what
// is no field is skipped, blanks before the colon are not part of the name,
// since mail programs do not see them either.
func readHeader(raw []byte) header {
	if len(raw) > maxHeader {
		raw = raw[:maxHeader]
	}
	var h header
	for line := range bytes.Lines(raw) {
		text := strings.TrimRight(string(line), "\r\n")
		if text == "" {
			break
		}
		if text[0] == ' ' || text[0] == '\t' {
			if n := len(h); n > 0 {
				h[n-1].value += " " + strings.TrimSpace(text)
			}
			continue
		}
		if name, value, ok := strings.Cut(text, ":"); ok {
			h = append(h, field{strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)})
		}
	}
	return h
}

// all returns the values of every field of that name, from the top.
func (h header) all(name string) []string {
	var out []string
	for _, f := range h {
		if f.name == name {
			out = append(out, f.value)
		}
	}
	return out
}
