package mailtext

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"madoguchi/internal/mailtext/charset"
)

const (
	maxFields      = 2000    // header fields kept of one header
	maxFieldBytes  = 1 << 17 // bytes kept of one field, unfolded
	maxHeaderBytes = 1 << 20 // bytes of a header that are looked at
)

// Header is the header of a mail or of one of its parts, in the order sent.
// Names are compared without regard to case.
type Header struct {
	fields []field
	hint   string // a charset named elsewhere in the mail, for raw 8-bit values
}

type field struct {
	name  string
	value []byte // unfolded, not decoded
}

// Get returns the first value of a field that is not empty, decoded (RFC 2047,
// raw 8-bit text), or "".
func (h Header) Get(name string) string { return h.text(h.raw(name)) }

// Values returns the decoded values of every field of that name.
func (h Header) Values(name string) []string {
	var out []string
	for _, f := range h.fields {
		if strings.EqualFold(f.name, name) {
			out = append(out, h.text(f.value))
		}
	}
	return out
}

// Has reports whether a field of that name exists, even an empty one.
func (h Header) Has(name string) bool {
	for _, f := range h.fields {
		if strings.EqualFold(f.name, name) {
			return true
		}
	}
	return false
}

// Names returns the fields' names in the order sent, each as often as it occurs.
func (h Header) Names() []string {
	out := make([]string, len(h.fields))
	for i, f := range h.fields {
		out[i] = f.name
	}
	return out
}

// raw returns the first value that is not blank, else nil.
func (h Header) raw(name string) []byte {
	for _, f := range h.fields {
		if strings.EqualFold(f.name, name) && !isBlank(f.value) {
			return f.value
		}
	}
	return nil
}

// plain returns the first value as text without decoding encoded-words.
func (h Header) plain(name string) string { return h.utf8(h.raw(name)) }

func (h Header) utf8(value []byte) string {
	text := charset.Decode("", h.hint, bytes.Trim(value, " \t\x00")).Text
	if strings.IndexByte(text, 0) >= 0 {
		text = strings.ReplaceAll(text, "\x00", "")
	}
	return text
}

func (h Header) text(value []byte) string {
	if len(value) == 0 {
		return ""
	}
	return strings.TrimSpace(decodeWords(h.utf8(value)))
}

// parseHeader reads the header at the start of b and returns it with the body
// after it. It never fails: what is no header is left in the body.
func parseHeader(b []byte, note func(Defect)) (h Header, body []byte) {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	budget := maxHeaderBytes
	for len(b) > 0 {
		line, rest := nextLine(b)
		if len(line) == 0 {
			return h, rest
		}
		if budget -= len(line); budget < 0 {
			note(Defect{Kind: HeaderTooLong})
			return h, skipHeader(b)
		}
		switch name, value := splitField(line); {
		case name != "":
			h.add(name, value)
		case isSpace(line[0]):
			if isBlank(line) && !continues(rest) {
				return h, rest
			}
			if len(h.fields) == 0 {
				if name, value := splitField(bytes.TrimLeft(line, " \t")); name != "" {
					note(Defect{Kind: HeaderMalformed, Detail: "the first field is indented"})
					h.add(name, value)
				}
				break
			}
			h.extend(line)
		case isMboxLine(line):
		case lacksColon(line) && (headerFollows(rest) || isBlank(firstLine(rest))):
			note(Defect{Kind: HeaderMalformed, Detail: "a field without its colon"})
			blank := bytes.IndexAny(line, " \t")
			h.add(string(line[:blank]), bytes.TrimLeft(line[blank:], " \t"))
		case isOddField(line):
			note(Defect{Kind: HeaderMalformed, Detail: "a field's name has blanks"})
			colon := bytes.IndexByte(line, ':')
			h.add(string(bytes.TrimSpace(line[:colon])), bytes.TrimLeft(line[colon+1:], " \t"))
		case !bytes.HasPrefix(line, []byte("--")) && headerFollows(rest):
			note(Defect{Kind: HeaderMalformed, Detail: "a line is neither a field nor a continuation"})
			h.extend(append([]byte(" "), line...))
		default:
			note(Defect{Kind: HeaderUnterminated})
			return h, b
		}
		b = rest
	}
	return h, nil
}

func (h *Header) add(name string, value []byte) {
	if len(h.fields) < maxFields {
		if len(value) > maxFieldBytes {
			value = value[:maxFieldBytes]
		}
		h.fields = append(h.fields, field{name, value[:len(value):len(value)]})
	}
}

// extend continues the last field. The fold itself is no part of the value
// (RFC 5322 section 2.2.3).
func (h *Header) extend(line []byte) {
	if n := len(h.fields); n > 0 && len(h.fields[n-1].value)+len(line) <= maxFieldBytes {
		h.fields[n-1].value = append(h.fields[n-1].value, line...)
	}
}

// splitField splits "Name: value"; name is "" when the line is no field.
// Blanks before the colon are tolerated (RFC 5322 section 4.5.8).
func splitField(line []byte) (name string, value []byte) {
	colon := bytes.IndexByte(line, ':')
	if colon < 1 || colon > 200 {
		return "", nil
	}
	n := colon
	for n > 0 && (line[n-1] == ' ' || line[n-1] == '\t') {
		n--
	}
	if n == 0 {
		return "", nil
	}
	for _, c := range line[:n] {
		if c <= ' ' || c >= 0x7f {
			return "", nil
		}
	}
	return string(line[:n]), bytes.TrimLeft(line[colon+1:], " \t")
}

// isOddField reports a private field whose name breaks the rules: it starts
// like one ("X-") and has a colon.
func isOddField(line []byte) bool {
	return len(line) > 3 && (line[0] == 'X' || line[0] == 'x') && line[1] == '-' && bytes.IndexByte(line, ':') > 2
}

// lacksColon reports a line that is a well-known field but for its colon.
func lacksColon(line []byte) bool {
	blank := bytes.IndexAny(line, " \t")
	if blank < 2 || blank > 30 || isBlank(line[blank:]) || line[0] < 'A' || line[0] > 'Z' {
		return false
	}
	switch strings.ToLower(string(line[:blank])) {
	case "subject", "to", "cc", "date", "message-id", "reply-to", "in-reply-to", "references", "mime-version", "content-type", "content-transfer-encoding", "content-disposition":
		return true
	}
	return false
}

// guessHint finds the encoding of the raw 8-bit values of a header that no other
// label names: all of them together say more than each alone.
func (h *Header) guessHint() {
	if name := charset.Canonical(h.hint); name != "" && name != "us-ascii" && name != "utf-8" && name != "windows-1252" {
		return
	}
	var raw []byte
	for _, f := range h.fields {
		switch strings.ToLower(f.name) {
		case "from", "to", "cc", "reply-to", "sender", "subject", "organization", "comments":
			if hasHigh(f.value) {
				raw = append(append(raw, f.value...), ' ')
			}
		}
	}
	if len(raw) == 0 || utf8.Valid(raw) {
		return
	}
	switch r := charset.Decode("", h.hint, raw); r.Used {
	case "shift_jis", "euc-jp", "euc-kr", "gb18030", "big5": // where short words look alike
		if r.Bad == 0 {
			h.hint = r.Used
		}
	}
}

// isMboxLine reports the separator of an mbox file.
func isMboxLine(line []byte) bool {
	rest, ok := bytes.CutPrefix(bytes.TrimPrefix(line, []byte(">")), []byte("From "))
	return ok && !bytes.HasPrefix(bytes.TrimLeft(rest, " "), []byte(":"))
}

// continues reports whether a header goes on after a line of blanks only, of
// which there may be a few.
func continues(b []byte) bool {
	line, rest := nextLine(b)
	for i := 0; i < 5 && len(line) > 0 && isBlank(line); i++ {
		line, rest = nextLine(rest)
	}
	if len(line) == 0 {
		return false
	}
	name, _ := splitField(line)
	return name != "" || isSpace(line[0]) && !isBlank(line)
}

// headerFollows looks a few lines ahead of a line that is no field: a header
// goes on when a well-known field comes before the next empty line.
func headerFollows(b []byte) bool {
	for i := 0; i < 8 && len(b) > 0; i++ {
		line, rest := nextLine(b)
		if len(line) == 0 {
			return false
		}
		if name, _ := splitField(line); name != "" && wellKnown(name) {
			return true
		}
		if isOddField(line) {
			return true
		}
		b = rest
	}
	return false
}

// wellKnown reports names that ordinary prose does not put before a colon at
// the start of a line.
func wellKnown(name string) bool {
	switch strings.ToLower(name) {
	case "from", "to", "cc", "subject", "date", "message-id", "mime-version", "received", "return-path", "reply-to", "sender", "in-reply-to", "references":
		return true
	}
	return len(name) > 8 && strings.EqualFold(name[:8], "content-") || len(name) > 2 && strings.EqualFold(name[:2], "x-")
}

func skipHeader(b []byte) []byte {
	for len(b) > 0 {
		line, rest := nextLine(b)
		b = rest
		if len(line) == 0 {
			break
		}
	}
	return b
}

// skipLeading removes what storage and transport put before a mail: blank
// lines and one mbox separator.
func skipLeading(b []byte) []byte {
	trimmed := bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	for i := 0; i < 100 && len(trimmed) > 0; i++ {
		line, rest := nextLine(trimmed)
		if !isBlank(line) && !isMboxLine(line) {
			break
		}
		trimmed = bytes.TrimPrefix(rest, []byte("\xef\xbb\xbf"))
	}
	if name, _ := splitField(bytes.TrimLeft(firstLine(trimmed), " \t")); name != "" {
		return trimmed
	}
	if line, rest := nextLine(b); isMboxLine(line) {
		return rest
	}
	return b
}

func firstLine(b []byte) []byte { line, _ := nextLine(b); return line }
