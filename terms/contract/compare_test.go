package contract_test

import (
	"testing"

	"madoguchi/terms/contract"
)

func TestVersionsAreComparedByWhatTheySay(t *testing.T) {
	old := shipped(t)
	next, err := contract.Load("next.yaml", edited(t, "within: 6h", "within: 5h"))
	if err != nil {
		t.Fatal(err)
	}
	got := contract.Compare(old, next)
	want := contract.Change{Path: "targets[first_response].set[medium].within", Old: "6h", New: "5h"}
	if len(got) != 1 || got[0] != want {
		t.Errorf("got %+v, want only %+v", got, want)
	}
	if same := contract.Compare(old, shipped(t)); len(same) != 0 {
		t.Errorf("a version differs from itself: %+v", same)
	}
}

func TestAnAddedClosureIsOneChange(t *testing.T) {
	next, err := contract.Load("next.yaml", edited(t, "    clauses: [hours.domestic, hours.business-days]",
		"      - {date: 2026-11-25, name: {ja: 台風のため臨時休業, en: closed for a typhoon}}\n    clauses: [hours.domestic, hours.business-days]"))
	if err != nil {
		t.Fatal(err)
	}
	got := contract.Compare(shipped(t), next)
	if len(got) != 3 || got[0].Path != "calendars[business].closures[2026-11-25].date" || got[0].Old != "" || got[0].New != "2026-11-25" {
		t.Errorf("got %+v", got)
	}
}
