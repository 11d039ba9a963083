package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"madoguchi/terms/fault"
)

// refusal has the door answer an error.
func refusal(o *office, err error, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/queue", nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	o.door.viewed(o.door.page(func(http.ResponseWriter, *http.Request) error { return err })).ServeHTTP(w, r)
	return w
}

func TestEveryKindOfFailureHasItsPageInBothLanguages(t *testing.T) {
	o := newOffice(t)
	for kind, want := range map[fault.Kind]int{
		fault.Internal: 500, fault.Invalid: 422, fault.NotFound: 404, fault.Conflict: 409, fault.Forbidden: 403,
		fault.RateLimited: 429, fault.Unavailable: 503, fault.TooLarge: 413,
	} {
		w := refusal(o, fault.New(kind, "日本語の説明です。", "An English explanation."), "Accept-Language", "ja")
		page := text(w.Body.String())
		if w.Code != want || !strings.Contains(page, "日本語の説明です。 An English explanation.") {
			t.Errorf("%s answered %d: %s", kind, w.Code, page)
		}
		if strings.Contains(page, "error.title") || strings.Contains(page, http.StatusText(want)) {
			t.Errorf("%s has no title of its own: %s", kind, page)
		}
		if again := w.Header().Get("Retry-After"); (again != "") != (kind == fault.RateLimited || kind == fault.Unavailable) {
			t.Errorf("%s: Retry-After %q", kind, again)
		}
	}
}

func TestWhatFailedInsideIsNeverShown(t *testing.T) {
	o := newOffice(t)
	w := refusal(o, errors.New("open /var/lib/desk.db: disk I/O error"), "Accept-Language", "en")
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "desk.db") {
		t.Errorf("answered %d: %s", w.Code, text(w.Body.String()))
	}
	wrapped := fault.Wrap(fault.Unavailable, errors.New("secret cause"), "あとでお試しください。", "Please try later.")
	if w = refusal(o, wrapped); strings.Contains(w.Body.String(), "secret cause") {
		t.Error("the cause of a failure is on the page")
	}
}

func TestAFailedActIsToldWhereItWasAsked(t *testing.T) {
	o := newOffice(t)
	problem := fault.New(fault.Conflict, "更新されています。", "It changed.")
	w := refusal(o, problem, "HX-Request", "true", "HX-Request-Type", "partial", "HX-Source", "form#reply-form")
	if w.Code != http.StatusConflict || w.Header().Get("HX-Retarget") != "#reply-form-error" || strings.Contains(w.Body.String(), "<html") {
		t.Errorf("at a form: %d %v", w.Code, w.Header())
	}
	w = refusal(o, problem, "HX-Request", "true", "HX-Request-Type", "partial", "HX-Source", "article#case")
	if w.Header().Get("HX-Reswap") != "none" || !strings.Contains(w.Body.String(), `hx-target="#toasts"`) {
		t.Errorf("elsewhere: %d %v %s", w.Code, w.Header(), w.Body.String())
	}
	w = refusal(o, problem, "HX-Request", "true", "HX-Request-Type", "partial", "HX-Source", "form#x),body{}")
	if w.Header().Get("HX-Retarget") != "" {
		t.Errorf("a made-up form name became a selector: %q", w.Header().Get("HX-Retarget"))
	}
}

func TestAFormThatIsTooLargeIsRefused(t *testing.T) {
	o, id := openCase(t)
	b := o.signedIn("sato@desk.example")
	if a := b.post("/cases/"+id+"/note", "text", strings.Repeat("あ", maxForm)); a.code != http.StatusRequestEntityTooLarge {
		t.Errorf("answered %d: %s", a.code, text(a.body)[:200])
	}
}
