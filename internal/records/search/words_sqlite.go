package search

import (
	"context"
	"embed"
	"io/fs"
	"path/filepath"
	"strings"

	"madoguchi/internal/records/store/engine"
)

//go:embed migrations_sqlite/*.sql
var schemaSQLite embed.FS

// onSQLite is what only SQLite knows of the index: a database file of its own,
// whose table of words speaks the language of FTS5.
type onSQLite struct{}

func (onSQLite) place(cfg Config) (engine.Config, error) {
	files, err := fs.Sub(schemaSQLite, "migrations_sqlite")
	return engine.Config{Dir: filepath.Join(cfg.Dir, "search"), File: "index.db", Migrations: files, Derived: true}, err
}

func (onSQLite) clear() string { return `INSERT INTO words (words) VALUES ('delete-all')` }

func (onSQLite) drop() string { return `DELETE FROM words WHERE rowid = $1` }

func (onSQLite) matchesOne() string {
	return `SELECT COUNT(*) FROM words WHERE words MATCH $2 AND rowid = $1`
}

func (k onSQLite) add(c *engine.Conn, items []item) error {
	for _, d := range items {
		if err := exec(c, `INSERT INTO docs (position, case_ref, at, internal, files) VALUES ($1, $2, $3, $4, $5)`, d.position, d.row.ref, d.at, d.internal, d.files); err != nil {
			return err
		}
	}
	return k.words(c, items)
}

func (onSQLite) open(c *engine.Conn, rows []*caseRow) error {
	for _, r := range rows {
		err := c.QueryRowContext(context.Background(), `INSERT INTO cases (number, first, case_id, subject, organization, org_name, status, priority, assignee, tags)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING ref`,
			r.number, r.first, string(r.id), r.subject, r.organization, r.orgName, r.status, r.priority, r.assignee, r.tags).Scan(&r.ref)
		if err != nil {
			return engine.Fault(err)
		}
	}
	return nil
}

func (onSQLite) keep(c *engine.Conn, rows []*caseRow) error {
	for _, r := range rows {
		if err := exec(c, `UPDATE cases SET subject = $2, organization = $3, org_name = $4, status = $5, priority = $6, assignee = $7, tags = $8 WHERE ref = $1`,
			r.ref, r.subject, r.organization, r.orgName, r.status, r.priority, r.assignee, r.tags); err != nil {
			return err
		}
	}
	return nil
}

func (onSQLite) words(c *engine.Conn, items []item) error {
	for _, i := range items {
		d := i.columns
		if err := exec(c, `INSERT INTO words (rowid, body, head, who, org) VALUES ($1, $2, $3, $4, $5)`,
			i.position, column(d.body...), column(d.head...), column(d.who...), owner(organizationTokens(d.org))); err != nil {
			return err
		}
	}
	return nil
}

// newest yields documents newest first. CROSS JOIN holds SQLite to walking
// the matches, which come in this order by themselves.
const newest = `SELECT ` + matchColumns + `
	FROM words CROSS JOIN docs d ON d.position = words.rowid CROSS JOIN cases c ON c.ref = d.case_ref
	WHERE words MATCH $4 AND words.rowid <= $1 AND words.rowid >= $2 ORDER BY words.rowid DESC LIMIT $3`

func (onSQLite) matches(s *scan, high int64, n int) ([]match, error) {
	return rows(s.ctx, s.q, scanMatch, newest, high, s.low, n, s.words)
}

// expression is a query in FTS5's language; empty when it asks for no word.
// Only tokens get into it, never what was typed, so nobody can write an
// operator of their own or leave their organization.
func (onSQLite) expression(q Query, owners, others []string) string {
	var all []string
	for _, t := range q.Terms {
		all = append(all, term(t))
	}
	if len(q.From) > 0 {
		all = append(all, sender(q.From))
	}
	var not []string
	for _, t := range q.Not.Terms {
		not = append(not, term(t))
	}
	if len(q.Not.From) > 0 {
		not = append(not, sender(q.Not.From))
	}
	if len(others) > 0 {
		not = append(not, owned(others))
	}
	if len(owners) == 0 && len(all) == 0 && len(not) > 0 {
		owners = []string{someOrganization, noOrganization} // every document; FTS5 takes away from something only
	}
	if len(owners) > 0 {
		all = append(all, owned(owners))
	}
	words := strings.Join(all, " AND ")
	if len(not) > 0 {
		words = "(" + words + ") NOT (" + strings.Join(not, " OR ") + ")"
	}
	return words
}

// term asks every column where none is meant: what the organization's holds is no
// word, and FTS5 takes a fifth longer to keep to some columns.
func term(t Term) string {
	columns := ""
	switch {
	case t.number:
		columns = "head : "
	case t.about:
		columns = "{head who} : "
	}
	return columns + phrase(t.tokens, t.prefix)
}

func sender(terms []Term) string {
	either := make([]string, len(terms))
	for i, t := range terms {
		either[i] = phrase(t.tokens, t.prefix)
	}
	return "who : (" + strings.Join(either, " OR ") + ")"
}

// owner is what the organization's column holds: tokens that no text gives,
// since each begins with what no text keeps.
func owner(tokens []string) string { return boundary + strings.Join(tokens, " "+boundary) }

func owned(tokens []string) string {
	either := make([]string, len(tokens))
	for i, token := range tokens {
		either[i] = phrase([]string{owner([]string{token})}, false)
	}
	return "org : (" + strings.Join(either, " OR ") + ")"
}

func phrase(tokens []string, prefix bool) string {
	p := `"` + strings.Join(tokens, " ") + `"`
	if prefix {
		p += " *"
	}
	return p
}
