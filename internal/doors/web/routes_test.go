package web

import (
	"context"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// openRoutes are the only addresses that answer without a sign-in.
var openRoutes = []string{
	"GET /_gallery", "POST /lang", "GET /{$}", "GET /sign-in", "POST /sign-in", "POST /sign-out", "GET /first-run", "POST /first-run",
	"GET /sign-in/second", "POST /sign-in/second", "POST /sign-in/passkey/ask", "POST /sign-in/passkey",
	"GET /sign-in/sso", "GET /sign-in/sso/{provider}", "POST /sign-in/sso/{provider}/logout",
	"GET /closures", "GET /closures.ics", "GET /confirm/{token}", "POST /confirm/{token}", "/",
}

// route is a line of routes.go.
type route struct{ pattern, how, permission string }

// table reads routes.go itself, so that no route is left out.
func table(t *testing.T) []route {
	t.Helper()
	source, err := os.ReadFile("routes.go")
	if err != nil {
		t.Fatal(err)
	}
	var out []route
	for _, m := range regexp.MustCompile(`s\.(open|signed)\("([^"]+)", (?:desk\.(\w+), )?`).FindAllStringSubmatch(string(source), -1) {
		out = append(out, route{pattern: m[2], how: m[1], permission: m[3]})
	}
	if n := strings.Count(string(source), "s.signed(\"") + strings.Count(string(source), "s.open(\""); n != len(out) || n < 100 {
		t.Fatalf("%d of %d routes were read: does routes.go look different?", len(out), n)
	}
	return out
}

// permissionNamed is the value of a constant in package desk.
func permissionNamed(t *testing.T, name string) desk.Permission {
	t.Helper()
	if name == "SignedIn" {
		return desk.SignedIn
	}
	source, err := os.ReadFile("../../desk/permission.go")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^\s+` + name + `\s+Permission = "([^"]+)"`).FindStringSubmatch(string(source))
	if m == nil || !slices.Contains(desk.Permissions, desk.Permission(m[1])) {
		t.Fatalf("there is no permission desk.%s", name)
	}
	return desk.Permission(m[1])
}

// address fills the holes of a pattern: {id} of a case is the case given.
func address(pattern, id string) (method, path string) {
	method, path, _ = strings.Cut(pattern, " ")
	path = strings.NewReplacer("{id}", id, "{message}", "m", "{n}", "1", "{calendar}", "business", "{amendment}", "am-1", "{selector}", "k1",
		"{file}", "f", "{kind}", "note").Replace(path)
	return method, regexp.MustCompile(`\{\w+\}`).ReplaceAllString(path, "x")
}

// refused reports that a visitor was not let in: asked to sign in, or told
// that they may not.
func strange(a answer) bool {
	return a.code == http.StatusUnauthorized || a.code == http.StatusSeeOther && strings.HasPrefix(a.header.Get("Location"), "/sign-in")
}

func TestNothingIsReadOrDoneWithoutSigningIn(t *testing.T) {
	o, id := openCase(t)
	b := o.browser()
	for _, r := range table(t) {
		if r.how == "open" {
			if !slices.Contains(openRoutes, r.pattern) {
				t.Errorf("%s answers without a sign-in: is that meant?", r.pattern)
			}
			continue
		}
		method, path := address(r.pattern, id)
		if a := b.do(method, path, nil); !strange(a) {
			t.Errorf("%s answered a stranger %d %s", r.pattern, a.code, a.header.Get("Location"))
		}
	}
}

// TestEveryRouteAsksForItsPermission walks every route as every role. Who has
// the permission may be told that something is missing or wrong, never that
// they may not; who does not have it is told nothing else.
func TestEveryRouteAsksForItsPermission(t *testing.T) {
	o, id := openCase(t)
	role := func(name string, may ...desk.Permission) desk.Role {
		r, err := o.desk.PutRole(context.Background(), o.admin, desk.RoleView{Name: fault.Text{EN: name}, Permissions: may})
		o.must(err)
		return r.ID
	}
	people := map[string]desk.Role{
		"administrator": desk.Administrator, "supervisor": desk.Supervisor, "agent": desk.Agent, "nothing": role("nothing"),
	}
	for _, p := range desk.Permissions { // one role for each: that, and what it is nothing without
		may := []desk.Permission{p, desk.WorkCases, desk.SeeAllOrganizations}
		people["only "+string(p)] = role(string(p), may...)
	}
	for name, r := range people {
		mail := strings.NewReplacer(" ", "-", ".", "-").Replace(name) + "@desk.example"
		v := o.hire(name, mail, r, "en")
		b := o.signedIn(mail)
		for _, route := range table(t) {
			if route.how == "open" || strings.HasPrefix(route.pattern, "POST") && name == "administrator" {
				continue // an administrator's acts would end the test's desk
			}
			if route.permission == "" {
				t.Fatalf("%s says nothing of the permission that it needs", route.pattern)
			}
			may := v.Can(permissionNamed(t, route.permission))
			if route.pattern == "GET /events" && may || strings.HasPrefix(route.pattern, "POST") && may {
				continue // a stream that does not end; and acts of their own are the other tests'
			}
			method, path := address(route.pattern, id)
			a := b.do(method, path, nil)
			switch {
			case strange(a):
				t.Fatalf("%s was signed out by %s", name, route.pattern)
			case !may && a.code != http.StatusForbidden:
				t.Errorf("%s, which needs %s, answered “%s” %d", route.pattern, route.permission, name, a.code)
			case may && a.code == http.StatusForbidden && !demands[route.pattern]:
				t.Errorf("%s, which needs %s, was refused to “%s”", route.pattern, route.permission, name)
			case a.code >= http.StatusInternalServerError && a.code != http.StatusServiceUnavailable:
				t.Errorf("%s answered “%s” %d", route.pattern, name, a.code)
			}
		}
	}
}

// demands are the routes that ask for more than their permission, by what they
// are about.
var demands = map[string]bool{
	"GET /sent":           true, // outside a demonstration: mail.sent
	"GET /sent/{id}":      true,
	"GET /audit/export":   true, // and export
	"GET /providers":      true, // all that an administrator may
	"GET /providers/new":  true,
	"GET /providers/{id}": true,
	"GET /staff/{id}":     true, // one’s own, else staff.plan
	"GET /contract/drafts/{id}/calendar/{calendar}": true,
}

// TestOfAnotherCustomerEveryRouteKnowsNothing walks every route about a case or
// a customer as somebody who sees another customer only.
func TestOfAnotherCustomerEveryRouteKnowsNothing(t *testing.T) {
	o, id := openCase(t)
	ctx := context.Background()
	may := slices.DeleteFunc(slices.Clone(desk.Permissions), func(p desk.Permission) bool {
		return slices.Contains([]desk.Permission{
			desk.SeeAllOrganizations, desk.ErasePersonalData, desk.SeeContractDrafts, desk.EditContract, desk.ApproveContract, desk.ManageMail, desk.ManageAgents, desk.ManageSite, desk.ManageTokens, desk.SeeAudit,
		}, p)
	})
	r, err := o.desk.PutRole(ctx, o.admin, desk.RoleView{Name: fault.Text{EN: "west"}, Permissions: may})
	o.must(err)
	west := o.hire("West", "west@desk.example", r.ID, "en")
	mine := o.customer("自分のお客様", "mine.example", "own")
	o.must(o.desk.SetSights(ctx, o.admin, west.ID, []string{mine.ID}))
	page, err := o.desk.Queue(ctx, o.admin, desk.QueueQuery{})
	o.must(err)
	var theirs string
	for _, row := range page.Rows {
		if string(row.ID) == id {
			theirs = row.Organization
		}
	}
	people, _, err := o.desk.Contacts(ctx, o.admin, store.ContactQuery{Organization: theirs})
	o.must(err)
	if theirs == "" || len(people) == 0 {
		t.Fatal("the case belongs to nobody")
	}
	b := o.signedIn("west@desk.example")
	tried := 0
	for _, route := range table(t) {
		of := ""
		switch {
		case route.how == "open":
		case strings.Contains(route.pattern, "/cases/{"):
			of = id
		case strings.Contains(route.pattern, "/customers/{"):
			of = theirs
		case strings.Contains(route.pattern, "/contacts/{"):
			of = people[0].ID
		}
		if of == "" {
			continue
		}
		tried++
		method, path := address(route.pattern, of)
		a := b.do(method, path, nil)
		if a.code != http.StatusNotFound && a.code != http.StatusForbidden && a.code != http.StatusUnprocessableEntity && a.code != http.StatusBadRequest {
			t.Errorf("%s answered %d", route.pattern, a.code)
		}
		for _, secret := range []string{"青葉商事", people[0].Name, people[0].MainAddress().Addr} {
			if strings.Contains(a.body, secret) {
				t.Errorf("%s names %s", route.pattern, secret)
			}
		}
	}
	if tried < 30 {
		t.Errorf("only %d routes were tried", tried)
	}
	for _, path := range []string{"/queue", "/queue?view=done", "/customers", "/search?q=a", "/find?q=CS-1", "/unidentified", "/sent", "/palette?q=%E9%9D%92%E8%91%89", "/choose/customers?q=%E9%9D%92%E8%91%89", "/choose/contacts?organization=" + theirs} {
		if a := b.do("GET", path, nil); strings.Contains(a.body, "青葉商事") || strings.Contains(a.body, people[0].MainAddress().Addr) {
			t.Errorf("%s names another customer", path)
		}
	}
}
