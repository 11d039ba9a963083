package charset

import (
	"bytes"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// set is a character set that an ISO 2022 text has switched to.
type set uint8

const (
	setASCII set = iota
	setKana      // JIS X 0201 right half in 7 bits: ESC ( I, or SO
	setX0208
	setX0212
	setX0213p1
	setX0213p2
	setGB2312
	setKSC5601
	setEmoji  // SoftBank's webcode: ESC $ followed by a page letter, up to SI
	setLatin1 // G2 of ISO-2022-JP-2, by ESC N
	setGreek
)

// designations are the escape sequences without their ESC, with what each
// switches to (RFC 1468, 1554, 2237; JIS X 0213; JIS X 0202 for "(J" and "(I").
var designations = [...]struct {
	seq string
	to  set
}{
	{"$@", setX0208},
	{"$B", setX0208},
	{"$(@", setX0208},
	{"$(B", setX0208},
	{"$(D", setX0212},
	{"$(O", setX0213p1},
	{"$(Q", setX0213p1},
	{"$(P", setX0213p2},
	{"$A", setGB2312},
	{"$(A", setGB2312},
	{"$(C", setKSC5601},
	{"$C", setKSC5601},
	{"(B", setASCII},
	{"(J", setASCII},
	{"(H", setASCII},
	{"(I", setKana},
	{"$E", setEmoji},
	{"$F", setEmoji},
	{"$G", setEmoji},
	{"$O", setEmoji},
	{"$P", setEmoji},
	{"$Q", setEmoji},
}

// hasJISEscape reports an escape sequence that only ISO-2022-JP has.
func hasJISEscape(b []byte) bool {
	for {
		i := bytes.IndexByte(b, 0x1b)
		if i < 0 || i+2 >= len(b) {
			return false
		}
		b = b[i+1:]
		if b[0] == '$' && (b[1] == 'B' || b[1] == '@' || b[1] == '(') || b[0] == '(' && (b[1] == 'J' || b[1] == 'I') {
			return true
		}
	}
}

// decodeISO2022JP reads ISO-2022-JP and all that is sent under its name: -1,
// -2, -3, -2004, -MS, CP50220–50222, 8-bit kana, and Shift_JIS or EUC-JP bytes
// left in it.
func decodeISO2022JP(b []byte) (string, int) {
	var out strings.Builder
	out.Grow(len(b) * 3 / 2)
	state, g2, bad := setASCII, setLatin1, 0
	kana := false // between SO and SI
	var page byte // of SoftBank's pictures
	for i := 0; i < len(b); {
		c := b[i]
		switch {
		case c == 0x1b:
			to, high, n := designation(b[i+1:])
			switch {
			case n == 0:
				i++
				continue
			case high:
				g2 = to
			default:
				state, kana = to, false
				page = b[i+n]
			}
			i += 1 + n
			if i < len(b) && b[i] == 'N' && b[i-1] == 0x1b {
				i++
			}
		case c == 0x0e:
			kana = true
			i++
		case c == 0x0f:
			kana = false
			if state == setEmoji {
				state = setASCII
			}
			i++
		case c == '\n' || c == '\r':
			// RFC 1468: a line ends in ASCII; forgetting to say so must not spoil the rest.
			state, kana = setASCII, false
			out.WriteByte(c)
			i++
		case c >= 0x80:
			n, ok := writeEightBit(&out, b[i:], state)
			if !ok {
				out.WriteRune('\uFFFD')
				bad++
			}
			i += n
		case kana && c > 0x20 && c < 0x60 || state == setKana && c > 0x20 && c < 0x60:
			out.WriteRune(0xff61 + rune(c-0x21))
			i++
		case state == setASCII || state == setKana || c <= 0x20 || c == 0x7f:
			out.WriteByte(c)
			i++
		case state == setEmoji:
			if !writeWebcode(&out, page, c) {
				out.WriteRune('〓')
			}
			i++
		case i+1 >= len(b) || b[i+1] <= 0x20 || b[i+1] >= 0x7f:
			out.WriteByte(c)
			bad++
			i++
		default:
			if !writeDouble(&out, state, c, b[i+1]) {
				out.WriteRune('\uFFFD')
				bad++
			}
			i += 2
		}
		// A single shift takes one character of G2 (ISO-2022-JP-2).
		if i+2 < len(b) && b[i] == 0x1b && b[i+1] == 'N' {
			out.WriteRune(highHalf(g2, b[i+2]))
			i += 3
		}
	}
	return out.String(), bad
}

// designation reads an escape sequence after its ESC: what it switches to,
// whether it is for the single-shifted set, and its length (0: none known).
func designation(b []byte) (to set, high bool, n int) {
	if len(b) >= 2 && b[0] == '&' && b[1] == '@' { // announces JIS X 0208-1990
		return setX0208, false, 2
	}
	if len(b) >= 2 && b[0] == '.' {
		if b[1] == 'F' {
			return setGreek, true, 2
		}
		return setLatin1, true, 2
	}
	for _, d := range designations {
		if len(b) >= len(d.seq) && string(b[:len(d.seq)]) == d.seq {
			return d.to, false, len(d.seq)
		}
	}
	return setASCII, false, 0
}

func highHalf(g2 set, c byte) rune {
	c |= 0x80
	if g2 == setGreek {
		if out, err := singles["iso-8859-7"].NewDecoder().Bytes([]byte{c}); err == nil {
			for _, r := range string(out) {
				return r
			}
		}
	}
	return rune(c)
}

// writeEightBit reads bytes over 127 inside a 7-bit text: EUC-JP pairs, then
// Shift_JIS, then a kana. It returns how many bytes it took.
func writeEightBit(out *strings.Builder, b []byte, state set) (int, bool) {
	if state == setX0208 && len(b) >= 2 && isEUC(b[0]) && isEUC(b[1]) {
		return 2, writeX0208(out, int(b[0]-0xa0), int(b[1]-0xa0))
	}
	if len(b) >= 2 && isSJISLead(b[0]) && isSJISTrail(b[1]) {
		row, cell := sjisCell(b[0], b[1])
		if writeX0208(out, row, cell) {
			return 2, true
		}
	}
	if b[0] >= 0xa1 && b[0] <= 0xdf {
		out.WriteRune(0xff61 + rune(b[0]-0xa1))
		return 1, true
	}
	return 1, false
}

func writeDouble(out *strings.Builder, state set, c1, c2 byte) bool {
	row, cell := int(c1)-0x20, int(c2)-0x20
	switch state {
	case setX0208:
		return writeX0208(out, row, cell)
	case setX0212:
		return writeX0212(out, row, cell)
	case setX0213p1:
		return writeX0213(out, 1, row, cell)
	case setX0213p2:
		return writeX0213(out, 2, row, cell)
	case setGB2312:
		return writePair(out, simplifiedchinese.GBK, c1|0x80, c2|0x80)
	case setKSC5601:
		return writePair(out, korean.EUCKR, c1|0x80, c2|0x80)
	}
	return false
}

func writePair(out *strings.Builder, e encoding.Encoding, c1, c2 byte) bool {
	s, err := e.NewDecoder().Bytes([]byte{c1, c2})
	if err != nil || bytes.ContainsRune(s, '\uFFFD') {
		return false
	}
	out.Write(s)
	return true
}

// restoreEscapes puts back the ESC that some gateways strip: "$B" … "(B".
func restoreEscapes(b []byte) []byte {
	if !bytes.Contains(b, []byte("$B")) && !bytes.Contains(b, []byte("$@")) {
		return b
	}
	out := make([]byte, 0, len(b)+16)
	for i := 0; i < len(b); {
		if i+1 < len(b) && b[i] == '$' && (b[i+1] == 'B' || b[i+1] == '@') {
			if n := strippedRun(b[i+2:]); n > 0 {
				out = append(append(append(out, 0x1b), b[i:i+2+n]...), 0x1b, '(', 'B')
				i += 2 + n + 2
				continue
			}
		}
		out = append(out, b[i])
		i++
	}
	return out
}

// strippedRun returns the length of the two-byte text before "(B" or "(J" on
// the same line, or 0 when it is no such text.
func strippedRun(b []byte) int {
	for n := 0; n+1 < len(b) && n < 1000; n += 2 {
		if n > 0 && b[n] == '(' && (b[n+1] == 'B' || b[n+1] == 'J') {
			return n
		}
		if b[n] <= 0x20 || b[n] >= 0x7f || b[n+1] <= 0x20 || b[n+1] >= 0x7f {
			return 0
		}
	}
	return 0
}

// decodeISO2022KR reads RFC 1557: ESC $ ) C once, then SO … SI.
func decodeISO2022KR(b []byte) (string, int) {
	plain := make([]byte, 0, len(b))
	out := false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == 0x1b && i+3 < len(b) && b[i+1] == '$' && (b[i+2] == ')' || b[i+2] == '*'):
			i += 3
		case c == 0x0e:
			out = true
		case c == 0x0f:
			out = false
		case c == '\n' || c == '\r':
			plain = append(plain, c)
		case out && c > 0x20 && c < 0x7f:
			plain = append(plain, c|0x80)
		default:
			plain = append(plain, c)
		}
	}
	return table(korean.EUCKR)(plain)
}
