package search

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"madoguchi/internal/records/store"
	"madoguchi/internal/records/store/engine"
	"madoguchi/terms/cases"
)

//go:embed migrations_postgres/*.sql
var schemaPostgres embed.FS

// onPostgres is what only PostgreSQL knows of the index: it is a schema of its
// own in the records' database, and the words of a document are a tsvector
// made here.
//
// A GIN index yields what matches in no order, so a word that is everywhere
// would have to be gathered and sorted whole for a page of the newest. For
// that reason every document carries the names of the stretches of the history
// that it lies in ([stretches]), and a page is looked for in ever larger
// stretches, from the newest on: the index meets the stretch with the words.
type onPostgres struct{}

// What precedes a token that is not simply in the document. No token of a text
// has a colon.
const (
	inHead    = "h:" // in what the case is about
	inWho     = "w:" // in the sender
	inOrg     = "o:" // the organization, as [organizationTokens] have it
	inStretch = "s"  // of the history; the level and a colon follow
)

// settings make PostgreSQL plan every query with its own words, and by the
// index whatever it believes of their number: it knows nothing of the
// stretches. What the last second lost with its server is taken in again.
var settings = map[string]string{"synchronous_commit": "off", "plan_cache_mode": "force_custom_plan", "enable_seqscan": "off", "jit": "off", "work_mem": "32MB"}

func (onPostgres) place(cfg Config) (engine.Config, error) {
	files, err := fs.Sub(schemaPostgres, "migrations_postgres")
	return engine.Config{Database: cfg.Database, Schema: store.SearchSchema, Settings: settings, Readers: 6, Migrations: files}, err
}

func (onPostgres) clear() string { return `DELETE FROM words` }

func (onPostgres) drop() string { return `DELETE FROM words WHERE position = $1` }

func (onPostgres) matchesOne() string {
	return `SELECT COUNT(*) FROM (SELECT 1 FROM words WHERE position = $1 AND tokens @@ $2::tsquery LIMIT 1) AS one`
}

const (
	// partTokens is how many tokens of a text one tsvector takes: it counts
	// places up to 16,383 only, and 256 of one token.
	partTokens = 8000
	// partShared is how many tokens two parts of a text have in common, so
	// that a phrase between them is found.
	partShared = 60
)

// add makes one statement of many documents: each would be a journey to the
// server.
func (k onPostgres) add(c *engine.Conn, items []item) error {
	positions, refs, ats := make([]int64, len(items)), make([]int64, len(items)), make([]int64, len(items))
	notes, files := make([]bool, len(items)), make([]bool, len(items))
	for n, i := range items {
		positions[n], refs[n], ats[n], notes[n], files[n] = i.position, i.row.ref, i.at, i.internal, i.files
	}
	return errors.Join(
		exec(c, `INSERT INTO docs (position, case_ref, at, internal, files) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::boolean[], $5::boolean[])`,
			positions, refs, ats, notes, files),
		k.words(c, items),
	)
}

// words puts the words of a document in several parts when its text is very
// long. They travel as PostgreSQL keeps them: to read their notation was a
// quarter of what a document costs the server.
func (onPostgres) words(c *engine.Conn, items []item) error {
	var positions []int64
	var numbers []int32
	var tokens []engine.Vector
	for _, i := range items {
		for n, part := range parts(i.columns.body) {
			positions, numbers, tokens = append(positions, i.position), append(numbers, int32(n)), append(tokens, vector(i.position, i.columns, part)) //nolint:gosec // a text has few parts
		}
	}
	return exec(c, `INSERT INTO words (position, part, tokens) SELECT * FROM unnest($1::bigint[], $2::int[], $3::tsvector[])`, positions, numbers, tokens)
}

// open makes one statement of many cases. They get their refs in their order.
func (onPostgres) open(c *engine.Conn, rows []*caseRow) (err error) {
	columns := columnsOf(rows)
	numbers, firsts := make([]int64, len(rows)), make([]int64, len(rows))
	byID := make(map[cases.ID]*caseRow, len(rows))
	for i, r := range rows {
		numbers[i], firsts[i], byID[r.id] = r.number, r.first, r
	}
	made, err := c.QueryContext(context.Background(), `INSERT INTO cases (number, first, case_id, subject, organization, org_name, status, priority, assignee, tags)
		SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[]) RETURNING case_id, ref`,
		append([]any{numbers, firsts}, columns...)...)
	if err != nil {
		return engine.Fault(err)
	}
	defer func() { err = engine.Fault(errors.Join(err, made.Close())) }()
	for made.Next() {
		var id cases.ID
		var ref int64
		if err := made.Scan(&id, &ref); err != nil {
			return err
		}
		byID[id].ref = ref
	}
	return made.Err()
}

func (onPostgres) keep(c *engine.Conn, rows []*caseRow) error {
	return exec(c, `UPDATE cases SET subject = new.subject, organization = new.organization, org_name = new.org_name, status = new.status, priority = new.priority, assignee = new.assignee, tags = new.tags
		FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) AS new (case_id, subject, organization, org_name, status, priority, assignee, tags)
		WHERE cases.case_id = new.case_id`, columnsOf(rows)...)
}

// columnsOf are what is known of cases: their ids, subjects, organizations,
// their names, states, priorities, agents and tags.
func columnsOf(rows []*caseRow) []any {
	var columns [8][]string
	for _, r := range rows {
		for i, text := range []string{string(r.id), r.subject, r.organization, r.orgName, r.status, r.priority, r.assignee, r.tags} {
			columns[i] = append(columns[i], engine.Storable(text))
		}
	}
	list := make([]any, len(columns))
	for i, column := range columns {
		list[i] = column
	}
	return list
}

// parts are the tokens of a body, cut where they are too many for one part.
// There is always one part.
func parts(body []string) [][]string {
	var all []string
	for _, text := range body {
		for _, t := range Tokens(text) {
			all = append(all, t.Text)
		}
		all = append(all, boundary)
	}
	var list [][]string
	for len(all) > partTokens {
		list, all = append(list, all[:partTokens]), all[partTokens-partShared:]
	}
	return append(list, all)
}

// vector is what a document is found by.
func vector(position int64, d columns, body []string) engine.Vector {
	v := make(places, len(body))
	for i, t := range body {
		v.put(t, i+1)
	}
	n := len(body) + 2
	for _, c := range []struct {
		prefix string
		texts  []string
	}{{inHead, d.head}, {inWho, d.who}} {
		for _, text := range c.texts {
			for _, t := range Tokens(text) {
				v.put(t.Text, n)
				v.put(c.prefix+t.Text, n)
				n++
			}
			n++ // no phrase reaches into the next text
		}
	}
	for _, org := range organizationTokens(d.org) {
		v.put(inOrg+org, 0)
	}
	for level := range stretches {
		v.put(stretchOf(level, position), 0)
	}
	return v.vector()
}

// places are tokens with where they stand, in ascending order.
type places map[string][]engine.Place

const (
	lastPlace  = 1<<14 - 1 // that PostgreSQL counts; what is behind stands there
	mostPlaces = 255       // of one token
)

// put notes a token; at 0 it stands nowhere.
func (p places) put(token string, at int) {
	known := p[token]
	at = min(at, lastPlace)
	switch {
	case token == boundary:
	case at == 0:
		p[token] = nil
	case len(known) < mostPlaces && (len(known) == 0 || int(known[len(known)-1].Position) < at):
		p[token] = append(known, engine.Place{Position: uint16(at)}) //nolint:gosec // at most lastPlace
	}
}

// vector has the tokens in the order of their bytes, as PostgreSQL keeps them.
func (p places) vector() engine.Vector {
	v := engine.Vector{Lexemes: make([]engine.Lexeme, 0, len(p)), Valid: true}
	for _, token := range slices.Sorted(maps.Keys(p)) {
		v.Lexemes = append(v.Lexemes, engine.Lexeme{Word: token, Positions: p[token]})
	}
	return v
}

var quoted = strings.NewReplacer(`'`, `''`, `\`, `\\`)

// lexeme is a token in PostgreSQL's notation.
func lexeme(token string) string { return "'" + quoted.Replace(token) + "'" }

// stretches are the lengths of the stretches of each level, as powers of 2 of
// positions.
var stretches = []int{10, 13, 16, 19, 22}

func stretchOf(level int, position int64) string {
	return inStretch + strconv.Itoa(level) + ":" + strconv.FormatInt(position>>stretches[level], 10)
}

// expression is a query as tsquery; empty when it asks for no word. Only
// tokens get into it, never what was typed.
func (onPostgres) expression(q Query, owners, others []string) string {
	var all []string
	for _, t := range q.Terms {
		all = append(all, matching(t))
	}
	if len(q.From) > 0 {
		all = append(all, sentBy(q.From))
	}
	if len(owners) > 0 {
		all = append(all, ownedBy(owners))
	}
	for _, t := range q.Not.Terms {
		all = append(all, "!"+matching(t))
	}
	if len(q.Not.From) > 0 {
		all = append(all, "!"+sentBy(q.Not.From))
	}
	if len(others) > 0 {
		all = append(all, "!"+ownedBy(others))
	}
	return strings.Join(all, " & ")
}

func matching(t Term) string {
	switch {
	case t.number:
		return following(inHead, t)
	case t.about:
		return "(" + following(inHead, t) + " | " + following(inWho, t) + ")"
	}
	return following("", t)
}

func sentBy(terms []Term) string {
	either := make([]string, len(terms))
	for i, t := range terms {
		either[i] = following(inWho, t)
	}
	return "(" + strings.Join(either, " | ") + ")"
}

func ownedBy(tokens []string) string {
	either := make([]string, len(tokens))
	for i, token := range tokens {
		either[i] = lexeme(inOrg + token)
	}
	return "(" + strings.Join(either, " | ") + ")"
}

// following is a term: its tokens, one right after the other.
func following(prefix string, t Term) string {
	list := make([]string, len(t.tokens))
	for i, token := range t.tokens {
		list[i] = lexeme(prefix + token)
	}
	if t.prefix {
		list[len(list)-1] += ":*"
	}
	return "(" + strings.Join(list, " <-> ") + ")"
}

// within yields the documents of a stretch that match, newest first. The sums
// keep PostgreSQL from walking the positions themselves, which would mean to
// read the words of every document.
const within = `SELECT ` + matchColumns + ` FROM
	(SELECT DISTINCT position FROM words WHERE tokens @@ $4::tsquery AND position + 0 <= $1 AND position + 0 >= $2 ORDER BY position DESC LIMIT $3) AS w
	JOIN docs d ON d.position = w.position JOIN cases c ON c.ref = d.case_ref ORDER BY d.position DESC`

// likely is how many stretches like the last one may follow it before a
// longer one is taken instead, which may hold eight times as many documents and
// is matched whole. To gather all tokens with a prefix costs as much in a short
// stretch as in a long one.
func likely(q Query) int {
	if slices.ContainsFunc(q.Terms, func(t Term) bool { return t.prefix }) {
		return 1
	}
	return 4
}

// matches looks through stretches that grow until a page is full or the
// history ends.
func (onPostgres) matches(s *scan, high int64, n int) (list []match, err error) {
	for high >= s.low && len(list) < n {
		low, words := int64(0), s.words
		if s.level < len(stretches) {
			length := stretches[s.level]
			low = high >> length << length
			names := []string{lexeme(stretchOf(s.level, high))}
			if low > 0 && high-low < int64(1)<<(length-1) { // a short rest of a stretch: with the one before it
				low -= int64(1) << length
				names = append(names, lexeme(stretchOf(s.level, low)))
			}
			words = "(" + strings.Join(names, " | ") + ") & " + words
		}
		more, err := rows(s.ctx, s.q, scanMatch, within, high, max(low, s.low), n-len(list), words)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
		if len(list) == n {
			return list, nil // more may be in this stretch
		}
		high = low - 1
		if s.level < len(stretches) && len(more) < (n-len(list))/likely(s.ask.Query) {
			s.level++
		}
	}
	return list, nil
}
