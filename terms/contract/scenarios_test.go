package contract_test

import (
	"slices"
	"testing"

	"madoguchi/terms/contract"
)

// The rows of the scenario table whose outcome the contract alone decides; the
// others are facts of a case's life and are tested with it.
func TestScenarios(t *testing.T) {
	c := shipped(t)
	const down, leak = contract.ClauseID("priority.high.interruption"), contract.ClauseID("priority.high.data-or-security")
	for _, s := range []struct {
		name        string
		in          contract.Contact
		at          string
		do          contract.Action
		priority    contract.PriorityID
		provisional bool
		due         string
		because     []contract.ClauseID
	}{
		{
			name: "1 night call, everything is down: on-call is rung", at: "2026-11-22 03:00",
			in: contract.Contact{Channel: "phone", Region: "domestic", Known: true, Claim: "high", ClaimCriterion: down},
			do: contract.RingOnCall, priority: "high", provisional: true, due: "2026-11-24 12:00", because: []contract.ClauseID{"phone.after-hours-high-only"},
		},
		{
			name: "1 and agrees High: worked at once", at: "2026-11-22 03:00",
			in: contract.Contact{Channel: "phone", Region: "domestic", Known: true, Claim: "high", ClaimCriterion: down, Judgement: "high", Agreed: true},
			do: contract.WorkNow, priority: "high", due: "2026-11-24 12:00", because: []contract.ClauseID{"scope.emergency-mutual-high", "phone.after-hours-high-only"},
		},
		{
			name: "2 but on-call judges Medium: reception only", at: "2026-11-22 03:00",
			in: contract.Contact{Channel: "phone", Region: "domestic", Known: true, Claim: "high", ClaimCriterion: down, Judgement: "medium"},
			do: contract.ReceiveOnly, priority: "medium", due: "2026-11-24 16:00", because: []contract.ClauseID{"phone.after-hours-reception-only"},
		},
		{
			name: "3 night mail: provisional, asked to phone, nobody rung", at: "2026-11-22 03:00",
			in: contract.Contact{Channel: "mail", Region: "domestic", Known: true, Claim: "high", ClaimCriterion: down},
			do: contract.Receive, priority: "high", provisional: true, due: "2026-11-24 12:00", because: []contract.ClauseID{"mail.urgent-by-phone", "mail.answer-in-hours"},
		},
		{
			name: "4 the same from a Singapore contract: on-call is rung", at: "2026-11-22 03:00",
			in: contract.Contact{Channel: "mail", Region: "overseas", Known: true, Claim: "high", ClaimCriterion: down},
			do: contract.RingOnCall, priority: "high", provisional: true, due: "2026-11-24 12:00", because: []contract.ClauseID{"hours.overseas"},
		},
		{
			name: "4 and agreed: worked now", at: "2026-11-22 03:00",
			in: contract.Contact{Channel: "mail", Region: "overseas", Known: true, Claim: "high", ClaimCriterion: down, Judgement: "high", Agreed: true},
			do: contract.WorkNow, priority: "high", due: "2026-11-24 12:00",
		},
		{
			name: "5 a Tokyo contract phoned from London after six, Medium", at: "2026-11-20 18:30",
			in: contract.Contact{Channel: "phone", Region: "domestic", Known: true, Claim: "medium"},
			do: contract.ReceiveOnly, priority: "medium", due: "2026-11-24 16:00", because: []contract.ClauseID{"phone.after-hours-reception-only"},
		},
		{
			name: "6 the line answered ten seconds before six", at: "2026-11-24 17:59:50",
			in: contract.Contact{Channel: "phone", Region: "domestic", Known: true},
			do: contract.Answer, priority: "medium", due: "2026-11-25 15:59:50", because: []contract.ClauseID{"hours.domestic"},
		},
		{
			name: "9 a leak is claimed on Tuesday morning", at: "2026-11-24 10:30",
			in: contract.Contact{Channel: "mail", Region: "domestic", Known: true, Claim: "high", ClaimCriterion: leak},
			do: contract.Receive, priority: "high", provisional: true, due: "2026-11-24 12:30", because: []contract.ClauseID{leak},
		},
		{
			name: "10 an unknown caller, everything down", at: "2026-11-22 03:00",
			in: contract.Contact{Channel: "phone", Region: "domestic", Claim: "high", ClaimCriterion: down},
			do: contract.RingOnCall, priority: "high", provisional: true, due: "2026-11-24 12:00", because: []contract.ClauseID{"scope.emergency-mutual-high"},
		},
		{
			name: "14 an attacker's address must be blocked", at: "2026-11-22 03:00",
			in: contract.Contact{Channel: "phone", Region: "domestic", Known: true, Claim: "high", ClaimCriterion: leak},
			do: contract.RingOnCall, priority: "high", provisional: true, due: "2026-11-24 12:00", because: []contract.ClauseID{leak},
		},
		{
			name: "18 Medium by mail half an hour before closing", at: "2026-11-20 17:30",
			in: contract.Contact{Channel: "mail", Region: "domestic", Known: true, Claim: "medium"},
			do: contract.Receive, priority: "medium", due: "2026-11-24 15:30",
		},
		{
			name: "20 Low over the year's end", at: "2026-12-28 17:00",
			in: contract.Contact{Channel: "mail", Region: "domestic", Known: true, Judgement: "low"},
			do: contract.Receive, priority: "low", due: "2027-01-04 17:00",
		},
	} {
		t.Run(s.name, func(t *testing.T) {
			s.in.At = at(t, c, s.at)
			d := c.Decide(s.in)
			if d.Do != s.do || d.Priority != s.priority || d.Provisional != s.provisional {
				t.Errorf("do %s at %s (provisional %t), want %s at %s (provisional %t)", d.Do, d.Priority, d.Provisional, s.do, s.priority, s.provisional)
			}
			for _, id := range s.because {
				if !slices.Contains(d.Because, id) {
					t.Errorf("the decision rests on %v, which lacks %s", d.Because, id)
				}
			}
			if got, want := deadline(t, c, s.in), at(t, c, s.due); !got.Equal(want) {
				t.Errorf("deadline %s, want %s", got, want)
			}
		})
	}
}
