// Package tnef reads winmail.dat, the form in which Outlook and Exchange send
// rich text and files to everyone who did not ask for it (MS-OXTNEF).
//
// It owns the stream of attributes, the MAPI properties inside it, compressed
// RTF (MS-OXRTFCP) and the text or HTML hidden in RTF (MS-OXRTFEX). It refuses
// nothing that has the signature: a damaged stream gives what could be read
// before the damage. Sizes in the stream are never trusted for allocation.
//
// Start reading at [Parse].
package tnef

import (
	"cmp"
	"encoding/binary"
	"strings"
	"time"

	"madoguchi/internal/mailtext/charset"
)

// Message is the content of one stream.
type Message struct {
	Class       string // "IPM.Note", "IPM.Microsoft Schedule.MtgReq", …
	Subject     string
	From        Person
	To, Cc      []Person
	Sent        time.Time // zero when it does not say
	MessageID   string    // without angle brackets
	Text        string    // plain text, as given or taken out of RTF or HTML's source
	HTML        string    // HTML, as given or taken out of RTF
	RTF         []byte    // decompressed; nil when there is none
	Attachments []Attachment
}

// Person is a sender or a recipient; either part may be empty.
type Person struct{ Name, Addr string }

// Attachment is one file of a stream.
type Attachment struct {
	Name      string
	Type      string // media type, as given; may be empty
	ContentID string
	Data      []byte
	Embedded  *Message // a message inside the message; Data then is its stream
}

const (
	signature = 0x223e9f78
	maxDepth  = 8
	maxFiles  = 2000
	maxProps  = 20000
)

// Attribute identifiers (MS-OXTNEF section 2.1.3.2).
const (
	attMessageClass   = 0x00078008
	attFrom           = 0x00008000
	attSubject        = 0x00018004
	attDateSent       = 0x00038005
	attBody           = 0x0002800c
	attAttachData     = 0x0006800f
	attAttachTitle    = 0x00018010
	attAttachRendData = 0x00069002
	attMAPIProps      = 0x00069003
	attRecipTable     = 0x00069004
	attAttachment     = 0x00069005
	attOEMCodepage    = 0x00069007
)

// Is reports whether b begins like a TNEF stream.
func Is(b []byte) bool { return len(b) >= 6 && binary.LittleEndian.Uint32(b) == signature }

// Parse reads a stream. ok is false when b is no TNEF. hint is a charset of the
// mail around it: it settles close guesses where the stream names no code page.
func Parse(b []byte, hint string) (m *Message, ok bool) { return parse(b, hint, 0) }

func parse(b []byte, hint string, depth int) (*Message, bool) {
	m := new(Message)
	if !Is(b) || depth > maxDepth {
		return m, false
	}
	r := reader{m: m, hint: hint, depth: depth, people: map[uint16]string{}}
	for b = b[6:]; len(b) >= 9; {
		level, id, size := b[0], binary.LittleEndian.Uint32(b[1:]), binary.LittleEndian.Uint32(b[5:])
		b = b[9:]
		data := b
		if uint64(size) < uint64(len(b)) {
			data = b[:size]
			b = b[size:]
			b = b[min(2, len(b)):] // the checksum; a wrong one is no reason to lose a file
		} else {
			b = nil
		}
		r.attribute(level, id, data)
	}
	r.finish()
	return m, true
}

// reader holds what attributes that come later depend on.
type reader struct {
	m        *Message
	codepage string // of the texts, empty while the stream names none
	htmlPage string // of the HTML, empty for the same
	hint     string
	cur      *Attachment
	depth    int
	people   map[uint16]string // names and addresses of its sender, by property
	to, cc   string            // the recipients as they were shown
}

func (r *reader) attribute(level byte, id uint32, data []byte) {
	switch id {
	case attOEMCodepage:
		if len(data) >= 4 {
			r.codepage = codepageName(binary.LittleEndian.Uint32(data))
		}
	case attMessageClass:
		r.m.Class = r.text(data)
	case attSubject:
		if r.m.Subject == "" {
			r.m.Subject = r.text(data)
		}
	case attFrom:
		if r.m.From == (Person{}) {
			r.m.From = r.triple(data)
		}
	case attDateSent:
		if r.m.Sent.IsZero() {
			r.m.Sent = dateTime(data)
		}
	case attRecipTable:
		r.recipients(data)
	case attBody:
		if r.m.Text == "" {
			r.m.Text = r.text(data)
		}
	case attMAPIProps:
		r.messageProps(data)
	case attAttachRendData:
		r.next()
	case attAttachTitle:
		if a := r.file(); a.Name == "" {
			a.Name = r.text(data)
		}
	case attAttachData:
		r.file().Data = data
	case attAttachment:
		if level == 2 {
			r.fileProps(data)
		}
	}
}

func (r *reader) next() {
	r.flush()
	r.cur = new(Attachment)
}

func (r *reader) file() *Attachment {
	if r.cur == nil {
		r.cur = new(Attachment)
	}
	return r.cur
}

func (r *reader) flush() {
	if r.cur != nil && len(r.m.Attachments) < maxFiles {
		r.m.Attachments = append(r.m.Attachments, *r.cur)
	}
	r.cur = nil
}

func (r *reader) finish() {
	r.flush()
	r.whoWrote()
	if r.m.RTF == nil {
		return
	}
	text, html := unRTF(r.m.RTF)
	if r.m.HTML == "" {
		r.m.HTML = html
	}
	if r.m.Text == "" {
		r.m.Text = text
	}
}

// text decodes a string of the old attributes: the code page's bytes up to a NUL.
func (r *reader) text(b []byte) string {
	if i := strings.IndexByte(string(b), 0); i >= 0 {
		b = b[:i]
	}
	return charset.Decode(r.codepage, r.hint, b).Text
}

func (r *reader) messageProps(b []byte) {
	var rtf []byte
	var html []byte
	list := properties(b)
	for _, p := range list { // wherever it stands, the texts depend on it
		if p.id == 0x3ffd && len(p.data) >= 4 && r.codepage == "" { // PidTagMessageCodepage
			r.codepage = codepageName(binary.LittleEndian.Uint32(p.data))
		}
	}
	for _, p := range list {
		switch p.id {
		case 0x3fde: // PidTagInternetCodepage
			if len(p.data) >= 4 {
				r.htmlPage = codepageName(binary.LittleEndian.Uint32(p.data))
			}
		case 0x0037: // PidTagSubject
			if s := r.value(p); s != "" {
				r.m.Subject = s
			}
		case 0x0042, 0x0065, 0x5d02, 0x0c1a, 0x0c1f, 0x5d01: // whom it was sent for, and by whom
			r.people[p.id] = r.value(p)
		case 0x0039: // PidTagClientSubmitTime
			if len(p.data) == 8 {
				r.m.Sent = fileTime(binary.LittleEndian.Uint64(p.data))
			}
		case 0x0e04: // PidTagDisplayTo
			r.to = r.value(p)
		case 0x0e03: // PidTagDisplayCc
			r.cc = r.value(p)
		case 0x1035: // PidTagInternetMessageId
			r.m.MessageID = strings.Trim(r.value(p), "<> ")
		case 0x1000: // PidTagBody
			if s := r.value(p); s != "" {
				r.m.Text = s
			}
		case 0x1009: // PidTagRtfCompressed
			rtf = p.data
		case 0x1013: // PidTagHtml
			html = p.data
		}
	}
	if len(html) > 0 {
		r.m.HTML = strings.Trim(charset.Decode(cmp.Or(r.htmlPage, r.codepage), r.hint, html).Text, "\x00")
	}
	if len(rtf) > 0 {
		r.m.RTF = decompress(rtf)
	}
}

func (r *reader) fileProps(b []byte) {
	a := r.file()
	long, short, display := "", "", ""
	for _, p := range properties(b) {
		switch p.id {
		case 0x3707:
			long = r.value(p)
		case 0x3704:
			short = r.value(p)
		case 0x3001:
			display = r.value(p)
		case 0x370e:
			a.Type = strings.ToLower(r.value(p))
		case 0x3712:
			a.ContentID = strings.Trim(r.value(p), "<>")
		case 0x3701: // PidTagAttachDataBinary or PidTagAttachDataObject
			switch {
			case p.kind == 0x0d && len(p.data) > 16: // an object begins with its interface's GUID
				a.Data = p.data[16:]
				if m, ok := parse(a.Data, cmp.Or(r.codepage, r.hint), r.depth+1); ok {
					a.Embedded = m
				}
			case len(a.Data) == 0:
				a.Data = p.data
			}
		}
	}
	for _, n := range [...]string{long, a.Name, short, display} {
		if n != "" {
			a.Name = n
			break
		}
	}
}

// value decodes a property's text.
func (r *reader) value(p property) string {
	switch p.kind {
	case 0x1f:
		return strings.TrimRight(charset.Decode("utf-16le", "", p.data).Text, "\x00")
	case 0x1e, 0x102:
		return r.text(p.data)
	}
	return ""
}

// property is one MAPI property with its first value.
type property struct {
	id   uint16
	kind uint16
	data []byte
}

// properties reads a property list (MS-OXTNEF section 2.1.3.4).
func properties(b []byte) []property {
	return (&cursor{b: b}).list()
}

// list reads one property list and stops after it.
func (c *cursor) list() []property {
	count := c.u32()
	var out []property
	for i := uint32(0); i < count && i < maxProps && !c.short; i++ {
		kind, id := c.u16(), c.u16()
		if id >= 0x8000 { // a named property
			c.take(16)
			if c.u32() == 0 {
				c.u32()
			} else {
				c.padded(c.u32())
			}
		}
		multi := kind&0x1000 != 0
		kind &^= 0x1000
		values := uint32(1)
		if multi || kind == 0x1e || kind == 0x1f || kind == 0x0d || kind == 0x102 {
			values = c.u32()
		}
		for v := uint32(0); v < values && !c.short; v++ {
			var data []byte
			switch kind {
			case 0x1e, 0x1f, 0x0d, 0x102:
				data = c.padded(c.u32())
			case 0x02, 0x03, 0x04, 0x0a, 0x0b:
				data = c.take(4)
			case 0x05, 0x06, 0x07, 0x14, 0x40:
				data = c.take(8)
			case 0x48:
				data = c.take(16)
			default: // its size is unknown, and so is the place of the next one
				return out
			}
			if v == 0 && !c.short {
				out = append(out, property{id, kind, data})
			}
		}
	}
	return out
}

// cursor reads little-endian values; short is set once the bytes run out.
type cursor struct {
	b     []byte
	short bool
}

func (c *cursor) take(n uint32) []byte {
	if uint64(n) > uint64(len(c.b)) {
		c.short = true
		n = uint32(len(c.b))
	}
	out := c.b[:n]
	c.b = c.b[n:]
	return out
}

// padded takes n bytes and the filling up to a multiple of four.
func (c *cursor) padded(n uint32) []byte {
	out := c.take(n)
	if fill := (4 - n%4) % 4; fill > 0 && !c.short {
		c.b = c.b[min(int(fill), len(c.b)):]
	}
	return out
}

func (c *cursor) u32() uint32 {
	if b := c.take(4); len(b) == 4 {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (c *cursor) u16() uint16 {
	if b := c.take(2); len(b) == 2 {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}
