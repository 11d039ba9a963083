package smtpin

import (
	"context"
	"net"
	"time"
)

// A socket's deadline is an instant of the machine's clock, whatever clock the
// desk runs on: this file is the only one here that asks for it.

// machine is the default clock of receptions.
func machine() time.Time { return time.Now() }

// readWithin gives the peer d for its next bytes.
func readWithin(c net.Conn, d time.Duration) error { return c.SetReadDeadline(time.Now().Add(d)) }

// writeWithin gives the peer d to take what is written next.
func writeWithin(c net.Conn, d time.Duration) error { return c.SetWriteDeadline(time.Now().Add(d)) }

// pause waits for d, or less when ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// patience is how long the parts of one mail may take to come in: each within
// step, all within the total it was made with.
type patience struct {
	conn net.Conn
	step time.Duration
	end  time.Time
	set  time.Time
}

func newPatience(c net.Conn, step, total time.Duration) *patience {
	return &patience{conn: c, step: step, end: time.Now().Add(total)}
}

// renew moves the deadline on, at most once a second: a mail has many lines.
func (p *patience) renew() error {
	now := time.Now()
	if now.Sub(p.set) <= time.Second {
		return nil
	}
	p.set = now
	deadline := now.Add(p.step)
	if deadline.After(p.end) {
		deadline = p.end
	}
	return p.conn.SetReadDeadline(deadline)
}
