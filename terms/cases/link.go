package cases

import (
	"slices"

	"madoguchi/terms/fault"
)

// Linked says that the case belongs with another one, and how. It changes
// nothing else: the clocks of both are their own.
type Linked struct {
	Case   ID         `json:"case"`
	Number int64      `json:"number"`
	Why    LinkReason `json:"why"`
}

// Type implements [Data].
func (Linked) Type() string { return "case.linked/1" }

// Unlinked takes a link away again.
type Unlinked struct {
	Case   ID         `json:"case"`
	Number int64      `json:"number"`
	Why    LinkReason `json:"why"`
}

// Type implements [Data].
func (Unlinked) Type() string { return "case.unlinked/1" }

// LinkReason says how two cases belong together, seen from the one that has it.
type LinkReason string

// The reasons. The first two are the desk's own, when it files a mail; the
// others are people's, and stand in both cases.
const (
	LinkOtherCustomer LinkReason = "other-customer" // the mail answers a case of another customer, and was not let in
	LinkFrozen        LinkReason = "frozen"         // the mail answers a case that this build cannot change

	LinkRelated      LinkReason = "related"
	LinkDuplicateOf  LinkReason = "duplicate-of"
	LinkDuplicatedBy LinkReason = "duplicated-by"
	LinkChildOf      LinkReason = "child-of"
	LinkParentOf     LinkReason = "parent-of"
)

// Other is how the other case sees the link; empty for one that only one side has.
func (r LinkReason) Other() LinkReason {
	switch r {
	case LinkRelated:
		return LinkRelated
	case LinkDuplicateOf:
		return LinkDuplicatedBy
	case LinkDuplicatedBy:
		return LinkDuplicateOf
	case LinkChildOf:
		return LinkParentOf
	case LinkParentOf:
		return LinkChildOf
	}
	return ""
}

// Parent returns the case that this one is a child of, if there is one.
func (c *Case) Parent() (Linked, bool) {
	i := slices.IndexFunc(c.Links, func(l Linked) bool { return l.Why == LinkChildOf })
	if i < 0 {
		return Linked{}, false
	}
	return c.Links[i], true
}

// Children are the cases that are children of this one, in the order in which
// they were linked.
func (c *Case) Children() []Linked {
	return slices.DeleteFunc(slices.Clone(c.Links), func(l Linked) bool { return l.Why != LinkParentOf })
}

// Link links two cases and returns the facts for both. A child and its parent,
// and duplicates, are of one customer; a case has one parent at most, and a
// child has no children.
func (c *Case) Link(other *Case, why LinkReason) (here, there []Data, err error) {
	for _, one := range []*Case{c, other} {
		if err := one.check(); err != nil {
			return nil, nil, err
		}
	}
	bad := func(ja, en string) error { return fault.New(fault.Invalid, ja, en).At("other") }
	child, parent := c, other
	if why == LinkParentOf {
		child, parent = other, c
	}
	_, has := child.Parent()
	_, under := parent.Parent()
	switch {
	case why.Other() == "":
		return nil, nil, fault.New(fault.Invalid, "関連の種類を選んでください。", "Please choose how they belong together.").At("why")
	case c.ID == other.ID:
		return nil, nil, bad("同じケースとは関連付けできません。", "A case cannot be linked to itself.")
	case slices.ContainsFunc(c.Links, func(l Linked) bool { return l.Case == other.ID && l.Why.Other() != "" }):
		return nil, nil, fault.New(fault.Conflict, "既に関連付けられています。先に関連を外してください。", "They are linked already. Please take that link away first.").At("other")
	case why != LinkRelated && c.Organization != other.Organization:
		return nil, nil, bad("重複と親子の関連は、同じお客様のケースに限ります。", "Duplicates, parents and children must be of one customer.")
	case (why == LinkChildOf || why == LinkParentOf) && has:
		return nil, nil, bad("子になるケースには、既に親ケースがあります。", "The child has a parent already.")
	case (why == LinkChildOf || why == LinkParentOf) && (under || len(child.Children()) > 0):
		return nil, nil, bad("親子は一段までです。親ケースを別のケースの子にはできません。", "Parents and children go one level deep: a parent cannot be a child.")
	}
	return []Data{Linked{Case: other.ID, Number: other.Number, Why: why}}, []Data{Linked{Case: c.ID, Number: c.Number, Why: why.Other()}}, nil
}

// Unlink takes the link of two cases away and returns the facts for both.
func (c *Case) Unlink(other *Case) (here, there []Data, err error) {
	for _, one := range []*Case{c, other} {
		if err := one.check(); err != nil {
			return nil, nil, err
		}
	}
	for _, l := range c.Links {
		if l.Case == other.ID && l.Why.Other() != "" {
			return []Data{Unlinked(l)}, []Data{Unlinked{Case: c.ID, Number: c.Number, Why: l.Why.Other()}}, nil
		}
	}
	return nil, nil, fault.New(fault.NotFound, "その関連はありません。", "There is no such link.")
}

func (c *Case) applyLink(d Data) {
	switch d := d.(type) {
	case Linked:
		if !slices.Contains(c.Links, d) {
			c.Links = append(slices.Clip(c.Links), d)
		}
	case Unlinked:
		c.Links = slices.DeleteFunc(slices.Clone(c.Links), func(l Linked) bool { return l == Linked(d) })
	}
}
