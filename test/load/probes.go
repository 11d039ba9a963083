package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"madoguchi/test/program"
)

// mostProbes fit on the first page of the queue, where the urgent ones stand.
const mostProbes = 45

// probes are mails that a browser waits for: a few among many.
type probes struct {
	mu     sync.Mutex
	last   time.Time
	made   int
	open   map[string]time.Time // when each got its 250
	delays []time.Duration
}

func newProbes() *probes { return &probes{open: map[string]time.Time{}} }

// next returns the subject of a probe when it is time for one, else "".
func (p *probes) next(int) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.made == mostProbes || time.Since(p.last) < intakeSpell/mostProbes {
		return ""
	}
	p.last = time.Now()
	p.made++
	return fmt.Sprintf("【至急】ログイン不可 probe-%03d.", p.made)
}

func (p *probes) delivered(subject string) {
	if subject == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open[subject] = time.Now()
}

// glance is how often the browser looks: 20 times a second, where a page that is
// kept current asks three times a second at most.
const glance = 50 * time.Millisecond

// watch looks at the queue again and again and notes which probes it shows.
func (p *probes) watch(b *program.Browser, host string, stop <-chan struct{}) error {
	for {
		select {
		case <-stop:
			return nil
		case <-time.After(glance):
		}
		code, page, err := b.Get(host, "/queue")
		if err != nil {
			return err
		}
		if code != http.StatusOK {
			return fmt.Errorf("the queue answered %d", code)
		}
		now := time.Now()
		p.mu.Lock()
		for subject, at := range p.open {
			_, number, _ := strings.Cut(subject, "probe-")
			if strings.Contains(page, "probe-"+number) {
				p.delays = append(p.delays, now.Sub(at))
				delete(p.open, subject)
			}
		}
		p.mu.Unlock()
	}
}
