// Package simulate replays recorded histories under another contract version
// and says, target by target, what would have been different.
//
// It owns the rules of such a replay. What people and customers did stands,
// with its instants: mails, calls, views of the priority, agreements, replies,
// bounces. What the contract decided is decided again by the other version:
// which target ran and to which deadline, its verdict, whether a mail's words
// made a claim, and whether on-call was rung. Nobody is supposed to have acted
// sooner or later for it, and the version's effective date plays no part.
//
// It is pure: no I/O, no clock, and nothing of what it works out is written
// into any history. A case that the other version cannot decide is told with
// the reason, never guessed at.
//
// Start reading at [Player.Play]; [Totals] adds the outcomes up.
package simulate

import (
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
)

// Config says under what, and as of when, histories are replayed.
type Config struct {
	// With returns the version to replay a case under, with the amendments that
	// the case has: ref is what it was pinned to, "id@version+amendment".
	With func(ref string) (*contract.Contract, error)

	// Of is the contract whose cases are replayed; cases of others are
	// counted and left alone. Usually the id of the version itself.
	Of string

	// Recorded returns the version that a case was pinned to.
	Recorded func(ref string) (*contract.Contract, error)

	// At is the instant as of which open targets are judged, in both worlds.
	At time.Time
}

// Player replays one history after another. It is not safe for concurrent
// use: make one for each goroutine, they may share a Config whose functions
// are safe.
type Player struct {
	cfg      Config
	recorded world
	other    world
}

// New returns a player.
func New(cfg Config) *Player { return &Player{cfg: cfg} }

// world is one of the two ways in which a case may run.
type world struct {
	con    *contract.Contract
	state  cases.Case
	onCall int                            // how often the contract's rules rang on-call
	before map[cases.ID][]cases.TargetSet // what ran when a case was merged into this one
	merged []cases.Event                  // the merge whose act is not over
}

func (w *world) reset() { *w = world{} }

// Texts reports whether mails are needed to replay what ran under a recorded
// version: the two do not recognise claims alike, or the other one measures the
// next response. Without them a recorded claim of a mail stands as it is.
func Texts(recorded, other *contract.Contract) bool {
	return !other.RecognisesAs(recorded) || other.Measures(contract.NextResponse)
}

// Outcome is what became of one case.
type Outcome struct {
	Case         cases.ID
	Number       int64
	Organization string // registry id; empty while nobody is known
	OrgName      string
	Subject      string
	Region       string
	Reception    time.Time

	// Why says that the case could not be compared; the rest below is then
	// what was recorded. Nil normally.
	Why *Reason

	Targets []Pair
	OnCall  Calls
}

// Calls counts how often on-call is rung: by the rules of the recorded
// version, and by those of the other one.
type Calls struct{ Recorded, Simulated int }

// Clock is one target as it stands at [Config.At]. The zero value is a target
// that the world does not have.
type Clock struct {
	Priority string
	Deadline time.Time
	Verdict  cases.Verdict
	Decided  time.Time // the response, or the deadline that passed
}

// Set reports whether there is such a target.
func (c Clock) Set() bool { return !c.Deadline.IsZero() }

// Pair is one target in both worlds. Nth counts those of one metric, from 1.
type Pair struct {
	Metric              string
	Nth                 int
	Recorded, Simulated Clock
}

// Differs reports whether the target is another one: in its existence,
// deadline or verdict.
func (p Pair) Differs() bool {
	return p.Recorded.Set() != p.Simulated.Set() || p.Recorded.Verdict != p.Simulated.Verdict || !p.Recorded.Deadline.Equal(p.Simulated.Deadline)
}

// Differs reports whether anything of the case is different.
func (o *Outcome) Differs() bool {
	if o.Why != nil {
		return false
	}
	if o.OnCall.Recorded != o.OnCall.Simulated {
		return true
	}
	for i := range o.Targets {
		if o.Targets[i].Differs() {
			return true
		}
	}
	return false
}
