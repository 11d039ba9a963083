package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

func TestARoleIsKeptAsItWasPut(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	r := store.RoleRow{ID: "r1", NameJA: "夜間", NameEN: "Night", Permissions: []string{"cases.work", "export"}, Created: friday, Updated: friday}
	write(t, s, func(tx *store.Tx) error { return tx.PutRole(r) })
	r.Permissions, r.Updated = nil, friday.Add(time.Hour)
	write(t, s, func(tx *store.Tx) error { return tx.PutRole(r) })
	if diff := cmp.Diff(r, must[store.RoleRow](t)(s.Role(ctx, "r1"))); diff != "" {
		t.Errorf("(-put +read):\n%s", diff)
	}
	write(t, s, func(tx *store.Tx) error { return tx.DropRole("r1") })
	if list := must[[]store.RoleRow](t)(s.ListRoles(ctx)); len(list) != 0 {
		t.Errorf("a dropped role is still there: %+v", list)
	}
	_, err := s.Role(ctx, "r1")
	wantFault(t, err, fault.NotFound)
}

func TestATeamGivesItsMembersWhatItSeesUntilItIsDissolved(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	team := store.Team{ID: "t1", NameJA: "西日本", NameEN: "West", Lead: "a1", Members: []string{"a1", "a2"}, Created: friday, Updated: friday}
	write(t, s, func(tx *store.Tx) error { return tx.PutTeam(team) })
	if diff := cmp.Diff(team, must[store.Team](t)(s.Team(ctx, "t1"))); diff != "" {
		t.Errorf("(-put +read):\n%s", diff)
	}
	write(t, s, func(tx *store.Tx) error {
		if err := tx.PutSights("t1", []string{"beta", "acme"}); err != nil {
			return err
		}
		return tx.PutSights("a2", []string{"acme", "gamma"})
	})
	seen := func(agent string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, must[[]string](t)(s.Seen(ctx, agent))); diff != "" {
			t.Errorf("%s sees (-want +got):\n%s", agent, diff)
		}
	}
	seen("a1", "acme", "beta")
	seen("a2", "acme", "beta", "gamma")
	seen("a3")
	if got := must[[]store.Team](t)(s.TeamsOf(ctx, "a2")); len(got) != 1 {
		t.Errorf("teams of a2: %+v", got)
	}
	team.Members, team.Dissolved = []string{"a2"}, true
	write(t, s, func(tx *store.Tx) error { return tx.PutTeam(team) })
	seen("a1")
	seen("a2", "acme", "gamma")
	if got := must[[]store.Team](t)(s.TeamsOf(ctx, "a2")); len(got) != 0 {
		t.Errorf("a dissolved team has members: %+v", got)
	}
}
