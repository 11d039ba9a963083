package cases

import (
	"strings"
	"time"

	"madoguchi/terms/fault"
)

// Hold puts a case on hold with a reason: for another party (whose clocks rest
// where the terms say so) or for nobody in particular, and until an instant at
// which it comes back by itself. A zero instant: until somebody takes it up.
func (c *Case) Hold(wait Wait, reason string, until, now time.Time) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if wait != "" && wait != WaitThirdParty {
		return nil, fault.New(fault.Invalid, "保留の相手を選んでください。", "Please say for whom the case is on hold.").At("status")
	}
	if err := checkReason(reason); err != nil {
		return nil, err
	}
	if !until.IsZero() && !until.After(now) {
		return nil, fault.New(fault.Invalid, "再開日には、これからの日時を指定してください。", "Please give a time to come as the end of the hold.").At("until")
	}
	return []Data{StatusChanged{From: c.Status, To: OnHold, Reason: strings.TrimSpace(reason), Wait: wait, Until: until}}, nil
}

// Return brings a case back whose hold has ended, and reports the instant that
// counts: the one that was named, or that of the last change if it is later.
func (c *Case) Return(now time.Time) (facts []Data, at time.Time, ok bool) {
	if c.check() != nil || c.Status != OnHold || c.HoldUntil.IsZero() || c.HoldUntil.After(now) {
		return nil, time.Time{}, false
	}
	at = c.HoldUntil
	if c.Updated.After(at) {
		at = c.Updated
	}
	return []Data{StatusChanged{From: OnHold, To: Open, Reason: c.StatusReason, Returned: true}}, at, true
}

// Expire closes a case that has been resolved for long enough.
func (c *Case) Expire(before time.Time) ([]Data, bool) {
	if c.check() != nil || c.Status != Resolved || c.StatusAt.After(before) {
		return nil, false
	}
	return []Data{StatusChanged{From: Resolved, To: Closed}}, true
}
