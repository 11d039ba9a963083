package contract

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// offset returns where a value begins in the text. Columns count characters.
func (w *writer) offset(n *node) (int, bool) {
	if n.line < 1 || n.line > len(w.lines) {
		return 0, false
	}
	at := w.lines[n.line-1]
	for range n.column - 1 {
		if at >= len(w.text) || w.text[at] == '\n' {
			return 0, false
		}
		_, size := utf8.DecodeRune(w.text[at:])
		at += size
	}
	return at, at < len(w.text)
}

// lineEnd returns the offset after a line's end, counted from 0.
func (w *writer) lineEnd(line int) int {
	if line+1 < len(w.lines) {
		return w.lines[line+1]
	}
	return len(w.text)
}

// newline is what must come before a line that is added at an offset.
func (w *writer) newline(at int) string {
	if at > 0 && w.text[at-1] != '\n' {
		return "\n"
	}
	return ""
}

// blockEnd returns the last line of what begins on a line at an indentation:
// the lines below it that are indented more, without trailing blank ones.
func (w *writer) blockEnd(line, indent int) int {
	last := line
	for next := line + 1; next < len(w.lines); next++ {
		text := bytes.TrimRight(w.text[w.lines[next]:w.lineEnd(next)], " \r\n")
		deep := len(text) - len(bytes.TrimLeft(text, " "))
		switch {
		case len(text) == 0:
			continue
		case deep <= indent:
			return last
		}
		last = next
	}
	return last
}

// bracketEnd returns the offset after the bracket that closes the one at from.
func (w *writer) bracketEnd(from int) (int, bool) {
	depth := 0
	for i := from; i < len(w.text); i++ {
		switch w.text[i] {
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth == 0 {
				return i + 1, true
			}
		case '"', '\'':
			end, ok := w.quoteEnd(i)
			if !ok {
				return 0, false
			}
			i = end - 1
		case '#':
			return 0, false // a comment inside brackets is left to the text
		}
	}
	return 0, false
}

// quoteEnd returns the offset after the quotes that begin at from.
func (w *writer) quoteEnd(from int) (int, bool) {
	q := w.text[from]
	for i := from + 1; i < len(w.text); i++ {
		switch {
		case q == '"' && w.text[i] == '\\':
			i++
		case w.text[i] == q && q == '\'' && i+1 < len(w.text) && w.text[i+1] == q:
			i++
		case w.text[i] == q:
			return i + 1, true
		}
	}
	return 0, false
}

// style is how a value is written.
type style struct {
	kind   byte // '"', '\'', '|', or 0 for bare
	indent int  // of a block's lines
	chomp  string
}

// scalarEnd returns the offset after the value that begins at from, and how it
// is written.
func (w *writer) scalarEnd(from int, text string) (int, style, bool) {
	switch q := w.text[from]; q {
	case '"', '\'':
		end, ok := w.quoteEnd(from)
		return end, style{kind: q}, ok
	case '|', '>':
		line := bytes.Count(w.text[:from], []byte("\n"))
		head := bytes.TrimRight(w.text[from:w.lineEnd(line)], " \r\n")
		if q != '|' || len(head) > 2 || line+1 >= len(w.lines) {
			return 0, style{}, false // folded, with a comment, or with an indentation of its own
		}
		first := w.text[w.lines[line+1]:w.lineEnd(line+1)]
		indent := len(first) - len(bytes.TrimLeft(first, " "))
		end := w.lineEnd(w.blockEnd(line, indent-1))
		for end > from && w.text[end-1] == '\n' {
			end--
		}
		return end, style{kind: '|', indent: indent, chomp: string(head[1:])}, indent > 0
	}
	i := from
	for _, r := range text {
		if i >= len(w.text) {
			return 0, style{}, false
		}
		have, size := utf8.DecodeRune(w.text[i:])
		if have != r {
			return 0, style{}, false // over several lines
		}
		i += size
	}
	return i, style{}, true
}

// write writes a value in the style of the one that it replaces, or in double
// quotes where that would say something else.
func (s style) write(value string) string {
	switch {
	case s.kind == '|' && value != "" && !strings.HasPrefix(value, " ") && !strings.HasPrefix(value, "\n") && !strings.HasSuffix(value, "\n") && s.chomp == "-":
		pad := "\n" + strings.Repeat(" ", s.indent)
		var b strings.Builder
		b.WriteString("|-")
		for line := range strings.SplitSeq(value, "\n") {
			if line == "" {
				b.WriteString("\n")
				continue
			}
			b.WriteString(pad + line)
		}
		return b.String()
	case s.kind == 0 && bare(value):
		return value
	}
	return quoteAlways(value)
}

// bare reports whether a value means itself without quotes, in brackets too.
func bare(s string) bool {
	return s != "" && strings.TrimSpace(s) == s && !strings.ContainsAny(s, "\n\"'#:,[]{}&*!|>%@`\\\t") && !strings.HasPrefix(s, "- ") && !strings.HasPrefix(s, "? ") &&
		s != "-" && s != "?" && s != "~" && !strings.HasPrefix(s, "---") && !strings.HasPrefix(s, "...") && utf8.ValidString(s)
}
