package simulate

import (
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
)

// contacts is one contact as both worlds see it: they may read its words
// differently. The zero contact is one that a world does not see.
type contacts struct{ recorded, other contract.Contact }

// opening is the contact that opened the case.
func (p *Player) opening(e cases.Event) contacts {
	d, _ := e.Data.(cases.Opened)
	in := contract.Contact{
		Channel: contract.ChannelID(e.Channel), At: d.Reception, Region: contract.RegionID(d.Region),
		Known: d.Contact != "" && d.Organization != "",
	}
	return contacts{in, in}
}

// merge adds what the contact's own words claim.
func (c *contacts) merge(claim contacts) {
	if claim.recorded.Claim != "" {
		c.recorded.Claim, c.recorded.ClaimCriterion = claim.recorded.Claim, claim.recorded.ClaimCriterion
	}
	if claim.other.Claim != "" {
		c.other.Claim, c.other.ClaimCriterion = claim.other.Claim, claim.other.ClaimCriterion
	}
}

// claimed returns the contact that an event is when it claims a priority
// through one of the contract's channels.
func (p *Player) claimed(e cases.Event, alike bool) (contacts, bool) {
	if e.Channel == "" {
		return contacts{}, false
	}
	c := &p.other.state
	in := contract.Contact{Channel: contract.ChannelID(e.Channel), At: e.At, Region: contract.RegionID(c.Region), Known: true}
	if c.Judgement != nil {
		in.Judgement = contract.PriorityID(c.Judgement.Priority)
	}
	said := contacts{in, in}
	switch d := e.Data.(type) {
	case cases.PriorityClaimed:
		said.recorded.Claim, said.recorded.ClaimCriterion = contract.PriorityID(d.Priority), contract.ClauseID(d.Criterion)
		if said.other = said.recorded; !alike {
			said.other = contract.Contact{}
		}
		return said, true
	case cases.MessageReceived:
		if alike {
			return contacts{}, false
		}
		claim, ok := p.other.claim(d)
		said.other.Claim, said.other.ClaimCriterion = claim.Priority, claim.Criterion
		said.recorded = contract.Contact{}
		return said, ok
	}
	return contacts{}, false
}

// contact asks both contracts what happens to a contact, and counts whether
// on-call is rung.
func (p *Player) contact(c contacts) {
	p.recorded.ring(c.recorded)
	p.other.ring(c.other)
}

func (w *world) ring(in contract.Contact) {
	if in.Channel != "" && w.con.Decide(in).Do == contract.RingOnCall {
		w.onCall++
	}
}
