package web

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
)

// typed is the palette's list for what was typed.
func (b *browser) typed(text string, open ...string) answer {
	b.o.t.Helper()
	return b.get("/palette?" + query("q", text, "case", strings.Join(open, "")))
}

// aoba is a customer with a reading and a person with a telephone.
func (o *office) aoba() (store.Organization, store.Contact) {
	o.t.Helper()
	ctx := context.Background()
	org, err := o.desk.PutOrganization(ctx, o.admin, store.Organization{NameJA: "青葉商事株式会社", Kana: "アオバショウジ", Language: "ja", Domains: []string{"aoba.example"}})
	o.must(err)
	c, err := o.desk.PutContact(ctx, o.admin, store.Contact{Organization: org.ID, Name: "山田 健一", Phones: []store.ContactPhone{{Shown: "03-0000-0121"}}, Language: "ja", Addresses: []store.ContactAddress{{Addr: "yamada@aoba.example", Verified: true}}})
	o.must(err)
	return org, c
}

func TestEverythingIsFoundInThePaletteHoweverItIsTyped(t *testing.T) {
	o := newOffice(t)
	org, person := o.aoba()
	id := o.mail("yamada@aoba.example", "社外からのアクセスの障害", "昨日から拒否されます。")
	o.must(o.index.CatchUp(context.Background(), nil))
	b := o.signedIn("sato@desk.example")
	for _, word := range []string{"障害", "しょうがい", "ショウガイ", "shougai", "syougai", "しょうg"} {
		a := b.typed(word)
		a.says(t, "検索：過去のやり取りと障害を探す")
		if !strings.Contains(a.body, `href="/cases/`+id+`"`) {
			t.Errorf("%s does not lead to the case: %s", word, text(a.body))
		}
	}
	for _, word := range []string{"優先度", "ゆうせんど", "yuusendo", "yusendo", "priority"} {
		b.typed(word, id).says(t, "優先度の変更を提案する", "契約：優先度と初期対応")
		if a := b.typed(word); strings.Contains(a.body, "優先度の変更を提案する") {
			t.Errorf("%s: without an open case nothing can be proposed", word)
		}
	}
	for _, word := range []string{"CS-1", "cs1", "１", "アクセスの障", "青葉", "あおば", "aoba", "yamada"} {
		if a := b.typed(word); !strings.Contains(a.body, `href="/cases/`+id+`"`) {
			t.Errorf("%s does not lead to the case: %s", word, text(a.body))
		}
	}
	for _, word := range []string{"青葉", "アオバシ", "aobasho", "aobasyouzi"} {
		if a := b.typed(word); !strings.Contains(a.body, `href="/customers/`+org.ID+`"`) {
			t.Errorf("%s does not lead to the customer: %s", word, text(a.body))
		}
	}
	for _, word := range []string{"山田", "yamada", "03-0000-0121", "+81 3 0000 0121", "０３ー００００ー０１２１"} {
		if a := b.typed(word); !strings.Contains(a.body, `href="/contacts/`+person.ID+`"`) {
			t.Errorf("%s does not lead to the person: %s", word, text(a.body))
		}
	}
	if a := b.typed(strings.Repeat("長", 201)); a.code != http.StatusUnprocessableEntity {
		t.Errorf("much too long a text answers %d", a.code)
	}
}

func TestThePaletteOffersWhatTheViewerMayDo(t *testing.T) {
	o := newOffice(t)
	o.hire("伊藤", "ito@desk.example", desk.Agent, "en")
	admin, ito := o.signedIn("sato@desk.example"), o.signedIn("ito@desk.example")
	admin.typed("settings").says(t, "個人設定", "窓口の設定")
	a := ito.typed("settings")
	a.says(t, "My settings")
	if strings.Contains(a.body, "/site") || strings.Contains(ito.typed("audit").body, `href="/audit"`) {
		t.Errorf("an agent is offered an administrator's page: %s", text(a.body))
	}
	if a := o.browser().typed("queue"); a.code == http.StatusOK {
		t.Error("a stranger is answered")
	}
}

func TestWhatWasOpenedLastIsOfferedFirst(t *testing.T) {
	o := newOffice(t)
	org, _ := o.aoba()
	first := o.mail("yamada@aoba.example", "一件目", "本文")
	o.at(friday.Add(time.Minute))
	second := o.mail("yamada@aoba.example", "二件目", "本文")
	b := o.signedIn("sato@desk.example")
	for _, ref := range []string{second, first} {
		o.at(o.clock().Add(time.Minute))
		if a := b.post("/recent", "kind", "case", "ref", ref); a.code != http.StatusNoContent {
			t.Fatalf("%d: %s", a.code, text(a.body))
		}
	}
	b.post("/recent", "kind", "customer", "ref", org.ID)
	a := b.typed("")
	a.says(t, "最近開いたもの", "青葉商事株式会社")
	if i, j := strings.Index(a.body, "/cases/"+first), strings.Index(a.body, "/cases/"+second); i < 0 || j < i {
		t.Errorf("the case opened last does not come first (%d, %d): %s", i, j, text(a.body))
	}
	if a := b.typed("", first); strings.Contains(a.body, `href="/cases/`+first+`"`) {
		t.Error("the open case is offered")
	}
	if a := b.post("/recent", "kind", "case", "ref", "nothing"); a.code != http.StatusNotFound {
		t.Errorf("what is not there answers %d", a.code)
	}
	if a := b.post("/recent", "kind", "moon", "ref", "x"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("another kind answers %d", a.code)
	}
}

func TestANumberLeadsToTheCasesOfItsOwner(t *testing.T) {
	o := newOffice(t)
	o.aoba()
	o.mail("yamada@aoba.example", "本人の件", "本文")
	o.at(friday.Add(time.Minute))
	o.mail("someone@aoba.example", "同僚の件", "本文")
	b := o.signedIn("sato@desk.example")
	for _, number := range []string{"03-0000-0121", "+81 3 0000 0121", "０３－００００－０１２１"} {
		b.get("/numbers?"+query("number", number)).says(t, "山田 健一", "青葉商事株式会社", "ご本人のケース", "本人の件", "お客様のほかのケース")
	}
	b.get("/numbers?number=03-9999-9999").says(t, "この番号のお客様は登録されていません")
	a := b.get("/numbers?number=abc")
	if a.code != http.StatusUnprocessableEntity {
		t.Errorf("no number answers %d", a.code)
	}
	a.says(t, "電話番号を 03-1234-5678")
}

func TestTheSearchPageCountsTeachesAndRemembers(t *testing.T) {
	o := newOffice(t)
	o.aoba()
	for i, subject := range []string{"請求書の再送", "請求先の変更", "障害の報告"} {
		o.at(friday.Add(time.Duration(i) * time.Minute))
		o.mail("yamada@aoba.example", subject, "本文です。")
	}
	o.must(o.index.CatchUp(context.Background(), nil))
	b := o.signedIn("sato@desk.example")
	b.get("/search").says(t, "探したい言葉を入力してください", "探し方", "担当:自分", "添付:あり")
	b.get("/search?"+query("q", "請求")).says(t, "ケース 2 件")
	b.get("/search?"+query("q", "請求 -変更")).says(t, "ケース 1 件", "再送")
	b.get("/search?"+query("q", "山田")).says(t, "お客様・ご担当者", "山田 健一", "03-0000-0121")
	b.get("/search?"+query("q", "どこにもない言葉")).says(t, "該当するケースは見つかりませんでした", "言葉を減らすか")
	a := b.get("/search?" + query("q", "状態:なぞ 請求"))
	a.says(t, "「status:」に「なぞ」はありません")
	for _, q := range []string{"請求", "障害"} {
		o.at(o.clock().Add(time.Minute))
		b.post("/recent", "kind", "query", "ref", q)
	}
	b.get("/search").says(t, "最近の検索 履歴を消す 障害 請求")
	if a := b.post("/search/forget"); a.code != http.StatusSeeOther {
		t.Errorf("forgetting answers %d", a.code)
	}
	if a := b.get("/search"); strings.Contains(text(a.body), "最近の検索") {
		t.Error("what was to be forgotten is there")
	}
}
