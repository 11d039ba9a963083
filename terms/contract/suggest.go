package contract

// Suggest names the priority that answers to the criteria's plain questions
// point to, with the criteria that say so. The most urgent criterion answered
// with yes wins; without any, it is the initial priority and no clause. A
// person decides.
func (c *Contract) Suggest(answers map[ClauseID]bool) (PriorityID, []ClauseID) {
	best, rank := c.initial, 0
	var because []ClauseID
	for i := range c.criteria {
		k := &c.criteria[i]
		if !answers[k.Clause] {
			continue
		}
		switch r := c.rank(k.Priority); {
		case r > rank:
			best, rank, because = k.Priority, r, []ClauseID{k.Clause}
		case r == rank:
			because = append(because, k.Clause)
		}
	}
	return best, because
}
