package mailtext

import "strings"

const maxAddresses = 10000

// Address is one mailbox. Addr is as written, without angle brackets and
// comments; it is empty where a mail gives only a name.
type Address struct{ Name, Addr string }

// ParseAddresses reads an address list (RFC 5322 section 3.4, with the obsolete
// forms and what is sent in their name). s is a header's value in UTF-8,
// encoded-words not yet decoded. Groups are dissolved into their members.
func ParseAddresses(s string) []Address {
	p := addressParser{s: s}
	p.list()
	return p.out
}

// addressParser collects the parts of one address until a separator ends it.
type addressParser struct {
	s   string
	out []Address

	phrase  []string // words before "<"
	quoted  bool     // the phrase has a quoted string
	comment string   // the last comment
	addr    string   // inside "<>"
	angle   bool
	open    bool   // a bracket that never closes was met: brackets are letters now
	held    string // a phrase that a comma ended: perhaps "Family, Given <…>"
}

func (p *addressParser) list() {
	s := p.s
	for i := 0; i < len(s) && len(p.out) < maxAddresses; {
		switch c := s[i]; {
		case c == '"':
			if p.angle && p.addr != "" { // text after "<…>" belongs to no one
				_, i = quotedString(s, i)
				continue
			}
			text, next := quotedString(s, i)
			// "a b"@example.com: the local part keeps its quotes.
			if next < len(s) && s[next] == '@' {
				end := atomEnd(s, next)
				p.word(s[i:end], false)
				i = end
				continue
			}
			p.word(text, true)
			i = next
		case c == '(' && !p.open:
			text, next, closed := commentText(s, i)
			if !closed {
				p.open = true
				i++
				continue
			}
			p.comment, i = text, next
		case c == '<':
			end := angleEnd(s, i+1)
			inner := s[i+1 : end]
			if p.angle && strings.Contains(p.addr, "@") { // a second one without a comma
				p.flush(false)
			}
			p.addr, p.angle = cleanAddr(inner), true
			i = end
			if i < len(s) && s[i] == '>' {
				i++
			}
		case c == ',' || c == ';':
			p.flush(c == ',')
			i++
		case c == ':':
			// A group's name, unless it is a URL-like word ("mailto:a@b").
			if len(p.phrase) == 1 && strings.EqualFold(p.phrase[0], "mailto") || !p.angle {
				p.phrase, p.quoted, p.comment = nil, false, ""
			}
			i++
		case c == '>' || c == '(' || isSpace(c):
			i++
		default:
			end := atomEnd(s, i)
			p.word(s[i:end], false)
			i = end
		}
	}
	p.flush(false)
	p.release()
}

func (p *addressParser) word(text string, quoted bool) {
	if p.angle {
		return // words after "<…>"
	}
	p.phrase = append(p.phrase, text)
	p.quoted = p.quoted || quoted
}

// flush ends one address.
func (p *addressParser) flush(comma bool) {
	phrase, quoted, angle, addr, comment := p.phrase, p.quoted, p.angle, p.addr, p.comment
	p.phrase, p.quoted, p.angle, p.addr, p.comment = nil, false, false, "", ""
	name := strings.Join(phrase, " ")
	switch {
	case angle && addr == "" && strings.Contains(name, "@") && len(phrase) == 1:
		p.emit("", cleanAddr(name))
	case angle:
		if p.held != "" && !quoted && !strings.Contains(p.held, "@") {
			name = strings.TrimSpace(p.held + ", " + name)
			p.held = ""
		}
		p.release()
		if name == "" {
			name = comment
		}
		if addr != "" || name != "" {
			p.emit(name, addr)
		}
	case name == "":
	case strings.Contains(name, "@"):
		p.release()
		p.bare(phrase, comment)
	case comma && p.held == "":
		p.held = name
	default:
		p.release()
		p.held = name
	}
}

// bare emits an address written without angle brackets.
func (p *addressParser) bare(phrase []string, comment string) {
	at, count, split := -1, 0, false
	for i, w := range phrase {
		if strings.Contains(w, "@") {
			at = i
			count++
		}
		split = split || w == "." || strings.HasPrefix(w, ".") || strings.HasSuffix(w, ".") && i+1 < len(phrase) && count > 0 || strings.HasPrefix(w, "@") || strings.HasSuffix(w, "@")
	}
	addr := phrase[at]
	switch {
	case count == 1 && split: // RFC 5322 section 4.4: blanks around "@" and "."
		addr = strings.Join(phrase, "")
		phrase = nil
		at = 0
	case count == len(phrase) && count > 1: // commas were forgotten
		for _, w := range phrase {
			p.emit("", cleanAddr(w))
		}
		return
	}
	name := comment
	if len(phrase) > 1 && name == "" {
		name = strings.Join(append(append([]string(nil), phrase[:at]...), phrase[at+1:]...), " ")
	}
	p.emit(name, cleanAddr(addr))
}

// release emits a phrase that turned out to stand alone: a name without an
// address (a local user, a list's label).
func (p *addressParser) release() {
	if p.held == "" {
		return
	}
	p.emit(p.held, "")
	p.held = ""
}

func (p *addressParser) emit(name, addr string) {
	if a := (Address{Name: cleanName(name), Addr: addr}); a != (Address{}) {
		p.out = append(p.out, a)
	}
}

func cleanName(s string) string {
	s = strings.TrimSpace(decodeWords(s))
	if n := len(s); n >= 2 && (s[0] == '"' && s[n-1] == '"' || s[0] == '\'' && s[n-1] == '\'') {
		s = strings.TrimSpace(s[1 : n-1])
	}
	return strings.Join(strings.Fields(s), " ")
}

// cleanAddr removes routes, comments, blanks and a stray "mailto:" from an address.
func cleanAddr(s string) string {
	s = strings.TrimSpace(s)
	if strings.Contains(s, "=?") {
		s = decodeWords(s)
	}
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s = s[7:]
	}
	s = strings.TrimLeft(s, "<")
	if i := strings.IndexByte(s, '<'); i > 0 && strings.Contains(s[:i], "@") { // Outlook's text: a@b<mailto:a@b>
		s = s[:i]
	}
	if i := strings.IndexByte(s, ':'); i > 0 && strings.HasSuffix(s, ";") && !strings.Contains(s[:i], "@") { // a group in brackets
		s = strings.TrimSpace(s[i+1 : len(s)-1])
	}
	if words := strings.Fields(s); len(words) > 1 && !strings.Contains(s, "\"") { // <name user@host>
		if last := words[len(words)-1]; strings.Count(s, "@") == 1 && strings.IndexByte(last, '@') > 0 && !strings.HasSuffix(last, "@") && strings.IndexAny(words[len(words)-2], ".+-_(") < len(words[len(words)-2])-1 {
			s = last
		}
	}
	if strings.HasPrefix(s, "@") { // a source route: <@a,@b:user@host>
		if i := strings.IndexByte(s, ':'); i > 0 {
			s = s[i+1:]
		}
	}
	if !strings.ContainsAny(s, " \t()\"'") {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); {
		switch s[i] {
		case '"':
			_, next := quotedString(s, i)
			out.WriteString(s[i:next])
			i = next
		case '(':
			_, i, _ = commentText(s, i)
		case ' ', '\t', '\r', '\n':
			i++
		default:
			out.WriteByte(s[i])
			i++
		}
	}
	return strings.Trim(out.String(), "'")
}

// quotedString reads a quoted string at s[i] and returns its text and the
// offset after it. One that is never closed ends before "<" or at the end.
func quotedString(s string, i int) (text string, next int) {
	var out strings.Builder
	for j := i + 1; j < len(s); j++ {
		switch {
		case s[j] == '\\' && j+1 < len(s):
			j++
			out.WriteByte(s[j])
		case s[j] == '"':
			return out.String(), j + 1
		default:
			out.WriteByte(s[j])
		}
	}
	end := len(s)
	if lt := strings.IndexByte(s[i:], '<'); lt > 0 {
		end = i + lt
	}
	return strings.Trim(s[i+1:end], " \t\""), end
}

// commentText reads a comment at s[i], nested ones included. closed is false
// for one that runs to the end.
func commentText(s string, i int) (text string, next int, closed bool) {
	depth := 0
	var out strings.Builder
	for j := i; j < len(s); j++ {
		c := s[j]
		switch {
		case c == '\\' && j+1 < len(s):
			j++
			out.WriteByte(s[j])
			continue
		case c == '(':
			if depth++; depth == 1 {
				continue
			}
		case c == ')':
			if depth--; depth == 0 {
				return strings.TrimSpace(out.String()), j + 1, true
			}
		}
		out.WriteByte(c)
	}
	return strings.TrimSpace(out.String()), len(s), false
}

// angleEnd returns the offset of the ">" that closes an address, or of the
// place where the address ends without one.
func angleEnd(s string, i int) int {
	for j := i; j < len(s); j++ {
		switch s[j] {
		case '>':
			return j
		case '"':
			if _, next := quotedString(s, j); next <= len(s) && next > j {
				j = next - 1
			}
		case ',':
			if s[i] != '@' { // not a route
				return j
			}
		}
	}
	return len(s)
}

// atomEnd returns the end of a word. An encoded-word is one, whatever it has in it.
func atomEnd(s string, i int) int {
	for j := i; j < len(s); j++ {
		if s[j] == '=' && j+1 < len(s) && s[j+1] == '?' {
			if w, ok := readWord(s[j:]); ok {
				j += w.end - 1
				continue
			}
		}
		if s[j] == ':' && j > i && j+1 < len(s) && strings.Contains(s[i:j], "@") {
			continue
		}
		if s[j] == '[' { // a domain literal
			if end := strings.IndexByte(s[j:min(len(s), j+64)], ']'); end > 0 && end < 64 {
				j += end
				continue
			}
		}
		if isSpace(s[j]) || strings.IndexByte("\"(<>,;:", s[j]) >= 0 {
			if j == i {
				return i + 1
			}
			return j
		}
	}
	return len(s)
}
