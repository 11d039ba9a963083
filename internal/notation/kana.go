package notation

// syllables are hiragana as Kunrei spells them; ぢ and づ as they sound.
var syllables = spell()

func spell() map[string]string {
	table := map[string]string{"ん": "n", "ゔ": "bu", "ゔぁ": "ba", "ゔぃ": "bi", "ゔぇ": "be", "ゔぉ": "bo", "を": "o", "ゃ": "ya", "ゅ": "yu", "ょ": "yo"}
	for _, row := range []struct{ kana, consonant, vowels string }{
		{"あいうえお", "", "aiueo"},
		{"ぁぃぅぇぉ", "", "aiueo"},
		{"かきくけこ", "k", "aiueo"},
		{"がぎぐげご", "g", "aiueo"},
		{"さしすせそ", "s", "aiueo"},
		{"ざじずぜぞ", "z", "aiueo"},
		{"たちつてと", "t", "aiueo"},
		{"だぢづでど", "d", "aiueo"},
		{"なにぬねの", "n", "aiueo"},
		{"はひふへほ", "h", "aiueo"},
		{"ばびぶべぼ", "b", "aiueo"},
		{"ぱぴぷぺぽ", "p", "aiueo"},
		{"まみむめも", "m", "aiueo"},
		{"やゆよ", "y", "auo"},
		{"らりるれろ", "r", "aiueo"},
		{"わゐゑ", "w", "aie"},
	} {
		vowels := []rune(row.vowels)
		for i, k := range []rune(row.kana) {
			table[string(k)] = row.consonant + string(vowels[i])
			if vowels[i] != 'i' || row.consonant == "" {
				continue
			}
			for small, vowel := range map[string]string{"ゃ": "a", "ゅ": "u", "ょ": "o", "ぇ": "e"} {
				table[string(k)+small] = row.consonant + "y" + vowel
			}
		}
	}
	table["ぢ"], table["づ"] = "zi", "zu"
	for small, spelled := range map[string]string{"ゃ": "zya", "ゅ": "zyu", "ょ": "zyo"} {
		table["ぢ"+small] = spelled
	}
	// Sounds of borrowed words.
	for kana, spelled := range map[string]string{
		"ふぁ": "fa", "ふぃ": "fi", "ふぇ": "fe", "ふぉ": "fo", "てぃ": "ti", "でぃ": "zi", "とぅ": "tu", "どぅ": "zu", "うぃ": "wi", "うぇ": "we", "うぉ": "o", "つぁ": "ta",
	} {
		table[kana] = spelled
	}
	return table
}
