package contract

import (
	"slices"
	"strings"
	"unicode"
)

// Claim is a customer's own view of the priority, as their words make it.
type Claim struct {
	Priority  PriorityID
	Criterion ClauseID
	Words     string // the phrase that made it, as the contract file has it
}

// maxClaimText is how much of a text is searched for claims, in bytes.
const maxClaimText = 32 << 10

// Recognise finds the claim that a customer's text makes: the most urgent
// criterion one of whose phrases (claimed-by) occurs in it. Letter case, full
// and half width, and line breaks do not matter. It is no judgement: a claim
// runs at most provisionally until a person of the desk has judged
// (reading priority.claim).
func (c *Contract) Recognise(text string) (Claim, bool) {
	if len(text) > maxClaimText {
		text = text[:maxClaimText]
	}
	words := " " + foldWords(text) + " "
	dense := strings.ReplaceAll(words, " ", "")
	best, found := Claim{}, false
	for i := range c.criteria {
		k := &c.criteria[i]
		if found && c.rank(k.Priority) <= c.rank(best.Priority) {
			continue
		}
		for j, p := range k.folded {
			if contains(words, dense, p) {
				best, found = Claim{Priority: k.Priority, Criterion: k.Clause, Words: k.ClaimedBy[j]}, true
				break
			}
		}
	}
	return best, found
}

// RecognisesAs reports whether both contracts make the same claim of every
// text: the same criteria, in the same order of urgency, by the same phrases.
func (c *Contract) RecognisesAs(o *Contract) bool {
	return slices.EqualFunc(c.criteria, o.criteria, func(a, b Criterion) bool {
		return a.Clause == b.Clause && a.Priority == b.Priority && c.rank(a.Priority) == o.rank(b.Priority) && slices.Equal(a.folded, b.folded)
	})
}

// contains looks for a folded phrase of a language without blanks anywhere,
// for any other as whole words.
func contains(words, dense, p string) bool {
	if isASCII(p) {
		return strings.Contains(words, " "+p+" ")
	}
	return strings.Contains(dense, strings.ReplaceAll(p, " ", ""))
}

// foldWords lower-cases, narrows full-width letters, and turns every run of
// blanks and punctuation into one blank.
func foldWords(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	blank := true
	for _, r := range s {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		if r != 'ー' && (unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r)) {
			if !blank {
				b.WriteByte(' ')
				blank = true
			}
			continue
		}
		b.WriteRune(unicode.ToLower(r))
		blank = false
	}
	return strings.TrimSpace(b.String())
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
