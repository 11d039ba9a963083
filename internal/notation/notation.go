// Package notation compares what people write in several ways: Japanese words
// in kanji, kana and Latin letters, names in half and full width, telephone
// numbers with and without signs.
//
// It owns the one form under which such spellings meet. It refuses to know
// what a word means or where it stands, and it needs no dictionary: the
// reading of a word in kanji is given by whoever wrote the word, except for a
// few dozen words of a support desk's daily work ([Words]).
//
// Start reading at [Roma].
package notation

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold is a text as words are compared: NFKC, lower case, katakana as
// hiragana, without blanks around it.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'ァ' && r <= 'ヶ' || r == 'ヽ' || r == 'ヾ' {
			return r - ('ァ' - 'ぁ')
		}
		return r
	}, strings.ToLower(strings.TrimSpace(norm.NFKC.String(s))))
}

// Narrow is a text with the signs, digits and letters of a Japanese keyboard in
// half width, and katakana in full width (NFKC).
func Narrow(s string) string { return norm.NFKC.String(s) }

// Phone is a telephone number as numbers are compared: its digits, a Japanese
// one with the leading 0 (+81 3 1234 5678 and ０３－１２３４－５６７８ are both
// 0312345678), one of another country with its country code. It is empty for a
// text that holds anything which no number is written with.
func Phone(s string) string {
	s = strings.ReplaceAll(norm.NFKC.String(strings.TrimSpace(s)), "(0)", "")
	var digits strings.Builder
	plus := false
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case r == '+' && digits.Len() == 0:
			plus = true
		case unicode.IsSpace(r), strings.ContainsRune("-()./‐‑‒–—―−ーｰ", r):
		default:
			return ""
		}
	}
	d := digits.String()
	for _, dialled := range []string{"010", "00"} { // by which other countries are dialled
		if rest, ok := strings.CutPrefix(d, dialled); ok && !plus && len(rest) > 9 {
			d, plus = rest, true
			break
		}
	}
	if rest, ok := strings.CutPrefix(d, "81"); ok && plus {
		return "0" + strings.TrimPrefix(rest, "0")
	}
	return d
}
