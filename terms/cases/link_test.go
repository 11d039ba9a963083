package cases_test

import (
	"testing"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

func aCase(t *testing.T, id, org string, number int64) *cases.Case {
	t.Helper()
	c, err := cases.Fold([]cases.Event{{Case: cases.ID(id), Seq: 1, At: time.Unix(1_800_000_000, 0), Data: cases.Opened{Number: number, Organization: org, Priority: "medium"}}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func write(t *testing.T, c *cases.Case, facts []cases.Data) {
	t.Helper()
	for _, f := range facts {
		if err := c.Apply(cases.Event{Case: c.ID, Seq: c.Version + 1, At: time.Unix(1_800_000_060, 0), Data: f}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestALinkStandsInBothCasesAndIsTakenAwayFromBoth(t *testing.T) {
	for _, why := range []cases.LinkReason{cases.LinkRelated, cases.LinkDuplicateOf, cases.LinkDuplicatedBy, cases.LinkChildOf, cases.LinkParentOf} {
		a, b := aCase(t, "a", "o", 1), aCase(t, "b", "o", 2)
		here, there, err := a.Link(b, why)
		if err != nil {
			t.Fatal(err)
		}
		write(t, a, here)
		write(t, b, there)
		if a.Links[0].Why != why || b.Links[0].Why != why.Other() || a.Links[0].Case != "b" || b.Links[0].Case != "a" {
			t.Errorf("%s: %+v, %+v", why, a.Links, b.Links)
		}
		if _, _, err := a.Link(b, cases.LinkRelated); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: linked twice: %v", why, err)
		}
		here, there, err = b.Unlink(a)
		if err != nil {
			t.Fatal(err)
		}
		write(t, b, here)
		write(t, a, there)
		if len(a.Links)+len(b.Links) != 0 {
			t.Errorf("%s: left %+v, %+v", why, a.Links, b.Links)
		}
	}
}

func TestParentsAndChildrenAreOneLevelOfOneCustomer(t *testing.T) {
	parent, child, third, foreign := aCase(t, "p", "o", 1), aCase(t, "c", "o", 2), aCase(t, "t", "o", 3), aCase(t, "f", "x", 4)
	here, there, err := child.Link(parent, cases.LinkChildOf)
	if err != nil {
		t.Fatal(err)
	}
	write(t, child, here)
	write(t, parent, there)
	if up, ok := child.Parent(); !ok || up.Case != "p" || len(parent.Children()) != 1 {
		t.Errorf("parent %+v, children %+v", up, parent.Children())
	}
	for name, try := range map[string]func() error{
		"a second parent":         func() error { _, _, err := child.Link(third, cases.LinkChildOf); return err },
		"a child of a child":      func() error { _, _, err := third.Link(child, cases.LinkChildOf); return err },
		"a parent that is under":  func() error { _, _, err := parent.Link(third, cases.LinkChildOf); return err },
		"another customer's case": func() error { _, _, err := foreign.Link(parent, cases.LinkChildOf); return err },
		"itself":                  func() error { _, _, err := third.Link(third, cases.LinkRelated); return err },
		"no kind":                 func() error { _, _, err := third.Link(parent, cases.LinkFrozen); return err },
	} {
		if err := try(); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := foreign.Link(parent, cases.LinkRelated); err != nil {
		t.Errorf("related across customers: %v", err)
	}
}
