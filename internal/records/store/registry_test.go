package store_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

func putOrganization(t *testing.T, s *store.Store, o store.Organization) {
	t.Helper()
	write(t, s, func(tx *store.Tx) error { return tx.PutOrganization(o) })
}

func putContact(t *testing.T, s *store.Store, c store.Contact) {
	t.Helper()
	write(t, s, func(tx *store.Tx) error { return tx.PutContact(c) })
}

func organizationIDs(list []store.Organization) (ids []string) {
	for _, o := range list {
		ids = append(ids, o.ID)
	}
	return ids
}

func TestAnOrganizationIsFoundByNameAndDomain(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	acme := store.Organization{
		ID: "o1", NameJA: "株式会社アクメ", NameEN: "Acme Corp.", Kana: "アクメ", Contract: "acme",
		Language: "ja", Domains: []string{"acme.co.jp", "acme.example"}, Phone: "03-0000-0000", Note: "担当は東京", Created: friday, Updated: friday,
	}
	putOrganization(t, s, acme)
	putOrganization(t, s, store.Organization{ID: "o2", NameJA: "ベータ商事", Kana: "ﾍﾞｰﾀ", Domains: []string{"Acme.co.jp", "beta_x.jp"}})
	putOrganization(t, s, store.Organization{ID: "o3", NameEN: "Old Co", Domains: []string{"acme.co.jp"}, Archived: true})

	if diff := cmp.Diff(acme, must[store.Organization](t)(s.Organization(ctx, "o1"))); diff != "" {
		t.Errorf("(-put +read):\n%s", diff)
	}
	shared := must[[]store.Organization](t)(s.OrganizationsByDomain(ctx, "ACME.co.jp"))
	if diff := cmp.Diff([]string{"o1", "o2"}, organizationIDs(shared)); diff != "" {
		t.Errorf("a domain that a group shares: %s", diff)
	}
	for search, want := range map[string][]string{
		"アクメ": {"o1"}, "ｱｸﾒ": {"o1"}, "ACME": {"o1", "o2"}, "ベータ": {"o2"}, "_": {"o2"}, "%": nil, "": {"o1", "o2"}, "Old": nil,
	} {
		list, _, err := s.ListOrganizations(ctx, store.OrganizationQuery{Scope: store.Everyone(), Search: search})
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(want, organizationIDs(list)); diff != "" {
			t.Errorf("search %q: %s", search, diff)
		}
	}
	var got []string
	for query := (store.OrganizationQuery{Scope: store.Everyone(), Archived: true, Limit: 1}); ; {
		list, next, err := s.ListOrganizations(ctx, query)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, organizationIDs(list)...)
		if query.After = next; next.End() {
			break
		}
	}
	if diff := cmp.Diff([]string{"o3", "o1", "o2"}, got); diff != "" {
		t.Errorf("page by page: %s", diff)
	}

	acme.Domains, acme.NameEN, acme.Created = []string{"acme.jp"}, "Acme", friday.AddDate(1, 0, 0)
	putOrganization(t, s, acme)
	again := must[store.Organization](t)(s.Organization(ctx, "o1"))
	if acme.Created = friday; cmp.Diff(acme, again) != "" {
		t.Errorf("after a change: %+v", again)
	}
	_, err := s.Organization(ctx, "none")
	wantFault(t, err, fault.NotFound)
}

func TestAnAddressBelongsToOneContact(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	putOrganization(t, s, store.Organization{ID: "o1"})
	yamada := store.Contact{
		ID: "p1", Organization: "o1", Name: "山田 太郎", Language: "ja", Title: "情報システム部", Created: friday, Updated: friday,
		Kana: "やまだ たろう", Zone: "Asia/Tokyo", Note: "午後のみ", MayNotInstruct: true,
		Addresses: []store.ContactAddress{
			{Addr: "yamada@example.co.jp", Kind: "work", Main: true, Verified: true, How: "link", At: friday, By: "a1"},
			{Addr: "it@example.co.jp", Kind: "shared"},
		},
		Phones: []store.ContactPhone{
			{Number: "+819012345678", Shown: "090-1234-5678", Kind: "mobile", Main: true, Verified: true, How: "phone", At: friday, By: "a1"},
			{Number: "+81312345678", Ext: "12", Shown: "03-1234-5678", Kind: "work"},
		},
	}
	putContact(t, s, yamada)
	found := must[store.Contact](t)(s.ContactByAddress(ctx, " Yamada@Example.co.jp"))
	if diff := cmp.Diff(yamada, found); diff != "" {
		t.Errorf("(-put +read):\n%s", diff)
	}
	if !found.Verified("YAMADA@example.co.jp") || found.Verified("it@example.co.jp") || found.Verified("x@example.co.jp") {
		t.Error("which addresses are verified is not kept")
	}
	taken := s.Write(ctx, func(tx *store.Tx) error {
		return tx.PutContact(store.Contact{ID: "p2", Organization: "o1", Name: "鈴木", Addresses: []store.ContactAddress{{Addr: "IT@example.co.jp"}}})
	})
	wantFault(t, taken, fault.Conflict, "IT@example.co.jp belongs to another contact")
	_, err := s.Contact(ctx, "p2")
	wantFault(t, err, fault.NotFound)
	nobody := s.Write(ctx, func(tx *store.Tx) error { return tx.PutContact(store.Contact{ID: "p3", Organization: "none"}) })
	wantFault(t, nobody, fault.Conflict)

	for search, want := range map[string]int{"やまだ": 1, "山田": 1, "YAMADA": 1, "it@": 1, "鈴木": 0} {
		list, _, err := s.ListContacts(ctx, store.ContactQuery{Scope: store.Everyone(), Organization: "o1", Search: search})
		if err != nil || len(list) != want {
			t.Errorf("search %q: %d contacts, %v", search, len(list), err)
		}
	}
	yamada.Archived = true
	putContact(t, s, yamada)
	_, err = s.ContactByAddress(ctx, "yamada@example.co.jp")
	wantFault(t, err, fault.NotFound)
}

func TestANumberFindsItsPeople(t *testing.T) {
	s := open(t)
	putOrganization(t, s, store.Organization{ID: "o1"})
	putOrganization(t, s, store.Organization{ID: "o2"})
	main := []store.ContactPhone{{Number: "+81312345678", Shown: "03-1234-5678"}}
	putContact(t, s, store.Contact{ID: "p1", Organization: "o1", Name: "山田", Phones: main})
	putContact(t, s, store.Contact{ID: "p2", Organization: "o1", Name: "小川", Phones: []store.ContactPhone{{Number: "+81312345678", Ext: "5", Shown: "03-1234-5678"}}})
	putContact(t, s, store.Contact{ID: "p3", Organization: "o2", Name: "高橋", Phones: main})
	putContact(t, s, store.Contact{ID: "p4", Organization: "o1", Name: "退職者", Phones: main, Archived: true})
	for _, c := range []struct {
		scope store.Scope
		want  int
	}{{store.Everyone(), 3}, {store.Only("o1"), 2}, {store.Only("o2"), 1}} {
		if list := must[[]store.Contact](t)(s.ContactsByPhone(t.Context(), c.scope, "+81312345678")); len(list) != c.want || len(list[0].Phones) != 1 {
			t.Errorf("%v: %d people have the number, not %d", c.scope, len(list), c.want)
		}
	}
	_, err := s.ContactsByPhone(t.Context(), store.Scope{}, "+81312345678")
	wantFault(t, err, fault.Internal)
	list, _, err := s.ListContacts(t.Context(), store.ContactQuery{Scope: store.Everyone(), Number: "+81312345678", Search: "小"})
	if err != nil || len(list) != 1 || list[0].ID != "p2" {
		t.Errorf("by number and name: %v, %v", list, err)
	}
}
