package web

import (
	"context"
	"net/http"
	"testing"
	"time"

	"madoguchi/internal/records/store"
)

func TestATeamsFormSaysHowCasesAreGivenOutAndPeopleTakeTheNext(t *testing.T) {
	o := newOffice(t)
	o.customer("青葉商事株式会社", "aoba.example", "yamada")
	o.at(time.Date(2026, 11, 20, 10, 0, 0, 0, tokyo))
	id := o.mail("yamada <yamada@aoba.example>", "画面が開かない", "最初の連絡です。")
	b := o.signedIn("sato@desk.example")
	b.get("/queue").says(t, "次の案件を取る")
	a := b.act("take-next", "/queue/next")
	if to := a.header.Get("HX-Redirect"); to != "/cases/"+id {
		t.Fatalf("taken: %d %q", a.code, to)
	}
	b.get("/cases/"+id).says(t, "本人が取りました（それまでの担当 0 件）")
	b.act("take-next", "/queue/next").says(t, "担当の決まっていない案件は、今はありません")

	team, err := o.desk.PutTeam(context.Background(), o.admin, store.Team{NameJA: "一次対応", Members: []string{o.admin.ID}})
	o.must(err)
	b = o.signedIn(o.admin.Email)
	b.get("/teams/"+team.ID).says(t, "ケースの割り当て方", "順番に割り当てる")
	if a := b.post("/teams/"+team.ID, "name_ja", "一次対応", "member", o.admin.ID, "how", "round-robin", "most", "many"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("a limit that is no number: %d", a.code)
	}
	b.post("/teams/"+team.ID, "name_ja", "一次対応", "member", o.admin.ID, "how", "round-robin", "most", "5", "fresh", "yes")
	got, err := o.desk.Distribution(context.Background(), o.admin, team.ID)
	if err != nil || got.How != "round-robin" || got.Most != 5 || !got.Fresh {
		t.Errorf("kept: %+v, %v", got, err)
	}
	fresh := o.mail("yamada <yamada@aoba.example>", "新しい件", "本文")
	b.get("/cases/"+fresh).says(t, "一次対応 の順番による自動割り当て")
}
