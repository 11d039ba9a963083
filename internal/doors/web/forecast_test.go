package web

import (
	"context"
	"testing"

	"madoguchi/contracts"
	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
)

// northwind is a customer whose contract measures every response, the
// resolution and the updates.
func (o *office) northwind() store.Organization {
	o.t.Helper()
	ctx := context.Background()
	name, file, err := contracts.Read("example-europe")
	o.must(err)
	con, err := o.desk.Publish(ctx, desk.Viewer{Name: "set-up"}, name, file)
	o.must(err)
	org, err := o.desk.AddOrganization(ctx, o.admin, store.Organization{NameJA: "Nordhafen GmbH", Language: "en", Contract: con.ID(), Domains: []string{"nordhafen.example"}}, desk.Opening{Region: "central"})
	o.must(err)
	_, err = o.desk.PutContact(ctx, o.admin, store.Contact{Organization: org.ID, Name: "Anna Weiss", Language: "en", Addresses: []store.ContactAddress{{Addr: "anna@nordhafen.example", Verified: true}}})
	o.must(err)
	return org
}

func TestEveryClockIsShownAsAnActWouldLeaveIt(t *testing.T) {
	o := newOffice(t)
	org := o.northwind()
	id := o.mail("Anna Weiss <anna@nordhafen.example>", "Journal cannot be closed", "Nobody can close it.")
	b := o.signedIn("sato@desk.example")

	// One clock, one line.
	b.post("/cases/"+id+"/priority/preview", "side", "desk", "priority", "p4").says(t, "初回応答", "期限が 11/21（土）01:27 から", "に変わります", "根拠 priority.p4, targets.first-response", "優先度が「P3」から「P4」に変わります")
	// The one criterion that there is needs no choosing, and clocks begin.
	b.post("/cases/"+id+"/priority/preview", "side", "desk", "priority", "p1").says(t, "期限が 11/21（土）01:27 から 11/20（金）17:12 に変わります", "解決", "計測を始めます（期限 11/21（土）00:42）", "状況のご連絡", "計測を始めます（期限 11/20（金）17:42）", "hours.p1-always")
	b.post("/cases/"+id+"/priority/preview", "side", "objection", "person", "anna@nordhafen.example").says(t, "期限は変わりません（11/21（土）01:27）")
	b.get("/cases/"+id+"/status/effect", "HX-Request", "true").says(t, "どの状態にしても、時計は変わりません")

	b.act("priority-form", "/cases/"+id+"/priority", "side", "desk", "priority", "p1", "criterion", "priority.p1", "reason", "The ledger is down.")
	b.get("/cases/"+id+"/status/effect", "HX-Request", "true").says(t, "お客様の回答待ちの間、止まります（残り 8:00）", "他社の対応待ちの間、止まります（残り 8:00）", "目標を達成します（残り 8:00）", "計測を終えます（ケースの終了により計測終了）")
	b.get("/cases/"+id).says(t, "解決：お客様の回答待ちの間、止まります（残り 8:00）", "状況のご連絡：達成となり、次の期限は 11/20（金）17:42 です")
	open := b.get("/cases/"+id+"/reply/effect?kind=initial_response&next=open", "HX-Request", "true")
	open.says(t, "状況のご連絡：達成となり")
	open.lacks(t, "止まります")

	stranger := o.mail("Anna <anna@elsewhere.example>", "Where is my report?", "I cannot find it.")
	b.get("/cases/"+stranger+"/identify/contacts?organization="+org.ID, "HX-Request", "true").says(t, "この会社に特定した場合", "初回応答", "計測を始めます（期限 11/21（土）01:27）")
}
