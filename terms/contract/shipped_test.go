package contract_test

import (
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/terms/contract"
)

// shipped loads the contract that ships with the product.
func shipped(t testing.TB) *contract.Contract {
	t.Helper()
	file, data, err := contracts.Read(contracts.Default)
	if err != nil {
		t.Fatal(err)
	}
	c, err := contract.Load(file, data)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// at reads an instant of the contract's wall clock, "2026-11-22 03:00".
func at(t testing.TB, c *contract.Contract, s string) time.Time {
	t.Helper()
	layout := "2006-01-02 15:04:05"
	if len(s) == len("2006-01-02 15:04") {
		layout = "2006-01-02 15:04"
	}
	v, err := time.ParseInLocation(layout, s, c.Zone())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// deadline is the initial-response deadline of a contact by the shipped rules
// before anything else happens to the case.
func deadline(t testing.TB, c *contract.Contract, in contract.Contact) time.Time {
	t.Helper()
	d := c.Decide(in)
	target, ok := c.Target(contract.FirstResponse, d.Priority, in.Region)
	if !ok {
		t.Fatalf("no initial-response target for %s in %s", d.Priority, in.Region)
	}
	due, err := target.Calendar.Add(d.SupportStarts, target.Business)
	if err != nil {
		t.Fatal(err)
	}
	return due
}
