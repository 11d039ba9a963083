package mailout

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Mail is one mail from the outbox, leased to this sender.
type Mail struct {
	ID      string
	Case    string
	Message string   // the event's message that it carries
	From    string   // the envelope's sender; empty for the null sender
	To      []string // who has not got it yet
	Raw     []byte
	Via     string    // which of the desk's senders it goes out by; empty: the usual way
	Attempt int       // 1 for the first
	Queued  time.Time // when it was put into the outbox
}

// Settlement is what an attempt came to.
type Settlement struct {
	Relay     string   // who was asked
	Results   []Result // one for each of Mail.To, in that order; a Temporary one is tried again at Next
	Remaining []string // the recipients that are tried again; empty when all is decided
	Next      time.Time
}

// Outbox is where mails wait. It keeps them until they are settled.
type Outbox interface {
	// Lease takes up to limit mails whose time has come, those queued first
	// first. A lease must outlast twice [Patience.Attempt]; one that runs out
	// gives the mail to the next asker.
	Lease(ctx context.Context, limit int) ([]Mail, error)
	// Settle records what became of a leased mail.
	Settle(ctx context.Context, m Mail, s Settlement) error
}

// Carrier takes mail from the desk: a [Relay] or the [Sink].
type Carrier interface {
	Name() string
	// Send makes one attempt. It returns one result for each recipient, in order.
	Send(ctx context.Context, from string, to []string, raw []byte) []Result
}

// Routes gives the carrier for a mail by its [Mail.Via].
type Routes func(via string) Carrier

// Always is one carrier for every mail.
func Always(c Carrier) Routes { return func(string) Carrier { return c } }

// Patience says how long the sender tries. Zero fields take the defaults.
type Patience struct {
	AtOnce  int           // conversations with the relay at the same time; 4
	Attempt time.Duration // for one attempt; 5 min
	GiveUp  time.Duration // after the mail was queued; 5 days (RFC 5321 4.5.4.1)
	Grace   time.Duration // for attempts under way when the program stops; 20 s
}

func (p Patience) withDefaults() Patience {
	p.AtOnce = cmp.Or(p.AtOnce, 4)
	p.Attempt = cmp.Or(p.Attempt, 5*time.Minute)
	p.GiveUp = cmp.Or(p.GiveUp, 5*24*time.Hour)
	p.Grace = cmp.Or(p.Grace, 20*time.Second)
	return p
}

// Sender empties the outbox.
type Sender struct {
	outbox   Outbox
	routes   Routes
	patience Patience
	now      func() time.Time
	log      *slog.Logger
}

// NewSender returns a sender that gives the mails of outbox to their carriers.
func NewSender(outbox Outbox, routes Routes, p Patience, now func() time.Time, log *slog.Logger) *Sender {
	return &Sender{outbox: outbox, routes: routes, patience: p.withDefaults(), now: now, log: log}
}

// Run looks into the outbox at once and whenever wake receives, until ctx
// ends. Wake it when a mail is queued, and every few seconds for those whose
// next attempt comes due. What is under way when ctx ends has a short grace
// to come to its result.
func (s *Sender) Run(ctx context.Context, wake <-chan struct{}) {
	for {
		more, err := s.Pass(ctx)
		if err != nil && ctx.Err() == nil {
			// The outbox keeps what it has; the next wake tries again.
			s.log.Error("mail out: cannot read the outbox", "error", err)
		}
		if more && ctx.Err() == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case _, open := <-wake:
			if !open {
				return
			}
		}
	}
}

// Pass sends what is due now and waits until all of it is settled. more says
// that it took as many as it could at once, so that others may be waiting.
//
// Mails of one case go one after the other in their order. A mail that is put
// off does not hold up those behind it: an acknowledgement to a mistyped
// address must not keep a reply from everybody else for days.
func (s *Sender) Pass(ctx context.Context) (more bool, err error) {
	limit := 32 * s.patience.AtOnce
	leased := s.now()
	mails, err := s.outbox.Lease(ctx, limit)
	if err != nil {
		return false, err
	}
	attempts, cancel := s.withGrace(ctx)
	defer cancel()
	slots := make(chan struct{}, s.patience.AtOnce)
	// As many again may wait for the disk: a mail that the relay has, and the
	// history does not know of yet, is sent again if the process is killed.
	unsettled := make(chan struct{}, 2*s.patience.AtOnce)
	var under sync.WaitGroup
	for _, group := range byCase(mails) {
		slots <- struct{}{}
		under.Go(func() {
			free := sync.OnceFunc(func() { <-slots })
			defer free()
			for i, m := range group {
				if s.now().Sub(leased) > s.patience.Attempt || ctx.Err() != nil {
					return // too late for its lease, or stopping: the mail is leased again
				}
				unsettled <- struct{}{}
				set := s.attempt(attempts, m)
				if i == len(group)-1 {
					free() // the next conversation need not wait until this outcome is on the disk
				}
				s.settle(ctx, m, set)
				<-unsettled
			}
		})
	}
	under.Wait()
	return len(mails) == limit, nil
}

func byCase(mails []Mail) [][]Mail {
	var groups [][]Mail
	at := map[string]int{}
	for _, m := range mails {
		key := cmp.Or(m.Case, "mail "+m.ID)
		i, ok := at[key]
		if !ok {
			i = len(groups)
			at[key] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], m)
	}
	return groups
}

// withGrace returns a context that outlives ctx by the grace.
func (s *Sender) withGrace(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		grace, release := context.WithTimeout(longer, s.patience.Grace)
		defer release()
		<-grace.Done()
		cancel()
	})
	return longer, func() { stop(); cancel() }
}

// attempt gives a mail to its carrier and says what it came to.
func (s *Sender) attempt(ctx context.Context, m Mail) Settlement {
	carrier := s.routes(m.Via)
	limited, cancel := context.WithTimeout(ctx, s.patience.Attempt)
	results := carrier.Send(limited, m.From, m.To, m.Raw)
	cancel()
	return s.judge(m, carrier.Name(), results)
}

// settle records an outcome; it returns when that is durable.
func (s *Sender) settle(ctx context.Context, m Mail, set Settlement) {
	log := s.log.With("mail", m.ID, "case", m.Case, "attempt", m.Attempt, "relay", set.Relay)
	for _, r := range set.Results {
		if r.Outcome == Accepted {
			log.Info("mail out: accepted", "to", r.Recipient, "reply", r.Reply())
		} else {
			log.Warn("mail out: not accepted", "to", r.Recipient, "outcome", r.Outcome, "reply", r.Reply(), "next", set.Next)
		}
	}
	// An outcome that is known should be written even while stopping.
	if err := s.outbox.Settle(context.WithoutCancel(ctx), m, set); err != nil {
		log.Error("mail out: the outcome is not recorded; the mail will be sent again with the same Message-ID", "error", err)
	}
}

// judge sets the next attempt, or gives up.
func (s *Sender) judge(m Mail, relay string, results []Result) Settlement {
	set := Settlement{Relay: relay, Results: slices.Clone(results)}
	next := s.now().Add(Wait(m.Attempt))
	for i := range set.Results {
		r := &set.Results[i]
		if r.Outcome != Temporary {
			continue
		}
		if next.Sub(m.Queued) > s.patience.GiveUp {
			r.Outcome = Permanent
			r.Text = line("given up after " + s.patience.GiveUp.String() + ": " + r.Text)
			continue
		}
		set.Remaining = append(set.Remaining, r.Recipient)
		set.Next = next
	}
	return set
}

// waits grow at first quickly: most relays that put a mail off want only to
// see it again (greylisting).
var waits = [...]time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute}

// Wait is how long to wait after the given number of failed attempts.
func Wait(attempts int) time.Duration {
	switch {
	case attempts < 1:
		return waits[0]
	case attempts <= len(waits):
		return waits[attempts-1]
	}
	return time.Hour
}
