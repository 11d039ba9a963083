package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// twoCompanies are customers with a person each.
func twoCompanies(t *testing.T) *store.Store {
	t.Helper()
	s := open(t)
	putOrganization(t, s, store.Organization{ID: "aoba", NameJA: "青葉商事株式会社", NameEN: "Aoba Trading", Kana: "アオバショウジ", Domains: []string{"aoba.example"}, Phone: "03-0000-0100", Number: "+81300000100"})
	putOrganization(t, s, store.Organization{ID: "chidori", NameJA: "千鳥紡績", Kana: "ちどりぼうせき", Domains: []string{"chidori.example"}})
	putContact(t, s, store.Contact{ID: "yamaguchi", Organization: "aoba", Name: "山口 花子", Kana: "ヤマグチ ハナコ", Phones: []store.ContactPhone{{Number: "+81300000121"}}, Addresses: []store.ContactAddress{{Addr: "yamaguchi@aoba.example"}}})
	putContact(t, s, store.Contact{ID: "jane", Organization: "chidori", Name: "Jane Tan", Phones: []store.ContactPhone{{Number: "+81300000147"}}, Addresses: []store.ContactAddress{{Addr: "jane@chidori.example"}}})
	putContact(t, s, store.Contact{ID: "gone", Organization: "chidori", Name: "Jane Gone", Phones: []store.ContactPhone{{Number: "+81300000147"}}, Archived: true})
	return s
}

func TestACustomerIsFoundByKanjiKanaAndLatinLetters(t *testing.T) {
	s := twoCompanies(t)
	for typed, want := range map[string]string{
		"青葉": "aoba", "アオバ": "aoba yamaguchi", "あおば": "aoba yamaguchi", "ｱｵﾊﾞ": "aoba yamaguchi", "アオバショ": "aoba", "aoba": "aoba yamaguchi", "aobasho": "aoba", "aobasyouzi": "aoba", "aoba trad": "aoba",
		"chi": "chidori jane yamaguchi", "tido": "chidori", "ちどり": "chidori", "chidoribouseki": "chidori", "ちどりぼうs": "chidori",
		"山口": "yamaguchi", "やまぐち": "yamaguchi", "hanako": "yamaguchi", "yamagutih": "", "Yamaguchi": "yamaguchi", "JANE": "jane", "jane tan": "jane", "jane 山口": "",
		"%": "", "_": "", "": "", "ここにない": "",
	} {
		list, err := s.LookUp(context.Background(), store.Everyone(), typed, 9)
		if err != nil {
			t.Fatal(err)
		}
		if got := entryIDs(list); got != want {
			t.Errorf("%q finds %q, want %q", typed, got, want)
		}
	}
	list, err := s.LookUp(context.Background(), store.Only("chidori"), "aoba", 9)
	if err != nil || len(list) != 0 {
		t.Errorf("another organization's scope sees %v, %v", list, err)
	}
	if _, err := s.LookUp(context.Background(), store.Scope{}, "aoba", 9); !fault.Is(err, fault.Internal) {
		t.Errorf("the empty scope: %v", err)
	}
}

func entryIDs(list []store.Entry) string {
	var ids []string
	for _, e := range list {
		ids = append(ids, e.ID)
	}
	return strings.Join(ids, " ")
}

func TestANumberIsFoundInAnyNotation(t *testing.T) {
	ctx := context.Background()
	s := twoCompanies(t)
	for typed, want := range map[string]string{
		"03-0000-0121": "yamaguchi", "0300000121": "yamaguchi", "０３ー００００ー０１２１": "yamaguchi", "+81-3-0000-0121": "yamaguchi", "0121": "yamaguchi",
		"+81300000147": "jane", "03-0000-0100": "aoba", "99": "",
	} {
		list, err := s.LookUp(ctx, store.Everyone(), typed, 9)
		if err != nil {
			t.Fatal(err)
		}
		if got := entryIDs(list); got != want {
			t.Errorf("%q finds %q, want %q", typed, got, want)
		}
	}
	list, err := s.ByPhone(ctx, store.Everyone(), "+81 3 0000 0147")
	if err != nil || entryIDs(list) != "jane" {
		t.Errorf("whose number it is: %v, %v", list, err)
	}
	if list, err = s.ByPhone(ctx, store.Everyone(), "0000-0147"); err != nil || len(list) != 0 {
		t.Errorf("a part of a number is nobody's: %v, %v", list, err)
	}
	_, err = s.ByPhone(ctx, store.Everyone(), "x")
	wantFault(t, err, fault.Invalid)
}

func TestWhatSomebodyOpenedLastComesFirstAndOnce(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	write(t, s, func(tx *store.Tx) error {
		return tx.PutAgent(store.Agent{ID: "sato", Name: "佐藤", Email: "sato@desk.example", Role: store.RoleAgent, Language: "ja"})
	})
	for i, ref := range []string{"c1", "c2", "c1", "c3"} {
		write(t, s, func(tx *store.Tx) error {
			return tx.PutRecent("sato", store.Recent{Kind: store.RecentCase, Ref: ref, At: friday.Add(time.Duration(i) * time.Minute)})
		})
	}
	refs := func(kind string) (list []string) {
		for _, r := range must[[]store.Recent](t)(s.Recents(ctx, "sato", kind, 20)) {
			list = append(list, r.Ref)
		}
		return list
	}
	if diff := cmp.Diff([]string{"c3", "c1", "c2"}, refs(store.RecentCase)); diff != "" {
		t.Error(diff)
	}
	for i := range 40 {
		write(t, s, func(tx *store.Tx) error {
			return tx.PutRecent("sato", store.Recent{Kind: store.RecentQuery, Ref: strings.Repeat("x", i+1), At: friday.Add(time.Duration(i) * time.Minute)})
		})
	}
	if all := must[[]store.Recent](t)(s.Recents(ctx, "sato", store.RecentQuery, 100)); len(all) != 30 || len(all[0].Ref) != 40 {
		t.Errorf("%d are kept, the latest %q", len(all), all[0].Ref)
	}
	write(t, s, func(tx *store.Tx) error { return tx.DropRecents("sato", store.RecentQuery) })
	if len(refs(store.RecentQuery)) != 0 || len(refs(store.RecentCase)) != 3 {
		t.Error("what was forgotten")
	}
}
