package desk_test

import (
	"slices"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
	"madoguchi/terms/notice"
)

func TestWhoIsNamedInANoteIsTold(t *testing.T) {
	b := newBench(t, "11-20 16:42:00")
	ito, mori := b.hired("伊藤", "ito@desk.example", desk.Agent), b.hired("森", "mori@desk.example", desk.Agent)
	_, err := b.PutTeam(b.ctx, b.sato, store.Team{NameJA: "基盤チーム", NameEN: "Platform", Members: []string{mori.ID, b.sato.ID}})
	b.must(err)
	b.mail("yamada@aoba.example", "帳票が出ません", "お願いします。")
	c := b.last()
	_, err = b.Note(b.ctx, b.sato, c.ID, "＠伊藤さん、@基盤チーム の皆さん、確認をお願いします。")
	b.must(err)
	told := func(who desk.Viewer) bool {
		list, _, err := b.store.Notices(b.ctx, store.NoticeQuery{Agent: who.ID, Limit: 50})
		b.must(err)
		return slices.ContainsFunc(list, func(n store.Notice) bool { return n.Kind == string(notice.Mentioned) && n.Case == c.ID })
	}
	if !told(ito) || !told(mori) || told(b.sato) {
		t.Errorf("told: 伊藤 %v, 森 of the team %v, the writer %v", told(ito), told(mori), told(b.sato))
	}
}

func TestANoteNamesOnlyWhoMaySeeTheCase(t *testing.T) {
	b := newBench(t, "11-20 16:42:00")
	_, west := b.role("west", desk.WorkCases)
	b.must(b.SetSights(b.ctx, b.sato, west.ID, []string{b.organization("Kestrel").ID}))
	west = b.again(west)
	_, err := b.PutTeam(b.ctx, b.sato, store.Team{NameJA: "基盤チーム", NameEN: "Platform", Members: []string{west.ID}})
	b.must(err)
	b.mail("yamada@aoba.example", "帳票が出ません", "お願いします。")
	c := b.last()
	_, err = b.Note(b.ctx, b.sato, c.ID, "@west と @基盤チーム に確認します。")
	b.must(err)
	b.wantTold(west, "")
	known, err := b.Nameable(b.ctx, b.sato, c.ID)
	b.must(err)
	if slices.ContainsFunc(known, func(n desk.Named) bool { return n.Agent == west.ID }) || !slices.ContainsFunc(known, func(n desk.Named) bool { return n.Name == "Platform" && n.Members == 1 }) {
		t.Errorf("whom a note can name: %+v", known)
	}
	if _, err := b.Nameable(b.ctx, west, c.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("names of a case that one may not see: %v", err)
	}
}
