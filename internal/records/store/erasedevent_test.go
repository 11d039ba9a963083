package store_test

import (
	"context"
	"testing"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

var yamada = cases.Actor{Kind: cases.Customer, ID: "p1", Name: "山田 健一"}

// erase takes 山田 out of c1.
func erase(t *testing.T, s *store.Store) {
	t.Helper()
	x := &cases.Erasure{Contacts: []string{"p1"}, Words: cases.NameWords("山田 健一"), Name: "（削除済み）", Address: "e" + cases.ErasedAddress}
	write(t, s, func(tx *store.Tx) error {
		c, _, err := tx.Case("c1")
		if err != nil {
			return err
		}
		work, said, err := tx.Erase("c1", x)
		if err != nil {
			return err
		}
		after, err := tx.Append(c, cases.Event{Case: "c1", At: friday.Add(time.Hour), Actor: sato, Data: cases.Erased{Erasure: "x1", Of: "person", Events: said}})
		if err != nil {
			return err
		}
		return work.Write(after)
	})
}

// TestAnErasedHistoryIsProvenAndTamperingFound changes it behind the store's
// back, as this build writes events and as earlier ones did.
func TestAnErasedHistoryIsProvenAndTamperingFound(t *testing.T) {
	for form, old := range map[string]bool{"as written now": false, "as written before": true} {
		for name, c := range map[string]struct{ change, says string }{
			"nothing":                      {"", ""},
			"what an erased event says":    {`UPDATE events SET payload = (SELECT payload FROM events WHERE position = 6) WHERE position = 5`, "event 5 of case c1 was changed after its data was erased"},
			"an event without an erasure":  {`UPDATE events SET erased = 8, payload = (SELECT payload FROM events WHERE position = 6) WHERE position = 7`, "event 7 of case c1 is marked as erased, and no event proves it"},
			"an erasure that never was":    {`UPDATE events SET erased = 99 WHERE position = 5`, "no event proves it"},
			"when an erased note happened": {`UPDATE events SET at = at - 1 WHERE position = 5`, "the envelope of event 5"},
			"the mark taken away":          {`UPDATE events SET erased = 0 WHERE position = 5`, "the content of event 5"},
			"who an erased customer was":   {`UPDATE events SET actor_name = '鈴木' WHERE position = 6`, "event 6 of case c1 was changed after its data was erased"},
		} {
			t.Run(form+"/"+name, func(t *testing.T) {
				dir := t.TempDir()
				s := openIn(t, dir)
				openCase(t, s, matter{id: "c1", organization: "acme", deadline: friday.Add(time.Hour)})
				add(t, s, "c1", friday, sato, cases.Noted{Note: "n1", Text: "山田様から電話"})
				add(t, s, "c1", friday, yamada, cases.PriorityClaimed{Priority: "high", Reason: "止まっています", Applied: "high"})
				add(t, s, "c1", friday, sato, cases.Noted{Note: "n2", Text: "完了"})
				if old {
					if err := s.WriteAsForm1(context.Background()); err != nil {
						t.Fatal(err)
					}
				}
				if err := s.VerifyHistory(context.Background()); err != nil {
					t.Fatal(err)
				}
				erase(t, s)
				if err := s.VerifyHistory(context.Background()); err != nil {
					t.Fatal(err)
				}
				events := must[[]cases.Event](t)(s.Events(context.Background(), "c1"))
				if n := events[4].Data.(cases.Noted).Text; n != "（削除済み）様から電話" {
					t.Errorf("the note says %q", n)
				}
				if events[5].Actor.Name != "（削除済み）" || events[5].Actor.ID != "p1" {
					t.Errorf("the claim is %+v's", events[5].Actor)
				}
				if c.change == "" {
					return
				}
				behindItsBack(t, dir, c.change)
				wantFault(t, s.VerifyHistory(context.Background()), fault.Internal, c.says)
			})
		}
	}
}
