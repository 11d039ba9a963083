package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/google/go-cmp/cmp"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

func TestAPersonOfTheDesk(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	put := func(a store.Agent) error {
		return s.Write(ctx, func(tx *store.Tx) error { return tx.PutAgent(a) })
	}
	a := store.Agent{
		ID: "a1", Name: "佐藤", Email: "sato@desk.example.jp", Role: store.RoleSupervisor, PasswordHash: "$argon2id$…",
		Language: "ja", Theme: "dark", Shortcuts: true, Created: friday, Updated: friday,
	}
	if err := put(a); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a, must[store.Agent](t)(s.AgentByEmail(ctx, "Sato@Desk.example.jp"))); diff != "" {
		t.Errorf("(-put +read):\n%s", diff)
	}
	wantFault(t, put(store.Agent{ID: "a2", Name: "偽者", Email: "SATO@desk.example.jp"}), fault.Conflict, "registered already")
	a.Disabled, a.Updated = true, friday.Add(time.Hour)
	if err := put(a); err != nil {
		t.Fatal(err)
	}
	if list := must[[]store.Agent](t)(s.ListAgents(ctx)); len(list) != 1 || !list[0].Disabled {
		t.Errorf("agents: %+v", list)
	}
	_, err := s.Agent(ctx, "none")
	wantFault(t, err, fault.NotFound)
}

func TestASessionGoesOnWhileItIsUsedUntilItsLastInstant(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	now := friday
	const idle = time.Hour
	sessions := s.Sessions(func() time.Time { return now }, idle)
	last := friday.Add(3 * time.Hour)
	encode := func(values map[string]any) []byte {
		return must[[]byte](t)(scs.GobCodec{}.Encode(last, values))
	}
	values := map[string]any{"agent": "a1", "flash": "保存しました", "csrf": "x", "back": "/cases", "lang": "ja"}
	if err := sessions.CommitCtx(ctx, "token", encode(values), last); err != nil {
		t.Fatal(err)
	}
	used := func(after time.Duration) bool {
		t.Helper()
		now = friday.Add(after)
		_, found, err := sessions.FindCtx(ctx, "token")
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	seen := func() time.Time {
		t.Helper()
		return must[[]store.Session](t)(s.SessionsOf(ctx, "a1", now))[0].Seen
	}
	if !used(59*time.Second) || seen() != friday {
		t.Errorf("within a minute it was written: seen %v", seen())
	}
	if !used(50*time.Minute) || seen() != friday.Add(50*time.Minute) {
		t.Errorf("later it was not written: seen %v", seen())
	}
	for _, minutes := range []time.Duration{100, 150, 179} {
		if !used(minutes * time.Minute) {
			t.Errorf("a session that was used ended after %d minutes", minutes)
		}
	}
	if used(3 * time.Hour) {
		t.Error("a session went on beyond its last instant")
	}
	now = friday
	if err := sessions.CommitCtx(ctx, "token", encode(values), last); err != nil {
		t.Fatal(err)
	}
	if used(idle) {
		t.Error("a session that nobody used went on")
	}
	now = friday

	if _, found, err := sessions.Find("other"); found || err != nil {
		t.Errorf("an unknown token: %v, %v", found, err)
	}
	if err := sessions.Delete("token"); err != nil {
		t.Fatal(err)
	}
	if _, found, err := sessions.Find("token"); found || err != nil {
		t.Errorf("after signing out: %v, %v", found, err)
	}
	if err := sessions.Commit("old", encode(values), now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Hour)
	if err := sessions.Prune(ctx); err != nil {
		t.Fatal(err)
	}
	now = friday
	if _, found, _ := sessions.Find("old"); found {
		t.Error("an expired session was kept")
	}
}

func TestFailedSignInsAreCounted(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	fail := func(key string, at time.Time) {
		write(t, s, func(tx *store.Tx) error { return tx.AddAttempt(key, at, at.Add(-time.Hour)) })
	}
	for i := range 3 {
		fail("sato", friday.Add(time.Duration(i)*time.Minute))
		fail("192.0.2.1", friday)
	}
	attempts := func(key string, since time.Time) int {
		t.Helper()
		return must[int](t)(s.Attempts(ctx, key, since))
	}
	if n := attempts("sato", friday.Add(time.Minute)); n != 2 {
		t.Errorf("%d attempts since 16:01, want 2", n)
	}
	if n := attempts("192.0.2.1", friday); n != 3 {
		t.Errorf("%d attempts from the address at the same instant, want 3", n)
	}
	fail("sato", friday.Add(61*time.Minute))
	if n := attempts("sato", friday); n != 3 {
		t.Errorf("%d attempts kept of the last hour, want 3", n)
	}
	write(t, s, func(tx *store.Tx) error { return tx.ClearAttempts("sato") })
	if n := attempts("sato", friday); n != 0 {
		t.Errorf("%d attempts after signing in", n)
	}
	write(t, s, func(tx *store.Tx) error { return tx.PruneAttempts(friday.Add(time.Second)) })
	if n := attempts("192.0.2.1", friday); n != 0 {
		t.Errorf("%d attempts after pruning", n)
	}
}
