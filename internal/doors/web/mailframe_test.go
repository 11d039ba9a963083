package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

const newsletter = "From: yamada@aoba.example\r\nTo: support@localhost\r\nSubject: look\r\nMessage-ID: <html@aoba.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n" +
	"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" +
	`<p onclick="x()">図のとおりです。<img src="cid:fig@x"><img src="https://cdn.example/a.png"><script>alert(1)</script><a href="javascript:x()">a</a></p><blockquote type="cite">元の文</blockquote>` + "\r\n" +
	"--b\r\nContent-Type: image/png; name=fig.png\r\nContent-ID: <fig@x>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=\r\n--b--\r\n"

func TestAnHTMLMailIsShownInAFrameThatDoesNothing(t *testing.T) {
	o := newOffice(t)
	o.customer("青葉商事株式会社", "aoba.example", "yamada")
	page, mail := o.letter(newsletter)
	b := o.signedIn("sato@desk.example")
	a := b.get(page)
	frame := regexp.MustCompile(`<iframe[^>]*>`).FindString(a.body)
	if !strings.Contains(frame, `src="`+mail+`/html"`) || !strings.Contains(frame, `sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"`) {
		t.Fatalf("the mail is not framed: %s", frame)
	}
	if csp := a.header.Get("Content-Security-Policy"); !strings.HasSuffix(csp, "; frame-src 'self'") {
		t.Errorf("the page may not show the frame: %s", csp)
	}
	if csp := b.get("/customers").header.Get("Content-Security-Policy"); strings.Contains(csp, "frame-src") {
		t.Errorf("a page without mails may show frames: %s", csp)
	}

	doc := b.get(mail + "/html")
	csp := doc.header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "sandbox ", "form-action 'none'", "base-uri 'none'", "frame-ancestors 'self'", "img-src data:"} {
		if !strings.Contains(csp, want) {
			t.Errorf("the frame's policy lacks %s: %s", want, csp)
		}
	}
	for _, no := range []string{"allow-scripts", "allow-forms", "allow-top-navigation", "script-src", "https:"} {
		if strings.Contains(csp, no) {
			t.Errorf("the frame's policy has %s: %s", no, csp)
		}
	}
	for _, no := range []string{"<script", "onclick", "javascript", "cdn.example"} {
		if strings.Contains(doc.body, no) {
			t.Errorf("the frame has %s", no)
		}
	}
	if !strings.Contains(doc.body, "data:image/png;base64,") || !strings.Contains(doc.body, "<details") {
		t.Errorf("the picture or the folded quote is missing: %s", doc.body)
	}
	doc.says(t, "外部の画像 1 件は読み込んでいません。", "画像を表示")

	asked := b.get(mail + "/html?images=1")
	if csp := asked.header.Get("Content-Security-Policy"); !strings.Contains(csp, "img-src data: https: http:") || asked.header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("asked for pictures: %s, referrer %s", csp, asked.header.Get("Referrer-Policy"))
	}
	if !strings.Contains(asked.body, `src="https://cdn.example/a.png"`) || !strings.Contains(asked.body, `referrerpolicy="no-referrer"`) {
		t.Errorf("the picture that was asked for is not there: %s", asked.body)
	}
}

func TestEachPersonChoosesHowMailsAreShown(t *testing.T) {
	o := newOffice(t)
	o.hire("伊藤", "ito@desk.example", "agent", "ja")
	o.customer("青葉商事株式会社", "aoba.example", "yamada")
	page, _ := o.letter(newsletter)
	sato, ito := o.signedIn("sato@desk.example"), o.signedIn("ito@desk.example")
	if a := sato.act("view", page+"/view", "mail", "text"); a.code != http.StatusOK {
		t.Fatalf("choosing answered %d", a.code)
	}
	if a := sato.get(page); strings.Contains(a.body, "<iframe") || !strings.Contains(a.body, "図のとおりです。") {
		t.Error("Sato, who reads text, sees a frame")
	}
	if a := ito.get(page); !strings.Contains(a.body, "<iframe") {
		t.Error("Ito, who chose nothing, sees no frame")
	}
	if a := sato.act("view", page+"/view", "mail", "hologram"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("an unknown choice answered %d", a.code)
	}
}

func TestAFrameIsOfItsCaseAndOfAMailWithHTML(t *testing.T) {
	o := newOffice(t)
	o.customer("青葉商事株式会社", "aoba.example", "yamada")
	_, mail := o.letter(newsletter)
	other := o.mail("yamada@aoba.example", "別のお問い合わせ", "別件です。")
	b := o.signedIn("sato@desk.example")
	if a := b.get("/cases/" + other + mail[strings.Index(mail, "/mails/"):] + "/html"); a.code != http.StatusNotFound {
		t.Errorf("through another case it answered %d", a.code)
	}
	plain := regexp.MustCompile(`/cases/[0-9a-f-]+/mails/[0-9a-f-]+`).FindString(b.get("/cases/" + other).body)
	if a := b.get(plain + "/html"); a.code != http.StatusNotFound {
		t.Errorf("a plain mail's HTML answered %d", a.code)
	}
}
