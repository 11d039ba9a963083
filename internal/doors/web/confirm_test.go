package web

import (
	"bytes"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"madoguchi/terms/cases"
)

// linked is an office in which yamada got a link, with its address.
func linked(t *testing.T) (*office, string, string) {
	t.Helper()
	o := newOffice(t)
	o.customer("青葉商事株式会社", "aoba.example", "yamada")
	site := o.desk.Site()
	site.Mail, site.Web, site.Phone = "support@desk.example", "https://desk.example", "03-0000-0100"
	site.Name.JA, site.Name.EN = "サポート窓口", "Support desk"
	o.must(o.desk.SetSite(t.Context(), o.admin, site))
	id := o.mail("yamada@aoba.example", "監査の件", "提出期限が迫っています。")
	b := o.signedIn("sato@desk.example")
	b.post("/cases/"+id+"/priority", "side", "desk", "priority", "high", "criterion", "priority.high.agreed", "reason", "監査のご事情を考慮しました。")
	b.get("/cases/"+id).says(t, "優先度「高」への合意待ち", "合意の確認メールを送る")
	if a := b.act("proposal-form", "/cases/"+id+"/confirmations", "person", "yamada@aoba.example", "priority", "high", "criterion", "priority.high.agreed"); a.code != http.StatusOK {
		t.Fatalf("asking answered %d: %s", a.code, text(a.body))
	}
	b.get("/cases/"+id).says(t, "確認メールを送信：yamada 様", "yamada 様の回答待ち", "（確認用リンク：宛先の方にのみ表示されます）")
	out, err := o.desk.LeaseOutgoing(t.Context(), 50, time.Minute)
	o.must(err)
	for _, m := range out {
		raw, err := o.desk.OutgoingBytes(t.Context(), m)
		o.must(err)
		if found := regexp.MustCompile(`https://desk\.example(/confirm/\S+)`).FindSubmatch(raw); found != nil {
			return o, id, string(found[1])
		}
	}
	t.Fatal("no link was sent")
	return nil, "", ""
}

func TestACustomerAnswersByTheLinkWithoutSigningIn(t *testing.T) {
	o, id, link := linked(t)
	phone := o.browser()
	page := phone.get(link)
	page.says(t, "対応優先度を「高」とすることに同意されますか", "青葉商事株式会社", "「高」であると合意したケース", "同意しない", "03-0000-0100")
	for name, want := range map[string]string{"Referrer-Policy": "strict-origin", "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"} {
		if got := page.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	phone.get(link+"?lang=en").says(t, "Do you agree to priority High?", "I do not agree")
	if strings.Contains(phone.get(link).body, `href="/queue"`) {
		t.Error("the page leads into the desk")
	}
	c, err := o.desk.View(t.Context(), o.admin, caseID(id))
	o.must(err)
	if c.Case.Agreement != nil {
		t.Fatal("opening the page agreed")
	}
	if a := phone.post(link, "lang", "ja"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("no answer answered %d", a.code)
	}
	if a := phone.post(link, "answer", "given", "lang", "ja"); a.code != http.StatusSeeOther {
		t.Fatalf("the answer answered %d: %s", a.code, text(a.body))
	}
	phone.get(link+"?lang=ja").says(t, "ご回答ありがとうございました", "回答日時")
	if a := phone.post(link, "answer", "given"); a.code != http.StatusUnprocessableEntity || !strings.Contains(text(a.body), "使用済み") {
		t.Errorf("a second answer answered %d: %s", a.code, text(a.body))
	}
	b := o.signedIn("sato@desk.example")
	b.get("/cases/"+id).says(t, "優先度「高」で合意", "確認用リンク", "確認用リンクから回答：確認済み")
}

func TestAPersonOfTheDeskCannotAnswerForACustomer(t *testing.T) {
	o, id, link := linked(t)
	b := o.signedIn("sato@desk.example")
	b.get(link).says(t, "窓口の担当としてサインインしているブラウザー")
	if a := b.post(link, "answer", "given"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("the desk's answer answered %d", a.code)
	}
	c, err := o.desk.View(t.Context(), o.admin, caseID(id))
	o.must(err)
	if c.Case.Agreement != nil {
		t.Error("the desk agreed with itself")
	}
}

func TestAnExpiredOrWrongLinkTellsNothing(t *testing.T) {
	o, _, link := linked(t)
	if a := o.browser().get("/confirm/AAAA"); a.code != http.StatusNotFound {
		t.Errorf("a wrong link answered %d", a.code)
	}
	o.at(friday.Add(80 * time.Hour))
	a := o.browser().get(link)
	a.says(t, "有効期限が切れています")
	if a.code != http.StatusGone || strings.Contains(a.body, "青葉商事") || strings.Contains(a.body, "監査の件") {
		t.Errorf("an expired link answered %d: %s", a.code, text(a.body))
	}
}

func TestTheSecretOfALinkIsInNoLog(t *testing.T) {
	o, _, link := linked(t)
	var said bytes.Buffer
	o.door.log = slog.New(slog.NewTextHandler(&said, &slog.HandlerOptions{Level: slog.LevelDebug}))
	o.browser().get(link)
	o.browser().get(link + "x")
	o.browser().post(link, "answer", "declined")
	o.browser().post(link, "answer", "given")
	if strings.Contains(said.String(), strings.TrimPrefix(link, "/confirm/")) {
		t.Errorf("the log says: %s", said.String())
	}
}

func TestAMailWhoseSenderIsNotProvenCannotShowAnAgreement(t *testing.T) {
	o, id, _ := linked(t)
	b := o.signedIn("sato@desk.example")
	c, err := o.desk.View(t.Context(), o.admin, caseID(id))
	o.must(err)
	var message string
	for _, e := range c.Events {
		if m, ok := e.Data.(cases.MessageReceived); ok {
			message = m.Message
		}
	}
	b.get("/cases/"+id).says(t, "送信元は未確認", "ご本人に確認メールを送る")
	b.post("/cases/"+id+"/priority/preview", "side", "both", "how", "mail", "person", "yamada@aoba.example", "priority", "high").says(t, "選んだメールの送信元は確認できていません", "確認メールを送る")
	a := b.post("/cases/"+id+"/priority", "side", "both", "how", "mail", "person", "yamada@aoba.example", "where", message, "priority", "high", "criterion", "priority.high.agreed")
	if a.code != http.StatusUnprocessableEntity || !strings.Contains(text(a.body), "送信元を確認できていないため") {
		t.Errorf("answered %d: %s", a.code, text(a.body))
	}
	if a := b.act("ask-2", "/cases/"+id+"/confirmations", "person", "yamada@aoba.example", "message", message); a.code != http.StatusOK {
		t.Errorf("asking answered %d: %s", a.code, text(a.body))
	}
}
