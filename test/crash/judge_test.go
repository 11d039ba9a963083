package crash_test

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/test/program"
)

// underWay is how many mails the relay may have, or be getting, whose outcome
// is not durable yet (four conversations, and as many outcomes): so many may
// come twice for one kill.
const underWay = 8

// done reports whether every mail is filed and every outgoing one is sent.
func done(t *testing.T, data string) bool {
	t.Helper()
	s := open(t, data)
	defer closed(t, s)
	fresh, err := s.NextInbound(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	waiting := len(fresh)
	for _, state := range []store.OutboundState{store.OutboundQueued, store.OutboundSending} {
		list, _, err := s.ListOutbound(t.Context(), store.OutboundQuery{Organization: store.Everyone(), State: state, Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		waiting += len(list)
	}
	return waiting == 0
}

func open(t *testing.T, data string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Dir: data})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func closed(t *testing.T, s *store.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// history is what the records say, gathered once.
type history struct {
	filed   map[string]int    // received mails by Message-ID
	source  map[string]string // the accepted mail behind each
	where   map[string]cases.ID
	numbers map[int64]int   // cases by number
	replies map[string]int  // released replies by their text
	sent    map[string]bool // Message-IDs of everything the desk wrote
	acks    int
	answers int

	waited   map[string]bool // scheduled replies by their message
	released map[string]int  // of those: how often they were released
	ended    map[string]int  // and how often they were taken back, since the customer wrote meanwhile
	declined map[cases.ID]int
	told     map[cases.ID]int // notices of claims that are not followed
}

func read(t *testing.T, s *store.Store) history {
	t.Helper()
	h := history{
		filed: map[string]int{}, source: map[string]string{}, where: map[string]cases.ID{}, numbers: map[int64]int{},
		replies: map[string]int{}, sent: map[string]bool{},
		waited: map[string]bool{}, released: map[string]int{}, ended: map[string]int{}, declined: map[cases.ID]int{}, told: map[cases.ID]int{},
	}
	for last := int64(0); ; {
		page, err := s.EventsAfter(t.Context(), last, 500)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			return h
		}
		for _, e := range page {
			last = e.Position
			switch d := e.Data.(type) {
			case cases.Opened:
				h.numbers[d.Number]++
			case cases.MessageReceived:
				h.filed[d.MessageID]++
				h.source[d.MessageID], h.where[d.MessageID] = d.Source, e.Case
			case cases.Acknowledged:
				h.sent[d.MessageID] = true
				h.acks++
			case cases.Replied:
				h.sent[d.MessageID] = true
				h.replies[d.Text]++
				h.answers++
				if h.waited[d.Message] {
					h.released[d.Message]++
				}
			case cases.ReplyScheduled:
				h.waited[d.Message] = true
			case cases.ScheduleEnded:
				h.ended[d.Message]++
			case cases.PriorityJudged:
				if d.Declines {
					h.declined[e.Case]++
				}
			case cases.PriorityTold:
				h.sent[d.MessageID] = true
				h.told[e.Case]++
			}
		}
	}
}

// judge holds the records and the relay against what the peers were told.
func judge(t *testing.T, data string, in *intake, a *answers, relay *program.Relay, kills []kill) {
	t.Helper()
	s := open(t, data)
	defer closed(t, s)
	h := read(t, s)
	judgeMails(t, s, h, in)
	judgeReplies(t, h, a)
	judgeScheduled(t, h, a)
	judgeNotices(t, h, a)
	for n := int64(1); n <= int64(len(h.numbers)); n++ {
		if h.numbers[n] != 1 {
			t.Errorf("case number %d was given %d times among %d cases", n, h.numbers[n], len(h.numbers))
		}
	}
	t.Logf("%d cases, numbered without a gap", len(h.numbers))
	judgeRelay(t, h, relay, kills)
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
}

func judgeMails(t *testing.T, s *store.Store, h history, in *intake) {
	t.Helper()
	repeated := 0
	for _, l := range in.promised() {
		if n := h.filed[l.id]; n != 1 {
			t.Errorf("%s got 250 and was filed %d times", l.id, n)
			continue
		}
		raw, err := s.InboundRaw(t.Context(), h.source[l.id])
		if err != nil {
			t.Errorf("%s: %v", l.id, err)
			continue
		}
		// The desk put its trace before the bytes that the customer wrote.
		at := bytes.Index(raw, []byte("From: "))
		if at < 0 || sha256.Sum256(raw[at:]) != l.sum {
			t.Errorf("%s is kept with other bytes (%d of %d)", l.id, len(raw), l.size)
		}
		if l.joins != "" && h.where[l.joins] != h.where[l.id] {
			t.Errorf("%s is not in the case of %s", l.id, l.joins)
		}
		if l.copies > 1 {
			repeated++
		}
	}
	t.Logf("%d mails got 250, each is filed once with its own bytes; %d of them were handed over more than once", len(in.promised()), repeated)
	if len(h.filed) != len(in.promised()) {
		t.Errorf("%d mails are filed, %d got 250", len(h.filed), len(in.promised()))
	}
}

func judgeReplies(t *testing.T, h history, a *answers) {
	t.Helper()
	released := a.released()
	for _, marker := range released {
		n := 0
		for text, times := range h.replies {
			if strings.Contains(text, marker) {
				n += times
			}
		}
		if n != 1 {
			t.Errorf("the released reply %s is in the history %d times", marker, n)
		}
	}
	if len(released) == 0 || h.answers != len(released)+len(h.released) {
		t.Errorf("%d replies are in the history, %d were released by people and %d by their minute", h.answers, len(released), len(h.released))
	}
}

// judgeScheduled holds what was to leave by itself: each reply left once, or
// was taken back once because its customer wrote before its minute.
func judgeScheduled(t *testing.T, h history, a *answers) {
	t.Helper()
	if n := len(a.scheduled()); n == 0 || n != len(h.waited) {
		t.Errorf("%d replies were scheduled, the history knows %d", n, len(h.waited))
	}
	for message := range h.waited {
		if h.released[message]+h.ended[message] != 1 {
			t.Errorf("the scheduled reply %s left %d times and was taken back %d times", message, h.released[message], h.ended[message])
		}
	}
	if len(h.released) == 0 {
		t.Error("no scheduled reply left")
	}
	t.Logf("%d replies waited for their minute: %d left once, %d were taken back since the customer wrote", len(h.waited), len(h.released), len(h.ended))
}

// judgeNotices holds that whoever claimed High in vain heard of it once.
func judgeNotices(t *testing.T, h history, a *answers) {
	t.Helper()
	told := 0
	for id, n := range h.declined {
		if h.told[id] != n {
			t.Errorf("in case %s %d claims were not followed and %d notices written", id, n, h.told[id])
		}
		told += h.told[id]
	}
	if len(h.told) != len(h.declined) || told == 0 {
		t.Errorf("%d cases have a notice, %d a claim that was not followed", len(h.told), len(h.declined))
	}
	t.Logf("%d customers heard once that their claim is not followed", told)
}

func judgeRelay(t *testing.T, h history, relay *program.Relay, kills []kill) {
	t.Helper()
	took := relay.Took()
	for id := range h.sent {
		if len(took[id]) == 0 {
			t.Errorf("%s is in the history and never reached the relay", id)
		}
	}
	repeats := 0
	for id, list := range took {
		if !h.sent[id] && !slices.Equal(list[0].To, []string{program.Admin}) { // news for people of the desk is of no case
			t.Errorf("the relay got %s, which is in no history", id)
		}
		for i := 1; i < len(list); i++ {
			repeats++
			if list[i].Sum != list[0].Sum {
				t.Errorf("%s was repeated with other bytes", id)
			}
			if !between(list[i-1].At, list[i].At, kills) {
				t.Errorf("%s was repeated without a kill: at %v and %v", id, list[i-1].At, list[i].At)
			}
		}
	}
	if most := len(kills) * underWay; repeats > most {
		t.Errorf("%d mails were repeated over %d kills; at most %d can be under way", repeats, len(kills), most)
	}
	t.Logf("%d acknowledgements and %d replies reached the relay; %d of them came twice, with the same Message-ID and bytes, around a kill",
		h.acks, h.answers, repeats)
}

// kill is the time from the signal to the end of the process.
type kill struct{ begun, gone time.Time }

// inFlight is how long a mail may be between the relay's 250 and our commit
// on a crowded machine. A kill outside of it explains no repetition.
const inFlight = 3 * time.Second

// between reports whether a kill explains that a mail came twice: the first
// time shortly before the process was gone, or from what it had left in the
// socket, and the second time after.
func between(first, second time.Time, kills []kill) bool {
	for _, k := range kills {
		if k.begun.Sub(first) < inFlight && first.Sub(k.gone) < time.Second && second.After(k.begun) {
			return true
		}
	}
	return false
}
