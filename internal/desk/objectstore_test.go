package desk_test

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/terms/fault"
	"madoguchi/test/s3test"
)

// large is a text that makes a mail too large for its row.
var large = strings.Repeat("とても長いログの一行です。\r\n", 10_000)

func objects(t *testing.T, dir string) (n int) {
	t.Helper()
	if err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestErasedFilesGoFromTheObjectStoreThoughItIsAway(t *testing.T) {
	server := s3test.Start(t, "desk")
	b := newBenchWith(t, "11-20 11:00:00", nil, server.Place("desk", "files"))
	kobayashi := b.second()
	b.mail("yamada@aoba.example", "ログをお送りします", large)
	if n := objects(t, server.Files("desk")); n != 1 {
		t.Fatalf("%d objects, want that of the mail", n)
	}
	b.settleAll()
	e, err := b.AskErasure(b.ctx, b.sato, desk.ErasureCommand{Kind: desk.ErasePerson, Subject: b.person("yamada@aoba.example").ID, Basis: "appi-35", Reason: "受付票 12", Originals: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Down(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.DecideErasure(b.ctx, kobayashi, e.ID, true); err != nil {
		t.Fatalf("the erasure is recorded, and its files follow: %v", err)
	}
	if err := b.FinishErasures(b.ctx); !fault.Is(err, fault.Unavailable) {
		t.Errorf("while it is away: %v", err)
	}
	if err := server.Up(); err != nil {
		t.Fatal(err)
	}
	if err := b.FinishErasures(b.ctx); err != nil {
		t.Fatal(err)
	}
	if n := objects(t, server.Files("desk")); n != 0 {
		t.Errorf("%d objects are left", n)
	}
	b.proven()
}

func TestWhatWasClosedLongAgoGoesThoughTheObjectStoreIsAway(t *testing.T) {
	server := s3test.Start(t, "desk")
	b := newBenchWith(t, "01-05 11:00:00", nil, server.Place("desk", "files"))
	b.mail("yamada@aoba.example", "ログをお送りします", large)
	b.answeredAndClosed("yamada@aoba.example")
	b.set("06-01 11:00:00")
	if err := b.SetRetention(b.ctx, b.sato, 90); err != nil {
		t.Fatal(err)
	}
	b.set("06-08 11:00:01")
	if err := server.Down(); err != nil {
		t.Fatal(err)
	}
	b.retained(1)
	if err := server.Up(); err != nil {
		t.Fatal(err)
	}
	if err := b.FinishErasures(b.ctx); err != nil {
		t.Fatal(err)
	}
	if n := objects(t, server.Files("desk")); n != 0 {
		t.Errorf("%d objects are left", n)
	}
	b.proven()
}

func TestALargeMailThatCannotBeReadNowHoldsUpNoOther(t *testing.T) {
	server := s3test.Start(t, "desk")
	b := newBenchWith(t, "11-20 11:00:00", nil, server.Place("desk", ""))
	accept := func(from, subject, text string) error {
		return b.Accept(b.ctx, desk.Mail{From: from, To: []string{"support@desk.example"}, At: b.Now(), Raw: []byte(
			"From: <" + from + ">\r\nTo: support@desk.example\r\nSubject: " + subject + "\r\nMessage-ID: <" + subject + "@customer.example>\r\n\r\n" + text + "\r\n",
		)})
	}
	if err := accept("yamada@aoba.example", "large", large); err != nil {
		t.Fatal(err)
	}
	if err := server.Down(); err != nil {
		t.Fatal(err)
	}
	if err := accept("yamada@aoba.example", "larger", large+"."); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a large mail while the object store is away: %v", err)
	}
	if err := accept("jane@kestrel.example", "small", "Help"); err != nil {
		t.Errorf("a small mail while the object store is away: %v", err)
	}
	if _, err := b.FileNew(b.ctx); !fault.Is(err, fault.Unavailable) {
		t.Errorf("filing says %v", err)
	}
	if c := b.last(); c.Subject != "small" {
		t.Errorf("the newest case is %q", c.Subject)
	}
	if err := server.Up(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.FileNew(b.ctx); err != nil {
		t.Fatal(err)
	}
	if c := b.last(); c.Subject != "large" {
		t.Errorf("the newest case is %q", c.Subject)
	}
}
