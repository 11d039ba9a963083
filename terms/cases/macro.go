package cases

import (
	"time"

	"madoguchi/terms/fault"
)

// MacroRun says that a person had a set of acts done at once: those that follow
// at the same instant.
type MacroRun struct {
	Macro string `json:"macro"` // its id
	JA    string `json:"ja,omitempty"`
	EN    string `json:"en,omitempty"`
}

// Type implements [Data].
func (MacroRun) Type() string { return "macro.run/1" }

// MacroUndone undoes [MacroRun]; what brings the state back follows it.
type MacroUndone struct {
	Macro string `json:"macro"`
	JA    string `json:"ja,omitempty"`
	EN    string `json:"en,omitempty"`
}

// Type implements [Data].
func (MacroUndone) Type() string { return "macro.undone/1" }

// UndoMacro takes back what the newest macro did: state, assignee and tags are
// as before. Possible while nothing else has happened since; a note that it wrote
// stays, and a judgement of the priority is not undone but given anew.
func (c *Case) UndoMacro(history []Event) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	at, run := newestMacro(history)
	if at < 1 {
		return nil, fault.New(fault.Conflict, "取り消せるマクロはありません。", "There is no macro that could be undone.")
	}
	for _, e := range history[at:] {
		switch e.Data.(type) {
		case PriorityJudged:
			return nil, fault.New(fault.Conflict, "優先度の判断を含むマクロは取り消せません。優先度は改めて判断してください。", "A macro that judged the priority cannot be undone. Please judge it again.")
		case DeliveryAccepted, Followed, Unfollowed:
			continue
		}
		if !e.At.Equal(history[at].At) && !missedMeanwhile(e) {
			return nil, fault.New(fault.Conflict, "マクロのあとに変更があったため、取り消せません。", "Something has happened since the macro, so it can no longer be undone.")
		}
	}
	before, err := Fold(history[:at])
	if err != nil {
		return nil, err
	}
	return append([]Data{MacroUndone(run)}, c.restore(before, history[at:])...), nil
}

// missedMeanwhile reports a verdict whose instant is its deadline's.
func missedMeanwhile(e Event) bool { _, ok := e.Data.(TargetMissed); return ok }

// newestMacro finds the newest macro that was not undone; 0 for none.
func newestMacro(history []Event) (at int, run MacroRun) {
	for i, e := range history {
		switch d := e.Data.(type) {
		case MacroRun:
			at, run = i, d
		case MacroUndone:
			at = 0
		}
	}
	return at, run
}

// MacroStands returns the instant of the newest macro, if it can be undone.
func (c *Case) MacroStands(history []Event) (time.Time, bool) {
	if _, err := c.UndoMacro(history); err != nil {
		return time.Time{}, false
	}
	at, _ := newestMacro(history)
	return history[at].At, true
}
