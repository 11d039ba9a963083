package objectstore_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
