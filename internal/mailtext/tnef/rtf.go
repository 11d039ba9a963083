package tnef

import (
	"encoding/binary"
	"strconv"
	"strings"

	"madoguchi/internal/mailtext/charset"
)

// prebuf is the dictionary that compressed RTF starts with (MS-OXRTFCP section
// 2.1.3.1.1).
const prebuf = "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"

const maxRTF = 32 << 20

// decompress undoes MS-OXRTFCP; damaged data gives what could be read.
func decompress(b []byte) []byte {
	if len(b) < 16 {
		return b
	}
	size, magic := binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint32(b[8:])
	body := b[16:]
	switch magic {
	case 0x414c454d: // "MELA": stored
		return body[:min(int64(size), int64(len(body)))]
	case 0x75465a4c: // "LZFu"
	default:
		return b
	}
	var window [4096]byte
	copy(window[:], prebuf)
	w := len(prebuf)
	limit := min(int64(size), maxRTF)
	out := make([]byte, 0, min(limit, int64(len(body))*4))
	emit := func(c byte) {
		out = append(out, c)
		window[w] = c
		w = (w + 1) & 4095
	}
	for len(body) > 0 && int64(len(out)) < limit {
		flags := body[0]
		body = body[1:]
		for bit := 0; bit < 8 && len(body) > 0; bit++ {
			if flags>>bit&1 == 0 {
				emit(body[0])
				body = body[1:]
				continue
			}
			if len(body) < 2 {
				return out
			}
			ref := int(body[0])<<8 | int(body[1])
			body = body[2:]
			offset, length := ref>>4, ref&15+2
			if offset == w {
				return out
			}
			for i := range length {
				emit(window[(offset+i)&4095])
			}
		}
	}
	return out[:min(int64(len(out)), limit)]
}

// group is the state that "{" saves and "}" restores.
type group struct {
	skip    bool // a destination that shows nothing
	htmlTag bool // inside \*\htmltag: its text is HTML's source
	htmlRTF bool // \htmlrtf: text for RTF readers only
	uc      int  // bytes that stand for a \u after it
	cp      string
}

// rtfReader turns RTF into text, or into the HTML it was made from.
type rtfReader struct {
	b        []byte
	i        int
	cur      group
	stack    []group
	out      strings.Builder
	raw      []byte // bytes of the code page, not yet decoded
	fromHTML bool
	fonts    map[int]string // code page by font
	font     int            // font being defined, in the font table
	inFonts  bool
	drop     int // bytes still to skip after a \u
	high     rune
	deff     string
}

// unRTF returns the text of RTF, or, for RTF made from HTML or plain text
// (MS-OXRTFEX), what it was made from.
func unRTF(b []byte) (text, html string) {
	r := rtfReader{b: b, cur: group{uc: 1, cp: "windows-1252"}, fonts: map[int]string{}, deff: "windows-1252"}
	r.run()
	r.flush()
	s := strings.ReplaceAll(strings.ReplaceAll(r.out.String(), "\x00", ""), "\r\n", "\n")
	if r.fromHTML {
		return "", s
	}
	return strings.TrimSpace(s), ""
}

func (r *rtfReader) run() {
	for r.i < len(r.b) && r.out.Len() < maxRTF {
		c := r.b[r.i]
		r.i++
		switch c {
		case '{':
			r.flush()
			if len(r.stack) < 1000 {
				r.stack = append(r.stack, r.cur)
			}
		case '}':
			r.flush()
			if n := len(r.stack); n > 0 {
				r.cur = r.stack[n-1]
				r.stack = r.stack[:n-1]
			}
			if len(r.stack) <= 1 {
				r.inFonts = false
			}
		case '\\':
			r.control()
		case '\r', '\n', 0:
		default:
			r.char(c)
		}
	}
}

// hidden reports that text is not for the reader.
func (r *rtfReader) hidden() bool {
	return r.cur.skip || r.fromHTML && r.cur.htmlRTF
}

func (r *rtfReader) char(c byte) {
	if r.drop > 0 {
		r.drop--
		return
	}
	if !r.hidden() {
		r.raw = append(r.raw, c)
	}
}

func (r *rtfReader) flush() {
	if len(r.raw) > 0 {
		r.out.WriteString(charset.Decode(r.cur.cp, "", r.raw).Text)
		r.raw = r.raw[:0]
	}
}

func (r *rtfReader) text(s string) {
	if !r.hidden() {
		r.flush()
		r.out.WriteString(s)
	}
}

func (r *rtfReader) control() {
	if r.i >= len(r.b) {
		return
	}
	c := r.b[r.i]
	if c|0x20 < 'a' || c|0x20 > 'z' {
		r.i++
		r.symbol(c)
		return
	}
	start := r.i
	for r.i < len(r.b) && r.b[r.i]|0x20 >= 'a' && r.b[r.i]|0x20 <= 'z' && r.i-start < 32 {
		r.i++
	}
	word := string(r.b[start:r.i])
	digits := r.i
	if r.i < len(r.b) && r.b[r.i] == '-' {
		r.i++
	}
	for r.i < len(r.b) && r.b[r.i] >= '0' && r.b[r.i] <= '9' && r.i-digits < 11 {
		r.i++
	}
	n, err := strconv.Atoi(string(r.b[digits:r.i]))
	given := err == nil
	if r.i < len(r.b) && r.b[r.i] == ' ' {
		r.i++
	}
	r.word(word, n, given)
}

func (r *rtfReader) symbol(c byte) {
	switch c {
	case '\'':
		if r.i+1 < len(r.b) {
			v, err := strconv.ParseUint(string(r.b[r.i:r.i+2]), 16, 8)
			r.i += 2
			if err == nil {
				r.char(byte(v))
			}
		}
	case '*':
		r.destination()
	case '~':
		r.text("\u00a0")
	case '_':
		r.text("\u2011")
	case '-':
	case '\r', '\n':
		r.text("\n")
	default: // \\ \{ \}
		r.char(c)
	}
}

// destination reads what follows "\*": only \htmltag is for us.
func (r *rtfReader) destination() {
	rest := string(r.b[r.i:min(len(r.b), r.i+12)])
	switch {
	case strings.HasPrefix(rest, "\\htmltag"):
		r.cur.htmlTag = true
		r.cur.skip = false
	case strings.HasPrefix(rest, "\\mhtmltag"):
		r.cur.skip = true
	default:
		r.cur.skip = true
	}
}

func (r *rtfReader) word(word string, n int, given bool) {
	switch word {
	case "fromhtml":
		r.fromHTML = !given || n == 1
	case "htmlrtf":
		r.flush()
		r.cur.htmlRTF = !given || n != 0
	case "fonttbl":
		r.inFonts = true
		r.cur.skip = true
	case "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "headerl", "headerr", "footerl", "footerr", "footnote", "fldinst", "themedata", "listtable", "generator":
		r.cur.skip = true
	case "ansicpg":
		r.flush()
		r.deff = codepageName(uint32(max(n, 0)))
		r.cur.cp = r.deff
	case "f":
		r.flush()
		if r.inFonts {
			r.font = n
		} else if cp, ok := r.fonts[n]; ok {
			r.cur.cp = cp
		} else {
			r.cur.cp = r.deff
		}
	case "fcharset":
		if r.inFonts && len(r.fonts) < 1000 {
			r.fonts[r.font] = charsetOfFont(n, r.deff)
		}
	case "plain":
		r.flush()
		r.cur.cp = r.deff
	case "uc":
		r.cur.uc = min(max(n, 0), 8)
	case "u":
		r.unicode(n)
	case "par", "line", "row", "sect", "page":
		r.text("\n")
	case "tab", "cell":
		r.text("\t")
	case "lquote":
		r.text("‘")
	case "rquote":
		r.text("’")
	case "ldblquote":
		r.text("“")
	case "rdblquote":
		r.text("”")
	case "bullet":
		r.text("•")
	case "endash":
		r.text("–")
	case "emdash":
		r.text("—")
	case "bin":
		r.i += min(max(n, 0), len(r.b)-r.i)
	}
}

// unicode writes \uN; the bytes after it stand for readers that cannot.
func (r *rtfReader) unicode(n int) {
	if n < 0 {
		n += 65536
	}
	r.drop = r.cur.uc
	v := rune(n)
	switch {
	case v >= 0xd800 && v < 0xdc00:
		r.high = v
		return
	case v >= 0xdc00 && v < 0xe000:
		if r.high != 0 {
			v = (r.high-0xd800)<<10 + (v - 0xdc00) + 0x10000
		}
		r.high = 0
	}
	r.text(string(v))
}

// charsetOfFont maps \fcharset to an encoding.
func charsetOfFont(n int, fallback string) string {
	switch n {
	case 0:
		return "windows-1252"
	case 128:
		return "shift_jis"
	case 129, 130:
		return "euc-kr"
	case 134:
		return "gb18030"
	case 136:
		return "big5"
	case 161:
		return "windows-1253"
	case 162:
		return "windows-1254"
	case 163:
		return "windows-1258"
	case 177:
		return "windows-1255"
	case 178:
		return "windows-1256"
	case 186:
		return "windows-1257"
	case 204:
		return "windows-1251"
	case 222:
		return "windows-874"
	case 238:
		return "windows-1250"
	}
	return fallback
}

// codepageName returns the label of a Windows code page.
func codepageName(n uint32) string {
	if n == 0 || n > 65001 {
		return "windows-1252"
	}
	switch n {
	case 20127:
		return "us-ascii"
	case 28591:
		return "iso-8859-1"
	case 10000:
		return "macintosh"
	case 10001:
		return "shift_jis"
	}
	if n > 28591 && n <= 28605 {
		return "iso-8859-" + strconv.Itoa(int(n-28590))
	}
	if name := "cp" + strconv.Itoa(int(n)); charset.Known(name) {
		return name
	}
	return "windows-1252"
}
