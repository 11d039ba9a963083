package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// Teams returns the teams by name, without the dissolved ones.
func (d *Desk) Teams(ctx context.Context) ([]store.Team, error) {
	list, err := d.store.ListTeams(ctx)
	return slices.DeleteFunc(list, func(t store.Team) bool { return t.Dissolved }), err
}

// AllTeams returns the teams with the dissolved ones, which come last.
func (d *Desk) AllTeams(ctx context.Context, who Viewer) ([]store.Team, error) {
	if err := who.May(ManageAgents); err != nil {
		return nil, err
	}
	list, err := d.store.ListTeams(ctx)
	slices.SortStableFunc(list, func(a, b store.Team) int { return compareBool(a.Dissolved, b.Dissolved) })
	return list, err
}

// TeamsOf returns the teams that a person belongs to, without the dissolved ones.
func (d *Desk) TeamsOf(ctx context.Context, agent string) ([]store.Team, error) {
	return d.store.TeamsOf(ctx, agent)
}

// PutTeam adds a team (empty id) or replaces one with its members.
func (d *Desk) PutTeam(ctx context.Context, who Viewer, t store.Team) (store.Team, error) {
	if err := who.May(ManageAgents); err != nil {
		return t, err
	}
	ja, en := strings.TrimSpace(t.NameJA), strings.TrimSpace(t.NameEN)
	t.NameJA, t.NameEN = cmp.Or(ja, en), cmp.Or(en, ja)
	if t.NameJA == "" || len(t.NameJA) > 200 || len(t.NameEN) > 200 {
		return t, fault.New(fault.Invalid, "チームの名称を入力してください。", "Please give the team a name.").At("name")
	}
	act := "team.changed"
	if t.ID == "" {
		t.ID, t.Created, act = newID(), d.now(), "team.added"
	}
	t.Updated = d.now()
	slices.Sort(t.Members)
	t.Members = slices.Compact(t.Members)
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		detail, err := teamDetail(tx, t)
		if err != nil {
			return err
		}
		if act == "team.changed" {
			have, err := tx.Team(t.ID)
			if err != nil {
				return err
			}
			if have.Dissolved != t.Dissolved && t.Dissolved {
				act = "team.dissolved"
			}
		}
		if err := tx.PutTeam(t); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, act, t.ID, detail))
	})
	return t, err
}

// teamDetail names a team and its people for the audit, and refuses people
// that the desk does not have.
func teamDetail(tx *store.Tx, t store.Team) (string, error) {
	people, err := tx.ListAgents()
	if err != nil {
		return "", err
	}
	names := []string{}
	for _, id := range t.Members {
		i := slices.IndexFunc(people, func(a store.Agent) bool { return a.ID == id })
		if i < 0 {
			return "", fault.New(fault.Invalid, "メンバーを選び直してください。", "Please choose the members again.").At("members")
		}
		names = append(names, people[i].Name)
	}
	lead := ""
	if t.Lead != "" {
		i := slices.IndexFunc(people, func(a store.Agent) bool { return a.ID == t.Lead })
		if i < 0 {
			return "", fault.New(fault.Invalid, "リーダーを選び直してください。", "Please choose the lead again.").At("lead")
		}
		lead = " / " + people[i].Name
	}
	return t.NameJA + lead + ": " + strings.Join(names, ", "), nil
}

// Sights returns the organizations that a person or a team was given to see.
func (d *Desk) Sights(ctx context.Context, who Viewer, holder string) ([]string, error) {
	if err := who.May(ManageAgents); err != nil {
		return nil, err
	}
	return d.store.Sights(ctx, holder)
}

// SetSights says which organizations a person or a team may see, where their
// role does not see all. Nobody gives what they do not see themselves.
func (d *Desk) SetSights(ctx context.Context, who Viewer, holder string, organizations []string) error {
	if err := who.May(ManageAgents); err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		name, err := holderName(tx, holder)
		if err != nil {
			return err
		}
		names := []string{}
		for _, id := range organizations {
			if err := who.SeesCustomer(id); err != nil {
				return err
			}
			o, err := tx.Organization(id)
			if err != nil {
				return err
			}
			names = append(names, o.NameJA)
		}
		if err := tx.PutSights(holder, organizations); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "sights.changed", holder, name+": "+strings.Join(names, ", ")))
	})
}

func holderName(tx *store.Tx, holder string) (string, error) {
	a, err := tx.Agent(holder)
	if !fault.Is(err, fault.NotFound) {
		return a.Name, err
	}
	t, err := tx.Team(holder)
	return t.NameJA, err
}
