package cases

import "slices"

// Meanwhile returns what happened to a case after a person had last read it, as
// far as it may change what they are about to write: a customer's message, a
// reply that stands, a view of the priority, another state. What they did
// themselves is not among it, but for replies: another tab may have sent one. seen is
// the version that they had read; past is the history.
func Meanwhile(past []Event, seen int, reader string) []Event {
	from := min(max(seen, 0), len(past))
	moved := stateAt(past[:from]) != stateAt(past)
	var out []Event
	for _, e := range past[from:] {
		another := e.Actor.Kind != Agent || e.Actor.ID != reader
		switch d := e.Data.(type) {
		case MessageReceived:
			if d.Auto == "" {
				out = append(out, e)
			}
		case Replied:
			if !undone(past, d.Message) {
				out = append(out, e)
			}
		case PriorityClaimed, PriorityJudged, PriorityAgreed, PriorityObjected:
			if another {
				out = append(out, e)
			}
		case StatusChanged:
			if another && moved && e.Actor.Kind == Agent && (d.From != New || d.To != Open) { // taking a new case up is no news
				out = append(out, e)
			}
		}
	}
	return out
}

func stateAt(past []Event) Status {
	for _, e := range slices.Backward(past) {
		if d, ok := e.Data.(StatusChanged); ok {
			return d.To
		}
	}
	return New
}

// undone reports whether a reply was taken back.
func undone(past []Event, message string) bool {
	return slices.ContainsFunc(past, func(e Event) bool {
		u, ok := e.Data.(ReplyUndone)
		return ok && u.Message == message
	})
}
