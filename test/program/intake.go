package program

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"time"
)

// What a client can be told instead of an acknowledgement.
const (
	Later451 = "SMTP 451"
	Later503 = "HTTP 503 with Retry-After"
	Broken   = "connection lost" // of a node that is killed
)

// Intake is a steady stream of mails and of cases that programs open, each
// tried again until it is acknowledged.
type Intake struct {
	Customers int // who write in turn: those of [Furnish]
	Longer    int // sentences of a text beyond one to five

	mu       sync.Mutex
	promised []string // Message-IDs that got 250
	opened   []string // subjects of cases that got 201
	at       []time.Time
	refusals []refusal
}

type refusal struct {
	at   time.Time
	kind string
}

// Mail hands mails over, each to the next address, until stop is closed.
func (in *Intake) Mail(peer int, stop <-chan struct{}, pause time.Duration, next func() string) {
	peers := map[string]*Peer{}
	defer func() {
		for _, p := range peers {
			p.Close()
		}
	}()
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		case <-time.After(pause):
		}
		from := Customer((peer*7 + n) % in.Customers)
		id := fmt.Sprintf("m%d-%d@%s", peer, n, from[strings.IndexByte(from, '@')+1:])
		raw := fmt.Appendf(nil, "From: %s\r\nTo: %s\r\nMessage-ID: <%s>\r\nSubject: help %s\r\nDate: Fri, 20 Nov 2026 16:00:00 +0900\r\n\r\n%s\r\n",
			from, Support, id, id, strings.Repeat("the report shows nothing ", 1+n%5+in.Longer))
		for {
			to := next()
			if peers[to] == nil {
				peers[to] = &Peer{Name: fmt.Sprintf("peer%d", peer)}
			}
			err := peers[to].Deliver(to, from, Support, raw)
			if err == nil {
				in.acknowledged(&in.promised, id)
				break
			}
			kind := Broken
			if code := (*textproto.Error)(nil); errors.As(err, &code) {
				kind = fmt.Sprintf("SMTP %d", code.Code)
			}
			in.refuse(kind)
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
}

// Program opens cases by the API at one address until stop is closed, each
// with an Idempotency-Key of its own.
func (in *Intake) Program(client int, stop <-chan struct{}, pause time.Duration, host, token string) {
	asks := &http.Client{Timeout: time.Minute}
	defer asks.CloseIdleConnections()
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		case <-time.After(pause):
		}
		subject := fmt.Sprintf("program %d-%d", client, n)
		for {
			kind := open(asks, host, token, Customer((client*7+n)%in.Customers), subject, strings.Repeat("レポートが表示されません。", 1+in.Longer))
			if kind == "" {
				in.acknowledged(&in.opened, subject)
				break
			}
			in.refuse(kind)
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
}

// open asks for a case, and returns what was said instead of 201.
func open(asks *http.Client, host, token, from, subject, text string) string {
	body, err := json.Marshal(map[string]any{"channel": "mail", "from": map[string]string{"address": from}, "subject": subject, "text": text})
	if err != nil {
		return err.Error()
	}
	r, err := http.NewRequest(http.MethodPost, "http://"+host+"/api/v1/cases", bytes.NewReader(body))
	if err != nil {
		return err.Error()
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", subject)
	res, err := asks.Do(r)
	if err != nil {
		return Broken
	}
	said, err := io.ReadAll(res.Body)
	if errors.Join(err, res.Body.Close()) != nil {
		return Broken
	}
	switch after := res.Header.Get("Retry-After"); {
	case res.StatusCode == http.StatusCreated:
		return ""
	case res.StatusCode == http.StatusServiceUnavailable && after != "":
		return Later503
	}
	return fmt.Sprintf("HTTP %d: %s", res.StatusCode, said)
}

func (in *Intake) acknowledged(list *[]string, id string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	*list = append(*list, id)
	in.at = append(in.at, time.Now())
}

func (in *Intake) refuse(kind string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.refusals = append(in.refusals, refusal{time.Now(), kind})
}

// Count is how many were acknowledged.
func (in *Intake) Count() int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return len(in.at)
}

// Acknowledged are the Message-IDs that got 250, and the subjects that got 201.
func (in *Intake) Acknowledged() (mails, cases []string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Clone(in.promised), slices.Clone(in.opened)
}

// Refused counts the refusals since an instant, by kind.
func (in *Intake) Refused(since time.Time) map[string]int {
	in.mu.Lock()
	defer in.mu.Unlock()
	kinds := map[string]int{}
	for _, r := range in.refusals {
		if !r.at.Before(since) {
			kinds[r.kind]++
		}
	}
	return kinds
}

// Longest is the longest time without an acknowledgement that ended after an
// instant, and when it began.
func (in *Intake) Longest(since time.Time) (gap time.Duration, begun time.Time) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for i := 1; i < len(in.at); i++ {
		if g := in.at[i].Sub(in.at[i-1]); g > gap && in.at[i].After(since) {
			gap, begun = g, in.at[i-1]
		}
	}
	return gap, begun
}
