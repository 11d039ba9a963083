// Package safehtml makes the HTML of a stranger's mail fit to be shown.
//
// It owns what of a mail's HTML may reach a browser: text, tables, colours,
// links with their real target, and pictures that came with the mail. It
// refuses everything that runs, loads, submits, hides who is asked, or leaves
// its place on the page. It is one of several walls: what it returns is still
// to be shown in a sandboxed frame under a policy that loads nothing.
//
// Start reading at [Clean].
package safehtml

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	maxSource = 4 << 20  // bytes of HTML that are read; the rest is cut off
	maxInline = 24 << 20 // bytes of pictures that are put into the page
	maxDepth  = 300      // nested elements; deeper ones are left out
)

// Words are the few texts of ours that stand inside a mail.
type Words struct {
	Quoted string // opens the folded quote
	Target string // stands before the real host of a link that names another
	Image  string // stands for a picture that is not loaded
}

// Options say how a mail is to be shown.
type Options struct {
	Images map[string][]byte // files of the mail by Content-ID, without angle brackets
	Remote bool              // pictures of other hosts may be loaded: a person asked for them
	Words  Words
}

// Page is a mail's HTML, made safe.
type Page struct {
	HTML     string   // for the body of a document of its own
	Remote   int      // pictures that are had from other hosts only, tracking pixels not counted
	Trackers int      // invisible pictures that were taken out
	Shown    []string // Content-IDs of the files that stand in the text
	Coloured bool     // it sets colours of its own: show it on white paper
	Cut      bool     // it was longer than is shown
	Lines    int      // about how many lines it has at 80 columns
}

// Clean makes HTML safe. It accepts anything; what it cannot read it leaves
// out. The time it takes is in proportion to the size of the input.
func Clean(source string, opt Options) Page {
	var page Page
	if len(source) > maxSource {
		source, page.Cut = strings.ToValidUTF8(source[:maxSource], ""), true
	}
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		// Nested deeper than the parser goes: the words without the structure.
		page.HTML, page.Cut = "<pre>"+html.EscapeString(words(source))+"</pre>", true
		return page
	}
	c := cleaner{opt: opt, page: &page, rules: readRules(root)}
	body := find(root, atom.Body)
	if body == nil {
		return page
	}
	c.element(body, 0)
	fold(body, opt.Words.Quoted)
	var raw bytes.Buffer
	// A body that sets a colour for the whole mail becomes a block that does.
	body.Data, body.DataAtom = "div", atom.Div
	if err := html.Render(&raw, body); err != nil {
		page.HTML, page.Cut = "<pre>"+html.EscapeString(words(source))+"</pre>", true
		return page
	}
	page.Lines = c.lines()
	page.HTML = c.pictures(policy().Sanitize(raw.String()))
	return page
}

// words is the text of HTML that could not be parsed.
func words(source string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(source))
	skip := ""
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.StartTagToken:
			name, _ := z.TagName()
			if n := string(name); n == "script" || n == "style" {
				skip = n
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == skip {
				skip = ""
			}
		case html.TextToken:
			if skip == "" {
				b.Write(z.Text())
			}
		case html.SelfClosingTagToken, html.CommentToken, html.DoctypeToken:
		}
	}
}

func find(n *html.Node, a atom.Atom) *html.Node {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.DataAtom == a {
			return d
		}
	}
	return nil
}

// cleaner walks the tree once.
type cleaner struct {
	opt    Options
	page   *Page
	rules  rules
	found  []picture
	inline int // bytes of pictures so far
	wide   int // columns of text so far
	blocks int
}

// picture is a file of the mail that stands in the text.
type picture struct {
	kind string
	data []byte
}

// dropped are elements that vanish with all that is in them.
var dropped = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Iframe: true, atom.Frame: true, atom.Frameset: true,
	atom.Object: true, atom.Embed: true, atom.Applet: true, atom.Audio: true, atom.Video: true, atom.Source: true, atom.Track: true,
	atom.Svg: true, atom.Math: true, atom.Link: true, atom.Meta: true, atom.Base: true, atom.Title: true, atom.Head: true,
	atom.Textarea: true, atom.Select: true, atom.Input: true, atom.Canvas: true, atom.Dialog: true, atom.Noembed: true, atom.Noframes: true, atom.Xmp: true, atom.Plaintext: true,
}

// element cleans what is inside n, and its own attributes.
func (c *cleaner) element(n *html.Node, depth int) {
	c.attributes(n)
	for child := n.FirstChild; child != nil; {
		next := child.NextSibling
		switch {
		case child.Type == html.CommentNode || child.Type == html.DoctypeNode:
			n.RemoveChild(child)
		case child.Type == html.TextNode:
			c.wide += columns(child.Data)
		case child.Type != html.ElementNode || child.Namespace != "" || dropped[child.DataAtom] || depth >= maxDepth:
			n.RemoveChild(child)
		case child.DataAtom == atom.Img:
			c.image(n, child)
		default:
			if breaks[child.DataAtom] {
				c.blocks++
			}
			c.element(child, depth+1)
			if child.DataAtom == atom.A {
				c.link(n, child)
			}
		}
		child = next
	}
}

// breaks are the elements that begin a line.
var breaks = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Br: true, atom.Tr: true, atom.Li: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.Hr: true, atom.Pre: true, atom.Blockquote: true,
}

func columns(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r > 0x2e7f:
			n += 2
		case r > ' ':
			n++
		}
	}
	return n
}

func (c *cleaner) lines() int { return c.blocks + c.wide/80 + 1 }

// keep are the attributes that survive the walk, for any element; what their
// values may be is policy's.
var keep = map[string]bool{
	"align": true, "valign": true, "width": true, "height": true, "border": true, "cellpadding": true, "cellspacing": true, "colspan": true, "rowspan": true,
	"bgcolor": true, "color": true, "face": true, "size": true, "dir": true, "lang": true, "alt": true, "start": true, "type": true, "value": true, "href": true, "src": true, "title": true,
}

func (c *cleaner) attributes(n *html.Node) {
	decls := c.rules.of(n)
	style, id, class, cite := "", "", "", ""
	kept := n.Attr[:0]
	for _, a := range n.Attr {
		switch {
		case a.Namespace != "":
		case a.Key == "style":
			style = a.Val
		case a.Key == "id":
			id = a.Val
		case a.Key == "class":
			class = a.Val
		case a.Key == "type" && n.DataAtom == atom.Blockquote:
			cite = a.Val
		case keep[a.Key]:
			if a.Key == "bgcolor" || a.Key == "color" {
				c.page.Coloured = true
			}
			kept = append(kept, a)
		}
	}
	n.Attr = kept
	decls = merge(decls, declarations(style)...)
	for _, d := range decls {
		if d.name == "color" || strings.HasPrefix(d.name, "background") {
			c.page.Coloured = true
		}
	}
	if len(decls) > 0 {
		n.Attr = append(n.Attr, html.Attribute{Key: "style", Val: write(decls)})
	}
	if mark := quoteMark(n, id, class, cite, style); mark != "" {
		n.Attr = append(n.Attr, html.Attribute{Key: markAttr, Val: mark})
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// image keeps a picture that came with the mail, counts one that is elsewhere,
// and drops one that nobody is meant to see.
func (c *cleaner) image(parent, n *html.Node) {
	hidden := invisible(n)
	src := strings.TrimSpace(attr(n, "src"))
	c.attributes(n)
	n.FirstChild, n.LastChild = nil, nil
	scheme, rest, _ := strings.Cut(src, ":")
	switch scheme = strings.ToLower(scheme); {
	case scheme == "cid":
		if data, ok := c.opt.Images[strings.Trim(rest, "<>")]; ok && c.show(n, data) {
			c.page.Shown = append(c.page.Shown, strings.Trim(rest, "<>"))
			return
		}
	case scheme == "data":
		if data, ok := dataURI(rest); ok && c.show(n, data) {
			return
		}
	case scheme == "http" || scheme == "https" || strings.HasPrefix(src, "//"):
		if hidden {
			c.page.Trackers++
			parent.RemoveChild(n)
			return
		}
		c.page.Remote++
		if c.opt.Remote {
			if target, ok := remote(src); ok {
				set(n, "src", target)
				set(n, "referrerpolicy", "no-referrer")
				return
			}
		}
	}
	if hidden {
		parent.RemoveChild(n)
		return
	}
	// What is not shown leaves a mark, so that nobody misses it unknowingly.
	label := c.opt.Words.Image
	if alt := strings.TrimSpace(attr(n, "alt")); alt != "" {
		label += " " + alt
	}
	mark := element(atom.Span, "mg-img")
	mark.AppendChild(&html.Node{Type: html.TextNode, Data: label})
	parent.InsertBefore(mark, n)
	parent.RemoveChild(n)
}

// show puts a picture into the page if it is one: what it says of itself
// counts nothing, its first bytes do.
func (c *cleaner) show(n *html.Node, data []byte) bool {
	kind := PictureType(data)
	if kind == "" || c.inline+len(data) > maxInline {
		return false
	}
	c.inline += len(data)
	set(n, "src", placeholder+strconv.Itoa(len(c.found)))
	c.found = append(c.found, picture{kind, data})
	return true
}

// placeholder is the address of a picture until policy has seen the page: the
// bytes need not pass through it.
const placeholder = "cid:mg-"

// pictures puts the bytes in. In what policy returns a quotation mark outside
// a tag is written as an entity, so only an attribute can match.
func (c *cleaner) pictures(page string) string {
	if len(c.found) == 0 {
		return page
	}
	var b strings.Builder
	for {
		head, rest, ok := strings.Cut(page, `src="`+placeholder)
		b.WriteString(head)
		if !ok {
			return b.String()
		}
		number, rest, _ := strings.Cut(rest, `"`)
		if i, err := strconv.Atoi(number); err == nil && i >= 0 && i < len(c.found) {
			b.WriteString(`src="data:` + c.found[i].kind + `;base64,` + base64.StdEncoding.EncodeToString(c.found[i].data) + `"`)
		}
		page = rest
	}
}

// PictureType is the media type of a picture that browsers show and that
// cannot hold a script, by its first bytes; empty for anything else.
func PictureType(data []byte) string {
	switch kind := http.DetectContentType(data); kind {
	case "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp":
		return kind
	}
	return ""
}

func dataURI(rest string) ([]byte, bool) {
	head, body, ok := strings.Cut(rest, ",")
	if !ok || !strings.HasSuffix(strings.ToLower(strings.TrimSpace(head)), "base64") {
		return nil, false
	}
	body = strings.Join(strings.Fields(body), "")
	data, err := base64.StdEncoding.DecodeString(body)
	if err != nil {
		data, err = base64.RawStdEncoding.DecodeString(strings.TrimRight(body, "="))
	}
	return data, err == nil
}

func set(n *html.Node, name, value string) {
	for i := range n.Attr {
		if n.Attr[i].Key == name {
			n.Attr[i].Val = value
			return
		}
	}
	n.Attr = append(n.Attr, html.Attribute{Key: name, Val: value})
}

func element(a atom.Atom, class string) *html.Node {
	return &html.Node{Type: html.ElementNode, DataAtom: a, Data: a.String(), Attr: []html.Attribute{{Key: "class", Val: class}}}
}
