package cases

import (
	"slices"

	"madoguchi/terms/fault"
)

// BulkActed says that what follows at the same instant was done to several
// cases at once.
type BulkActed struct {
	Batch string `json:"batch"` // its id
	Of    int    `json:"of"`    // for how many cases it was asked
}

// Type implements [Data].
func (BulkActed) Type() string { return "bulk.acted/1" }

// BulkUndone undoes [BulkActed]; what brings the case back follows it.
type BulkUndone struct {
	Batch string `json:"batch"`
}

// Type implements [Data].
func (BulkUndone) Type() string { return "bulk.undone/1" }

// UndoBulk takes back what a batch did to the case: each thing that it changed
// is as before. What happened to the case otherwise stays. Refused where one
// of these things was changed again since, and for a judgement of the
// priority, which is not undone but given anew. A note stays.
func (c *Case) UndoBulk(history []Event, batch string) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	at := -1
	for i, e := range history {
		switch d := e.Data.(type) {
		case BulkActed:
			if d.Batch == batch {
				at = i
			}
		case BulkUndone:
			if d.Batch == batch {
				at = -1
			}
		}
	}
	if at < 1 {
		return nil, fault.New(fault.Conflict, "このケースでは、その一括操作は行われていないか、既に取り消されています。", "That bulk act was not done to this case, or is undone already.")
	}
	before, err := Fold(history[:at])
	if err != nil {
		return nil, err
	}
	back := []Data{BulkUndone{Batch: batch}}
	changed := fault.New(fault.Conflict, "一括操作のあとに同じ項目が変更されたため、取り消しません。", "What was changed has been changed again since, so this is not undone.")
	var moved *Event // the last change of state
	for _, e := range history[at+1:] {
		if !e.At.Equal(history[at].At) || e.Actor != history[at].Actor {
			continue
		}
		was, ok, err := c.wasBefore(e.Data, before, history[:at])
		switch {
		case err != nil:
			return nil, err
		case !ok:
			return nil, changed
		case was != nil:
			back = append(back, was)
		}
		if _, is := e.Data.(StatusChanged); is {
			moved = &e
		}
	}
	if moved != nil {
		to, ok := moved.Data.(StatusChanged)
		if !ok || c.Status != to.To || !c.StatusAt.Equal(moved.At) {
			return nil, changed
		}
		back = append(back, c.backTo(before))
	}
	return back, nil
}

// wasBefore is what takes back one thing that was done, nil for what needs
// nothing; false when it was changed again since.
func (c *Case) wasBefore(done Data, before *Case, past []Event) (Data, bool, error) {
	switch d := done.(type) {
	case Assigned:
		return Assigned{Agent: before.Assignee.ID, Name: before.Assignee.Name}, c.Assignee.ID == d.Agent, nil
	case TeamAssigned:
		return TeamAssigned{Team: before.Team, Name: before.TeamName}, c.Team == d.Team, nil
	case ProductNamed:
		return ProductNamed{Product: before.Product, Name: productName(past)}, c.Product == d.Product, nil
	case Tagged:
		for _, t := range d.Added {
			if !slices.Contains(c.Tags, t.ID) {
				return nil, false, nil
			}
		}
		for _, t := range d.Removed {
			if slices.Contains(c.Tags, t.ID) {
				return nil, false, nil
			}
		}
		return Tagged{Added: d.Removed, Removed: d.Added}, true, nil
	case Followed:
		return Unfollowed(d), c.Follows(d.Agent), nil
	case Unfollowed:
		return Followed(d), !c.Follows(d.Agent), nil
	case MacroRun:
		return MacroUndone(d), true, nil
	case PriorityJudged:
		return nil, false, fault.New(fault.Conflict, "優先度の判断を含むため、取り消せません。優先度は改めて判断してください。", "The priority was judged with it, so this cannot be undone. Please judge it again.")
	}
	return nil, true, nil
}

// productName is how the product was called that a history named last.
func productName(past []Event) (name string) {
	for _, e := range past {
		if d, ok := e.Data.(ProductNamed); ok {
			name = d.Name
		}
	}
	return name
}

// backTo is the change to the state that the case was in before, with for whom
// and until when it waited then.
func (c *Case) backTo(before *Case) StatusChanged {
	s := StatusChanged{From: c.Status, To: before.Status, Reason: before.StatusReason}
	if before.Status == OnHold {
		s.Until = before.HoldUntil
		s.Wait, _ = before.WaitsFor()
	}
	return s
}
