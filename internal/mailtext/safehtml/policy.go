package safehtml

import (
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
)

// policy is the list of what may remain, applied to what the walk left. It
// knows nothing of the walk: what either forgets, the other refuses.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements(
		"a", "abbr", "address", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt",
		"em", "figcaption", "figure", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp",
		"small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
	)
	length := regexp.MustCompile(`^\d{1,4}(?:\.\d+)?(?:px|%)?$`)
	small := regexp.MustCompile(`^\d{1,3}$`)
	colour := regexp.MustCompile(`^(?:#?[0-9a-fA-F]{3,8}|[a-zA-Z]{3,20})$`)
	word := regexp.MustCompile(`^[a-zA-Z-]{1,20}$`)
	p.AllowAttrs("align", "valign", "dir", "lang").Matching(word).Globally()
	p.AllowAttrs("width", "height").Matching(length).OnElements("table", "td", "th", "col", "img", "hr")
	p.AllowAttrs("border", "cellpadding", "cellspacing", "colspan", "rowspan", "start", "value").Matching(small).OnElements("table", "td", "th", "col", "ol", "li")
	p.AllowAttrs("bgcolor").Matching(colour).OnElements("table", "tr", "td", "th", "div")
	p.AllowAttrs("color").Matching(colour).OnElements("font", "hr")
	p.AllowAttrs("face").Matching(regexp.MustCompile(`^[\p{L}\p{N} ,'"_-]{1,100}$`)).OnElements("font")
	p.AllowAttrs("size").Matching(regexp.MustCompile(`^[+-]?\d{1,2}$`)).OnElements("font", "hr")
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^[1aAiI]$|^(?:disc|circle|square)$`)).OnElements("ol", "ul", "li")
	p.AllowAttrs("alt", "title").OnElements("img", "a", "abbr", "td", "th")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^mg-[a-z]+$`)).OnElements("span", "details", "summary")
	p.AllowAttrs("open").OnElements("details")
	p.AllowStyles(properties...).MatchingHandler(func(v string) bool { return plainValue(strings.TrimSpace(v)) }).Globally()

	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("src").OnElements("img")
	p.AllowAttrs("referrerpolicy").Matching(regexp.MustCompile(`^no-referrer$`)).OnElements("img")
	p.AllowAttrs("target").Matching(regexp.MustCompile(`^_blank$`)).OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^noopener noreferrer nofollow$`)).OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto", "tel", "cid")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	return p
})
