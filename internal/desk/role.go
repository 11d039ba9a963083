package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// RoleView is a role as administrators see it.
type RoleView struct {
	ID          Role
	Name        fault.Text
	Permissions []Permission
	Builtin     bool
	Edited      bool // a built-in one that is no longer as it was delivered
	People      int  // who has it, without those whose account is disabled
}

var builtinNames = map[Role]fault.Text{
	Agent:         {JA: "担当", EN: "Agent"},
	Supervisor:    {JA: "責任者", EN: "Supervisor"},
	Administrator: {JA: "管理者", EN: "Administrator"},
}

// builtinRoles are the ids of the built-in ones, in their order.
var builtinRoles = []Role{Agent, Supervisor, Administrator}

// rightsOf reads what a person may do and whose records they may see.
func (d *Desk) rightsOf(ctx context.Context, a store.Agent) (rights, error) {
	if enroll, err := d.mustEnroll(ctx, a); err != nil || enroll {
		return rights{enroll: enroll}, err
	}
	return d.permitted(ctx, a)
}

// permitted is [Desk.rightsOf] of who has all the factors that they need.
func (d *Desk) permitted(ctx context.Context, a store.Agent) (rights, error) {
	r := rights{may: builtin(Administrator)}
	if Role(a.Role) != Administrator {
		row, err := d.store.Role(ctx, a.Role)
		switch {
		case err == nil:
			r.may = permissionsOf(row)
		case fault.Is(err, fault.NotFound):
			r.may = builtin(Role(a.Role))
		default:
			return rights{}, err
		}
	}
	if slices.Contains(r.may, SeeAllOrganizations) {
		return r, nil
	}
	var err error
	r.organizations, err = d.store.Seen(ctx, a.ID)
	return r, err
}

// permissionsOf are a stored role's, without those that this build does not know.
func permissionsOf(row store.RoleRow) []Permission {
	var out []Permission
	for _, p := range Permissions {
		if slices.Contains(row.Permissions, string(p)) {
			out = append(out, p)
		}
	}
	return out
}

// Roles returns the built-in roles and then the others by name.
func (d *Desk) Roles(ctx context.Context, who Viewer) ([]RoleView, error) {
	if err := who.May(ManageAgents); err != nil {
		return nil, err
	}
	return d.roles(ctx)
}

func (d *Desk) roles(ctx context.Context) ([]RoleView, error) {
	rows, err := d.store.ListRoles(ctx)
	if err != nil {
		return nil, err
	}
	people, err := d.store.ListAgents(ctx)
	if err != nil {
		return nil, err
	}
	var out []RoleView
	for _, id := range builtinRoles {
		v := RoleView{ID: id, Name: builtinNames[id], Permissions: builtin(id), Builtin: true}
		if i := slices.IndexFunc(rows, func(r store.RoleRow) bool { return Role(r.ID) == id }); i >= 0 && id != Administrator {
			v.Permissions, v.Edited = permissionsOf(rows[i]), true
		}
		out = append(out, v)
	}
	for _, r := range rows {
		if _, ok := builtinNames[Role(r.ID)]; !ok {
			out = append(out, RoleView{ID: Role(r.ID), Name: fault.Text{JA: r.NameJA, EN: r.NameEN}, Permissions: permissionsOf(r)})
		}
	}
	for i := range out {
		for _, a := range people {
			if Role(a.Role) == out[i].ID && !a.Disabled {
				out[i].People++
			}
		}
	}
	return out, nil
}

// Role returns one of them, or [fault.NotFound].
func (d *Desk) Role(ctx context.Context, who Viewer, id Role) (RoleView, error) {
	list, err := d.Roles(ctx, who)
	if err != nil {
		return RoleView{}, err
	}
	for _, r := range list {
		if r.ID == id {
			return r, nil
		}
	}
	return RoleView{}, fault.New(fault.NotFound, "役割が見つかりません。", "There is no such role.")
}

// PutRole adds a role (empty id) or says what one may do. An administrator's
// cannot be changed, a built-in one keeps its name, and nobody gives what they
// do not have themselves.
func (d *Desk) PutRole(ctx context.Context, who Viewer, r RoleView) (RoleView, error) {
	if err := who.May(ManageAgents); err != nil {
		return r, err
	}
	if r.ID == Administrator {
		return r, fault.New(fault.Conflict, "管理者はすべての操作ができます。変更はできません。", "An administrator may do everything; that cannot be changed.").At("permissions")
	}
	act, before := "role.changed", []Permission(nil)
	if r.ID == "" {
		r.ID, act = Role(newID()), "role.added"
	} else {
		have, err := d.Role(ctx, who, r.ID)
		if err != nil {
			return r, err
		}
		before = have.Permissions
		if r.Builtin = have.Builtin; have.Builtin {
			r.Name = have.Name
		}
	}
	name := fault.Text{JA: strings.TrimSpace(r.Name.JA), EN: strings.TrimSpace(r.Name.EN)}
	r.Name = fault.Text{JA: cmp.Or(name.JA, name.EN), EN: cmp.Or(name.EN, name.JA)}
	if r.Name.JA == "" || len(r.Name.JA) > 200 || len(r.Name.EN) > 200 {
		return r, fault.New(fault.Invalid, "役割の名称を入力してください。", "Please give the role a name.").At("name")
	}
	r.Permissions = slices.DeleteFunc(slices.Clone(Permissions), func(p Permission) bool { return !slices.Contains(r.Permissions, p) })
	if !slices.Contains(r.Permissions, SeeAllOrganizations) && slices.ContainsFunc(r.Permissions, func(p Permission) bool { return slices.Contains(wholeDesk, p) }) {
		return r, fault.New(fault.Invalid, "契約の改定、メール、担当者、設定、個人情報の削除、監査ログの権限には、「すべてのお客様を見る」も必要です。", "Permissions about the contract’s versions, mail, people, settings, erasures or the audit log also need “See all customers”.").At("permissions")
	}
	if err := who.mayGive(slices.Concat(before, r.Permissions)); err != nil {
		return r, err.At("permissions")
	}
	row := store.RoleRow{ID: store.Role(r.ID), NameJA: r.Name.JA, NameEN: r.Name.EN, Created: d.now(), Updated: d.now()}
	for _, p := range r.Permissions {
		row.Permissions = append(row.Permissions, string(p))
	}
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutRole(row); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, act, string(r.ID), r.Name.JA+": "+strings.Join(row.Permissions, " ")))
	})
	return r, err
}

// DropRole takes a role away that nobody has, or makes a built-in one again as
// it was delivered.
func (d *Desk) DropRole(ctx context.Context, who Viewer, id Role) error {
	r, err := d.Role(ctx, who, id)
	if err != nil {
		return err
	}
	if err := who.mayGive(slices.Concat(r.Permissions, builtin(id))); err != nil {
		return err
	}
	act := "role.removed"
	if r.Builtin {
		act = "role.reset"
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		people, err := tx.ListAgents()
		if err != nil {
			return err
		}
		if !r.Builtin && slices.ContainsFunc(people, func(a store.Agent) bool { return Role(a.Role) == id }) {
			return fault.New(fault.Conflict, "この役割の方がいます。先に別の役割へ変更してください。", "Somebody has this role. Give them another one first.")
		}
		if err := tx.DropRole(store.Role(id)); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, act, string(id), r.Name.JA))
	})
}

// mayGive refuses to hand out, or take away, what the viewer does not have.
func (v Viewer) mayGive(list []Permission) *fault.Error {
	for _, p := range list {
		if !v.Can(p) {
			return fault.New(fault.Forbidden, "ご自身にない権限を含むため、変更できません。管理者にご依頼ください。", "This involves a permission that you do not have yourself. Please ask an administrator.")
		}
	}
	return nil
}

// mayMake refuses to give a person a role, or to change somebody who had one,
// that may do more than the viewer.
func (v Viewer) mayMake(list []RoleView, had, gets Role) error {
	for _, r := range list {
		if r.ID != had && r.ID != gets {
			continue
		}
		if err := v.mayGive(r.Permissions); err != nil {
			return err.At("role")
		}
	}
	if !slices.ContainsFunc(list, func(r RoleView) bool { return r.ID == gets }) {
		return fault.New(fault.Invalid, "役割を選んでください。", "Please choose a role.").At("role")
	}
	return nil
}
