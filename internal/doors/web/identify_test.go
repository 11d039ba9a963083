package web

import (
	"fmt"
	"strings"
	"testing"
)

func TestTheCustomerOfAnUnknownSenderIsFoundAmongMany(t *testing.T) {
	o := newOffice(t)
	o.customer("青葉商事株式会社", "aoba.example", "yamada")
	id := o.mail("who@unknown.example", "どなたでしょう", "本文")
	b := o.signedIn("sato@desk.example")
	page := "/cases/" + id + "/identify"
	if a := b.get(page); strings.Contains(a.body, `id="f-customer-q"`) || !strings.Contains(a.body, "青葉商事株式会社") {
		t.Error("a search is offered among a few customers")
	}
	var last string
	for i := range 60 {
		last = o.customer(fmt.Sprintf("顧客 %02d", i), fmt.Sprintf("c%02d.example", i)).ID
	}
	a := b.get(page)
	a.says(t, "先頭の 50 件を表示しています", "お客様を絞り込む")
	if n := strings.Count(a.body, "<option"); n > 60 {
		t.Errorf("%d choices are listed", n)
	}
	b.get(page+"?"+query("q", "c59.example")).says(t, "該当するお客様は 1 件です", "顧客 59")
	// While somebody types, what they have chosen stays among the choices.
	a = b.get("/cases/"+id+"/identify/contacts?"+query("q", "青葉", "organization", last), "HX-Request", "true", "HX-Request-Type", "partial")
	if !strings.Contains(a.body, `value="`+last+`" selected`) || !strings.Contains(a.body, "青葉商事株式会社") || strings.Contains(a.body, "顧客 01") {
		t.Errorf("the choices are %s", text(a.body))
	}
}
