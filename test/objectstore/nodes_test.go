package objectstore_test

import (
	"os"
	"path/filepath"
	"testing"

	"madoguchi/internal/records/secret"
	"madoguchi/test/postgrestest"
	"madoguchi/test/program"
	"madoguchi/test/s3test"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Once(m)) }

func TestNodesShareFilesWithoutADisk(t *testing.T) {
	server := s3test.Start(t, "desk")
	database := postgrestest.Fresh(t, t.TempDir())
	binary, err := program.Build(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	first := t.TempDir()
	if err := program.FurnishOn(t.Context(), first, database, 10); err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(filepath.Join(first, secret.File))
	if err != nil {
		t.Fatal(err)
	}
	keys := keyFile(t)
	var nodes []*site
	for range 2 {
		s := &site{t: t, binary: binary, data: t.TempDir()}
		if err := os.WriteFile(filepath.Join(s.data, secret.File), key, 0o600); err != nil {
			t.Fatal(err)
		}
		s.serve("--database", database, "--files", server.Place("desk", ""), "--files-key-file", keys)
		nodes = append(nodes, s)
	}
	a, b := nodes[0], nodes[1]

	// What came in at one is handed out by the other, and what one takes for a reply too.
	raw, file := letter("large", 700_000)
	if code := deliver(t, a.serving.SMTP, raw); code != 250 {
		t.Fatal(code)
	}
	path := caseOf(t, b.browser, b.serving.HTTP, "large")
	b.same("an attachment at the other node", attachmentOf(t, b.browser, b.serving.HTTP, path), file)
	if code, page, err := a.browser.Upload(a.serving.HTTP, path+"/draft/files", "log.bin", file); err != nil || code >= 400 {
		t.Fatalf("%d, %v: %s", code, err, program.Text(page))
	}
	_, page, err := b.browser.Get(b.serving.HTTP, path)
	draft := draftLink.FindString(page)
	if err != nil || draft == "" {
		t.Fatalf("the other node shows no file of the reply: %v", err)
	}
	b.same("a reply's file at the other node", draft, file)
	for _, s := range nodes {
		if some, err := filepath.Glob(filepath.Join(s.data, "blobs", "*", "*", "*")); err != nil || len(some) > 0 {
			t.Errorf("a node keeps files of its own: %v, %v", some, err)
		}
	}

	// A node that goes takes nothing along.
	if err := a.serving.Kill(); err != nil {
		t.Fatal(err)
	}
	b.same("after the other node is gone", draft, file)
	b.stop()
}

func TestADeskMovesToPostgreSQLWithItsFiles(t *testing.T) {
	server := s3test.Start(t, "desk")
	database := postgrestest.Fresh(t, t.TempDir())
	s := newSite(t)
	s.serve()
	raw, file := letter("large", 700_000)
	if code := deliver(t, s.serving.SMTP, raw); code != 250 {
		t.Fatal(code)
	}
	path := caseOf(t, s.browser, s.serving.HTTP, "large")
	if code, page, err := s.browser.Upload(s.serving.HTTP, path+"/draft/files", "log.bin", file); err != nil || code >= 400 {
		t.Fatalf("%d, %v: %s", code, err, program.Text(page))
	}
	attachment := attachmentOf(t, s.browser, s.serving.HTTP, path)
	_, page, err := s.browser.Get(s.serving.HTTP, path)
	draft := draftLink.FindString(page)
	if err != nil || draft == "" {
		t.Fatalf("no file of the reply: %v", err)
	}
	s.stop()
	there, node := []string{"--files-key-file", s.keyFile}, t.TempDir()
	s.done(append([]string{"copy", "--from", s.data, "--to", database, "--to-files", server.Place("desk", ""), "--data", node}, there...)...)
	s.data = node
	s.serve(append([]string{"--database", database, "--files", server.Place("desk", "")}, there...)...)
	s.same("an attachment", attachment, file)
	s.same("a reply's file", draft, file)
	s.stop()
}
