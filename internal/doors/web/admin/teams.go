package admin

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/chooser"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// Teams lists the teams.
func (p *Pages) Teams(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	ctx := r.Context()
	list, err := p.desk.AllTeams(ctx, who)
	if err != nil {
		return err
	}
	names, err := p.agentNames(r)
	if err != nil {
		return err
	}
	var v TeamsView
	for _, t := range list {
		row := TeamRow{ID: t.ID, Name: t.Name(string(ui.Of(ctx).Lang)), Lead: names[t.Lead], Dissolved: t.Dissolved}
		for _, m := range t.Members {
			row.Members = append(row.Members, names[m])
		}
		v.Rows = append(v.Rows, row)
	}
	return p.show(w, r, http.StatusOK, "teams.title", "agents", func(page ui.Page) templ.Component { return TeamsPage(page, v) })
}

func (p *Pages) agentNames(r *http.Request) (map[string]string, error) {
	all, err := p.desk.Agents(r.Context())
	names := make(map[string]string, len(all))
	for _, a := range all {
		names[a.ID] = a.Name
	}
	return names, err
}

// NewTeam shows the empty form.
func (p *Pages) NewTeam(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.team(w, r, who, http.StatusOK, store.Team{}, store.Distribution{}, nil, nil)
}

// Team shows one team to be changed.
func (p *Pages) Team(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	t, err := p.teamOf(r, who)
	if err != nil {
		return err
	}
	sights, err := p.desk.Sights(r.Context(), who, t.ID)
	if err != nil {
		return err
	}
	given, err := p.desk.Distribution(r.Context(), who, t.ID)
	if err != nil {
		return err
	}
	return p.team(w, r, who, http.StatusOK, t, given, sights, nil)
}

func (p *Pages) teamOf(r *http.Request, who desk.Viewer) (store.Team, error) {
	list, err := p.desk.AllTeams(r.Context(), who)
	if err != nil {
		return store.Team{}, err
	}
	if i := slices.IndexFunc(list, func(t store.Team) bool { return t.ID == r.PathValue("id") }); i >= 0 {
		return list[i], nil
	}
	return store.Team{}, fault.New(fault.NotFound, "チームが見つかりません。", "There is no such team.")
}

func (p *Pages) team(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, t store.Team, given store.Distribution, sights []string, problems map[string]string) error {
	if err := who.May(desk.ManageAgents); err != nil {
		return err
	}
	all, err := p.desk.Agents(r.Context())
	if err != nil {
		return err
	}
	v := TeamView{ID: t.ID, NameJA: t.NameJA, NameEN: t.NameEN, Lead: t.Lead, Dissolved: t.Dissolved, Errors: problems, Leads: []ui.Option{{Label: ui.T(r.Context(), "team.lead.none")}}}
	v.How, v.Most, v.Skilled, v.Fresh = given.How, strconv.Itoa(given.Most), given.Skilled, given.Fresh
	for i, words := range []string{"team.how.by-hand", "team.how.round-robin", "team.how.least-loaded"} {
		v.Hows = append(v.Hows, ui.Option{Value: desk.Hows()[i], Label: ui.T(r.Context(), words)})
	}
	for _, a := range all {
		if a.Disabled && !slices.Contains(t.Members, a.ID) && t.Lead != a.ID {
			continue
		}
		v.Leads = append(v.Leads, ui.Option{Value: a.ID, Label: a.Name})
		v.Members = append(v.Members, Tick{Value: a.ID, Label: a.Name, On: slices.Contains(t.Members, a.ID)})
	}
	if v.Sights, err = p.sights(r, who, sights, problems["sight"]); err != nil {
		return err
	}
	return p.show(w, r, status, "teams.title", "agents", func(page ui.Page) templ.Component { return TeamPage(page, v) })
}

// sights are the customers that somebody is given to see, and the chooser of more.
func (p *Pages) sights(r *http.Request, who desk.Viewer, have []string, problem string) (Sights, error) {
	var v Sights
	var err error
	v.Chooser, v.Beyond, err = chooser.OfCustomers(r, p.desk, who, ui.Chooser{
		Name: "sight", Label: ui.T(r.Context(), "sights.title"), Hint: ui.T(r.Context(), "sights.hint"), Many: true, Error: problem,
	}, have)
	return v, err
}

// PutTeam adds or changes a team with what it sees.
func (p *Pages) PutTeam(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	t := store.Team{}
	if r.PathValue("id") != "" {
		var err error
		if t, err = p.teamOf(r, who); err != nil {
			return err
		}
	}
	t.NameJA, t.NameEN, t.Lead = strings.TrimSpace(r.PostFormValue("name_ja")), strings.TrimSpace(r.PostFormValue("name_en")), r.PostFormValue("lead")
	t.Members, t.Dissolved = r.PostForm["member"], r.PostFormValue("dissolved") != ""
	given := store.Distribution{How: r.PostFormValue("how"), Skilled: r.PostFormValue("skilled") != "", Fresh: r.PostFormValue("fresh") != ""}
	var err error
	if given.Most, err = strconv.Atoi(strings.TrimSpace(cmp.Or(r.PostFormValue("most"), "0"))); err != nil {
		given.Most = -1 // refused with what is asked for
	}
	sights, err := chooser.Customers(r, p.desk, who, "sight")
	if err == nil {
		err = desk.CheckDistribution(given) // before the team is saved: a form that is refused must leave nothing behind
	}
	saved := t
	if err == nil {
		saved, err = p.desk.PutTeam(r.Context(), who, t)
	}
	if err == nil {
		t.ID, given.Team = saved.ID, saved.ID
		err = p.desk.SetDistribution(r.Context(), who, given)
	}
	if err == nil {
		err = p.desk.SetSights(r.Context(), who, t.ID, sights)
	}
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		return p.team(w, r, who, http.StatusUnprocessableEntity, t, given, sights, problems)
	}
	if err != nil {
		return err
	}
	return p.done(w, r, "team.saved", "/teams")
}

// SetSights says which customers one person sees.
func (p *Pages) SetSights(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	sights, err := chooser.Customers(r, p.desk, who, "sight")
	if err == nil {
		err = p.desk.SetSights(r.Context(), who, r.PathValue("id"), sights)
	}
	return p.changed(w, r, who, "sights.saved", err)
}
