package simulate

import (
	"slices"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
)

// happenAll applies facts of one act, one after another.
func (w *world) happenAll(e cases.Event, facts []cases.Data) *Reason {
	for _, d := range facts {
		e.Data = d
		if why := w.happen(e); why != nil {
			return why
		}
	}
	return nil
}

// undone takes a reply back with the verdicts that it brought here. What else
// its release did, such as the state, is taken back by events of its own.
func (w *world) undone(e cases.Event, d cases.ReplyUndone, past []cases.Event) *Reason {
	facts, err := w.state.Undo(past, d.Message)
	if err != nil {
		return w.happen(e) // nothing that stands here
	}
	return w.happenAll(e, deciding(facts))
}

// deciding leaves out of an act what other recorded events say.
func deciding(facts []cases.Data) []cases.Data {
	return slices.DeleteFunc(facts, func(f cases.Data) bool {
		switch f.(type) {
		case cases.DeliveryFailed, cases.ReplyUndone, cases.VerdictSuperseded:
			return false
		}
		return true
	})
}

// superseded takes a correction by a person. What follows from a bounce, an
// undone reply or an undone merge is decided where that happens.
func (w *world) superseded(e cases.Event, d cases.VerdictSuperseded) *Reason {
	switch d.Reason {
	case cases.Undelivered, cases.Undone, cases.MergeUndone:
		return nil
	}
	if !w.state.Rests(d) {
		return nil
	}
	return w.happen(e)
}

// merge takes the merging of two cases, and its undoing. Of the other case
// only the reception is known here; [borrowed] refuses what needs more.
func (w *world) merge(e cases.Event) *Reason {
	c := &w.state
	switch d := e.Data.(type) {
	case cases.Merged:
		d.Dropped = nil
		for _, t := range c.Targets() {
			if t.Verdict == cases.Undecided {
				d.Dropped = append(d.Dropped, t.Metric)
			}
		}
		return w.write(e, d)
	case cases.Absorbed:
		w.remember(d.Case)
		w.merged = append(w.merged, e)
		return w.take(e)
	case cases.Released:
		if why := w.take(e); why != nil {
			return why
		}
		return w.restore(e, w.before[d.Case])
	}
	return nil
}

// settle moves the clocks for the merges whose acts are over: what else they
// did, such as opening the case again, comes first. next is the event that
// follows; the zero event after the last.
func (w *world) settle(next cases.Event) *Reason {
	if len(w.merged) == 0 {
		return nil
	}
	if _, undone := next.Data.(cases.Released); next.At.Equal(w.merged[0].At) && !undone {
		return nil
	}
	acts := w.merged
	w.merged = nil
	for _, e := range acts {
		d, _ := e.Data.(cases.Absorbed)
		w.goneOn(d.Case, e.At)
		facts, err := clock.Merge(w.con, &w.state, &cases.Case{Reception: d.Reception, Channel: w.state.Channel}, e.At)
		if err != nil {
			return reasonOf(err, Undecided, w.state.Priority)
		}
		if why := w.facts(e, facts); why != nil {
			return why
		}
		w.overdue(e.At)
	}
	return nil
}

// remember keeps what runs before another case is merged into this one.
func (w *world) remember(id cases.ID) {
	if w.before == nil {
		w.before = map[cases.ID][]cases.TargetSet{}
	}
	w.before[id] = nil
	for _, t := range w.state.Targets() {
		if t.Verdict == cases.Undecided {
			w.before[id] = append(w.before[id], t.TargetSet)
		}
	}
}

// goneOn follows the clocks that rested before a merge and went on with it, when
// the merge opened the case again: taken back, they rest as they then stand.
func (w *world) goneOn(id cases.ID, at time.Time) {
	for i, was := range w.before[id] {
		if now := w.state.Target(was.Metric); now != nil && now.Cause == cases.CauseResumed && now.Set.Equal(at) {
			w.before[id][i] = now.TargetSet
		}
	}
}

// restore takes back what a merge did to the clocks.
func (w *world) restore(e cases.Event, before []cases.TargetSet) *Reason {
	for _, was := range before {
		now := w.state.Target(was.Metric)
		if now == nil || now.Deadline.Equal(was.Deadline) {
			continue
		}
		if now.Verdict == cases.Missed {
			if why := w.write(e, cases.VerdictSuperseded{Metric: was.Metric, Reason: cases.MergeUndone}); why != nil {
				return why
			}
		}
		was.Cause, was.Before, was.Renewed = cases.CauseUnmerged, now.Deadline, false
		if why := w.write(e, was); why != nil {
			return why
		}
	}
	w.overdue(e.At)
	return nil
}

// borrowed reports whether a recorded deadline came from another case that was
// merged into this one: what it would be under another version cannot be told
// from this history alone.
func borrowed(history []cases.Event) bool {
	return slices.ContainsFunc(history, func(e cases.Event) bool {
		t, ok := e.Data.(cases.TargetSet)
		return ok && t.Cause == cases.CauseMerged && t.Kept
	})
}
