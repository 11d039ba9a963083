package contract_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"madoguchi/terms/contract"
	"madoguchi/terms/worktime"
)

// The vectors' calendar "hennge" is the shipped contract's, so the contract
// must give the same starts, deadlines and dates.
func TestTheShippedContractAgreesWithTheVectors(t *testing.T) {
	c := shipped(t)
	tested := 0
	for _, line := range strings.Split(strings.TrimSpace(shared(t, "vectors/contract.jsonl")), "\n") {
		var v struct {
			ID, Calendar, Op string
			Input            struct {
				ReceivedAt   time.Time           `json:"received_at"`
				Priority     contract.PriorityID `json:"priority"`
				BusinessDays int                 `json:"business_days"`
			}
			Want json.RawMessage
		}
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		if v.Calendar != "hennge" {
			continue
		}
		tested++
		switch v.Op {
		case "reception_start":
			got, _, _ := c.SupportStart("phone", "domestic", v.Input.ReceivedAt)
			same(t, v.ID, got, v.Want)
		case "first_response_due":
			got, err := c.Deadline(v.Input.Priority, "mail", "domestic", v.Input.ReceivedAt)
			if err != nil {
				t.Errorf("%s: %v", v.ID, err)
				continue
			}
			same(t, v.ID, got.At, v.Want)
		case "support_plus_due":
			var want struct {
				Day0 worktime.Date `json:"day0"`
				Due  worktime.Date `json:"due_date"`
			}
			if err := json.Unmarshal(v.Want, &want); err != nil {
				t.Fatal(err)
			}
			id := map[int]string{3: "minor", 10: "large"}[v.Input.BusinessDays]
			if id == "" {
				continue // a number of days that the terms do not have
			}
			zero, due, err := c.LeadTime(size(t, c, id), "domestic", v.Input.ReceivedAt)
			if err != nil || zero != want.Day0 || due != want.Due {
				t.Errorf("%s: %s counted from %s (%v), want %s from %s", v.ID, due, zero, err, want.Due, want.Day0)
			}
		default:
			t.Errorf("%s: unknown operation %s", v.ID, v.Op)
		}
	}
	if tested < 100 {
		t.Errorf("only %d vectors were tested", tested)
	}
}

func same(t *testing.T, id string, got time.Time, raw json.RawMessage) {
	t.Helper()
	var want time.Time
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	if !got.Equal(want) {
		t.Errorf("%s: %s, want %s", id, got, want)
	}
}
