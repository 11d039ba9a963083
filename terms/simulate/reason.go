package simulate

import (
	"errors"

	"madoguchi/terms/fault"
)

// Cause is a kind of reason why a case cannot be compared.
type Cause string

// The causes.
const (
	Other       Cause = "other-contract"  // it ran under another contract: left alone
	Frozen      Cause = "unreadable"      // its history holds what this build cannot read
	NoRegion    Cause = "no-region"       // the version does not have the customer's region
	NoPriority  Cause = "no-priority"     // … a priority that somebody named
	NoCriterion Cause = "no-criterion"    // … the criterion that a view rests on
	NoTarget    Cause = "no-target"       // … a target for the priority in the region
	NoRecorded  Cause = "no-version"      // the version that the case was pinned to is not in the records
	Undecided   Cause = "cannot-decide"   // the version gives no deadline, as beyond the years of its calendars
	Borrowed    Cause = "merged"          // its deadline came from a case that was merged into it
	Broken      Cause = "broken-history"  // the events do not follow each other
	NoAmendment Cause = "amendment-fails" // the customer's amendment does not fit the version
)

// Reason says why one case cannot be compared.
type Reason struct {
	Cause  Cause
	Detail string     // the region, priority, clause or event type that it is about
	Say    fault.Text // for people, in both languages
}

// reasonOf classifies what the clock said.
func reasonOf(err error, cause Cause, detail string) *Reason {
	r := &Reason{Cause: cause, Detail: detail, Say: fault.Public(err)}
	var f *fault.Error
	if !errors.As(err, &f) {
		return r
	}
	switch {
	case f.Field == "priority":
		r.Cause = NoPriority
	case f.Field == "criterion":
		r.Cause = NoCriterion
	case f.Kind == fault.NotFound:
		r.Cause = NoTarget
	}
	return r
}

func reason(cause Cause, detail, ja, en string) *Reason {
	return &Reason{Cause: cause, Detail: detail, Say: fault.Text{JA: ja, EN: en}}
}
