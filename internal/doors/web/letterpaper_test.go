package web

import (
	"context"
	"strings"
	"testing"

	"madoguchi/internal/records/store"
)

// The English letter once named the company as its reader at the desk does.
func TestALetterNamesTheCompanyInItsOwnLanguage(t *testing.T) {
	o := newOffice(t)
	org, err := o.desk.PutOrganization(context.Background(), o.admin, store.Organization{NameJA: "青葉商事株式会社", NameEN: "Aoba Shoji Co., Ltd.", Language: "ja", DeskPhone: "03-0000-0100"})
	o.must(err)
	b := o.signedIn("sato@desk.example") // who reads Japanese
	if a := b.get("/customers/" + org.ID + "/letter/print?language=en"); !strings.Contains(a.body, "Aoba Shoji Co., Ltd.") || strings.Contains(a.body, "青葉商事") {
		t.Errorf("the English letter says %s", text(a.body))
	}
}
