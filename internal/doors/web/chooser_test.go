package web

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

const manyCustomers = 1200

// largeRegistry is a desk with 1,200 customers, taken in as a file, and the id
// of the last by name.
func largeRegistry(t *testing.T) (o *office, last string) {
	t.Helper()
	o = newOffice(t)
	ctx := context.Background()
	var file strings.Builder
	file.WriteString("会社名,お客様番号,メールドメイン\n")
	for i := range manyCustomers {
		fmt.Fprintf(&file, "取引先 %04d 株式会社,K-%04d,c%04d.example\n", i, i, i)
	}
	im, err := o.desk.BeginImport(ctx, o.admin, "organizations", "customers.csv", []byte(file.String()))
	o.must(err)
	_, err = o.desk.ImportNow(ctx, o.admin, im.ID, nil)
	o.must(err)
	named, err := o.desk.NamedCustomer(ctx, o.admin, "K-1199")
	o.must(err)
	return o, named.ID
}

func (b *browser) chooses(t *testing.T, at string) (found []string, more string) {
	t.Helper()
	a := b.get(at)
	if a.code != http.StatusOK {
		t.Fatalf("%s answered %d", at, a.code)
	}
	for _, m := range regexp.MustCompile(`data-value="([^"]+)"`).FindAllStringSubmatch(a.body, -1) {
		found = append(found, m[1])
	}
	if m := regexp.MustCompile(`data-more="([^"]+)"`).FindStringSubmatch(a.body); m != nil {
		more = html.UnescapeString(m[1])
	}
	return found, more
}

// Forms once listed the first 500 customers to choose from, and nobody could
// choose the others.
func TestEachOfManyCustomersCanBeChosen(t *testing.T) {
	o, last := largeRegistry(t)
	b := o.signedIn("sato@desk.example")

	// Page after page everybody is there, once.
	seen := map[string]bool{}
	for at := "/choose/customers?q="; at != ""; {
		found, more := b.chooses(t, at)
		for _, id := range found {
			if seen[id] {
				t.Fatalf("%s is listed twice", id)
			}
			seen[id] = true
		}
		at = more
	}
	if len(seen) != manyCustomers || !seen[last] {
		t.Fatalf("%d of %d customers can be reached", len(seen), manyCustomers)
	}
	for _, typed := range []string{"1199", "Ｋ－１１９９", "c1199.example", "取引先 1199"} {
		if found, more := b.chooses(t, "/choose/customers?q="+url.QueryEscape(typed)); len(found) != 1 || found[0] != last || more != "" {
			t.Errorf("%q finds %v", typed, found)
		}
	}
	if a := b.get("/choose/customers?q=" + url.QueryEscape("どこにもない")); !strings.Contains(a.body, "該当がありません") {
		t.Errorf("nothing found says %s", text(a.body))
	}

	// No form lists them all, and what was chosen is there by its name.
	_, err := o.desk.PutTeam(context.Background(), o.admin, store.Team{NameJA: "関西", NameEN: "West"})
	o.must(err)
	teams, err := o.desk.AllTeams(context.Background(), o.admin)
	o.must(err)
	b.post("/teams/"+teams[0].ID, "name_ja", "関西", "name_en", "West", "sight", last)
	b.post("/approval-rules", "name", "重要なお客様", "organizations", last)
	b.post("/api-tokens", "name", "監視", "per_second", "50", "scopes", "cases.read", "organization", last)
	rule := regexp.MustCompile(`/approval-rules/([0-9a-f-]{36})`).FindString(b.get("/approval-rules").body)
	for _, page := range []string{"/teams/" + teams[0].ID, "/approval-rules", rule, "/api-tokens", "/queue?organization=" + last, "/queue/filter?organization=" + last} {
		a := b.get(page)
		if n := strings.Count(a.body, "取引先"); a.code != http.StatusOK || n == 0 || n > 3 {
			t.Errorf("%s (%d) names %d customers", page, a.code, n)
		}
		a.says(t, "取引先 1199 株式会社")
	}
	if sees, err := o.desk.Sights(context.Background(), o.admin, teams[0].ID); err != nil || len(sees) != 1 || sees[0] != last {
		t.Errorf("the team sees %v, %v", sees, err)
	}
}

// In a browser without scripts, or from fast fingers, the text itself arrives.
func TestACustomerThatWasTypedAndNotChosenIsTheOneItNamesOrIsAskedAgain(t *testing.T) {
	o, last := largeRegistry(t)
	b := o.signedIn("sato@desk.example")
	ito := o.hire("Ito", "ito@desk.example", desk.Agent, "en")

	b.post("/agents/"+ito.ID+"/sights", "sight_find", "取引先 1199 株式会社")
	if sees, err := o.desk.Sights(context.Background(), o.admin, ito.ID); err != nil || len(sees) != 1 || sees[0] != last {
		t.Fatalf("the agent sees %v, %v", sees, err)
	}
	// A token is never for everybody's cases because a name was mistyped.
	for typed, said := range map[string]string{"取引先": "当てはまるお客様が複数あります", "どこにもない": "登録されていません"} {
		a := b.post("/api-tokens", "name", "連携", "per_second", "50", "scopes", "cases.read", "organization", "", "organization_find", typed)
		if a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, `value="`+typed+`"`) {
			t.Errorf("%q answered %d", typed, a.code)
		}
		a.says(t, said)
	}
	if list, err := o.desk.APITokens(context.Background(), o.admin); err != nil || len(list) != 0 {
		t.Errorf("%d tokens were made, %v", len(list), err)
	}
	b.post("/api-tokens", "name", "連携", "per_second", "50", "scopes", "cases.read", "organization", "", "organization_find", "K-1199")
	if list, err := o.desk.APITokens(context.Background(), o.admin); err != nil || len(list) != 1 || list[0].Organization != last {
		t.Errorf("the token is for %+v, %v", list, err)
	}
	for page, pairs := range map[string][]string{
		"/approval-rules":               {"name", "重要", "organizations_find", "どこにもない"},
		"/teams":                        {"name_ja", "関西", "sight_find", "どこにもない"},
		"/retention/exceptions":         {"how", "hold", "reason", "訴訟", "customer_find", "どこにもない"},
		"/agents/" + ito.ID + "/sights": {"sight", last, "sight_find", "どこにもない"},
	} {
		if a := b.post(page, pairs...); a.code != http.StatusUnprocessableEntity || !strings.Contains(text(a.body), "登録されていません") {
			t.Errorf("%s answered %d", page, a.code)
		}
	}
	if strings.Contains(b.get("/teams").body, "関西") {
		t.Error("the refused form left a team behind")
	}
	if a := b.get("/queue?view=all&organization_find=K-1199"); a.code != http.StatusSeeOther || a.header.Get("Location") != "/queue?organization="+last+"&view=all" {
		t.Errorf("the filter's text led %d to %s", a.code, a.header.Get("Location"))
	}
}

func TestAChooserFindsNobodyThatTheViewerDoesNotSee(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	mine, theirs := o.customer("青葉商事株式会社", "aoba.example", "yamada"), o.customer("青木工業株式会社", "aoki.example", "aoki")
	role, err := o.desk.PutRole(ctx, o.admin, desk.RoleView{Name: fault.Text{EN: "some"}, Permissions: []desk.Permission{desk.WorkCases}})
	o.must(err)
	west := o.hire("West", "west@desk.example", role.ID, "ja")
	o.must(o.desk.SetSights(ctx, o.admin, west.ID, []string{mine.ID}))
	b := o.signedIn("west@desk.example")
	if found, _ := b.chooses(t, "/choose/customers?q="+url.QueryEscape("青")); len(found) != 1 || found[0] != mine.ID {
		t.Errorf("%v are found", found)
	}
	if a := b.get("/choose/contacts?organization=" + theirs.ID); a.code != http.StatusNotFound {
		t.Errorf("another customer's people answered %d", a.code)
	}
	if found, _ := b.chooses(t, "/choose/contacts?organization="+mine.ID); len(found) != 1 {
		t.Errorf("%d people are found", len(found))
	}
}

// A customer of 1,200 people: the page, the letter, the merge and the sender of
// a mail each once took the first 500.
func TestEachOfManyPeopleOfACustomerCanBeChosen(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	org := o.customer("青葉商事株式会社", "aoba.example")
	var file strings.Builder
	file.WriteString("会社名,氏名,メールアドレス\n")
	for i := range manyCustomers {
		fmt.Fprintf(&file, "青葉商事株式会社,担当 %04d,p%04d@aoba.example\n", i, i)
	}
	im, err := o.desk.BeginImport(ctx, o.admin, "contacts", "people.csv", []byte(file.String()))
	o.must(err)
	_, err = o.desk.ImportNow(ctx, o.admin, im.ID, nil)
	o.must(err)
	last, err := o.desk.NamedContact(ctx, o.admin, org.ID, "p1199@aoba.example")
	o.must(err)
	first, err := o.desk.NamedContact(ctx, o.admin, org.ID, "担当 0000")
	o.must(err)
	site := o.desk.Site()
	site.Phone = "03-0000-0100"
	o.must(o.desk.SetSite(ctx, o.admin, site))

	b := o.signedIn("sato@desk.example")
	if found, _ := b.chooses(t, "/choose/contacts?organization="+org.ID+"&q=p1199"); len(found) != 1 || found[0] != last.ID {
		t.Errorf("%v are found", found)
	}
	for _, page := range []string{"/customers/" + org.ID + "?people=p1199", "/contacts/" + first.ID + "/merge?people=" + url.QueryEscape("担当 1199")} {
		a := b.get(page)
		a.says(t, "担当 1199")
		if strings.Contains(a.body, "担当 0001") {
			t.Errorf("%s lists everybody", page)
		}
	}
	if a := b.get("/customers/" + org.ID); strings.Count(a.body, "@aoba.example") > 60 || !strings.Contains(a.body, "after=") {
		t.Error("the customer's page lists everybody at once")
	}
	b.get("/contacts/"+first.ID+"/merge?from="+last.ID).says(t, "担当 1199", "p1199@aoba.example")

	letter := "/customers/" + org.ID + "/letter"
	if n := strings.Count(b.get(letter).body, `name="contacts"`); n > 1 { // the box that a script copies
		t.Errorf("the letter lists %d people", n)
	}
	if a := b.post(letter, "way", "mail", "phone", site.Phone, "mail", site.Mail, "contacts", last.ID, "contacts_find", "p0007@aoba.example"); a.code != http.StatusSeeOther {
		t.Fatalf("the letter answered %d: %s", a.code, text(a.body))
	}
	b.get(letter).says(t, "p1199@aoba.example", "p0007@aoba.example")

	id := o.mail("p1199@home.example", "自宅から", "本文")
	page := "/cases/" + id + "/identify"
	a := b.get(page + "?organization=" + org.ID)
	if strings.Count(a.body, "担当 ") > 1 || !strings.Contains(a.body, `role="combobox"`) {
		t.Errorf("the panel lists everybody: %s", text(a.body))
	}
	if a := b.post(page, "organization", org.ID, "contact", "", "contact_find", "p1199@aoba.example"); a.code != http.StatusSeeOther {
		t.Fatalf("identifying answered %d: %s", a.code, text(a.body))
	}
	v, err := o.desk.View(ctx, o.admin, cases.ID(id))
	o.must(err)
	if v.Case.Contact != last.ID {
		t.Errorf("the case is of %s", v.Case.Contact)
	}
}
