package mailout

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"path"
	"strings"
)

// part is one MIME entity: its fields, without the empty line, and its encoded body.
type part struct{ fields, body string }

// textPart encodes a text whose lines end in LF. Mostly Japanese text is
// smaller in base64, mostly ASCII text in quoted-printable, where it stays
// readable; both keep lines short and 7-bit.
func textPart(subtype, text string) part {
	text = strings.ReplaceAll(text, "\n", "\r\n")
	wide := 0
	for i := range len(text) {
		if text[i] >= 0x80 {
			wide++
		}
	}
	fields := fmt.Sprintf("Content-Type: text/%s; charset=UTF-8\r\n", subtype)
	if wide*6 > len(text) {
		return part{fields + "Content-Transfer-Encoding: base64\r\n", wrapped([]byte(text))}
	}
	var b bytes.Buffer
	w := quotedprintable.NewWriter(&b)
	// Neither fails on a buffer.
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	body := b.String()
	if !strings.HasSuffix(body, "\r\n") {
		body += "\r\n"
	}
	return part{fields + "Content-Transfer-Encoding: quoted-printable\r\n", body}
}

func attachmentPart(a Attachment) part {
	name := strings.ReplaceAll(oneLine(a.Name), `\`, "/")
	if name = path.Base(name); name == "." || name == "/" {
		name = "attachment"
	}
	kind, _, err := mime.ParseMediaType(a.Type)
	if err != nil || !strings.Contains(kind, "/") || len(kind) > 60 ||
		// These may not be in base64 (RFC 2046 5.1, 5.2.1), and a mail in another wants to be a file.
		strings.HasPrefix(kind, "multipart/") || strings.HasPrefix(kind, "message/") {
		kind = "application/octet-stream"
	}
	return part{
		"Content-Type: " + kind + fileName("name", name) + "\r\n" +
			"Content-Disposition: attachment" + fileName("filename", name) + "\r\n" +
			"Content-Transfer-Encoding: base64\r\n",
		wrapped(a.Content),
	}
}

func container(subtype, boundary string, parts []part) part {
	var b bytes.Buffer
	for _, p := range parts {
		b.WriteString("--" + boundary + "\r\n" + p.fields + "\r\n" + p.body)
		if !strings.HasSuffix(p.body, "\r\n") {
			b.WriteString("\r\n")
		}
	}
	b.WriteString("--" + boundary + "--\r\n")
	return part{fmt.Sprintf("Content-Type: multipart/%s; boundary=\"%s\"\r\n", subtype, boundary), b.String()}
}

// wrapped is base64 in lines of 76 characters (RFC 2045 6.8).
func wrapped(content []byte) string {
	enc := base64.StdEncoding.EncodeToString(content)
	var b strings.Builder
	for len(enc) > 76 {
		b.WriteString(enc[:76] + "\r\n")
		enc = enc[76:]
	}
	b.WriteString(enc + "\r\n")
	return b.String()
}
