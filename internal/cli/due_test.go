package cli

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func TestDueTellsEveryTargetOfAnotherContract(t *testing.T) {
	file := ContractFile{Contract: "../../contracts/example-europe/contract.yaml"}
	cmd := DueCmd{Language: Language{"en"}, ContractFile: file, Metric: "all", Priority: "p2", Received: "2026-11-20T16:00", Channel: "portal"}
	var out bytes.Buffer
	if err := cmd.Run(&IO{Out: &out}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"First response", "Next response", "Resolution", "rests while waiting for: the customer, another provider"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, out.String())
		}
	}
	cmd.JSON = true
	out.Reset()
	if err := cmd.Run(&IO{Out: &out}); err != nil {
		t.Fatal(err)
	}
	var answers []struct{ Metric, Deadline string }
	if err := json.Unmarshal(out.Bytes(), &answers); err != nil || len(answers) != 3 || answers[2].Deadline != "2026-11-25T15:15:00+01:00" {
		t.Errorf("%v %+v", err, answers)
	}
	cmd.Metric = "nonsense"
	if err := cmd.Run(&IO{Out: &out}); err == nil {
		t.Error("an unknown metric has a deadline")
	}
}
