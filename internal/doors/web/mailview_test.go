package web

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"madoguchi/internal/desk"
)

// letter brings a raw mail to the desk and returns the page of its case and
// the address of the mail.
func (o *office) letter(raw string) (page, mail string) {
	o.t.Helper()
	before := o.mail("yamada@aoba.example", "先のお問い合わせ", "本文です。")
	o.must(o.desk.Accept(context.Background(), desk.Mail{From: "yamada@aoba.example", To: []string{o.desk.Site().Mail}, Raw: []byte(raw), At: o.clock()}))
	_, err := o.desk.FileNew(context.Background())
	o.must(err)
	rows, err := o.desk.Queue(context.Background(), o.admin, desk.QueueQuery{})
	o.must(err)
	for _, r := range rows.Rows {
		if string(r.ID) == before {
			continue
		}
		page = "/cases/" + string(r.ID)
		body := o.signedIn("sato@desk.example").get(page).body
		return page, regexp.MustCompile(`/cases/[0-9a-f-]+/mails/[0-9a-f-]+`).FindString(body)
	}
	o.t.Fatal("no case became of the letter")
	return "", ""
}

const parcel = "From: yamada@aoba.example\r\nTo: support@localhost\r\nSubject: files\r\nMessage-ID: <parcel@aoba.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
	"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nsee below\r\n" +
	"--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Disposition: attachment; filename*=UTF-8''%E8%A8%98%E9%8C%B2.txt\r\n\r\n<script>alert(1)</script>\r\n" +
	"--b\r\nContent-Type: text/html; name=page.html\r\nContent-Disposition: attachment\r\n\r\n<script>alert(1)</script>\r\n--b--\r\n"

func TestTheFilesOfAMailAreHadOneByOne(t *testing.T) {
	o := newOffice(t)
	o.customer("青葉商事株式会社", "aoba.example", "yamada")
	page, mail := o.letter(parcel)
	b := o.signedIn("sato@desk.example")
	a := b.get(page)
	a.says(t, "記録.txt（", "page.html（")
	if !strings.Contains(a.body, `href="`+mail+`/files/1"`) || !strings.Contains(a.body, `href="`+mail+`/files/2"`) {
		t.Errorf("the history does not link to the files")
	}
	for n, want := range map[string][2]string{
		"1": {"text/plain; charset=utf-8", `inline; filename="__.txt"; filename*=UTF-8''%E8%A8%98%E9%8C%B2.txt`},
		"2": {"application/octet-stream", `attachment; filename="page.html"`},
	} {
		a := b.get(mail + "/files/" + n)
		h := a.header
		if a.code != http.StatusOK || h.Get("Content-Type") != want[0] || h.Get("Content-Disposition") != want[1] {
			t.Errorf("file %s: %d %s %s", n, a.code, h.Get("Content-Type"), h.Get("Content-Disposition"))
		}
		if !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("file %s may do something in the browser: %v", n, h)
		}
		if !strings.Contains(a.body, "<script>") {
			t.Errorf("file %s is not as sent: %q", n, a.body)
		}
	}
	for _, n := range []string{"0", "3", "x", "99999999999999999999"} {
		if a := b.get(mail + "/files/" + n); a.code != http.StatusNotFound {
			t.Errorf("file %s answered %d", n, a.code)
		}
	}
	if a := o.browser().get(mail + "/files/1"); a.code != http.StatusSeeOther {
		t.Errorf("a stranger got %d", a.code)
	}
}

func TestAMailOfAnotherCaseIsNotFound(t *testing.T) {
	o := newOffice(t)
	o.customer("青葉商事株式会社", "aoba.example", "yamada")
	_, mail := o.letter(parcel)
	other := o.mail("yamada@aoba.example", "別のお問い合わせ", "別件です。")
	foreign := "/cases/" + other + mail[strings.Index(mail, "/mails/"):]
	b := o.signedIn("sato@desk.example")
	for _, path := range []string{"", "/files/1"} {
		if a := b.get(foreign + path); a.code != http.StatusNotFound {
			t.Errorf("%q answered %d", path, a.code)
		}
	}
}
