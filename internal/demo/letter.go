package demo

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"mime"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
)

// letter is a mail as a customer's mail program writes it.
type letter struct {
	fromName, from string
	to             string
	cc             []string
	subject        string
	text           string
	html           bool
	charset        string // "iso-2022-jp", or empty for UTF-8
	id             string // without angle brackets
	date           time.Time
	inReplyTo      string
	references     []string
	attach         []file
	extra          []string // whole header lines
	report         []string // further parts of a multipart/report (RFC 3464)
}

// bytes composes it. A text that ISO-2022-JP cannot hold goes out in UTF-8,
// as mail programs do.
func (l letter) bytes() []byte {
	if l.charset != "" {
		if _, err := japanese.ISO2022JP.NewEncoder().String(l.fromName + l.subject + l.text); err != nil {
			l.charset = ""
		}
	}
	var b bytes.Buffer
	field := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	field("Date", l.date.Format(time.RFC1123Z))
	field("From", strings.TrimSpace(l.words(l.fromName)+" <"+l.from+">"))
	field("To", "<"+l.to+">")
	if len(l.cc) > 0 {
		field("Cc", "<"+strings.Join(l.cc, ">,\r\n <")+">")
	}
	field("Subject", l.words(l.subject))
	field("Message-ID", "<"+l.id+">")
	if l.inReplyTo != "" {
		field("In-Reply-To", "<"+l.inReplyTo+">")
		field("References", "<"+strings.Join(l.references, ">\r\n <")+">")
	}
	for _, line := range l.extra {
		b.WriteString(line + "\r\n")
	}
	field("MIME-Version", "1.0")
	body := l.textPart()
	if l.html {
		body = multipart("alternative", l.id, body, l.htmlPart())
	}
	if len(l.report) > 0 {
		body = strings.Replace(multipart("report", l.id, append([]string{body}, l.report...)...),
			"multipart/report;", "multipart/report; report-type=delivery-status;", 1)
	}
	if len(l.attach) > 0 {
		parts := []string{body}
		for _, f := range l.attach {
			parts = append(parts, f.part())
		}
		body = multipart("mixed", l.id, parts...)
	}
	b.WriteString(body)
	return b.Bytes()
}

// words writes a text for a header (RFC 2047).
func (l letter) words(s string) string {
	if l.charset == "" {
		return folded(mime.BEncoding.Encode("UTF-8", s))
	}
	if isASCII(s) {
		return s
	}
	const perWord = 12 // characters: with its escapes a word stays below 75 bytes
	var out []string
	runes := []rune(s)
	for len(runes) > 0 {
		n := min(perWord, len(runes))
		jis, _ := japanese.ISO2022JP.NewEncoder().String(string(runes[:n])) // bytes() has tried it
		out = append(out, "=?ISO-2022-JP?B?"+base64.StdEncoding.EncodeToString([]byte(jis))+"?=")
		runes = runes[n:]
	}
	return strings.Join(out, "\r\n ")
}

func folded(words string) string { return strings.ReplaceAll(words, "?= =?", "?=\r\n =?") }

func (l letter) textPart() string {
	if l.charset != "" {
		jis, _ := japanese.ISO2022JP.NewEncoder().String(l.text) // bytes() has tried it
		return "Content-Type: text/plain; charset=ISO-2022-JP\r\nContent-Transfer-Encoding: 7bit\r\n\r\n" + crlf(jis)
	}
	return "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64Lines([]byte(crlf(l.text)))
}

func (l letter) htmlPart() string {
	page := `<html><body style="font-family:sans-serif;font-size:14px">` +
		strings.ReplaceAll(html.EscapeString(strings.TrimSpace(l.text)), "\n", "<br>\r\n") + "</body></html>\r\n"
	return "Content-Type: text/html; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64Lines([]byte(page))
}

func multipart(kind, id string, parts ...string) string {
	local, _, _ := strings.Cut(id, "@")
	boundary := "----=_" + kind + "_" + local
	var b strings.Builder
	fmt.Fprintf(&b, "Content-Type: multipart/%s;\r\n boundary=\"%s\"\r\n\r\n", kind, boundary)
	for _, p := range parts {
		b.WriteString("--" + boundary + "\r\n" + p + "\r\n")
	}
	b.WriteString("--" + boundary + "--\r\n")
	return b.String()
}

// part is the attachment as a part of a mail.
func (f file) part() string {
	media, content := "application/octet-stream", []byte(crlf(f.Text))
	switch {
	case strings.HasSuffix(f.Name, ".png"):
		media, content = "image/png", screenshot(f.Name)
	case strings.HasSuffix(f.Name, ".csv"):
		media = "text/csv; charset=UTF-8"
	case strings.HasSuffix(f.Name, ".txt"), strings.HasSuffix(f.Name, ".log"):
		media = "text/plain; charset=UTF-8"
	}
	name := folded(mime.BEncoding.Encode("UTF-8", f.Name))
	return fmt.Sprintf("Content-Type: %s;\r\n name=\"%s\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n filename=\"%s\"\r\n\r\n%s",
		media, name, name, base64Lines(content))
}

func base64Lines(b []byte) string {
	s := base64.StdEncoding.EncodeToString(b)
	var out strings.Builder
	for len(s) > 76 {
		out.WriteString(s[:76] + "\r\n")
		s = s[76:]
	}
	return out.String() + s + "\r\n"
}

func crlf(s string) string {
	return strings.ReplaceAll(strings.TrimRight(strings.ReplaceAll(s, "\r\n", "\n"), "\n")+"\n", "\n", "\r\n")
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}
