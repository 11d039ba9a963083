package charset

import (
	"strings"

	"golang.org/x/text/encoding/korean"
)

// The letters of a syllable in the order of Unicode (initial, vowel, final) by
// their five bits in Johab (KS X 1001 annex 3); -1 is no letter, fill none.
const fill = -2

var (
	johabInitial = [32]int{-1, fill, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}
	johabVowel   = [32]int{-1, -1, fill, 0, 1, 2, 3, 4, -1, -1, 5, 6, 7, 8, 9, 10, -1, -1, 11, 12, 13, 14, 15, 16, -1, -1, 17, 18, 19, 20, -1, -1}
	johabFinal   = [32]int{-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, -1, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, -1, -1}
)

// compatible are the letters that stand alone.
var (
	aloneInitial = []rune("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")
	aloneFinal   = []rune("\x00ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
)

// decodeJohab reads Johab (CP1361): syllables of letters, and the signs and
// Chinese characters of KS X 1001.
func decodeJohab(b []byte) (string, int) {
	var out strings.Builder
	out.Grow(len(b) * 3 / 2)
	bad := 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case c < 0x80:
			out.WriteByte(c)
			continue
		case i+1 < len(b) && (c >= 0x84 && c <= 0xd3 && writeSyllable(&out, c, b[i+1]) || c >= 0xd9 && c <= 0xf9 && writeKSX(&out, c, b[i+1])):
			i++
			continue
		}
		out.WriteRune('\uFFFD')
		bad++
	}
	return out.String(), bad
}

func writeSyllable(out *strings.Builder, lead, trail byte) bool {
	v := int(lead)<<8 | int(trail)
	first, vowel, final := johabInitial[v>>10&31], johabVowel[v>>5&31], johabFinal[v&31]
	switch {
	case first >= 0 && vowel >= 0 && final >= 0:
		out.WriteRune(rune(0xac00 + (first*21+vowel)*28 + final))
	case first >= 0 && vowel == fill && final == 0:
		out.WriteRune(aloneInitial[first])
	case first == fill && vowel >= 0 && final == 0:
		out.WriteRune(rune(0x314f + vowel))
	case first == fill && vowel == fill && final > 0:
		out.WriteRune(aloneFinal[final])
	case first == fill && vowel == fill && final == 0:
		out.WriteRune('\u3000')
	default:
		return false
	}
	return true
}

// writeKSX writes a sign (D9–DE: rows 1–12) or a Chinese character (E0–F9: rows
// 42–93) of KS X 1001; each first byte has two rows.
func writeKSX(out *strings.Builder, lead, trail byte) bool {
	cell := -1
	switch {
	case trail >= 0x31 && trail <= 0x7e:
		cell = int(trail - 0x31)
	case trail >= 0x91 && trail <= 0xfe:
		cell = int(trail-0x91) + 78
	}
	row := (int(lead) - 0xd9) * 2
	if lead >= 0xe0 {
		row = (int(lead)-0xe0)*2 + 41
	}
	if cell < 0 || lead == 0xdf {
		return false
	}
	return writePair(out, korean.EUCKR, byte(0xa1+row+cell/94), byte(0xa1+cell%94))
}
