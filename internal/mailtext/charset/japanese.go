package charset

import (
	_ "embed"
	"strings"
	"sync"

	"golang.org/x/text/encoding/japanese"
)

// jisx0213Table holds both planes of JIS X 0213:2004; gen_jisx0213.py made it
// and says its form.
//
//go:embed jisx0213.bin
var jisx0213Table string

// kanji maps cells (row-1)*94+(cell-1) of the older standards to Unicode; 0 is
// an empty cell.
type kanji struct {
	x0208 [120 * 94]rune // with NEC row 13, NEC-selected and IBM extensions (rows 89–92, 115–119)
	x0212 [94 * 94]rune
}

// kanjiTables reads the tables out of x/text once: its own decoders cannot be
// used for the variants that mailers send, its tables can.
var kanjiTables = sync.OnceValue(func() *kanji {
	t := new(kanji)
	sjis, euc := japanese.ShiftJIS.NewDecoder(), japanese.EUCJP.NewDecoder()
	one := func(out []byte, err error) rune {
		if rs := []rune(string(out)); err == nil && len(rs) == 1 && rs[0] != 0xFFFD {
			return rs[0]
		}
		return 0
	}
	for pointer := range t.x0208 {
		lead, trail := pointer/188, pointer%188
		lead += 0x81
		if lead > 0x9f {
			lead += 0x40
		}
		trail += 0x40
		if trail >= 0x7f {
			trail++
		}
		t.x0208[pointer] = one(sjis.Bytes([]byte{byte(lead), byte(trail)}))
	}
	for i := range t.x0212 {
		t.x0212[i] = one(euc.Bytes([]byte{0x8f, byte(0xa1 + i/94), byte(0xa1 + i%94)}))
	}
	return t
})

// writeX0208 writes the character of a row and cell (each from 1), and reports
// whether there is one. Rows 85–94 without a character are the carriers' and
// users' own: KDDI's pictures, or the geta mark (〓) stands for them, as carriers' gateways do.
func writeX0208(out *strings.Builder, row, cell int) bool {
	if row < 1 || row > 120 || cell < 1 || cell > 94 {
		return false
	}
	if r := kanjiTables().x0208[(row-1)*94+cell-1]; r != 0 {
		out.WriteRune(r)
		return true
	}
	if row >= 85 && row <= 94 {
		if writeKDDI(out, row, cell) {
			return true
		}
		out.WriteRune('〓')
		return true
	}
	return writeX0213(out, 1, row, cell)
}

func writeX0212(out *strings.Builder, row, cell int) bool {
	if row < 1 || row > 94 || cell < 1 || cell > 94 {
		return false
	}
	r := kanjiTables().x0212[(row-1)*94+cell-1]
	if r != 0 {
		out.WriteRune(r)
	}
	return r != 0
}

// second are the combining characters of jisx0213.bin.
var second = [...]rune{0, 0x309a, 0x0300, 0x0301, 0x02e5, 0x02e9}

func writeX0213(out *strings.Builder, plane, row, cell int) bool {
	if plane < 1 || plane > 2 || row < 1 || row > 94 || cell < 1 || cell > 94 {
		return false
	}
	i := ((plane-1)*94*94 + (row-1)*94 + cell - 1) * 3
	v := rune(jisx0213Table[i]) | rune(jisx0213Table[i+1])<<8 | rune(jisx0213Table[i+2])<<16
	if v == 0 {
		return false
	}
	out.WriteRune(v & 0x1fffff)
	if mark := v >> 21; mark > 0 && int(mark) < len(second) {
		out.WriteRune(second[mark])
	}
	return true
}

// decodeShiftJIS reads Shift_JIS as Windows does (CP932), the carriers' pictures
// as emoji and the other user-defined characters (F040–F9FC) as private ones.
func decodeShiftJIS(b []byte) (string, int) {
	return shiftJIS(b, writeWindowsPair)
}

// decodeShiftJISSoftBank is decodeShiftJIS for mail of SoftBank's phones.
func decodeShiftJISSoftBank(b []byte) (string, int) {
	return shiftJIS(b, func(out *strings.Builder, lead, trail byte) bool {
		return writeSoftBank(out, lead, trail) || writeWindowsPair(out, lead, trail)
	})
}

func writeWindowsPair(out *strings.Builder, lead, trail byte) bool {
	if lead >= 0xf0 && lead <= 0xf9 {
		if lead >= 0xf3 && writeEmoji(out, lead, trail) {
			return true
		}
		out.WriteRune(0xe000 + rune(lead-0xf0)*188 + rune(sjisTrail(trail)))
		return true
	}
	row, cell := sjisCell(lead, trail)
	return writeX0208(out, row, cell)
}

// plane2Rows are the rows of JIS X 0213 plane 2 in Shift_JIS-2004, from F0 on.
var plane2Rows = [...]int{1, 8, 3, 4, 5, 12, 13, 14, 15, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94}

// decodeShiftJIS2004 reads Shift_JIS-2004 (JIS X 0213 appendix 1).
func decodeShiftJIS2004(b []byte) (string, int) {
	return shiftJIS(b, func(out *strings.Builder, lead, trail byte) bool {
		row, cell := sjisCell(lead, trail)
		if lead < 0xf0 {
			return writeX0213(out, 1, row, cell)
		}
		if i := row - 95; i >= 0 && i < len(plane2Rows) {
			return writeX0213(out, 2, plane2Rows[i], cell)
		}
		return false
	})
}

func sjisTrail(trail byte) int {
	if trail >= 0x80 {
		return int(trail) - 0x41
	}
	return int(trail) - 0x40
}

// sjisCell turns two bytes of Shift_JIS into row and cell, each from 1.
func sjisCell(lead, trail byte) (row, cell int) {
	l := int(lead) - 0x81
	if lead >= 0xe0 {
		l -= 0x40
	}
	p := l*188 + sjisTrail(trail)
	return p/94 + 1, p%94 + 1
}

func isSJISLead(c byte) bool  { return c >= 0x81 && c <= 0x9f || c >= 0xe0 && c <= 0xfc }
func isSJISTrail(c byte) bool { return c >= 0x40 && c <= 0xfc && c != 0x7f }

func shiftJIS(b []byte, pair func(out *strings.Builder, lead, trail byte) bool) (string, int) {
	var out strings.Builder
	out.Grow(len(b) * 3 / 2)
	bad := 0
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c < 0x80:
			out.WriteByte(c)
		case c >= 0xa1 && c <= 0xdf:
			out.WriteRune(0xff61 + rune(c-0xa1))
		case isSJISLead(c) && i+1 < len(b) && isSJISTrail(b[i+1]):
			if !pair(&out, c, b[i+1]) {
				out.WriteRune('\uFFFD')
				bad++
			}
			i++
		default:
			out.WriteRune('\uFFFD')
			bad++
		}
	}
	return out.String(), bad
}

// decodeEUCJP reads EUC-JP with the extensions of CP51932 and eucJP-ms.
func decodeEUCJP(b []byte) (string, int) {
	return eucJP(b, func(out *strings.Builder, set, row, cell int) bool {
		if set == 3 {
			return writeX0212(out, row, cell) || writeX0213(out, 2, row, cell)
		}
		return writeX0208(out, row, cell)
	})
}

// decodeEUCJIS2004 reads EUC-JIS-2004 (JIS X 0213 appendix 3).
func decodeEUCJIS2004(b []byte) (string, int) {
	return eucJP(b, func(out *strings.Builder, set, row, cell int) bool {
		if set == 3 {
			return writeX0213(out, 2, row, cell) || writeX0212(out, row, cell)
		}
		return writeX0213(out, 1, row, cell)
	})
}

func isEUC(c byte) bool { return c >= 0xa1 && c <= 0xfe }

func eucJP(b []byte, write func(out *strings.Builder, set, row, cell int) bool) (string, int) {
	var out strings.Builder
	out.Grow(len(b) * 3 / 2)
	bad := 0
	for i := 0; i < len(b); i++ {
		c, ok := b[i], false
		switch {
		case c < 0x80:
			out.WriteByte(c)
			ok = true
		case c == 0x8e && i+1 < len(b) && b[i+1] >= 0xa1 && b[i+1] <= 0xdf:
			out.WriteRune(0xff61 + rune(b[i+1]-0xa1))
			i++
			ok = true
		case c == 0x8f && i+2 < len(b) && isEUC(b[i+1]) && isEUC(b[i+2]):
			ok = write(&out, 3, int(b[i+1]-0xa0), int(b[i+2]-0xa0))
			i += 2
		case isEUC(c) && i+1 < len(b) && isEUC(b[i+1]):
			ok = write(&out, 1, int(c-0xa0), int(b[i+1]-0xa0))
			i++
		}
		if !ok {
			out.WriteRune('\uFFFD')
			bad++
		}
	}
	return out.String(), bad
}
