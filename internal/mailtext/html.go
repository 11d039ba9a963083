package mailtext

import (
	"bytes"
	"html"
	"strings"
)

// HTMLText returns what a reader of the HTML sees, as plain text: blocks on
// lines of their own, list items with "- ", quoted mails with "> ". Scripts,
// styles and comments are left out.
func HTMLText(s string) string {
	w := htmlWriter{}
	for len(s) > 0 {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			w.text(s)
			break
		}
		w.text(s[:i])
		s = s[i:]
		t, n := readTag(s)
		if n == 0 { // a "<" that opens no tag
			w.text("<")
			s = s[1:]
			continue
		}
		s = s[n:]
		if t.name == "" { // a comment or a declaration
			continue
		}
		if !t.closing && (t.name == "script" || t.name == "style" || t.name == "title") {
			s = skipElement(s, t.name)
			continue
		}
		w.tag(t)
	}
	return w.done()
}

// tag is one HTML tag.
type tag struct {
	name    string // lower case; empty for comments and declarations
	closing bool
	attrs   string // as written
}

// readTag reads the tag, comment or declaration at the start of s and returns
// its length, 0 when there is none.
func readTag(s string) (t tag, n int) {
	if strings.HasPrefix(s, "<!--") {
		// A conditional comment for other readers than Outlook shows its content.
		if strings.HasPrefix(s, "<!--[if !mso]><!") || strings.HasPrefix(s, "<!--<![endif]-->") {
			if i := strings.IndexByte(s, '>'); i >= 0 {
				return tag{}, i + 1
			}
		}
		if i := strings.Index(s[4:], "-->"); i >= 0 {
			return tag{}, i + 7
		}
		if i := strings.IndexByte(s, '>'); i >= 0 {
			return tag{}, i + 1
		}
		return tag{}, len(s)
	}
	if len(s) < 2 {
		return tag{}, 0
	}
	i := 1
	if s[1] == '/' {
		t.closing = true
		i = 2
	}
	start := i
	for i < len(s) && (isLetter(s[i]) || i > start && (s[i] >= '0' && s[i] <= '9' || s[i] == ':' || s[i] == '-')) {
		i++
	}
	if i == start {
		if s[1] == '!' || s[1] == '?' || s[1] == '/' {
			if end := strings.IndexByte(s, '>'); end >= 0 {
				return tag{}, end + 1
			}
			return tag{}, len(s)
		}
		return tag{}, 0
	}
	t.name = strings.ToLower(s[start:i])
	end := tagEnd(s, i)
	t.attrs = s[i:end]
	if end < len(s) {
		end++
	}
	return t, end
}

// tagEnd returns the offset of the ">" that closes a tag; quotes may hide one.
func tagEnd(s string, i int) int {
	from := i
	var quote byte
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
			if i-from > 1<<14 { // a quote that never closes
				if end := strings.IndexByte(s[from:], '>'); end >= 0 {
					return from + end
				}
				return len(s)
			}
		case c == '>':
			return i
		case (c == '"' || c == '\'') && i > 0 && (s[i-1] == '=' || isSpace(s[i-1])):
			quote = c
		}
	}
	if end := strings.IndexByte(s[from:], '>'); quote != 0 && end >= 0 {
		return from + end
	}
	return len(s)
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// skipElement returns s after the closing tag of an element without readable text.
func skipElement(s, name string) string {
	for i := 0; i < len(s); {
		j := strings.Index(s[i:], "</")
		if j < 0 {
			return ""
		}
		i += j + 2
		if len(s)-i >= len(name) && strings.EqualFold(s[i:i+len(name)], name) {
			if end := strings.IndexByte(s[i:], '>'); end >= 0 {
				return s[i+end+1:]
			}
			return ""
		}
	}
	return ""
}

// htmlWriter lays text out.
type htmlWriter struct {
	out      strings.Builder
	line     strings.Builder
	newlines int  // line ends at the end of out
	space    bool // a blank is due before the next word
	pre      int  // open elements whose blanks count
	quotes   int  // open quotes
	started  bool // something was written
}

func (w *htmlWriter) text(s string) {
	if s == "" {
		return
	}
	if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	if w.pre > 0 {
		for {
			head, rest, more := strings.Cut(s, "\n")
			w.line.WriteString(strings.TrimSuffix(head, "\r"))
			if !more {
				return
			}
			w.breakLine(1)
			s = rest
		}
	}
	start := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && !isSpace(s[i]) && s[i] != '\f' {
			continue
		}
		if i > start {
			if w.space && w.line.Len() > 0 {
				w.line.WriteByte(' ')
			}
			w.line.WriteString(s[start:i])
			w.space = false
		}
		if i < len(s) {
			w.space = true
		}
		start = i + 1
	}
}

// breakLine ends the line; n is how many line ends must follow it at least.
func (w *htmlWriter) breakLine(n int) {
	line := strings.TrimRight(w.line.String(), " \t")
	w.line.Reset()
	w.space = false
	if line != "" {
		if w.quotes > 0 {
			w.out.WriteString(strings.Repeat(">", w.quotes))
			w.out.WriteByte(' ')
		}
		w.out.WriteString(line)
		w.newlines = 0
		w.started = true
	}
	for w.started && w.newlines < n {
		w.out.WriteByte('\n')
		w.newlines++
	}
}

func (w *htmlWriter) tag(t tag) {
	switch t.name {
	case "br":
		if strings.TrimSpace(w.line.String()) == "" {
			w.breakLine(min(w.newlines+1, 2))
		} else {
			w.breakLine(1)
		}
	case "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "form", "fieldset", "figure":
		w.breakLine(2)
	case "div", "tr", "dt", "dd", "section", "article", "header", "footer", "address", "center", "body", "head", "html", "caption", "thead", "tbody", "option", "main", "nav", "aside":
		w.breakLine(1)
	case "hr":
		w.breakLine(1)
	case "li":
		w.breakLine(1)
		if !t.closing {
			w.line.WriteString("- ")
		}
	case "td", "th":
		if t.closing {
			w.space = false
			if w.line.Len() > 0 {
				w.line.WriteByte('\t')
			}
		}
	case "pre", "textarea", "listing", "xmp":
		w.breakLine(1)
		if t.closing {
			w.pre = max(0, w.pre-1)
		} else {
			w.pre++
		}
	case "img":
		if alt := attribute(t.attrs, "alt"); alt != "" && !t.closing {
			w.text(" " + alt + " ")
		}
	}
	w.quote(t)
}

// quote follows the elements in which mailers put the mail they answer.
func (w *htmlWriter) quote(t tag) {
	if t.name != "blockquote" {
		return
	}
	w.breakLine(1)
	if t.closing {
		w.quotes = max(0, w.quotes-1)
		return
	}
	w.quotes = min(w.quotes+1, maxDepth)
}

func (w *htmlWriter) done() string {
	w.breakLine(0)
	return strings.TrimRight(w.out.String(), "\n")
}

// attribute returns an attribute's value, unescaped, or "".
func attribute(attrs, name string) string {
	for s := attrs; ; {
		i := indexFold(s, name)
		if i < 0 {
			return ""
		}
		before := i == 0 || isSpace(s[i-1]) || s[i-1] == '"' || s[i-1] == '\''
		s = s[i+len(name):]
		v := strings.TrimLeft(s, " \t\r\n")
		if !before || !strings.HasPrefix(v, "=") {
			continue
		}
		v = strings.TrimLeft(v[1:], " \t\r\n")
		if v == "" {
			return ""
		}
		if v[0] == '"' || v[0] == '\'' {
			if end := strings.IndexByte(v[1:], v[0]); end >= 0 {
				return html.UnescapeString(v[1 : 1+end])
			}
			return ""
		}
		if end := strings.IndexAny(v, " \t\r\n>"); end >= 0 {
			v = v[:end]
		}
		return html.UnescapeString(v)
	}
}

func indexFold(s, sub string) int {
	for i := 0; i+len(sub) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(sub)], sub) {
			return i
		}
	}
	return -1
}

// metaCharset returns the charset that HTML names in a meta element, or "".
func metaCharset(b []byte) string {
	head := bytes.ToLower(b[:min(len(b), 4096)])
	for {
		i := bytes.Index(head, []byte("charset"))
		if i < 0 {
			return ""
		}
		head = bytes.TrimLeft(head[i+7:], " \t\r\n")
		v, ok := bytes.CutPrefix(head, []byte("="))
		if !ok {
			continue
		}
		v = bytes.TrimLeft(v, " \t\"'")
		if end := bytes.IndexAny(v, "\"'> ;/"); end > 0 {
			if bytes.HasPrefix(v, []byte("utf-16")) || bytes.HasPrefix(v, []byte("utf-32")) {
				return "" // it was readable up to here, so it is something else
			}
			return string(v[:end])
		}
	}
}
