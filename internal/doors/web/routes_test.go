package web

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
)

// openRoutes are the only addresses that answer without a sign-in.
var openRoutes = []string{"GET /_gallery", "POST /lang", "GET /{$}", "GET /sign-in", "POST /sign-in", "POST /sign-out", "GET /first-run", "GET /closures", "GET /closures.ics", "POST /first-run", "GET /confirm/{token}", "POST /confirm/{token}", "/"}

func TestNothingIsReadOrDoneWithoutSigningIn(t *testing.T) {
	source, err := os.ReadFile("routes.go")
	if err != nil {
		t.Fatal(err)
	}
	o, id := openCase(t)
	b := o.browser()
	signed := 0
	for _, m := range regexp.MustCompile(`s\.(open|signed)\("([^"]+)"`).FindAllStringSubmatch(string(source), -1) {
		how, pattern := m[1], m[2]
		if how == "open" {
			if !strings.Contains("\n"+strings.Join(openRoutes, "\n")+"\n", "\n"+pattern+"\n") {
				t.Errorf("%s answers without a sign-in: is that meant?", pattern)
			}
			continue
		}
		signed++
		method, path, _ := strings.Cut(pattern, " ")
		path = strings.NewReplacer("{id}", id, "{message}", "m", "{n}", "1", "{calendar}", "business", "{amendment}", "am-1", "{selector}", "k1").Replace(path)
		a := b.do(method, path, nil)
		asked := a.code == http.StatusUnauthorized || a.code == http.StatusSeeOther && strings.HasPrefix(a.header.Get("Location"), "/sign-in")
		if !asked {
			t.Errorf("%s answered a stranger %d %s", pattern, a.code, a.header.Get("Location"))
		}
	}
	if signed < 40 {
		t.Errorf("only %d routes were tried: does routes.go look different?", signed)
	}
}
