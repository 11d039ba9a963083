package mailtext

import (
	"strings"

	"madoguchi/internal/mailtext/charset"
)

// maxWordBytes bounds the search for a word's end; the standard allows 75.
const maxWordBytes = 8192

// word is one encoded-word (RFC 2047) as found.
type word struct {
	charset string
	b64     bool
	text    string // the encoded text
	end     int    // offset after it
}

// decodeWords decodes the encoded-words in s, also those that break the rules:
// next to other text, in quoted strings, with blanks inside, without padding,
// with a character or a base64 group split between two words.
func decodeWords(s string) string {
	if !strings.Contains(s, "=?") {
		return s
	}
	var out strings.Builder
	for len(s) > 0 {
		i := strings.Index(s, "=?")
		if i < 0 {
			break
		}
		w, ok := readWord(s[i:])
		if !ok {
			out.WriteString(s[:i+2])
			s = s[i+2:]
			continue
		}
		out.WriteString(s[:i])
		s = s[i+w.end:]
		run := []word{w}
		for {
			// Blanks between encoded-words are not part of the text (section 6.2).
			rest := strings.TrimLeft(s, " \t\r\n")
			next, ok := readWord(rest)
			if !ok {
				break
			}
			run = append(run, next)
			s = rest[next.end:]
		}
		writeWords(&out, run)
	}
	out.WriteString(s)
	return out.String()
}

// writeWords decodes neighbouring words. Words of the same charset are joined
// as bytes first, because mailers split characters between them.
func writeWords(out *strings.Builder, run []word) {
	for i := 0; i < len(run); {
		j := i
		var raw []byte
		for j < len(run) && strings.EqualFold(run[j].charset, run[i].charset) {
			if !run[j].b64 {
				raw = append(raw, decodeQ(run[j].text)...)
				j++
				continue
			}
			// A base64 text that ends within a group goes on in the next word.
			text := run[j].text
			for j+1 < len(run) && run[j+1].b64 && strings.EqualFold(run[j+1].charset, run[i].charset) && !strings.HasSuffix(text, "=") && len(text)%4 != 0 {
				j++
				text += run[j].text
			}
			data, _ := decodeBase64([]byte(text))
			raw = append(raw, data...)
			j++
		}
		out.WriteString(charset.Decode(run[i].charset, "", raw).Text)
		i = j
	}
}

// readWord reads the encoded-word at the start of s.
func readWord(s string) (word, bool) {
	if len(s) < 8 || s[0] != '=' || s[1] != '?' {
		return word{}, false
	}
	q := strings.IndexByte(s[2:], '?')
	if q < 1 || q > 60 {
		return word{}, false
	}
	label := strings.TrimSpace(s[2 : 2+q])
	if strings.ContainsAny(label, " \t=\"<>()") {
		return word{}, false
	}
	if star := strings.IndexByte(label, '*'); star >= 0 { // RFC 2231 section 5: a language
		label = label[:star]
	}
	p := 2 + q + 1
	if p+1 >= len(s) || s[p+1] != '?' {
		return word{}, false
	}
	var b64 bool
	switch s[p] {
	case 'b', 'B':
		b64 = true
	case 'q', 'Q':
	default:
		return word{}, false
	}
	start := p + 2
	stop, end := wordEnd(s, start, b64)
	if stop < 0 {
		return word{}, false
	}
	text := s[start:stop]
	if b64 {
		text = strings.Map(func(r rune) rune {
			if r == ' ' || r == '\t' || r == '\r' || r == '\n' {
				return -1
			}
			return r
		}, text)
	}
	return word{label, b64, text, end}, true
}

// wordEnd finds where the encoded text stops and where the word ends. A word
// whose "?=" lost its "=" ends at the next blank or at the end of the field.
func wordEnd(s string, start int, b64 bool) (stop, end int) {
	for i := start; i < len(s); i++ {
		if i-start > maxWordBytes {
			return -1, -1
		}
		switch {
		case s[i] == '?' && i+1 < len(s) && s[i+1] == '=':
			if !b64 && i+3 < len(s) && isUpperHex(s[i+2]) && isUpperHex(s[i+3]) && closesLater(s[i+4:]) {
				continue // "?=E3": a question mark in the text
			}
			return i, i + 2
		case s[i] == '?' && b64 && (i+1 == len(s) || isSpace(s[i+1])):
			return i, i + 1
		case s[i] == '=' && i+1 < len(s) && s[i+1] == '?' && i > start && isSpace(s[i-1]):
			return i, i // the next word begins, this one was never closed
		}
	}
	if b64 || !strings.ContainsAny(s[start:], " \t") {
		return len(s), len(s)
	}
	return -1, -1
}

func isUpperHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'A' && c <= 'F' }

// closesLater reports whether a "?=" comes before another word and before a blank.
func closesLater(s string) bool {
	for i := 0; i+1 < len(s) && i < 200; i++ {
		if s[i] == '?' && s[i+1] == '=' {
			return true
		}
		if isSpace(s[i]) || s[i] == '=' && s[i+1] == '?' {
			return false
		}
	}
	return false
}

// decodeQ decodes the Q encoding (RFC 2047 section 4.2); a "=" without two
// digits stays as it is.
func decodeQ(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '_':
			out = append(out, ' ')
		case c == '=' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0:
			out = append(out, byte(unhex(s[i+1])<<4|unhex(s[i+2])))
			i += 2
		default:
			out = append(out, c)
		}
	}
	return out
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
