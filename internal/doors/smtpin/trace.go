package smtpin

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"strings"
	"time"
)

// trace returns the headers that the last server writes above a mail:
// Return-Path, which keeps the envelope's sender (RFC 5321 4.4), and Received.
func (c *session) trace(e Envelope, extended bool) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "Return-Path: <%s>\r\n", e.From)
	fmt.Fprintf(&b, "Received: from %s (%s)\r\n", headerWord(e.Helo), literal(e.Remote))
	if c.secure != nil {
		fmt.Fprintf(&b, "\t(using %s with cipher %s)\r\n", strings.ReplaceAll(tls.VersionName(c.secure.Version), " ", ""), tls.CipherSuiteName(c.secure.CipherSuite))
	}
	fmt.Fprintf(&b, "\tby %s with %s id %s", headerWord(c.srv.cfg.Hostname), protocol(c.srv.cfg.LMTP, extended, e.TLS, e.UTF8), e.ID)
	if len(e.To) == 1 { // naming one of several would tell it of the others
		fmt.Fprintf(&b, "\r\n\tfor <%s>", e.To[0])
	}
	fmt.Fprintf(&b, ";\r\n\t%s\r\n", e.At.Format(time.RFC1123Z))
	return b.Bytes()
}

// protocol is the "with" of a trace header (RFC 3848, RFC 6531 4.3).
func protocol(lmtp, extended, secure, utf8 bool) string {
	p := "SMTP"
	switch {
	case lmtp && utf8:
		p = "UTF8LMTP"
	case lmtp:
		p = "LMTP"
	case utf8:
		p = "UTF8SMTP"
	case extended:
		p = "ESMTP"
	}
	if secure && p != "SMTP" {
		p += "S"
	}
	return p
}

func literal(remote string) string {
	switch {
	case remote == "unix":
		return "local socket"
	case strings.Contains(remote, ":"):
		return "[IPv6:" + remote + "]"
	}
	return "[" + remote + "]"
}

// headerWord makes a name that a peer chose harmless in a header.
func headerWord(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("-._:[]", r):
			return r
		}
		return '?'
	}, s)
	if len(s) > 255 {
		s = s[:255]
	}
	return s
}
