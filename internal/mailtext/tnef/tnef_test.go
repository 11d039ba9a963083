package tnef

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/japanese"
)

// stream builds a TNEF stream attribute by attribute.
type stream []byte

func newStream() stream { return append(binary.LittleEndian.AppendUint32(nil, signature), 1, 0) }

func (s stream) with(level byte, id uint32, data []byte) stream {
	s = append(s, level)
	s = binary.LittleEndian.AppendUint32(s, id)
	s = binary.LittleEndian.AppendUint32(s, uint32(len(data)))
	s = append(s, data...)
	sum := uint16(0)
	for _, c := range data {
		sum += uint16(c)
	}
	return binary.LittleEndian.AppendUint16(s, sum)
}

// props builds a property list.
type props struct {
	n uint32
	b []byte
}

func (p *props) variable(kind, id uint16, data []byte) {
	p.n++
	p.b = binary.LittleEndian.AppendUint16(p.b, kind)
	p.b = binary.LittleEndian.AppendUint16(p.b, id)
	p.b = binary.LittleEndian.AppendUint32(p.b, 1)
	p.b = binary.LittleEndian.AppendUint32(p.b, uint32(len(data)))
	p.b = append(p.b, data...)
	for len(p.b)%4 != 0 {
		p.b = append(p.b, 0)
	}
}

func (p *props) long(id uint16, v uint32) {
	p.n++
	p.b = binary.LittleEndian.AppendUint16(p.b, 3)
	p.b = binary.LittleEndian.AppendUint16(p.b, id)
	p.b = binary.LittleEndian.AppendUint32(p.b, v)
}

func (p *props) bytes() []byte { return append(binary.LittleEndian.AppendUint32(nil, p.n), p.b...) }

func utf16le(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s + "\x00")) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

func TestFilesOfAWinmailKeepTheirJapaneseNamesAndTheirBytes(t *testing.T) {
	var p props
	p.variable(0x1f, 0x3707, utf16le("見積書.xlsx"))
	p.variable(0x1f, 0x370e, utf16le("application/vnd.ms-excel"))
	b := newStream().with(1, attMessageClass, []byte("IPM.Note\x00")).
		with(2, attAttachRendData, make([]byte, 14)).
		with(2, attAttachTitle, []byte("MITSUM~1.XLS\x00")).
		with(2, attAttachData, []byte{1, 2, 3, 0, 255}).
		with(2, attAttachment, p.bytes()).
		with(2, attAttachRendData, make([]byte, 14)).
		with(2, attAttachTitle, []byte("b.txt\x00")).
		with(2, attAttachData, []byte("second"))
	m, ok := Parse(b, "")
	if !ok || len(m.Attachments) != 2 {
		t.Fatalf("Parse = %+v, %v; want two files", m, ok)
	}
	if a := m.Attachments[0]; a.Name != "見積書.xlsx" || a.Type != "application/vnd.ms-excel" || string(a.Data) != "\x01\x02\x03\x00\xff" {
		t.Errorf("first file: %+v", a)
	}
	if a := m.Attachments[1]; a.Name != "b.txt" || string(a.Data) != "second" {
		t.Errorf("second file: %+v", a)
	}
}

func TestNamesAreReadInTheCodePageOfTheStreamOrOfTheMail(t *testing.T) {
	sjis := func(s string) []byte {
		b, err := japanese.ShiftJIS.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return []byte(b + "\x00")
	}
	page := func(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }
	named := func(s stream, name []byte) stream {
		var p props
		p.variable(0x1e, 0x3707, name)
		return s.with(2, attAttachRendData, nil).with(2, attAttachData, []byte("x")).with(2, attAttachment, p.bytes())
	}
	var utf8HTML props
	utf8HTML.variable(0x102, 0x1013, []byte("<p>本文</p>"))
	utf8HTML.long(0x3fde, 65001)
	for name, c := range map[string]struct {
		s          stream
		hint, want string
	}{
		"code page 932":                     {named(newStream().with(1, attOEMCodepage, page(932)), sjis("能登表.xlsx")), "", "能登表.xlsx"},
		"the Macintosh's Japanese":          {named(newStream().with(1, attOEMCodepage, page(10001)), sjis("見積書.xlsx")), "", "見積書.xlsx"},
		"UTF-8":                             {named(newStream().with(1, attOEMCodepage, page(65001)), []byte("見積書.xlsx\x00")), "", "見積書.xlsx"},
		"none named, Shift_JIS":             {named(newStream(), sjis("見積書 第2版.xlsx")), "", "見積書 第2版.xlsx"},
		"none named, the mail is Shift_JIS": {named(newStream(), sjis("表.pdf")), "shift_jis", "表.pdf"},
		"none named, Western":               {named(newStream(), []byte("R\xe9sum\xe9 final.pdf\x00")), "", "Résumé final.pdf"},
		"932, with HTML in UTF-8":           {named(newStream().with(1, attOEMCodepage, page(932)).with(1, attMAPIProps, utf8HTML.bytes()), sjis("能登表.xlsx")), "", "能登表.xlsx"},
	} {
		m, ok := Parse(c.s, c.hint)
		if !ok || len(m.Attachments) != 1 || m.Attachments[0].Name != c.want {
			t.Errorf("%s: %+v; want %s", name, m.Attachments, c.want)
		}
		if m.HTML != "" && m.HTML != "<p>本文</p>" {
			t.Errorf("%s: HTML %q", name, m.HTML)
		}
	}
}

func TestAMailInsideAWinmailIsOpened(t *testing.T) {
	inner := newStream().with(1, attSubject, []byte("inner\x00")).with(2, attAttachRendData, nil).with(2, attAttachTitle, []byte("deep.bin\x00")).with(2, attAttachData, []byte("x"))
	var p props
	p.variable(0x0d, 0x3701, append(make([]byte, 16), inner...))
	m, ok := Parse(newStream().with(2, attAttachRendData, nil).with(2, attAttachment, p.bytes()), "")
	if !ok || len(m.Attachments) != 1 || m.Attachments[0].Embedded == nil {
		t.Fatalf("Parse = %+v, %v; want one embedded message", m, ok)
	}
	if e := m.Attachments[0].Embedded; e.Subject != "inner" || len(e.Attachments) != 1 || e.Attachments[0].Name != "deep.bin" {
		t.Errorf("embedded message: %+v", e)
	}
}

func TestRTFGivesTheTextOrTheHTMLItWasMadeFrom(t *testing.T) {
	for _, c := range []struct{ name, rtf, text, html string }{
		{"plain", `{\rtf1\ansi\ansicpg932{\fonttbl{\f0\fcharset128 MS Gothic;}}\f0 \'82\'a0\'82\'a2\par second}`, "あい\nsecond", ""},
		{"unicode", `{\rtf1\ansi\uc1 \u12354?\u12356?\u-10179?\u-8704?}`, "あい😀", ""},
		{"from html", `{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\par\htmlrtf0 Hello{\*\htmltag72 </p>}\htmlrtf }\htmlrtf0}`, "", "<p>Hello</p>"},
		{"hidden", `{\rtf1{\*\generator Riched;}{\stylesheet{\s0 Normal;}}shown}`, "shown", ""},
	} {
		text, html := unRTF([]byte(c.rtf))
		if text != c.text || html != c.html {
			t.Errorf("%s: text %q, HTML %q; want %q, %q", c.name, text, html, c.text, c.html)
		}
	}
}

func TestCompressedRTFIsDecompressed(t *testing.T) {
	// MS-OXRTFCP section 4.1.1: "{\rtf1\ansi\ansicpg1252\pard hello world}\r\n".
	b := []byte{0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0, 0x0a, 0, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09, 0, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0}
	if got, want := string(decompress(b)), "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"; got != want {
		t.Errorf("decompress = %q, want %q", got, want)
	}
}

func TestADamagedStreamGivesWhatCameBeforeTheDamage(t *testing.T) {
	b := newStream().with(1, attSubject, []byte("件名\x00")).with(2, attAttachRendData, nil).with(2, attAttachTitle, []byte("a.txt\x00")).with(2, attAttachData, []byte(strings.Repeat("x", 1000)))
	m, ok := Parse(b[:len(b)-500], "")
	if !ok || len(m.Attachments) != 1 || len(m.Attachments[0].Data) < 400 {
		t.Errorf("Parse of a cut stream = %+v, %v", m, ok)
	}
}

func FuzzParse(f *testing.F) {
	var p props
	p.variable(0x1f, 0x3707, utf16le("名前.txt"))
	p.variable(0x102, 0x1009, []byte("....\x10\x00\x00\x00LZFu....abc"))
	f.Add([]byte(newStream().with(1, attMAPIProps, p.bytes()).with(2, attAttachRendData, nil).with(2, attAttachment, p.bytes())))
	f.Fuzz(func(_ *testing.T, b []byte) { Parse(b, "") })
}

func FuzzRTF(f *testing.F) {
	f.Add([]byte(`{\rtf1\ansi\fromhtml1{\fonttbl{\f0\fcharset128 M;}}\f0\'82\'a0\u12354?{\*\htmltag64 <p>}\bin3 abc}`))
	f.Fuzz(func(_ *testing.T, b []byte) {
		unRTF(b)
		decompress(b)
	})
}
