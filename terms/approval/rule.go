// Package approval decides which replies need another person's approval before
// they leave (上長承認), and who may give it.
//
// It owns the matching of rules and the choice of approvers. It refuses to know
// what approving does to a clock: the release of the reply decides that, and an
// approver's instant is the release.
//
// Start reading at [First] and [Approvers].
package approval

import "slices"

// Rule says which replies need an approval. Each list names what it is about;
// an empty one is about everything. All lists must fit.
type Rule struct {
	ID            string   `json:"id"`
	Name          string   `json:"name"`                    // as people read it beside a reply that waits
	Teams         []string `json:"teams,omitempty"`         // ids of teams that the writer belongs to
	Agents        []string `json:"agents,omitempty"`        // ids of writers
	Priorities    []string `json:"priorities,omitempty"`    // that the case runs at
	Organizations []string `json:"organizations,omitempty"` // ids of customers
	Templates     []string `json:"templates,omitempty"`     // ids of texts that were put into the reply
	Initial       bool     `json:"initial,omitempty"`       // only initial responses
	Approvers     []string `json:"approvers,omitempty"`     // ids of who may approve; empty: whoever has the permission
}

// Reply is what a rule looks at.
type Reply struct {
	Writer       string
	Teams        []string
	Priority     string
	Organization string
	Templates    []string
	Initial      bool
}

// Applies reports whether a reply needs an approval by the rule.
func (r Rule) Applies(to Reply) bool {
	return (!r.Initial || to.Initial) &&
		shares(r.Agents, []string{to.Writer}) && shares(r.Teams, to.Teams) && shares(r.Priorities, []string{to.Priority}) &&
		shares(r.Organizations, []string{to.Organization}) && shares(r.Templates, to.Templates)
}

// shares reports whether the lists have something in common; an empty first one fits all.
func shares(wanted, have []string) bool {
	return len(wanted) == 0 || slices.ContainsFunc(have, func(h string) bool { return h != "" && slices.Contains(wanted, h) })
}

// First returns the first rule that applies.
func First(rules []Rule, to Reply) (Rule, bool) {
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.Applies(to) })
	if i < 0 {
		return Rule{}, false
	}
	return rules[i], true
}

// Person is somebody of the desk who can sign in.
type Person struct {
	ID    string
	May   bool // has the permission to approve
	Away  bool
	Teams []string
}

// Approvers returns the ids of those who may approve a reply of a writer: never
// the writer. Those whom the rule names may; when all of them are away or gone,
// so may others with the permission who share a team with one of them, and when
// there are none, everybody with the permission.
func Approvers(named []string, writer string, people []Person) []string {
	may := func(fits func(Person) bool) []string {
		var ids []string
		for _, p := range people {
			if p.ID != writer && fits(p) {
				ids = append(ids, p.ID)
			}
		}
		return ids
	}
	permitted := func(p Person) bool { return p.May }
	if len(named) == 0 {
		return may(permitted)
	}
	first := may(func(p Person) bool { return slices.Contains(named, p.ID) })
	if len(may(func(p Person) bool { return slices.Contains(named, p.ID) && !p.Away })) > 0 {
		return first
	}
	var teams []string
	for _, p := range people {
		if slices.Contains(named, p.ID) {
			teams = append(teams, p.Teams...)
		}
	}
	others := may(func(p Person) bool { return p.May && len(teams) > 0 && shares(teams, p.Teams) })
	if !slices.ContainsFunc(others, func(id string) bool { return !slices.Contains(first, id) }) {
		others = may(permitted)
	}
	for _, id := range others {
		if !slices.Contains(first, id) {
			first = append(first, id)
		}
	}
	return first
}
