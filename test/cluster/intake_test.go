package cluster_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/test/program"
)

// What a client can be told instead of an acknowledgement.
const (
	later451   = "SMTP 451"
	later503   = "HTTP 503 with Retry-After"
	connection = "connection lost" // of a node that is killed
)

// intake is a steady stream of mails and of cases that programs open, each
// tried again until it is acknowledged.
type intake struct {
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

// mail hands mails over, each to the next address, until stop is closed.
func (in *intake) mail(peer int, stop <-chan struct{}, pause time.Duration, next func() string) {
	peers := map[string]*program.Peer{}
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
		from := program.Customer((peer*7 + n) % senders)
		id := fmt.Sprintf("m%d-%d@%s", peer, n, from[strings.IndexByte(from, '@')+1:])
		raw := fmt.Appendf(nil, "From: %s\r\nTo: %s\r\nMessage-ID: <%s>\r\nSubject: help %s\r\nDate: Fri, 20 Nov 2026 16:00:00 +0900\r\n\r\n%s\r\n",
			from, program.Support, id, id, strings.Repeat("the report shows nothing ", 1+n%5))
		for {
			to := next()
			if peers[to] == nil {
				peers[to] = &program.Peer{Name: fmt.Sprintf("peer%d", peer)}
			}
			err := peers[to].Deliver(to, from, program.Support, raw)
			if err == nil {
				in.acknowledged(&in.promised, id)
				break
			}
			kind := connection
			if code := (*textproto.Error)(nil); errors.As(err, &code) {
				kind = fmt.Sprintf("SMTP %d", code.Code)
			}
			in.refuse(kind)
			<-time.After(20 * time.Millisecond)
		}
	}
}

// program opens cases by the API at one address until stop is closed, each
// with an Idempotency-Key of its own.
func (in *intake) program(client int, stop <-chan struct{}, pause time.Duration, host, token string) {
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
			kind := open(asks, host, token, program.Customer((client*7+n)%senders), subject)
			if kind == "" {
				in.acknowledged(&in.opened, subject)
				break
			}
			in.refuse(kind)
			<-time.After(20 * time.Millisecond)
		}
	}
}

// open asks for a case, and returns what was said instead of 201.
func open(asks *http.Client, host, token, from, subject string) string {
	body, err := json.Marshal(map[string]any{"channel": "mail", "from": map[string]string{"address": from}, "subject": subject, "text": "レポートが表示されません。"})
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
		return connection
	}
	said, err := io.ReadAll(res.Body)
	if errors.Join(err, res.Body.Close()) != nil {
		return connection
	}
	switch after := res.Header.Get("Retry-After"); {
	case res.StatusCode == http.StatusCreated:
		return ""
	case res.StatusCode == http.StatusServiceUnavailable && after != "":
		return later503
	}
	return fmt.Sprintf("HTTP %d: %s", res.StatusCode, said)
}

func (in *intake) acknowledged(list *[]string, id string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	*list = append(*list, id)
	in.at = append(in.at, time.Now())
}

func (in *intake) refuse(kind string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.refusals = append(in.refusals, refusal{time.Now(), kind})
}

// count is how many were acknowledged.
func (in *intake) count() int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return len(in.at)
}

// refused counts the refusals since an instant, by kind.
func (in *intake) refused(since time.Time) map[string]int {
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

// longest is the longest time without an acknowledgement that ended after an
// instant, and when it began.
func (in *intake) longest(since time.Time) (gap time.Duration, begun time.Time) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for i := 1; i < len(in.at); i++ {
		if g := in.at[i].Sub(in.at[i-1]); g > gap && in.at[i].After(since) {
			gap, begun = g, in.at[i-1]
		}
	}
	return gap, begun
}

// goesOn holds that intake goes on after something happened.
func (in *intake) goesOn(t *testing.T) {
	t.Helper()
	at := in.count()
	within(t, 2*time.Minute, "intake goes on", func() bool { return in.count() > at+60 })
}

// judge holds the records and the relay against what the peers were told.
// repeats is how many mails may have reached the relay a second time.
func (f *fleet) judge(in *intake, repeats int) {
	t := f.t
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Dir: t.TempDir(), Database: f.database})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	within(t, time.Minute, "everything is filed and sent", func() bool {
		fresh, err := s.NextInbound(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		left := len(fresh)
		for _, state := range []store.OutboundState{store.OutboundQueued, store.OutboundSending} {
			list, _, err := s.ListOutbound(t.Context(), store.OutboundQuery{Organization: store.Everyone(), State: state, Limit: 1})
			if err != nil {
				t.Fatal(err)
			}
			left += len(list)
		}
		return left == 0
	})
	filed, subjects, numbers, acks, total := map[string]int{}, map[string]int{}, map[int64]int{}, map[string]bool{}, int64(0)
	for last := int64(0); ; {
		page, err := s.EventsAfter(t.Context(), last, 500)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			if e.Position != last+1 {
				t.Errorf("position %d follows %d", e.Position, last)
			}
			last, total = e.Position, total+1
			switch d := e.Data.(type) {
			case cases.Opened:
				numbers[d.Number]++
				subjects[d.Subject]++
			case cases.MessageReceived:
				filed[d.MessageID]++
			case cases.Acknowledged:
				acks[d.MessageID] = true
			}
		}
	}
	for _, id := range in.promised {
		if filed[id] != 1 {
			t.Errorf("%s got 250 and was filed %d times", id, filed[id])
		}
	}
	for _, s := range in.opened {
		if subjects[s] != 1 {
			t.Errorf("%q got 201 and is in %d cases", s, subjects[s])
		}
	}
	for s, n := range subjects { // also what was tried and not acknowledged
		if n > 1 {
			t.Errorf("%q is in %d cases", s, n)
		}
	}
	for n := int64(1); n <= int64(len(numbers)); n++ {
		if numbers[n] != 1 {
			t.Errorf("case number %d was given %d times", n, numbers[n])
		}
	}
	twice := 0
	for id, took := range f.relay.Took() {
		if !acks[id] {
			t.Errorf("the relay got %s, which is in no history", id)
		}
		twice += len(took) - 1
		delete(acks, id)
	}
	if len(acks) > 0 {
		t.Errorf("%d acknowledgements never reached the relay", len(acks))
	}
	if twice > repeats {
		t.Errorf("%d mails reached the relay twice, at most %d can have been under way", twice, repeats)
	}
	if err := s.VerifyHistory(t.Context()); err != nil {
		t.Error(err)
	}
	before, err := s.ProjectionDigest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if after, err := s.ProjectionDigest(t.Context()); err != nil || after != before {
		t.Errorf("after a rebuild the rows say something else: %v", err)
	}
	gap, _ := in.longest(time.Time{})
	t.Logf("%d mails got 250 and %d requests got 201, each is filed once, in %d cases (%d events); refusals: %v; longest time without an acknowledgement: %v; sent twice: %d",
		len(in.promised), len(in.opened), len(numbers), total, in.refused(time.Time{}), gap.Round(time.Millisecond), twice)
}
