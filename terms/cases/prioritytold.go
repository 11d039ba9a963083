package cases

// PriorityTold is the notice by which a person of the customer's side hears
// that the desk did not follow a claim, or lowered the priority after its
// investigation (`priority.reassessed`), with the way to object. It follows the
// judgement in the same act.
type PriorityTold struct {
	Message   string    `json:"message"`
	To        []Address `json:"to"`
	From      string    `json:"from"`     // the priority that was claimed, or that the case ran at
	Priority  string    `json:"priority"` // the judged one
	Subject   string    `json:"subject"`
	Text      string    `json:"text"`
	MessageID string    `json:"message_id"`
	Said      []string  `json:"said"` // clause ids whose text it carried
}

// Type implements [Data].
func (PriorityTold) Type() string { return "priority.told/1" }

// Reachable returns the person to whom the desk writes by itself about a view
// of the priority: whoever holds it, else who reached the desk, else the first
// of the others. Only people whom the desk may write to come into question;
// false when there is none.
func (c *Case) Reachable(v *View) (Participant, bool) {
	var first Participant
	found := false
	for _, p := range c.Participants {
		if !p.Verified || p.Person.Addr == "" {
			continue
		}
		switch {
		case v != nil && v.By.Kind == Customer && v.By.ID != "" && p.Contact == v.By.ID:
			return p, true
		case p.Person.Addr == c.Person.Addr || !found:
			first, found = p, true
		}
	}
	return first, found
}
