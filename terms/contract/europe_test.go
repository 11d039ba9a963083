package contract_test

import (
	"slices"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/terms/contract"
	"madoguchi/terms/worktime"
)

// The second shipped contract is another provider's in everything: names of
// priorities, regions and channels, zones with daylight saving, a break, more
// metrics, credits. No rule of the program may depend on the first one's.
func europe(t testing.TB) *contract.Contract {
	t.Helper()
	file, data, err := contracts.Read("example-europe")
	if err != nil {
		t.Fatal(err)
	}
	c, err := contract.Load(file, data)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAnotherProvidersDeadlines(t *testing.T) {
	c := europe(t)
	for _, s := range []struct {
		name, received string
		priority       contract.PriorityID
		region         contract.RegionID
		due            string
	}{
		{"over the lunch break", "2026-11-24T11:30:00+01:00", "p2", "central", "2026-11-24T14:15:00+01:00"},
		{"over Good Friday and Easter Monday", "2026-04-02T17:00:00+02:00", "p2", "central", "2026-04-07T10:00:00+02:00"},
		{"Ireland works on Good Friday", "2026-04-02T17:30:00+01:00", "p2", "western", "2026-04-03T10:30:00+01:00"},
		{"Priority 1 in the night when the clocks go forward", "2026-03-29T01:45:00+01:00", "p1", "central", "2026-03-29T03:15:00+02:00"},
		{"Priority 1 on a Sunday", "2026-11-22T03:00:00Z", "p1", "western", "2026-11-22T03:30:00Z"},
		{"a half day on Christmas Eve", "2026-12-24T11:30:00+01:00", "p2", "central", "2026-12-28T10:00:00+01:00"},
	} {
		t.Run(s.name, func(t *testing.T) {
			received, err := time.Parse(time.RFC3339, s.received)
			if err != nil {
				t.Fatal(err)
			}
			want, err := time.Parse(time.RFC3339, s.due)
			if err != nil {
				t.Fatal(err)
			}
			d, err := c.Deadline(s.priority, "portal", s.region, received)
			if err != nil || !d.At.Equal(want) {
				t.Errorf("due %s (%v), want %s", d.At, err, want)
			}
		})
	}
}

func TestAnotherProvidersOtherTargets(t *testing.T) {
	c := europe(t)
	resolution, ok := c.Target(contract.Resolution, "p2", "western")
	if !ok || resolution.Business != 24*time.Hour || resolution.CalendarName != "western" || !slices.Equal(resolution.Pauses, []contract.Wait{contract.WaitCustomer, contract.WaitThirdParty}) {
		t.Errorf("resolution of p2: %+v", resolution)
	}
	if _, ok := c.Target(contract.Resolution, "p4", "western"); ok {
		t.Error("there is a resolution target for p4, which the terms do not set")
	}
	if next, ok := c.Target(contract.NextResponse, "p1", "central"); !ok || next.CalendarName != "always" || len(next.Pauses) != 0 {
		t.Errorf("next response of p1: %+v", next)
	}
	if _, ok := shipped(t).Target(contract.Resolution, "high", "domestic"); ok {
		t.Error("the first contract sets no resolution target")
	}
	for met, want := range map[int]int{1000: 0, 950: 0, 949: 5, 899: 10} {
		if got := c.CreditFor(contract.FirstResponse, met); got != want {
			t.Errorf("%d per mille in time: credit %d %%, want %d %%", met, got, want)
		}
	}
	if _, ok := c.ConfigWork(); ok {
		t.Error("configuration work is offered, which the terms do not mention")
	}
}

func TestRegularHoursAreToldWithoutTheBreak(t *testing.T) {
	week := europe(t).Week("central")
	want := []worktime.Hours{{From: worktime.At(8, 30, 0), To: worktime.At(12, 30, 0)}, {From: worktime.At(13, 15, 0), To: worktime.At(17, 30, 0)}}
	if !slices.Equal(week[time.Monday], want) || len(week[time.Sunday]) != 0 {
		t.Errorf("got %v", week)
	}
}

func TestAnotherProvidersNight(t *testing.T) {
	c := europe(t)
	sunday, err := time.Parse(time.RFC3339, "2026-11-22T03:00:00+01:00")
	if err != nil {
		t.Fatal(err)
	}
	contact := contract.Contact{At: sunday, Region: "central", Known: true, Channel: "portal", Claim: "p1", ClaimCriterion: "priority.p1"}
	if d := c.Decide(contact); d.Do != contract.RingOnCall || d.Priority != "p1" || !d.Provisional || !d.SupportStarts.Equal(sunday) {
		t.Errorf("Priority 1 in the portal at night: %+v", d)
	}
	contact.Channel = "mail"
	if d := c.Decide(contact); d.Do != contract.Receive || !d.AskToPhone {
		t.Errorf("Priority 1 by e-mail at night: %+v", d)
	}
	contact.Judgement = "p1"
	if d := c.Decide(contact); d.Do != contract.WorkNow {
		t.Errorf("Priority 1 judged at night: %+v", d)
	}
}
