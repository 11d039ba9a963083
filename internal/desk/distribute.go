package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/staff"
)

// Distribution returns how a team's cases are given out.
func (d *Desk) Distribution(ctx context.Context, who Viewer, team string) (store.Distribution, error) {
	if err := who.May(ManageAgents); err != nil {
		return store.Distribution{}, err
	}
	all, err := d.store.Distributions(ctx)
	return distributionOf(all, team), err
}

// Hows are the ways in which a team's cases can be given out: by hand, in
// turn, to who has the fewest.
func Hows() []string {
	list := make([]string, len(staff.Hows))
	for i, h := range staff.Hows {
		list[i] = string(h)
	}
	return list
}

func distributionOf(all []store.Distribution, team string) store.Distribution {
	if i := slices.IndexFunc(all, func(x store.Distribution) bool { return x.Team == team && team != "" }); i >= 0 {
		return all[i]
	}
	return store.Distribution{Team: team}
}

// CheckDistribution refuses a way of giving out cases that means nothing.
func CheckDistribution(x store.Distribution) error {
	if !slices.Contains(staff.Hows, staff.How(x.How)) {
		return fault.New(fault.Invalid, "割り当て方を選んでください。", "Please choose how cases are given out.").At("how")
	}
	if x.Most < 0 || x.Most > 1000 {
		return fault.New(fault.Invalid, "1 人の上限は 0～1000 の数で入力してください（0 は上限なし）。", "The limit must be a number from 0 (none) to 1000.").At("most")
	}
	return nil
}

// SetDistribution says how a team's cases are given out.
func (d *Desk) SetDistribution(ctx context.Context, who Viewer, x store.Distribution) error {
	if err := who.May(ManageAgents); err != nil {
		return err
	}
	if err := CheckDistribution(x); err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		t, err := tx.Team(x.Team)
		if err != nil {
			return err
		}
		have, err := tx.Distributions()
		if err != nil {
			return err
		}
		was := distributionOf(have, x.Team)
		if x.Last = was.Last; x == was {
			return nil
		}
		if err := tx.PutDistribution(x); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "team.distribution", x.Team, fmt.Sprintf("%s: %s most=%d skilled=%t fresh=%t", t.NameJA, cmp.Or(x.How, "by-hand"), x.Most, x.Skilled, x.Fresh)))
	})
}

// distributeNew gives a case that is being opened to the team that gets new
// cases, if there is one.
func (d *Desk) distributeNew(tx *store.Tx, p *pen) error {
	if p.c.Organization == "" || p.c.Team != "" {
		return nil
	}
	all, err := tx.Distributions()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(x store.Distribution) bool { return x.Fresh })
	if i < 0 {
		return nil
	}
	t, err := tx.Team(all[i].Team)
	if err != nil || t.Dissolved {
		return err
	}
	facts, err := p.c.AssignTeam(t.ID, t.NameJA)
	if err != nil {
		return err
	}
	if err := p.writeAt(p.at, system, nil, facts...); err != nil {
		return err
	}
	return d.distribute(tx, p)
}

// distribute gives a case that nobody has to somebody of its team, as the team
// says: of those who are at work and may see the customer. The history says
// why it was them. Where nobody can take it, it waits for somebody who does.
func (d *Desk) distribute(tx *store.Tx, p *pen) error {
	if p.c.Assignee.ID != "" || p.c.Team == "" || p.c.Done() {
		return nil
	}
	all, err := tx.Distributions()
	if err != nil {
		return err
	}
	x := distributionOf(all, p.c.Team)
	if x.How == string(staff.ByHand) {
		return nil
	}
	t, err := tx.Team(p.c.Team)
	if err != nil || t.Dissolved {
		return err
	}
	list, names, err := d.candidates(tx, p, x, t)
	if err != nil {
		return err
	}
	chosen, ok := staff.Share(staff.How(x.How), list, x.Last, x.Most)
	if !ok {
		return nil
	}
	facts, err := p.c.Assign(chosen.ID, names[chosen.ID])
	if err != nil {
		return err
	}
	why := cases.AssignReason{How: x.How, Team: p.c.TeamName, Load: chosen.Load, Among: len(list), Skilled: chosen.Skilled}
	if err := p.writeAt(p.at, system, nil, cases.WithReason(facts, why)...); err != nil {
		return err
	}
	x.Last = chosen.ID
	return tx.PutDistribution(x)
}

// candidates are who of a team may get a case now, always in the same order.
func (d *Desk) candidates(tx *store.Tx, p *pen, x store.Distribution, t store.Team) ([]staff.Candidate, map[string]string, error) {
	people, err := d.ColleaguesIn(tx, d.now())
	if err != nil {
		return nil, nil, err
	}
	loads, err := tx.Acting(t.Members...)
	if err != nil {
		return nil, nil, err
	}
	var wants []string
	if x.Skilled {
		if wants, err = d.skillsFor(tx, p); err != nil {
			return nil, nil, err
		}
	}
	names := map[string]string{}
	var list []staff.Candidate
	for _, c := range people {
		if !slices.Contains(t.Members, c.Agent.ID) || !c.AtWork() {
			continue
		}
		who, err := d.viewer(background(), c.Agent)
		if err != nil {
			return nil, nil, err
		}
		if !who.Can(WorkCases) || who.SeesCase(p.c.Organization) != nil {
			continue
		}
		skilled := len(wants) > 0 && !slices.ContainsFunc(wants, func(s string) bool { return !c.Has(s) })
		list = append(list, staff.Candidate{ID: c.Agent.ID, Load: loads[c.Agent.ID], Skilled: skilled})
		names[c.Agent.ID] = c.Agent.Name
	}
	slices.SortFunc(list, func(a, b staff.Candidate) int { return cmp.Compare(a.ID, b.ID) })
	return list, names, nil
}

// languageNames are how a skill in a language may be called.
var languageNames = map[string][]string{"ja": {"日本語", "Japanese", "ja"}, "en": {"英語", "English", "en"}}

// skillsFor are the skills, by id, that a case asks for: those that are called
// like its product, its language or its region. A skill that is not registered
// is asked of nobody.
func (d *Desk) skillsFor(tx *store.Tx, p *pen) ([]string, error) {
	known, err := tx.Staff(d.yesterday(p.at))
	if err != nil {
		return nil, err
	}
	called := map[string][]string{"language": languageNames[p.c.Language], "region": {p.c.Region}}
	for _, r := range p.con.Regions() {
		if r.ID == contract.RegionID(p.c.Region) {
			called["region"] = append(called["region"], r.Label.JA, r.Label.EN)
		}
	}
	if p.c.Product != "" {
		products, err := tx.ListProducts()
		if err != nil {
			return nil, err
		}
		for _, x := range products {
			if x.ID == p.c.Product {
				called["product"] = []string{x.NameJA, x.NameEN}
			}
		}
	}
	var ids []string
	for _, s := range known.Skills {
		if slices.ContainsFunc(called[s.Kind], func(name string) bool {
			return name != "" && (strings.EqualFold(name, s.NameJA) || strings.EqualFold(name, s.NameEN))
		}) {
			ids = append(ids, s.ID)
		}
	}
	return ids, nil
}
