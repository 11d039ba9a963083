package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"
)

// runMailRead runs the command and returns its objects, one a file.
func runMailRead(t *testing.T, c MailReadCmd) []map[string]any {
	t.Helper()
	var out, errs bytes.Buffer
	if err := c.Run(&IO{In: strings.NewReader(""), Out: &out, Err: &errs, Env: func(string) string { return "" }}); err != nil {
		t.Fatalf("mail read: %v", err)
	}
	var objects []map[string]any
	for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
		var o map[string]any
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatalf("not JSON: %q: %v", line, err)
		}
		objects = append(objects, o)
	}
	return objects
}

func writeMail(t *testing.T, dir, name, mail string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(mail), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMailReadPrintsOneObjectAFileInOrder(t *testing.T) {
	dir := t.TempDir()
	a := writeMail(t, dir, "a.eml", "From yamada Fri Nov 20 16:42:00 2026\nFrom: =?utf-8?B?5bGx55Sw?= <yamada@customer.example.jp>\nTo: support@desk.example.jp\nSubject: =?utf-8?B?44Ot44Kw44Kk44Oz?=\nDate: Fri, 20 Nov 2026 16:42:00 +0900\nMessage-ID: <q1@customer.example.jp>\nContent-Type: text/plain; charset=utf-8\n\n本文\n")
	b := writeMail(t, dir, "b.eml", "\n")
	missing := filepath.Join(dir, "missing.eml")
	got := runMailRead(t, MailReadCmd{Files: []string{a, missing, b}})
	if len(got) != 3 {
		t.Fatalf("%d objects for three files", len(got))
	}
	for key, want := range map[string]string{"file": a, "from": "yamada@customer.example.jp", "from_name": "山田", "subject": "ログイン", "date": "2026-11-20T16:42:00+09:00", "message_id": "q1@customer.example.jp", "text": "本文", "kind": "normal"} {
		if got[0][key] != want {
			t.Errorf("%s = %q, want %q", key, got[0][key], want)
		}
	}
	for i := 1; i < 3; i++ {
		if s, ok := got[i]["error"].(string); !ok || s == "" {
			t.Errorf("file %d: %v; want an error that says why", i, got[i])
		}
	}
}

func TestSavedAttachmentsStayBelowTheFolder(t *testing.T) {
	dir, save := t.TempDir(), t.TempDir()
	names := []string{"../../etc/passwd", `..\..\boot.ini`, "/etc/shadow", "..", "", "見積書.pdf", "a\x00b.txt", "CON: <x>|?.txt", strings.Repeat("長", 200) + ".pdf", "見積書.pdf"}
	mail := "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n"
	for _, n := range names {
		mail += "--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"" + strings.ReplaceAll(n, `\`, `\\`) + "\"\n\nbytes of it\n"
	}
	got := runMailRead(t, MailReadCmd{Save: save, Files: []string{writeMail(t, dir, "a.eml", mail+"--b--\n")}})
	list, ok := got[0]["attachments"].([]any)
	if !ok || len(list) != len(names) {
		t.Fatalf("attachments: %v", got[0]["attachments"])
	}
	seen := map[string]bool{}
	for _, item := range list {
		path, ok := item.(map[string]any)["path"].(string)
		if !ok || seen[path] {
			t.Fatalf("path %q is missing or used twice", path)
		}
		seen[path] = true
		rel, err := filepath.Rel(save, path)
		if err != nil || strings.HasPrefix(rel, "..") || strings.Count(filepath.ToSlash(rel), "/") != 1 || len(filepath.Base(path)) > 200 {
			t.Errorf("attachment %v was written to %s", item, path)
		}
		if data, err := os.ReadFile(path); err != nil || string(data) != "bytes of it" {
			t.Errorf("%s holds %q (%v)", path, data, err)
		}
	}
}

// TestForeignMailsAreReadRight scores the reader with the corpus' own script
// and holds it to what was reached. The remaining mails are ones whose
// expectation is the reference reader's own mistake.
func TestForeignMailsAreReadRight(t *testing.T) {
	corpus, err := filepath.Abs("../../../shared/mail-corpus")
	if err != nil {
		t.Fatal(err)
	}
	_, absent := os.Stat(corpus)
	python, noPython := exec.LookPath("python3")
	if absent != nil || noPython != nil {
		if os.Getenv("MADOGUCHI_REQUIRE") == "all" {
			t.Fatalf("the corpus and python3 are required: %v, %v", absent, noPython)
		}
		t.Skip("no mail corpus beside the repository, or no python3")
	}
	files, err := filepath.Glob(filepath.Join(corpus, "*", "*.eml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("the corpus is empty: %v", err)
	}
	sort.Strings(files)
	dir := t.TempDir()
	results, err := os.Create(filepath.Join(dir, "results.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	c := MailReadCmd{Save: dir, Files: files}
	if err := c.Run(&IO{Out: results}); err != nil {
		t.Fatal(err)
	}
	if err := results.Close(); err != nil {
		t.Fatal(err)
	}
	// The script's exit code says whether all are right; its last lines how many.
	out, _ := exec.Command(python, filepath.Join(corpus, "score.py"), filepath.Join(corpus, "index.jsonl"), results.Name()).CombinedOutput()
	t.Logf("%s", out)
	number := func(pattern string) int {
		m := regexp.MustCompile(pattern).FindSubmatch(out)
		if m == nil {
			t.Fatalf("the script did not print %s", pattern)
		}
		n, err := strconv.Atoi(string(m[1]))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	total := len(files)
	if n := number(`(\d+) of \d+ mails right in the base fields`); n*100 < total*99 {
		t.Errorf("%d of %d mails right in the base fields, want 99 %%", n, total)
	}
	if n := number(`, (\d+) in all fields`); n*100 < total*97 {
		t.Errorf("%d of %d mails right in all fields, want 97 %%", n, total)
	}
	if n, all := number(`japanese\*\s+[\d.]+ %\s+(\d+) of`), number(`japanese\*\s+[\d.]+ %\s+\d+ of (\d+)`); n != all {
		t.Errorf("%d of %d Japanese mails right, want all", n, all)
	}
	if bytes.Contains(out, []byte("refused")) {
		t.Error("a mail was refused")
	}
}
