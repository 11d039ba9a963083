package search

import "madoguchi/internal/records/store/engine"

// kind is what only one engine knows of the index. The tables docs, cases,
// days and state, and the statements on them, are the same on both.
type kind interface {
	// place says where the index is and how its tables are made.
	place(cfg Config) (engine.Config, error)
	// open puts new cases into the index and notes their refs; keep brings cases
	// that are there up to date.
	open(c *engine.Conn, rows []*caseRow) error
	keep(c *engine.Conn, rows []*caseRow) error
	// add puts documents into the index, and words only their words, where the
	// documents are there already.
	add(c *engine.Conn, items []item) error
	words(c *engine.Conn, items []item) error
	drop() string  // a statement: the words of document $1 go
	clear() string // a statement: all words go
	// expression is what is asked of the words, in the engine's language;
	// empty when that is nothing. owners are tokens of organizations, of which
	// a document must have one (none: any document), others such of which it
	// must have none.
	expression(q Query, owners, others []string) string
	// matches returns the next documents whose words match, at high and below,
	// newest first; fewer than n: there are no more.
	matches(s *scan, high int64, n int) ([]match, error)
	matchesOne() string // a statement: 1 when the words of document $1 match $2
}

func kindOf(database string) kind {
	if database != "" {
		return onPostgres{}
	}
	return onSQLite{}
}
