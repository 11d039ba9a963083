package search

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// What is folded at once, without the tables of NFKC, is folded as NFKC has it.
func TestFoldingIsNFKCEverywhere(t *testing.T) {
	ends := []string{"", "a", " ", "あ", "ガ", "\u3099", "\u309a", "ﾞ", "\u0301", "\u200d", "ー", "！", "漢", "\U000e0100"}
	for r := rune(0x80); r < 0xffff; r++ {
		if r >= 0xd800 && r < 0xe000 {
			continue
		}
		for _, end := range ends {
			text := string(r) + end
			var got, want strings.Builder
			fold(text, func(r rune, _, _ int) { got.WriteRune(r) })
			for _, n := range norm.NFKC.String(text) {
				want.WriteRune(foldRune(n))
			}
			if got.String() != want.String() {
				t.Fatalf("%q (%U) is folded to %q, want %q", text, r, got.String(), want.String())
			}
		}
	}
}
