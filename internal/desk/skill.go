package desk

import (
	"context"
	"slices"
	"strings"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// SkillKinds are the sorts of skills, in the order of the form.
var SkillKinds = []string{"product", "language", "region"}

// Skills lists what people of the desk can be asked for, by kind and name.
func (d *Desk) Skills(ctx context.Context, who Viewer) ([]store.Skill, error) {
	if err := who.May(SignedIn); err != nil {
		return nil, err
	}
	known, err := d.store.Staff(ctx, d.yesterday(d.now()))
	slices.SortStableFunc(known.Skills, func(a, b store.Skill) int {
		return slices.Index(SkillKinds, a.Kind) - slices.Index(SkillKinds, b.Kind)
	})
	return known.Skills, err
}

// PutSkill adds a skill, or changes it. A supervisor may.
func (d *Desk) PutSkill(ctx context.Context, who Viewer, s store.Skill) error {
	if err := who.May(PlanStaff); err != nil {
		return err
	}
	s.NameJA, s.NameEN = strings.TrimSpace(s.NameJA), strings.TrimSpace(s.NameEN)
	if !slices.Contains(SkillKinds, s.Kind) {
		return fault.New(fault.Invalid, "スキルの種類を選んでください。", "Please choose the kind of skill.").At("kind")
	}
	if s.NameJA == "" && s.NameEN == "" || len(s.NameJA) > 200 || len(s.NameEN) > 200 {
		return fault.New(fault.Invalid, "スキルの名前を入力してください。", "Please give the skill a name.").At("name_ja")
	}
	act := "skill.changed"
	s.Updated = d.now()
	if s.ID == "" {
		s.ID, s.Created, act = newID(), d.now(), "skill.added"
	}
	return d.changeStaff(ctx, who, "", act, s.NameJA+" / "+s.NameEN, func(tx *store.Tx) error { return tx.PutSkill(s) })
}

// RemoveSkill forgets a skill; nobody has it any more. A supervisor may.
func (d *Desk) RemoveSkill(ctx context.Context, who Viewer, id string) error {
	if err := who.May(PlanStaff); err != nil {
		return err
	}
	named, err := d.skillNames(ctx, []string{id})
	if err != nil {
		return err
	}
	return d.changeStaff(ctx, who, "", "skill.removed", named, func(tx *store.Tx) error { return tx.DropSkill(id) })
}

// SetSkills records which skills a person has. A supervisor may.
func (d *Desk) SetSkills(ctx context.Context, who Viewer, agent string, skills []string) error {
	if err := who.May(PlanStaff); err != nil {
		return err
	}
	named, err := d.skillNames(ctx, skills)
	if err != nil {
		return err
	}
	return d.changeStaff(ctx, who, agent, "staff.skills", named, func(tx *store.Tx) error {
		known, err := tx.Staff("")
		if err != nil {
			return err
		}
		for _, id := range skills {
			if !slices.ContainsFunc(known.Skills, func(s store.Skill) bool { return s.ID == id }) {
				return fault.New(fault.NotFound, "スキルが見つかりません。画面を更新してください。", "There is no such skill. Please reload the page.")
			}
		}
		return tx.SetAgentSkills(agent, skills)
	})
}

// skillNames names skills for the audit, which is read by people.
func (d *Desk) skillNames(ctx context.Context, ids []string) (string, error) {
	known, err := d.store.Staff(ctx, "")
	var names []string
	for _, s := range known.Skills {
		if slices.Contains(ids, s.ID) {
			names = append(names, s.NameJA+" / "+s.NameEN)
		}
	}
	return strings.Join(names, ", "), err
}
