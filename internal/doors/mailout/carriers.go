package mailout

import (
	"context"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// Carriers finds the way of each mail by its sender, as the desk keeps them
// now. It is safe for concurrent use.
type Carriers struct {
	desk   *desk.Desk
	hello  string
	fixed  Carrier // given at the start; nil: none
	direct *Direct

	mu     sync.Mutex
	relays map[string]kept
}

// kept is a sender's relay as the sender was then.
type kept struct {
	of    time.Time
	relay *Relay
}

// NewCarriers returns the ways of d's senders. fixed carries the mail of no
// sender, and of those that say so; it may be nil.
func NewCarriers(d *desk.Desk, fixed Carrier, direct *Direct, hello string) *Carriers {
	return &Carriers{desk: d, hello: hello, fixed: fixed, direct: direct, relays: map[string]kept{}}
}

// For implements [Routes].
func (c *Carriers) For(via string) Carrier {
	s, ok := c.desk.SenderByID(via)
	if !ok && c.fixed == nil { // written before there was a sender, or by one that is gone
		s, ok = c.desk.UsualSender()
	}
	switch {
	case ok && s.Way == desk.WayDirect:
		return c.direct
	case ok && s.Way == desk.WayRelay:
		r, err := c.relay(s)
		if err != nil {
			return nowhere(fault.Public(err).EN)
		}
		return r
	case c.fixed == nil:
		return nowhere("no relay is set; the mail waits")
	}
	return c.fixed
}

func (c *Carriers) relay(s store.Sender) (*Relay, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	have := c.relays[s.ID]
	if have.relay != nil && have.of.Equal(s.Updated) {
		return have.relay, nil
	}
	r, err := relayOf(s, c.hello, func() (string, error) { return c.desk.SenderPassword(s) })
	if err != nil {
		return nil, err
	}
	if have.relay != nil {
		have.relay.Close()
	}
	c.relays[s.ID] = kept{of: s.Updated, relay: r}
	return r, nil
}

// Close ends the conversations that wait for a further mail.
func (c *Carriers) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range c.relays {
		k.relay.Close()
	}
	c.direct.Close()
	if r, ok := c.fixed.(*Relay); ok {
		r.Close()
	}
}

func relayOf(s store.Sender, hello string, password func() (string, error)) (*Relay, error) {
	return NewRelay(RelayConfig{
		Addr: net.JoinHostPort(strings.Trim(s.Host, "[]"), strconv.Itoa(s.Port)), Security: Security(s.Security), Hello: hello, Username: s.Username, Password: password,
	})
}

// nowhere puts every mail off, with the reason.
type nowhere string

// Name implements [Carrier].
func (nowhere) Name() string { return "-" }

// Send implements [Carrier].
func (n nowhere) Send(_ context.Context, _ string, to []string, _ []byte) []Result {
	return all(to, Result{Outcome: Temporary, Text: string(n)})
}

// Try gives one mail to a sender's way at once, as [desk.TrySender].
func (c *Carriers) Try(ctx context.Context, s store.Sender, password, from, to string, raw []byte) (said string, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	carrier := c.fixed
	switch s.Way {
	case desk.WayDirect:
		carrier = c.direct
	case desk.WayRelay:
		r, err := relayOf(s, c.hello, func() (string, error) { return password, nil })
		if err != nil {
			return "", err
		}
		defer r.Close()
		results, cause := r.send(ctx, from, []string{to}, raw)
		if cause != nil {
			return "", Explain(cause, r.cfg)
		}
		return judged(results[0])
	}
	if carrier == nil {
		return "", fault.New(fault.Invalid, "中継サーバーが設定されていません。", "No relay is set.").At("way")
	}
	return judged(carrier.Send(ctx, from, []string{to}, raw)[0])
}

// judged is what a server said to a test.
func judged(r Result) (string, error) {
	if r.Outcome == Accepted {
		return r.Reply(), nil
	}
	return "", fault.New(fault.Invalid, "送信先のサーバーが次の理由で受け付けませんでした："+r.Reply(), "The server did not take the mail, with the words: "+r.Reply()).At("")
}
