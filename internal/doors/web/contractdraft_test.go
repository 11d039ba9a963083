package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"madoguchi/internal/desk"
)

// revision is the one that a draft's page was made for.
func revision(t *testing.T, a answer) string {
	t.Helper()
	m := regexp.MustCompile(`name="revision" value="(\d+)"`).FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("no revision on the page: %s", text(a.body))
	}
	return m[1]
}

func TestTheNextVersionIsWrittenApprovedAndShown(t *testing.T) {
	o := newOffice(t)
	o.customer("青葉商事株式会社", "aoba.example", "yamada")
	o.hire("渡辺", "watanabe@desk.example", desk.Supervisor, "ja")
	o.hire("伊藤", "ito@desk.example", desk.Agent, "ja")
	id := o.mail("yamada@aoba.example", "動いているケース", "設定を教えてください。")
	sato, watanabe, ito := o.signedIn("sato@desk.example"), o.signedIn("watanabe@desk.example"), o.signedIn("ito@desk.example")

	sato.get("/contract/drafts").says(t, "下書きはありません", "2026-04-01", "適用中")
	if a := watanabe.post("/contract/drafts"); a.code != http.StatusForbidden {
		t.Errorf("a supervisor began a draft: %d", a.code)
	}
	page := sato.post("/contract/drafts").header.Get("Location")
	a := sato.get(page)
	a.says(t, "次の版の下書きを作りました", "公開中の版と内容が同じです", "2026-11-21")

	// A form changes the same file.
	within := "targets[first_response].set[medium].within"
	if a = sato.post(page, "revision", revision(t, a), within, "soon"); a.code != http.StatusUnprocessableEntity {
		t.Fatalf("a wrong length answered %d", a.code)
	}
	a.says(t, "「soon」は長さとして読めません")
	if a = sato.post(page, "revision", revision(t, a), within, "５時間", "contract.effective", "2026-11-20"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	a = sato.get(page)
	a.says(t, "目標：初期対応・中", "6h", "5h", "動いているケース", "承認を依頼する")
	if stale := sato.post(page, "revision", "1", within, "4h"); stale.code != http.StatusUnprocessableEntity {
		t.Errorf("a stale form answered %d", stale.code)
	}

	// As text, right or wrong.
	a = sato.get(page + "?as=text")
	yaml := area(t, a)
	if !strings.Contains(yaml, "within: 5h, clauses: [response.medium]") || !strings.Contains(yaml, "# ── Hours") {
		t.Fatal("the text is not what the form wrote")
	}
	wrong := strings.Replace(yaml, "within: 5h", "within: 5x", 1)
	if a = sato.post(page, "revision", revision(t, a), "yaml", strings.ReplaceAll(wrong, "\n", "\r\n")); a.code != http.StatusSeeOther {
		t.Fatalf("a wrong text was not kept: %d %s", a.code, text(a.body))
	}
	a = sato.get(page)
	a.says(t, "誤りが 1 件あります", "行", "桁", "「5x」は長さとして読めません")
	if got := area(t, a); got != wrong {
		t.Error("the wrong text was changed")
	}
	if a = sato.post(page+"/step", "act", "submit"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("a wrong draft was submitted: %d", a.code)
	}
	a = sato.post(page, "revision", revision(t, sato.get(page)), "yaml", yaml)
	if a.code != http.StatusSeeOther {
		t.Fatalf("answered %d", a.code)
	}

	// Each role may what it may.
	for _, path := range []string{"/contract/drafts", page, "/contract/rebase"} {
		if a := ito.get(path); a.code != http.StatusForbidden {
			t.Errorf("an agent saw %s: %d", path, a.code)
		}
	}
	if a := watanabe.post(page, "revision", "9", within, "4h"); a.code != http.StatusForbidden {
		t.Errorf("a supervisor edited: %d", a.code)
	}
	if a = sato.post(page+"/step", "act", "submit", "comment", "目標を短くします"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	a = sato.get(page)
	a.says(t, "承認待ち", "別の責任者または管理者の承認が必要です")
	if a := sato.post(page+"/step", "act", "approve", "revision", revision(t, a)); a.code != http.StatusForbidden {
		t.Errorf("approved by its author: %d", a.code)
	}
	a = watanabe.get(page)
	a.says(t, "承認して公開する", "差し戻す", "目標を短くします")
	if a := watanabe.post(page+"/step", "act", "return"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("returned without a word: %d", a.code)
	}
	if a = watanabe.post(page+"/step", "act", "approve", "revision", revision(t, a)); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	watanabe.get("/contract/drafts").says(t, "公開しました", "公開済み", "2026-11-21")
	watanabe.get("/contract").says(t, "5 営業時間")
	watanabe.get("/audit").says(t, "契約の版を公開", "契約の下書きの承認を依頼")

	// The case stays until a person moves it, as shown.
	a = watanabe.get("/contract/rebase")
	a.says(t, "動いているケース", "青葉商事株式会社")
	shown := regexp.MustCompile(`name="shown\.` + id + `" value="([^"]+)"`).FindStringSubmatch(a.body)
	if shown == nil {
		t.Fatalf("the case is not offered: %s", text(a.body))
	}
	to := regexp.MustCompile(`name="to" value="([^"]+)"`).FindStringSubmatch(a.body)[1]
	if a := watanabe.post("/contract/rebase", "to", to, "case", id, "shown."+id, shown[1]); a.code != http.StatusUnprocessableEntity {
		t.Errorf("moved without a reason: %d", a.code)
	}
	if a := ito.post("/contract/rebase", "to", to, "case", id, "shown."+id, shown[1], "reason", "x"); a.code != http.StatusForbidden {
		t.Errorf("an agent moved a case: %d", a.code)
	}
	if a := watanabe.post("/contract/rebase", "to", to, "case", id, "shown."+id, shown[1], "reason", "短縮のため"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	watanabe.get("/contract/rebase").says(t, "ケースを切り替えました", "期限が変わるケースはありません")
	watanabe.get("/cases/"+id).says(t, "契約版を切り替え", "短縮のため", "初期対応 11/24（火）14:42 → 11/24（火）13:42")
}

// area is what stands in the page's textarea of the contract.
func area(t *testing.T, a answer) string {
	t.Helper()
	_, rest, ok := strings.Cut(a.body, `name="yaml"`)
	if !ok {
		t.Fatalf("no text on the page: %s", text(a.body))
	}
	rest = rest[strings.Index(rest, ">")+1:]
	rest, _, _ = strings.Cut(rest, "</textarea>")
	return strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&amp;", "&", "&lt;", "<", "&gt;", ">").Replace(rest)
}

func TestADraftIsDiscarded(t *testing.T) {
	o := newOffice(t)
	b := o.signedIn("sato@desk.example")
	page := b.post("/contract/drafts").header.Get("Location")
	if a := b.post(page+"/step", "act", "discard"); a.code != http.StatusSeeOther || a.header.Get("Location") != "/contract/drafts" {
		t.Fatalf("answered %d", a.code)
	}
	b.get("/contract/drafts").says(t, "下書きを破棄しました", "破棄")
	if a := b.post(page, "revision", revision(t, b.get(page)), "contract.version", "x"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("a discarded draft was edited: %d", a.code)
	}
	if a := b.get("/contract/drafts/nothing"); a.code != http.StatusNotFound {
		t.Errorf("no such draft answered %d", a.code)
	}
}

// A contract that was published before a text could be written says the words
// that ship; a form shows them, and keeps only what somebody changes.
func TestATextThatAnOlderContractLacksIsWrittenByTheForm(t *testing.T) {
	o := newOffice(t)
	b := o.signedIn("sato@desk.example")
	page := b.post("/contract/drafts").header.Get("Location")
	yaml := area(t, b.get(page+"?as=text"))
	i, j := strings.Index(yaml, "\n  confirm.priority:"), strings.Index(yaml, "\n  scope.refusal:")
	if a := b.post(page, "revision", revision(t, b.get(page)), "yaml", yaml[:i]+yaml[j:]); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	b.get(page+"?as=form").says(t, "ページを開いただけでは、回答したことにはなりません")
	same := "次のページで内容をご確認のうえ、ご回答ください。ページを開いただけでは、回答したことにはなりません。"
	if a := b.post(page, "revision", revision(t, b.get(page)), "texts.confirm.page.ja", same, "contract.version", "2026-12-01"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	if got := area(t, b.get(page+"?as=text")); strings.Contains(got, "confirm.page") || !strings.Contains(got, "2026-12-01") {
		t.Error("what nobody changed was written")
	}
	if a := b.post(page, "revision", revision(t, b.get(page)), "texts.confirm.page.ja", "次のページでお答えください。"); a.code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", a.code, text(a.body))
	}
	if got := area(t, b.get(page+"?as=text")); !strings.Contains(got, "  confirm.page:\n    ja: \"次のページでお答えください。\"\n    en: \"Please look at the following page") {
		t.Errorf("the text is not in the file:\n%s", got[strings.Index(got, "texts:"):][:200])
	}
}
