package safehtml

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// markAttr carries, between the two walks, that an element is quoted. It never
// leaves the package: policy does not know it.
const markAttr = "mg-quote"

// What is quoted: the element itself, or it and all that follows.
const (
	quotedHere = "here"
	quotedOn   = "on"
)

// quoteMark recognises how mail programs set off the mail that is answered:
// Apple Mail, Thunderbird and others (cite), Gmail, Yahoo!, Proton, Outlook
// on the web, and Outlook for Windows, which draws a line above.
func quoteMark(n *html.Node, id, class, cite, style string) string {
	for _, c := range strings.Fields(class) {
		switch c {
		case "gmail_quote", "gmail_quote_container", "yahoo_quoted", "protonmail_quote", "moz-cite-prefix", "OutlookMessageHeader":
			return quotedHere
		}
	}
	switch {
	case strings.EqualFold(cite, "cite"):
		return quotedHere
	case strings.HasPrefix(id, "yahoo_quoted"):
		return quotedHere
	case strings.HasSuffix(id, "divRplyFwdMsg") || strings.HasSuffix(id, "appendonsend") || strings.HasSuffix(id, "OLK_SRC_BODY_SECTION"):
		return quotedOn
	}
	if n.DataAtom == atom.Div && strings.Contains(strings.ReplaceAll(strings.ToLower(style), " ", ""), "border-top:solid#") && strings.Contains(style, "1.0pt") {
		return quotedOn
	}
	return ""
}

// fold puts every quoted part behind a line that opens it. When nothing but
// quotes would be left to read, they stay open.
func fold(body *html.Node, words string) {
	var folds []*html.Node
	foldIn(body, words, &folds)
	if len(folds) == 0 || outside(body) {
		return
	}
	for _, f := range folds {
		set(f, "open", "")
	}
}

func foldIn(n *html.Node, words string, folds *[]*html.Node) {
	for child := n.FirstChild; child != nil; {
		next := child.NextSibling
		mark := ""
		if child.Type == html.ElementNode {
			mark = attr(child, markAttr)
		}
		switch mark {
		case quotedHere, quotedOn:
			box := element(atom.Details, "mg-quote")
			head := element(atom.Summary, "mg-quote")
			head.AppendChild(&html.Node{Type: html.TextNode, Data: words})
			box.AppendChild(head)
			n.InsertBefore(box, child)
			for c := child; c != nil; {
				after := c.NextSibling
				n.RemoveChild(c)
				box.AppendChild(c)
				// A line that says who wrote is followed by what they wrote.
				if mark == quotedHere && !continues(after) {
					next = after
					break
				}
				c, next = after, nil
			}
			*folds = append(*folds, box)
		default:
			if child.Type == html.ElementNode {
				foldIn(child, words, folds)
			}
		}
		child = next
	}
}

// continues reports whether what follows a quoted element belongs to it.
func continues(n *html.Node) bool {
	for n != nil && n.Type == html.TextNode && strings.TrimSpace(n.Data) == "" {
		n = n.NextSibling
	}
	return n != nil && n.Type == html.ElementNode && attr(n, markAttr) == quotedHere
}

// outside reports whether anything is to be seen outside the folds.
func outside(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode && strings.TrimSpace(strings.ReplaceAll(c.Data, "\u00a0", " ")) != "":
			return true
		case c.Type == html.ElementNode && c.DataAtom == atom.Img:
			return true
		case c.Type == html.ElementNode && c.DataAtom == atom.Details && attr(c, "class") == "mg-quote":
		case c.Type == html.ElementNode && outside(c):
			return true
		}
	}
	return false
}
