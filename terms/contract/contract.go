// Package contract reads a written support contract and decides by it.
//
// It owns everything that a contract file says: hours and calendars, regions,
// channels, priorities and the criteria for them, targets, what happens to a
// contact, how ambiguous sentences are read, and the texts said in the
// provider's name. Every decision comes with the clause ids that it rests on.
// It is pure: no clock, no file, no network; instants are arguments. A
// [Contract] never changes after [Load] and is safe for concurrent use.
//
// It refuses to know any provider: whatever is particular to one stands in its
// file. It refuses a file that leaves a reading open, that has a clause nothing
// keeps, a rule nothing can reach, or a contact that no rule answers. Running
// clocks, verdicts and the history of a case belong to packages clock and cases.
//
// Start reading at [Load], then [Contract.Decide] and [Contract.Target].
package contract

import (
	"time"

	"madoguchi/terms/worktime"
)

// Contract is one published version of a support contract. Immutable: lists
// inside what its methods return are shared and must not be written to.
type Contract struct {
	id, version          string
	language             string
	effective            worktime.Date
	name, provider, desk Text
	zone                 *time.Location
	calendars            map[string]*worktime.Calendar
	calendarNames        []NamedCalendar
	weeks                map[string]map[time.Weekday][]worktime.Hours // by calendar
	starts               map[startKey]startRule
	always               *worktime.Calendar
	regions              []Region
	channels             []Channel
	priorities           []Priority
	initial              PriorityID
	criteria             []Criterion
	phrases              phrasebook // of the criteria
	targets              map[targetKey]Target
	handling             handling
	facts                []Fact
	readings             []Reading
	exclusions           []Exclusion
	emergency            Emergency
	work                 *ConfigWork
	credits              []Credit
	texts                map[string]Text
	textClauses          map[string][]ClauseID
	metricClauses        map[Metric][]ClauseID
	sayings              map[ClauseID]Text
	clauses              []Clause
	clauseAt             map[ClauseID]int
	root                 *node // the file's values: to compare versions, and to amend
	specs                map[string]calendarSpec
	base                 *Contract // nil for a version as it was published
	amendments           []*Amendment
	home                 RegionID // of the customer whose amendments these are
	plus                 bool
}

type targetKey struct {
	metric   Metric
	priority PriorityID
	region   RegionID
}

// Ref returns "id@version", which cases pin: the version they run under. With
// amendments it is "id@version+amendment", in the order in which they apply.
func (c *Contract) Ref() string {
	ref := c.id + "@" + c.version
	for _, a := range c.amendments {
		ref += "+" + a.id
	}
	return ref
}

// ID returns the contract's identifier, the same for all its versions.
func (c *Contract) ID() string { return c.id }

// Version returns the version, such as "2026-04-01".
func (c *Contract) Version() string { return c.version }

// Effective returns the date from which the version applies to new cases.
func (c *Contract) Effective() worktime.Date { return c.effective }

// Language returns the language whose text of a clause rules, "ja" or "en";
// the other one is a reading aid.
func (c *Contract) Language() string { return c.language }

// Name returns the name of the service that the contract describes.
func (c *Contract) Name() Text { return c.name }

// Provider returns the name of the company that gives the support.
func (c *Contract) Provider() Text { return c.provider }

// Desk returns the name of the support desk, as mails are signed with.
func (c *Contract) Desk() Text { return c.desk }

// Zone returns the time zone in which dates and hours are told.
func (c *Contract) Zone() *time.Location { return c.zone }

// Regions returns the regions, in the file's order.
func (c *Contract) Regions() []Region { return append([]Region(nil), c.regions...) }

// Region returns one region.
func (c *Contract) Region(id RegionID) (Region, bool) {
	for i := range c.regions {
		if c.regions[i].ID == id {
			return c.regions[i], true
		}
	}
	return Region{}, false
}

// Channels returns the channels, those switched off too, in the file's order.
func (c *Contract) Channels() []Channel { return append([]Channel(nil), c.channels...) }

// Channel returns one channel.
func (c *Contract) Channel(id ChannelID) (Channel, bool) {
	for i := range c.channels {
		if c.channels[i].ID == id {
			return c.channels[i], true
		}
	}
	return Channel{}, false
}

// Priorities returns the priorities, the most urgent first.
func (c *Contract) Priorities() []Priority { return append([]Priority(nil), c.priorities...) }

// Priority returns one priority.
func (c *Contract) Priority(id PriorityID) (Priority, bool) {
	for i := range c.priorities {
		if c.priorities[i].ID == id {
			return c.priorities[i], true
		}
	}
	return Priority{}, false
}

// Highest returns the most urgent priority.
func (c *Contract) Highest() Priority { return c.priorities[0] }

// InitialPriority returns the priority at which a case runs before anyone has
// claimed or judged one.
func (c *Contract) InitialPriority() PriorityID { return c.initial }

// Criteria returns the criteria, in the file's order.
func (c *Contract) Criteria() []Criterion { return append([]Criterion(nil), c.criteria...) }

// Criterion returns the criterion that a clause is.
func (c *Contract) Criterion(id ClauseID) (Criterion, bool) {
	for i := range c.criteria {
		if c.criteria[i].Clause == id {
			return c.criteria[i], true
		}
	}
	return Criterion{}, false
}

// Target returns what the terms set for a metric, priority and region, and
// false when they set nothing.
func (c *Contract) Target(m Metric, p PriorityID, r RegionID) (Target, bool) {
	t, ok := c.targets[targetKey{m, p, r}]
	return t, ok
}

// Measures reports whether the terms set any target for a metric.
func (c *Contract) Measures(m Metric) bool {
	_, ok := c.metricClauses[m]
	return ok
}

// MetricLabel returns what the terms call that which a metric measures, and
// the metric's own name where they set no target for it.
func (c *Contract) MetricLabel(m Metric) Text {
	for _, p := range c.priorities {
		for _, r := range c.regions {
			if t, ok := c.Target(m, p.ID, r.ID); ok {
				return t.Label
			}
		}
	}
	return Text{JA: string(m), EN: string(m)}
}

// TargetClauses returns the clauses under which a metric has targets at all,
// whatever the priority.
func (c *Contract) TargetClauses(m Metric) []ClauseID { return c.metricClauses[m] }

// Calendar returns a calendar by its name in the file.
func (c *Contract) Calendar(name string) (*worktime.Calendar, bool) {
	cal, ok := c.calendars[name]
	return cal, ok
}

// Calendars returns the names of the calendars, in the file's order.
func (c *Contract) Calendars() []NamedCalendar {
	return append([]NamedCalendar(nil), c.calendarNames...)
}

// Hours returns the business calendar of a region; that of the first region
// when r is not one of the contract's.
func (c *Contract) Hours(r RegionID) *worktime.Calendar {
	region, ok := c.Region(r)
	if !ok {
		region = c.regions[0]
	}
	return c.calendars[region.Calendar]
}

// AroundClock returns the calendar in the contract's zone that never closes.
func (c *Contract) AroundClock() *worktime.Calendar { return c.always }

// FactsAsked returns what a customer is asked to tell; never a condition.
func (c *Contract) FactsAsked() []Fact { return append([]Fact(nil), c.facts...) }

// Readings returns the readings with all alternatives, in the file's order.
func (c *Contract) Readings() []Reading { return append([]Reading(nil), c.readings...) }

// Reading returns the alternative chosen for a reading, and "" for a name that
// is none of the Read constants.
func (c *Contract) Reading(name string) string {
	u, _ := c.use(name)
	return u.Chosen
}

// use returns a reading as a decision cites it.
func (c *Contract) use(name string) (ReadingUse, bool) {
	for i := range c.readings {
		if r := &c.readings[i]; r.Name == name {
			return ReadingUse{Name: name, Chosen: r.Chosen, Clauses: r.Clauses}, true
		}
	}
	return ReadingUse{}, false
}

// Clause returns one clause of the terms.
func (c *Contract) Clause(id ClauseID) (Clause, bool) {
	i, ok := c.clauseAt[id]
	if !ok {
		return Clause{}, false
	}
	return c.clauses[i], true
}

// Clauses returns all clauses, in the terms' order.
func (c *Contract) Clauses() []Clause { return append([]Clause(nil), c.clauses...) }

// Exclusions returns what support does not cover.
func (c *Contract) Exclusions() []Exclusion { return append([]Exclusion(nil), c.exclusions...) }

// Emergency returns what holds during a large-scale failure.
func (c *Contract) Emergency() Emergency { return c.emergency }

// ConfigWork returns the terms of configuration work, and false when the
// contract offers none.
func (c *Contract) ConfigWork() (ConfigWork, bool) {
	if c.work == nil {
		return ConfigWork{}, false
	}
	return *c.work, true
}

// Credits returns what missed targets give back, if the contract says so.
func (c *Contract) Credits() []Credit { return append([]Credit(nil), c.credits...) }

// Say returns a named text: one of the Say constants, all of which every
// loaded contract has.
func (c *Contract) Say(key string) Text { return c.texts[key] }

// SayClauses returns the clauses that a named text carries: what an event that
// says it, or does what it says, rests on.
func (c *Contract) SayClauses(key string) []ClauseID { return c.textClauses[key] }

// CreditFor returns what share of the monthly fee, in per cent, is given back
// for a metric of whose targets the given per mille were met; 0 without such a
// clause. The largest credit that is due counts, not their sum.
func (c *Contract) CreditFor(m Metric, metPerMille int) int {
	due := 0
	for _, k := range c.credits {
		if k.Metric == m && metPerMille < k.Below {
			due = max(due, k.Percent)
		}
	}
	return due
}
