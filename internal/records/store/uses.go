package store

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"sync"

	"github.com/google/uuid"
)

// Uses is what limits are measured by, over all processes that share the
// records: what was taken (requests of a token) and what is held (connections
// from an address). Nothing of it is written down: processes tell each other
// several times a second, so a limit may be passed by what comes in at several
// of them within a quarter of a second, and a process that dies is forgotten
// within seconds. On SQLite there is no other, and everything is zero.
type Uses struct {
	shared bool
	id     string // of this process

	mu     sync.Mutex
	took   map[string]int // here, not told yet
	spent  map[string]int // elsewhere, not asked for yet
	holds  map[string]int // here
	others map[string]*holder
	told   bool // the others have heard that something is held here
	rounds int  // since the others were told what is held here
}

// holder is another process.
type holder struct {
	holds  map[string]int
	silent int // rounds since it was heard
}

const (
	restate   = 8   // rounds after which what is held is told again
	forgotten = 24  // rounds of silence after which a process counts for nothing
	mostNames = 150 // names in one message, which has 8,000 bytes at most
	longName  = 45  // bytes
)

// use is what processes tell each other.
type use struct {
	Node  string         `json:"node"`
	Took  map[string]int `json:"took,omitempty"`
	Holds map[string]int `json:"holds"` // all; nil: as before
}

func newUses(shared bool) *Uses {
	return &Uses{
		shared: shared, id: uuid.NewString(), took: map[string]int{}, spent: map[string]int{}, holds: map[string]int{}, others: map[string]*holder{},
	}
}

// Uses is what limits are measured by.
func (s *Store) Uses() *Uses { return s.uses }

// Take counts that something was taken here under a name.
func (u *Uses) Take(name string) {
	if !u.shared || len(name) > longName {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.took[name]++
}

// Spent returns how much others took under a name since it was last asked.
func (u *Uses) Spent(name string) int {
	u.mu.Lock()
	defer u.mu.Unlock()
	n := u.spent[name]
	delete(u.spent, name)
	return n
}

// Hold says how much is held here under a name now.
func (u *Uses) Hold(name string, n int) {
	if !u.shared || len(name) > longName {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.rounds = restate // tell it in the next round
	if n == 0 {
		delete(u.holds, name)
		return
	}
	u.holds[name] = n
}

// Held is how much others hold under a name.
func (u *Uses) Held(name string) int {
	u.mu.Lock()
	defer u.mu.Unlock()
	n := 0
	for _, o := range u.others {
		n += o.holds[name]
	}
	return n
}

// collect is one round: what is to be told.
func (u *Uses) collect() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	for id, o := range u.others {
		if o.silent++; o.silent > forgotten {
			delete(u.others, id)
		}
	}
	m := use{Node: u.id}
	if len(u.took) > 0 {
		m.Took = most(u.took)
	}
	for name := range m.Took {
		delete(u.took, name)
	}
	if u.rounds++; u.rounds > restate && (len(u.holds) > 0 || u.told) {
		m.Holds, u.rounds, u.told = most(u.holds), 0, len(u.holds) > 0
	}
	if m.Took == nil && m.Holds == nil {
		return nil
	}
	text, err := json.Marshal(m)
	if err != nil {
		return nil // maps of numbers
	}
	return []string{string(text)}
}

// most are the largest of many: who holds little is at no limit, and what was
// taken comes in the next round.
func most(all map[string]int) map[string]int {
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(all[b]-all[a], cmp.Compare(a, b)) })
	out := map[string]int{}
	for _, name := range names[:min(len(names), mostNames)] {
		out[name] = all[name]
	}
	return out
}

// hear takes in what a process told.
func (u *Uses) hear(text string) {
	var m use
	if json.Unmarshal([]byte(text), &m) != nil || m.Node == u.id {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	for name, n := range m.Took {
		u.spent[name] += n
	}
	o := u.others[m.Node]
	if o == nil {
		o = &holder{}
		u.others[m.Node] = o
	}
	o.silent = 0
	if m.Holds != nil {
		o.holds = m.Holds
	}
}

// share keeps this process and the others told.
func (u *Uses) share(ctx context.Context, s *Store) { s.db.Share(ctx, u.collect, u.hear) }
