package web

import (
	"net/http"
	"testing"

	"madoguchi/internal/desk"
)

func TestThePageOfTheRetentionPeriodSaysWhatGoesAndHoldsCustomers(t *testing.T) {
	o := newOffice(t)
	org := o.customer("青葉商事株式会社", "aoba.example", "yamada")
	b := o.signedIn("sato@desk.example")
	b.get("/erasures").says(t, "個人情報の保存期間")
	b.get("/retention").says(t, "まだ自動で削除したものはありません", "次の実行で削除されるケース 0")
	if a := b.post("/retention", "days", "7"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("a week answered %d", a.code)
	} else {
		a.says(t, "30 日以上")
	}
	if a := b.post("/retention", "days", "365"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	b.get("/retention").says(t, "自動の削除は 11/27（金）16:42 以降に始まります")
	if a := b.post("/retention/exceptions", "customer", "知らない会社", "how", "hold", "reason", "訴訟"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("an unknown customer answered %d", a.code)
	} else {
		a.says(t, "お客様「知らない会社」は登録されていません")
	}
	b.post("/retention/exceptions", "customer", "青葉商事株式会社", "how", "hold", "reason", "訴訟のため")
	b.get("/retention").says(t, "青葉商事株式会社 保留中 訴訟のため")
	o.hire("Watanabe", "watanabe@desk.example", desk.Supervisor, "en")
	watanabe := o.signedIn("watanabe@desk.example")
	watanabe.get("/retention").says(t, "Whoever may erase personal data can change it.", "on hold")
	for _, path := range []string{"/retention", "/retention/exceptions", "/retention/exceptions/" + org.ID + "/end"} {
		if a := watanabe.post(path, "days", "30"); a.code != http.StatusForbidden {
			t.Errorf("%s answered a supervisor %d", path, a.code)
		}
	}
	b.post("/retention/exceptions/" + org.ID + "/end")
	b.get("/retention").says(t, "例外はありません")
	b.get("/audit").says(t, "保存期間を変更", "0 → 365 days", "お客様の個人情報の削除を保留", "保存期間の例外・保留を終了")
}
