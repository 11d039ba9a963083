package cases

import (
	"slices"
	"strings"
	"time"

	"madoguchi/terms/fault"
)

// Merged says that the case's matter is handled in another case from here on.
// The case is finished and takes no further act but its undoing; mail to it
// lands in the other one.
type Merged struct {
	Into    ID       `json:"into"`
	Number  int64    `json:"number"` // of that case
	Reason  string   `json:"reason"`
	From    Status   `json:"from"`              // the state before
	Dropped []string `json:"dropped,omitempty"` // metrics whose clock ran and is not owed here any more
}

// Type implements [Data].
func (Merged) Type() string { return "case.merged/1" }

// Absorbed says, in the surviving case, that another one was merged into it.
type Absorbed struct {
	Case       ID        `json:"case"`
	Number     int64     `json:"number"`
	Subject    string    `json:"subject"`
	Reception  time.Time `json:"reception"`             // of the merged case: the clock follows the earliest
	MessageIDs []string  `json:"message_ids,omitempty"` // of its mails, oldest first
	Joined     []string  `json:"joined,omitempty"`      // addresses that were no participants before
	Reason     string    `json:"reason"`
}

// Type implements [Data].
func (Absorbed) Type() string { return "case.absorbed/1" }

// Unmerged undoes [Merged].
type Unmerged struct {
	From ID     `json:"from"` // the case that it was merged into
	To   Status `json:"to"`   // the state, as before
}

// Type implements [Data].
func (Unmerged) Type() string { return "case.unmerged/1" }

// Released undoes [Absorbed].
type Released struct {
	Case   ID       `json:"case"`
	Number int64    `json:"number"`
	Left   []string `json:"left,omitempty"` // addresses that take part no more
}

// Type implements [Data].
func (Released) Type() string { return "case.released/1" }

// maxMerged bounds the Message-IDs that a merged case hands over.
const maxMerged = 50

func (c *Case) applyMerge(e Event) {
	switch d := e.Data.(type) {
	case Merged:
		c.Merged = &d
		c.applyStatus(e.At, StatusChanged{From: c.Status, To: Closed, Reason: d.Reason})
		for _, metric := range d.Dropped {
			if t := c.Target(metric); t != nil && t.Verdict == Undecided { // its rest stays for an undoing
				t.Verdict, t.Decided, t.Cancelled = Cancelled, e.At, CancelMerged
			}
		}
	case Unmerged:
		c.Merged = nil
		c.applyStatus(e.At, StatusChanged{From: c.Status, To: d.To})
		for _, t := range c.Targets() {
			if t.Verdict == Cancelled && t.Cancelled == CancelMerged {
				t.Verdict, t.Decided, t.Cancelled = Undecided, time.Time{}, ""
			}
		}
	case Absorbed:
		c.Absorbed = append(slices.Clip(c.Absorbed), d)
		own := lacking(c.MessageIDs, d.MessageIDs)
		first := min(1, len(own))
		if d.Reception.Before(c.Reception) {
			first = 0
		}
		// The newest mail of this case stays the one that a reply answers.
		c.MessageIDs = slices.Concat(own[:first], d.MessageIDs, own[first:])
	case Released:
		i := slices.IndexFunc(c.Absorbed, func(a Absorbed) bool { return a.Case == d.Case })
		if i < 0 {
			return
		}
		c.MessageIDs = lacking(c.MessageIDs, c.Absorbed[i].MessageIDs)
		c.Absorbed = slices.Delete(slices.Clone(c.Absorbed), i, i+1)
		c.Participants = slices.DeleteFunc(slices.Clone(c.Participants), func(p Participant) bool { return slices.Contains(d.Left, p.Person.Addr) })
	}
}

func lacking(list, gone []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(gone, s) })
}

// Since is the earliest reception of the matter: the case's own, or that of a
// case that was merged into it. Clocks count from it; no reception moves.
func (c *Case) Since() time.Time {
	at := c.Reception
	for _, a := range c.Absorbed {
		if a.Reception.Before(at) {
			at = a.Reception
		}
	}
	return at
}

// Merge merges the case into another, and returns the facts for both. Both
// must be of one customer, or both of one person whom nobody knows yet. A case
// that was answered does not go into one that still owes the answer: the
// answer that was given would be lost to the clock.
func (c *Case) Merge(into *Case, reason string) (here, there []Data, err error) {
	if err := c.check(); err != nil {
		return nil, nil, err
	}
	if err := into.check(); err != nil {
		return nil, nil, err
	}
	if err := c.mayMerge(into, reason); err != nil {
		return nil, nil, err
	}
	reason = strings.TrimSpace(reason)
	merged := Merged{Into: into.ID, Number: into.Number, Reason: reason, From: c.Status}
	for _, t := range c.Targets() {
		if t.Verdict == Undecided {
			merged.Dropped = append(merged.Dropped, t.Metric)
		}
	}
	absorbed := Absorbed{Case: c.ID, Number: c.Number, Subject: c.Subject, Reception: c.Since(), Reason: reason, MessageIDs: c.MessageIDs[max(0, len(c.MessageIDs)-maxMerged):]}
	var joined []Data
	for _, p := range c.Participants {
		have, ok := into.Participant(p.Person.Addr)
		if !ok {
			absorbed.Joined = append(absorbed.Joined, p.Person.Addr)
		}
		if !ok || p.Verified && !have.Verified {
			joined = append(joined, ParticipantJoined(p))
		}
	}
	there = slices.Concat([]Data{absorbed}, joined, into.overtaken(EndMerged, ""))
	asks := !c.Done() && c.Ball == Agent // somebody waits for the desk there
	if !c.Done() && into.Done() || asks && (into.Status == Waiting || into.Status == OnHold) {
		there = append(there, StatusChanged{From: into.Status, To: Open})
	}
	if into.Assignee.ID == "" && c.Assignee.ID != "" {
		there = append(there, Assigned{Agent: c.Assignee.ID, Name: c.Assignee.Name})
	}
	there = append(there, c.carried(into)...)
	for _, i := range c.Incidents {
		if !slices.ContainsFunc(into.Incidents, func(have Incident) bool { return have.ID == i.ID }) {
			there = append(there, IncidentLinked{Incident: i.ID, Title: i.Title, AroundClock: i.AroundClock})
		}
	}
	return append(append(c.overtaken(EndMerged, ""), c.withdrawn()...), merged), there, nil
}

func (c *Case) mayMerge(into *Case, reason string) error {
	switch {
	case c.ID == into.ID:
		return fault.New(fault.Invalid, "同じケースには統合できません。", "A case cannot be merged into itself.").At("into")
	case c.Organization != into.Organization:
		return fault.New(fault.Invalid, "別のお客様のケースとは統合できません。", "Cases of different customers cannot be merged.").At("into")
	case c.Organization == "" && c.Person.Addr != into.Person.Addr:
		return fault.New(fault.Invalid, "差出人の異なる未特定のケースは統合できません。先にお客様を特定してください。",
			"Unidentified cases of different senders cannot be merged. Please identify the customer first.").At("into")
	case c.Response != nil && into.First != nil && into.Response == nil && !into.Done():
		return fault.New(fault.Conflict, "初期対応済みのケースを、初期対応前のケースには統合できません。逆の向きで統合してください。",
			"A case that was answered cannot go into one that was not. Please merge the other way round.").At("into")
	}
	return checkReason(reason)
}

// MergeUndone is the reason of a verdict that was superseded since the deadline
// that a merge had brought was taken back with it.
const MergeUndone = "unmerged"

// Unmerge undoes a merge of this case into from, whose whole history is given:
// possible while nothing has happened there since. It returns the facts for both.
func (c *Case) Unmerge(from *Case, history []Event) (here, there []Data, err error) {
	if err := from.check(); err != nil {
		return nil, nil, err
	}
	at := -1
	for i, e := range history {
		if d, ok := e.Data.(Absorbed); ok && d.Case == c.ID {
			at = i
		}
	}
	if c.Merged == nil || c.Merged.Into != from.ID || at < 1 {
		return nil, nil, fault.New(fault.Conflict, "このケースは統合されていません。", "This case is not merged.")
	}
	taken := takenBack(history[at+1:])
	for _, e := range history[at:] {
		if d, ok := e.Data.(Absorbed); ok && d.Case != c.ID && !taken[e.Seq] {
			return nil, nil, fault.New(fault.Conflict, "このあとに統合したケースがあります。先にその統合を取り消してください。",
				"Another case was merged after this one. Please undo that merge first.")
		}
		if !partOf(e, history[at]) && !taken[e.Seq] {
			return nil, nil, fault.New(fault.Conflict, "統合のあとにやり取りや変更があったため、取り消せません。",
				"Something has happened in the case since it was merged, so this can no longer be undone.")
		}
	}
	before, err := Fold(history[:at])
	if err != nil {
		return nil, nil, err
	}
	absorbed, ok := history[at].Data.(Absorbed)
	if !ok {
		return nil, nil, fault.New(fault.Conflict, "このケースは統合されていません。", "This case is not merged.")
	}
	here = []Data{Unmerged{From: from.ID, To: c.Merged.From}}
	there = append([]Data{Released{Case: c.ID, Number: c.Number, Left: absorbed.Joined}}, from.restore(before, history[at:])...)
	return here, there, nil
}

// takenBack are the events, by their Seq, of merges that were undone since, and
// of their undoing: together they changed nothing.
func takenBack(history []Event) map[int]bool {
	taken := map[int]bool{}
	for i, e := range history {
		d, ok := e.Data.(Released)
		if !ok {
			continue
		}
		for _, undone := range history[i:] {
			if undone.At.Equal(e.At) {
				taken[undone.Seq] = true
			}
		}
		for j := i - 1; j >= 0; j-- {
			if a, ok := history[j].Data.(Absorbed); ok && a.Case == d.Case {
				for _, made := range history[j:i] {
					if made.At.Equal(history[j].At) {
						taken[made.Seq] = true
					}
				}
				break
			}
		}
	}
	return taken
}

// partOf reports whether an event in the surviving case is of the act that
// merged, or one that does not matter to undoing it.
func partOf(e, merge Event) bool {
	switch d := e.Data.(type) {
	case DeliveryAccepted, TaskSet, TaskDone, TaskReopened, TaskDue, MissExplained, Followed, Unfollowed:
		return true
	case MessageReceived, Replied, Acknowledged, Noted:
		return false
	case TargetMissed: // its instant is the deadline's, not that of the merge
		return e.At.Equal(d.Deadline) && !d.Deadline.After(merge.At)
	}
	return e.At.Equal(merge.At)
}

// restore lists what brings the case back to how it stood before the act that
// the history begins with, a merge or a macro. Clocks come before the state, so that those which
// rested rest again with it.
func (c *Case) restore(before *Case, act []Event) []Data {
	var facts []Data
	for _, was := range before.Targets() {
		now := c.Target(was.Metric)
		if now == nil || was.Verdict != Undecided {
			continue
		}
		t := was.TargetSet
		if was.Paused() {
			t = wentOn(t, act)
		}
		if now.Deadline.Equal(t.Deadline) {
			continue
		}
		if now.Verdict == Missed {
			facts = append(facts, VerdictSuperseded{Metric: was.Metric, Reason: MergeUndone})
		}
		t.Cause, t.Before, t.Renewed = CauseUnmerged, now.Deadline, false
		facts = append(facts, t)
	}
	if c.Status != before.Status {
		facts = append(facts, c.backTo(before))
	}
	if c.Assignee != before.Assignee {
		facts = append(facts, Assigned{Agent: before.Assignee.ID, Name: before.Assignee.Name})
	}
	for _, e := range act { // what the act itself brought, and not who came by themselves since
		if t, ok := e.Data.(Tagged); ok && e.At.Equal(act[0].At) {
			facts = append(facts, Tagged{Added: t.Removed, Removed: t.Added})
		}
		if f, ok := e.Data.(Followed); ok && e.At.Equal(act[0].At) && c.Follows(f.Agent) && !before.Follows(f.Agent) {
			facts = append(facts, Unfollowed(f))
		}
	}
	for _, p := range before.Participants {
		if have, ok := c.Participant(p.Person.Addr); ok && have.Verified != p.Verified {
			facts = append(facts, ParticipantJoined(p))
		}
	}
	for _, i := range c.Incidents {
		if !slices.ContainsFunc(before.Incidents, func(b Incident) bool { return b.ID == i.ID }) {
			facts = append(facts, IncidentUnlinked{Incident: i.ID, Reason: "unmerged"})
		}
	}
	return facts
}

// wentOn is a clock that rested before an act as it went on with it, when the
// act reopened the case: what was waited until then stays uncounted.
func wentOn(t TargetSet, act []Event) TargetSet {
	for _, e := range act {
		if d, ok := e.Data.(TargetSet); ok && d.Metric == t.Metric && d.Cause == CauseResumed && e.At.Equal(act[0].At) {
			return d
		}
	}
	return t
}
