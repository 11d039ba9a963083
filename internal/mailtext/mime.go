package mailtext

import (
	"bytes"
	"strings"
)

const (
	maxDepth = 40  // nesting of parts and of mails in mails
	maxDeep  = 200 // the same of what is small
	maxSmall = 64 << 10
	maxParts = 3000 // parts of one mail, all levels together
)

// part is one node of a mail's tree (RFC 2046).
type part struct {
	header   Header
	ctype    string // "text/plain", lower case; "" when the field is missing
	params   map[string]string
	disp     string // "attachment", "inline" or ""
	dparams  map[string]string
	body     []byte // as sent, transfer encoding not undone
	children []*part
	mail     *part // the mail inside message/rfc822
}

// tree parses mails and counts what it makes.
type tree struct {
	parts   int
	defects []Defect
}

func (t *tree) note(d Defect) {
	if len(t.defects) < 100 {
		t.defects = append(t.defects, d)
	}
}

// parse reads the entity in b: a header and a body. fallback is the type of an
// entity that names none.
func (t *tree) parse(b []byte, fallback string, depth int) *part {
	h, body := parseHeader(b, t.note)
	p := &part{header: h, body: body}
	t.describe(p, fallback)
	p.header.guessHint()
	t.split(p, depth)
	return p
}

// describe reads the fields that say what a part is.
func (t *tree) describe(p *part, fallback string) {
	p.ctype, p.params = parseValue(p.header.plain("Content-Type"), "")
	if !strings.HasPrefix(p.ctype, "multipart/") {
		t.preferMultipart(p)
	}
	if p.params["charset"] != "" {
		p.header.hint = p.params["charset"]
		if p.header.hint != "" && hasHigh(p.header.raw("Content-Type")) {
			p.ctype, p.params = parseValue(p.header.plain("Content-Type"), p.header.hint)
		}
	}
	p.disp, p.dparams = parseValue(p.header.plain("Content-Disposition"), p.header.hint)
	if p.disp == "" && p.dparams["filename"] != "" {
		p.disp = "attachment"
	}
	switch {
	case p.ctype == "text" || p.ctype == "plain":
		p.ctype = "text/plain"
	case p.ctype == "html":
		p.ctype = "text/html"
	case p.ctype == "multipart":
		p.ctype = "multipart/mixed"
	case p.ctype == "" || !strings.Contains(p.ctype, "/"):
		if p.ctype == "" && p.params["boundary"] != "" {
			p.ctype = "multipart/mixed"
			break
		}
		// RFC 2045 section 5.2: a type that cannot be read is text, unless the
		// rest says that it is a file.
		if p.header.Has("Content-Type") && (p.disp == "attachment" || p.params["name"] != "" && encodingName(p.header.Get("Content-Transfer-Encoding")) == "base64") {
			p.ctype = "application/octet-stream"
			break
		}
		p.ctype = fallback
	}
}

// preferMultipart takes, of several Content-Types, one that names a boundary by
// which the body is really split: a gateway wrote the other.
func (t *tree) preferMultipart(p *part) {
	first := true
	for _, f := range p.header.fields {
		if !strings.EqualFold(f.name, "Content-Type") {
			continue
		}
		if first {
			first = false
			continue
		}
		ctype, params := parseValue(p.header.utf8(f.value), "")
		if boundary := strings.TrimRight(params["boundary"], " \t"); strings.HasPrefix(ctype, "multipart/") && boundary != "" {
			if pieces, _ := cut(p.body, boundary); len(pieces) > 0 {
				t.note(Defect{Kind: HeaderMalformed, Detail: "two Content-Types"})
				p.ctype, p.params = ctype, params
				return
			}
		}
	}
}

func hasHigh(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return true
		}
	}
	return false
}

// split parses what is inside a multipart or a mail in a mail.
func (t *tree) split(p *part, depth int) {
	switch {
	case strings.HasPrefix(p.ctype, "multipart/"):
		if depth >= maxDepth && len(p.body) > maxSmall || depth >= maxDeep {
			t.note(Defect{Kind: TooDeep})
			p.ctype = "application/octet-stream"
			return
		}
		t.splitMultipart(p, depth)
	case p.ctype == "message/rfc822" || p.ctype == "message/global" || p.ctype == "message/news",
		p.ctype == "message/partial" && (p.params["number"] == "1" || p.params["number"] == ""):
		if depth >= maxDepth {
			t.note(Defect{Kind: TooDeep})
			return
		}
		body := p.body
		switch encodingName(p.header.Get("Content-Transfer-Encoding")) {
		case "base64", "quoted-printable": // forbidden by RFC 2046 section 5.2.1, sent all the same
			if name, _ := splitField(firstLine(skipLeading(body))); name == "" {
				body = decodeTransfer(p.header.Get("Content-Transfer-Encoding"), body, t.note)
			}
		}
		t.parts++
		p.mail = t.parse(skipLeading(body), "text/plain", depth+1)
	}
}

func (t *tree) splitMultipart(p *part, depth int) {
	boundary := strings.TrimRight(p.params["boundary"], " \t")
	pieces, closed := cut(p.body, boundary)
	if _, named := p.params["boundary"]; named && boundary == "" {
		pieces, closed = cutBare(p.body)
	}
	if encodingName(p.header.Get("Content-Transfer-Encoding")) == "quoted-printable" && quotedParts(pieces) {
		pieces, closed = cut(decodeTransfer("quoted-printable", p.body, t.note), boundary)
	}
	if len(pieces) == 0 {
		if name := encodingName(p.header.Get("Content-Transfer-Encoding")); name == "base64" || name == "quoted-printable" {
			if decoded := decodeTransfer(name, p.body, t.note); boundary != "" {
				pieces, closed = cut(decoded, boundary)
			}
		}
	}
	if len(pieces) == 0 {
		t.note(Defect{Kind: BoundaryMissing})
		if guessed := guessBoundary(p.body); guessed != "" {
			pieces, closed = cut(p.body, guessed)
		}
	}
	if len(pieces) == 0 { // it says multipart, but is one text
		p.ctype = "text/plain"
		return
	}
	if !closed {
		t.note(Defect{Kind: BoundaryUnclosed})
	}
	fallback := "text/plain"
	if p.ctype == "multipart/digest" {
		fallback = "message/rfc822"
	}
	for _, piece := range pieces {
		if t.parts >= maxParts {
			t.note(Defect{Kind: TooManyParts})
			return
		}
		t.parts++
		if child := t.parse(piece, fallback, depth+1); len(child.header.fields) > 0 || len(bytes.TrimSpace(child.body)) > 0 {
			if child.header.hint == "" {
				child.header.hint = p.header.hint
			}
			p.children = append(p.children, child)
		}
	}
}

// cut splits a multipart body at its delimiter lines. closed reports whether
// the closing delimiter was there. A delimiter is matched to the end of its
// line, so that one boundary may begin with another (RFC 2046 section 5.1.2).
func cut(body []byte, boundary string) (pieces [][]byte, closed bool) {
	if boundary == "" {
		return nil, false
	}
	delimiter := []byte("--" + boundary)
	start := -1
	for pos := 0; pos < len(body); {
		if body[pos] != '-' || !bytes.HasPrefix(body[pos:], delimiter) {
			pos = nextDash(body, pos)
			continue
		}
		line, rest := nextLine(body[pos:])
		next := len(body) - len(rest)
		tail := bytes.TrimRight(line[len(delimiter):], " \t")
		end := bytes.HasPrefix(tail, []byte("--"))
		if len(tail) > 0 && !end || end && bytes.ContainsFunc(tail, isWordRune) {
			pos = nextDash(body, pos)
			continue
		}
		if start >= 0 {
			pieces = append(pieces, trimLineEnd(body[start:pos]))
			start = -1
		}
		// Some mailers close too early and go on: a part's header shows it.
		if !end || bytes.HasPrefix(bytes.ToLower(firstLine(rest)), []byte("content-")) && partFollows(rest, delimiter) {
			start = next
		}
		closed = end && start < 0
		pos = next
	}
	if start >= 0 {
		pieces = append(pieces, body[start:])
	}
	return pieces, closed
}

// quotedParts reports parts whose headers themselves are quoted-printable
// (forbidden by RFC 2045 section 6.4, sent all the same).
func quotedParts(pieces [][]byte) bool {
	for _, piece := range pieces {
		head, _, _ := bytes.Cut(piece, []byte("\n\n"))
		if head, _, _ = bytes.Cut(head, []byte("\r\n\r\n")); bytes.Contains(head, []byte("=3D")) && bytes.HasPrefix(bytes.ToLower(piece), []byte("content-")) {
			return true
		}
	}
	return false
}

// cutBare splits a multipart whose boundary is empty: its delimiter is "--" on
// a line of its own, and a part's header or the end follows, so that a
// signature's mark is none.
func cutBare(body []byte) (pieces [][]byte, closed bool) {
	start := -1
	for rest := body; len(rest) > 0; {
		line, next := nextLine(rest)
		at := len(body) - len(rest)
		rest = next
		tail := bytes.TrimRight(line, " \t")
		name, _ := splitField(firstLine(next))
		end := string(tail) == "----"
		if !end && (string(tail) != "--" || !strings.HasPrefix(strings.ToLower(name), "content-")) {
			continue
		}
		if start >= 0 {
			pieces = append(pieces, trimLineEnd(body[start:at]))
		}
		if start = len(body) - len(next); end {
			return pieces, len(pieces) > 0
		}
	}
	if start >= 0 {
		pieces = append(pieces, body[start:])
	}
	return pieces, false
}

func isWordRune(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0x80
}

// partFollows reports whether another delimiter comes soon.
func partFollows(b, delimiter []byte) bool {
	return bytes.Contains(b[:min(len(b), 1<<20)], delimiter)
}

// nextDash returns the start of the next line after pos that begins with "-".
func nextDash(b []byte, pos int) int {
	for pos < len(b) {
		i := bytes.IndexByte(b[pos:], '-')
		if i < 0 {
			return len(b)
		}
		if i += pos; i > pos && (b[i-1] == '\n' || b[i-1] == '\r') {
			return i
		}
		pos = i + 1
		for pos < len(b) && b[pos] == '-' {
			pos++
		}
	}
	return len(b)
}

// guessBoundary finds the delimiter of a multipart that does not name it: the
// first line of the form "--word" that a part's header or the end follows.
func guessBoundary(b []byte) string {
	for i := 0; i < 2000 && len(b) > 0; i++ {
		line, rest := nextLine(b)
		b = rest
		line = bytes.TrimRight(line, " \t")
		if len(line) < 4 || len(line) > 200 || line[0] != '-' || line[1] != '-' || bytes.ContainsAny(line, " \t") || len(bytes.Trim(line, "-")) == 0 {
			continue
		}
		if name, _ := splitField(firstLine(rest)); wellKnown(name) || bytes.Contains(rest[:min(len(rest), 1<<20)], line) {
			return string(line[2:])
		}
	}
	return ""
}

// name returns the file name that the sender gave, with its path if it has one.
func (p *part) name() string {
	for _, n := range [...]string{p.dparams["filename"], p.params["name"], p.params["filename"], p.dparams["name"]} {
		if n = strings.TrimSpace(strings.ReplaceAll(n, "\x00", "")); n != "" {
			return n
		}
	}
	return ""
}

// content returns the body with its transfer encoding undone.
func (p *part) content(note func(Defect)) []byte {
	return decodeTransfer(p.header.Get("Content-Transfer-Encoding"), p.body, note)
}

// all returns the part and every part below it in order, without those of
// mails inside the mail.
func (p *part) all() []*part {
	out := []*part{p}
	for _, child := range p.children {
		out = append(out, child.all()...)
	}
	return out
}
