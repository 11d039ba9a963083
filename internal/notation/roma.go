package notation

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Roma is the one form in which kana and Latin letters meet, so that a word is
// found whichever of them is typed: しょうがい, ショウガイ, shougai, syougai and
// shōgai give the same, and what is typed so far gives the beginning of what
// the whole word gives (しょうg, syoug, shoug). Long vowels are short in it, ん
// is one n, and a doubled consonant is the small っ before it. Kanji and signs
// stay as they are; blanks separate words.
//
// It is wider than spelling: two words that differ in a long vowel alone meet.
func Roma(s string) string {
	var spelled strings.Builder
	kana := []rune(Fold(s))
	for i := 0; i < len(kana); i++ {
		if i+1 < len(kana) {
			if two, ok := syllables[string(kana[i:i+2])]; ok {
				spelled.WriteString(two)
				i++
				continue
			}
		}
		if one, ok := syllables[string(kana[i])]; ok {
			spelled.WriteString(one)
			continue
		}
		if kana[i] == 'っ' {
			if i+1 < len(kana) {
				if next := syllables[string(kana[i+1])]; next != "" {
					spelled.WriteByte(next[0])
				}
			}
			continue
		}
		spelled.WriteRune(kana[i])
	}
	return plain(latin(spelled.String()))
}

// latin takes Latin letters that were typed to the form in which kana are
// spelled here (Kunrei), and the accents off.
func latin(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case r >= 0x300 && r <= 0x36f:
		case r == '\'', r == '’', r == '-', r == 'ー', r == '゙', r == '゚':
		default:
			b.WriteRune(r)
		}
	}
	typed := b.String()
	for _, open := range []struct{ end, until string }{{"sh", "s"}, {"ch", "t"}, {"c", "t"}} { // the vowel is still to come
		if word, ok := strings.CutSuffix(typed, open.end); ok {
			typed = word + open.until
			break
		}
	}
	return kunrei.Replace(typed)
}

// kunrei spells Hepburn and what keyboards accept as Kunrei does. An earlier
// pair wins.
var kunrei = strings.NewReplacer(
	"tch", "tty", "cch", "tty", // matcha; ti is mended below
	"shi", "si", "sha", "sya", "shu", "syu", "sho", "syo", "she", "sye",
	"chi", "ti", "cha", "tya", "chu", "tyu", "cho", "tyo", "che", "tye",
	"cya", "tya", "cyu", "tyu", "cyo", "tyo",
	"tsu", "tu", "ts", "t",
	"jya", "zya", "jyu", "zyu", "jyo", "zyo", "ji", "zi", "ja", "zya", "ju", "zyu", "jo", "zyo", "je", "zye", "j", "z",
	"dzu", "zu", "du", "zu", "di", "zi", "dya", "zya", "dyu", "zyu", "dyo", "zyo",
	"fu", "hu", "fa", "fa", "fi", "fi", "fe", "fe", "fo", "fo",
	"mba", "nba", "mbi", "nbi", "mbu", "nbu", "mbe", "nbe", "mbo", "nbo",
	"mpa", "npa", "mpi", "npi", "mpu", "npu", "mpe", "npe", "mpo", "npo",
	"mma", "nma", "mmi", "nmi", "mmu", "nmu", "mme", "nme", "mmo", "nmo",
	"la", "ra", "li", "ri", "lu", "ru", "le", "re", "lo", "ro",
	"wo", "o",
)

// plain shortens long vowels and n, and mends what a replacement cannot see.
func plain(s string) string {
	s = strings.ReplaceAll(s, "ttyi", "tti")
	var b strings.Builder
	var last rune
	for _, r := range s {
		switch {
		case r == last && strings.ContainsRune("aiueon", r):
			continue
		case r == 'u' && last == 'o':
			continue
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// Readable reports whether a text has kana or Latin letters that [Roma] spells,
// and nothing else but blanks and signs: whether it can be a reading.
func Readable(s string) bool {
	any := false
	for _, r := range Fold(s) {
		switch {
		case r >= 'ぁ' && r <= 'ゖ', r >= 'a' && r <= 'z', r == 'ー', r >= 'à' && r <= 'ɏ':
			any = true
		case r == ' ', r == '\'', r == '-', r == '・', r == '゙', r == '゚', r >= 0x300 && r <= 0x36f:
		default:
			return false
		}
	}
	return any
}
