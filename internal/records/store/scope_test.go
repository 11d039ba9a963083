package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// TestAnotherOrganizationsRowsNeverComeBack asks every list that can show
// customers' data on behalf of one organization, in a store where another one
// has the same addresses, domains and words in everything.
func TestAnotherOrganizationsRowsNeverComeBack(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	for _, org := range []string{"acme", "beta"} {
		putOrganization(t, s, store.Organization{ID: org, NameJA: "同じ名前", Domains: []string{"shared.jp"}})
		putContact(t, s, store.Contact{ID: "p-" + org, Organization: org, Name: "山田", Addresses: []store.ContactAddress{{Addr: org + "@shared.jp"}}})
		write(t, s, func(tx *store.Tx) error {
			return tx.PutAmendment(store.Amendment{ID: "memo-" + org, Organization: org, Contract: "c", YAML: "same", Added: friday})
		})
		for i := range 3 {
			id := fmt.Sprintf("%s-%d", org, i)
			openCase(t, s, matter{id: id, organization: org, addr: "yamada@shared.jp", mail: "same@shared.jp", deadline: friday})
			write(t, s, func(tx *store.Tx) error {
				if err := tx.PutInbound(store.Inbound{ID: "in-" + id, ReceivedAt: friday, Case: cases.ID(id), State: store.InboundDuplicate, Raw: keep(t, s, nil)}); err != nil {
					return err
				}
				return tx.PutOutbound(store.Outbound{ID: "out-" + id, Case: cases.ID(id), CreatedAt: friday, Raw: keep(t, s, nil)})
			})
		}
	}
	openCase(t, s, matter{id: "stranger", addr: "yamada@shared.jp", deadline: friday})
	write(t, s, func(tx *store.Tx) error {
		return tx.PutInbound(store.Inbound{ID: "in-nobody", ReceivedAt: friday, State: store.InboundDuplicate, Raw: keep(t, s, nil)})
	})

	// Each list returns whose its rows are.
	lists := map[string]func(store.Scope) ([]string, error){
		"queue": func(scope store.Scope) ([]string, error) {
			rows, _, err := s.Queue(ctx, store.QueueQuery{Organization: scope})
			return owners(rows, func(r store.CaseRow) string { return r.Organization }), err
		},
		"amendments": func(scope store.Scope) ([]string, error) {
			rows, err := s.ListAmendments(ctx, scope)
			return owners(rows, func(r store.Amendment) string { return r.Organization }), err
		},
		"unassigned": func(scope store.Scope) ([]string, error) {
			rows, _, err := s.Queue(ctx, store.QueueQuery{Filter: store.Filter{Assignee: []string{""}}, Organization: scope})
			return owners(rows, func(r store.CaseRow) string { return r.Organization }), err
		},
		"cases of an address": func(scope store.Scope) ([]string, error) {
			rows, _, err := s.CasesOfAddress(ctx, scope, "Yamada@shared.jp", 0, store.Since{})
			return owners(rows, func(r store.CaseRow) string { return r.Organization }), err
		},
		"cases of an organization": func(scope store.Scope) ([]string, error) {
			mine, _, err := s.CasesOfOrganization(ctx, scope, "acme", 0, store.Since{})
			if err != nil {
				return nil, err
			}
			other, _, err := s.CasesOfOrganization(ctx, scope, "beta", 0, store.Since{})
			return owners(append(mine, other...), func(r store.CaseRow) string { return r.Organization }), err
		},
		"one case": func(scope store.Scope) ([]string, error) {
			var got []string
			for _, id := range []string{"acme-0", "beta-0"} {
				row, err := s.CaseRow(ctx, scope, cases.ID(id))
				if err == nil {
					got = append(got, row.Organization)
				} else if !fault.Is(err, fault.NotFound) {
					return nil, err
				}
			}
			return got, nil
		},
		"cases given": func(scope store.Scope) ([]string, error) {
			rows, err := s.CasesWithin(ctx, scope, []string{"acme-0", "beta-0", "stranger", "none"})
			return owners(rows, func(id string) string { return ownerOf(id, "") }), err
		},
		"running cases": func(scope store.Scope) ([]string, error) {
			rows, err := s.RunningCases(ctx, scope, "acme", 100)
			return owners(rows, func(r store.CaseRow) string { return r.Organization }), err
		},
		"organizations": func(scope store.Scope) ([]string, error) {
			rows, _, err := s.ListOrganizations(ctx, store.OrganizationQuery{Scope: scope, Search: "同じ"})
			return organizationIDs(rows), err
		},
		"contacts": func(scope store.Scope) ([]string, error) {
			rows, _, err := s.ListContacts(ctx, store.ContactQuery{Scope: scope, Search: "shared"})
			return owners(rows, func(c store.Contact) string { return c.Organization }), err
		},
		"inbound": func(scope store.Scope) ([]string, error) {
			rows, _, err := s.ListInbound(ctx, scope, store.InboundDuplicate, 0, store.Since{})
			return owners(rows, func(in store.Inbound) string { return ownerOf(in.ID, "in-") }), err
		},
		"outbound": func(scope store.Scope) ([]string, error) {
			rows, _, err := s.ListOutbound(ctx, store.OutboundQuery{Organization: scope})
			return owners(rows, func(o store.Outbound) string { return ownerOf(o.ID, "out-") }), err
		},
	}
	for name, list := range lists {
		all, err := list(store.Everyone())
		if err != nil || count(all, "acme") == 0 || count(all, "beta") == 0 {
			t.Errorf("%s: the desk sees %v, %v", name, all, err)
		}
		mine, err := list(store.Only("acme"))
		if err != nil || count(mine, "acme") == 0 || count(mine, "acme") != len(mine) {
			t.Errorf("%s: acme sees rows of %v, %v", name, mine, err)
		}
		for scope, want := range map[string]struct {
			scope store.Scope
			sees  []string
		}{
			"some organizations":                      {store.Among([]string{"gamma", "beta"}, false), []string{"beta"}},
			"two organizations":                       {store.Among([]string{"acme", "beta"}, false), []string{"acme", "beta"}},
			"an organization and the unidentified":    {store.Among([]string{"beta"}, true), []string{"beta", ""}},
			"no organization":                         {store.Among(nil, false), nil},
			"only the unidentified":                   {store.Among(nil, true), []string{""}},
			"all organizations, not the unidentified": {store.Identified(), []string{"acme", "beta"}},
		} {
			rows, err := list(want.scope)
			if err != nil {
				t.Errorf("%s within %s: %v", name, scope, err)
			}
			for _, owner := range rows {
				if owner == "stranger" {
					owner = ""
				}
				if !slices.Contains(want.sees, owner) {
					t.Errorf("%s within %s shows rows of %q", name, scope, owner)
				}
			}
			for _, owner := range want.sees {
				if owner != "" && count(rows, owner) == 0 {
					t.Errorf("%s within %s shows nothing of %s", name, scope, owner)
				}
			}
		}
		if nobody, err := list(store.Only("gamma")); err != nil || len(nobody) != 0 {
			t.Errorf("%s: a third company sees rows of %v, %v", name, nobody, err)
		}
		for _, none := range []store.Scope{{}, store.Only("")} {
			if rows, err := list(none); !fault.Is(err, fault.Internal) || len(rows) != 0 {
				t.Errorf("%s without a scope: %v, %v", name, rows, err)
			}
		}
	}
	count := func(f store.Filter) int {
		return must[store.Tally](t)(s.QueueCount(ctx, store.QueueQuery{Filter: f, Organization: store.Only("acme"), Now: friday})).N
	}
	if count(store.Filter{}) != 3 || count(store.Filter{Customer: []string{""}}) != 0 || count(store.Filter{Customer: []string{"beta"}}) != 0 {
		t.Error("acme counts cases of others")
	}
	for all, scope := range map[int]store.Scope{0: store.Among(nil, false), 4: store.Among([]string{"beta"}, true), 6: store.Identified(), 7: store.Everyone()} {
		if got := must[store.Tally](t)(s.QueueCount(ctx, store.QueueQuery{Organization: scope, Now: friday})).N; got != all {
			t.Errorf("a scope of %d cases counts %d", all, got)
		}
	}
}

func owners[T any](rows []T, of func(T) string) (list []string) {
	for _, r := range rows {
		list = append(list, of(r))
	}
	return list
}

// ownerOf reads the organization out of an id such as "in-acme-0".
func ownerOf(id, prefix string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(id, prefix), "-")
	return name
}

func count(words []string, word string) (n int) {
	for _, w := range words {
		if w == word {
			n++
		}
	}
	return n
}
