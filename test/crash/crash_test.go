// Package crash_test kills the built program again and again while customers
// write and people answer, and then counts: nothing that was acknowledged is
// lost, nothing is filed twice, and outgoing mail went at least once.
//
// Everything is real: the binary, its files, SMTP in and out, HTTP, SIGKILL.
// Start reading at TestNothingAcknowledgedIsLostWhenTheProgramIsKilled.
package crash_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"madoguchi/test/program"
)

// plan is how much of it there is: all of it where every part is required.
type plan struct {
	kills, customers, agents int           // kills at least; they go on until all else is there
	mails                    int           // that customers write
	answers                  int           // that people release at least
	life                     time.Duration // the longest time between a start and its kill
}

func chosen() plan {
	if os.Getenv("MADOGUCHI_REQUIRE") == "all" {
		return plan{kills: 24, customers: 5, agents: 4, mails: 2000, answers: 500, life: 2500 * time.Millisecond}
	}
	return plan{kills: 6, customers: 3, agents: 2, mails: 240, answers: 30, life: 800 * time.Millisecond}
}

// shop is the running program as the peers find it: up at some address, or
// down for a moment.
type shop struct {
	mu   sync.Mutex
	up   chan struct{} // closed while it serves
	http string
	smtp string
}

func (s *shop) opened(p *program.Serving) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.http, s.smtp = p.HTTP, p.SMTP
	close(s.up)
}

func (s *shop) closed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.up = make(chan struct{})
}

// wait returns the addresses as soon as the program serves.
func (s *shop) wait() (http, smtp string) {
	for {
		s.mu.Lock()
		up := s.up
		s.mu.Unlock()
		<-up
		s.mu.Lock()
		http, smtp, same := s.http, s.smtp, s.up == up
		s.mu.Unlock()
		if same {
			return http, smtp
		}
	}
}

func TestNothingAcknowledgedIsLostWhenTheProgramIsKilled(t *testing.T) {
	if testing.Short() && os.Getenv("MADOGUCHI_REQUIRE") != "all" {
		t.Skip("it takes many starts of the program")
	}
	p := chosen()
	binary, err := program.Build(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "data")
	if err := program.Furnish(t.Context(), data, senders); err != nil {
		t.Fatal(err)
	}
	moments := newMoments()
	relay, err := program.OpenRelay(func() { moments.happened(relayTookOne) })
	if err != nil {
		t.Fatal(err)
	}
	defer relay.Close()

	begun := time.Now()
	desk := &shop{up: make(chan struct{})}
	stop := make(chan struct{})
	go moments.minutes(stop)
	intake := newIntake(p.mails, moments)
	answers := &answers{moments: moments, enough: p.answers}
	var people sync.WaitGroup
	for i := range p.customers {
		people.Go(func() { intake.write(desk, i, stop) })
	}
	for i := range p.agents {
		people.Go(func() {
			if err := answers.work(desk, i, stop); err != nil {
				t.Error(err)
			}
		})
	}

	var kills []kill
	var serving *program.Serving
	for round := 0; round < p.kills || !intake.all() || len(answers.released()) < p.answers || answers.leaving(); round++ {
		if time.Since(begun) > tooLong {
			t.Fatalf("after %v only %d mails had got 250 and %d replies were released", tooLong, len(intake.promised()), len(answers.released()))
		}
		if serving, err = program.Start(binary, data, relay.Flag, "--log-level=error"); err != nil {
			t.Fatalf("start %d: %v", round+1, err)
		}
		moments.arm(moment(round % int(kinds)))
		desk.opened(serving)
		moments.await(time.Duration(50+rand.IntN(int(p.life.Milliseconds()))) * time.Millisecond)
		k := kill{begun: time.Now()}
		if err := serving.Kill(); err != nil {
			t.Fatal(err)
		}
		k.gone = time.Now()
		kills = append(kills, k)
		desk.closed()
	}

	// The last start lives: what is half done comes to its end.
	if serving, err = program.Start(binary, data, relay.Flag, "--log-level=error"); err != nil {
		t.Fatal(err)
	}
	desk.opened(serving)
	close(stop)
	people.Wait()
	t.Logf("%d kills in %v; by then %d mails had got 250 and %d replies were released",
		len(kills), time.Since(begun).Round(time.Millisecond), len(intake.promised()), len(answers.released()))
	<-time.After(takeBack)
	for try := 0; ; try++ {
		quiet(relay)
		if err := serving.Stop(); err != nil {
			t.Fatalf("the program asked to stop ended with %v\n%s", err, serving.Said())
		}
		if done(t, data) {
			break
		}
		if try == 20 {
			t.Fatal("mail is still unfiled or unsent")
		}
		if serving, err = program.Start(binary, data, relay.Flag, "--log-level=error"); err != nil {
			t.Fatal(err)
		}
	}
	judge(t, data, intake, answers, relay, kills)
	t.Logf("all of it took %v", time.Since(begun).Round(time.Millisecond))
}

// takeBack is how long a released reply waits before it is sent.
const takeBack = 11 * time.Second

// tooLong ends a run that makes no way: a quiet machine needs four minutes, one
// that others use more than six.
const tooLong = 20 * time.Minute

// quiet returns when the relay has had no mail for a second.
func quiet(relay *program.Relay) {
	for last := -1; relay.Count() != last; {
		last = relay.Count()
		<-time.After(time.Second)
	}
}

// moment is what a kill waits for, besides its own random instant: to hit the
// small gaps as well as the long stretches.
type moment int

const (
	anyMoment        moment = iota
	relayTookOne            // the relay is about to say 250, the desk has not committed it
	mailTookOne             // a mail just got 250 and waits to be filed
	replyBeingPosted        // a browser has just begun to send a reply
	claimBeingJudged        // a browser has just begun to send a judgement
	minuteBegun             // scheduled replies are being released
	kinds
)

// moments connects what the peers see with the one who kills.
type moments struct {
	mu    sync.Mutex
	armed moment
	fired chan struct{}
	left  int
}

func newMoments() *moments { return &moments{fired: make(chan struct{})} }

// arm makes the next kill wait for the n-th of such moments, or for its time.
func (m *moments) arm(kind moment) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.armed, m.fired, m.left = kind, make(chan struct{}), 1+rand.IntN(20)
}

func (m *moments) happened(kind moment) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.armed != kind || kind == anyMoment {
		return
	}
	if m.left--; m.left == 0 {
		close(m.fired)
	}
}

// minutes tells of each minute that begins, a little after, until stop.
func (m *moments) minutes(stop <-chan struct{}) {
	for {
		next := time.Now().Truncate(time.Minute).Add(time.Minute + time.Duration(rand.IntN(1200))*time.Millisecond)
		select {
		case <-stop:
			return
		case <-time.After(time.Until(next)):
		}
		m.mu.Lock()
		m.left = 1
		m.mu.Unlock()
		m.happened(minuteBegun)
	}
}

func (m *moments) await(most time.Duration) {
	m.mu.Lock()
	fired := m.fired
	m.mu.Unlock()
	select {
	case <-fired:
	case <-time.After(most):
	}
}
