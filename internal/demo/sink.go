package demo

import (
	"context"
	"sync"

	"madoguchi/internal/doors/mailout"
	"madoguchi/internal/records/store"
)

// sink is the relay of a demonstration: it takes every mail, sends none, and
// lets the simulated customers read theirs. What it took stays in the desk's
// records, where the screens show it.
type sink struct {
	mu      sync.Mutex
	refused map[string]string // what an address's server says once

	taken chan delivery
}

// delivery is a mail that reached a customer.
type delivery struct {
	to  string
	raw []byte
}

// unread bounds the mails that nobody has read: while the week is played, and
// without customers, nobody does.
const unread = 64

func newSink() *sink {
	return &sink{refused: map[string]string{}, taken: make(chan delivery, unread)}
}

// Name is the sink as the history shows it.
func (*sink) Name() string { return store.Sink }

// refuse makes the next mail to an address fail for good.
func (s *sink) refuse(addr, says string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused[addr] = says
}

// Send takes a mail for its recipients.
func (s *sink) Send(_ context.Context, _ string, to []string, raw []byte) []mailout.Result {
	out := make([]mailout.Result, len(to))
	for i, addr := range to {
		out[i] = s.take(addr)
		if out[i].Outcome != mailout.Accepted {
			continue
		}
		select {
		case s.taken <- delivery{to: addr, raw: raw}:
		default: // the customer does not look into their mailbox
		}
	}
	return out
}

func (s *sink) take(addr string) mailout.Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	if says, refused := s.refused[addr]; refused {
		delete(s.refused, addr)
		return mailout.Result{Recipient: addr, Outcome: mailout.Permanent, Text: says}
	}
	return mailout.Result{Recipient: addr, Outcome: mailout.Accepted, Code: 250, Text: "kept by the demonstration; no mail leaves this machine"}
}

// collect takes all mails out of the mailboxes.
func (s *sink) collect() []delivery {
	var out []delivery
	for {
		select {
		case d := <-s.taken:
			out = append(out, d)
		default:
			return out
		}
	}
}
