package notation

import "strings"

// Words returns the words of a desk's daily work whose reading begins with
// what was typed in kana or Latin letters, nearest first, at most five; from
// three letters of the reading on. Nothing is known of other words.
func Words(typed string) []string {
	const least, most = 3, 5
	want := Roma(typed)
	if len(want) < least || !Readable(typed) {
		return nil
	}
	var whole, begun []string
	for word, reading := range daily {
		switch r := Roma(reading); {
		case r == want:
			whole = append(whole, word)
		case strings.HasPrefix(r, want):
			begun = append(begun, word)
		}
	}
	sortWords(whole)
	sortWords(begun)
	list := append(whole, begun...)
	return list[:min(len(list), most)]
}
