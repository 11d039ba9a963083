package charset

import "bytes"

// Detect names the encoding that bytes without a trusted label are most
// likely in. hint is another label of the same mail, or empty.
func Detect(hint string, b []byte) string { return guess(Canonical(hint), b).Used }

// guess decodes bytes without a trusted label. hint is one of our names.
func guess(hint string, b []byte) Result {
	read := func(name string) Result {
		text, bad := lookup(name)(b)
		return Result{Text: text, Used: name, Bad: bad}
	}
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff")):
		return read("utf-16")
	case wideWithoutMark(b) != "":
		return read(wideWithoutMark(b))
	case isASCII(b):
		if hasJISEscape(b) {
			return read("iso-2022-jp")
		}
		if bytes.Contains(b, []byte("\x1b$)C")) {
			return read("iso-2022-kr")
		}
		if bytes.Contains(b, []byte("\x1b$)A")) {
			return read("iso-2022-cn")
		}
		if looksHZ(b) {
			return read("hz-gb-2312")
		}
		return Result{Text: string(b), Used: "us-ascii"}
	}
	good, bad := countUTF8(b)
	if bad == 0 || good > 20*bad {
		return decodeUTF8Strict(b, bad)
	}
	if hasJISEscape(b) {
		if r := read("iso-2022-jp"); r.Bad == 0 {
			return r
		}
	}
	// The mail's other label is right more often than a guess, but for Latin-1,
	// which mailers write when they do not know.
	if hint != "" && hint != "windows-1252" && hint != "utf-8" && hint != "us-ascii" && !shifting(hint) {
		if r := read(hint); r.Bad == 0 && !otherJapanese(hint, b) {
			return r
		}
	}
	sample := b
	if len(sample) > 1<<16 {
		sample = sample[:1<<16]
	}
	best, bestScore := "windows-1252", 0
	consider := func(name string, score int) {
		if hint == name {
			score = score*3/2 + 3
		}
		if score > bestScore {
			best, bestScore = name, score
		}
	}
	consider("shift_jis", scoreShiftJIS(sample))
	consider("euc-jp", scoreEUC(sample, 0xa4, 0xa5, 0xb0, 0xf4))
	consider("euc-kr", scoreHangul(sample))
	consider("gb18030", scoreGB(sample))
	consider("big5", scoreBig5(sample))
	consider("windows-1252", scoreLatin(sample))
	for _, s := range scripts {
		consider(s.name, s.score(sample))
	}
	consider("windows-874", scoreThai(sample))
	for _, l := range latins {
		consider(l.name, l.score(sample))
	}
	return read(best)
}

// otherJapanese reports Japanese that is plainly in the other of the two
// encodings with eight bits; each reads most of the other as rare characters.
func otherJapanese(name string, b []byte) bool {
	b = b[:min(len(b), 1<<16)]
	own, other := scoreShiftJIS(b), scoreEUC(b, 0xa4, 0xa5, 0xb0, 0xf4)
	switch name {
	case "shift_jis":
	case "euc-jp":
		own, other = other, own
	default:
		return false
	}
	return other > 2*own && other > 20
}

func decodeUTF8Strict(b []byte, bad int) Result {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	text := string(bytes.ToValidUTF8(b, []byte("\uFFFD")))
	return Result{Text: text, Used: "utf-8", Bad: bad}
}

// The scores count points for the characters that running text of a language
// is made of, and take many away for bytes that its encoding does not have.

func scoreShiftJIS(b []byte) int {
	score, kana, common, rare := 0, 0, 0, 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case c < 0x80:
		case c >= 0xa1 && c <= 0xdf:
			kana++
		case isSJISLead(c) && i+1 < len(b) && isSJISTrail(b[i+1]):
			t := b[i+1]
			i++
			switch {
			case c == 0x82 && t >= 0x9f && t <= 0xf1: // hiragana
				score += 5
				common++
			case c == 0x83 && t <= 0x96: // katakana
				score += 4
				common++
			case c == 0x81 && (t == 0x41 || t == 0x42 || t == 0x45 || t == 0x5b || t == 0x40 || t >= 0x69 && t <= 0x7a):
				score += 4
			case c >= 0x88 && c <= 0x97: // first level kanji
				score += 3
				common++
			case c >= 0xe0: // second level kanji and beyond
				rare++
			case c == 0x82 || c == 0x81 || c == 0x83:
				score++
			default:
				score++
			}
		default:
			score -= 12
		}
	}
	if rare > common { // letters of another script, taken for half-width kana
		return score - rare
	}
	return score + kana
}

// scoreEUC scores EUC text whose hiragana and katakana are in rows hira and
// kata, and whose common ideographs are in the rows from lo to hi.
func scoreEUC(b []byte, hira, kata, lo, hi byte) int {
	score := 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case c < 0x80:
		case c == 0x8e && i+1 < len(b) && b[i+1] >= 0xa1 && b[i+1] <= 0xdf:
			score += 2
			i++
		case isEUC(c) && i+1 < len(b) && isEUC(b[i+1]):
			t := b[i+1]
			i++
			switch {
			case c == hira && t <= 0xf3:
				score += 6
			case c == kata && t <= 0xf6:
				score += 5
			case c == 0xa1 && (t == 0xa2 || t == 0xa3 || t == 0xbc || t == 0xa6 || t >= 0xca && t <= 0xdb):
				score += 4
			case c >= lo && c <= 0xcf:
				score += 2
			case c <= 0xa3 || c >= lo && c <= hi:
				score++
			default:
				score -= 2
			}
		case c == 0x8f && i+2 < len(b) && isEUC(b[i+1]) && isEUC(b[i+2]):
			i += 2
		default:
			score -= 12
		}
	}
	return score
}

func scoreHangul(b []byte) int {
	score := 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case c < 0x80:
		case isEUC(c) && i+1 < len(b) && isEUC(b[i+1]):
			i++
			switch {
			case c >= 0xb0 && c <= 0xc8: // hangul
				score += 4
			case c >= 0xca && c <= 0xfd: // hanja are rare in mail
				score -= 2
			case c == 0xa4 || c == 0xa5:
				score--
			}
		case c >= 0x81 && c <= 0xc6 && i+1 < len(b) && (b[i+1] >= 'A' && b[i+1] <= 'Z' || b[i+1] >= 'a' && b[i+1] <= 'z' || b[i+1] >= 0x81):
			i++
		default:
			score -= 12
		}
	}
	return score
}

func scoreGB(b []byte) int {
	score := 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case c < 0x80:
		case isEUC(c) && i+1 < len(b) && isEUC(b[i+1]):
			t := b[i+1]
			i++
			switch {
			case c == 0xb5 && t == 0xc4 || c == 0xca && t == 0xc7 || c == 0xb2 && t == 0xbb || c == 0xc1 && t == 0xcb || c == 0xd3 && t == 0xd0 || c == 0xce && t == 0xd2 || c == 0xc4 && (t == 0xe3 || t == 0xfa): // 的是不了有我你您
				score += 8
			case c == 0xa3 && (t == 0xac || t == 0xa1 || t == 0xba || t == 0xbb || t == 0xbf): // ，！：；？
				score += 5
			case c == 0xa1 && (t == 0xa3 || t == 0xa2): // 。、
				score += 4
			case c >= 0xb0 && c <= 0xd7: // first level hanzi
				score += 3
			case c >= 0xd8 && c <= 0xf7:
				score++
			case c == 0xa4 || c == 0xa5:
				score--
			}
		case c >= 0x81 && c <= 0xfe && i+1 < len(b) && b[i+1] >= 0x40 && b[i+1] != 0x7f && b[i+1] != 0xff:
			i++
		default:
			score -= 12
		}
	}
	return score
}

func scoreBig5(b []byte) int {
	score := 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case c < 0x80:
		case c >= 0x81 && c <= 0xfe && i+1 < len(b) && (b[i+1] >= 0x40 && b[i+1] <= 0x7e || b[i+1] >= 0xa1 && b[i+1] <= 0xfe):
			t := b[i+1]
			i++
			switch {
			case c == 0xaa && t == 0xba || c == 0xac && t == 0x4f || c == 0xa4 && (t == 0xa3 || t == 0x40 || t == 0x48) || c == 0xa7 && (t == 0xda || t == 0x41) || c == 0xb1 && t == 0x7a: // 的是不一人我你您
				score += 8
			case c == 0xa1 && (t == 0x41 || t == 0x43 || t == 0x49 || t == 0x47): // ，。！：
				score += 5
			case c >= 0xa4 && c <= 0xc6 && t < 0x80: // frequently used
				score += 2
			case c >= 0xa4 && c <= 0xc6:
				score += 3
			case c >= 0xc9 && c <= 0xf9:
				score--
			default:
				score -= 3
			}
		default:
			score -= 12
		}
	}
	return score
}

// scoreLatin scores accented letters: alone, and beside plain ones.
func scoreLatin(b []byte) int {
	score := 0
	letter := func(i int) bool { return i >= 0 && i < len(b) && (b[i]|0x20) >= 'a' && (b[i]|0x20) <= 'z' }
	for i, c := range b {
		switch {
		case c < 0x80:
		case c >= 0xc0 && letter(i-1) && letter(i+1):
			score += 4
		case c >= 0xc0 && (letter(i-1) || letter(i+1)):
			score += 3
		case c >= 0xa0 && letter(i-1) && letter(i+1): // a sign inside a word
			score -= 4
		case c >= 0xa0 && (i == 0 || b[i-1] < 0x80) && (i+1 == len(b) || b[i+1] < 0x80): // a sign on its own
			score += 3
		case c >= 0x91 && c <= 0x97: // quotes, dashes
			score++
		case c < 0xa0:
			score -= 3
		}
	}
	return score
}
