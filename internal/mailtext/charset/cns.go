package charset

import (
	_ "embed"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// cnsTable holds planes 1 and 2 of CNS 11643; gen_cns.py made it and says its
// form.
//
//go:embed cns.bin
var cnsTable string

// writeCNS writes the character of a plane, row and cell (each from 1), and
// reports whether there is one. The planes over 2 hold what no mailer sends.
func writeCNS(out *strings.Builder, plane, row, cell int) bool {
	if plane < 1 || plane > 2 || row < 1 || row > 94 || cell < 1 || cell > 94 {
		return false
	}
	i := ((plane-1)*94*94 + (row-1)*94 + cell - 1) * 2
	r := rune(cnsTable[i]) | rune(cnsTable[i+1])<<8
	if r == 0 {
		return false
	}
	out.WriteRune(r)
	return true
}

// decodeEUCTW reads EUC-TW: plane 1 in two bytes, any plane in four (8E, A0 and
// the plane, and the two of the character).
func decodeEUCTW(b []byte) (string, int) {
	var out strings.Builder
	out.Grow(len(b) * 3 / 2)
	bad := 0
	for i := 0; i < len(b); i++ {
		c, ok := b[i], false
		switch {
		case c < 0x80:
			out.WriteByte(c)
			ok = true
		case c == 0x8e && i+3 < len(b) && b[i+1] > 0xa0 && isEUC(b[i+2]) && isEUC(b[i+3]):
			ok = writeCNS(&out, int(b[i+1]-0xa0), int(b[i+2]-0xa0), int(b[i+3]-0xa0))
			i += 3
		case isEUC(c) && i+1 < len(b) && isEUC(b[i+1]):
			ok = writeCNS(&out, 1, int(c-0xa0), int(b[i+1]-0xa0))
			i++
		}
		if !ok {
			out.WriteRune(utf8.RuneError)
			bad++
		}
	}
	return out.String(), bad
}

// decodeISO2022CN reads RFC 1922: GB 2312 or CNS 11643 plane 1 between SO and
// SI, plane 2 after a single shift (ESC N). A line ends what it designated.
func decodeISO2022CN(b []byte) (string, int) {
	var out strings.Builder
	out.Grow(len(b) * 3 / 2)
	shifted, cns, bad := false, false, 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		two := i+1 < len(b) && c|0x80 >= 0xa1 && b[i+1]|0x80 >= 0xa1 && b[i+1]|0x80 <= 0xfe
		switch {
		case c == 0x1b && i+3 < len(b) && b[i+1] == '$' && (b[i+2] == ')' || b[i+2] == '*'):
			if b[i+2] == ')' {
				cns = b[i+3] == 'G'
			}
			i += 3
		case c == 0x1b && i+3 < len(b) && b[i+1] == 'N':
			if !writeCNS(&out, 2, int(b[i+2]&0x7f)-0x20, int(b[i+3]&0x7f)-0x20) {
				out.WriteRune(utf8.RuneError)
				bad++
			}
			i += 3
		case c == 0x0e || c == 0x0f:
			shifted = c == 0x0e
		case c == '\n' || c == '\r':
			shifted = false
			out.WriteByte(c)
		case (shifted && c > 0x20 || c >= 0x80) && two:
			ok := false
			if cns && shifted {
				ok = writeCNS(&out, 1, int(c&0x7f)-0x20, int(b[i+1]&0x7f)-0x20)
			} else {
				ok = writePair(&out, simplifiedchinese.GBK, c|0x80, b[i+1]|0x80)
			}
			if !ok {
				out.WriteRune(utf8.RuneError)
				bad++
			}
			i++
		case c >= 0x80:
			out.WriteRune(utf8.RuneError)
			bad++
		default:
			out.WriteByte(c)
		}
	}
	return out.String(), bad
}
