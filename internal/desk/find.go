package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/notation"
	"madoguchi/internal/records/search"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// FoundCase is a case with its newest message that matches a query. The
// pieces are the original texts, cut where they are to be highlighted.
type FoundCase struct {
	store.CaseRow
	Number       string
	Subject      []search.Piece
	Organization []search.Piece // empty while unidentified
	Who          []search.Piece // the sender or writer of the message
	Text         []search.Piece // about 120 characters around what was found
	Files        [][]search.Piece
	Note         bool      // the message is an internal note
	At           time.Time // of the message
	More         int       // further messages of the case that match, on this page
}

// Results is a page of what was found, newest first.
type Results struct {
	Cases   []FoundCase
	Next    search.Cursor
	Partial bool // the search stopped before the page was full; Next goes on
	Empty   bool // the query asks for nothing
	Count   int  // cases, as far as they were counted; 0 on later pages
	All     bool // Count is all there are

	Customers []store.Organization // of whose names the query is a part; on the first page only
	Contacts  []FoundContact
}

// FindPage is how many cases a page of results has at most.
const FindPage = 20

const snippetWidth = 120

// Find searches all cases for a person of the desk: words, "quoted phrases"
// and the filters from:, org:, status:, priority:, assignee:, tag:, has:attachment,
// before: and after: (dates in the desk's zone), each also in Japanese, and a
// minus sign before what must not be. The first page names customers and
// people as well. The index is at most [search.MaxLag] behind. It fails with
// [fault.Invalid] when the query cannot be read.
func (d *Desk) Find(ctx context.Context, who Viewer, query string, after search.Cursor) (Results, error) {
	if err := who.May(WorkCases); err != nil {
		return Results{}, err
	}
	page, err := d.find(ctx, who.Scope(), who.ID, query, after)
	if err != nil || page.Empty || !after.End() {
		return page, err
	}
	entries, err := d.store.LookUp(ctx, who.Scope(), query, 2*lookedUp)
	if err != nil {
		return Results{}, err
	}
	var known LookedUp
	for _, e := range entries {
		if err := d.addEntry(ctx, &known, e); err != nil && !fault.Is(err, fault.NotFound) {
			return Results{}, err
		}
	}
	page.Customers, page.Contacts = known.Customers, known.Contacts
	return page, nil
}

// FindWithin is [Desk.Find] within a scope: the view of one organization has
// neither the others' cases nor the desk's notes. Who may look is for the
// caller to decide.
func (d *Desk) FindWithin(ctx context.Context, scope store.Scope, query string, after search.Cursor) (Results, error) {
	return d.find(ctx, scope, "", query, after)
}

// find searches for an agent, or for nobody of the desk.
func (d *Desk) find(ctx context.Context, scope store.Scope, me, query string, after search.Cursor) (Results, error) {
	if d.index == nil {
		return Results{}, fault.New(fault.Unavailable, "検索はただいまご利用いただけません。", "Searching is not available right now.")
	}
	q, err := search.Parse(query, search.Options{Now: d.now(), Zone: d.Zone(), Prefix: d.Site().Prefix})
	if err != nil || q.Empty() {
		return Results{Empty: true}, err
	}
	ask := search.Ask{Query: q, Scope: scope, After: after, Limit: FindPage, Count: true}
	if ask.Meant, err = d.meant(ctx, scope, me, q.Picks); err != nil {
		return Results{}, err
	}
	if ask.Not, err = d.meant(ctx, scope, me, q.Not.Picks); err != nil {
		return Results{}, err
	}
	found, err := d.index.Find(ctx, ask)
	if err != nil {
		return Results{}, err
	}
	page := Results{Next: found.Next, Partial: found.Partial, Count: found.Cases, All: found.All}
	page.Cases, err = d.foundCases(ctx, scope, q, found.Hits)
	return page, err
}

// meant finds what the picks of a query stand for.
func (d *Desk) meant(ctx context.Context, scope store.Scope, me string, p search.Picks) (m search.Meant, err error) {
	if m.Status, err = statuses(p.Status); err != nil {
		return m, err
	}
	if m.Priority, err = d.priorities(p.Priority); err != nil {
		return m, err
	}
	if m.Assignee, err = d.assignees(ctx, me, p.Assignee); err != nil {
		return m, err
	}
	if m.Tags, err = d.tagsPicked(ctx, p.Tags); err != nil {
		return m, err
	}
	m.Organizations, err = d.organizations(ctx, scope, p.Organizations)
	return m, err
}

// foundCases asks the records themselves, so that what is shown is current and
// within the scope however far behind the index is.
func (d *Desk) foundCases(ctx context.Context, scope store.Scope, q search.Query, hits []search.Hit) (list []FoundCase, err error) {
	ids := make([]cases.ID, len(hits))
	for i, h := range hits {
		ids[i] = h.Case
	}
	rows, err := d.store.CaseRows(ctx, scope, ids)
	if err != nil {
		return nil, err
	}
	documents, err := d.index.Documents(ctx, hits)
	if err != nil {
		return nil, err
	}
	for _, h := range hits {
		row, in := rows[h.Case]
		doc, there := documents[h.Position]
		if in && there { // else it went to another organization, and the index does not know yet
			list = append(list, d.foundCase(q, h, row, doc))
		}
	}
	return list, nil
}

func (d *Desk) foundCase(q search.Query, h search.Hit, row store.CaseRow, doc search.Document) FoundCase {
	c := FoundCase{CaseRow: row, Number: d.Number(row.Number), Note: doc.Internal, At: doc.At, More: h.More}
	mark := func(text string, more ...search.Term) []search.Piece {
		return search.Pieces(text, search.Mark(text, append(more, q.Terms...)...))
	}
	c.Subject, c.Organization = mark(row.Subject), mark(row.OrgName)
	who := doc.Who
	if doc.Addr != "" && doc.Addr != who {
		who = strings.TrimSpace(who + " <" + doc.Addr + ">")
	}
	c.Who = mark(who, q.From...)
	c.Text = search.Snippet(doc.Text, search.Mark(doc.Text, q.Terms...), snippetWidth)
	for _, f := range doc.Files {
		if spans := search.Mark(f, q.Terms...); len(spans) > 0 {
			c.Files = append(c.Files, search.Pieces(f, spans))
		}
	}
	return c
}

// statusName is a status with its names, the shown ones first.
type statusName struct {
	status cases.Status
	words  []string
}

// statusWords are the names by which a status can be asked for.
var statusWords = []statusName{
	{cases.New, []string{"new", "未着手"}},
	{cases.Open, []string{"open", "対応中"}},
	{cases.Waiting, []string{"waiting", "回答待ち", "お客様の回答待ち"}},
	{cases.OnHold, []string{"on_hold", "on-hold", "hold", "保留"}},
	{cases.Resolved, []string{"resolved", "解決済み", "解決"}},
	{cases.Closed, []string{"closed", "終了"}},
}

func statuses(typed []string) (ids []string, err error) {
	for _, t := range typed {
		i := slices.IndexFunc(statusWords, func(s statusName) bool { return named(t, s.words...) })
		if i < 0 {
			var all []string
			for _, s := range statusWords {
				all = append(all, s.words[0]+"（"+s.words[1]+"）")
			}
			return nil, unknown("status:", t, all)
		}
		ids = append(ids, string(statusWords[i].status))
	}
	return ids, nil
}

// priorities finds the priorities of all published contracts by id or label.
func (d *Desk) priorities(typed []string) (ids []string, err error) {
	for _, t := range typed {
		var all []string
		n := len(ids)
		for _, con := range d.contracts.All() {
			for _, p := range con.Priorities() {
				if named(t, string(p.ID), p.Label.JA, p.Label.EN, p.Letter.JA, p.Letter.EN) {
					ids = append(ids, string(p.ID))
				}
				if say := string(p.ID) + "（" + p.Label.JA + "）"; !slices.Contains(all, say) {
					all = append(all, say)
				}
			}
		}
		if len(ids) == n {
			return nil, unknown("priority:", t, all)
		}
	}
	return ids, nil
}

// assignees finds people of the desk by a part of the name or by mail address;
// me (自分) is the one who asks, none (なし) nobody.
func (d *Desk) assignees(ctx context.Context, me string, typed []string) (ids []string, err error) {
	if len(typed) == 0 {
		return ids, nil
	}
	people, err := d.store.ListAgents(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range typed {
		n := len(ids)
		switch {
		case named(t, "me", "自分", "私") && me != "":
			ids = append(ids, me)
		case named(t, "none", "nobody", "なし", "未定"):
			ids = append(ids, "")
		default:
			for _, p := range people {
				if strings.Contains(notation.Fold(p.Name), notation.Fold(t)) || named(t, p.Email) {
					ids = append(ids, p.ID)
				}
			}
		}
		if len(ids) > n {
			continue
		}
		known := []string{"me（自分）", "none（なし）"}
		for _, p := range people {
			if !p.Disabled && len(known) < 8 {
				known = append(known, p.Name)
			}
		}
		return nil, unknown("assignee:", t, known)
	}
	return ids, nil
}

// tagsPicked finds tags by their names, those that were merged into them with
// them.
func (d *Desk) tagsPicked(ctx context.Context, typed []string) (ids []string, err error) {
	if len(typed) == 0 {
		return ids, nil
	}
	tags, err := d.store.ListTags(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range typed {
		found := tagsNamed(tags, t)
		if len(found) == 0 {
			var known []string
			for _, tag := range tags {
				if tag.Merged == "" && !tag.Archived && len(known) < 8 {
					known = append(known, tag.Name)
				}
			}
			return nil, unknown("tag:", t, known)
		}
		ids = append(ids, found...)
	}
	return ids, nil
}

// organizations finds the customers of the registry, within the scope, by a
// part of a name, its reading or a mail domain.
func (d *Desk) organizations(ctx context.Context, scope store.Scope, typed []string) (ids []string, err error) {
	const most = 100 // of one word; more would be no filter
	for _, t := range typed {
		list, _, err := d.store.ListOrganizations(ctx, store.OrganizationQuery{Scope: scope, Search: t, Archived: true, Limit: most})
		if err != nil {
			return nil, err
		}
		for _, o := range list {
			ids = append(ids, o.ID)
		}
	}
	return ids, nil
}

func named(typed string, names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return search.Same(typed, n) })
}

func unknown(filter, typed string, known []string) error {
	if len(known) == 0 {
		return fault.New(fault.Invalid, "「"+filter+"」に「"+typed+"」はありません。", "There is no “"+typed+"” for “"+filter+"”.").At("q")
	}
	return fault.New(fault.Invalid,
		"「"+filter+"」に「"+typed+"」はありません。"+strings.Join(known, "、")+" のいずれかを指定してください。",
		"There is no “"+typed+"” for “"+filter+"”. Please use one of "+strings.Join(known, ", ")+".").At("q")
}
