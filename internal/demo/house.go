package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/approval"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// house is how the people of the example desk work together. People, skills
// and customers are named by their keys.
type house struct {
	Teams     []houseTeam     `yaml:"teams"`
	Roles     []houseRole     `yaml:"roles"`
	Skills    []houseSkill    `yaml:"skills"`
	Shifts    []houseShift    `yaml:"shifts"`
	Macros    []houseMacro    `yaml:"macros"`
	Approvals []houseApproval `yaml:"approvals"`
}

type (
	houseTeam struct {
		Key     string   `yaml:"key"`
		JA      string   `yaml:"ja"`
		EN      string   `yaml:"en"`
		Lead    string   `yaml:"lead"`
		Members []string `yaml:"members"`
		How     string   `yaml:"how"` // its cases are given out; empty: by hand
		Most    int      `yaml:"most"`
		Skilled bool     `yaml:"skilled"`
	}
	houseRole struct {
		JA  string            `yaml:"ja"`
		EN  string            `yaml:"en"`
		May []desk.Permission `yaml:"may"`
	}
	houseSkill struct {
		Key  string `yaml:"key"`
		Kind string `yaml:"kind"`
		JA   string `yaml:"ja"`
		EN   string `yaml:"en"`
	}
	houseShift struct {
		Who    string   `yaml:"who"`
		Hours  string   `yaml:"hours"` // of Monday to Friday, in the desk's zone
		Skills []string `yaml:"skills"`
	}
	houseMacro struct {
		JA     string       `yaml:"ja"`
		EN     string       `yaml:"en"`
		Assign string       `yaml:"assign"`
		Note   string       `yaml:"note"`
		Status cases.Status `yaml:"status"`
		Reason string       `yaml:"reason"`
	}
	houseApproval struct {
		Name         string   `yaml:"name"`
		Writers      []string `yaml:"writers"`
		Organization string   `yaml:"organization"`
		Initial      bool     `yaml:"initial"`
		Approvers    []string `yaml:"approvers"`
	}
)

// enterHouse makes all of it in the administrator's name.
func (c *cast) enterHouse(ctx context.Context) error {
	for _, enter := range []func(context.Context) error{c.enterTeams, c.enterRoles, c.enterSkills, c.enterShifts, c.enterMacros, c.enterApprovals} {
		if err := enter(ctx); err != nil {
			return err
		}
	}
	return nil
}

// staff are the ids of people of the desk.
func (c *cast) staff(keys []string) ([]string, error) {
	var ids []string
	for _, k := range keys {
		v, ok := c.viewers[k]
		if !ok {
			return nil, fmt.Errorf("nobody of the desk is called %q", k)
		}
		ids = append(ids, v.ID)
	}
	return ids, nil
}

func (c *cast) enterTeams(ctx context.Context) error {
	c.teams = map[string]string{}
	for _, t := range c.week.House.Teams {
		people, err := c.staff(append([]string{t.Lead}, t.Members...))
		if err != nil {
			return err
		}
		made, err := c.desk.PutTeam(ctx, c.admin, store.Team{NameJA: t.JA, NameEN: t.EN, Lead: people[0], Members: people[1:]})
		if err != nil {
			return err
		}
		c.teams[t.Key] = made.ID
		if err := c.desk.SetDistribution(ctx, c.admin, store.Distribution{Team: made.ID, How: t.How, Most: t.Most, Skilled: t.Skilled}); err != nil {
			return err
		}
	}
	return nil
}

func (c *cast) enterRoles(ctx context.Context) error {
	for _, r := range c.week.House.Roles {
		if _, err := c.desk.PutRole(ctx, c.admin, desk.RoleView{Name: fault.Text{JA: r.JA, EN: r.EN}, Permissions: r.May}); err != nil {
			return err
		}
	}
	return nil
}

func (c *cast) enterSkills(ctx context.Context) error {
	for _, s := range c.week.House.Skills {
		if err := c.desk.PutSkill(ctx, c.admin, store.Skill{Kind: s.Kind, NameJA: s.JA, NameEN: s.EN}); err != nil {
			return err
		}
	}
	return nil
}

func (c *cast) enterShifts(ctx context.Context) error {
	known, err := c.desk.Skills(ctx, c.admin)
	if err != nil {
		return err
	}
	for _, s := range c.week.House.Shifts {
		who, err := c.staff([]string{s.Who})
		if err != nil {
			return err
		}
		f := desk.HoursForm{Own: true}
		for day := time.Monday; day <= time.Friday; day++ {
			f.Week[day] = s.Hours
		}
		if err := c.desk.SetHours(ctx, c.admin, who[0], f); err != nil {
			return err
		}
		var has []string
		for _, of := range c.week.House.Skills {
			i := slices.IndexFunc(known, func(k store.Skill) bool { return k.Kind == of.Kind && k.NameJA == of.JA })
			if i >= 0 && slices.Contains(s.Skills, of.Key) {
				has = append(has, known[i].ID)
			}
		}
		if err := c.desk.SetSkills(ctx, c.admin, who[0], has); err != nil {
			return err
		}
	}
	return nil
}

func (c *cast) enterMacros(ctx context.Context) error {
	for _, m := range c.week.House.Macros {
		if _, err := c.desk.PutMacro(ctx, c.admin, desk.Macro{
			Macro:     store.Macro{NameJA: m.JA, NameEN: m.EN},
			MacroActs: desk.MacroActs{Assign: m.Assign, Note: m.Note, Status: m.Status, Reason: m.Reason},
		}); err != nil {
			return err
		}
	}
	return nil
}

func (c *cast) enterApprovals(ctx context.Context) error {
	for _, a := range c.week.House.Approvals {
		people, err := c.staff(a.Approvers)
		if err != nil {
			return err
		}
		writers, err := c.staff(a.Writers)
		if err != nil {
			return err
		}
		if _, err := c.desk.SetApprovalRule(ctx, c.admin, approval.Rule{
			Name: a.Name, Agents: writers, Organizations: []string{c.orgs[a.Organization].ID}, Initial: a.Initial, Approvers: people,
		}); err != nil {
			return err
		}
	}
	return nil
}
