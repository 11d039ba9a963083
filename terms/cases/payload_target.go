package cases

import "time"

// Segment is a stretch of the time between reception and deadline, and
// whether it counted.
type Segment struct {
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Counted bool      `json:"counted"`
	Reason  string    `json:"reason"`            // "open", "closed", "weekend", "holiday", "closure", "break", "special", "waiting"
	NameJA  string    `json:"name_ja,omitempty"` // of the holiday or closure
	NameEN  string    `json:"name_en,omitempty"`
	Wait    Wait      `json:"wait,omitempty"` // for "waiting": for whom the clock rested
}

// Cause says which fact set or moved a target.
type Cause string

// The causes of a target.
const (
	CauseOpened     Cause = "opened"
	CauseClaimed    Cause = "claimed"
	CauseJudged     Cause = "judged"
	CauseDeclined   Cause = "declined"
	CauseAgreed     Cause = "agreed"
	CauseReassessed Cause = "reassessed"
	CauseIdentified Cause = "identified"
	CauseRebased    Cause = "rebased"
	CauseMerged     Cause = "merged"   // an earlier contact about the matter was merged into the case
	CauseUnmerged   Cause = "unmerged" // and was taken out again
	CauseResumed    Cause = "resumed"  // what the case waited for has come
	CauseMessage    Cause = "message"  // the customer wrote again
	CauseUpdated    Cause = "updated"  // the customer was told the state, and is told again
	CauseReopened   Cause = "reopened" // the case was resolved and is not
)

// The metrics that a target can have, as the contract names them.
const (
	FirstResponse  = "first_response"  // 初期対応: the first answer by a person
	NextResponse   = "next_response"   // the next answer after a further message
	UpdateInterval = "update_interval" // the longest silence while the case is open
	Restoration    = "restoration"     // the service works again, if only by a workaround
	Resolution     = "resolution"      // the case is resolved
)

// TargetSet records a decision: which target runs, from when, to which
// deadline, and why. A rebuild copies it; it never decides again.
type TargetSet struct {
	Metric      string            `json:"metric"`
	Priority    string            `json:"priority"`
	Provisional bool              `json:"provisional"`
	Cause       Cause             `json:"cause"`
	From        time.Time         `json:"from"`     // the instant counting is based on: the reception, or the claim
	Starts      time.Time         `json:"starts"`   // the first instant that counts
	Deadline    time.Time         `json:"deadline"` // the earliest instant at which the target has elapsed
	Business    time.Duration     `json:"business"` // the target in business time, nanoseconds
	Calendar    string            `json:"calendar"`
	Kept        bool              `json:"kept"`              // the earlier deadline was nearer and stays
	Renewed     bool              `json:"renewed,omitempty"` // a further round: the one before is decided and stays beside it
	Segments    []Segment         `json:"segments"`
	Readings    map[string]string `json:"readings,omitempty"`
	ZoneData    string            `json:"zone_data,omitempty"`
	Before      time.Time         `json:"before,omitzero"`         // the deadline that this one replaces; zero for the first
	PausesFor   []Wait            `json:"pauses_for,omitempty"`    // for whom the case may wait while this clock rests
	Base        time.Time         `json:"base,omitzero"`           // where the round begins: the message, the update; zero: the reception
	Restores    bool              `json:"restores,omitempty"`      // a workaround that restores the service is enough
	Reopened    string            `json:"when_reopened,omitempty"` // what a reopening does after the verdict: "continues", "renews"; empty: it stands
}

// Type implements [Data].
func (TargetSet) Type() string { return "target.set/1" }

// TargetMet is a verdict: the response came at or before the deadline.
type TargetMet struct {
	Metric   string        `json:"metric"`
	Deadline time.Time     `json:"deadline"`
	At       time.Time     `json:"at"`     // the response
	Spare    time.Duration `json:"spare"`  // business time that was left, nanoseconds
	Used     time.Duration `json:"used"`   // business time that had passed, nanoseconds
	Answer   string        `json:"answer"` // message that was the response
}

// Type implements [Data].
func (TargetMet) Type() string { return "target.met/1" }

// TargetMissed is a verdict: the deadline passed without a response. Its
// instant is the deadline, not the moment somebody noticed.
type TargetMissed struct {
	Metric   string    `json:"metric"`
	Deadline time.Time `json:"deadline"`
}

// Type implements [Data].
func (TargetMissed) Type() string { return "target.missed/1" }

// VerdictSuperseded puts a later verdict beside an earlier one, which stays visible.
type VerdictSuperseded struct {
	Metric  string `json:"metric"`
	Reason  string `json:"reason"`
	Message string `json:"message,omitempty"` // the reply that was undone or bounced
}

// Type implements [Data].
func (VerdictSuperseded) Type() string { return "verdict.superseded/1" }

// TargetPaused stops a clock while the case waits for somebody: until a
// further target.set of the metric it has no deadline and cannot be missed.
type TargetPaused struct {
	Metric   string        `json:"metric"`
	Wait     Wait          `json:"wait"`     // for whom
	Deadline time.Time     `json:"deadline"` // the one that no longer holds
	Used     time.Duration `json:"used"`     // business time that had passed, nanoseconds
	Left     time.Duration `json:"left"`     // business time that is left when it goes on, nanoseconds
}

// Type implements [Data].
func (TargetPaused) Type() string { return "target.paused/1" }

// TargetCancelled ends a clock without a verdict: what it measured is no
// longer owed.
type TargetCancelled struct {
	Metric string        `json:"metric"`
	Reason CancelReason  `json:"reason"`
	Used   time.Duration `json:"used"` // business time that had passed, nanoseconds
}

// Type implements [Data].
func (TargetCancelled) Type() string { return "target.cancelled/1" }

// CancelReason says why a target is no longer owed.
type CancelReason string

// The reasons.
const (
	CancelFinished CancelReason = "finished" // the case is resolved or closed
	CancelPriority CancelReason = "priority" // the terms set no such target for the priority it runs at now
	CancelMerged   CancelReason = "merged"   // the matter is handled in another case
	CancelRebased  CancelReason = "rebased"  // nor under the contract version it lives under now
)

// ContractRebased moves the case to another contract version; a person
// released it after seeing what becomes of the running deadlines. Clocks that
// are decided stay as they are; a running one that Targets does not name keeps
// its deadline.
type ContractRebased struct {
	From    string         `json:"from"` // "id@version"
	To      string         `json:"to"`   // "id@version"
	Reason  string         `json:"reason"`
	Targets []TargetSet    `json:"targets,omitempty"` // the clocks that go on to another deadline, with [CauseRebased]
	Paused  []TargetPaused `json:"paused,omitempty"`  // those of them that rest at this instant
	Dropped []string       `json:"dropped,omitempty"` // metrics of running clocks that the version sets no target for
}

// Type implements [Data].
func (ContractRebased) Type() string { return "contract.rebased/1" }
