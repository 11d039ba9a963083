package web

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
)

// A deed is one act of administration: what it takes, and what the audit says
// of it afterwards.
type deed struct {
	lines   string                // the acts that it leaves, such as "team.added"; more than one, parted by spaces, where the act is more than one
	prepare func(w *walk) (r ask) // makes what the act is about, and the form
}

// ask is the form of a deed, filled in.
type ask struct {
	ids  []string // for the holes of the route, in their order
	of   string   // what a line must name, in its subject or its words
	form []string
	file string // content of a file that goes along
	by   string // mail address of who does it; empty: Sato, an administrator
}

// deeds are the acts of a subject by route. A route that does several things
// stands once for each, with a word behind it.
type deeds map[string]deed

// administration are all of them: a new route that changes the desk itself
// belongs here, one that does not into [notAdministration].
var administration = []deeds{peopleDeeds, doorDeeds, mailDeeds, customerDeeds, personalDataDeeds, contractDeeds, rebaseDeeds, deskDeeds, wordDeeds, staffDeeds}

// notAdministration are the other routes, by the reason for which the audit
// says nothing of them, or something that other tests look at.
var notAdministration = map[string][]string{
	"signing in and out, and the language of the page": {
		"POST /lang", "POST /sign-in", "POST /sign-in/second", "POST /sign-in/passkey/ask", "POST /sign-in/passkey", "POST /sign-in/sso/{provider}/logout",
		"POST /sign-out", "POST /first-run", "POST /settings/security/again",
	},
	"what a customer answers: it is in the case’s history": {"POST /confirm/{token}"},
	"work on a case: it is in the case’s history, which nobody can change either": {
		"POST /queue/next", "POST /cases/{id}/mails/{message}/files/{n}/take", "POST /cases/{id}/reply", "POST /cases/{id}/schedule", "POST /cases/{id}/schedule/cancel",
		"POST /cases/{id}/replies/{message}/undo", "POST /cases/{id}/replies/{message}/resend", "POST /cases/{id}/approval", "POST /cases/{id}/approval/return",
		"POST /cases/{id}/approval/withdraw", "POST /cases/{id}/reply/take-over", "POST /cases/{id}/note", "POST /cases/{id}/status", "POST /cases/{id}/assign",
		"POST /cases/{id}/team", "POST /cases/{id}/follow", "POST /cases/{id}/tags", "POST /cases/{id}/product", "POST /cases/{id}/fields", "POST /cases/{id}/confirm", "POST /cases/{id}/priority",
		"POST /cases/{id}/merge", "POST /cases/{id}/split", "POST /cases/{id}/unsplit", "POST /cases/{id}/unmerge", "POST /cases/{id}/confirmations",
		"POST /cases/{id}/identify", "POST /cases/{id}/decline", "POST /cases/{id}/links", "POST /cases/{id}/links/{other}/remove", "POST /cases/{id}/macros/{macro}",
		"POST /cases/{id}/macros/undo", "POST /cases/{id}/miss", "POST /cases/{id}/tasks", "POST /cases/{id}/tasks/{task}",
	},
	"the same work on many cases": {"POST /bulk", "POST /bulk/{id}/undo"},
	"drafts, and who is at a case just now": {
		"POST /cases/{id}/draft/{kind}", "POST /cases/{id}/draft/files", "POST /cases/{id}/draft/files/{file}/remove", "POST /cases/{id}/presence", "POST /presence/leave",
		"POST /cases/{id}/reply/begin", "POST /cases/{id}/reply/discard",
	},
	"one’s own choices and reading": {
		"POST /cases/{id}/view", "POST /views/{id}/move", "POST /views/{id}/first", "POST /search/forget", "POST /recent", "POST /settings/signature",
		"POST /notices/read", "POST /notices/unread", "POST /settings/notices", "POST /settings", "POST /settings/mail",
	},
	"one’s own ways to sign in": {
		"POST /settings/password", "POST /settings/security/totp", "POST /settings/security/totp/confirm", "POST /settings/security/totp/remove", "POST /settings/security/codes",
		"POST /settings/security/passkeys/ask", "POST /settings/security/passkeys", "POST /settings/security/passkeys/{id}", "POST /settings/security/passkeys/{id}/remove",
		"POST /settings/security/sessions/end", "POST /settings/security/sessions/end-others",
	},
	"a look: nothing is kept": {
		"POST /bulk/panel", "POST /cases/{id}/priority/preview", "POST /snippets/preview", "POST /providers/test", "POST /mailboxes/try", "POST /mail-auth/test",
		"POST /contract/simulate", "POST /contract/simulate/{id}/cancel",
	},
	"what the columns of a file that waits are: nothing of the desk changes, and the audit says when it is taken in": {
		"POST /imports/{id}/columns",
	},
}

// route is the pattern of a deed's key.
func (d deeds) route(key string) string { return strings.Join(strings.Fields(key)[:2], " ") }

func TestEveryRouteThatChangesSomethingIsAdministrationOrSaysWhyNot(t *testing.T) {
	known, posts := map[string]string{}, map[string]bool{}
	for why, routes := range notAdministration {
		for _, r := range routes {
			if known[r] != "" {
				t.Errorf("%s stands twice: %s; %s", r, known[r], why)
			}
			known[r] = why
		}
	}
	for _, subject := range administration {
		for key := range subject {
			if why := known[subject.route(key)]; why != "" && why != "administration" {
				t.Errorf("%s is administration, and is not: %s", key, why)
			}
			known[subject.route(key)] = "administration"
		}
	}
	for _, r := range table(t) {
		if !strings.HasPrefix(r.pattern, "POST ") {
			continue
		}
		if posts[r.pattern] = true; known[r.pattern] == "" {
			t.Errorf("%s has no deed here, and no reason why the audit says nothing of it", r.pattern)
		}
	}
	for r := range known {
		if !posts[r] {
			t.Errorf("there is no route %s any more", r)
		}
	}
}

// walk is an office in which deeds are done, one after the other.
type walk struct {
	*office
	ctx     context.Context
	who     map[string]desk.Viewer
	at      map[string]*browser
	n       int      // names given
	secrets []string // whatever was typed into a form, or shown once, and is nobody's to read
}

func newWalk(t *testing.T) *walk {
	t.Helper()
	o := newOffice(t)
	w := &walk{office: o, ctx: t.Context(), who: map[string]desk.Viewer{"sato@desk.example": o.admin}, at: map[string]*browser{}}
	w.who["watanabe@desk.example"] = o.hire("渡辺", "watanabe@desk.example", desk.Supervisor, "ja")
	w.who["ito@desk.example"] = o.hire("伊藤", "ito@desk.example", desk.Agent, "ja")
	return w
}

func (w *walk) ito() string           { return w.who["ito@desk.example"].ID }
func (w *walk) watanabe() desk.Viewer { return w.who["watanabe@desk.example"] }

// name is one that nothing else here has.
func (w *walk) name(kind string) string {
	w.n++
	return fmt.Sprintf("%s%d", kind, w.n)
}

func (w *walk) audit() []store.Audit {
	w.t.Helper()
	all, _, err := w.desk.AuditLog(w.ctx, w.admin, store.AuditQuery{Limit: 500})
	w.must(err)
	return all
}

var (
	secretField = regexp.MustCompile(`password|secret`)
	tokenShown  = regexp.MustCompile(`mdg_[\w-]+`)
)

// perform does a deed and returns the lines that it left.
func (w *walk) perform(key string, d deed) (ask, []store.Audit) {
	w.t.Helper()
	r := d.prepare(w)
	mail := cmp.Or(r.by, "sato@desk.example")
	if w.at[mail] == nil {
		w.at[mail] = w.signedIn(mail)
	}
	_, path, _ := strings.Cut(deeds{}.route(key), " ")
	for _, id := range r.ids {
		path = strings.Replace(path, regexp.MustCompile(`\{\w+\}`).FindString(path), id, 1)
	}
	for i := 0; i+1 < len(r.form); i += 2 {
		if secretField.MatchString(r.form[i]) {
			w.secrets = append(w.secrets, r.form[i+1])
		}
	}
	w.office.at(w.clock().Add(time.Second))
	before := w.audit()
	var a answer
	if r.file != "" {
		a = w.at[mail].upload(path, "people.csv", r.file, r.form...)
	} else {
		a = w.at[mail].post(path, r.form...)
	}
	if a.code != http.StatusSeeOther && a.code != http.StatusOK {
		w.t.Errorf("%s answered %d: %s", key, a.code, text(a.body))
	}
	w.secrets = append(w.secrets, tokenShown.FindAllString(a.body, -1)...)
	after := w.audit()
	return r, slices.DeleteFunc(after, func(l store.Audit) bool {
		return slices.ContainsFunc(before, func(b store.Audit) bool { return b.ID == l.ID })
	})
}

// walked does all deeds of a subject: each leaves its lines and no other, which
// say who, what and when, in words that the audit's page has; and what was
// typed as a secret is in none of them.
func walked(t *testing.T, subject deeds) {
	t.Helper()
	w := newWalk(t)
	for _, key := range slices.Sorted(maps.Keys(subject)) {
		r, left := w.perform(key, subject[key])
		acts, named := []string{}, r.of == ""
		for _, l := range left {
			acts = append(acts, l.Act)
			named = named || strings.Contains(l.Subject+" "+l.Detail, r.of)
			if want := w.who[cmp.Or(r.by, "sato@desk.example")].ID; l.Actor != want {
				t.Errorf("%s: %s was done by %q, not %q", key, l.Act, l.Actor, want)
			}
			if !l.At.Equal(w.clock()) {
				t.Errorf("%s: %s was done at %s, not %s", key, l.Act, l.At, w.clock())
			}
			if !ui.Has("audit.act." + l.Act) {
				t.Errorf("%s: the audit’s page has no words for %s", key, l.Act)
			}
		}
		slices.Sort(acts)
		want := strings.Fields(subject[key].lines)
		slices.Sort(want)
		if !slices.Equal(acts, want) {
			t.Errorf("%s left %q in the audit, want %q", key, acts, want)
		}
		if !named {
			t.Errorf("%s: no line names %q: %+v", key, r.of, left)
		}
	}
	for _, l := range w.audit() {
		for _, secret := range append(w.secrets, password) {
			if secret != "" && strings.Contains(l.Subject+" "+l.Detail, secret) {
				t.Errorf("the line of %s holds the secret %q: %q", l.Act, secret, l.Detail)
			}
		}
	}
}

func TestActsOnPeopleAreAudited(t *testing.T)                     { walked(t, peopleDeeds) }
func TestActsOnHowPeopleAndProgramsSignInAreAudited(t *testing.T) { walked(t, doorDeeds) }
func TestActsOnMailAreAudited(t *testing.T)                       { walked(t, mailDeeds) }
func TestActsOnCustomersAreAudited(t *testing.T)                  { walked(t, customerDeeds) }
func TestActsOnPersonalDataAreAudited(t *testing.T)               { walked(t, personalDataDeeds) }
func TestActsOnTheContractAreAudited(t *testing.T)                { walked(t, contractDeeds) }
func TestMovingCasesToAnotherVersionIsAudited(t *testing.T)       { walked(t, rebaseDeeds) }
func TestActsOnTheDeskItselfAreAudited(t *testing.T)              { walked(t, deskDeeds) }
func TestActsOnSharedWordsAreAudited(t *testing.T)                { walked(t, wordDeeds) }
func TestActsOnThePlanOfStaffAreAudited(t *testing.T)             { walked(t, staffDeeds) }
