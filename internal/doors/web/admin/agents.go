package admin

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/fault"
)

// Agents lists the people of the desk.
func (p *Pages) Agents(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.agents(w, r, who, http.StatusOK, AgentForm{Role: string(desk.Agent), Language: "ja"})
}

func (p *Pages) agents(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, form AgentForm) error {
	if err := who.May(desk.ManageAgents); err != nil {
		return err
	}
	roles, err := p.roleOptions(r, who)
	if err != nil {
		return err
	}
	rows, err := p.rows(r, who, roles)
	if err != nil {
		return err
	}
	return p.show(w, r, status, "agents.title", "agents", func(page ui.Page) templ.Component {
		return AgentsPage(page, AgentsView{Rows: rows, New: form, Roles: roles})
	})
}

func (p *Pages) rows(r *http.Request, who desk.Viewer, roles []ui.Option) ([]AgentRow, error) {
	all, err := p.desk.Agents(r.Context())
	if err != nil {
		return nil, err
	}
	rows := make([]AgentRow, 0, len(all))
	for _, a := range all {
		row := AgentRow{ID: a.ID, Name: a.Name, Mail: a.Email, Role: string(a.Role), Disabled: a.Disabled, You: a.ID == who.ID}
		for _, o := range roles {
			if o.Value == row.Role {
				row.RoleName = o.Label
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// AddAgent adds a person.
func (p *Pages) AddAgent(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	form := AgentForm{Name: r.PostFormValue("name"), Mail: r.PostFormValue("email"), Role: r.PostFormValue("role"), Language: r.PostFormValue("language")}
	_, err := p.desk.AddAgent(r.Context(), who, desk.NewAgent{
		Name: form.Name, Email: form.Mail, Role: desk.Role(form.Role), Language: form.Language, Password: r.PostFormValue("password"),
	})
	if err == nil {
		return p.done(w, r, "agent.added", "/agents")
	}
	problems, ok := ui.FormErrors(r.Context(), err)
	if !ok {
		return err
	}
	form.Errors = problems
	return p.agents(w, r, who, http.StatusUnprocessableEntity, form)
}

// Agent shows one person to be changed.
func (p *Pages) Agent(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.agent(w, r, who, http.StatusOK, nil)
}

func (p *Pages) agent(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, problems map[string]string) error {
	if err := who.May(desk.ManageAgents); err != nil {
		return err
	}
	roles, err := p.roleOptions(r, who)
	if err != nil {
		return err
	}
	rows, err := p.rows(r, who, roles)
	if err != nil {
		return err
	}
	for _, a := range rows {
		if a.ID == r.PathValue("id") {
			have, err := p.desk.Sights(r.Context(), who, a.ID)
			if err != nil {
				return err
			}
			if problems != nil && r.PostForm["sight"] != nil {
				have = r.PostForm["sight"]
			}
			sights, err := p.sights(r, who, have, problems["sight"])
			if err != nil {
				return err
			}
			v := AgentView{AgentRow: a, Roles: roles, Sights: sights, Errors: problems}
			if err := p.signIn(r, who, &v); err != nil {
				return err
			}
			return p.show(w, r, status, "agents.title", "agents", func(page ui.Page) templ.Component { return AgentPage(page, v) })
		}
	}
	return fault.New(fault.NotFound, "担当者が見つかりません。", "There is no such agent.")
}

// signIn fills in how a person signs in, and where they are signed in.
func (p *Pages) signIn(r *http.Request, who desk.Viewer, v *AgentView) error {
	ctx := r.Context()
	f, err := p.desk.Factors(ctx, who, v.ID)
	if err != nil {
		return err
	}
	v.Factor, v.Needs, v.HasOne = ui.T(ctx, "agent.factor.off"), f.Required, f.Any()
	if f.Any() {
		var have []string
		if f.Passkeys > 0 {
			have = append(have, ui.T(ctx, "agent.factor.keys", f.Passkeys))
		}
		if f.TOTP {
			have = append(have, ui.T(ctx, "agent.factor.on"))
		}
		v.Factor = strings.Join(append(have, ui.T(ctx, "agent.factor.codes", f.Codes)), " · ")
	}
	if err := p.linked(r, who, v); err != nil {
		return err
	}
	sessions, err := p.desk.Sessions(ctx, who, v.ID)
	for _, s := range sessions {
		said := []string{s.Device, s.Address, ui.Way(ctx, s.Way), ui.Moment(ctx, s.Seen)}
		v.Signed = append(v.Signed, strings.Join(slices.DeleteFunc(said, func(s string) bool { return s == "" }), " · "))
	}
	return err
}

// linked fills in the accounts at identity providers.
func (p *Pages) linked(r *http.Request, who desk.Viewer, v *AgentView) error {
	ctx := r.Context()
	have, err := p.desk.LinkedAccounts(ctx, who, v.ID)
	if err != nil || len(have) == 0 {
		return err
	}
	offered, err := p.desk.SignInWays(ctx)
	for _, i := range have {
		l := LinkedAccount{Issuer: i.Issuer, Subject: i.Subject, Provider: i.Issuer, Linked: ui.Moment(ctx, i.Created), Used: ui.Moment(ctx, i.Used)}
		for _, o := range offered {
			if o.ID == i.Provider {
				l.Provider = o.Label(string(ui.Of(ctx).Lang))
			}
		}
		v.Linked = append(v.Linked, l)
	}
	return err
}

// Unlink takes an account at an identity provider away from a person.
func (p *Pages) Unlink(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.changed(w, r, who, "agent.unlinked", p.desk.UnlinkAccount(r.Context(), who, r.PathValue("id"), r.PostFormValue("issuer"), r.PostFormValue("subject")))
}

// EndSessions signs a person out everywhere.
func (p *Pages) EndSessions(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.changed(w, r, who, "security.sessions.ended", p.desk.EndSessions(r.Context(), who, r.PathValue("id"), ""))
}

// ResetFactors takes a person's second factors away.
func (p *Pages) ResetFactors(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.changed(w, r, who, "agent.changed", p.desk.ResetFactors(r.Context(), who, r.PathValue("id")))
}

// SetAgent changes a person's name, role or access.
func (p *Pages) SetAgent(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	err := p.desk.SetAgent(r.Context(), who, r.PathValue("id"), r.PostFormValue("name"), desk.Role(r.PostFormValue("role")), r.PostFormValue("disabled") != "")
	return p.changed(w, r, who, "agent.changed", err)
}

// ResetPassword gives a person a new password.
func (p *Pages) ResetPassword(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	err := p.desk.ResetPassword(r.Context(), who, r.PathValue("id"), r.PostFormValue("password"))
	return p.changed(w, r, who, "agent.reset.done", err)
}

func (p *Pages) changed(w http.ResponseWriter, r *http.Request, who desk.Viewer, said string, err error) error {
	if err == nil {
		return p.done(w, r, said, "/agents")
	}
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		return p.agent(w, r, who, http.StatusUnprocessableEntity, problems)
	}
	return err
}
