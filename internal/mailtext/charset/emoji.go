package charset

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

// emojiLines are the pictures of the Japanese mobile carriers; gen_emoji.py made
// it and says its form.
//
//go:embed emoji.txt
var emojiLines string

// The carriers of emoji.txt.
const (
	docomo   = 'd'
	kddi     = 'k'
	softbank = 's'
)

// emojiOf maps a carrier and its two bytes of Shift_JIS to Unicode.
var emojiOf = sync.OnceValue(func() map[[3]byte]string {
	m := make(map[[3]byte]string, 1600)
	for line := range strings.Lines(emojiLines) {
		fields := strings.Fields(line)
		if len(fields) < 3 {
			continue
		}
		code, err := strconv.ParseUint(fields[1], 16, 16)
		if err != nil {
			continue
		}
		var text strings.Builder
		for _, f := range fields[2:] {
			if r, err := strconv.ParseUint(f, 16, 21); err == nil {
				text.WriteRune(rune(r))
			}
		}
		m[[3]byte{fields[0][0], byte(code >> 8), byte(code)}] = text.String()
	}
	return m
})

// writeEmoji writes the picture that two bytes of Shift_JIS over F0 are with
// the carrier that uses them: F8 and F9 with docomo, F3, F4, F6 and F7 with
// KDDI. SoftBank used F7 and F9 as well: see writeSoftBank.
func writeEmoji(out *strings.Builder, lead, trail byte) bool {
	carrier := byte(kddi)
	if lead == 0xf8 || lead == 0xf9 {
		carrier = docomo
	}
	s, ok := emojiOf()[[3]byte{carrier, lead, trail}]
	out.WriteString(s)
	return ok
}

// writeSoftBank writes the picture that two bytes of Shift_JIS are with SoftBank:
// F7, F9 and FB, where others have their own or rare kanji.
func writeSoftBank(out *strings.Builder, lead, trail byte) bool {
	if lead != 0xf7 && lead != 0xf9 && lead != 0xfb {
		return false
	}
	s, ok := emojiOf()[[3]byte{softbank, lead, trail}]
	out.WriteString(s)
	return ok
}

// writeKDDI writes the picture in rows 85–88 of KDDI's ISO-2022-JP, which are
// F640–F7FC in Shift_JIS.
func writeKDDI(out *strings.Builder, row, cell int) bool {
	if row < 85 || row > 88 || cell < 1 || cell > 94 {
		return false
	}
	return writeEmoji(out, byte(0xf6+(row-85)/2), trailAt((row-85)%2*94+cell-1))
}

// writeWebcode writes a picture of SoftBank's escape sequences (ESC $ page
// code … SI).
func writeWebcode(out *strings.Builder, page, code byte) bool {
	if code < 0x21 || code > 0x7a {
		return false
	}
	bases := map[byte][2]byte{'G': {0xf9, 0x41}, 'E': {0xf7, 0x41}, 'F': {0xf7, 0xa1}, 'O': {0xf9, 0xa1}, 'P': {0xfb, 0x41}, 'Q': {0xfb, 0xa1}}
	base, ok := bases[page]
	if !ok {
		return false
	}
	trail := base[1] + code - 0x21
	if base[1] < 0x7f && trail >= 0x7f {
		trail++
	}
	s, ok := emojiOf()[[3]byte{softbank, base[0], trail}]
	out.WriteString(s)
	return ok
}

// trailAt is the second byte of Shift_JIS at an index from 0 to 187.
func trailAt(i int) byte {
	if i += 0x40; i >= 0x7f {
		i++
	}
	return byte(i)
}
