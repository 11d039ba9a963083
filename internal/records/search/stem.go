package search

import "strings"

// stem cuts the endings by which English words of one meaning usually differ,
// so that "configure", "configures", "configured" and "configuring" are one
// token. It knows no dictionary: what matters is that forms meet, not that the
// stem is a word. Words of three letters or fewer, and any with a character
// beyond a to z, stay as they are.
func stem(w string) string {
	if len(w) <= 3 || strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") != "" {
		return w
	}
	w = singular(w)
	if len(w) <= 3 {
		return w
	}
	switch {
	case strings.HasSuffix(w, "ied"):
		w = w[:len(w)-3] + "y"
	case strings.HasSuffix(w, "ing"):
		w = cut(w, 3)
	case strings.HasSuffix(w, "eed"):
	case strings.HasSuffix(w, "ed"):
		w = cut(w, 2)
	}
	if len(w) > 3 && strings.HasSuffix(w, "e") {
		w = w[:len(w)-1]
	}
	return w
}

func singular(w string) string {
	switch {
	case strings.HasSuffix(w, "sses"):
		return w[:len(w)-2]
	case strings.HasSuffix(w, "ies") && len(w) > 4:
		return w[:len(w)-3] + "y"
	case strings.HasSuffix(w, "ss"), strings.HasSuffix(w, "us"), strings.HasSuffix(w, "is"):
		return w
	case strings.HasSuffix(w, "s"):
		return w[:len(w)-1]
	}
	return w
}

// cut takes n letters off a word whose rest still has a vowel and three
// letters, and one of a doubled consonant before them (stopped, stop).
func cut(w string, n int) string {
	rest := w[:len(w)-n]
	if len(rest) < 3 || !strings.ContainsAny(rest, "aeiouy") {
		return w
	}
	a, b := rest[len(rest)-2], rest[len(rest)-1]
	if a == b && !strings.ContainsRune("aeiouylsz", rune(b)) {
		return rest[:len(rest)-1]
	}
	return rest
}
