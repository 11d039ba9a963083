package agent

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/contract"
)

// Customers lists the organizations.
func (p *Pages) Customers(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	ctx := r.Context()
	v := CustomersView{Query: strings.TrimSpace(r.FormValue("q")), Show: r.FormValue("show"), MayEdit: who.Can(desk.EditCustomers)}
	query := store.OrganizationQuery{Limit: pageSize, Search: v.Query, Archived: v.Show == "all", Resellers: v.Show == "resellers"}
	for _, show := range []string{"", "resellers", "all"} {
		v.Shows = append(v.Shows, ui.Option{Value: show, Label: ui.T(ctx, "customers.show."+cmp.Or(show, "active"))})
	}
	if err := ui.Unseal(r.FormValue("after"), &query.After); err != nil {
		return err
	}
	orgs, next, err := p.desk.Customers(ctx, who, query)
	if err != nil {
		return err
	}
	if v.Query != "" && query.After.End() {
		found, err := p.desk.FindPeople(ctx, who, v.Query)
		if err != nil {
			return err
		}
		v.People = contactRows(found)
	}
	v.MayData = who.Can(desk.HandlePersonalData)
	due, more, err := p.desk.LettersDue(ctx, who, pageSize, store.Name{})
	if err != nil {
		return err
	}
	switch {
	case !more.End():
		v.LettersDue = strconv.Itoa(len(due)) + "+"
	case len(due) > 0:
		v.LettersDue = strconv.Itoa(len(due))
	}
	for _, o := range orgs {
		region, plan := p.plan(r, o)
		v.Rows = append(v.Rows, CustomerRow{
			ID: o.ID, Name: ui.Either(ctx, o.NameJA, o.NameEN), Region: region, Contract: plan,
			Domains: strings.Join(o.Domains, ", "), Language: ui.LanguageName(o.Language),
		})
	}
	if !next.End() {
		if v.After, err = ui.Seal(next); err != nil {
			return err
		}
	}
	return p.show(w, r, http.StatusOK, ui.T(ctx, "customers.title"), "customers", func(page ui.Page) templ.Component {
		return CustomersPage(page, v)
	})
}

// plan says what the customer's contract is now, under its amendments: the
// region and the plan.
func (p *Pages) plan(r *http.Request, o store.Organization) (region, plan string) {
	ctx := r.Context()
	con, err := p.desk.TermsOf(o, p.desk.Now())
	if err != nil {
		return "", o.Contract // the contract may have been taken out of the registry
	}
	plan = planName(ctx, con)
	return regionName(ctx, con, string(con.HomeRegion())), plan
}

// Customer shows one organization.
func (p *Pages) Customer(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.customer(w, r, who, http.StatusOK, r.PathValue("id"), ContactForm{})
}

func (p *Pages) customer(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, id string, form ContactForm) error {
	ctx := r.Context()
	o, err := p.desk.Customer(ctx, who, id)
	if err != nil {
		return err
	}
	people, err := p.contactList(r, who, id, "/customers/"+id)
	if err != nil {
		return err
	}
	running, err := p.desk.CasesOf(ctx, who, id)
	if err != nil {
		return err
	}
	form.Languages = ui.Languages()
	if form.Language == "" {
		form.Language = o.Language
	}
	v := CustomerView{ID: o.ID, Name: ui.Either(ctx, o.NameJA, o.NameEN), Contact: form, MayEdit: who.May(desk.EditCustomers) == nil}
	region, plan := p.plan(r, o)
	if v.Amendments, err = p.amendmentRows(ctx, who, o); err != nil {
		return err
	}
	if who.Can(desk.ManageMail) {
		if v.Senders, err = p.senders(r, who); err != nil {
			return err
		}
		v.Sender = p.desk.OrganizationSender(o.ID)
	}
	if con, err := p.desk.TermsOf(o, p.desk.Now()); err == nil {
		v.Terms = con.Ref()
	}
	reseller, resold, err := p.desk.Resold(ctx, who, o)
	if err != nil {
		return err
	}
	for _, r := range resold {
		v.Resold = append(v.Resold, CustomerRow{ID: r.ID, Name: ui.Either(ctx, r.NameJA, r.NameEN)})
	}
	letter, err := p.desk.LetterPreview(ctx, who, o.ID, "", "")
	if err != nil {
		return err
	}
	v.Letter = string(letter.Due)
	v.Facts = facts(
		Fact{ui.T(ctx, "org.name.ja"), o.NameJA},
		Fact{ui.T(ctx, "org.name.en"), o.NameEN},
		Fact{ui.T(ctx, "org.kana"), o.Kana},
		Fact{ui.T(ctx, "org.code"), o.Code},
		Fact{ui.T(ctx, "org.contract"), plan + " (" + v.Terms + ")"},
		Fact{ui.T(ctx, "org.region"), region},
		Fact{ui.T(ctx, "org.products"), strings.Join(o.Products, ui.T(ctx, "list.sep"))},
		Fact{ui.T(ctx, "org.reseller"), ui.Either(ctx, reseller.NameJA, reseller.NameEN)},
		Fact{ui.T(ctx, "org.started"), o.Started},
		Fact{ui.T(ctx, "org.ended"), o.Ended},
		Fact{ui.T(ctx, "org.desk-phone"), letter.Phone},
		Fact{ui.T(ctx, "org.desk-mail"), letter.Mail},
		Fact{ui.T(ctx, "org.phone"), o.Phone},
		Fact{ui.T(ctx, "org.domains"), strings.Join(o.Domains, ", ")},
		Fact{ui.T(ctx, "org.language"), ui.LanguageName(o.Language)},
		Fact{ui.T(ctx, "org.note"), o.Note},
	)
	done, err := p.desk.CustomerHistory(ctx, who, id)
	if err != nil {
		return err
	}
	v.History = doneRows(ctx, done)
	v.Contacts, v.Erased = people, !o.Erased.IsZero()
	v.MayData = who.Can(desk.HandlePersonalData)
	v.Cases = p.caseLines(r, running)
	return p.show(w, r, status, v.Name, "customers", func(page ui.Page) templ.Component { return CustomerPage(page, v) })
}

// facts are those that say something.
func facts(all ...Fact) []Fact {
	return slices.DeleteFunc(all, func(f Fact) bool { return strings.TrimSpace(f.Value) == "" })
}

// NewCustomer shows the empty form of an organization.
func (p *Pages) NewCustomer(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := who.May(desk.EditCustomers); err != nil {
		return err
	}
	o := store.Organization{Contract: p.desk.DefaultContract(), Language: "ja"}
	con, err := p.desk.Contracts().InForce(o.Contract, p.desk.Now())
	if err != nil {
		return err
	}
	// The form's own suggestions must fit each other.
	return p.organizationForm(w, r, who, http.StatusOK, o, desk.Opening{Region: con.HomeRegion()}, nil)
}

// EditCustomer shows the form of an organization.
func (p *Pages) EditCustomer(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	o, err := p.desk.Customer(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := who.May(desk.EditCustomers); err != nil {
		return err
	}
	return p.organizationForm(w, r, who, http.StatusOK, o, desk.Opening{}, nil)
}

// PutCustomer adds or changes an organization.
func (p *Pages) PutCustomer(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	o := store.Organization{}
	said := "org.created"
	if id := r.PathValue("id"); id != "" {
		have, err := p.desk.Customer(r.Context(), who, id)
		if err != nil {
			return err
		}
		o, said = have, "saved"
	}
	o.NameJA, o.NameEN, o.Contract = r.PostFormValue("name"), r.PostFormValue("name_en"), r.PostFormValue("contract")
	o.Language, o.Domains = r.PostFormValue("language"), lines(r.PostFormValue("domains"))
	o.Kana, o.Code, o.Phone, o.Note = r.PostFormValue("kana"), r.PostFormValue("code"), r.PostFormValue("phone"), r.PostFormValue("note")
	o.Products, o.Started, o.Ended = lines(r.PostFormValue("products")), r.PostFormValue("started"), r.PostFormValue("ended")
	o.DeskPhone, o.DeskMail, o.Reseller = r.PostFormValue("desk_phone"), r.PostFormValue("desk_mail"), r.PostFormValue("reseller")
	opening := desk.Opening{Region: contract.RegionID(r.PostFormValue("region")), SupportPlus: r.PostFormValue("plus") != ""}
	saved, err := o, error(nil)
	if o.ID == "" {
		saved, err = p.desk.AddOrganization(r.Context(), who, o, opening)
	} else {
		saved, err = p.desk.PutOrganization(r.Context(), who, o)
	}
	if err == nil {
		return p.done(w, r, said, "/customers/"+saved.ID)
	}
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		return p.organizationForm(w, r, who, refused, o, opening, problems)
	}
	return err
}

func (p *Pages) organizationForm(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, o store.Organization, opening desk.Opening, problems map[string]string) error {
	ctx := r.Context()
	usual := p.desk.Site()
	if named, err := p.desk.Customer(ctx, who, o.Reseller); err == nil {
		o.Reseller = ui.Either(ctx, named.NameJA, named.NameEN)
	}
	f := OrganizationForm{
		Kana: o.Kana, Code: o.Code, Phone: o.Phone, Note: o.Note, Products: strings.Join(o.Products, "\n"), Reseller: o.Reseller,
		DeskPhone: o.DeskPhone, DeskMail: o.DeskMail, UsualPhone: usual.Phone, UsualMail: usual.Mail, Started: o.Started, Ended: o.Ended,
		ID: r.PathValue("id"), NameJA: o.NameJA, NameEN: o.NameEN, Region: string(opening.Region), Contract: o.Contract, Language: o.Language,
		Domains: strings.Join(o.Domains, "\n"), Plus: opening.SupportPlus, Languages: ui.Languages(), Errors: problems,
	}
	seen := map[string]bool{}
	all := p.desk.Contracts().All()
	slices.SortStableFunc(all, func(a, b *contract.Contract) int { // the desk's own contract first
		return cmp.Compare(p.foreign(a), p.foreign(b))
	})
	for _, con := range all {
		if !seen[con.ID()] {
			seen[con.ID()] = true
			f.Contracts = append(f.Contracts, ui.Option{Value: con.ID(), Label: ui.Either(ctx, con.Name().JA, con.Name().EN)})
		}
		for _, reg := range con.Regions() {
			if !seen["region "+string(reg.ID)] {
				seen["region "+string(reg.ID)] = true
				label := ui.Either(ctx, reg.Label.JA, reg.Label.EN)
				if con.ID() != p.desk.DefaultContract() {
					label += " (" + ui.Either(ctx, con.Name().JA, con.Name().EN) + ")"
				}
				f.Regions = append(f.Regions, ui.Option{Value: string(reg.ID), Label: label})
			}
		}
	}
	title := ui.T(ctx, "customers.new")
	if f.ID != "" {
		title = ui.T(ctx, "org.edit")
	}
	return p.show(w, r, status, title, "customers", func(page ui.Page) templ.Component { return OrganizationPage(page, f) })
}

// foreign is 1 for a contract other than the desk's own.
func (p *Pages) foreign(con *contract.Contract) int {
	if con.ID() == p.desk.DefaultContract() {
		return 0
	}
	return 1
}

func (f OrganizationForm) action() string {
	if f.ID == "" {
		return "/customers"
	}
	return "/customers/" + f.ID
}

// usual is what is told where nothing is given.
func (OrganizationForm) usual(ctx context.Context, s string) string {
	if s == "" {
		return ui.T(ctx, "org.disclosed.none")
	}
	return s
}

func (f OrganizationForm) back() string { return f.action() }

// lines are the lines of a field that hold something.
func lines(s string) []string {
	var out []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}
