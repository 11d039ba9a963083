package mailout

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"madoguchi/terms/cases"
)

// lineLength is where header lines are folded (RFC 5322 2.1.1).
const lineLength = 76

// header collects fields in the order they are written.
type header struct{ b strings.Builder }

// add writes a field whose value is the program's own and short.
func (h *header) add(name, value string) { fmt.Fprintf(&h.b, "%s: %s\r\n", name, value) }

// words writes a field of words that may be folded between any two.
func (h *header) words(name string, words []string) {
	h.b.WriteString(name + ":")
	n := len(name) + 1
	for i, w := range words {
		if i > 0 && n+1+len(w) > lineLength {
			h.b.WriteString("\r\n")
			n = 0
		}
		h.b.WriteString(" " + w)
		n += 1 + len(w)
	}
	h.b.WriteString("\r\n")
}

// text writes an unstructured field.
func (h *header) text(name, value string) { h.words(name, textWords(value, len(name)+2)) }

// ids writes Message-IDs.
func (h *header) ids(name string, ids []string) {
	var words []string
	for _, id := range ids {
		words = append(words, "<"+id+">")
	}
	h.words(name, words)
}

// addresses writes an address list, or nothing for none.
func (h *header) addresses(name string, list []cases.Address) {
	var words []string
	for i, a := range list {
		w := addressWords(a, len(name)+2)
		if i < len(list)-1 {
			w[len(w)-1] += ","
		}
		words = append(words, w...)
	}
	if len(words) > 0 {
		h.words(name, words)
	}
}

// addressWords is one address as words to fold between.
func addressWords(a cases.Address, indent int) []string {
	name := oneLine(a.Name)
	switch {
	case name == "":
		return []string{"<" + mailbox(a.Addr) + ">"}
	case plainPhrase(name):
		return append(strings.Fields(name), "<"+mailbox(a.Addr)+">")
	case isASCII(name) && len(name) < 60 && !strings.Contains(name, "=?"):
		return []string{`"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`, "<" + mailbox(a.Addr) + ">"}
	}
	return append(encodedWords(name, indent), "<"+mailbox(a.Addr)+">")
}

// plainPhrase reports whether a name is atoms and single blanks (RFC 5322 3.2.3).
func plainPhrase(s string) bool {
	for _, w := range strings.Split(s, " ") {
		if w == "" || len(w) > 60 {
			return false
		}
		for i := range len(w) {
			c := w[i]
			if c >= utf8.RuneSelf || !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("!#$%&'*+-/^_`{|}~", c) >= 0) {
				return false
			}
		}
	}
	return true
}

// textWords is an unstructured text as words to fold between. Words in ASCII
// at its beginning, such as the case's tag, stay readable for filters; from
// the first other word on everything is encoded, blanks included, since blanks
// between encoded words do not count (RFC 2047 6.2).
func textWords(s string, indent int) []string {
	words := strings.Split(s, " ")
	var out []string
	for i, w := range words {
		if w == "" || !isASCII(w) || len(w) > 60 || strings.Contains(w, "=?") {
			rest := strings.Join(words[i:], " ")
			if rest == "" {
				return append(out, "")
			}
			return append(out, encodedWords(rest, indent+len(strings.Join(out, " ")))...)
		}
		out = append(out, w)
	}
	return out
}

// encodedWords splits a text into encoded-words of at most 75 characters, none
// of which splits a character (RFC 2047 2 and 5). The first leaves room for
// what stands before it in its line.
func encodedWords(s string, indent int) []string {
	const frame = len("=?UTF-8?B?" + "?=")
	room := func(used int) int { return max((lineLength-1-frame-used)/4*3, 6) }
	limit := room(min(indent%lineLength, lineLength))
	var out []string
	for s != "" {
		n := 0
		for n < len(s) {
			_, size := utf8.DecodeRuneInString(s[n:])
			if n+size > limit && n > 0 {
				break
			}
			n += size
		}
		out = append(out, "=?UTF-8?B?"+base64.StdEncoding.EncodeToString([]byte(s[:n]))+"?=")
		s = s[n:]
		limit = room(0)
	}
	return out
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// fileName writes a file's name as parameters of a field that is already begun:
// RFC 2231 for a name outside ASCII or a long one, in pieces so that lines stay short.
func fileName(param, name string) string {
	if isASCII(name) && len(name) <= 60 {
		return ";\r\n " + param + `="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
	}
	var pieces []string
	piece := "UTF-8''"
	for _, r := range name {
		c := strings.ReplaceAll(url.QueryEscape(string(r)), "+", "%20")
		if len(piece)+len(c) > 60 {
			pieces, piece = append(pieces, piece), ""
		}
		piece += c
	}
	pieces = append(pieces, piece)
	if len(pieces) == 1 {
		return ";\r\n " + param + "*=" + pieces[0]
	}
	var b strings.Builder
	for i, p := range pieces {
		fmt.Fprintf(&b, ";\r\n %s*%d*=%s", param, i, p)
	}
	return b.String()
}
