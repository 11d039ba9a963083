package contract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
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
	said := c.phrases.in(" " + foldWords(text) + " ")
	best, found := Claim{}, false
	for i := range c.criteria {
		k := &c.criteria[i]
		if found && c.rank(k.Priority) <= c.rank(best.Priority) {
			continue
		}
		if j := said[i]; j >= 0 {
			best, found = Claim{Priority: k.Priority, Criterion: k.Clause, Words: k.ClaimedBy[j]}, true
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

// phrasebook finds the phrases of all criteria in one walk through a text. A
// phrase of a language without blanks counts anywhere, also across blanks; any
// other as whole words.
type phrasebook struct {
	criteria int
	words    map[rune][]phrase // by the first character
	dense    map[rune][]phrase
}

// phrase is one of a criterion's, as it is compared.
type phrase struct {
	text           string
	criterion, nth int
}

func phrasesOf(criteria []Criterion) phrasebook {
	b := phrasebook{criteria: len(criteria), words: map[rune][]phrase{}, dense: map[rune][]phrase{}}
	for i, k := range criteria {
		for j, folded := range k.folded {
			into, p := b.words, phrase{folded + " ", i, j}
			if !isASCII(folded) {
				into, p.text = b.dense, strings.ReplaceAll(folded, " ", "")
			}
			first, _ := utf8.DecodeRuneInString(p.text)
			into[first] = append(into[first], p)
		}
	}
	return b
}

// in returns, for each criterion, which of its phrases the folded text, with a
// blank at both ends, has first in the contract's order; -1 for none.
func (b phrasebook) in(text string) []int {
	said := make([]int, b.criteria)
	for i := range said {
		said[i] = -1
	}
	note := func(list []phrase, rest string) {
		for _, p := range list {
			if (said[p.criterion] < 0 || p.nth < said[p.criterion]) && strings.HasPrefix(rest, p.text) {
				said[p.criterion] = p.nth
			}
		}
	}
	start := false
	for i, r := range text {
		if start {
			note(b.words[r], text[i:])
		}
		start = r == ' '
	}
	dense := strings.ReplaceAll(text, " ", "")
	for i, r := range dense {
		note(b.dense[r], dense[i:])
	}
	return said
}

// foldWords lower-cases, narrows full-width letters, and turns every run of
// blanks and punctuation into one blank.
func foldWords(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	blank := true
	for _, r := range s {
		if r >= 'ぁ' && r <= 'ゖ' || r >= 'ァ' && r <= 'ヺ' || r >= '一' && r <= '鿿' { // letters without case: most of a Japanese text
			b.WriteRune(r)
			blank = false
			continue
		}
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
