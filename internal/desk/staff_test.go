package desk_test

import (
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
	"madoguchi/terms/staff"
)

// names lists people.
func names(list []desk.Colleague) string {
	out := ""
	for _, c := range list {
		out += c.Name + " "
	}
	return out
}

func TestWhoIsAtWorkIsKnownAtAnyInstant(t *testing.T) {
	b := newBench(t, "11-20 10:00:00") // a Friday
	ito := b.hire("伊藤", desk.Agent)
	early := desk.HoursForm{Own: true, Zone: "Europe/Berlin"}
	for d := time.Monday; d <= time.Friday; d++ {
		early.Week[d] = "9:00-17:00"
	}
	if err := b.SetHours(b.ctx, ito, ito.ID, early); err != nil {
		t.Fatal(err)
	}
	at := func(s, want string) {
		t.Helper()
		b.set(s)
		got, err := b.AtWork(b.ctx, b.clock)
		if err != nil || names(got) != want {
			t.Errorf("%s: %q %v, want %q", s, names(got), err, want)
		}
	}
	at("11-20 10:00:00", "佐藤 ")    // nobody gave 佐藤 hours: the desk's hold
	at("11-20 17:30:00", "伊藤 佐藤 ") // 09:30 in Berlin
	at("11-20 19:00:00", "伊藤 ")
	at("11-23 12:00:00", "") // a holiday in Tokyo, and early in Berlin
	if err := b.AddDayOff(b.ctx, ito, ito.ID, "2026-11-24", "2026-11-25", "休暇"); err != nil {
		t.Fatal(err)
	}
	at("11-24 17:30:00", "佐藤 ")
	at("11-26 17:30:00", "伊藤 佐藤 ")
	if err := b.GoAway(b.ctx, b.sato, ito.ID, b.clock.Add(time.Hour), "歯科"); err != nil {
		t.Fatal(err)
	}
	at("11-26 17:45:00", "佐藤 ")
	one, err := b.Colleague(b.ctx, b.sato, ito.ID)
	if err != nil || one.State != staff.Away || !one.Back.Equal(b.clock.Add(45*time.Minute)) {
		t.Errorf("away: %s, back %v: %v", one.State, one.Back, err)
	}
	if err := b.ComeBack(b.ctx, ito, ito.ID); err != nil {
		t.Fatal(err)
	}
	at("11-26 17:45:00", "伊藤 佐藤 ")
}

func TestSkillsAreASupervisorsToGive(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito, watanabe := b.hire("伊藤", desk.Agent), b.hire("渡辺", desk.Supervisor)
	if err := b.PutSkill(b.ctx, ito, store.Skill{Kind: "language", NameJA: "英語", NameEN: "English"}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an agent made a skill: %v", err)
	}
	if err := b.PutSkill(b.ctx, watanabe, store.Skill{Kind: "language", NameJA: "英語", NameEN: "English"}); err != nil {
		t.Fatal(err)
	}
	list, err := b.Skills(b.ctx, ito)
	if err != nil || len(list) != 1 {
		t.Fatalf("skills: %v %v", list, err)
	}
	english := list[0].ID
	if err := b.SetSkills(b.ctx, ito, ito.ID, []string{english}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an agent gave themself a skill: %v", err)
	}
	if err := b.SetSkills(b.ctx, watanabe, ito.ID, []string{english}); err != nil {
		t.Fatal(err)
	}
	got, err := b.Skilled(b.ctx, english, b.clock)
	if err != nil || names(got) != "伊藤 " {
		t.Errorf("English: %q %v", names(got), err)
	}
	if err := b.RemoveSkill(b.ctx, watanabe, english); err != nil {
		t.Fatal(err)
	}
	if got, _ := b.Skilled(b.ctx, english, b.clock); len(got) != 0 {
		t.Errorf("after its removal: %q", names(got))
	}
}

func TestNobodyButASupervisorPlansAnothersTime(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito, kato := b.hire("伊藤", desk.Agent), b.hire("加藤", desk.Agent)
	for name, err := range map[string]error{
		"hours": b.SetHours(b.ctx, kato, ito.ID, desk.HoursForm{}), "away": b.GoAway(b.ctx, kato, ito.ID, time.Time{}, ""),
		"off": b.AddDayOff(b.ctx, kato, ito.ID, "2026-11-24", "", ""),
	} {
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, err := range map[string]error{
		"zone": b.SetHours(b.ctx, ito, ito.ID, desk.HoursForm{Zone: "Tokyo"}), "hours": b.SetHours(b.ctx, ito, ito.ID, desk.HoursForm{Own: true, Week: [7]string{1: "9-18"}}),
		"none": b.SetHours(b.ctx, ito, ito.ID, desk.HoursForm{Own: true}), "off": b.AddDayOff(b.ctx, ito, ito.ID, "2026-11-24", "2026-11-23", ""),
		"past": b.GoAway(b.ctx, ito, ito.ID, b.clock, ""),
	} {
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
