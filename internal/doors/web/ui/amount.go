package ui

import (
	"context"
	"strconv"
)

// Amount is how many there are of something: N, or with More more than that,
// where counting on would cost too much.
type Amount struct {
	N    int
	More bool
}

// None reports whether there is nothing.
func (a Amount) None() bool { return a.N == 0 && !a.More }

// Short is an amount as it stands beside a word: "37", "1,000+".
func (a Amount) Short() string {
	if a.More {
		return thousands(a.N) + "+"
	}
	return thousands(a.N)
}

// Said is an amount in a sentence: "37 件", "1,000 件以上".
func (a Amount) Said(ctx context.Context) string {
	if a.More {
		return T(ctx, "amount.more", thousands(a.N))
	}
	return T(ctx, "amount", thousands(a.N))
}

// thousands is a number with a comma before each three digits, as both
// languages write it.
func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
