package desk_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
	"madoguchi/terms/staff"
)

// given makes a team of people whose cases are given out in a way.
func (b *bench) given(x store.Distribution, people ...desk.Viewer) store.Team {
	b.t.Helper()
	t := store.Team{NameJA: "一次対応", NameEN: "First line"}
	for _, p := range people {
		t.Members = append(t.Members, p.ID)
	}
	t, err := b.PutTeam(b.ctx, b.sato, t)
	b.must(err)
	x.Team = t.ID
	b.must(b.SetDistribution(b.ctx, b.sato, x))
	return t
}

// reason is why the newest assignment of a case went to whom it did.
func (b *bench) reason(id cases.ID) *cases.AssignReason {
	var why *cases.AssignReason
	for _, e := range b.history(id) {
		if a, ok := e.Data.(cases.Assigned); ok {
			why = a.Reason
		}
	}
	return why
}

func TestNewCasesGoToATeamsPeopleInTurn(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito, mori, hara := b.hire("ito", desk.Agent), b.hire("mori", desk.Agent), b.hire("hara", desk.Agent)
	b.given(store.Distribution{How: string(staff.RoundRobin), Fresh: true, Most: 2}, ito, mori, hara)
	b.must(b.GoAway(b.ctx, hara, hara.ID, b.Now().Add(4*time.Hour), "外出"))
	ids := b.some(5)
	got := map[string]int{}
	for i, id := range ids {
		c := b.of(id)
		got[c.Assignee.ID]++
		if i < 4 && c.Assignee.ID == b.of(ids[i+1]).Assignee.ID {
			t.Errorf("two in a row went to %s", c.Assignee.Name)
		}
	}
	if got[ito.ID] != 2 || got[mori.ID] != 2 || got[hara.ID] != 0 || got[""] != 1 {
		t.Errorf("given out: %v (hara is away, and two are the most)", got)
	}
	why := b.reason(ids[0])
	if why == nil || why.How != "round-robin" || why.Team != "一次対応" || why.Among != 2 || why.Load != 0 {
		t.Errorf("why: %+v", why)
	}
	if by := b.of(ids[4]); by.TeamName != "一次対応" {
		t.Errorf("who is nobody's waits for the team: %+v", by.Team)
	}
}

func TestATeamGivesToWhoHasTheFewestAndToTheSkilled(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito, mori := b.hire("ito", desk.Agent), b.hire("mori", desk.Agent)
	ids := b.some(3)
	_, err := b.Assign(b.ctx, b.sato, ids[0], ito.ID)
	b.must(err)
	team := b.given(store.Distribution{How: string(staff.LeastLoaded), Skilled: true}, ito, mori)
	_, err = b.AssignTeam(b.ctx, b.sato, ids[1], team.ID)
	b.must(err)
	if c := b.of(ids[1]); c.Assignee.ID != mori.ID || b.reason(ids[1]).How != "least-loaded" {
		t.Errorf("%s has it", c.Assignee.Name)
	}
	b.must(b.PutSkill(b.ctx, b.sato, store.Skill{Kind: "language", NameJA: "日本語"}))
	skills, err := b.Skills(b.ctx, b.sato)
	b.must(err)
	b.must(b.SetSkills(b.ctx, b.sato, ito.ID, []string{skills[0].ID}))
	_, err = b.Assign(b.ctx, b.sato, ids[0], "")
	b.must(err)
	_, err = b.Assign(b.ctx, b.sato, ids[0], ito.ID)
	b.must(err)
	_, err = b.AssignTeam(b.ctx, b.sato, ids[2], team.ID)
	b.must(err)
	if c := b.of(ids[2]); c.Assignee.ID != ito.ID || !b.reason(ids[2]).Skilled {
		t.Errorf("the skilled one does not have it: %s", c.Assignee.Name)
	}
}

func TestNobodyIsGivenACaseOfACustomerWhomTheyDoNotSee(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	_, west := b.role("west", desk.WorkCases)
	b.must(b.SetSights(b.ctx, b.sato, west.ID, []string{b.organization("Kestrel").ID}))
	team := b.given(store.Distribution{How: string(staff.RoundRobin)}, west)
	id := b.some(1)[0]
	_, err := b.AssignTeam(b.ctx, b.sato, id, team.ID)
	b.must(err)
	if c := b.of(id); c.Assignee.ID != "" {
		t.Errorf("%s got it", c.Assignee.Name)
	}
	if _, err := b.TakeNext(b.ctx, b.again(west)); !fault.Is(err, fault.Conflict) {
		t.Errorf("they took it: %v", err)
	}
}

func TestThoseWhoTakeTheNextCaseGetTheMostUrgentEachAnother(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	people := []desk.Viewer{b.hire("ito", desk.Agent), b.hire("mori", desk.Agent), b.hire("hara", desk.Agent)}
	b.some(1)
	b.set("11-20 10:30:00")
	b.mail("yamada@aoba.example", "緊急", "全社で停止しています。業務が停止しています。")
	urgent := b.last().ID
	b.set("11-20 11:00:00")
	b.some(1)
	first, err := b.TakeNext(b.ctx, b.sato)
	b.must(err)
	if first.ID != urgent || first.Status != cases.Open || b.reason(urgent).How != desk.HowNext {
		t.Errorf("the first is %s", first.Subject)
	}
	var wait sync.WaitGroup
	got := make([]string, len(people))
	for i, p := range people {
		wait.Go(func() {
			switch c, err := b.TakeNext(b.ctx, p); {
			case err == nil:
				got[i] = string(c.ID)
			case !fault.Is(err, fault.Conflict):
				t.Errorf("%v", err)
			}
		})
	}
	wait.Wait()
	n := 0
	for i, id := range got {
		if id != "" {
			n++
			if strings.Count(strings.Join(got, " "), id) != 1 || b.of(cases.ID(id)).Assignee.ID != people[i].ID {
				t.Errorf("two have one case: %v", got)
			}
		}
	}
	if n != 2 {
		t.Errorf("%d of three got one of the two that were left", n)
	}
}

func TestATeamsCasesAreTakenByItsPeople(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito, mori := b.hire("ito", desk.Agent), b.hire("mori", desk.Agent)
	team := b.given(store.Distribution{Most: 1}, mori)
	ids := b.some(2)
	for _, id := range ids {
		_, err := b.AssignTeam(b.ctx, b.sato, id, team.ID)
		b.must(err)
	}
	if _, err := b.TakeNext(b.ctx, ito); !fault.Is(err, fault.Conflict) {
		t.Errorf("somebody of no team took it: %v", err)
	}
	_, err := b.TakeNext(b.ctx, mori)
	b.must(err)
	if _, err := b.TakeNext(b.ctx, mori); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "team gives") {
		t.Errorf("beyond the limit: %v", err)
	}
	if err := b.SetDistribution(b.ctx, ito, store.Distribution{Team: team.ID}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an agent set it: %v", err)
	}
}
