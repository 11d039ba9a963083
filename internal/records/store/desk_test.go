package store_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

func TestAPublishedContractNeverChanges(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	publish := func(c store.Contract) error {
		return s.Write(ctx, func(tx *store.Tx) error { return tx.PutContract(c) })
	}
	first := store.Contract{ID: "acme", Version: "1", Effective: friday, YAML: []byte("id: acme\n"), Published: friday}
	for range 2 { // at every start
		if err := publish(first); err != nil {
			t.Fatal(err)
		}
	}
	changed := first
	changed.YAML = []byte("id: acme # changed\n")
	wantFault(t, publish(changed), fault.Conflict, "Give changed terms a new version")
	changed.Version, changed.Effective = "2", friday.Add(time.Hour)
	if err := publish(changed); err != nil {
		t.Fatal(err)
	}
	got := must[store.Contract](t)(s.Contract(ctx, "acme", "1"))
	if sum := fmt.Sprintf("%x", sha256.Sum256(first.YAML)); string(got.YAML) != "id: acme\n" || got.SHA256 != sum {
		t.Errorf("version 1: %+v", got)
	}
	list := must[[]store.Contract](t)(s.ListContracts(ctx))
	if len(list) != 2 || list[0].Version != "2" {
		t.Errorf("contracts: %+v", list)
	}
	_, err := s.Contract(ctx, "acme", "3")
	wantFault(t, err, fault.NotFound)
}

func TestSettingsAndTheAuditTrail(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	_, err := s.Setting(ctx, "desk.name")
	wantFault(t, err, fault.NotFound)
	for _, name := range []string{"サポート", "サポート窓口"} {
		write(t, s, func(tx *store.Tx) error { return tx.PutSetting("desk.name", name) })
	}
	if got := must[string](t)(s.Setting(ctx, "desk.name")); got != "サポート窓口" {
		t.Errorf("setting %q", got)
	}
	if all := must[map[string]string](t)(s.Settings(ctx)); len(all) != 1 {
		t.Errorf("settings: %v", all)
	}
	var lines []store.Audit
	for i := range 3 {
		a := store.Audit{ID: caseID(i), At: friday.Add(time.Duration(i) * time.Second), Actor: "a1", Act: "setting.changed", Subject: "desk.name", Detail: "x"}
		write(t, s, func(tx *store.Tx) error { return tx.PutAudit(a) })
		lines = append([]store.Audit{a}, lines...)
	}
	page, next, err := s.ListAudit(ctx, store.AuditQuery{Limit: 2})
	if err != nil {
		t.Fatal(err)
	}
	rest, end, err := s.ListAudit(ctx, store.AuditQuery{Limit: 2, After: next})
	if err != nil || !end.End() {
		t.Fatal(end, err)
	}
	if diff := cmp.Diff(lines, append(page, rest...)); diff != "" {
		t.Error(diff)
	}
}
