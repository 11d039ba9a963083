package store_test

import (
	"testing"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

func TestAnAmendmentIsKeptAsItWasAgreedAndEndsOnlyForItsCustomer(t *testing.T) {
	s := open(t)
	for _, org := range []string{"acme", "beta"} {
		putOrganization(t, s, store.Organization{ID: org, NameJA: org})
	}
	memo := store.Amendment{ID: "memo", Organization: "acme", Contract: "c", YAML: "format: 1\n", From: friday, Added: friday, AddedBy: "sato"}
	write(t, s, func(tx *store.Tx) error { return tx.PutAmendment(memo) })
	other := memo
	other.Organization, other.YAML = "beta", "format: 1 # other\n"
	if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.PutAmendment(other) }); !fault.Is(err, fault.Conflict) {
		t.Errorf("an identifier was given twice: %v", err)
	}
	until := friday.Add(24 * time.Hour)
	if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.EndAmendment("beta", "memo", until, friday, "sato") }); !fault.Is(err, fault.NotFound) {
		t.Errorf("another customer's amendment was ended: %v", err)
	}
	write(t, s, func(tx *store.Tx) error { return tx.EndAmendment("acme", "memo", until, friday, "ito") })
	list, err := s.ListAmendments(t.Context(), store.Only("acme"))
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	memo.Until, memo.Ended, memo.EndedBy = until, friday, "ito"
	if got := list[0]; !got.Until.Equal(until) || got.YAML != memo.YAML || got.EndedBy != "ito" || !got.From.Equal(friday) {
		t.Errorf("got %+v", got)
	}
}
