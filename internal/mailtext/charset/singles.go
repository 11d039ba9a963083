package charset

import (
	_ "embed"
	"strings"
)

// singlesTable holds the upper halves of moreSingles; gen_singles.py made it
// and says its form.
//
//go:embed singles.bin
var singlesTable string

// moreSingles are the encodings of one byte a character beside those of
// x/text, by our name, in the order of singles.bin.
var moreSingles = [...]string{
	"mac-ce", "mac-greek", "mac-turkish", "mac-icelandic", "mac-croatian", "mac-romanian", "mac-arabic", "mac-farsi",
	"ibm737", "ibm775", "ibm857", "ibm861", "ibm864", "ibm869", "ibm1125", "hp-roman8", "kz-1048", "ptcp154", "ibm720", "ibm856", "koi8-t",
}

// singleIndex returns the place of one of moreSingles, or -1.
func singleIndex(name string) int {
	for i, n := range moreSingles {
		if n == name {
			return i
		}
	}
	return -1
}

// singleByte decodes one of moreSingles.
func singleByte(index int) decoder {
	page := singlesTable[index*256 : index*256+256]
	return func(b []byte) (string, int) {
		var out strings.Builder
		out.Grow(len(b) * 2)
		bad := 0
		for _, c := range b {
			if c < 0x80 {
				out.WriteByte(c)
				continue
			}
			i := int(c-0x80) * 2
			r := rune(page[i]) | rune(page[i+1])<<8
			if r == '\uFFFD' {
				bad++
			}
			out.WriteRune(r)
		}
		return out.String(), bad
	}
}
