package contract_test

import (
	"strings"
	"testing"

	"madoguchi/contracts"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// hours is the shipped contract with other hours on Monday.
func hours(t *testing.T, monday string) error {
	t.Helper()
	name, data, err := contracts.Read(contracts.Default)
	if err != nil {
		t.Fatal(err)
	}
	_, err = contract.Load(name, []byte(strings.Replace(string(data), `mon: ["10:00-18:00"]`, "mon: ["+monday+"]", 1)))
	return err
}

func TestHoursThatCannotBeMeantAreRefusedAtTheirPlace(t *testing.T) {
	for monday, words := range map[string][]string{
		`"10:00-15:00", "14:00-18:00"`: {`"14:00-18:00" overlap with "10:00-15:00" of the same day`, "「14:00-18:00」は、同じ日の「10:00-15:00」と重なっています"},
		`"10:00-18:00", "10:00-18:00"`: {"overlap"},
		`"18:00-10:00"`:                {"wrong way round", "逆のようです"},
		`"18:00-18:00"`:                {"begin and end at the same time", "開始と終了が同じです"},
		`"23:00-10:30"`:                {`go on into the next day and overlap with its "10:00-18:00"`, "翌日まで続き"},
		`"10:00-18:00", "9:99-12:00"`:  {"not a time of day"},
	} {
		err := hours(t, monday)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "contracts/hennge-one/contract.yaml:25:") {
			t.Errorf("%s: %v", monday, err)
			continue
		}
		for _, w := range words {
			if said := fault.Public(err); !strings.Contains(said.EN+said.JA, w) {
				t.Errorf("%s: it does not say %q:\n%v", monday, w, err)
			}
		}
	}
}

func TestBreaksAndNightsAreHours(t *testing.T) {
	for _, monday := range []string{`"10:00-12:00", "13:00-18:00"`, `"13:00-18:00", "10:00-12:00", "12:00-13:00"`, `"22:00-06:00"`, `"22:00-10:00"`, `"00:00-24:00"`} {
		if err := hours(t, monday); err != nil {
			t.Errorf("%s: %v", monday, err)
		}
	}
}
