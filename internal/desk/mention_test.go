package desk_test

import (
	"slices"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
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
