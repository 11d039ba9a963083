package web

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/names/zonetest"
)

func TestAnAdministratorPublishesTestsAndUsesASigningKey(t *testing.T) {
	o := newOffice(t)
	b := o.signedIn("sato@desk.example")
	site := o.desk.Site()
	site.Mail = "support@desk.example"
	site.Name.EN = "Support"
	o.must(o.desk.SetSite(t.Context(), o.admin, site))
	b.get("/mail-auth").says(t, "desk.example の DNS に", "まだ署名（DKIM）されていません", "未確認", "v=spf1 mx ~all")

	if a := b.post("/mail-auth", "sends", "include:_spf.relay.example\nip4:192.0.2.10", "receives", "mx.desk.example", "authserv", "", "fronts", ""); a.code != http.StatusSeeOther {
		t.Fatalf("the settings answered %d: %s", a.code, text(a.body))
	}
	if a := b.post("/mail-auth", "sends", "-all"); a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="e-sends"`) {
		t.Errorf("a wrong mechanism answered %d", a.code)
	}
	if a := b.post("/mail-auth/keys", "algorithm", "rsa"); a.code != http.StatusSeeOther {
		t.Fatalf("making a key answered %d: %s", a.code, text(a.body))
	}
	page := b.get("/mail-auth")
	page.says(t, "鍵を作成しました", "公開待ち", "v=spf1 include:_spf.relay.example ip4:192.0.2.10 ~all")
	if strings.Contains(page.body, "PRIVATE") || strings.Contains(page.body, "Sealed") {
		t.Error("the page holds the private key")
	}
	m := regexp.MustCompile(`<code id="v-dkim-([^"]+)" class="record">([^<]+)</code>`).FindStringSubmatch(page.body)
	if m == nil {
		t.Fatal("no record to copy")
	}
	selector, record := m[1], html.UnescapeString(m[2])
	host := selector + "._domainkey.desk.example"

	b.post("/mail-auth/test").says(t, "見つかりません")
	if a := b.post("/mail-auth/keys/" + selector + "/use"); a.code != http.StatusUnprocessableEntity || !strings.Contains(text(a.body), "まだ DNS で確認できません") {
		t.Errorf("an unpublished key answered %d: %s", a.code, text(a.body))
	}
	o.dns.Set(zonetest.Zone{
		TXT: map[string][]string{
			host: {record}, "desk.example": {"v=spf1 ip4:192.0.2.10 -all"}, "_dmarc.desk.example": {"v=DMARC1; p=none"},
		},
		MX: map[string][]string{"desk.example": {"mx.desk.example"}},
	})
	b.post("/mail-auth/test").says(t, "確認できました", "別の値が公開されています", "現在の値 v=spf1 ip4:192.0.2.10 -all", "送信するサーバーが含まれていません", "p=none は監視のみです")
	if a := b.post("/mail-auth/keys/" + selector + "/use"); a.code != http.StatusSeeOther {
		t.Errorf("a published key answered %d: %s", a.code, text(a.body))
	}
	b.get("/mail-auth").says(t, "署名に使用中", "この鍵で署名を開始しました")

	o.dns.Set(zonetest.Zone{Fail: map[string]bool{host: true}})
	b.post("/mail-auth/test").says(t, "問い合わせに失敗", "ネームサーバーに問い合わせできませんでした")

	b.post("/mail-auth/keys/" + selector + "/retire")
	b.get("/mail-auth").says(t, "使用終了（レコードは 12/4", "このレコードを残してください")
	if a := b.post("/mail-auth/keys/" + selector + "/drop"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("dropping a key whose mail is on its way answered %d", a.code)
	}

	o.hire("伊藤", "ito@desk.example", desk.Supervisor, "en")
	for _, path := range []string{"/mail-auth"} {
		if a := o.signedIn("ito@desk.example").get(path); a.code != http.StatusForbidden {
			t.Errorf("%s answered a supervisor %d", path, a.code)
		}
	}
}
