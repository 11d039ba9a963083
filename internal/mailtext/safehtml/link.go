package safehtml

import (
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/idna"
)

// link makes a link open elsewhere and say where. A link whose words name
// another host than it leads to gets the real one beside it, in plain sight.
func (c *cleaner) link(parent, n *html.Node) {
	href := strings.TrimSpace(attr(n, "href"))
	if href == "" {
		return
	}
	target, host, ok := address(href)
	if !ok {
		unset(n, "href")
		return
	}
	set(n, "href", target)
	set(n, "title", target)
	set(n, "target", "_blank")
	set(n, "rel", "noopener noreferrer nofollow")
	if named := namedHost(textOf(n)); named != "" && host != "" && !sameSite(named, host) {
		mark := element(atom.Span, "mg-target")
		mark.AppendChild(&html.Node{Type: html.TextNode, Data: c.opt.Words.Target + host})
		parent.InsertBefore(mark, n.NextSibling)
	}
}

func unset(n *html.Node, name string) {
	for i := range n.Attr {
		if n.Attr[i].Key == name {
			n.Attr = append(n.Attr[:i], n.Attr[i+1:]...)
			return
		}
	}
}

// address is a link's target as it may be followed: of the web, or a mail or
// telephone address. A name and password before the host, which serve to
// mislead, are taken out; the host is written in ASCII.
func address(href string) (target, host string, ok bool) {
	// Browsers ignore these inside an address; a scheme can hide behind them.
	href = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, href)
	if len(href) > 8000 {
		return "", "", false
	}
	if strings.HasPrefix(href, "//") {
		href = "https:" + href
	}
	u, err := url.Parse(href)
	if err != nil {
		return "", "", false
	}
	switch strings.ToLower(u.Scheme) {
	case "mailto", "tel":
		return u.String(), "", true
	case "http", "https":
	default:
		return "", "", false
	}
	u.User = nil
	host, err = idna.ToASCII(u.Hostname())
	if err != nil || host == "" {
		return "", "", false
	}
	if port := u.Port(); port != "" {
		u.Host = host + ":" + port
	} else if !strings.Contains(host, ":") {
		u.Host = host
	}
	return u.String(), strings.ToLower(host), true
}

// remote is the address of a picture elsewhere. One inside a private network
// is not asked for: a mail has no business to make the reader's browser do so.
func remote(src string) (string, bool) {
	target, host, ok := address(src)
	if !ok || host == "" || host == "localhost" || !strings.Contains(host, ".") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".internal") || strings.HasSuffix(host, ".localhost") {
		return "", false
	}
	if ip, err := netip.ParseAddr(host); err == nil && !ip.IsGlobalUnicast() || err == nil && ip.IsPrivate() {
		return "", false
	}
	return target, true
}

// hostLike is a text that names a host, with or without its scheme.
var hostLike = regexp.MustCompile(`(?i)^(?:https?://)?((?:[\p{L}\p{N}-]+\.)+[\p{L}]{2,})(?::\d+)?(?:[/?#].*)?$`)

func namedHost(text string) string {
	m := hostLike.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return ""
	}
	host, err := idna.ToASCII(strings.ToLower(m[1]))
	if err != nil {
		return strings.ToLower(m[1])
	}
	return host
}

// sameSite reports whether one host is the other or lies below it.
func sameSite(a, b string) bool {
	a, b = strings.TrimPrefix(a, "www."), strings.TrimPrefix(b, "www.")
	return a == b || strings.HasSuffix(a, "."+b) || strings.HasSuffix(b, "."+a)
}

// textOf is the text inside n, as far as it can name a host.
func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
			if b.Len() > 2000 {
				break
			}
		}
	}
	return b.String()
}

// invisible reports a picture that is there to be fetched, not to be seen.
func invisible(n *html.Node) bool {
	for _, name := range []string{"width", "height"} {
		if v := attr(n, name); v != "" && tiny(v) {
			return true
		}
	}
	for _, d := range split(attr(n, "style")) {
		switch d.name {
		case "width", "height", "max-width", "max-height":
			if tiny(d.value) {
				return true
			}
		case "display":
			if strings.HasPrefix(d.value, "none") {
				return true
			}
		case "visibility":
			if strings.HasPrefix(d.value, "hidden") {
				return true
			}
		case "opacity":
			if strings.TrimRight(strings.TrimSpace(d.value), ".0") == "" {
				return true
			}
		}
	}
	return false
}

// tiny reports a length of at most two pixels.
func tiny(v string) bool {
	v = strings.ToLower(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(strings.ToLower(v)), "!important")))
	n, err := strconv.ParseFloat(strings.TrimSuffix(v, "px"), 64)
	return err == nil && n <= 2
}
