package admin

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/chooser"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/approval"
	"madoguchi/terms/fault"
)

// RuleRow is one rule of approval in the list.
type RuleRow struct {
	ID, Name, When, Approvers string
	First                     bool
}

// RuleView is one rule in its form.
type RuleView struct {
	approval.Rule
	People, Teams, Priorities, Organizations, Templates []ui.Option // the customers: those named in rules
	Customers                                           ui.Chooser
	Beyond                                              []string // customers of the rule that the viewer does not see; they stay
	Errors                                              map[string]string
}

// ApprovalRules lists which replies need an approval.
func (p *Pages) ApprovalRules(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	rules, err := p.desk.ApprovalRules(r.Context(), who)
	if err != nil {
		return err
	}
	v, err := p.ruleChoices(r.Context(), who, rules...)
	if err != nil {
		return err
	}
	rows := make([]RuleRow, 0, len(rules))
	for i, rule := range rules {
		rows = append(rows, RuleRow{ID: rule.ID, Name: rule.Name, When: v.when(r.Context(), rule), Approvers: v.approvers(r.Context(), rule), First: i == 0})
	}
	return p.show(w, r, http.StatusOK, "rules.title", "site", func(page ui.Page) templ.Component { return RulesPage(page, rows) })
}

// NewApprovalRule shows the form for another one.
func (p *Pages) NewApprovalRule(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.rule(w, r, who, http.StatusOK, approval.Rule{}, nil)
}

// ApprovalRule shows one to be changed.
func (p *Pages) ApprovalRule(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	rules, err := p.desk.ApprovalRules(r.Context(), who)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(rules, func(have approval.Rule) bool { return have.ID == r.PathValue("id") })
	if i < 0 {
		return fault.New(fault.NotFound, "承認の規則が見つかりません。", "There is no such rule of approval.")
	}
	return p.rule(w, r, who, http.StatusOK, rules[i], nil)
}

func (p *Pages) rule(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, rule approval.Rule, problems map[string]string) error {
	v, err := p.ruleChoices(r.Context(), who)
	if err != nil {
		return err
	}
	v.Rule, v.Errors = rule, problems
	v.Customers, v.Beyond, err = chooser.OfCustomers(r, p.desk, who, ui.Chooser{
		Name: "organizations", Label: ui.T(r.Context(), "rules.organizations"), Many: true, Error: problems["organizations"],
	}, rule.Organizations)
	if err != nil {
		return err
	}
	title := "rules.edit"
	if rule.ID == "" {
		title = "rules.add"
	}
	return p.show(w, r, status, title, "site", func(page ui.Page) templ.Component { return RulePage(page, v) })
}

// PutApprovalRule adds a rule or changes one.
func (p *Pages) PutApprovalRule(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	rule := approval.Rule{
		ID: r.PathValue("id"), Name: r.PostFormValue("name"), Initial: r.PostFormValue("initial") != "",
		Agents: r.PostForm["agents"], Teams: r.PostForm["teams"], Priorities: r.PostForm["priorities"], Templates: r.PostForm["templates"], Approvers: r.PostForm["approvers"],
	}
	var err error
	if rule.Organizations, err = chooser.Customers(r, p.desk, who, "organizations"); err == nil {
		_, err = p.desk.SetApprovalRule(r.Context(), who, rule)
	}
	if err == nil {
		return p.done(w, r, "rules.saved", "/approval-rules")
	}
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		return p.rule(w, r, who, http.StatusUnprocessableEntity, rule, problems)
	}
	return err
}

// MoveApprovalRule puts one a place earlier.
func (p *Pages) MoveApprovalRule(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.MoveApprovalRule(r.Context(), who, r.PathValue("id")); err != nil {
		return err
	}
	return p.done(w, r, "rules.moved", "/approval-rules")
}

// RemoveApprovalRule ends one.
func (p *Pages) RemoveApprovalRule(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.RemoveApprovalRule(r.Context(), who, r.PathValue("id")); err != nil {
		return err
	}
	return p.done(w, r, "rules.removed", "/approval-rules")
}

// ruleChoices is what a rule can be about, and the names of the customers that
// some rules are about.
func (p *Pages) ruleChoices(ctx context.Context, who desk.Viewer, rules ...approval.Rule) (RuleView, error) {
	var v RuleView
	if _, err := p.desk.ApprovalRules(ctx, who); err != nil {
		return v, err
	}
	lang := string(ui.Of(ctx).Lang)
	people, err := p.desk.Agents(ctx)
	if err != nil {
		return v, err
	}
	for _, a := range people {
		if !a.Disabled {
			v.People = append(v.People, ui.Option{Value: a.ID, Label: a.Name})
		}
	}
	teams, err := p.desk.Teams(ctx)
	if err != nil {
		return v, err
	}
	for _, t := range teams {
		v.Teams = append(v.Teams, ui.Option{Value: t.ID, Label: t.Name(lang)})
	}
	con, err := p.desk.Contracts().InForce(p.desk.DefaultContract(), p.desk.Now())
	if err != nil {
		return v, err
	}
	for _, pr := range con.Priorities() {
		v.Priorities = append(v.Priorities, ui.Option{Value: string(pr.ID), Label: ui.PriorityName(ctx, string(pr.ID))})
	}
	var ids []string
	for _, r := range rules {
		ids = append(ids, r.Organizations...)
	}
	orgs, err := p.desk.CustomerNames(ctx, who, ids)
	if err != nil {
		return v, err
	}
	for id, o := range orgs {
		v.Organizations = append(v.Organizations, ui.Option{Value: id, Label: o.Name(lang)})
	}
	slices.SortFunc(v.Organizations, func(a, b ui.Option) int { return cmp.Compare(a.Label, b.Label) })
	texts, err := p.desk.Snippets(ctx, who)
	if err != nil {
		return v, err
	}
	for _, s := range texts {
		if s.Owner == "" {
			v.Templates = append(v.Templates, ui.Option{Value: s.ID, Label: s.Name})
		}
	}
	return v, nil
}

// when words what a rule is about.
func (v RuleView) when(ctx context.Context, r approval.Rule) string {
	var parts []string
	if r.Initial {
		parts = append(parts, ui.T(ctx, "rules.initial"))
	}
	for _, c := range []struct {
		label   string
		ids     []string
		options []ui.Option
	}{
		{"rules.agents", r.Agents, v.People},
		{"rules.teams", r.Teams, v.Teams},
		{"rules.priorities", r.Priorities, v.Priorities},
		{"rules.organizations", r.Organizations, v.Organizations},
		{"rules.templates", r.Templates, v.Templates},
	} {
		if len(c.ids) > 0 {
			parts = append(parts, ui.T(ctx, c.label)+" "+labels(ctx, c.ids, c.options))
		}
	}
	if len(parts) == 0 {
		return ui.T(ctx, "rules.everything")
	}
	return strings.Join(parts, " / ")
}

func (v RuleView) approvers(ctx context.Context, r approval.Rule) string {
	if len(r.Approvers) == 0 {
		return ui.T(ctx, "rules.everybody")
	}
	return labels(ctx, r.Approvers, v.People)
}

func labels(ctx context.Context, ids []string, options []ui.Option) string {
	var list []string
	for _, o := range options {
		if slices.Contains(ids, o.Value) {
			list = append(list, o.Label)
		}
	}
	return strings.Join(list, ui.T(ctx, "list.sep"))
}

// ruleLabel names a group of choices; the one without a heading of its own is
// that of the approvers.
func ruleLabel(ctx context.Context, label string) string {
	if label == "" {
		return ui.T(ctx, "rules.approvers")
	}
	return label
}
