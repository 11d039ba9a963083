package desk_test

import (
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// withFiles is a mail with a text and two files.
const withFiles = "From: yamada@aoba.example\r\nTo: support@desk.example\r\nSubject: files\r\nMessage-ID: <files@aoba.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
	"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nsee below\r\n" +
	"--b\r\nContent-Type: text/csv; name=\"=?utf-8?B?6KiY6YyyLmNzdg==?=\"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\nYSxiCg==\r\n" +
	"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=report.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n--b--\r\n"

// messageOf returns the first message of a case.
func (b *bench) messageOf(id cases.ID) string {
	b.t.Helper()
	_, events, err := b.store.Case(b.ctx, id)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, e := range events {
		if m, ok := e.Data.(cases.MessageReceived); ok {
			return m.Message
		}
	}
	b.t.Fatal("the case has no message")
	return ""
}

func TestEachFileOfAMailIsHadByItsPlaceInTheHistory(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.raw("yamada@aoba.example", []byte(withFiles))
	c := b.last()
	m := b.messageOf(c.ID)
	for n, want := range map[int]desk.File{
		1: {Name: "記録.csv", Type: "text/csv", Data: []byte("a,b\n")},
		2: {Name: "report.pdf", Type: "application/pdf", Data: []byte("%PDF-1.4\n")},
	} {
		f, err := b.Attachment(b.ctx, b.sato, c.ID, m, n)
		if err != nil || f.Name != want.Name || f.Type != want.Type || string(f.Data) != string(want.Data) {
			t.Errorf("file %d: %s %s %q, %v", n, f.Name, f.Type, f.Data, err)
		}
	}
	for _, n := range []int{-1, 0, 3} {
		if _, err := b.Attachment(b.ctx, b.sato, c.ID, m, n); !fault.Is(err, fault.NotFound) {
			t.Errorf("file %d: %v", n, err)
		}
	}
}

func TestAMailIsReadOnlyInItsOwnCaseAndByTheDesk(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.raw("yamada@aoba.example", []byte(withFiles))
	c := b.last()
	m := b.messageOf(c.ID)
	b.mail("jane@kestrel.example", "another", "text")
	other := b.last()
	stranger := desk.Viewer{Name: "nobody"}
	for _, x := range []struct {
		who  desk.Viewer
		id   cases.ID
		kind fault.Kind
	}{{b.sato, other.ID, fault.NotFound}, {b.sato, "no-such-case", fault.NotFound}, {stranger, c.ID, fault.Unsigned}} {
		_, err := b.Attachment(b.ctx, x.who, x.id, m, 1)
		_, err2 := b.Original(b.ctx, x.who, x.id, m)
		if !fault.Is(err, x.kind) || !fault.Is(err2, x.kind) {
			t.Errorf("%s at %s: %v, %v; want %v", x.who.Name, x.id, err, err2, x.kind)
		}
	}
}
