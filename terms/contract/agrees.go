package contract

import "strings"

// Agrees reports whether a text agrees to what the criterion proposes: one of
// its sentences is, whole, a phrase of agreed-by. A question, a condition, or
// more words in the sentence make it none, so that nobody is held to what they
// did not say; a person of the desk reads such a mail.
func (c *Contract) Agrees(criterion ClauseID, text string) bool {
	k, ok := c.Criterion(criterion)
	if !ok || len(k.agreed) == 0 {
		return false
	}
	if len(text) > maxClaimText {
		text = text[:maxClaimText]
	}
	for _, s := range sentences(text) {
		said := strings.ReplaceAll(foldWords(s), " ", "")
		for _, p := range k.agreed {
			if said == strings.ReplaceAll(p, " ", "") {
				return true
			}
		}
	}
	return false
}

// sentences cuts a text at line ends and at what ends a sentence. Questions
// are left out.
func sentences(text string) []string {
	var out []string
	start := 0
	for i, r := range text {
		switch r {
		case '\n', '。', '．', '.', '!', '！':
			out = append(out, text[start:i])
		case '?', '？':
		default:
			continue
		}
		start = i + len(string(r))
	}
	return append(out, text[start:])
}
