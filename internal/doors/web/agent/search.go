package agent

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/search"
	"madoguchi/terms/fault"
)

// SearchView is a page of what was found.
type SearchView struct {
	Query   string
	Problem string // why the query cannot be read
	Asked   bool   // the query asks for something
	First   bool   // the first page
	Partial bool   // the search stopped before the page was full
	Count   int
	All     bool // Count is all there are
	Found   []desk.FoundCase
	Owners  []NumberOwner // customers and people of that name
	After   string
	Recent  []string // queries of before
}

// searchExamples teach the filters; each is a query that can be tried.
var searchExamples = []struct{ text, ja, en string }{
	{"search.example.phrase", `"請求書の再送"`, `"monthly report"`},
	{"search.example.not", "障害 -復旧", "error -restored"},
	{"search.example.from", "差出人:yamada", "from:yamada"},
	{"search.example.org", "組織:青葉", "org:aoba"},
	{"search.example.status", "状態:対応中", "status:open,waiting"},
	{"search.example.priority", "優先度:高", "priority:high"},
	{"search.example.assignee", "担当:自分", "assignee:me"},
	{"search.example.tag", "タグ:請求", "tag:billing"},
	{"search.example.has", "添付:あり", "has:attachment"},
	{"search.example.dates", "以降:2026-11-01 より前:2026-11-20", "after:2026-11-01 before:2026-11-20"},
}

// Search finds cases by what was written in them.
func (p *Pages) Search(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	ctx := r.Context()
	v := SearchView{Query: r.FormValue("q")}
	var after search.Cursor
	if err := ui.Unseal(r.FormValue("after"), &after); err != nil {
		return err
	}
	status := http.StatusOK
	res, err := p.desk.Find(ctx, who, v.Query, after)
	switch {
	case fault.Is(err, fault.Invalid):
		v.Problem, status = fault.Public(err).In(string(ui.Of(ctx).Lang)), http.StatusUnprocessableEntity
	case err != nil:
		return err
	default:
		v.Found, v.Asked, v.First, v.Partial, v.Count, v.All = res.Cases, !res.Empty, after.End(), res.Partial, res.Count, res.All
		v.Owners = owners(ctx, res.Contacts, res.Customers)
		if !res.Next.End() {
			if v.After, err = ui.Seal(res.Next); err != nil {
				return err
			}
		}
	}
	if v.Recent, err = p.desk.Queries(ctx, who); err != nil {
		return err
	}
	return p.show(w, r, status, ui.T(ctx, "search.title"), "queue", func(page ui.Page) templ.Component { return SearchPage(page, v) })
}

// ForgetSearches forgets what the viewer searched for.
func (p *Pages) ForgetSearches(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.ForgetQueries(r.Context(), who); err != nil {
		return err
	}
	return p.done(w, r, "search.forgotten", "/search")
}

func searchFor(query string) templ.SafeURL {
	return templ.SafeURL("/search?q=" + url.QueryEscape(query))
}
