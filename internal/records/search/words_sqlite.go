package search

import (
	"embed"
	"encoding/hex"
	"strings"

	"madoguchi/internal/records/store/engine"
)

// What only SQLite knows of the index: its schema, the statements on the
// table of words, and the language of FTS5. On PostgreSQL the same columns are
// one tsvector of the "simple" configuration with a weight for each.

//go:embed migrations_sqlite/*.sql
var schema embed.FS

const schemaDir = "migrations_sqlite"

const (
	insertWords = `INSERT INTO words (rowid, body, head, who, org) VALUES ($1, $2, $3, $4, $5)`
	deleteWords = `DELETE FROM words WHERE rowid = $1`
	clearWords  = `INSERT INTO words (words) VALUES ('delete-all')`

	// matching yields documents newest first. CROSS JOIN holds SQLite to
	// walking the matches, which come in this order by themselves.
	matching = `SELECT d.position, d.case_ref, d.at, d.internal, c.case_id, c.status, c.priority
		FROM words CROSS JOIN docs d ON d.position = words.rowid CROSS JOIN cases c ON c.ref = d.case_ref
		WHERE words MATCH $4 AND words.rowid <= $1 AND words.rowid >= $2 ORDER BY words.rowid DESC LIMIT $3`

	// matchesOne is 1 when one document matches.
	matchesOne = `SELECT COUNT(*) FROM words WHERE words MATCH $2 AND rowid = $1`
)

// expression is a query in FTS5's language; empty when it asks for no word.
// Only tokens get into it, never what was typed, so nobody can write an
// operator of their own or leave their organization.
func expression(q Query, owners []string) string {
	var parts []string
	for _, t := range q.Terms {
		columns := "{body head who}"
		switch {
		case t.number:
			columns = "head"
		case t.about:
			columns = "{head who}"
		}
		parts = append(parts, columns+" : "+phrase(t.tokens, t.prefix))
	}
	if len(q.From) > 0 {
		either := make([]string, len(q.From))
		for i, t := range q.From {
			either[i] = phrase(t.tokens, t.prefix)
		}
		parts = append(parts, "who : ("+strings.Join(either, " OR ")+")")
	}
	if len(owners) > 0 {
		either := make([]string, len(owners))
		for i, token := range owners {
			either[i] = phrase([]string{token}, false)
		}
		parts = append(parts, "org : ("+strings.Join(either, " OR ")+")")
	}
	return strings.Join(parts, " AND ")
}

func phrase(tokens []string, prefix bool) string {
	p := `"` + strings.Join(tokens, " ") + `"`
	if prefix {
		p += " *"
	}
	return p
}

// The tokens of documents by whether their organization is known. No id is
// written with these letters.
const (
	someOrganization = "some"
	noOrganization   = "none"
)

// organizationToken is an organization's id as one token.
func organizationToken(id string) string {
	if id == "" {
		return noOrganization
	}
	return hex.EncodeToString([]byte(id))
}

// organizationTokens are the tokens of a document that belongs to an
// organization, or to none that is known.
func organizationTokens(id string) string {
	if id == "" {
		return noOrganization
	}
	return someOrganization + " " + organizationToken(id)
}

// addWords puts a document's columns into the index.
func addWords(c *engine.Conn, position int64, d columns) error {
	return exec(c, insertWords, position, d.body, d.head, d.who, d.org)
}
