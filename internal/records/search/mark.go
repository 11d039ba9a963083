package search

import (
	"slices"
	"unicode/utf8"
)

// Span is a stretch of a text, in bytes.
type Span struct{ From, To int }

// Piece is a stretch of a text that is to be highlighted, or not.
type Piece struct {
	Text string
	Hit  bool
}

// Mark returns where terms are in a text: in order, joined where they touch.
func Mark(text string, terms ...Term) []Span {
	if len(terms) == 0 || text == "" {
		return nil
	}
	tokens := Tokens(text)
	var found []Span
	for _, t := range terms {
		for i := 0; len(t.tokens) > 0 && i+len(t.tokens) <= len(tokens); i++ {
			if end, ok := t.at(tokens[i:]); ok {
				found = append(found, Span{tokens[i].From, end})
			}
		}
	}
	slices.SortFunc(found, func(a, b Span) int { return a.From - b.From })
	joined := found[:0]
	for _, s := range found {
		if n := len(joined); n > 0 && s.From <= joined[n-1].To {
			joined[n-1].To = max(joined[n-1].To, s.To)
			continue
		}
		joined = append(joined, s)
	}
	return joined
}

// at reports whether the term begins a list of tokens, and where it ends.
func (t Term) at(tokens []Token) (end int, ok bool) {
	n := len(t.tokens) - 1
	for i, want := range t.tokens {
		tok := tokens[i]
		if i < n || !t.prefix {
			if tok.Text != want {
				return 0, false
			}
			end = tok.To
			continue
		}
		if len(tok.Text) < len(want) || tok.Text[:len(want)] != want {
			return 0, false
		}
		end = tok.To
		if len(tok.Text) > len(want) && i+1 < len(tokens) && tokens[i+1].From < tok.To {
			end = tokens[i+1].From // the single character, without the one behind it
		}
	}
	return end, true
}

// Pieces cuts a text at spans that [Mark] returned for it.
func Pieces(text string, spans []Span) []Piece {
	return cutAt(text, spans, Span{0, len(text)})
}

// Snippet is [Pieces] of about width characters around the first span, or of
// the beginning of the text; an ellipsis stands where the text goes on.
func Snippet(text string, spans []Span, width int) []Piece {
	var w Span
	if len(spans) > 0 {
		w.From = back(text, spans[0].From, width/4)
	}
	w.To = forward(text, w.From, width)
	if w.To == len(text) {
		w.From = back(text, w.To, width)
	}
	pieces := cutAt(text, spans, w)
	if w.From > 0 {
		pieces = append([]Piece{{Text: "…"}}, pieces...)
	}
	if w.To < len(text) {
		pieces = append(pieces, Piece{Text: "…"})
	}
	return pieces
}

func cutAt(text string, spans []Span, w Span) []Piece {
	var out []Piece
	add := func(from, to int, hit bool) {
		if from < to {
			out = append(out, Piece{text[from:to], hit})
		}
	}
	at := w.From
	for _, s := range spans {
		from, to := max(s.From, at), min(s.To, w.To)
		if from >= to {
			continue
		}
		add(at, from, false)
		add(from, to, true)
		at = to
	}
	add(at, w.To, false)
	return out
}

// back goes n characters back from a place in a text.
func back(text string, at, n int) int {
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
	}
	return at
}

func forward(text string, at, n int) int {
	for ; n > 0 && at < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}
