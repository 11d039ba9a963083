package contract_test

import (
	"testing"

	"madoguchi/terms/contract"
)

func TestTheDecisionTableIsToldInWords(t *testing.T) {
	rules := shipped(t).Rules()
	for i, want := range map[int]contract.Rule{
		0:              {When: contract.Text{JA: "電話・営業時間内", EN: "Phone, in hours"}, Do: contract.Answer},
		3:              {When: contract.Text{JA: "合意あり", EN: "agreed"}, Do: contract.WorkNow},
		4:              {When: contract.Text{JA: "電話・申告 高・判断 なしまたは高・未登録の方", EN: "Phone, claim High, judged none or High, not a registered contact"}, Do: contract.RingOnCall},
		len(rules) - 1: {When: contract.Text{JA: "そのほかすべて", EN: "any other contact"}, Do: contract.Receive},
	} {
		if got := rules[i]; got.When != want.When || got.Do != want.Do {
			t.Errorf("rule %d: %v => %s, want %v => %s", i+1, got.When, got.Do, want.When, want.Do)
		}
	}
}
