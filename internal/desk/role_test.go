package desk_test

import (
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

func TestARoleAllowsWhatItNamesAndNothingElse(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	r, night := b.role("night", desk.WorkCases, desk.Export)
	for _, p := range desk.Permissions {
		if got, want := night.Can(p), p == desk.WorkCases || p == desk.Export; got != want {
			t.Errorf("%s: %v, want %v", p, got, want)
		}
	}
	if err := night.May(desk.SignedIn); err != nil {
		t.Errorf("their own settings: %v", err)
	}
	_, nothing := b.role("nothing")
	for _, p := range desk.Permissions {
		if nothing.Can(p) {
			t.Errorf("a role with nothing may %s", p)
		}
	}
	// A change counts from the next request on.
	r.Permissions = []desk.Permission{desk.WorkCases}
	if _, err := b.PutRole(b.ctx, b.sato, r); err != nil {
		t.Fatal(err)
	}
	if b.again(night).Can(desk.Export) {
		t.Error("a permission that was taken away is still there")
	}
}

func TestBuiltInRolesCanBeEditedAndMadeAsTheyWere(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito := b.hire("ito", desk.Agent)
	if _, err := b.PutRole(b.ctx, b.sato, desk.RoleView{ID: desk.Agent, Name: fault.Text{JA: "改名"}, Permissions: []desk.Permission{desk.WorkCases}}); err != nil {
		t.Fatal(err)
	}
	r, err := b.Role(b.ctx, b.sato, desk.Agent)
	if err != nil || !r.Edited || r.Name.JA != "担当" || r.People != 1 {
		t.Errorf("the edited role: %+v, %v", r, err)
	}
	if b.again(ito).Can(desk.MergeCases) {
		t.Error("an agent may still merge")
	}
	if err := b.DropRole(b.ctx, b.sato, desk.Agent); err != nil {
		t.Fatal(err)
	}
	if !b.again(ito).Can(desk.MergeCases) {
		t.Error("the role was not made as it was delivered")
	}
	if _, err := b.PutRole(b.ctx, b.sato, desk.RoleView{ID: desk.Administrator, Permissions: []desk.Permission{desk.WorkCases}}); !fault.Is(err, fault.Conflict) {
		t.Errorf("administrators lost what they may: %v", err)
	}
}

func TestNobodyGivesWhatTheyDoNotHave(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	_, hr := b.role("hr", desk.WorkCases, desk.SeeAllOrganizations, desk.ManageAgents)
	watanabe := b.hire("watanabe", desk.Supervisor)
	for name, try := range map[string]func() error{
		"a role with more": func() error {
			_, err := b.PutRole(b.ctx, hr, desk.RoleView{Name: fault.Text{EN: "x"}, Permissions: []desk.Permission{desk.Export}})
			return err
		},
		"more for their own role": func() error {
			_, err := b.PutRole(b.ctx, hr, desk.RoleView{ID: hr.Role, Name: fault.Text{EN: "x"}, Permissions: desk.Permissions})
			return err
		},
		"less for a role with more": func() error {
			_, err := b.PutRole(b.ctx, hr, desk.RoleView{ID: desk.Supervisor})
			return err
		},
		"reset of a role with more": func() error { return b.DropRole(b.ctx, hr, desk.Supervisor) },
		"a new administrator": func() error {
			_, err := b.AddAgent(b.ctx, hr, desk.NewAgent{Name: "x", Email: "x@desk.example", Role: desk.Administrator, Password: "correct horse battery"})
			return err
		},
		"themselves administrator":         func() error { return b.SetAgent(b.ctx, hr, hr.ID, "hr", desk.Administrator, false) },
		"a supervisor out":                 func() error { return b.SetAgent(b.ctx, hr, watanabe.ID, "watanabe", desk.Supervisor, true) },
		"the password of an administrator": func() error { return b.ResetPassword(b.ctx, hr, b.sato.ID, "another horse battery") },
	} {
		if err := try(); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	r, err := b.PutRole(b.ctx, hr, desk.RoleView{Name: fault.Text{EN: "reader"}, Permissions: []desk.Permission{desk.WorkCases}})
	if err != nil {
		t.Fatalf("a role with less: %v", err)
	}
	if _, err := b.AddAgent(b.ctx, hr, desk.NewAgent{Name: "x", Email: "x@desk.example", Role: r.ID, Password: "correct horse battery"}); err != nil {
		t.Errorf("a person with less: %v", err)
	}
	if err := b.DropRole(b.ctx, hr, r.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("a role that somebody has was removed: %v", err)
	}
	if _, err := b.PutRole(b.ctx, b.sato, desk.RoleView{Name: fault.Text{EN: "half"}, Permissions: []desk.Permission{desk.ManageAgents}}); !fault.Is(err, fault.Invalid) {
		t.Errorf("who manages people does not see all customers: %v", err)
	}
	if err := b.SetAgent(b.ctx, b.sato, watanabe.ID, "watanabe", "no-such-role", false); !fault.Is(err, fault.Invalid) {
		t.Errorf("a role that does not exist: %v", err)
	}
}

func TestRolesAndTeamsLeaveALineInTheAudit(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	r, ito := b.role("night", desk.WorkCases)
	team, err := b.PutTeam(b.ctx, b.sato, store.Team{NameJA: "西日本", Lead: ito.ID, Members: []string{ito.ID, ito.ID}})
	if err != nil || len(team.Members) != 1 || team.NameEN != "西日本" {
		t.Fatalf("%+v, %v", team, err)
	}
	if err := b.SetSights(b.ctx, b.sato, team.ID, []string{b.organization("Aoba").ID}); err != nil {
		t.Fatal(err)
	}
	team.Dissolved = true
	if _, err := b.PutTeam(b.ctx, b.sato, team); err != nil {
		t.Fatal(err)
	}
	if err := b.SetAgent(b.ctx, b.sato, ito.ID, "ito", desk.Agent, false); err != nil {
		t.Fatal(err)
	}
	if err := b.DropRole(b.ctx, b.sato, r.ID); err != nil {
		t.Fatal(err)
	}
	log, _, err := b.AuditLog(b.ctx, b.sato, store.AuditQuery{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"role.added night: cases.work", "team.added 西日本 / night: night", "sights.changed 西日本: 青葉商事株式会社", "team.dissolved 西日本", "role.removed night"} {
		if !slices.ContainsFunc(log, func(a store.Audit) bool { return strings.HasPrefix(a.Act+" "+a.Detail, want) && a.Actor == b.sato.ID }) {
			t.Errorf("no line %q in %+v", want, log)
		}
	}
	for _, bad := range []store.Team{{}, {NameJA: "x", Members: []string{"nobody"}}, {NameJA: "x", Lead: "nobody"}} {
		if _, err := b.PutTeam(b.ctx, b.sato, bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if _, err := b.PutTeam(b.ctx, b.hire("agent", desk.Agent), store.Team{NameJA: "x"}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an agent made a team: %v", err)
	}
}
