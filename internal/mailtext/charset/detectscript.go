package charset

import "bytes"

// script describes an alphabet with one byte a letter, for the guess.
type script struct {
	name           string
	small, capital [2]byte // ranges; equal bounds where a script has no case
	common         string  // the letters that make up most of a text, in this encoding
	also           string  // letters outside the ranges
}

// scripts are the alphabets that are sent without a label. The common letters
// are the dozen or so that two thirds of running text consist of.
var scripts = [...]script{
	{"windows-1251", [2]byte{0xe0, 0xff}, [2]byte{0xc0, 0xdf}, "\xee\xe5\xe0\xe8\xed\xf2\xf1\xf0\xe2\xeb\xea", "\xb8\xa8\xb3\xb2\xbf\xaf\xba\xaa\xb9"},
	{"koi8-r", [2]byte{0xc0, 0xdf}, [2]byte{0xe0, 0xff}, "\xcf\xc5\xc1\xc9\xce\xd4\xd3\xd2\xd7\xcc\xcb", "\xa3\xb3"},
	{"koi8-u", [2]byte{0xc0, 0xdf}, [2]byte{0xe0, 0xff}, "\xcf\xc5\xc1\xc9\xce\xd4\xd3\xd2\xd7\xcc\xcb\xa6\xa7\xa4", "\xa6\xa7\xa4\xad\xb6\xb7\xb4\xbd"},
	{"iso-8859-5", [2]byte{0xd0, 0xef}, [2]byte{0xb0, 0xcf}, "\xde\xd5\xd0\xd8\xdd\xe2\xe1\xe0\xd2\xdb\xda", "\xf1\xa1\xf0"},
	{"ibm866", [2]byte{0xa0, 0xaf}, [2]byte{0x80, 0x9f}, "\xae\xa5\xa0\xa8\xad\xe2\xe1\xe0\xa2\xab\xaa", "\xe0\xe1\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea\xeb\xec\xed\xee\xef\xf1\xf0"},
	{"windows-1253", [2]byte{0xe1, 0xfe}, [2]byte{0xc1, 0xd9}, "\xe1\xef\xe9\xe5\xf4\xf3\xed\xe7\xf5\xf1\xf0\xea\xf2\xdc\xdf\xfc\xdd", "\xdc\xdd\xde\xdf\xe0\xa2\xb8\xb9\xba\xbc\xbe\xbf"},
	{"windows-1255", [2]byte{0xe0, 0xfa}, [2]byte{0, 0}, "\xe9\xe5\xe4\xec\xe0\xee\xf8\xfa\xf9\xe1\xf0\xed", ""},
	{"windows-1256", [2]byte{0xc7, 0xdf}, [2]byte{0, 0}, "\xc7\xe1\xed\xe3\xe4\xe6\xd1\xca\xc8\xe5\xc9", "\xe1\xe3\xe4\xe5\xe6\xec\xed\xc1\xc2\xc3\xc4\xc5\xc6\xa1\xba\xbf"},
}

func in(c byte, r [2]byte) bool { return r[0] != 0 && c >= r[0] && c <= r[1] }

// score counts points for words of the script: three for a common letter, one
// for another. Capitals belong to the start of a word, or to a word of capitals.
func (s script) score(b []byte) int {
	total, word, points := 0, 0, 0
	small, mixed, before := false, false, false // of the word: has small letters; touches Latin ones; what came before is one
	flush := func() {
		switch {
		case mixed:
			total -= 3 * word
		case word > 1:
			total += points
		}
		word, points, small, mixed = 0, 0, false, false
	}
	for _, c := range b {
		plain := c|0x20 >= 'a' && c|0x20 <= 'z'
		switch {
		case in(c, s.small) || bytes.IndexByte([]byte(s.also), c) >= 0:
			small, mixed = true, mixed || word == 0 && before
			word++
			points++
			if bytes.IndexByte([]byte(s.common), c) >= 0 {
				points += 2
			}
		case in(c, s.capital):
			mixed = mixed || word == 0 && before
			word++
			points++
			if small {
				points -= 7
			}
		default:
			mixed = mixed || word > 0 && plain
			flush()
			if c >= 0x80 && c != 0xa0 && c != 0xab && c != 0xbb && (c < 0x91 || c > 0x97) {
				total -= 3
			}
		}
		before = plain
	}
	flush()
	return total
}

// scoreThai scores Thai in TIS-620: letters without blanks between words, and
// marks above and below that never begin a word.
func scoreThai(b []byte) int {
	const common = "\xd2\xb9\xc3\xcd\xa1\xe0\xa7\xc1\xc2\xc5\xc7\xe8\xe9\xd5\xd1\xb7\xca\xb5\xb4\xa4\xcb\xe1"
	score := 0
	for i, c := range b {
		switch {
		case c < 0x80:
		case c >= 0xdb && c <= 0xde || c >= 0xfc || c < 0xa1 && c != 0x85 && c < 0x91:
			score -= 8
		case (c == 0xd1 || c >= 0xd4 && c <= 0xda || c >= 0xe7 && c <= 0xee) && (i == 0 || b[i-1] < 0xa1):
			score -= 4 // a mark without a letter
		case bytes.IndexByte([]byte(common), c) >= 0:
			score += 2
		}
	}
	return score
}

// latin describes a language of Latin letters whose special ones are signs, or
// letters of other languages, in Western text.
type latin struct {
	name    string
	special string // letters that Western text does not have
	shared  string // accented letters that both have
}

var latins = [...]latin{
	{"iso-8859-2", "\xb1\xb3\xb6\xbc\xbf\xa1\xa3\xa6\xac\xaf\xb9\xbe\xbb\xb5\xa9\xae\xf8\xec\xe8\xf9\xf5\xfb\xef\xea\xe6\xf1\xf2\xe3\xba\xfe", "\xf3\xe1\xe9\xed\xfa\xfd\xe4\xf6\xfc\xe2\xee"},
	{"windows-1250", "\xb9\xb3\x9c\x9f\xbf\xa5\xa3\x8c\x8f\xaf\x9a\x9e\x8a\x8e\xbe\x9d\xf8\xec\xe8\xf9\xf5\xfb\xef\xea\xe6\xf1\xf2\xe3\xba\xfe", "\xf3\xe1\xe9\xed\xfa\xfd\xe4\xf6\xfc\xe2\xee"},
	{"windows-1254", "\xfd\xfe\xf0\xdd\xde\xd0", "\xf6\xfc\xe7\xd6\xdc\xc7\xe2\xee\xfb"},
}

// score counts special letters inside words. A text needs one that is no
// letter at all, or hardly one, in Western text.
func (l latin) score(b []byte) int {
	score, certain := 0, 0
	letter := func(i int) bool {
		return i >= 0 && i < len(b) && ((b[i]|0x20) >= 'a' && (b[i]|0x20) <= 'z' || b[i] >= 0xc0)
	}
	for i, c := range b {
		switch {
		case c < 0x80:
		case bytes.IndexByte([]byte(l.special), c) >= 0 && (letter(i-1) || letter(i+1)):
			inside := letter(i-1) && letter(i+1)
			if c < 0xc0 && !inside { // ®, ³ and the like stand at the end of a word
				score++
				break
			}
			score += 4
			if c < 0xc0 || l.name == "windows-1254" {
				certain++
				score++
			}
		case bytes.IndexByte([]byte(l.shared), c) >= 0:
			score += 3
		case c >= 0x91 && c <= 0x97:
			score++
		default:
			score -= 3
		}
	}
	if certain == 0 {
		return 0
	}
	return score
}

// looksHZ reports the shifts of HZ (RFC 1843) around pairs of its range.
func looksHZ(b []byte) bool {
	i := bytes.Index(b, []byte("~{"))
	if i < 0 {
		return false
	}
	end := bytes.Index(b[i:], []byte("~}"))
	if stop := bytes.IndexAny(b[i:], "\r\n"); stop > 6 && (end < 0 || end > stop) { // the end of a line is one as well
		end = stop
	} else if end < 0 && len(b)-i > 6 {
		end = len(b) - i
	}
	return end > 2 && end%2 == 0 && bytes.IndexFunc(b[i+2:i+end], func(r rune) bool { return r <= ' ' || r >= 0x7f }) < 0
}

// LooksWide reports text of two bytes a character.
func LooksWide(b []byte) bool {
	return bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff")) || wideWithoutMark(b) != ""
}

// wideWithoutMark names the UTF-16 of a text that has no byte order mark: its
// ASCII shows as zeros at every other place. Empty when it is none.
func wideWithoutMark(b []byte) string {
	n := min(len(b), 4096) &^ 1
	if n < 8 {
		return ""
	}
	even, odd := zeros(b[:n])
	switch {
	case even > n/4 && odd <= n/100:
		return "utf-16be"
	case odd > n/4 && even <= n/100:
		return "utf-16le"
	}
	return ""
}
