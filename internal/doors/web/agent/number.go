package agent

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// NumberView is whose a telephone number is, and their cases.
type NumberView struct {
	Number  string // as asked for
	Problem string
	People  []NumberOwner
	Own     []CaseLine // of the people
	Company []CaseLine // of their companies beside those
}

// NumberOwner is a person, or a company, with that number.
type NumberOwner struct{ Name, Company, To, Phone string }

// Number shows the cases of a telephone number, in whatever notation it is
// given.
func (p *Pages) Number(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	ctx := r.Context()
	v, status := NumberView{Number: strings.TrimSpace(r.FormValue("number"))}, http.StatusOK
	if v.Number != "" {
		found, err := p.desk.CasesOfNumber(ctx, who, v.Number)
		switch {
		case fault.Is(err, fault.Invalid):
			v.Problem, status = fault.Public(err).In(string(ui.Of(ctx).Lang)), refused
		case err != nil:
			return err
		}
		v.People = owners(ctx, found.Contacts, found.Customers)
		v.Own, v.Company = p.caseLines(r, found.Own), p.caseLines(r, found.Company)
	}
	return p.show(w, r, status, ui.T(ctx, "number.title"), "customers", func(page ui.Page) templ.Component { return NumberPage(page, v) })
}

func (p *Pages) caseLines(r *http.Request, rows []store.CaseRow) []CaseLine {
	var list []CaseLine
	for _, c := range rows {
		list = append(list, CaseLine{
			ID: string(c.ID), Number: p.desk.Number(c.Number), Subject: c.Subject, Priority: c.Priority, Provisional: c.Provisional,
			Status: string(c.Status), Reception: ui.Moment(r.Context(), c.Reception),
		})
	}
	return list
}

// owners are people and companies as a list names them.
func owners(ctx context.Context, people []desk.FoundContact, companies []store.Organization) []NumberOwner {
	lang := string(ui.Of(ctx).Lang)
	var list []NumberOwner
	for _, o := range companies {
		list = append(list, NumberOwner{o.Name(lang), "", "/customers/" + o.ID, o.Phone})
	}
	for _, c := range people {
		list = append(list, NumberOwner{c.Name, c.Company.Name(lang), "/contacts/" + c.ID, numbersOf(c.Contact)})
	}
	return list
}

// numbersOf are a person's telephone numbers as people read them.
func numbersOf(c store.Contact) string {
	var list []string
	for _, p := range c.Phones {
		list = append(list, p.Shown)
	}
	return strings.Join(list, "　")
}
