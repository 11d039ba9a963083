package desk

import (
	"context"
	"slices"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
	"madoguchi/terms/staff"
	"madoguchi/terms/worktime"
)

// Colleague is a person of the desk with when they work and what they can do.
type Colleague struct {
	store.Agent
	Hours  store.AgentHours // what is registered; zero: nothing
	Off    []store.DayOff   // that have not ended, the earliest first
	Person staff.Person     // the same, to be reckoned with
	State  staff.State      // at the instant asked for
	Back   time.Time        // when they are next at work; zero: now, or not known
	Skills []store.Skill
}

// AtWork reports whether they are at work at the instant asked for.
func (c Colleague) AtWork() bool { return c.State == staff.AtWork }

// Has reports whether they have a skill, by its id.
func (c Colleague) Has(skill string) bool {
	return slices.ContainsFunc(c.Skills, func(s store.Skill) bool { return s.ID == skill })
}

// Colleagues lists everybody who can sign in with what they do at an instant:
// those at work first, then by name.
func (d *Desk) Colleagues(ctx context.Context, at time.Time) ([]Colleague, error) {
	agents, err := d.store.ListAgents(ctx)
	if err != nil {
		return nil, err
	}
	known, err := d.store.Staff(ctx, d.yesterday(at))
	if err != nil {
		return nil, err
	}
	return d.colleagues(agents, known, at), nil
}

// ColleaguesIn is [Desk.Colleagues] as an act sees it: for who gives out cases.
func (d *Desk) ColleaguesIn(tx *store.Tx, at time.Time) ([]Colleague, error) {
	agents, err := tx.ListAgents()
	if err != nil {
		return nil, err
	}
	known, err := tx.Staff(d.yesterday(at))
	if err != nil {
		return nil, err
	}
	return d.colleagues(agents, known, at), nil
}

// AtWork lists who is at work at an instant.
func (d *Desk) AtWork(ctx context.Context, at time.Time) ([]Colleague, error) {
	all, err := d.Colleagues(ctx, at)
	return slices.DeleteFunc(all, func(c Colleague) bool { return !c.AtWork() }), err
}

// Skilled lists who has a skill, those at work at the instant first.
func (d *Desk) Skilled(ctx context.Context, skill string, at time.Time) ([]Colleague, error) {
	all, err := d.Colleagues(ctx, at)
	return slices.DeleteFunc(all, func(c Colleague) bool { return !c.Has(skill) }), err
}

func (d *Desk) colleagues(agents []store.Agent, known store.Staff, at time.Time) []Colleague {
	hours := map[string]store.AgentHours{}
	for _, h := range known.Hours {
		hours[h.Agent] = h
	}
	skills := map[string]store.Skill{}
	for _, s := range known.Skills {
		skills[s.ID] = s
	}
	var out []Colleague
	for _, a := range agents {
		if a.Disabled {
			continue
		}
		c := Colleague{Agent: a, Hours: hours[a.ID]}
		for _, o := range known.Off {
			if o.Agent == a.ID {
				c.Off = append(c.Off, o)
			}
		}
		for _, h := range known.Has {
			if h.Agent == a.ID {
				c.Skills = append(c.Skills, skills[h.Skill])
			}
		}
		c.Person = d.person(c.Hours, c.Off)
		c.State = c.Person.At(at)
		if !c.AtWork() {
			c.Back, _ = c.Person.Next(at)
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b Colleague) int { return compareBool(!a.AtWork(), !b.AtWork()) })
	return out
}

// person is what is registered, to be reckoned with. What cannot be read any
// more counts as not registered: nobody must vanish from the desk by it.
func (d *Desk) person(h store.AgentHours, off []store.DayOff) staff.Person {
	p := staff.Person{Zone: d.ZoneOf(h.Zone), AwaySince: h.AwaySince, AwayUntil: h.AwayUntil}
	if con, err := d.contracts.InForce(d.defaultContract, d.now()); err == nil {
		p.Desk = con.Hours(con.Regions()[0].ID)
	}
	if week, err := staff.DecodeWeek(h.Week); err == nil && h.Own {
		p.Week, p.Own = week, true
	}
	for _, o := range off {
		if days, err := staff.ParseOff(o.From, o.To); err == nil {
			p.Off = append(p.Off, days)
		}
	}
	return p
}

// ZoneOf is a zone by its name; the desk's for an empty or unknown one.
func (d *Desk) ZoneOf(name string) *time.Location {
	if name != "" {
		if loc, err := worktime.LoadZone(name); err == nil {
			return loc
		}
	}
	return d.Zone()
}

// ViewerZone is the zone in which a person reads times: their own, else the desk's.
func (d *Desk) ViewerZone(ctx context.Context, who Viewer) (*time.Location, error) {
	h, err := d.store.AgentHours(ctx, who.ID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	return d.ZoneOf(h.Zone), nil
}

// yesterday is a date before which no day off matters anywhere on earth.
func (d *Desk) yesterday(at time.Time) string {
	return worktime.DateOf(at, time.UTC).AddDays(-1).String()
}

// Colleague returns one person with what they do now.
func (d *Desk) Colleague(ctx context.Context, who Viewer, id string) (Colleague, error) {
	if err := who.May(SignedIn); err != nil {
		return Colleague{}, err
	}
	all, err := d.Colleagues(ctx, d.now())
	if err != nil {
		return Colleague{}, err
	}
	i := slices.IndexFunc(all, func(c Colleague) bool { return c.ID == id })
	if i < 0 {
		return Colleague{}, fault.New(fault.NotFound, "担当者が見つかりません。", "There is no such agent.")
	}
	return all[i], nil
}

// mayPlan lets a person plan their own time, and a supervisor everybody's.
func (v Viewer) mayPlan(agent string) error {
	if v.ID == agent {
		return v.May(SignedIn)
	}
	return v.May(PlanStaff)
}

// HoursForm is when a person works, as it is written in the form.
type HoursForm struct {
	Zone string // IANA; empty: the desk's
	Own  bool
	Week [7]string // by [time.Weekday], such as "9:00-12:00, 13:00-18:00"
}

// SetHours records when a person works.
func (d *Desk) SetHours(ctx context.Context, who Viewer, agent string, f HoursForm) error {
	if err := who.mayPlan(agent); err != nil {
		return err
	}
	if f.Zone != "" {
		if _, err := worktime.LoadZone(f.Zone); err != nil {
			return fault.Wrap(fault.Invalid, err, "タイムゾーンを選び直してください。", "Please choose the time zone again.").At("zone")
		}
	}
	var week staff.Week
	for i, text := range f.Week {
		day, err := staff.ParseSpans(text)
		if err != nil {
			return at(err, "day"+string(rune('0'+i)))
		}
		week[i] = day
	}
	if f.Own && week.Empty() {
		return fault.New(fault.Invalid, "勤務する曜日の時間を入力してください。", "Please give the hours of at least one day.").At("day1")
	}
	written, err := staff.EncodeWeek(week)
	if err != nil {
		return err
	}
	return d.editHours(ctx, who, agent, "staff.hours", func(h *store.AgentHours) { h.Zone, h.Own, h.Week = f.Zone, f.Own, written })
}

// at names the field of a refusal.
func at(err error, field string) error {
	e, ok := err.(*fault.Error) //nolint:errorlint // as package staff returns it
	if !ok {
		return err
	}
	return e.At(field)
}

const awayNoteMax = 200

// GoAway records that a person is away from now on, until an instant or (zero)
// until they say that they are back.
func (d *Desk) GoAway(ctx context.Context, who Viewer, agent string, until time.Time, note string) error {
	if err := who.mayPlan(agent); err != nil {
		return err
	}
	if !until.IsZero() && !until.After(d.now()) {
		return fault.New(fault.Invalid, "戻る予定は、今より後の時刻を入力してください。", "Please give a time later than now.").At("until")
	}
	if len(note) > awayNoteMax {
		return fault.New(fault.Invalid, "メモが長すぎます。", "The note is too long.").At("note")
	}
	return d.editHours(ctx, who, agent, "staff.away", func(h *store.AgentHours) { h.AwaySince, h.AwayUntil, h.AwayNote = d.now(), until, note })
}

// ComeBack records that a person is not away any more.
func (d *Desk) ComeBack(ctx context.Context, who Viewer, agent string) error {
	if err := who.mayPlan(agent); err != nil {
		return err
	}
	return d.editHours(ctx, who, agent, "staff.back", func(h *store.AgentHours) {
		h.AwaySince, h.AwayUntil, h.AwayNote = time.Time{}, time.Time{}, ""
	})
}

func (d *Desk) editHours(ctx context.Context, who Viewer, agent, act string, edit func(*store.AgentHours)) error {
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		a, err := tx.Agent(agent)
		if err != nil {
			return err
		}
		h, err := tx.AgentHours(agent)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		h.Agent, h.Updated = agent, d.now()
		edit(&h)
		if err := tx.PutAgentHours(h); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, act, agent, a.Name))
	})
	if err == nil {
		d.live.Publish("")
	}
	return err
}

// AddDayOff adds a stretch of days off to a person's calendar.
func (d *Desk) AddDayOff(ctx context.Context, who Viewer, agent, from, to, note string) error {
	if err := who.mayPlan(agent); err != nil {
		return err
	}
	days, err := staff.ParseOff(from, to)
	if err != nil {
		return err
	}
	if len(note) > awayNoteMax {
		return fault.New(fault.Invalid, "メモが長すぎます。", "The note is too long.").At("off_note")
	}
	return d.changeStaff(ctx, who, agent, "staff.day-off", days.From.String()+"–"+days.To.String(), func(tx *store.Tx) error {
		return tx.AddDayOff(store.DayOff{ID: newID(), Agent: agent, From: days.From.String(), To: days.To.String(), Note: note})
	})
}

// RemoveDayOff takes days off out of a person's calendar again.
func (d *Desk) RemoveDayOff(ctx context.Context, who Viewer, agent, id string) error {
	if err := who.mayPlan(agent); err != nil {
		return err
	}
	return d.changeStaff(ctx, who, agent, "staff.day-off-removed", id, func(tx *store.Tx) error { return tx.DropDayOff(agent, id) })
}

func (d *Desk) changeStaff(ctx context.Context, who Viewer, agent, act, detail string, change func(*store.Tx) error) error {
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		if agent != "" {
			if _, err := tx.Agent(agent); err != nil {
				return err
			}
		}
		if err := change(tx); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, act, agent, detail))
	})
	if err == nil {
		d.live.Publish("")
	}
	return err
}
