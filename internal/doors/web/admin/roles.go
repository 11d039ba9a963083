package admin

import (
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/fault"
)

// Roles lists what people can be.
func (p *Pages) Roles(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	list, err := p.desk.Roles(r.Context(), who)
	if err != nil {
		return err
	}
	rules, err := p.desk.SignInRules(r.Context())
	if err != nil {
		return err
	}
	var v RolesView
	for _, role := range list {
		v.Factors = append(v.Factors, Tick{Value: string(role.ID), Label: said(r.Context(), role.Name), On: slices.Contains(rules.SecondFactor, role.ID)})
		v.Rows = append(v.Rows, RoleRow{
			ID: string(role.ID), Name: said(r.Context(), role.Name), Builtin: role.Builtin, Edited: role.Edited, People: role.People,
			Permissions: len(role.Permissions), All: len(role.Permissions) == len(desk.Permissions),
		})
	}
	return p.show(w, r, http.StatusOK, "roles.title", "agents", func(page ui.Page) templ.Component { return RolesPage(page, v) })
}

func said(ctx context.Context, t fault.Text) string { return t.In(string(ui.Of(ctx).Lang)) }

// roleOptions are the roles of the desk, to choose from.
func (p *Pages) roleOptions(r *http.Request, who desk.Viewer) ([]ui.Option, error) {
	list, err := p.desk.Roles(r.Context(), who)
	options := make([]ui.Option, 0, len(list))
	for _, role := range list {
		options = append(options, ui.Option{Value: string(role.ID), Label: said(r.Context(), role.Name)})
	}
	return options, err
}

// NewRole shows the empty form, or what another role allows to begin with.
func (p *Pages) NewRole(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	like, err := p.desk.Role(r.Context(), who, desk.Role(r.FormValue("like")))
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	return p.role(w, r, who, http.StatusOK, desk.RoleView{Permissions: like.Permissions}, nil)
}

// Role shows one role to be changed.
func (p *Pages) Role(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	role, err := p.desk.Role(r.Context(), who, desk.Role(r.PathValue("id")))
	if err != nil {
		return err
	}
	return p.role(w, r, who, http.StatusOK, role, nil)
}

func (p *Pages) role(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, role desk.RoleView, problems map[string]string) error {
	ctx := r.Context()
	v := RolePageView{
		ID: string(role.ID), Name: said(ctx, role.Name), NameJA: role.Name.JA, NameEN: role.Name.EN, Builtin: role.Builtin, Edited: role.Edited,
		Fixed: role.ID == desk.Administrator, People: role.People, Errors: problems,
	}
	for _, g := range permissionGroups {
		group := PermissionGroup{Title: ui.T(ctx, "permissions."+g.name)}
		for _, perm := range g.list {
			group.List = append(group.List, Tick{
				Value: string(perm), Label: ui.T(ctx, "permission."+string(perm)), On: slices.Contains(role.Permissions, perm),
			})
		}
		v.Groups = append(v.Groups, group)
	}
	return p.show(w, r, status, "roles.title", "agents", func(page ui.Page) templ.Component { return RolePage(page, v) })
}

// permissionGroups are the permissions as the form shows them. A test holds
// that each is in one.
var permissionGroups = []struct {
	name string
	list []desk.Permission
}{
	{"sight", []desk.Permission{desk.SeeAllOrganizations, desk.SeeUnidentified}},
	{"cases", []desk.Permission{desk.WorkCases, desk.MergeCases, desk.ChangePriority, desk.ApproveReplies, desk.TakeOverLock, desk.Supervise, desk.ListenToRecordings}},
	{"desk", []desk.Permission{desk.ManageTemplates, desk.ShareViews, desk.SeeReports, desk.Export}},
	{"customers", []desk.Permission{desk.EditContacts, desk.EditCustomers, desk.AmendContract}},
	{"contract", []desk.Permission{desk.SeeContractDrafts, desk.EditContract, desk.ApproveContract}},
	{"admin", []desk.Permission{desk.SeeSentMail, desk.ManageMail, desk.PlanStaff, desk.ManageAgents, desk.ManageSite, desk.ManageTokens, desk.SeeAudit}},
}

// PutRole adds or changes a role.
func (p *Pages) PutRole(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	role := desk.RoleView{ID: desk.Role(r.PathValue("id")), Name: fault.Text{JA: r.PostFormValue("name_ja"), EN: r.PostFormValue("name_en")}}
	for _, perm := range r.PostForm["permission"] {
		role.Permissions = append(role.Permissions, desk.Permission(perm))
	}
	saved, err := p.desk.PutRole(r.Context(), who, role)
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		saved.Permissions = role.Permissions
		return p.role(w, r, who, http.StatusUnprocessableEntity, saved, problems)
	}
	if err != nil {
		return err
	}
	return p.done(w, r, "role.saved", "/roles")
}

// SetSignInRules says which roles need a second factor.
func (p *Pages) SetSignInRules(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	var rules desk.SignInRules
	for _, id := range r.PostForm["role"] {
		rules.SecondFactor = append(rules.SecondFactor, desk.Role(id))
	}
	if err := p.desk.SetSignInRules(r.Context(), who, rules); err != nil {
		return err
	}
	return p.done(w, r, "saved", "/roles")
}

// RemoveRole takes a role away, or makes a built-in one as it was delivered.
func (p *Pages) RemoveRole(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	id := desk.Role(r.PathValue("id"))
	role, err := p.desk.Role(r.Context(), who, id)
	if err != nil {
		return err
	}
	if err = p.desk.DropRole(r.Context(), who, id); err == nil {
		return p.done(w, r, "role.removed", "/roles")
	}
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		return p.role(w, r, who, http.StatusUnprocessableEntity, role, problems)
	}
	return err
}
