package staff

import "slices"

// How says how a team's cases are given to its people.
type How string

// The ways to give out cases. ByHand is none: people are assigned by people.
const (
	ByHand      How = ""
	RoundRobin  How = "round-robin"  // one after the other
	LeastLoaded How = "least-loaded" // to who has the fewest to act on
)

// Hows are all of them, in the order of the form.
var Hows = []How{ByHand, RoundRobin, LeastLoaded}

// Candidate is somebody who may get a case now.
type Candidate struct {
	ID      string
	Load    int  // cases on which they have to act
	Skilled bool // they have every skill that the case asks for
}

// Share chooses who gets the next case: nobody who has reached most (0: no
// limit); only the skilled while there are any; and of these by how, where a
// tie goes to who comes next after last in the order of the list.
func Share(how How, list []Candidate, last string, most int) (Candidate, bool) {
	at := slices.IndexFunc(list, func(c Candidate) bool { return c.ID == last })
	turn := slices.Concat(list[at+1:], list[:at+1])
	turn = slices.DeleteFunc(turn, func(c Candidate) bool { return most > 0 && c.Load >= most })
	if slices.ContainsFunc(turn, func(c Candidate) bool { return c.Skilled }) {
		turn = slices.DeleteFunc(turn, func(c Candidate) bool { return !c.Skilled })
	}
	if len(turn) == 0 || how == ByHand {
		return Candidate{}, false
	}
	if how == RoundRobin {
		return turn[0], true
	}
	return slices.MinFunc(turn, func(a, b Candidate) int { return a.Load - b.Load }), true
}
