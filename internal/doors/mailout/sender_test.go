package mailout

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var friday = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

// box is an outbox in memory that leases as the store does.
type box struct {
	mu    sync.Mutex
	now   time.Time
	rows  []*row
	fails bool // settling fails, as when the program dies after the relay's 250
}

type row struct {
	Mail
	next    time.Time
	done    bool
	history []string
}

func (b *box) clock() time.Time { b.mu.Lock(); defer b.mu.Unlock(); return b.now }

func (b *box) put(id, in string, to ...string) *row {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := &row{Mail: Mail{ID: id, Case: in, From: "support@desk.example", To: to, Raw: []byte(id), Queued: b.now}, next: b.now}
	b.rows = append(b.rows, r)
	return r
}

func (b *box) Lease(_ context.Context, limit int) ([]Mail, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []Mail
	for _, r := range b.rows {
		if !r.done && !r.next.After(b.now) && len(out) < limit {
			r.Attempt++
			r.next = b.now.Add(time.Hour)
			out = append(out, r.Mail)
		}
	}
	return out, nil
}

func (b *box) Settle(_ context.Context, m Mail, s Settlement) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fails {
		return errors.New("database away")
	}
	for _, r := range b.rows {
		if r.ID != m.ID {
			continue
		}
		for _, res := range s.Results {
			r.history = append(r.history, res.Recipient+" "+string(res.Outcome))
		}
		r.To, r.next, r.done = s.Remaining, s.Next, len(s.Remaining) == 0
	}
	return nil
}

// carrier answers as it is told and remembers what it was asked.
type carrier struct {
	mu     sync.Mutex
	answer func(to string, attempt int) Outcome
	asked  []string
	times  map[string]int
	active map[string]int
	most   int
	block  chan struct{}
	began  chan struct{}
}

func (c *carrier) Name() string { return "relay.example:587" }

func (c *carrier) Send(ctx context.Context, _ string, to []string, raw []byte) []Result {
	c.mu.Lock()
	if c.times == nil {
		c.times, c.active = map[string]int{}, map[string]int{}
	}
	c.asked = append(c.asked, string(raw)+" → "+strings.Join(to, " "))
	c.active[string(raw)]++
	c.most = max(c.most, len(c.active))
	c.mu.Unlock()
	if c.began != nil {
		c.began <- struct{}{}
	}
	out := make([]Result, len(to))
	for i, addr := range to {
		c.mu.Lock()
		c.times[addr]++
		out[i] = Result{Recipient: addr, Outcome: Accepted, Code: 250, Text: "OK"}
		if c.answer != nil {
			if o := c.answer(addr, c.times[addr]); o != Accepted {
				out[i] = Result{Recipient: addr, Outcome: o, Code: 451, Text: "not now"}
			}
		}
		c.mu.Unlock()
	}
	if c.block != nil {
		select {
		case <-c.block:
		case <-ctx.Done():
			out = all(to, Result{Outcome: Temporary, Text: "cut off"})
		}
	}
	c.mu.Lock()
	delete(c.active, string(raw))
	c.mu.Unlock()
	return out
}

func sender(b *box, c Carrier, p Patience) *Sender {
	return NewSender(b, Always(c), p, b.clock, slog.New(slog.DiscardHandler))
}

func pass(t *testing.T, s *Sender) bool {
	t.Helper()
	more, err := s.Pass(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return more
}

func TestAGreylistedMailArrivesAtTheSecondAttempt(t *testing.T) {
	b, c := &box{now: friday}, &carrier{answer: func(_ string, n int) Outcome {
		if n == 1 {
			return Temporary
		}
		return Accepted
	}}
	s := sender(b, c, Patience{})
	r := b.put("reply", "CS-1", "tanaka@customer.example")
	pass(t, s)
	if r.done || !r.next.Equal(friday.Add(time.Minute)) {
		t.Fatalf("after the first attempt: done %v, next %s", r.done, r.next)
	}
	b.now = friday.Add(59 * time.Second)
	pass(t, s)
	b.now = friday.Add(time.Minute)
	pass(t, s)
	if !r.done || len(c.asked) != 2 || strings.Join(r.history, ", ") != "tanaka@customer.example temporary, tanaka@customer.example accepted" {
		t.Errorf("asked %q, history %q", c.asked, r.history)
	}
}

func TestOnlyThoseWhoHaveNotGotItAreTriedAgain(t *testing.T) {
	b, c := &box{now: friday}, &carrier{answer: func(to string, n int) Outcome {
		switch {
		case to == "gone@x":
			return Permanent
		case to == "grey@x" && n == 1:
			return Temporary
		}
		return Accepted
	}}
	s := sender(b, c, Patience{})
	r := b.put("reply", "CS-1", "ok@x", "gone@x", "grey@x")
	pass(t, s)
	b.now = friday.Add(time.Minute)
	pass(t, s)
	if want := []string{"reply → ok@x gone@x grey@x", "reply → grey@x"}; !slices.Equal(c.asked, want) || !r.done {
		t.Errorf("asked %q, want %q", c.asked, want)
	}
}

func TestAMailIsGivenUpAfterFiveDays(t *testing.T) {
	b, c := &box{now: friday}, &carrier{answer: func(string, int) Outcome { return Temporary }}
	s := sender(b, c, Patience{})
	r := b.put("reply", "CS-1", "tanaka@customer.example")
	var waits []string
	for !r.done && len(waits) < 1000 {
		pass(t, s)
		if !r.done {
			waits = append(waits, r.next.Sub(b.now).String())
			b.now = r.next
		}
	}
	if want := "1m0s 2m0s 5m0s 15m0s 30m0s 1h0m0s 1h0m0s"; !strings.HasPrefix(strings.Join(waits, " "), want) {
		t.Errorf("waits = %v…, want %s…", waits[:7], want)
	}
	if age := b.now.Sub(friday); age > 5*24*time.Hour || age < 5*24*time.Hour-time.Hour {
		t.Errorf("given up after %s", age)
	}
	if last := r.history[len(r.history)-1]; last != "tanaka@customer.example permanent" {
		t.Errorf("the last outcome is %q", last)
	}
}

func TestMailsOfACaseKeepTheirOrderAndOthersDoNotWait(t *testing.T) {
	b, c := &box{now: friday}, &carrier{}
	s := sender(b, c, Patience{AtOnce: 3})
	for i := range 96 {
		b.put(fmt.Sprintf("%d", i), fmt.Sprintf("CS-%d", i%3), "a@x")
	}
	if !pass(t, s) {
		t.Error("a full pass did not say that there may be more")
	}
	if pass(t, s) {
		t.Error("an empty pass says that there is more")
	}
	last := map[int]int{}
	for _, a := range c.asked {
		var i int
		fmt.Sscanf(a, "%d", &i)
		if before, ok := last[i%3]; ok && before > i {
			t.Errorf("mail %d of CS-%d was overtaken by %d", i, i%3, before)
		}
		last[i%3] = i
	}
	if c.most > 3 {
		t.Errorf("%d conversations at once, want at most 3", c.most)
	}
}

func TestAMailPutOffDoesNotHoldUpTheNextOfItsCase(t *testing.T) {
	b, c := &box{now: friday}, &carrier{answer: func(to string, _ int) Outcome {
		if to == "mistyped@x" {
			return Temporary
		}
		return Accepted
	}}
	s := sender(b, c, Patience{})
	b.put("acknowledgement", "CS-1", "mistyped@x")
	r := b.put("reply", "CS-1", "tanaka@customer.example")
	pass(t, s)
	if !r.done {
		t.Errorf("the reply waits: %q", c.asked)
	}
}

func TestAfterACrashBehindThe250TheSameMailGoesAgain(t *testing.T) {
	b, c := &box{now: friday, fails: true}, &carrier{}
	s := sender(b, c, Patience{})
	r := b.put("reply", "CS-1", "tanaka@customer.example")
	pass(t, s)
	b.fails, b.now = false, friday.Add(2*time.Hour) // the lease ran out
	pass(t, s)
	if !r.done || len(c.asked) != 2 || c.asked[0] != c.asked[1] {
		t.Errorf("asked %q", c.asked)
	}
}

func TestTheSenderWorksWhenItIsWokenAndStopsWhenToldTo(t *testing.T) {
	b, c := &box{now: friday}, &carrier{began: make(chan struct{}, 10)}
	s := sender(b, c, Patience{})
	b.put("first", "CS-1", "a@x")
	ctx, cancel := context.WithCancel(t.Context())
	wake, stopped := make(chan struct{}), make(chan struct{})
	go func() { s.Run(ctx, wake); close(stopped) }()
	<-c.began
	b.put("second", "CS-1", "a@x")
	wake <- struct{}{}
	<-c.began
	cancel()
	<-stopped
}

func TestAnAttemptUnderWayMayEndWhenTheProgramStops(t *testing.T) {
	for name, grace := range map[string]time.Duration{"in time": time.Hour, "too late": time.Nanosecond} {
		b, c := &box{now: friday}, &carrier{block: make(chan struct{}), began: make(chan struct{}, 1)}
		s := sender(b, c, Patience{Grace: grace})
		r := b.put("reply", "CS-1", "a@x")
		ctx, cancel := context.WithCancel(t.Context())
		stopped := make(chan struct{})
		go func() { s.Run(ctx, nil); close(stopped) }()
		<-c.began
		cancel()
		if name == "in time" {
			close(c.block)
		}
		<-stopped
		if r.done != (name == "in time") || len(r.history) != 1 {
			t.Errorf("%s: done %v, history %q", name, r.done, r.history)
		}
	}
}
