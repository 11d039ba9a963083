package cases

import (
	"slices"
	"strings"
	"time"

	"madoguchi/terms/fault"
)

// MissExplained notes why a target was missed, for those who look after the
// desk. It changes no verdict; a later one stands in place of an earlier.
type MissExplained struct {
	Metric   string    `json:"metric"`
	Deadline time.Time `json:"deadline"` // of the round that was missed
	Reason   string    `json:"reason"`
}

// Type implements [Data].
func (MissExplained) Type() string { return "miss.explained/1" }

// ExplainMiss notes why a target was missed, also one that a further round
// followed, and in a finished case.
func (c *Case) ExplainMiss(metric string, deadline time.Time, reason string) ([]Data, error) {
	if c.Frozen != "" {
		return nil, c.check()
	}
	if err := checkReason(reason); err != nil {
		return nil, err
	}
	missed := func(t Target) bool {
		return t.Metric == metric && t.Verdict == Missed && t.Deadline.Equal(deadline)
	}
	found := slices.ContainsFunc(c.Earlier, missed)
	for _, t := range c.Targets() {
		found = found || missed(*t)
	}
	if !found {
		return nil, fault.New(fault.NotFound, "その目標は未達ではありません。画面を更新してください。", "That target is not a missed one. Please reload the page.")
	}
	return []Data{MissExplained{Metric: metric, Deadline: deadline.UTC(), Reason: strings.TrimSpace(reason)}}, nil
}
