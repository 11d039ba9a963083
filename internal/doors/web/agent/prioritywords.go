package agent

import (
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/contract"
)

// PriorityWords are the words of every contract's priorities: the newest
// version's where several have an id, and the default contract's before any
// other's.
func PriorityWords(list []*contract.Contract, first string) map[string]ui.PriorityWords {
	words := map[string]ui.PriorityWords{}
	add := func(c *contract.Contract) {
		ranked := c.Priorities() // the most urgent first
		for i := range ranked {
			p, weight := &ranked[i], "l"
			switch {
			case i == 0:
				weight = "h"
			case i < (len(ranked)+1)/2:
				weight = "m"
			}
			words[string(p.ID)] = ui.PriorityWords{
				Name:   map[ui.Lang]string{ui.JA: p.Label.JA, ui.EN: p.Label.EN},
				Letter: map[ui.Lang]string{ui.JA: p.Letter.JA, ui.EN: p.Letter.EN},
				Weight: weight,
			}
		}
	}
	for _, own := range []bool{false, true} {
		for _, c := range list {
			if (c.ID() == first) == own {
				add(c)
			}
		}
	}
	return words
}
