package mailout

import (
	"bytes"
	"html"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	ghtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"

	"madoguchi/internal/mailtext"
	"madoguchi/terms/fault"
)

// plainText is the plain part: the text, the signature below "-- " (RFC 3676
// 4.3), and the customer's mail quoted in full below that. Lines end in LF.
func plainText(m Message, w written) string {
	var b strings.Builder
	if m.Plain != "" {
		b.WriteString(tidy(m.Plain))
	} else {
		b.WriteString(plainOf(w, m.Language))
	}
	b.WriteByte('\n')
	if s := tidy(m.Signature); s != "" {
		b.WriteString("\n-- \n" + s + "\n")
	}
	if q := m.Quote; q != nil {
		b.WriteString("\n" + attribution(q, m.Language) + "\n\n" + mailtext.QuoteLines(tidy(q.Text)))
	}
	return b.String()
}

// htmlText is the HTML part: the same, with the Markdown rendered.
func htmlText(m Message, w written) (string, error) {
	var b bytes.Buffer
	lang := "en"
	if m.Language == "ja" {
		lang = "ja"
	}
	b.WriteString(`<!DOCTYPE html>` + "\n" + `<html lang="` + lang + `"><head><meta charset="utf-8"></head>` + "\n" +
		`<body style="font-family:-apple-system,'Segoe UI','Hiragino Sans','Yu Gothic UI',Meiryo,sans-serif;font-size:14px;line-height:1.7">` + "\n")
	if err := markdown().Renderer().Render(&b, w.src, w.root); err != nil {
		return "", fault.Wrap(fault.Internal, err, "メールの作成に失敗しました。", "the mail could not be composed")
	}
	if s := tidy(m.Signature); s != "" {
		b.WriteString(`<p>-- <br>` + "\n" + htmlLines(s) + "</p>\n")
	}
	if q := m.Quote; q != nil {
		b.WriteString(`<p>` + html.EscapeString(attribution(q, m.Language)) + "</p>\n" +
			`<blockquote type="cite" style="margin:0 0 0 0.8em;border-left:2px solid #ccc;padding-left:0.8em">` + "\n" +
			htmlLines(tidy(q.Text)) + "\n</blockquote>\n")
	}
	b.WriteString("</body></html>\n")
	return b.String(), nil
}

func htmlLines(s string) string {
	return strings.ReplaceAll(html.EscapeString(s), "\n", "<br>\n")
}

// markdown renders what people write in mails. A line end is a line end; a
// row of dashes below a line is a rule and not a heading; and what looks like
// an HTML tag, as <tenant> does, is text: it neither vanishes nor acts. It is
// made once, for it costs more than a mail, and is safe for concurrent use.
var markdown = sync.OnceValue(func() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithParser(parser.NewParser(
			parser.WithBlockParsers(
				util.Prioritized(parser.NewThematicBreakParser(), 200),
				util.Prioritized(parser.NewListParser(), 300),
				util.Prioritized(parser.NewListItemParser(), 400),
				util.Prioritized(parser.NewCodeBlockParser(), 500),
				util.Prioritized(parser.NewATXHeadingParser(), 600),
				util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
				util.Prioritized(parser.NewBlockquoteParser(), 800),
				util.Prioritized(parser.NewParagraphParser(), 1000),
			),
			parser.WithInlineParsers(
				util.Prioritized(parser.NewCodeSpanParser(), 100),
				util.Prioritized(parser.NewLinkParser(), 200),
				util.Prioritized(parser.NewAutoLinkParser(), 300),
				util.Prioritized(parser.NewEmphasisParser(), 500),
			),
			parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
		)),
		goldmark.WithExtensions(extension.Linkify, extension.Strikethrough, extension.Table),
		goldmark.WithRendererOptions(ghtml.WithHardWraps()),
	)
})

// tidy makes line ends LF, takes out controls that no mail needs, and trims
// empty lines around.
func tidy(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r' || r == '\u2028' || r == '\u2029':
			return '\n'
		case control(r):
			return -1
		}
		return r
	}, s)
	return strings.Trim(s, "\n")
}

// attribution is the line above a quote.
func attribution(q *Quoted, lang string) string {
	return mailtext.Attribution(lang, oneLine(q.From.Name), oneLine(q.From.Addr), q.Date)
}
