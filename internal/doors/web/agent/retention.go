package agent

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/chooser"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
)

// RetentionPageView is how long closed cases are kept, and what goes next.
type RetentionPageView struct {
	Days, Begins string // Begins: empty once it acts
	Acts         bool
	Customer     string
	DaysOf       string
	Reason       string
	Hold         bool
	Due, Soon    []RetentionCase
	Exceptions   []RetentionRow
	Runs         []RetentionRun
	MaySet       bool
	Errors       map[string]string
	Chooser      ui.Chooser // of the customer of an exception
}

// RetentionCase is a case whose data goes.
type RetentionCase struct{ ID, Number, Customer, Closed string }

// RetentionRow is a customer with another period, or a hold.
type RetentionRow struct {
	ID, Name, Reason, By, When string
	Days                       int
	Hold                       bool
}

// RetentionRun is one day's run.
type RetentionRun struct {
	When                 string
	Cases, Events, Mails int
}

// Retention shows how long closed cases are kept, and which go next.
func (p *Pages) Retention(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.retention(w, r, who, http.StatusOK, RetentionPageView{Hold: true})
}

func (p *Pages) retention(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, v RetentionPageView) error {
	ctx := r.Context()
	have, err := p.desk.Retention(ctx, who)
	if err != nil {
		return err
	}
	v.MaySet = who.Can(desk.ErasePersonalData)
	v.Acts = have.Days > 0
	if v.Days == "" {
		v.Days = strconv.Itoa(have.Days)
	}
	if have.Begins.After(p.desk.Now()) {
		v.Begins = ui.Moment(ctx, have.Begins)
	}
	rows := func(list []store.ClosedCase) []RetentionCase {
		var out []RetentionCase
		for _, c := range list {
			out = append(out, RetentionCase{string(c.ID), p.desk.Number(c.Number), c.OrgName, ui.Date(ctx, c.Closed)})
		}
		return out
	}
	v.Due, v.Soon = rows(have.Due), rows(have.Soon)
	for _, e := range have.Exceptions {
		v.Exceptions = append(v.Exceptions, RetentionRow{e.Organization, e.Name, e.Reason, e.ByName, ui.Moment(ctx, e.At), e.Days, e.Hold})
	}
	for _, e := range have.Runs {
		v.Runs = append(v.Runs, RetentionRun{ui.Moment(ctx, e.DecidedAt), e.Counts.Cases, e.Counts.Events, e.Counts.Mails})
	}
	v.Chooser, _, err = chooser.OfCustomers(r, p.desk, who, ui.Chooser{
		Name: "customer", Label: ui.T(ctx, "retention.customer"), Required: true, Error: v.Errors["customer"],
	}, []string{v.Customer})
	if err != nil {
		return err
	}
	return p.show(w, r, status, ui.T(ctx, "retention.title"), "customers", func(page ui.Page) templ.Component { return RetentionPage(page, v) })
}

// SetRetention sets the usual period.
func (p *Pages) SetRetention(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	days, err := strconv.Atoi(strings.TrimSpace(r.PostFormValue("days")))
	if err != nil {
		days = -1 // said beside the field
	}
	v := RetentionPageView{Days: r.PostFormValue("days"), Hold: true}
	return p.retentionDone(w, r, who, v, p.desk.SetRetention(r.Context(), who, days))
}

// ExceptRetention keeps one customer's cases otherwise.
func (p *Pages) ExceptRetention(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	v := RetentionPageView{DaysOf: r.PostFormValue("days_of"), Reason: r.PostFormValue("reason"), Hold: r.PostFormValue("how") != "days"}
	days, _ := strconv.Atoi(strings.TrimSpace(v.DaysOf)) // 0 is refused with words
	var err error
	if v.Customer, err = chooser.Customer(r, p.desk, who, "customer"); err != nil {
		return p.retentionDone(w, r, who, v, err)
	}
	return p.retentionDone(w, r, who, v, p.desk.ExceptRetention(r.Context(), who, v.Customer, store.Retention{Days: days, Hold: v.Hold, Reason: v.Reason}))
}

// EndRetentionException lets the usual period hold for a customer again.
func (p *Pages) EndRetentionException(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.retentionDone(w, r, who, RetentionPageView{Hold: true}, p.desk.EndRetentionException(r.Context(), who, r.PathValue("id")))
}

func (p *Pages) retentionDone(w http.ResponseWriter, r *http.Request, who desk.Viewer, v RetentionPageView, err error) error {
	if err == nil {
		return p.done(w, r, "saved", "/retention")
	}
	problems, ok := ui.FormErrors(r.Context(), err)
	if !ok {
		return err
	}
	v.Errors = problems
	return p.retention(w, r, who, refused, v)
}
