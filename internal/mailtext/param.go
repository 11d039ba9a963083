package mailtext

import (
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"madoguchi/internal/mailtext/charset"
)

// parseValue reads "value; name=value; …" (RFC 2045 section 5.1, RFC 2231, and
// what is sent in their name). The value and the names come in lower case.
func parseValue(s, hint string) (value string, params map[string]string) {
	head, rest := s, ""
	if i := strings.IndexAny(s, ";"); i >= 0 {
		head, rest = s[:i], s[i+1:]
	}
	head = strings.TrimSpace(head)
	// "application/pdf name=x": the semicolon was forgotten.
	if i := strings.IndexAny(head, " \t"); i >= 0 && strings.Contains(head, "=") {
		rest = strings.TrimSpace(head[i:]) + ";" + rest
		head = head[:i]
	} else if i >= 0 {
		head = head[:i]
	}
	if strings.Contains(head, "=") && !strings.Contains(head, "/") {
		rest, head = head+";"+rest, ""
	}
	return strings.ToLower(strings.Trim(head, "\"' \t")), parseParams(rest, hint)
}

// segment is one piece of a parameter that is split as RFC 2231 section 3 says.
type segment struct {
	index   int
	encoded bool
	value   string
}

func parseParams(s, hint string) map[string]string {
	plain := map[string]string{}
	pieces := map[string][]segment{}
	for count := 0; len(s) > 0 && count < 1000; count++ {
		s = strings.TrimLeft(s, "; \t\r\n,")
		eq := strings.IndexAny(s, "=;")
		if eq < 0 {
			break
		}
		if s[eq] == ';' {
			s = s[eq+1:]
			continue
		}
		name := strings.ToLower(strings.TrimSpace(s[:eq]))
		if bare := strings.TrimSpace(strings.TrimSuffix(name, "*")); bare != "" && len(bare) < len(name)-1 && !strings.ContainsAny(bare, " \t") {
			name = bare + "*" // a blank before the star
		}
		if i := strings.LastIndexAny(name, " \t\""); i >= 0 {
			name = name[i+1:]
		}
		var value string
		value, s = paramValue(s[eq+1:])
		base, index, encoded := splitParamName(name)
		if base == "" {
			continue
		}
		if index < 0 && !encoded {
			if old, dup := plain[base]; !dup || old == "" {
				plain[base] = value
			}
			continue
		}
		pieces[base] = append(pieces[base], segment{index, encoded, value})
	}
	for name, v := range plain {
		if name != "boundary" {
			plain[name] = looseParam(v, hint)
		}
	}
	for name, segs := range pieces {
		v := joinSegments(segs, hint)
		if old, ok := plain[name]; v == "" || ok && old != "" && strings.Contains(v, "\uFFFD") {
			continue
		}
		plain[name] = v
	}
	return plain
}

// splitParamName splits "filename*0*" into its parts; index is -1 without one.
func splitParamName(name string) (base string, index int, encoded bool) {
	base, rest, star := strings.Cut(name, "*")
	if !star {
		return base, -1, false
	}
	if rest == "" {
		return base, -1, true
	}
	if strings.HasSuffix(rest, "*") {
		encoded, rest = true, strings.TrimSuffix(rest, "*")
	}
	n, err := strconv.Atoi(rest)
	if err != nil || n < 0 || n > 999 {
		return base, -1, true
	}
	return base, n, encoded
}

// paramValue reads a value, quoted or not, up to the next parameter.
func paramValue(s string) (value, rest string) {
	s = strings.TrimLeft(s, " \t\r\n")
	if s == "" {
		return "", ""
	}
	if inner, ok := strings.CutPrefix(s, `\"`); ok { // quotes that something quoted once more
		if value, rest, ok := strings.Cut(inner, `\"`); ok {
			return value, rest
		}
	}
	if s[0] != '"' {
		return tokenValue(s)
	}
	var out strings.Builder
	i := 1
	for ; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\') {
			i++
			out.WriteByte(s[i])
			continue
		}
		if s[i] == '"' {
			break
		}
		out.WriteByte(s[i])
	}
	if i >= len(s) { // never closed: up to the next parameter
		value, rest = tokenValue(s[1:])
		return value, rest
	}
	value, rest = out.String(), s[i+1:]
	if value == "" && rest != "" && rest[0] != ';' && !isSpace(rest[0]) { // ""value""
		return tokenValue(rest)
	}
	// A value in several quoted strings is one value.
	for next := strings.TrimLeft(rest, " \t\r\n"); strings.HasPrefix(next, "\""); next = strings.TrimLeft(rest, " \t\r\n") {
		end := strings.IndexByte(next[1:], '"')
		if end < 0 {
			break
		}
		value += " " + next[1:1+end]
		rest = next[end+2:]
	}
	// `"a" b.txt"`: text before the next semicolon that is no parameter.
	if semi := strings.IndexByte(rest, ';'); semi >= 0 {
		if !strings.Contains(rest[:semi], "=") {
			rest = rest[semi+1:]
		}
	}
	return value, rest
}

// tokenValue reads an unquoted value: up to a semicolon, or up to a blank that
// another "name=" follows. Blanks inside (file names) are kept.
func tokenValue(s string) (value, rest string) {
	end := strings.IndexByte(s, ';')
	if end < 0 {
		end = len(s)
	}
	value, rest = s[:end], s[end:]
	for i := 0; i < len(value); i++ {
		if value[i] != ' ' && value[i] != '\t' {
			continue
		}
		tail := strings.TrimLeft(value[i:], " \t")
		if strings.HasPrefix(tail, "(") { // a comment
			value = value[:i]
			break
		}
		if n := nameLength(tail); n > 0 {
			rest = tail + rest
			value = value[:i]
			break
		}
	}
	return strings.Trim(value, " \t\r\n\""), rest
}

// nameLength returns the length of a known parameter's "name=" at the start of
// s, else 0.
func nameLength(s string) int {
	eq := strings.IndexByte(s, '=')
	if eq < 1 || eq > 20 {
		return 0
	}
	base, _, _ := splitParamName(strings.ToLower(strings.TrimSpace(s[:eq])))
	switch base {
	case "name", "filename", "charset", "boundary", "type", "format", "delsp", "size", "method", "protocol", "micalg", "smime-type", "report-type", "x-unix-mode", "creation-date", "modification-date", "start", "x-mac-type", "x-mac-creator":
		return eq + 1
	}
	return 0
}

// joinSegments puts the pieces of a parameter together and decodes them.
func joinSegments(segs []segment, hint string) string {
	sort.SliceStable(segs, func(i, j int) bool { return segs[i].index < segs[j].index })
	label, first := "", true
	var raw []byte
	open := "" // what an encoded piece ends with when it was cut inside %XX
	anyEncoded := false
	last := -2
	for _, seg := range segs {
		if seg.index >= 0 && seg.index == last { // the same piece twice
			continue
		}
		if seg.index < 0 && !first {
			continue
		}
		last = seg.index
		v := seg.value
		if first && (seg.encoded || looksExtended(v)) {
			if a, text, ok := splitExtended(v); ok {
				label, v = a, text
				anyEncoded = true
			}
		}
		first = false
		if seg.encoded || anyEncoded && strings.Contains(v, "%") {
			anyEncoded = true
			v = open + v
			open = ""
			if i := strings.LastIndexByte(v, '%'); i >= 0 && i > len(v)-3 {
				v, open = v[:i], v[i:]
			}
			raw = append(raw, percent(v)...)
			continue
		}
		raw = append(append(raw, open...), v...)
		open = ""
	}
	raw = append(raw, open...)
	if label == "" {
		label = hint
		if utf8.Valid(raw) {
			label = "utf-8"
		}
	}
	return decodeWords(charset.Decode(label, hint, raw).Text)
}

// splitExtended splits "charset'language'text" (RFC 2231 section 4), and what is
// meant by it: one quote only, two double ones, or quotes around a plain name.
func splitExtended(v string) (label, text string, ok bool) {
	if a, rest, found := strings.Cut(v, "'"); found {
		_, text, whole := strings.Cut(rest, "'")
		switch {
		case whole && (a != "" || text != ""):
			return a, text, true
		case a == "" && whole:
			return "", strings.TrimSuffix(rest, "'"), true
		case charset.Known(a):
			return a, rest, true
		}
	}
	if a, rest, found := strings.Cut(v, `""`); found && charset.Known(a) {
		return a, rest, true
	}
	return "", v, false
}

// looksExtended reports "charset'language'%XX…" in a value without the star
// that should say so.
func looksExtended(v string) bool {
	label, rest, ok := strings.Cut(v, "'")
	if !ok || !charset.Known(label) {
		return false
	}
	_, text, ok := strings.Cut(rest, "'")
	return ok && strings.Contains(text, "%")
}

// looseParam decodes what a plain value must not contain but does: encoded-words,
// the extended syntax without its star, percent-encoded UTF-8.
func looseParam(v, hint string) string {
	if strings.Contains(v, "=?") {
		return strings.TrimSpace(decodeWords(v))
	}
	if looksExtended(v) {
		return joinSegments([]segment{{-1, true, v}}, hint)
	}
	if n := len(v); n > 2 && v[0] == '\'' && v[n-1] == '\'' && !strings.Contains(v[1:n-1], "'") {
		v = v[1 : n-1] // quoted in the wrong way
	}
	if strings.Count(v, "%") >= 3 {
		if raw := percent(v); utf8.Valid(raw) && len(raw) < len(v) && utf8.RuneCount(raw) < len(raw) {
			return string(raw)
		}
	}
	return v
}

func percent(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0 {
			out = append(out, byte(unhex(s[i+1])<<4|unhex(s[i+2])))
			i += 2
			continue
		}
		out = append(out, s[i])
	}
	return out
}
