package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"madoguchi/terms/fault"
)

// Scope says whose records a list may show. The zero Scope shows nothing and
// is refused, so that a forgotten filter is an error and not a leak.
type Scope struct {
	organizations []string // '' among them: the unidentified
	all           bool     // every organization; what is unidentified only when '' is listed
	customer      bool     // the view of a customer: without what is internal to the desk
	known         bool
}

// Everyone is the desk's own view: all organizations and the unidentified.
func Everyone() Scope { return Scope{all: true, organizations: []string{""}, known: true} }

// Only is the view of one organization. An empty id is the zero Scope.
func Only(organization string) Scope {
	if organization == "" {
		return Scope{}
	}
	return Scope{organizations: []string{organization}, customer: true, known: true}
}

// Identified is the view of all organizations without the unidentified.
func Identified() Scope { return Scope{all: true, known: true} }

// Among is the view of a person of the desk who sees some organizations only,
// and perhaps the unidentified. With no organization it shows nothing, and is
// no error.
func Among(organizations []string, unidentified bool) Scope {
	s := Scope{known: true}
	for _, o := range organizations {
		if o != "" {
			s.organizations = append(s.organizations, o)
		}
	}
	if unidentified {
		s.organizations = append(s.organizations, "")
	}
	return s
}

// Has reports whether the records of an organization are within the scope;
// an empty id asks for the unidentified.
func (s Scope) Has(organization string) bool {
	return s.known && (s.all && organization != "" || slices.Contains(s.organizations, organization))
}

// Everyone reports whether the scope leaves nothing out.
func (s Scope) Everyone() bool { return s.all && s.Has("") }

// Customer reports whether the view is a customer's: the desk's notes are not
// for it.
func (s Scope) Customer() bool { return s.customer }

// Organizations returns the organizations that the scope is restricted to, an
// empty id for the unidentified. all says that every organization is within
// it, whatever is listed. It fails for the zero Scope.
func (s Scope) Organizations() (ids []string, all bool, err error) {
	if !s.known {
		return nil, false, scopeless()
	}
	return slices.Clone(s.organizations), s.all, nil
}

// none reports whether nothing is within the scope.
func (s Scope) none() bool { return !s.all && len(s.organizations) == 0 }

func scopeless() error {
	return fault.New(fault.Internal, "処理中に問題が発生しました。", "A list was asked for without saying whose records it may show.")
}

// where appends the condition on column to a statement with args, and refuses
// the zero Scope.
func (s Scope) where(w *where, column string) error {
	switch {
	case !s.known:
		return scopeless()
	case s.Everyone():
	case s.all:
		w.plain(column + " <> ''")
	case len(s.organizations) == 0:
		w.plain("1 = 0")
	case len(s.organizations) == 1:
		w.and(column+" = ", s.organizations[0])
	default:
		w.plain(column + " IN (" + placeholders(len(w.args)+1, len(s.organizations)) + ")")
		for _, o := range s.organizations {
			w.args = append(w.args, o)
		}
	}
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

// limitTo returns a LIMIT. Its number stands in the text: SQLite plans a statement
// whose LIMIT is bound anew each time, which takes longer than a short answer.
func limitTo(n int) string { return " LIMIT " + strconv.Itoa(n) }

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
