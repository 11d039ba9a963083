package web

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// TestEveryActOnPeopleLeavesALineInTheAudit does each act on people, teams and
// roles that routes.go has, and looks for its line. A new route needs its form
// here.
func TestEveryActOnPeopleLeavesALineInTheAudit(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	ito := o.hire("伊藤", "ito@desk.example", desk.Agent, "ja")
	aoba := o.customer("青葉商事", "aoba.example", "yamada")
	team, err := o.desk.PutTeam(ctx, o.admin, store.Team{NameJA: "西日本"})
	o.must(err)
	role, err := o.desk.PutRole(ctx, o.admin, desk.RoleView{Name: fault.Text{JA: "夜間"}})
	o.must(err)
	forms := map[string]struct {
		path string
		form []string
	}{
		"POST /agents":                    {"/agents", []string{"name", "新人", "email", "new@desk.example", "role", "agent", "language", "ja", "password", password}},
		"POST /agents/{id}":               {"/agents/" + ito.ID, []string{"name", "伊藤 健", "role", "agent"}},
		"POST /agents/{id}/password":      {"/agents/" + ito.ID + "/password", []string{"password", "another long phrase"}},
		"POST /agents/{id}/sights":        {"/agents/" + ito.ID + "/sights", []string{"sight", aoba.ID}},
		"POST /agents/{id}/sessions/end":  {"/agents/" + ito.ID + "/sessions/end", nil},
		"POST /agents/{id}/factors/reset": {"/agents/" + ito.ID + "/factors/reset", nil},
		"POST /teams":                     {"/teams", []string{"name_ja", "東日本", "member", ito.ID}},
		"POST /teams/{id}":                {"/teams/" + team.ID, []string{"name_ja", "西日本", "dissolved", "yes"}},
		"POST /roles":                     {"/roles", []string{"name_ja", "電話", "permission", "cases.work"}},
		"POST /roles/second-factor":       {"/roles/second-factor", nil},
		"POST /roles/{id}":                {"/roles/" + string(role.ID), []string{"name_ja", "夜間", "permission", "cases.work"}},
		"POST /roles/{id}/remove":         {"/roles/" + string(role.ID) + "/remove", nil},
	}
	b := o.signedIn("sato@desk.example")
	lines := func() int {
		t.Helper()
		list, _, err := o.desk.AuditLog(ctx, o.admin, store.AuditQuery{Limit: 500})
		o.must(err)
		return len(list)
	}
	for _, r := range table(t) {
		if r.permission != "ManageAgents" || !strings.HasPrefix(r.pattern, "POST ") {
			continue
		}
		f, ok := forms[r.pattern]
		if !ok {
			t.Errorf("%s has no form here: does it leave a line in the audit?", r.pattern)
			continue
		}
		before := lines()
		if a := b.post(f.path, f.form...); a.code != http.StatusSeeOther {
			t.Errorf("%s answered %d: %s", r.pattern, a.code, text(a.body))
		}
		if lines() <= before {
			t.Errorf("%s left no line in the audit", r.pattern)
		}
	}
}
