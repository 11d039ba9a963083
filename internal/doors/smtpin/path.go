package smtpin

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// path is the argument of MAIL or RCPT.
type path struct {
	addr   string // without brackets; empty for the null sender
	params string // what follows the path
	ascii  bool
}

// parsePath reads "FROM:<a@b> PARAMS" (RFC 5321 4.1.2). It also takes the
// forms of sloppy senders: a space after the colon, no brackets. A source
// route is dropped, as RFC 5321 3.6.1 asks. null allows "<>".
func parsePath(arg, keyword string, null bool) (path, error) {
	if len(arg) < len(keyword) || !strings.EqualFold(arg[:len(keyword)], keyword) {
		return path{}, fmt.Errorf("expected %s<address>", keyword)
	}
	rest := strings.TrimLeft(arg[len(keyword):], " \t")
	if !utf8.ValidString(rest) {
		return path{}, errors.New("the address is not valid UTF-8")
	}
	var addr, params string
	if strings.HasPrefix(rest, "<") {
		end := closing(rest)
		if end < 0 {
			return path{}, errors.New("the address has no closing '>'")
		}
		addr, params = rest[1:end], rest[end+1:]
	} else {
		addr, params, _ = strings.Cut(rest, " ")
	}
	if strings.HasPrefix(addr, "@") {
		_, after, ok := strings.Cut(addr, ":")
		if !ok {
			return path{}, errors.New("the source route has no ':'")
		}
		addr = after
	}
	p := path{addr: addr, params: strings.TrimSpace(params), ascii: isASCII(addr)}
	if addr == "" {
		if null && strings.HasPrefix(rest, "<") {
			return p, nil
		}
		return path{}, errors.New("the address is empty")
	}
	return p, checkAddress(addr, null)
}

// closing returns the index of the '>' that ends the path, which a quoted
// local part may contain too.
func closing(s string) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == '>' && !quoted:
			return i
		}
	}
	return -1
}

// checkAddress accepts what can be written back into a header and an
// envelope; whether the address exists is the desk's question.
func checkAddress(addr string, sender bool) error {
	if len(addr) > 320 {
		return errors.New("the address is longer than 320 bytes")
	}
	for _, r := range addr {
		if r < ' ' || r == 0x7f {
			return errors.New("the address has a control character")
		}
	}
	at := strings.LastIndexByte(addr, '@')
	if at < 0 {
		if !sender && strings.EqualFold(addr, "postmaster") {
			return nil
		}
		return errors.New("the address has no '@'")
	}
	local, domain := addr[:at], addr[at+1:]
	if local == "" || domain == "" {
		return errors.New("the address lacks a part beside its '@'")
	}
	if strings.ContainsAny(domain, " \t<>()\",;\\") {
		return errors.New("the address's domain is malformed")
	}
	if !strings.HasPrefix(local, `"`) && strings.ContainsAny(local, " \t<>()\",;\\") {
		return errors.New("the address's local part needs quotes")
	}
	return nil
}

type mailOptions struct {
	size int64
	utf8 bool
}

// mailParams reads the parameters of MAIL; bad names the one at fault.
func mailParams(s string) (o mailOptions, bad string) {
	for _, field := range strings.Fields(s) {
		key, value, _ := strings.Cut(field, "=")
		switch strings.ToUpper(key) {
		case "SIZE": // RFC 1870
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil || n < 0 {
				return o, "SIZE is not a number of bytes"
			}
			o.size = n
		case "BODY": // RFC 6152
			if v := strings.ToUpper(value); v != "7BIT" && v != "8BITMIME" {
				return o, "BODY must be 7BIT or 8BITMIME"
			}
		case "SMTPUTF8": // RFC 6531
			o.utf8 = true
		default:
			return o, "parameter not supported: " + field
		}
	}
	return o, ""
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
