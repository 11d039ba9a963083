package mailtext

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strings"
	"unicode/utf8"

	"madoguchi/internal/mailtext/charset"
)

// Attachment is a file of a mail, also one embedded in HTML or a mail inside
// the mail.
type Attachment struct {
	Name      string // as sent: it may hold a path, so never use it as one; may be empty
	Type      string // "application/pdf", lower case
	ContentID string // without angle brackets
	Inline    bool   // shown in the text rather than attached
	Data      []byte // decoded; may share memory with the raw mail
	SHA256    string // of Data, in hexadecimal
}

func newAttachment(name, ctype, cid string, inline bool, data []byte) Attachment {
	sum := sha256.Sum256(data)
	return Attachment{Name: name, Type: ctype, ContentID: cid, Inline: inline, Data: data, SHA256: hex.EncodeToString(sum[:])}
}

func (c *collector) attach(p *part) {
	if p.mail != nil && encodingName(p.header.Get("Content-Transfer-Encoding")) == "identity" {
		c.attachData(p, p.body)
		return
	}
	c.attachData(p, p.content(c.tree.note))
}

func (c *collector) attachData(p *part, data []byte) {
	if c.shown {
		return
	}
	name := p.name()
	if name == "" {
		name = madeName(p)
	}
	if !utf8.ValidString(name) {
		name = strings.ToValidUTF8(name, "\uFFFD")
	}
	cid := strings.Trim(strings.TrimSpace(p.header.Get("Content-ID")), "<>")
	inline := p.disp == "inline" || p.disp == "" && cid != ""
	c.mail.Attachments = append(c.mail.Attachments, newAttachment(name, p.ctype, cid, inline, data))
}

// madeName names a file that its sender did not name, where the kind of file
// makes one obvious.
func madeName(p *part) string {
	switch p.ctype {
	case "message/rfc822", "message/global", "message/news":
		if p.mail != nil {
			if s := p.mail.header.Get("Subject"); s != "" {
				return s + ".eml"
			}
		}
		return "message.eml"
	case "text/calendar":
		return "invite.ics"
	case "text/vcard", "text/x-vcard", "text/directory":
		return "contact.vcf"
	case "application/pkcs7-signature", "application/x-pkcs7-signature":
		return "smime.p7s"
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		return "smime.p7m"
	case "application/pgp-signature":
		return "signature.asc"
	case "application/pgp-encrypted":
		return "version.asc"
	case "application/pgp-keys":
		return "key.asc"
	case "application/applefile":
		return "applefile"
	case "application/ics":
		return "invite.ics"
	case "application/ms-tnef":
		return "winmail.dat"
	case "message/external-body": // the file is elsewhere; its header is here (RFC 2046 section 5.2.3)
		h, _ := parseHeader(skipLeading(p.body), func(Defect) {})
		body := &part{header: h}
		(&tree{}).describe(body, "text/plain")
		return cmp.Or(body.name(), p.params["name"], path.Base(p.params["url"]))
	}
	return ""
}

// signatures are the first bytes of the files that are sent as text by mistake.
var signatures = [...]struct{ head, kind string }{
	{"\x89PNG\r", "image/png"},
	{"\xff\xd8\xff", "image/jpeg"},
	{"GIF8", "image/gif"},
	{"PK\x03\x04", "application/zip"},
	{"%PDF-", "application/pdf"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/octet-stream"},
	{"\x1f\x8b\x08", "application/gzip"},
	{"Rar!\x1a\x07", "application/vnd.rar"},
	{"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"},
	{"MZ\x90\x00", "application/octet-stream"},
	{"\x7fELF", "application/octet-stream"},
}

// binaryKind returns the media type of bytes that are called text but are a
// file of another kind, else "".
func binaryKind(b []byte, label string) string {
	for _, s := range signatures {
		if len(b) > len(s.head) && string(b[:len(s.head)]) == s.head {
			if s.head == "GIF8" || s.head == "%PDF-" { // readable, so ask for more
				if !bytes.ContainsRune(b[:min(len(b), 2048)], 0) && utf8.Valid(b[:min(len(b), 64)]) {
					continue
				}
			}
			return s.kind
		}
	}
	if charset.Wide(label) {
		return ""
	}
	controls, n := 0, min(len(b), 4096)
	for _, c := range b[:n] {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b && c != 0x0e && c != 0x0f && c != 0x1a && c != 0x08 {
			controls++
		}
	}
	if n >= 64 && controls*10 > n && !charset.LooksWide(b) {
		return "application/octet-stream"
	}
	return ""
}

// mediaTypes are the types of the files that are found in texts, by ending.
var mediaTypes = map[string]string{
	"txt": "text/plain", "log": "text/plain", "csv": "text/csv", "htm": "text/html", "html": "text/html", "ics": "text/calendar", "eml": "message/rfc822",
	"pdf": "application/pdf", "zip": "application/zip", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
	"doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}

// typeByName guesses a media type from a file's name, for files that come
// without one.
func typeByName(name string) string {
	if t := mediaTypes[strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])]; t != "" {
		return t
	}
	return "application/octet-stream"
}
