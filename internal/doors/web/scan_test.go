package web

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

// virus finds the page.html of the test's parcel infected.
func virus(data []byte) (string, error) {
	if bytes.Contains(data, []byte("<script>alert(1)</script>")) {
		return "Test.Virus", nil
	}
	return "", nil
}

const infectedParcel = "From: yamada@aoba.example\r\nTo: support@localhost\r\nSubject: files\r\nMessage-ID: <infected@aoba.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
	"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nsee below\r\n" +
	"--b\r\nContent-Type: text/plain; name=good.txt\r\nContent-Disposition: attachment; filename=good.txt\r\n\r\nhello\r\n" +
	"--b\r\nContent-Type: application/zip; name=bad.zip\r\nContent-Disposition: attachment; filename=bad.zip\r\n\r\n<script>alert(1)</script>\r\n--b--\r\n"

func TestAnInfectedFileIsHadOnlyByASupervisorWhoSaysWhy(t *testing.T) {
	o := newOffice(t)
	o.scan = virus
	o.hire("伊藤", "ito@desk.example", "agent", "ja")
	o.customer("青葉商事株式会社", "aoba.example", "yamada")
	page, mail := o.letter(infectedParcel)
	agent, chief := o.signedIn("ito@desk.example"), o.signedIn("sato@desk.example")
	agent.get(page).says(t, "検査待ち")
	if _, err := o.desk.ScanNew(context.Background()); err != nil {
		t.Fatal(err)
	}
	a := agent.get(page)
	a.says(t, "ウイルス検出：Test.Virus。開けません。")
	if strings.Contains(a.body, `href="`+mail+`/files/2"`) || strings.Contains(a.body, "検査待ち") || strings.Contains(a.body, "/take") {
		t.Error("an agent is offered the infected file, or the clean one still waits")
	}
	if a := agent.get(mail + "/files/1"); a.code != http.StatusOK {
		t.Errorf("the clean file answered %d", a.code)
	}
	for _, path := range []string{"/files/2", "/files/2?save", ""} {
		if a := agent.get(mail + path); a.code != http.StatusForbidden || strings.Contains(a.body, "<script>alert(1)") {
			t.Errorf("%q answered an agent %d", path, a.code)
		}
		if a := chief.get(mail + path); a.code != http.StatusForbidden {
			t.Errorf("%q answered a supervisor %d without a word", path, a.code)
		}
	}
	if a := agent.post(mail+"/files/2/take", "reason", "調査"); a.code != http.StatusForbidden {
		t.Errorf("taking it answered an agent %d", a.code)
	}
	if a := chief.post(mail+"/files/2/take", "reason", " "); a.code != http.StatusUnprocessableEntity {
		t.Errorf("taking it without a reason answered %d", a.code)
	}
	a = chief.post(mail+"/files/2/take", "reason", "検体として提出するため")
	if a.code != http.StatusOK || a.body != "<script>alert(1)</script>" || !strings.Contains(a.header.Get("Content-Disposition"), `attachment; filename="bad.zip.infected"`) {
		t.Errorf("taking it answered %d %s", a.code, a.header.Get("Content-Disposition"))
	}
	chief.get("/audit").says(t, "感染した添付を取り出し", "検体として提出するため")
	chief.get(page).says(t, "責任者として取り出す")
}

func TestAScannerThatDoesNotAnswerIsAskedAgain(t *testing.T) {
	o := newOffice(t)
	o.scan = func([]byte) (string, error) { return "", errors.New("connection refused") }
	o.customer("青葉商事株式会社", "aoba.example", "yamada")
	page, mail := o.letter(infectedParcel)
	b := o.signedIn("sato@desk.example")
	if _, err := o.desk.ScanNew(context.Background()); err != nil {
		t.Fatal(err)
	}
	b.get(page).says(t, "未検査（検査サーバが応答しません）")
	if a := b.get(mail + "/files/1"); a.code != http.StatusOK {
		t.Errorf("while nobody can look, the file answered %d", a.code)
	}
	o.scan = virus
	if a := b.get(mail + "/files/2"); a.code != http.StatusForbidden {
		t.Errorf("asked again when it is opened, it answered %d", a.code)
	}
	if n, err := o.desk.ScanNew(context.Background()); n != 0 || err != nil {
		t.Errorf("it is asked again at once: %d, %v", n, err)
	}
	o.at(friday.Add(2 * time.Minute))
	if n, err := o.desk.ScanNew(context.Background()); n != 1 || err != nil {
		t.Errorf("after a while %d files are scanned, %v", n, err)
	}
	if a := b.get(page); strings.Contains(a.body, "未検査") {
		t.Error("a scanned file is called not scanned")
	}
}

func TestAnInfectedFileIsNotSent(t *testing.T) {
	o, id := openCase(t)
	o.scan = virus
	b := o.signedIn("sato@desk.example")
	a := b.attach("/cases/"+id, map[string]string{"a.html": "<script>alert(1)</script>"})
	if a.code != http.StatusUnprocessableEntity || fileID.MatchString(b.get("/cases/"+id).body) {
		t.Errorf("attaching answered %d", a.code)
	}
	a.says(t, "「a.html」からウイルスが検出されたため、添付できません（Test.Virus）。")
}
