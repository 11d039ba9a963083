package mailout

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// plainOf is Markdown as a plain mail is written: no marks of a language that
// its reader need not know, but headings, lists and tables as business mails
// set them. What the marks said in the HTML part is said in words or signs
// here, so that both parts tell the same.
func plainOf(m written, lang string) string {
	p := plainWriter{src: m.src, ja: lang == "ja"}
	p.blocks(m.root, "")
	return strings.TrimRight(p.out.String(), "\n")
}

// written is Markdown that was read, once for both parts of a mail.
type written struct {
	src  []byte
	root ast.Node
}

func readMarkdown(s string) written {
	src := []byte(tidy(s))
	return written{src, markdown().Parser().Parse(text.NewReader(src))}
}

type plainWriter struct {
	src []byte
	ja  bool
	out strings.Builder
}

// either is the sign of the mail's language.
func (p *plainWriter) either(ja, en string) string {
	if p.ja {
		return ja
	}
	return en
}

// blocks writes the blocks inside n, each line begun with indent.
func (p *plainWriter) blocks(n ast.Node, indent string) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if c.PreviousSibling() != nil && apart(c) {
			p.out.WriteString(strings.TrimRight(indent, " ") + "\n")
		}
		p.block(c, indent)
	}
}

// apart reports whether an empty line stands before a block: what was written
// close together stays together.
func apart(n ast.Node) bool {
	switch n.Kind() {
	case ast.KindListItem, extast.KindTableRow:
		return n.HasBlankPreviousLines()
	case ast.KindList:
		return n.HasBlankPreviousLines()
	case ast.KindTextBlock:
		return false
	}
	return true
}

func (p *plainWriter) block(n ast.Node, indent string) {
	switch n := n.(type) {
	case *ast.Heading:
		if title := p.inline(n); p.ja {
			p.lines(indent, "■ "+title)
		} else {
			p.lines(indent, title+"\n"+strings.Repeat("-", min(columnsOf(title), 60)))
		}
	case *ast.List:
		p.list(n, indent)
	case *ast.Blockquote:
		inner := plainWriter{src: p.src, ja: p.ja}
		inner.blocks(n, "")
		for line := range strings.SplitSeq(strings.TrimRight(inner.out.String(), "\n"), "\n") {
			p.out.WriteString(strings.TrimRight(indent+"> "+line, " ") + "\n")
		}
	case *ast.ThematicBreak:
		p.lines(indent, strings.Repeat(p.either("─", "-"), p.width()))
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		for i := range n.Lines().Len() {
			s := n.Lines().At(i)
			p.out.WriteString(indent + "    " + strings.TrimRight(string(s.Value(p.src)), "\n") + "\n")
		}
	case *extast.Table:
		p.table(n, indent)
	default:
		p.lines(indent, p.inline(n))
	}
}

// width is how long a rule is: half of a usual line in either language.
func (p *plainWriter) width() int {
	if p.ja {
		return 20
	}
	return 40
}

func (p *plainWriter) lines(indent, s string) {
	for line := range strings.SplitSeq(s, "\n") {
		p.out.WriteString(strings.TrimRight(indent+line, " ") + "\n")
	}
}

func (p *plainWriter) list(l *ast.List, indent string) {
	number := l.Start
	for c := l.FirstChild(); c != nil; c = c.NextSibling() {
		if c.PreviousSibling() != nil && apart(c) {
			p.out.WriteString(strings.TrimRight(indent, " ") + "\n")
		}
		mark := p.either("・", "- ")
		if l.IsOrdered() {
			mark = strconv.Itoa(number) + ". "
			number++
		}
		further := indent + strings.Repeat(" ", columnsOf(mark))
		item := plainWriter{src: p.src, ja: p.ja}
		item.blocks(c, further)
		// The first line carries the mark in place of its indentation.
		p.out.WriteString(indent + mark + strings.TrimPrefix(item.out.String(), further))
		if !strings.HasSuffix(item.out.String(), "\n") {
			p.out.WriteByte('\n')
		}
	}
}

// columnsOf counts half-width columns.
func columnsOf(s string) int {
	n := 0
	for _, r := range s {
		if r >= utf8.RuneSelf {
			n++
		}
		n++
	}
	return n
}

// table writes each row with the heads of its columns beside the values: lines
// up under one another only where letters have one width, and in mails they do not.
func (p *plainWriter) table(t *extast.Table, indent string) {
	var heads []string
	for row := t.FirstChild(); row != nil; row = row.NextSibling() {
		var cells []string
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			cells = append(cells, strings.TrimSpace(p.inline(cell)))
		}
		if _, head := row.(*extast.TableHeader); head {
			heads = cells
			continue
		}
		for i, c := range cells {
			mark := "  "
			if i == 0 {
				mark = p.either("・", "- ")
			}
			if i < len(heads) && heads[i] != "" {
				c = heads[i] + p.either("：", ": ") + c
			}
			p.out.WriteString(indent + mark + c + "\n")
		}
	}
}

// inline is the text inside n.
func (p *plainWriter) inline(n ast.Node) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b.WriteString(unescaped(c.Segment.Value(p.src)))
			if c.SoftLineBreak() || c.HardLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.String:
			b.Write(c.Value)
		case *ast.AutoLink:
			b.WriteString(strings.TrimPrefix(string(c.Label(p.src)), "mailto:"))
		case *ast.Link:
			p.link(&b, p.inline(c), string(c.Destination))
		case *ast.Image:
			p.link(&b, p.inline(c), string(c.Destination))
		case *ast.Emphasis:
			if s := p.inline(c); between(b.String(), s) {
				b.WriteString("*" + s + "*") // 2*3*4 is a sum, not a word that is stressed
			} else {
				b.WriteString(s)
			}
		case *extast.Strikethrough:
			b.WriteString(p.either("（取消："+p.inline(c)+"）", "(deleted: "+p.inline(c)+")"))
		case *ast.CodeSpan:
			b.WriteString(p.raw(c))
		default:
			b.WriteString(p.inline(c))
		}
	}
	return b.String()
}

// between reports a "stressed" part that stands between numbers.
func between(before, s string) bool {
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	return before != "" && s != "" && digit(before[len(before)-1]) && digit(s[0])
}

func (p *plainWriter) raw(n ast.Node) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.Write(t.Segment.Value(p.src))
		}
	}
	return b.String()
}

// link writes where a link leads, unless its words say so.
func (p *plainWriter) link(b *strings.Builder, words, to string) {
	switch plainTo := strings.TrimPrefix(to, "mailto:"); {
	case words == "" || words == to || words == plainTo:
		b.WriteString(plainTo)
	default:
		b.WriteString(words + p.either("（"+plainTo+"）", " ("+plainTo+")"))
	}
}

// unescaped takes away the backslash before a sign that would have been a mark.
func unescaped(s []byte) string {
	if !strings.Contains(string(s), `\`) {
		return string(s)
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", s[i+1]) >= 0 {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
