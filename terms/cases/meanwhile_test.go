package cases_test

import (
	"slices"
	"testing"

	"madoguchi/terms/cases"
)

func TestWhatAWriterHasToReadFirst(t *testing.T) {
	sato, ito := cases.Actor{Kind: cases.Agent, ID: "sato", Name: "佐藤"}, cases.Actor{Kind: cases.Agent, ID: "ito", Name: "伊藤"}
	yamada := cases.Actor{Kind: cases.Customer, Name: "山田"}
	history := func(list ...any) []cases.Event {
		events := []cases.Event{{Seq: 1, Data: cases.Opened{}}, {Seq: 2, Actor: yamada, Data: cases.MessageReceived{}}}
		for i := 0; i < len(list); i += 2 {
			events = append(events, cases.Event{Seq: len(events) + 1, Actor: list[i].(cases.Actor), Data: list[i+1].(cases.Data)})
		}
		return events
	}
	for name, c := range map[string]struct {
		then []cases.Event
		want []int
	}{
		"nothing":                       {history(), nil},
		"a message":                     {history(yamada, cases.MessageReceived{}), []int{3}},
		"an automatic one":              {history(yamada, cases.MessageReceived{Auto: "bounce"}), nil},
		"a colleague's reply":           {history(ito, cases.Replied{Message: "m"}), []int{3}},
		"one of theirs, in another tab": {history(sato, cases.Replied{Message: "m"}), []int{3}},
		"one that was taken back":       {history(ito, cases.Replied{Message: "m"}, ito, cases.ReplyUndone{Message: "m"}), nil},
		"another view of the priority":  {history(ito, cases.PriorityJudged{}, yamada, cases.PriorityObjected{}), []int{3, 4}},
		"their own view":                {history(sato, cases.PriorityJudged{}), nil},
		"another state":                 {history(ito, cases.StatusChanged{From: cases.Open, To: cases.Resolved}), []int{3}},
		"their own state":               {history(sato, cases.StatusChanged{From: cases.Open, To: cases.Resolved}), nil},
		"a state that is as it was":     {history(ito, cases.StatusChanged{From: cases.New, To: cases.Open}, ito, cases.StatusChanged{From: cases.Open, To: cases.New}), nil},
		"somebody took the new case up": {history(ito, cases.StatusChanged{From: cases.New, To: cases.Open}), nil},
		"a note":                        {history(ito, cases.Noted{}), nil},
	} {
		var got []int
		for _, e := range cases.Meanwhile(c.then, 2, "sato") {
			got = append(got, e.Seq)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if len(cases.Meanwhile(c.then, len(c.then), "sato")) > 0 {
			t.Errorf("%s: what was read counts as news", name)
		}
	}
}
