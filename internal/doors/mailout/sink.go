package mailout

import "context"

// Sink takes every mail and sends none: for a demonstration, and until a relay
// is configured. The mails stay readable in the outbox.
type Sink struct{}

// Name is the sink as the history shows it.
func (Sink) Name() string { return "sink" }

// Send accepts everything.
func (Sink) Send(_ context.Context, _ string, to []string, _ []byte) []Result {
	return all(to, Result{Outcome: Accepted, Text: "kept in the outbox: no relay is configured"})
}
