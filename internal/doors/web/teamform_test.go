package web

import (
	"net/http"
	"strings"
	"testing"
)

// The team was once saved before its limit was refused, and again with the
// corrected form.
func TestATeamWhoseLimitIsRefusedIsNotSaved(t *testing.T) {
	o := newOffice(t)
	b := o.signedIn("sato@desk.example")
	if a := b.post("/teams", "name_ja", "海外窓口", "most", "たくさん"); a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, "1 人の上限は 0～1000") {
		t.Errorf("a limit that is no number answered %d", a.code)
	}
	if strings.Contains(b.get("/teams").body, "海外窓口") {
		t.Error("the refused form left a team behind")
	}
}
