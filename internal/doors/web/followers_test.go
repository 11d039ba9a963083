package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
)

func TestACaseIsFollowedBesideIt(t *testing.T) {
	o, id := openCase(t)
	second := o.hire("伊藤", "ito@desk.example", desk.Agent, "ja")
	b := o.signedIn("sato@desk.example")
	page := b.get("/cases/" + id)
	page.says(t, "フォローしている人はいません", "フォローする")
	b.act("follow-form", "/cases/"+id+"/follow").says(t, "このケースをフォローします。", "佐藤 さんがフォロー", "フォローをやめる")
	b.get("/queue?follower=me").says(t, "フォロー：自分", "添付ファイルの保留解除ができない")
	b.get("/queue?view=followed").says(t, "フォロー中", "添付ファイルの保留解除ができない")
	ito := o.signedIn("ito@desk.example")
	if a := ito.get("/queue?view=followed"); strings.Contains(a.body, "添付ファイルの保留解除ができない") {
		t.Error("a colleague's cases stand among those that one follows")
	}

	b.act("follower-form", "/cases/"+id+"/follow", "agent", second.ID).says(t, "フォローに加え、通知しました。", "伊藤 さんがフォロー")
	if a := b.act("follower-form", "/cases/"+id+"/follow", "agent", second.ID); a.code != http.StatusConflict {
		t.Errorf("adding twice answered %d", a.code)
	}
	ito.get("/notices?of=followed").says(t, "フォロー中のケースに動きがありました", "あなたがフォローに追加されました", "佐藤")
	ito.get("/settings/notices").says(t, "フォロー中のケースに動きがあったとき")
	b.act("unfollow", "/cases/"+id+"/follow", "act", "stop", "agent", second.ID).says(t, "フォローから外しました。")
	b.act("follow-form", "/cases/"+id+"/follow", "act", "stop").says(t, "フォローをやめました。", "フォローしている人はいません", "佐藤 さんのフォローを終了")
}

func TestNamesAreOfferedByKanaKanjiAndLatinLetters(t *testing.T) {
	o, id := openCase(t)
	o.hire("伊藤 恵", "ito@desk.example", desk.Agent, "ja")
	o.hire("Emma Ito", "emma@desk.example", desk.Agent, "en")
	o.hire("田中 スミス", "tanaka@desk.example", desk.Agent, "ja")
	b := o.signedIn("sato@desk.example")
	for typed, want := range map[string]string{"": "伊藤 恵|Emma Ito|田中 スミス", "伊": "伊藤 恵", "ITO": "伊藤 恵|Emma Ito", "ｅｍ": "Emma Ito", "すみす": "田中 スミス", "sumi": "田中 スミス", "たなか": "田中 スミス", "tanaka": "田中 スミス", "佐藤": ""} {
		a := b.get("/cases/"+id+"/mentions?q="+url.QueryEscape(typed), "HX-Request", "true")
		var names []string
		for _, part := range strings.Split(a.body, `data-value="`)[1:] {
			name, _, _ := strings.Cut(part, `"`)
			names = append(names, name)
		}
		slices.Sort(names)
		wanted := strings.Split(want, "|")
		slices.Sort(wanted)
		if got := strings.Join(names, "|"); got != strings.Join(wanted, "|") {
			t.Errorf("%q offers %s, want %s", typed, got, want)
		}
	}
}

func TestWhoTakesPartIsCalledFromTheCase(t *testing.T) {
	o := newOffice(t)
	org, yamada := o.aoba()
	yamada.Phones = []store.ContactPhone{{Shown: "０３－１２３４－５６７８ 内線 12", Kind: "work"}, {Shown: "+1 415 555 0100", Kind: "direct"}, {Shown: "0312345679", Kind: "fax"}}
	_, err := o.desk.PutContact(context.Background(), o.admin, yamada)
	o.must(err)
	id := o.mail("yamada@aoba.example", "質問", "本文")
	page := o.signedIn("sato@desk.example").get("/cases/" + id)
	page.says(t, "03-1234-5678（内線 12）", "+1 415")
	for _, want := range []string{`href="tel:+81312345678;ext=12"`, `href="tel:+14155550100"`, `href="/contacts/` + yamada.ID + `"`} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the case of %s has no %s", org.NameJA, want)
		}
	}
	if strings.Contains(page.body, "03-1234-5679") {
		t.Error("a fax is offered to be called")
	}
}
