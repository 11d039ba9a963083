package agent

import (
	"context"
	"strings"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/internal/wording"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/worktime"
)

// sideOf is the panel beside the case.
func sideOf(ctx context.Context, v desk.CaseView) Side {
	c := v.Case
	s := Side{
		Clocks: sideClocks(ctx, v), Initial: c.Initial, Desk: opinionOf(ctx, c.Judgement), Customer: opinionOf(ctx, c.Claim),
		Agreement: opinionOf(ctx, c.Agreement), Objection: opinionOf(ctx, c.Objection), Proposal: proposalOf(ctx, v), Facts: factsOf(ctx, v), Tasks: sideTasks(v), Marks: marksOf(ctx, v), Followers: followersOf(ctx, v),
	}
	for _, t := range c.Targets() {
		s.Superseded += t.Superseded
	}
	for _, view := range []*cases.View{c.Judgement, c.Claim} {
		if view == nil || view.Criterion == "" {
			continue
		}
		if cl, ok := clauseOf(v.Contract, contract.ClauseID(view.Criterion)); ok {
			s.Criterion = &cl
			break
		}
	}
	for _, p := range c.Participants {
		s.People = append(s.People, Participant{Name: personName(p.Person), Addr: p.Person.Addr, Verified: p.Verified})
		for _, c := range v.Contacts {
			if last := &s.People[len(s.People)-1]; c.ID == p.Contact {
				last.Contact, last.Phones = c.ID, phoneLinks(ctx, c)
			}
		}
	}
	return s
}

// sideClocks are all clocks of the case, the foremost first; that one is
// explained beside the case's demand.
func sideClocks(ctx context.Context, v desk.CaseView) []SideClock {
	if len(v.Clocks) == 0 {
		return []SideClock{{Label: ui.T(ctx, "side.first"), Clock: clockOf(v.Clock)}}
	}
	var out []SideClock
	for i, k := range v.Clocks {
		s := SideClock{Label: ui.Either(ctx, k.Label.JA, k.Label.EN), Clock: clockOf(k), Since: k.Since}
		if i > 0 {
			if s.Why = whyOf(ctx, v, v.Case.Target(k.Metric)); s.Why != nil {
				s.Why.Label = s.Label
			}
		}
		out = append(out, s)
	}
	return out
}

// phoneLinks are a contact's telephone numbers, as they are read and called; no fax.
func phoneLinks(ctx context.Context, c store.Contact) (out []PhoneLink) {
	for _, p := range c.Phones {
		if p.Kind == "fax" {
			continue
		}
		l := PhoneLink{Shown: p.Shown, Call: "tel:" + p.Number}
		if p.Ext != "" {
			l.Shown, l.Call = ui.T(ctx, "side.ext", p.Shown, p.Ext), l.Call+";ext="+p.Ext
		}
		out = append(out, l)
	}
	return out
}

func opinionOf(ctx context.Context, v *cases.View) *Opinion {
	if v == nil {
		return nil
	}
	return &Opinion{Priority: v.Priority, By: actorName(ctx, v.By), At: v.At, Reason: v.Reason}
}

// actorName writes who did something: customers with 様, the machinery as such.
func actorName(ctx context.Context, a cases.Actor) string {
	switch {
	case a.Kind == cases.System:
		return ui.T(ctx, "timeline.system")
	case a.Kind == cases.Customer:
		return ui.T(ctx, "case.person", a.Name)
	}
	return a.Name
}

// factsOf is what is known of the customer.
func factsOf(ctx context.Context, v desk.CaseView) []Fact {
	o := v.Organization
	if o == nil {
		return nil
	}
	facts := []Fact{{ui.T(ctx, "side.contract"), planName(ctx, v.Contract)}, {ui.T(ctx, "side.region"), regionName(ctx, v.Contract, v.Case.Region)}}
	if names := amendmentNames(ctx, v.Contract); names != "" {
		facts = append(facts, Fact{ui.T(ctx, "side.amendments"), names})
	}
	if local := localTime(ctx, v); local != "" {
		facts = append(facts, Fact{ui.T(ctx, "side.local-time"), local})
	}
	var people []string
	for _, c := range v.Contacts {
		if len(people) == 3 {
			people = append(people, "…")
			break
		}
		people = append(people, ui.T(ctx, "case.person", c.Name))
	}
	if len(people) > 0 {
		facts = append(facts, Fact{ui.T(ctx, "side.contacts"), strings.Join(people, ui.T(ctx, "list.sep"))})
	}
	open := ui.T(ctx, "side.only-this")
	if n := len(v.Others); n > 0 {
		open = ui.T(ctx, "side.n-cases", n+1)
	}
	facts = append(facts, Fact{ui.T(ctx, "side.open-cases"), open})
	if v.Record.All > 0 {
		facts = append(facts, Fact{ui.T(ctx, "side.record", v.Record.Days), ui.T(ctx, "side.record.kept", v.Record.All, v.Record.Met*100/v.Record.All)})
	}
	for _, l := range v.LeadTimes {
		at := time.Date(l.Earliest.Year, l.Earliest.Month, l.Earliest.Day, 12, 0, 0, 0, v.Contract.Zone())
		size := ui.Either(ctx, l.Size.Label.JA, l.Size.Label.EN)
		facts = append(facts, Fact{ui.T(ctx, "side.lead-time"), ui.T(ctx, "side.lead-time.of", size, ui.Date(ctx, at))})
	}
	return append(facts, Fact{ui.T(ctx, "side.language"), ui.LanguageName(o.Language)})
}

// planName is what the contract calls itself, and that Support Plus is part of it.
func planName(ctx context.Context, con *contract.Contract) string {
	name := ui.Either(ctx, con.Name().JA, con.Name().EN)
	if con.SupportPlus() {
		return ui.T(ctx, "side.plus", name)
	}
	return name
}

func regionName(ctx context.Context, con *contract.Contract, id string) string {
	if r, ok := con.Region(contract.RegionID(id)); ok {
		return ui.Either(ctx, r.Label.JA, r.Label.EN)
	}
	return id
}

// localTime is what the clock of the customer's person shows now, where it is
// another than the viewer's.
func localTime(ctx context.Context, v desk.CaseView) string {
	for _, c := range v.Contacts {
		if c.ID != v.Case.Contact || c.Zone == "" {
			continue
		}
		zone, err := worktime.LoadZone(c.Zone)
		if err != nil {
			return "" // a zone of newer data
		}
		_, theirs := v.Now.In(zone).Zone()
		_, ours := v.Now.In(ui.Of(ctx).Zone).Zone()
		if theirs == ours {
			return ""
		}
		return wording.Instant(v.Now, time.Time{}, zone, string(ui.Of(ctx).Lang)) + ui.T(ctx, "side.local-zone", c.Zone)
	}
	return ""
}
