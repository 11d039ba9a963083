package store

import (
	"context"
	"time"

	"madoguchi/terms/fault"
)

// AgentHours is when a person of the desk works, as they or a supervisor said.
type AgentHours struct {
	Agent     string
	Zone      string // IANA; empty: the desk's
	Own       bool   // Week holds, else the desk's hours
	Week      string // as package staff writes it
	AwaySince time.Time
	AwayUntil time.Time // zero: until they say that they are back
	AwayNote  string
	Updated   time.Time
}

// DayOff is a stretch of days off, both included, as dates like 2026-11-20.
type DayOff struct {
	ID, Agent string
	From, To  string
	Note      string
}

// Skill is something that a person of the desk can be asked for.
type Skill struct {
	ID               string
	Kind             string // product, language, region
	NameJA, NameEN   string
	Created, Updated time.Time
}

// Name is what it is called in a language.
func (s Skill) Name(lang string) string { return fault.Text{JA: s.NameJA, EN: s.NameEN}.In(lang) }

// AgentSkill says who has which skill.
type AgentSkill struct{ Agent, Skill string }

// Staff is everything that is known of when people work and what they can do.
type Staff struct {
	Hours  []AgentHours
	Off    []DayOff // those that end on a date or later
	Skills []Skill  // by kind and name
	Has    []AgentSkill
}

const (
	hoursColumns = `agent, zone, own, week, away_since, away_until, away_note, updated_at`
	offColumns   = `id, agent, from_date, to_date, note`
	skillColumns = `id, kind, name_ja, name_en, created_at, updated_at`
)

var (
	putHours = insert("agent_hours", hoursColumns) + ` ON CONFLICT (agent) DO UPDATE SET
		zone = excluded.zone, own = excluded.own, week = excluded.week, away_since = excluded.away_since,
		away_until = excluded.away_until, away_note = excluded.away_note, updated_at = excluded.updated_at`
	putSkill = insert("skills", skillColumns) + ` ON CONFLICT (id) DO UPDATE SET
		kind = excluded.kind, name_ja = excluded.name_ja, name_en = excluded.name_en, updated_at = excluded.updated_at`
	putOff = insert("agent_days_off", offColumns)
)

// Staff reads it; days off that ended before a date are left out.
func (s *Store) Staff(ctx context.Context, from string) (Staff, error) {
	return readStaff(ctx, s.db.Readers(), from)
}

// Staff is [Store.Staff] as the act sees it.
func (tx *Tx) Staff(from string) (Staff, error) { return readStaff(background(), tx.q, from) }

func readStaff(ctx context.Context, q querier, from string) (Staff, error) {
	var out Staff
	var err error
	if out.Hours, err = all(ctx, q, scanHours, `SELECT `+hoursColumns+` FROM agent_hours`); err != nil {
		return out, err
	}
	if out.Off, err = all(ctx, q, scanOff, `SELECT `+offColumns+` FROM agent_days_off WHERE to_date >= $1 ORDER BY from_date, id`, from); err != nil {
		return out, err
	}
	if out.Skills, err = all(ctx, q, scanSkill, `SELECT `+skillColumns+` FROM skills ORDER BY kind, name_ja, id`); err != nil {
		return out, err
	}
	out.Has, err = all(ctx, q, func(row scanner) (AgentSkill, error) {
		var a AgentSkill
		err := row.Scan(&a.Agent, &a.Skill)
		return a, err
	}, `SELECT agent, skill FROM agent_skills ORDER BY agent, skill`)
	return out, err
}

// AgentHours returns one person's, or [fault.NotFound] while nobody has said anything.
func (s *Store) AgentHours(ctx context.Context, agent string) (AgentHours, error) {
	return agentHours(ctx, s.db.Readers(), agent)
}

// AgentHours is [Store.AgentHours] as the act sees it.
func (tx *Tx) AgentHours(agent string) (AgentHours, error) {
	return agentHours(background(), tx.q, agent)
}

func agentHours(ctx context.Context, q querier, agent string) (AgentHours, error) {
	return one(ctx, q, notFound("勤務時間は登録されていません。", "No hours are registered."), scanHours, `SELECT `+hoursColumns+` FROM agent_hours WHERE agent = $1`, agent)
}

// PutAgentHours replaces what is known of when a person works.
func (tx *Tx) PutAgentHours(h AgentHours) error {
	return tx.exec(putHours, h.Agent, h.Zone, h.Own, h.Week, micros(h.AwaySince), micros(h.AwayUntil), h.AwayNote, micros(h.Updated))
}

// DaysOff lists a person's days off that have not ended before a date.
func (s *Store) DaysOff(ctx context.Context, agent, from string) ([]DayOff, error) {
	return daysOff(ctx, s.db.Readers(), agent, from)
}

// DaysOff is [Store.DaysOff] as the act sees it.
func (tx *Tx) DaysOff(agent, from string) ([]DayOff, error) {
	return daysOff(background(), tx.q, agent, from)
}

func daysOff(ctx context.Context, q querier, agent, from string) ([]DayOff, error) {
	return all(ctx, q, scanOff, `SELECT `+offColumns+` FROM agent_days_off WHERE agent = $1 AND to_date >= $2 ORDER BY from_date, id`, agent, from)
}

// AddDayOff adds a stretch of days off.
func (tx *Tx) AddDayOff(o DayOff) error { return tx.exec(putOff, o.ID, o.Agent, o.From, o.To, o.Note) }

// DropDayOff forgets one of a person's, or says [fault.NotFound].
func (tx *Tx) DropDayOff(agent, id string) error {
	return tx.change(notFound("休暇が見つかりません。", "There is no such time off."), `DELETE FROM agent_days_off WHERE agent = $1 AND id = $2`, agent, id)
}

// PutSkill adds a skill or changes it; Created counts only when it is added.
func (tx *Tx) PutSkill(s Skill) error {
	return tx.exec(putSkill, s.ID, s.Kind, s.NameJA, s.NameEN, micros(s.Created), micros(s.Updated))
}

// DropSkill forgets a skill, and that people have it.
func (tx *Tx) DropSkill(id string) error {
	if err := tx.exec(`DELETE FROM agent_skills WHERE skill = $1`, id); err != nil {
		return err
	}
	return tx.change(notFound("スキルが見つかりません。", "There is no such skill."), `DELETE FROM skills WHERE id = $1`, id)
}

// SetAgentSkills replaces the skills of a person.
func (tx *Tx) SetAgentSkills(agent string, skills []string) error {
	if err := tx.exec(`DELETE FROM agent_skills WHERE agent = $1`, agent); err != nil {
		return err
	}
	for _, id := range skills {
		if err := tx.exec(`INSERT INTO agent_skills (agent, skill) VALUES ($1, $2) ON CONFLICT (agent, skill) DO NOTHING`, agent, id); err != nil {
			return err
		}
	}
	return nil
}

func scanHours(row scanner) (AgentHours, error) {
	var h AgentHours
	var since, until, updated int64
	err := row.Scan(&h.Agent, &h.Zone, &h.Own, &h.Week, &since, &until, &h.AwayNote, &updated)
	h.AwaySince, h.AwayUntil, h.Updated = instant(since), instant(until), instant(updated)
	return h, err
}

func scanOff(row scanner) (DayOff, error) {
	var o DayOff
	err := row.Scan(&o.ID, &o.Agent, &o.From, &o.To, &o.Note)
	return o, err
}

func scanSkill(row scanner) (Skill, error) {
	var s Skill
	var created, updated int64
	err := row.Scan(&s.ID, &s.Kind, &s.NameJA, &s.NameEN, &created, &updated)
	s.Created, s.Updated = instant(created), instant(updated)
	return s, err
}
