package store_test

import (
	"context"
	"testing"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// TestATamperedHistoryIsFound changes the database behind the store's back.
func TestATamperedHistoryIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		change string
		says   string
	}{
		"the text of a note": {`UPDATE events SET payload = (SELECT payload FROM events WHERE position = 6) WHERE position = 5`, "position 5: the content of event 5 of case c1"},
		"who wrote it":       {`UPDATE events SET actor_name = '鈴木' WHERE position = 5`, "position 5: the envelope of event 5 of case c1"},
		"when it happened":   {`UPDATE events SET at = at - 1 WHERE position = 2`, "position 2: the envelope"},
		"the clause cited":   {`UPDATE events SET clauses = '["priority.low"]' WHERE position = 1`, "position 1: the envelope"},
		"a removed event":    {`DELETE FROM events WHERE position = 3`, "position 3: it is missing"},
		"a removed last one": {`DELETE FROM events WHERE position = 6`, "position 6: it was counted and is missing"},
		"two changed places": {`UPDATE events SET seq = CASE seq WHEN 2 THEN 103 ELSE 102 END WHERE seq IN (2, 3) AND case_id = 'c1'`, "position 2: case c1 counts 103 after 1"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := openIn(t, dir)
			openCase(t, s, matter{id: "c1", organization: "acme", deadline: friday.Add(time.Hour)})
			add(t, s, "c1", friday, sato, cases.Noted{Note: "n1", Text: "確認中"}, cases.Noted{Note: "n2", Text: "完了"})
			if err := s.VerifyHistory(context.Background()); err != nil {
				t.Fatal(err)
			}
			behindItsBack(t, dir, c.change)
			wantFault(t, s.VerifyHistory(context.Background()), fault.Internal, c.says)
		})
	}
}
