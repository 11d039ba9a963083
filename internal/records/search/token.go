package search

import "unicode/utf8"

// A Token is what the index keeps of a stretch of text.
type Token struct {
	Text     string // folded, and stemmed when it is an English word
	From, To int    // the bytes of the text that it stands for
}

// maxWord is how many bytes of one word count: longer ones are encoded data.
const maxWord = 64

// Tokens cuts a text. Scripts without spaces give a token of two characters at
// every place of a run, and one of a single character at its end, so that a
// word of two characters is one token, a longer one is a phrase, and a single
// character is the beginning of some token wherever it stands. Other scripts
// give words.
func Tokens(text string) []Token {
	list := make([]Token, 0, len(text)/4+1)
	c := cutter{emit: func(text []byte, from, to int) { list = append(list, Token{string(text), from, to}) }}
	fold(text, c.take)
	c.close()
	return list
}

// cutter gathers the run of letters or of CJK characters that it is in, and
// emits its tokens. The text of one is valid until emit returns.
type cutter struct {
	emit func(text []byte, from, to int)
	pair [2 * utf8.UTFMax]byte
	kind class
	word []byte
	from int
	to   int
	last char // the character of a CJK run that has no token yet
}

type char struct {
	r        rune
	from, to int
}

func (c *cutter) take(r rune, from, to int) {
	kind := classOf(r)
	if kind == mark {
		if c.kind == gap {
			return
		}
		if c.kind == letter && len(c.word) < maxWord {
			c.word = utf8.AppendRune(c.word, r)
		}
		c.extend(to)
		return
	}
	if kind != c.kind {
		c.close()
		c.kind = kind
	}
	switch kind {
	case letter:
		if len(c.word) == 0 {
			c.from = from
		}
		if len(c.word) < maxWord {
			c.word = utf8.AppendRune(c.word, r)
		}
		c.to = to
	case cjk:
		if c.last.r != 0 {
			c.emit(utf8.AppendRune(utf8.AppendRune(c.pair[:0], c.last.r), r), c.last.from, to)
		}
		c.last = char{r, from, to}
	}
}

// extend lets the running token cover a mark behind its last character.
func (c *cutter) extend(to int) {
	c.to = to
	c.last.to = to
}

// close ends the run.
func (c *cutter) close() {
	switch c.kind {
	case letter:
		c.emit([]byte(stem(string(c.word))), c.from, c.to)
		c.word = c.word[:0]
	case cjk:
		c.emit(utf8.AppendRune(c.pair[:0], c.last.r), c.last.from, c.last.to)
		c.last = char{}
	}
	c.kind = gap
}

// boundary stands between the parts of a column, so that no phrase reaches
// from one into the next. No text gives this token.
const boundary = "¦"

// column is what the index is given of some texts: their tokens, with blanks
// between them.
func column(texts ...string) string {
	size := 0
	for _, t := range texts {
		size += 3*len(t) + 8
	}
	b := make([]byte, 0, size)
	c := cutter{}
	for _, t := range texts {
		begun := len(b)
		if begun > 0 {
			b = append(b, " "+boundary...)
		}
		bare := len(b)
		c.emit = func(text []byte, _, _ int) { b = append(append(b, ' '), text...) }
		fold(t, c.take)
		c.close()
		switch {
		case len(b) == bare: // no token at all
			b = b[:begun]
		case begun == 0:
			b = b[:copy(b, b[1:])]
		}
	}
	return string(b)
}
