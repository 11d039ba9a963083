package mailout

import (
	"context"
	"sync"
	"time"
)

// A conversation with a relay costs several exchanges before the first mail:
// greeting, protection, signing in. What goes well is kept for the next mail.
const (
	idleFor  = 10 * time.Second // relays end idle conversations after minutes; ours should not wait for that
	mailsMax = 100              // of one conversation: many relays allow so many
)

// pool keeps conversations that may carry a further mail. It is safe for
// concurrent use.
type pool struct {
	mu     sync.Mutex
	idle   []*conversation
	closed bool
}

// take returns a conversation that still lives, or nil.
func (p *pool) take(ctx context.Context) *conversation {
	for {
		p.mu.Lock()
		n := len(p.idle)
		if n == 0 {
			p.mu.Unlock()
			return nil
		}
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		if !c.resting.Stop() {
			continue // it is being closed
		}
		c.stop = context.AfterFunc(ctx, func() { _ = c.conn.Close() })
		// RESET is asked before anything of the mail is: a relay that has gone
		// meanwhile costs a new connection and no doubt about the mail.
		if err := c.command(250, "RSET"); err == nil {
			return c
		}
		c.drop()
	}
}

// put keeps a conversation for the next mail, or ends it.
func (p *pool) put(c *conversation) {
	c.stop()
	c.mails++
	p.mu.Lock()
	if p.closed || c.broken || c.mails >= mailsMax {
		p.mu.Unlock()
		c.close()
		return
	}
	c.conn.wait = c.cfg.CommandTimeout
	c.resting = rest(idleFor, func() { p.expire(c) })
	p.idle = append(p.idle, c)
	p.mu.Unlock()
}

func (p *pool) expire(c *conversation) {
	p.mu.Lock()
	for i, other := range p.idle {
		if other == c {
			p.idle = append(p.idle[:i], p.idle[i+1:]...)
			break
		}
	}
	p.mu.Unlock()
	c.close()
}

// close ends all that rest, and keeps none from now on.
func (p *pool) close() {
	p.mu.Lock()
	idle := p.idle
	p.idle, p.closed = nil, true
	p.mu.Unlock()
	for _, c := range idle {
		if c.resting.Stop() {
			c.close()
		}
	}
}
