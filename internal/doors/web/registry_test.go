package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"madoguchi/internal/desk"
)

// linkTo finds the address of the link with a text.
func linkTo(t *testing.T, a answer, label string) string {
	t.Helper()
	m := regexp.MustCompile(`<a[^>]* href="([^"]+)"[^>]*>` + regexp.QuoteMeta(label) + `</a>`).FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("no link %q on the page: %s", label, text(a.body))
	}
	return m[1]
}

func TestACustomerIsRegisteredWithTheirPeople(t *testing.T) {
	o := newOffice(t)
	b := o.signedIn("sato@desk.example")
	a := b.post("/customers", "name", "", "region", "domestic", "contract", "hennge-one", "language", "ja")
	if a.code != http.StatusUnprocessableEntity {
		t.Fatalf("a customer without a name answered %d", a.code)
	}
	a.says(t, "お客様の名称を入力してください")
	a = b.post("/customers", "name", "青葉商事株式会社", "name_en", "Aoba Trading", "region", "domestic", "contract", "hennge-one", "language", "ja", "plus", "yes", "domains", "not a domain")
	if a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, `value="青葉商事株式会社"`) {
		t.Fatalf("a wrong domain answered %d, or what was typed is lost", a.code)
	}
	a = b.post("/customers", "name", "青葉商事株式会社", "name_en", "Aoba Trading", "region", "domestic", "contract", "hennge-one", "language", "ja", "plus", "yes", "domains", "aoba.example\r\naoba.test")
	page := a.header.Get("Location")
	b.get(page).says(t, "お客様を登録しました。", "青葉商事株式会社", "HENNGE One サポートサービス ＋ Support Plus", "aoba.example, aoba.test", "国内")

	if a = b.post(page+"/contacts", "name", "山田", "addresses", "not an address", "language", "ja"); a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="e-addresses"`) {
		t.Errorf("a wrong address answered %d", a.code)
	}
	if a = b.post(page+"/contacts", "name", "山田", "addresses", "yamada@aoba.example", "language", "ja"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	contact := linkTo(t, b.get(page), "山田")
	if a = b.post(contact, "name", "山田 健一", "addr-0", "yamada@aoba.example", "addr-how-0", "registered", "addr-main", "0", "addr-1", "k.yamada@aoba.example",
		"phone-0", "０３－１２３４－５６７８ 内線 １２", "language", "en", "agree", "yes", "instruct", "yes"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	b.get(page).says(t, "山田 健一", "yamada@aoba.example, k.yamada@aoba.example", "03-1234-5678 x12", "English")
	b.get("/customers?q=%EF%BC%90%EF%BC%93%EF%BC%8D%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%8D%EF%BC%95%EF%BC%96%EF%BC%97%EF%BC%98").says(t, "該当するご担当者", "山田 健一")

	if a = b.post(page, "name", "青葉商事株式会社", "name_en", "Aoba Trading", "contract", "hennge-one", "language", "en"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	b.get("/customers").says(t, "青葉商事株式会社", "国内", "HENNGE One サポートサービス ＋ Support Plus", "English")
}

func TestWhatACustomerAgreedIsShownTriedAddedAndEnded(t *testing.T) {
	o := newOffice(t)
	org := o.customer("青葉商事株式会社", "aoba.example", "yamada")
	page := "/customers/" + org.ID
	b := o.signedIn("sato@desk.example")
	b.get(page).says(t, "個別条件はありません", "個別条件を追加する")
	form := []string{"name", "覚書", "name_en", "Memorandum", "agreed", "中の目標は 3 営業時間とする。", "from", "2026-11-20", "region", "overseas", "plus", "true", "closures", "2026-11-24 創立記念日 / Foundation Day", "target.first_response.medium", "３時間"}
	a := b.post(page+"/amendments", append([]string{"act", "preview"}, form...)...)
	a.says(t, "期限への影響", "いまメールを受け付けた場合", "対応中のケースの期限に違いはありません")
	b.get(page).says(t, "個別条件はありません")
	if a = b.post(page+"/amendments", append([]string{"act", "add"}, form...)...); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	b.get(page).says(t, "個別条件を追加しました", "覚書", "適用中", "中の目標は 3 営業時間とする。", "海外", "Support Plus")
	one := linkTo(t, b.get(page), "覚書")
	b.get(one).says(t, "within: 3h", "創立記念日")
	b.get("/contract?version=hennge-one%402026-04-01%2Bam-1").says(t, "3 営業時間", "amendment.am-1")

	for wrong, says := range map[string][]string{
		"名称を入力してください":   {"name", "", "region", "overseas"},
		"日付「soon」を":     {"name", "x", "from", "soon", "region", "overseas"},
		"「2026-11-24」を": {"name", "x", "closures", "2026-11-24"},
		"「never」は長さとして": {"name", "x", "target.first_response.high", "never"},
		"変更する条件を 1 つ以上": {"name", "x"},
		"矛盾":            {"name", "x", "target.first_response.high", "100h"},
		"終了日は開始日以降":     {"name", "x", "from", "2026-11-24", "until", "2026-11-20", "region", "domestic"},
	} {
		if a = b.post(page+"/amendments", append([]string{"act", "add"}, says...)...); a.code != http.StatusUnprocessableEntity {
			t.Errorf("%v answered %d", says, a.code)
		}
		a.says(t, wrong)
	}
	a = b.post(page+"/amendments", "act", "add", "as", "text", "yaml", "format: 1\namendment: {id: x, base: hennge-one, name: {ja: a, en: b}}\nregoin: overseas\n")
	a.says(t, "amendment.yaml:3:1", "「region」の誤りではありませんか")

	// Of another customer nothing is seen, and nothing is ended through it.
	other := o.customer("緑商会", "midori.example", "midorikawa")
	if a = b.get("/customers/" + other.ID + "/amendments/am-1"); a.code != http.StatusNotFound {
		t.Errorf("another customer's page shows it: %d", a.code)
	}
	if a = b.post("/customers/"+other.ID+"/amendments/am-1/end", "last", "2026-11-20"); a.code != http.StatusNotFound {
		t.Errorf("another customer's page ended it: %d", a.code)
	}
	o.hire("伊藤", "ito@desk.example", desk.Agent, "ja")
	ito := o.signedIn("ito@desk.example")
	for _, path := range []string{page + "/amendments", one + "/end"} {
		if a = ito.post(path, append([]string{"act", "add", "last", "2026-11-20"}, form...)...); a.code != http.StatusForbidden {
			t.Errorf("an agent posted %s: %d", path, a.code)
		}
	}
	if a = ito.get(page + "/amendments/new"); a.code != http.StatusForbidden {
		t.Errorf("an agent saw the form: %d", a.code)
	}
	if a = b.post(one+"/end", "last", ""); a.code != http.StatusUnprocessableEntity {
		t.Errorf("no last day answered %d", a.code)
	}
	if a = b.post(one+"/end", "last", "2026-11-10"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	b.get(page).says(t, "適用前に取り消し", "国内")
	b.get("/audit").says(t, "個別条件を追加", "個別条件の終了日を設定")
}

func TestAnAdministratorManagesThePeopleOfTheDesk(t *testing.T) {
	o := newOffice(t)
	b := o.signedIn("sato@desk.example")
	a := b.post("/agents", "name", "伊藤", "email", "sato@desk.example", "role", "agent", "language", "ja", "password", password)
	if a.code != http.StatusUnprocessableEntity {
		t.Fatalf("an address that is taken answered %d", a.code)
	}
	a.says(t, "既に登録されています")
	if a = b.post("/agents", "name", "伊藤", "email", "ito@desk.example", "role", "agent", "language", "ja", "password", password); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	ito := linkTo(t, b.get("/agents"), "伊藤")
	if a = b.post(ito, "name", "伊藤", "role", "supervisor", "disabled", "yes"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	b.get("/agents").says(t, "担当者の設定を変えました。", "責任者", "停止中")
	if a = o.browser().post("/sign-in", "mail", "ito@desk.example", "password", password); a.code != http.StatusUnauthorized {
		t.Errorf("a disabled person signed in: %d", a.code)
	}
	b.post(ito, "name", "伊藤", "role", "supervisor")
	if a = b.post(ito+"/password", "password", "quite another phrase"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	if a = o.browser().post("/sign-in", "mail", "ito@desk.example", "password", "quite another phrase"); a.code != http.StatusSeeOther {
		t.Errorf("the new password answered %d", a.code)
	}
	if a = b.post(linkTo(t, b.get("/agents"), "佐藤"), "name", "佐藤", "role", "agent"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("the last administrator was lowered: %d", a.code)
	}
	b.get("/audit").says(t, "担当者を追加", "担当者のパスワードを再設定", "伊藤")
}

func TestWhatTheInstallationSaysOfItselfIsEdited(t *testing.T) {
	o := newOffice(t)
	b := o.signedIn("sato@desk.example")
	form := []string{"name", "窓口", "name_en", "Desk", "mail", "support@desk.example", "phone", "03-0000-0121", "dashboard", "", "prefix", "no"}
	if a := b.post("/site", form...); a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="e-prefix"`) {
		t.Errorf("a wrong prefix answered %d", a.code)
	}
	form[len(form)-1] = "HD"
	if a := b.post("/site", form...); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	o.customer("青葉商事株式会社", "aoba.example", "yamada")
	o.mail("yamada@aoba.example", "質問です", "教えてください。")
	b.get("/queue").says(t, "HD-1")
	sent := b.get("/sent")
	sent.says(t, "yamada@aoba.example", "送信待ち")
	m := regexp.MustCompile(`href="(/sent/[^"]+)"`).FindStringSubmatch(sent.body)
	if m == nil {
		t.Fatal("the acknowledgement is not among the sent mail")
	}
	b.get(m[1]).says(t, "support@desk.example", "質問です", "メール全体（原文）")
}

func TestTheContractIsReadWithItsHoursTargetsReadingsAndClauses(t *testing.T) {
	o := newOffice(t)
	o.hire("Ito", "ito@desk.example", desk.Agent, "en")
	o.signedIn("sato@desk.example").get("/contract").says(t, "月〜金 10:00〜18:00", "11/23（月） 勤労感謝の日", "2 営業時間", "response.high.clock", "hours.dashboard", "ステータスダッシュボード上にて",
		"条文と規則の対応", "条文 50 か所", "規則として実行 29", "未対応 17", "条文の読み方が分かれる点が 9 つあります。", "上から順に見て、最初に当てはまる行で決まります。", "現在適用中")
	o.signedIn("ito@desk.example").get("/contract").says(t, "the English is a reading aid", "2 business hours", "ステータスダッシュボード上にて", "executed as a rule 29")
}

func TestAContactIsTriedAgainstTheContract(t *testing.T) {
	o := newOffice(t)
	b := o.signedIn("sato@desk.example")
	evening := "/contract?at=2026-11-20T19:30&channel=phone&region=domestic"
	b.get(evening).says(t, "初期対応 11/24（火）16:00 まで", "優先度「中」・6 営業時間", "金 19:30 営業時間外", "土・日・月（勤労感謝の日） 止まる", "火 10:00–16:00 6:00 進む", "お客様にお伝えすること", "営業時間外の受付")
	b.get(evening+"&claim=priority.high.interruption").says(t, "初期対応 11/24（火）12:00 まで", "優先度「高」（暫定）・2 営業時間")
	b.get(evening+"&judged=low").says(t, "初期対応 11/24（火）18:00 まで", "優先度「低」・8 営業時間")
	b.get("/contract/try?at=2026-11-20T10:00&channel=mail&region=domestic").says(t, "初期対応 11/20（金）16:00 まで", "営業時間内の受付")
	for field, wrong := range map[string]string{
		"at": "/contract?at=tomorrow&channel=mail&region=domestic", "channel": "/contract?at=2026-11-20T10:00&channel=pigeon",
		"claim": "/contract?at=2026-11-20T10:00&claim=no.such", "judged": "/contract?at=2026-11-20T10:00&judged=urgent",
	} {
		if a := b.get(wrong); a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="e-`+field+`"`) {
			t.Errorf("%s answered %d without saying at its field what to mend", wrong, a.code)
		}
	}
	if a := b.get("/contract?at=2199-11-20T10:00"); a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="e-at"`) {
		t.Errorf("a year that no calendar covers answered %d", a.code)
	}
}

func TestAPersonChoosesHowTheScreensLook(t *testing.T) {
	o := newOffice(t)
	b := o.signedIn("sato@desk.example")
	if a := b.post("/settings", "language", "en", "theme", "dark"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	page := b.get("/queue").body
	for _, want := range []string{`lang="en"`, `data-theme="dark"`, `data-keys="off"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if a := b.post("/settings/password", "old", "wrong", "password", "quite another phrase"); a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="e-old"`) {
		t.Errorf("a wrong present password answered %d", a.code)
	}
	if a := b.post("/settings/password", "old", password, "password", "quite another phrase"); a.code != http.StatusSeeOther {
		t.Errorf("answered %d: %s", a.code, text(a.body))
	}
}
