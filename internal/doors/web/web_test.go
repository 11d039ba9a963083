package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func get(t *testing.T, s http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestEveryAnswerForbidsInlineScriptsAndForeignFrames(t *testing.T) {
	s := newOffice(t).door
	for _, path := range []string{"/_gallery", "/no-such-page", "/assets/none/app.css", "/queue", "/sign-in", "/events"} {
		h := get(t, s, path).Header()
		if got := h.Get("Content-Security-Policy"); got != contentPolicy {
			t.Errorf("%s: policy %q", path, got)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "same-origin" {
			t.Errorf("%s lacks a security header: %v", path, h)
		}
	}
}

func TestAPageHasNoInlineStyleScriptOrHandler(t *testing.T) {
	o := newOffice(t)
	o.customer("青葉商事株式会社", "aoba.example", "yamada")
	id := o.mail("yamada@aoba.example", "ログインできない", "ログインできません。")
	b := o.signedIn("sato@desk.example")
	for _, path := range []string{"/_gallery", "/queue", "/cases/" + id, "/cases/" + id + "/priority", "/contract", "/customers", "/settings", "/agents", "/site", "/audit", "/sent"} {
		body := b.get(path).body
		for _, bad := range []string{`\sstyle=`, `\son[a-z]+=`, `<style`, `<script>`, `javascript:`, `(?:src|href)="https?:`} {
			if m := regexp.MustCompile(bad).FindString(body); m != "" {
				t.Errorf("%s holds %q", path, m)
			}
		}
	}
}

func TestStaticFilesAreKeptForGoodUnderTheirHash(t *testing.T) {
	s := newOffice(t).door
	page := get(t, s, "/_gallery").Body.String()
	for _, path := range regexp.MustCompile(`/assets/[0-9a-f]{12}/[a-z0-9./-]+\.(?:css|js)`).FindAllString(page, -1) {
		w := get(t, s, path, "Accept-Encoding", "br, gzip;q=0.8")
		if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(z); err != nil || len(b) == 0 {
			t.Errorf("%s: %d bytes, %v", path, len(b), err)
		}
	}
	if w := get(t, s, "/assets/000000000000/app.css"); w.Code != http.StatusNotFound {
		t.Errorf("a file of another build answered %d", w.Code)
	}
}

func TestScriptsImportOnlyOurOwnFiles(t *testing.T) {
	a, err := newAssets()
	if err != nil {
		t.Fatal(err)
	}
	imports := regexp.MustCompile(`from "\./([a-z]+\.js)"`)
	for name, f := range a.files {
		if !strings.HasPrefix(name, "js/") {
			continue
		}
		for _, m := range imports.FindAllStringSubmatch(string(f.plain), -1) {
			if _, ok := a.files["js/"+m[1]]; !ok {
				t.Errorf("%s imports %s, which is not there", name, m[1])
			}
		}
		for _, bad := range []string{"eval(", "new Function", "innerHTML", "insertAdjacentHTML", ".style."} {
			if strings.Contains(string(f.plain), bad) {
				t.Errorf("%s uses %s", name, bad)
			}
		}
	}
	for _, need := range []string{"app.css", "icons.svg", "vendor/LICENSE-htmx.txt"} {
		if _, ok := a.files[need]; !ok {
			t.Errorf("%s is missing", need)
		}
	}
}

func TestTheLanguageIsTheVisitorsChoiceThenTheBrowsers(t *testing.T) {
	s := newOffice(t).door
	for _, c := range []struct{ cookie, accept, want string }{
		{"", "", "ja"},
		{"", "en-GB,en;q=0.9", "en"},
		{"", "fr, ja-JP;q=0.8", "ja"},
		{"en", "ja", "en"},
		{"xx", "en", "en"},
	} {
		h := []string{"Accept-Language", c.accept}
		if c.cookie != "" {
			h = append(h, "Cookie", "lang="+c.cookie)
		}
		if body := get(t, s, "/_gallery", h...).Body.String(); !strings.Contains(body, `<html lang="`+c.want+`"`) {
			t.Errorf("cookie %q, Accept-Language %q: want %s", c.cookie, c.accept, c.want)
		}
	}
}

func TestAFormFromAnotherSiteIsRefused(t *testing.T) {
	b := newOffice(t).signedIn("sato@desk.example")
	for _, path := range []string{"/lang", "/settings", "/agents", "/sign-out", "/cases/x/reply"} {
		a := b.do(http.MethodPost, path, form([]string{"lang", "en"}), "Sec-Fetch-Site", "cross-site")
		if a.code != http.StatusForbidden {
			t.Errorf("%s answered %d", path, a.code)
		}
	}
	if a := b.get("/queue"); a.code != http.StatusOK {
		t.Errorf("the session did not survive a foreign sign-out: %d", a.code)
	}
}

func TestNobodyIsSentToAnotherSite(t *testing.T) {
	for in, want := range map[string]string{
		"/queue?view=mine": "/queue?view=mine", "//evil.example": "/", "https://evil.example": "/", "/\\evil.example": "/", "": "/", "/a\nb": "/",
	} {
		if got := localPath(in); got != want {
			t.Errorf("localPath(%q) = %q, want %q", in, got, want)
		}
	}
}
