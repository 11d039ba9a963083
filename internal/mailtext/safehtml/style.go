package safehtml

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// properties are what a mail's styles may set. What moves an element out of
// its place, covers another, or loads anything is not among them.
var properties = func() []string {
	all := []string{
		"color", "background-color", "background", "font", "font-family", "font-size", "font-style", "font-weight", "font-variant", "line-height", "letter-spacing",
		"text-align", "text-decoration", "text-decoration-line", "text-decoration-color", "text-indent", "text-transform", "vertical-align", "white-space", "word-break", "overflow-wrap", "word-wrap",
		"border", "border-collapse", "border-spacing", "border-radius", "border-color", "border-style", "border-width", "padding", "margin",
		"width", "max-width", "min-width", "height", "max-height", "display", "list-style-type", "direction", "float", "clear", "table-layout", "caption-side",
	}
	for _, side := range []string{"top", "right", "bottom", "left"} {
		all = append(all, "padding-"+side, "margin-"+side, "border-"+side, "border-"+side+"-color", "border-"+side+"-style", "border-"+side+"-width")
	}
	return all
}()

var allowed = func() map[string]bool {
	m := make(map[string]bool, len(properties))
	for _, p := range properties {
		m[p] = true
	}
	return m
}()

// value is what a property may be set to: names, numbers and colours. Without
// a backslash there is no escape, without a colon no address, and only the
// functions of colours are called.
var (
	value     = regexp.MustCompile(`^[\p{L}\p{N} #.,%()'"+!/_-]{1,200}$`)
	functions = regexp.MustCompile(`([\p{L}\p{N}_-]*)\s*\(`)
	loads     = regexp.MustCompile(`(?i)url|expression|image`)
	negative  = regexp.MustCompile(`(^|[\s(,])-[\d.]`)
)

// plainValue reports whether a value does nothing but look.
func plainValue(v string) bool {
	if !value.MatchString(v) || loads.MatchString(v) || strings.Contains(v, "//") || strings.Count(v, "(") != strings.Count(v, ")") || negative.MatchString(v) {
		return false
	}
	for _, m := range functions.FindAllStringSubmatch(v, -1) {
		switch strings.ToLower(m[1]) {
		case "rgb", "rgba", "hsl", "hsla":
		default:
			return false
		}
	}
	return true
}

// decl is one declaration of a style.
type decl struct{ name, value string }

const maxDecls = 60

// split reads a style attribute without judging it.
func split(style string) []decl {
	if style == "" {
		return nil
	}
	var out []decl
	for part := range strings.SplitSeq(style, ";") {
		name, val, ok := strings.Cut(part, ":")
		if !ok || len(out) >= 4*maxDecls {
			continue
		}
		out = append(out, decl{strings.ToLower(strings.TrimSpace(name)), strings.ToLower(strings.TrimSpace(val))})
	}
	return out
}

// declarations are those of a style that may stay.
func declarations(style string) []decl {
	var out []decl
	for _, d := range split(style) {
		if allowed[d.name] && plainValue(d.value) {
			out = merge(out, d)
		}
	}
	return out
}

// merge adds declarations; a later one wins, unless the earlier is important.
func merge(out []decl, more ...decl) []decl {
	for _, d := range more {
		i := slices.IndexFunc(out, func(have decl) bool { return have.name == d.name })
		switch {
		case i < 0 && len(out) < maxDecls:
			out = append(out, d)
		case i >= 0 && (!strings.Contains(out[i].value, "!important") || strings.Contains(d.value, "!important")):
			out[i] = d
		}
	}
	return out
}

func write(decls []decl) string {
	parts := make([]string, len(decls))
	for i, d := range decls {
		parts[i] = d.name + ": " + d.value
	}
	return strings.Join(parts, "; ")
}

// rules are the style sheets of a mail as far as their selectors are a single
// element, class or id: enough for what mailers write. They are moved to the
// elements, and the sheets vanish.
type rules map[string][]decl // by "td", ".note", "td.note", "#head"

const (
	maxSheet = 256 << 10 // bytes of style sheets that are read
	maxRules = 2000
)

func readRules(root *html.Node) rules {
	r := rules{}
	left := maxSheet
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.DataAtom != atom.Style || n.FirstChild == nil {
			continue
		}
		sheet := n.FirstChild.Data
		if len(sheet) > left {
			break
		}
		left -= len(sheet)
		r.read(sheet)
	}
	return r
}

func (r rules) read(sheet string) {
	sheet = strings.NewReplacer("<!--", " ", "-->", " ").Replace(uncomment(sheet))
	for sheet != "" {
		open := strings.IndexByte(sheet, '{')
		if open < 0 {
			return
		}
		selector := sheet[:open]
		if i := strings.LastIndexByte(selector, ';'); i >= 0 {
			selector = selector[i+1:] // after an @import or @charset
		}
		end := closing(sheet, open)
		block := sheet[open+1 : end]
		sheet = sheet[min(end+1, len(sheet)):]
		if strings.Contains(selector, "@") || strings.Contains(block, "{") {
			continue // for a medium, an animation, a font: not for every reader
		}
		decls := declarations(block)
		for s := range strings.SplitSeq(selector, ",") {
			s = strings.ToLower(strings.TrimSpace(s))
			if simple.MatchString(s) && len(r) < maxRules {
				r[s] = merge(r[s], decls...)
			}
		}
	}
}

var simple = regexp.MustCompile(`^(?:[a-zA-Z][a-zA-Z0-9]*)?(?:[.#][\p{L}_][\p{L}\p{N}_-]*)?$`)

// closing is the offset of the brace that closes the one at open, or the end.
func closing(s string, open int) int {
	depth := 0
	for i := open; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(s)
}

func uncomment(s string) string {
	if !strings.Contains(s, "/*") {
		return s
	}
	var b strings.Builder
	for {
		head, rest, ok := strings.Cut(s, "/*")
		b.WriteString(head)
		if !ok {
			return b.String()
		}
		if _, s, ok = strings.Cut(rest, "*/"); !ok {
			return b.String()
		}
	}
}

// of are the declarations that sheets give an element, the weakest first.
func (r rules) of(n *html.Node) []decl {
	if len(r) == 0 {
		return nil
	}
	out := slices.Clone(r[n.Data])
	classes := strings.Fields(strings.ToLower(attr(n, "class")))
	for _, c := range classes[:min(len(classes), 8)] {
		out = merge(merge(out, r["."+c]...), r[n.Data+"."+c]...)
	}
	if id := strings.ToLower(attr(n, "id")); id != "" {
		out = merge(merge(out, r["#"+id]...), r[n.Data+"#"+id]...)
	}
	return out
}
