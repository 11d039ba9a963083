package staff_test

import (
	"testing"

	"madoguchi/terms/staff"
)

func TestWhoGetsTheNextCase(t *testing.T) {
	list := []staff.Candidate{{ID: "ito", Load: 3}, {ID: "mori", Load: 1}, {ID: "sato", Load: 1, Skilled: true}}
	for name, c := range map[string]struct {
		how  staff.How
		list []staff.Candidate
		last string
		most int
		want string
	}{
		"the first in turn":                      {staff.RoundRobin, list[:2], "", 0, "ito"},
		"one after the other":                    {staff.RoundRobin, list[:2], "ito", 0, "mori"},
		"round again":                            {staff.RoundRobin, list[:2], "mori", 0, "ito"},
		"who has enough is passed over":          {staff.RoundRobin, list[:2], "mori", 3, "mori"},
		"the skilled come first":                 {staff.RoundRobin, list, "", 0, "sato"},
		"an unskilled one when they have enough": {staff.RoundRobin, []staff.Candidate{{ID: "ito"}, {ID: "sato", Load: 5, Skilled: true}}, "", 5, "ito"},
		"who has the fewest":                     {staff.LeastLoaded, list[:2], "", 0, "mori"},
		"a tie goes in turn":                     {staff.LeastLoaded, []staff.Candidate{{ID: "a"}, {ID: "b"}, {ID: "c"}}, "a", 0, "b"},
		"everybody has enough":                   {staff.LeastLoaded, list, "", 1, ""},
		"by hand":                                {staff.ByHand, list, "", 0, ""},
		"nobody is there":                        {staff.RoundRobin, nil, "ito", 0, ""},
	} {
		got, ok := staff.Share(c.how, c.list, c.last, c.most)
		if got.ID != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q, want %q", name, got.ID, c.want)
		}
	}
}
