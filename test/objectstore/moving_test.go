package objectstore_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"madoguchi/test/program"
	"madoguchi/test/s3test"
)

// same holds that a file is handed out as it came.
func (s *site) same(what, attachment string, file []byte) {
	s.t.Helper()
	res, body, err := s.browser.Fetch(s.serving.HTTP, attachment, nil)
	if err != nil || res.StatusCode != 200 || !bytes.Equal(body, file) {
		s.t.Fatalf("%s: %v, %d bytes, %v\n%s", what, res, len(body), err, s.serving.Said())
	}
}

// done runs a command that must succeed.
func (s *site) done(args ...string) string {
	s.t.Helper()
	out, ok := s.command(args...)
	if !ok {
		s.t.Fatalf("madoguchi %s:\n%s", strings.Join(args, " "), out)
	}
	return out
}

func TestFilesMoveIntoAnObjectStoreAndBackAndIntoABackup(t *testing.T) {
	server := s3test.Start(t, "desk", "other")
	s := newSite(t)
	s.serve()
	raw, file := letter("large", 5_000_000)
	if code := deliver(t, s.serving.SMTP, raw); code != 250 {
		t.Fatal(code)
	}
	path := caseOf(t, s.browser, s.serving.HTTP, "large")
	if code, page, err := s.browser.Upload(s.serving.HTTP, path+"/draft/files", "log.txt", []byte("log")); err != nil || code >= 400 {
		t.Fatalf("%d, %v: %s", code, err, program.Text(page))
	}
	attachment := attachmentOf(t, s.browser, s.serving.HTTP, path)
	s.stop()

	place, key := server.Place("desk", "files"), []string{"--files-key-file", s.keyFile}
	files := append([]string{"--files", place}, key...)
	with := func(list ...string) []string { return append(list, files...) }
	if out := s.done(append([]string{"copy", "--from", s.data, "--to", s.data, "--to-files", place}, key...)...); !strings.Contains(out, "2 files copied") {
		t.Errorf("copy says:\n%s", out)
	}
	if out := s.done(with("doctor", "--thorough", "--data", s.data, "--dns", "off", "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0")...); !strings.Contains(out, "There are files in "+filepath.Join(s.data, "blobs")) {
		t.Errorf("doctor says nothing of what was left behind:\n%s", out)
	}
	if err := os.RemoveAll(filepath.Join(s.data, "blobs")); err != nil {
		t.Fatal(err)
	}
	s.serve(files...)
	s.same("in the object store", attachment, file)

	// A backup while it runs, restored elsewhere with files in a directory, and into another bucket.
	backup := filepath.Join(t.TempDir(), "desk.backup")
	s.done(with("backup", "--data", s.data, "--to", backup)...)
	if out, ok := s.command("backup", "--data", s.data, "--to", backup+".2"); ok || !strings.Contains(out, "give --files as to serve") {
		t.Errorf("a backup that was not told of the object store, ok %v:\n%s", ok, out)
	}
	s.stop()
	s.done("backup", "verify", backup)
	s.done(with("rebuild", "--data", s.data)...)
	home := s.data
	s.data = filepath.Join(t.TempDir(), "restored")
	s.done("restore", backup, "--data", s.data)
	s.serve(key...)
	s.same("restored into a directory", attachment, file)
	s.stop()
	s.data = filepath.Join(t.TempDir(), "restored")
	other := append([]string{"--files", server.Place("other", "")}, key...)
	s.done(append([]string{"restore", backup, "--data", s.data}, other...)...)
	if err := os.RemoveAll(filepath.Join(s.data, "blobs")); err != nil {
		t.Fatal(err)
	}
	s.serve(other...)
	s.same("restored into another bucket", attachment, file)
	s.stop()

	// And back into the directory.
	s.data = home
	s.done(append([]string{"copy", "--from", s.data, "--to", s.data, "--from-files", place}, key...)...)
	s.serve(key...)
	s.same("back in the directory", attachment, file)
	s.stop()
}

func TestASecondCopyInAnObjectStoreCatchesUp(t *testing.T) {
	server := s3test.Start(t, "copies", "desk")
	gate := s3test.OpenGate(t, server.Addr)
	copied := s3test.PlaceAt(gate.Addr, "copies", "desk")
	s := newSite(t)
	key := []string{"--files-key-file", s.keyFile}
	gate.Shut(true) // it is away when the desk starts, too
	s.serve(append([]string{"--replica", copied}, key...)...)
	raw, file := letter("large", 600_000)
	if code := deliver(t, s.serving.SMTP, raw); code != 250 {
		t.Fatalf("a mail gets %d while the copy's place is away", code)
	}
	attachment := attachmentOf(t, s.browser, s.serving.HTTP, caseOf(t, s.browser, s.serving.HTTP, "large"))
	behind := func() float64 {
		_, page, err := s.browser.Get(s.serving.Ops, "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		_, after, _ := strings.Cut(page, "\nmadoguchi_replica_behind_seconds ")
		number, _, _ := strings.Cut(after, "\n")
		n, err := strconv.ParseFloat(number, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	within(t, "the copy falls behind", func() bool {
		return behind() > 3 && strings.Contains(s.serving.Said(), "the copy cannot be kept up to date")
	})
	gate.Shut(false)
	within(t, "the copy catches up", func() bool { return behind() < 2 })
	if out, _ := s.command("doctor", "--data", s.data, "--dns", "off", "--replica", copied); !strings.Contains(out, "ok  copy ") {
		t.Errorf("doctor says nothing of the copy's place:\n%s", out)
	}
	if err := s.serving.Kill(); err != nil {
		t.Fatal(err)
	}
	if said := s.serving.Said(); !strings.Contains(said, "the copy is up to date again") {
		t.Errorf("the log says:\n%s", said)
	}
	if out, ok := s.command("restore", "--replica", server.Place("copies", "nothing"), "--data", t.TempDir()); ok || !strings.Contains(out, "holds no copy of a desk") {
		t.Errorf("restoring from an empty place says:\n%s", out)
	}
	err := filepath.WalkDir(server.Files("copies"), func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err == nil && e.Name() == "secret.key" && !bytes.HasPrefix(b, []byte("age-encryption.org/")) {
			t.Errorf("%s lies open in the copy", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.data = filepath.Join(t.TempDir(), "restored")
	s.done(append([]string{"restore", "--replica", copied, "--data", s.data}, key...)...)
	s.serve(key...)
	s.same("restored", attachment, file)
	s.stop()
}

// within waits for something to become so.
func within(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(40 * time.Second); !holds(); {
		if time.Now().After(end) {
			t.Fatal("not in time: " + what)
		}
		<-time.After(100 * time.Millisecond)
	}
}
