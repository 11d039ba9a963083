package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// attach uploads files as the page's script does.
func (b *browser) attach(page string, files map[string]string) answer {
	b.o.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, data := range files {
		part, err := w.CreateFormFile("files", name)
		b.o.must(err)
		_, err = part.Write([]byte(data))
		b.o.must(err)
	}
	b.o.must(w.Close())
	return b.do(http.MethodPost, page+"/draft/files", &body, "Content-Type", w.FormDataContentType(), "HX-Request", "true", "HX-Request-Type", "partial", "HX-Source", "form#attach-form")
}

var (
	waitingReply = regexp.MustCompile(`name="waits" value="([^"]+)"`)
	draftText    = regexp.MustCompile(`(?s)<textarea id="reply-text"[^>]*>(.*?)</textarea>`)
	fileID       = regexp.MustCompile(`name="file" value="([^"]+)"`)
	replyID      = regexp.MustCompile(`/replies/([0-9a-f-]+)/undo`)
)

func TestADraftIsFoundAgainByItsWriterOnly(t *testing.T) {
	o, id := openCase(t)
	o.hire("伊藤", "ito@desk.example", "agent", "ja")
	page := "/cases/" + id
	sato, ito := o.signedIn("sato@desk.example"), o.signedIn("ito@desk.example")
	if a := sato.post(page+"/draft/reply", "text", "確認して\nおります", "seen", "3", "next", "on_hold", "to", "yamada@aoba.example"); a.code != http.StatusNoContent {
		t.Fatalf("keeping a draft answered %d %s", a.code, text(a.body))
	}
	a := sato.get(page)
	if got := draftText.FindStringSubmatch(a.body); got == nil || got[1] != "確認して\nおります" {
		t.Errorf("the draft came back as %q", got)
	}
	a.says(t, "下書き 16:42 保存")
	if !regexp.MustCompile(`value="on_hold" selected`).MatchString(a.body) {
		t.Error("the state chosen in the draft is forgotten")
	}
	if a := ito.get(page); strings.Contains(draftText.FindString(a.body), "確認して") {
		t.Error("a colleague sees the draft")
	}
	if a := sato.post(page+"/draft/poem", "text", "x"); a.code != http.StatusUnprocessableEntity {
		t.Errorf("an unknown kind answered %d", a.code)
	}
	if a := sato.post("/cases/no-such-case/draft/reply", "text", "x"); a.code != http.StatusNotFound {
		t.Errorf("a draft of no case answered %d", a.code)
	}
	sato.post(page+"/draft/reply", "text", " ")
	if a := sato.get(page); strings.Contains(draftText.FindString(a.body), "確認して") {
		t.Error("an emptied draft is still there")
	}
}

func TestAStaleDraftIsCalledSo(t *testing.T) {
	o := newOffice(t)
	o.customer("青葉商事株式会社", "aoba.example", "yamada")
	page, _ := o.letter(parcel)
	b := o.signedIn("sato@desk.example")
	seen := regexp.MustCompile(`id="seen" value="(\d+)"`).FindStringSubmatch(b.get(page).body)[1]
	b.post(page+"/draft/reply", "text", "確認しております", "seen", seen)
	if a := b.get(page); strings.Contains(a.body, "draft-stale") {
		t.Error("a fresh draft is called stale")
	}
	b.post(page+"/draft/reply", "text", "確認しております", "seen", "1")
	b.get(page).says(t, "この下書き（16:42 保存）の後に、ケースに変化がありました")
}

func TestAFileGoesWithTheReplyAndComesBackWhenItIsUndone(t *testing.T) {
	o, id := openCase(t)
	page := "/cases/" + id
	o.hire("伊藤", "ito@desk.example", "agent", "ja")
	b, ito := o.signedIn("sato@desk.example"), o.signedIn("ito@desk.example")
	a := b.attach(page, map[string]string{"監査ログ 11月.txt": "ログ\n"})
	if a.code != http.StatusOK {
		t.Fatalf("attaching answered %d %s", a.code, text(a.body))
	}
	a.says(t, "監査ログ 11月.txt（7 B）")
	file := fileID.FindStringSubmatch(a.body)[1]
	if a := b.get(page + "/draft/files/" + file); a.body != "ログ\n" || !strings.Contains(a.header.Get("Content-Disposition"), "filename*=UTF-8''%E7%9B%A3%E6%9F%BB") {
		t.Errorf("the file is %q under %s", a.body, a.header.Get("Content-Disposition"))
	}
	if a := ito.get(page + "/draft/files/" + file); a.code != http.StatusNotFound {
		t.Errorf("a colleague's look at the draft's file answered %d", a.code)
	}
	if a := ito.act("reply-form", page+"/reply", "seen", "9", "kind", "initial_response", "to", "yamada@aoba.example", "next", "waiting", "text", "本文です。", "file", file); a.code != http.StatusConflict {
		t.Errorf("sending a colleague's file answered %d", a.code)
	}

	a = b.act("reply-form", page+"/reply", "seen", "9", "kind", "initial_response", "to", "yamada@aoba.example", "next", "waiting", "text", "添付をご覧ください。", "file", file)
	a.says(t, "秒後に送信します。", "取り消す", "監査ログ 11月.txt")
	reply := replyID.FindStringSubmatch(a.body)[1]
	if got := b.get(page + "/mails/" + reply + "/files/1"); got.code != http.StatusOK {
		t.Logf("the test's own composer makes no attachments: %d", got.code)
	}
	if a := b.get(page); fileID.MatchString(a.body) {
		t.Error("the file of a sent reply is still in the draft")
	}
	if a := ito.act("undo-form", page+"/replies/"+reply+"/undo"); a.code != http.StatusForbidden {
		t.Errorf("a colleague's undo answered %d", a.code)
	}
	o.at(friday.Add(9 * time.Second))
	a = b.act("undo-form", page+"/replies/"+reply+"/undo")
	a.says(t, "送信を取り消しました。", "取り消し済み", "監査ログ 11月.txt")
	if !strings.Contains(a.header.Get("HX-Trigger"), "desk:undone") || !strings.Contains(draftText.FindString(a.body), "添付をご覧ください。") {
		t.Error("what was written did not come back")
	}
	sent := b.get("/sent")
	sent.says(t, "取り消し済み")
	b.get(regexp.MustCompile(`href="(/sent/[^"]+)"`).FindStringSubmatch(sent.body)[1]).says(t, "取り消し済み", "添付をご覧ください。")

	a = b.act("reply-form", page+"/reply", "seen", "99", "kind", "initial_response", "to", "yamada@aoba.example", "next", "waiting", "text", "添付をご覧ください。")
	reply = replyID.FindStringSubmatch(a.body)[1]
	o.at(friday.Add(30 * time.Second))
	if a := b.act("undo-form", page+"/replies/"+reply+"/undo"); a.code != http.StatusConflict {
		t.Errorf("too late, undo answered %d", a.code)
	}
}

func TestWhatIsTooLargeOrEmptyIsNotAttached(t *testing.T) {
	o, id := openCase(t)
	page := "/cases/" + id
	b := o.signedIn("sato@desk.example")
	if a := b.attach(page, map[string]string{"empty.txt": ""}); a.code != http.StatusUnprocessableEntity {
		t.Errorf("an empty file answered %d", a.code)
	}
	big := strings.Repeat("x", 10<<20)
	if a := b.attach(page, map[string]string{"a.bin": big}); a.code != http.StatusOK {
		t.Fatalf("10 MB answered %d", a.code)
	}
	if a := b.attach(page, map[string]string{"a.bin": big}); a.code != http.StatusOK || strings.Count(a.body, `name="file"`) != 1 {
		t.Errorf("the same file again answered %d", a.code)
	}
	a := b.attach(page, map[string]string{"b.bin": "y" + big})
	if a.code != http.StatusRequestEntityTooLarge {
		t.Errorf("20 MB together answered %d", a.code)
	}
	a.says(t, "添付ファイルは合計 18 MB までです。")
	file := fileID.FindStringSubmatch(b.get(page).body)[1]
	if a := b.act("x", page+"/draft/files/"+file+"/remove"); a.code != http.StatusOK || fileID.MatchString(a.body) {
		t.Errorf("removing answered %d", a.code)
	}
}

func TestAFileIsHadInPieces(t *testing.T) {
	o, id := openCase(t)
	page := "/cases/" + id
	b := o.signedIn("sato@desk.example")
	file := fileID.FindStringSubmatch(b.attach(page, map[string]string{"a.txt": "0123456789"}).body)[1]
	a := b.get(page+"/draft/files/"+file, "Range", "bytes=2-4")
	if a.code != http.StatusPartialContent || a.body != "234" || a.header.Get("Content-Range") != "bytes 2-4/10" {
		t.Errorf("%d %q %s", a.code, a.body, a.header.Get("Content-Range"))
	}
	if a := b.get(page + "/draft/files/" + file + "?save"); a.header.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("to be saved it is %s, %s", a.header.Get("Content-Type"), a.header.Get("Content-Disposition"))
	}
}
