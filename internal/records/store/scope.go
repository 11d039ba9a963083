package store

import (
	"fmt"
	"strings"

	"madoguchi/terms/fault"
)

// Scope says whose records a list may show. The zero Scope shows nothing and
// is refused, so that a forgotten filter is an error and not a leak.
type Scope struct {
	organization string
	everyone     bool
}

// Everyone is the desk's own view: all organizations and the unidentified.
func Everyone() Scope { return Scope{everyone: true} }

// Only is the view of one organization. An empty id is the zero Scope.
func Only(organization string) Scope { return Scope{organization: organization} }

// Organization returns the one organization of the scope, or that it is
// everyone's; the zero Scope is neither.
func (s Scope) Organization() (id string, everyone bool) { return s.organization, s.everyone }

// where appends the condition on column to a statement with args, and refuses
// the zero Scope.
func (s Scope) where(w *where, column string) error {
	switch {
	case s.everyone:
		return nil
	case s.organization == "":
		return fault.New(fault.Internal, "処理中に問題が発生しました。", "A list was asked for without saying whose records it may show.")
	}
	w.and(column+" = ", s.organization)
	return nil
}

// where gathers the conditions of a list.
type where struct {
	text string
	args []any
}

// and adds a condition that ends in the placeholder of arg.
func (w *where) and(condition string, arg any) {
	w.args = append(w.args, arg)
	w.plain(condition + placeholders(len(w.args), 1))
}

// plain adds a condition without an argument.
func (w *where) plain(condition string) {
	if w.text == "" {
		w.text = " WHERE " + condition
		return
	}
	w.text += " AND " + condition
}

// after adds the keyset condition (columns) > (values), or < for descending lists.
func (w *where) after(columns, compare string, values ...any) {
	w.plain("(" + columns + ") " + compare + " (" + placeholders(len(w.args)+1, len(values)) + ")")
	w.args = append(w.args, values...)
}

// limit returns the placeholder of a LIMIT.
func (w *where) limit(n int) string {
	w.args = append(w.args, n)
	return " LIMIT " + placeholders(len(w.args), 1)
}

// like adds a condition that one of the columns holds term somewhere; each
// column is a text with %s where its LIKE belongs.
func (w *where) like(term string, columns ...string) {
	w.args = append(w.args, "%"+escapeLike(term)+"%")
	holds := " LIKE " + placeholders(len(w.args), 1) + ` ESCAPE '\'`
	for i, c := range columns {
		columns[i] = fmt.Sprintf(c, holds)
	}
	w.plain("(" + strings.Join(columns, " OR ") + ")")
}

// holds adds a condition that a column holds one of some terms somewhere.
func (w *where) holds(column string, terms []string) {
	either := make([]string, len(terms))
	for i, term := range terms {
		w.args = append(w.args, "%"+escapeLike(term)+"%")
		either[i] = column + " LIKE " + placeholders(len(w.args), 1) + ` ESCAPE '\'`
	}
	w.plain("(" + strings.Join(either, " OR ") + ")")
}

// escapeLike is a term as LIKE compares it letter by letter.
func escapeLike(term string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(term)
}
