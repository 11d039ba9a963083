package desk_test

import (
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
)

func TestACaseIsAboutTheProductOfTheMailboxThatItCameTo(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	archive, err := b.PutProduct(b.ctx, b.sato, store.Product{NameJA: "アーカイブ", NameEN: "Archive"})
	if err != nil {
		t.Fatal(err)
	}
	old, err := b.PutProduct(b.ctx, b.sato, store.Product{NameJA: "旧製品", NameEN: "Old"})
	if err != nil {
		t.Fatal(err)
	}
	old.Archived = true
	if _, err := b.PutProduct(b.ctx, b.sato, old); err != nil {
		t.Fatal(err)
	}
	if err := b.store.Write(b.ctx, func(tx *store.Tx) error {
		for address, product := range map[string]string{"archive@desk.example": archive.ID, "named@desk.example": "archive", "old@desk.example": old.ID, "gone@desk.example": "something"} {
			if err := tx.PutMailbox(store.Mailbox{ID: address, Name: address, Address: address, Product: product, Way: "password", Created: b.clock, Updated: b.clock}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	d := b.reopen()
	for to, want := range map[string]string{
		"archive@desk.example": archive.ID, "archive+c12-abc@desk.example": archive.ID, "named@desk.example": archive.ID,
		"old@desk.example": "", "gone@desk.example": "", "support@desk.example": "",
	} {
		for _, from := range []string{"yamada@aoba.example", "stranger@nowhere.example"} {
			raw := []byte("From: <" + from + ">\r\nTo: <" + to + ">\r\nSubject: " + to + from + "\r\nMessage-ID: <" + to + from + "@x>\r\n\r\nx\r\n")
			if err := d.Accept(b.ctx, desk.Mail{From: from, To: []string{to}, Raw: raw, Remote: "127.0.0.1", At: b.clock}); err != nil {
				t.Fatal(err)
			}
			if _, err := d.FileNew(b.ctx); err != nil {
				t.Fatal(err)
			}
			if c := b.last(); c.Subject != to+from || c.Product != want {
				t.Errorf("mail of %s to %s: product %q, want %q (%s)", from, to, c.Product, want, c.Subject)
			}
		}
	}
}
