package search

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold calls emit for every character of s as it is compared: NFKC, lower
// case, Latin letters without accents, katakana as hiragana. from and to are
// the bytes of s that the character came from; one place of s may give several
// characters (㈱), and several bytes one (ｶﾞ). Bytes that are no UTF-8 come as
// [utf8.RuneError], which separates words.
func fold(s string, emit func(r rune, from, to int)) {
	for i := 0; i < len(s); {
		if plain(s, i) {
			emit(unicode.ToLower(rune(s[i])), i, i+1)
			i++
			continue
		}
		if r, n := utf8.DecodeRuneInString(s[i:]); inert(r) && standsAlone(s[i+n:]) {
			emit(foldRune(r), i, i+n)
			i += n
			continue
		}
		n := norm.NFKC.NextBoundaryInString(s[i:], true)
		if n <= 0 {
			n = 1
		}
		for _, r := range norm.NFKC.String(s[i : i+n]) {
			emit(foldRune(r), i, i+n)
		}
		i += n
	}
}

// plain reports whether s[i] is an ASCII character that nothing behind it can
// combine with.
func plain(s string, i int) bool {
	return s[i] < utf8.RuneSelf && (i+1 == len(s) || s[i+1] < utf8.RuneSelf)
}

// inert reports whether NFKC leaves a character as it is wherever it stands,
// unless a mark follows it: what most of a Japanese text is made of.
func inert(r rune) bool {
	return r >= 'ぁ' && r <= 'ゖ' || r >= 'ァ' && r <= 'ヾ' || r >= '一' && r <= '鿿' || r >= '、' && r <= '〃' || r >= '「' && r <= '】'
}

// standsAlone reports whether nothing at the beginning of rest can combine
// with the character before it.
func standsAlone(rest string) bool {
	if rest == "" || rest[0] < utf8.RuneSelf {
		return true
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return inert(r)
}

func foldRune(r rune) rune {
	switch {
	case r >= 'ぁ' && r <= 'ゖ', r >= '一' && r <= '鿿':
		return r
	case r >= 'ァ' && r <= 'ヶ', r == 'ヽ', r == 'ヾ':
		return r - ('ァ' - 'ぁ')
	case r >= 'À' && r <= 'ɏ', r >= 'Ḁ' && r <= 'ỿ':
		base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r)))
		r = base
	}
	return unicode.ToLower(r)
}

// class is what a folded character does to the words around it.
type class int

const (
	gap    class = iota // separates
	letter              // of a script that writes spaces between words
	cjk                 // of a script that does not
	mark                // belongs to the character before it
)

func classOf(r rune) class {
	switch {
	case r < utf8.RuneSelf:
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return letter
		}
		return gap
	case r >= 'ぁ' && r <= 'ゖ', r >= '一' && r <= '鿿':
		return cjk
	case r == 'ー', r == '〆', unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
		return cjk
	case r == utf8.RuneError:
		return gap
	case unicode.IsMark(r):
		return mark
	case unicode.IsLetter(r), unicode.IsNumber(r):
		return letter
	}
	return gap
}

// kana reports whether a folded character is hiragana (or katakana, which
// folds to it). One alone is a particle more often than a word.
func kana(r rune) bool { return r == 'ー' || unicode.Is(unicode.Hiragana, r) }
