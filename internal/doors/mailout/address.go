package mailout

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// usableAddress accepts what can stand between < and > in a header and in a
// command to the relay. An IP address for a domain is refused: no customer has one.
func usableAddress(a string) bool {
	at := strings.LastIndexByte(a, '@')
	if at <= 0 || at == len(a)-1 || len(a) > 320 || !utf8.ValidString(a) {
		return false
	}
	local, domain := a[:at], a[at+1:]
	if strings.ContainsFunc(a, control) {
		return false
	}
	const specials = " ()<>,;:\"\\@[]" // RFC 5322 3.2.3
	if strings.ContainsAny(domain, specials) || slices.Contains(strings.Split(domain, "."), "") {
		return false
	}
	if len(local) > 2 && local[0] == '"' && local[len(local)-1] == '"' {
		return !strings.ContainsAny(local[1:len(local)-1], "\"\\<>")
	}
	return !strings.ContainsAny(local, specials)
}

func control(r rune) bool {
	return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == '\u2028' || r == '\u2029'
}

// mailbox is an address as headers and commands write it. A local part with
// dots at its end or in a row, which Japanese mobile carriers once gave out,
// needs quotes (RFC 5322 3.4.1).
func mailbox(addr string) string {
	at := strings.LastIndexByte(addr, '@')
	if at < 0 {
		return addr
	}
	local := addr[:at]
	if local[:1] != `"` && slices.Contains(strings.Split(local, "."), "") {
		return `"` + local + `"` + addr[at:]
	}
	return addr
}
