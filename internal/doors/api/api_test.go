package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/internal/desk"
	"madoguchi/internal/desk/live"
	"madoguchi/internal/doors/api"
	"madoguchi/internal/records/store"
	"madoguchi/test/postgrestest"
)

// office is a desk whose clock stands at a Friday, 10:00 in Tokyo, with two
// customers: Aoba, where Yamada works, and Sakura, where Suzuki does.
type office struct {
	*desk.Desk
	t            testing.TB
	store        *store.Store
	site         *httptest.Server
	admin        desk.Viewer
	now          time.Time
	aoba, sakura store.Organization
	whole        string // a token that may everything
}

func newOffice(t testing.TB) *office {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	o := &office{t: t, now: time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return o.now }
	var err error
	o.store, err = store.Open(ctx, store.Config{Dir: dir, Database: postgrestest.Database(t, dir)})
	o.must(err)
	t.Cleanup(func() { _ = o.store.Close() }) // a test closes it itself
	log := slog.New(slog.DiscardHandler)
	compose := func(m desk.Outgoing) ([]byte, error) {
		return fmt.Appendf(nil, "Subject: %s\r\n\r\n%s", m.Subject, m.Body), nil
	}
	o.Desk, err = desk.New(ctx, desk.Config{Store: o.store, Live: &live.Hub{}, Compose: compose, Now: clock, Log: log, Contract: contracts.Default})
	o.must(err)
	name, file, err := contracts.Read(contracts.Default)
	o.must(err)
	_, err = o.Publish(ctx, desk.Viewer{Name: "set-up"}, name, file)
	o.must(err)
	token, err := o.FirstRunToken(ctx)
	o.must(err)
	o.admin, err = o.FirstAdministrator(ctx, token, desk.NewAgent{Name: "佐藤", Email: "sato@desk.example", Language: "ja", Password: "a long enough phrase"})
	o.must(err)
	o.aoba, o.sakura = o.customer("あおば商事", "yamada@aoba.example"), o.customer("さくら工業", "suzuki@sakura.example")
	o.whole = o.token("", desk.APIScopes...)
	door := api.New(api.Config{Desk: o.Desk, Version: "test", Now: clock, Uses: o.store.Uses(), Log: log})
	o.site = httptest.NewServer(door.Beside(http.NotFoundHandler()))
	t.Cleanup(o.site.Close)
	return o
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) customer(name, addr string) store.Organization {
	o.t.Helper()
	org, err := o.PutOrganization(context.Background(), o.admin, store.Organization{NameJA: name, Language: "ja"})
	o.must(err)
	_, err = o.PutContact(context.Background(), o.admin, store.Contact{Organization: org.ID, Name: addr, Language: "ja", Addresses: []store.ContactAddress{{Addr: addr, Verified: true}}})
	o.must(err)
	return org
}

func (o *office) token(organization string, scopes ...string) string {
	o.t.Helper()
	token, _, err := o.MakeAPIToken(context.Background(), o.admin, desk.TokenForm{Name: "試験", Organization: organization, Scopes: scopes, PerSecond: desk.MostPerSecond})
	o.must(err)
	return token
}

// answer is one of the door's.
type answer struct {
	code   int
	header http.Header
	text   string
	body   struct {
		ID, Number, Detail, Kind, Next string
		Errors                         []struct{ Location, Message string }
		Cases                          []struct{ ID, Number string }
		Priority                       string
		Provisional                    bool
		First                          struct{ Deadline time.Time } `json:"first_response"`
		Organization                   struct{ ID string }
		Messages                       []struct {
			Direction, Text string
			Automatic       bool
		}
	}
}

func (o *office) ask(method, path, token, body string, headers ...string) answer {
	o.t.Helper()
	req, err := http.NewRequest(method, o.site.URL+path, strings.NewReader(body))
	o.must(err)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	o.must(err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	o.must(err)
	a := answer{code: res.StatusCode, header: res.Header, text: string(raw)}
	if strings.Contains(res.Header.Get("Content-Type"), "json") {
		o.must(json.NewDecoder(bytes.NewReader(raw)).Decode(&a.body))
	}
	return a
}

func (o *office) is(a answer, code int, says string) answer {
	o.t.Helper()
	if a.code != code || !strings.Contains(a.text, says) {
		o.t.Errorf("answered %d %s, want %d with %q", a.code, a.text, code, says)
	}
	return a
}

func opening(from, subject, text string) string {
	b, _ := json.Marshal(map[string]any{"channel": "mail", "from": map[string]string{"address": from}, "subject": subject, "text": text})
	return string(b)
}

const cases = "/api/v1/cases"

func TestWhatAProgramBringsIsDecidedLikeAMail(t *testing.T) {
	o := newOffice(t)
	a := o.is(o.ask("POST", cases, o.whole, opening("yamada@aoba.example", "質問", "使い方を教えてください。")), http.StatusCreated, `"CS-1"`)
	// Medium: six hours from 10:00, with the hour of lunch open.
	if want := time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC); !a.body.First.Deadline.Equal(want) || a.body.Organization.ID != o.aoba.ID {
		t.Errorf("due %v, want %v; %s", a.body.First.Deadline, want, a.text)
	}
	if a.header.Get("Location") != cases+"/"+a.body.ID {
		t.Errorf("Location is %q", a.header.Get("Location"))
	}
	got := o.is(o.ask("GET", cases+"/"+a.body.ID, o.whole, ""), http.StatusOK, "使い方")
	if m := got.body.Messages; len(m) != 2 || m[0].Direction != "in" || m[1].Direction != "out" || !m[1].Automatic {
		t.Errorf("messages: %+v, want the customer's and the acknowledgement", m)
	}
	urgent := o.is(o.ask("POST", cases, o.whole, opening("yamada@aoba.example", "至急", "業務が停止しています。")), http.StatusCreated, `"CS-2"`)
	if urgent.body.Priority != "high" || !urgent.body.Provisional {
		t.Errorf("a claim by the criteria runs at once: %s", urgent.text)
	}
	stranger := o.is(o.ask("POST", cases, o.whole, opening("who@nowhere.example", "業務が停止", "業務が停止しています。")), http.StatusCreated, `"CS-3"`)
	if stranger.body.Organization.ID != "" || !stranger.body.First.Deadline.IsZero() || stranger.body.Provisional {
		t.Errorf("nobody knows who this is, and no clock runs: %s", stranger.text)
	}
	more := `{"channel":"mail","from":{"address":"yamada@aoba.example"},"text":"追加の情報です。"}`
	o.is(o.ask("POST", cases+"/"+a.body.ID+"/messages", o.whole, more), http.StatusCreated, a.body.ID)
	if got := o.ask("GET", cases+"/"+a.body.ID, o.whole, ""); len(got.body.Messages) != 3 {
		t.Errorf("%d messages, want 3", len(got.body.Messages))
	}
	o.must(o.store.VerifyHistory(context.Background()))
}

func TestTheContractMustOpenTheChannel(t *testing.T) {
	o := newOffice(t)
	body := `{"from":{"address":"yamada@aoba.example"},"subject":"質問","text":"本文"}`
	o.is(o.ask("POST", cases, o.whole, body, "Accept-Language", "ja"), http.StatusConflict, "受付方法「api」が有効になっていません")
	o.is(o.ask("GET", cases, o.whole, ""), http.StatusOK, `"cases":[]`)
}

func TestARepeatedRequestIsCarriedOutOnce(t *testing.T) {
	o := newOffice(t)
	body := opening("yamada@aoba.example", "質問", "本文")
	answers := make([]answer, 8)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = o.ask("POST", cases, o.whole, body, "Idempotency-Key", "k-1") })
	}
	all.Wait()
	fresh := 0
	for _, a := range answers {
		o.is(a, http.StatusCreated, "CS-1")
		if a.text != answers[0].text {
			t.Errorf("answers differ: %s and %s", a.text, answers[0].text)
		}
		if a.header.Get("Idempotent-Replayed") == "" {
			fresh++
		}
	}
	if fresh != 1 {
		t.Errorf("%d of the answers were given for the first time", fresh)
	}
	o.now = o.now.Add(24 * time.Hour)
	o.is(o.ask("POST", cases, o.whole, body, "Idempotency-Key", "k-1"), http.StatusCreated, "CS-1")
	o.is(o.ask("POST", cases, o.whole, opening("yamada@aoba.example", "別", "本文"), "Idempotency-Key", "k-1"), http.StatusConflict, "header.Idempotency-Key")
	other := o.token("", desk.APIScopes...)
	o.is(o.ask("POST", cases, other, body, "Idempotency-Key", "k-1"), http.StatusCreated, "CS-2") // keys are each token's own
	if a := o.ask("GET", cases, o.whole, ""); len(a.body.Cases) != 2 {
		t.Errorf("%d cases, want 2", len(a.body.Cases))
	}
}

func TestATokenOfOneCustomerSeesNobodyElses(t *testing.T) {
	o := newOffice(t)
	theirs := o.ask("POST", cases, o.whole, opening("suzuki@sakura.example", "秘密", "秘密の本文")).body.ID
	nobodys := o.ask("POST", cases, o.whole, opening("who@nowhere.example", "不明", "不明の本文")).body.ID
	token := o.token(o.aoba.ID, desk.APIScopes...)
	own := o.is(o.ask("POST", cases, token, opening("yamada@aoba.example", "質問", "本文")), http.StatusCreated, "").body.ID
	for _, id := range []string{theirs, nobodys, "no-such-id"} {
		o.is(o.ask("GET", cases+"/"+id, token, ""), http.StatusNotFound, "not_found")
		o.is(o.ask("POST", cases+"/"+id+"/messages", token, opening("yamada@aoba.example", "", "x")), http.StatusUnprocessableEntity, "") // subject is none of its fields
		o.is(o.ask("POST", cases+"/"+id+"/messages", token, `{"channel":"mail","from":{"address":"yamada@aoba.example"},"text":"x"}`), http.StatusNotFound, "not_found")
	}
	list := o.is(o.ask("GET", cases, token, ""), http.StatusOK, own)
	if len(list.body.Cases) != 1 || strings.Contains(list.text, "秘密") {
		t.Errorf("the list shows %s", list.text)
	}
	o.is(o.ask("POST", cases, token, opening("suzuki@sakura.example", "なりすまし", "本文")), http.StatusUnprocessableEntity, "from.address")
	// Whoever is not registered is the customer's all the same, and claims nothing.
	colleague := o.is(o.ask("POST", cases, token, opening("new@aoba.example", "至急", "業務が停止しています。")), http.StatusCreated, o.aoba.ID)
	if colleague.body.Provisional || colleague.body.First.Deadline.IsZero() {
		t.Errorf("a colleague's case: %s", colleague.text)
	}
}

func TestPagesOfTheList(t *testing.T) {
	o := newOffice(t)
	for i := range 5 {
		o.now = o.now.Add(time.Minute)
		o.is(o.ask("POST", cases, o.whole, opening("yamada@aoba.example", fmt.Sprint("質問", i), "本文")), http.StatusCreated, "")
	}
	var got []string
	for path := cases + "?limit=2"; path != ""; {
		a := o.is(o.ask("GET", path, o.whole, ""), http.StatusOK, "")
		for _, c := range a.body.Cases {
			got = append(got, c.Number)
		}
		if path = ""; a.body.Next != "" {
			path = cases + "?limit=2&cursor=" + a.body.Next
		}
	}
	if want := "CS-5 CS-4 CS-3 CS-2 CS-1"; strings.Join(got, " ") != want {
		t.Errorf("listed %v, want %s", got, want)
	}
	o.is(o.ask("GET", cases+"?cursor=x", o.whole, ""), http.StatusUnprocessableEntity, "cursor")
}

func TestWhoMayAsk(t *testing.T) {
	o := newOffice(t)
	a := o.is(o.ask("GET", cases, "", "", "Accept-Language", "ja-JP,en;q=0.5"), http.StatusUnauthorized, "有効な API トークン")
	if a.header.Get("Content-Type") != "application/problem+json" || a.header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("headers %v", a.header)
	}
	o.is(o.ask("GET", cases, "mdg_wrong", "", "Accept-Language", "en"), http.StatusUnauthorized, "Give a valid API token")
	reader := o.token("", desk.ScopeReadCases)
	o.is(o.ask("GET", cases, reader, ""), http.StatusOK, "")
	o.is(o.ask("POST", cases, reader, opening("yamada@aoba.example", "質問", "本文")), http.StatusForbidden, "cases.write")
	writer, kept, err := o.MakeAPIToken(context.Background(), o.admin, desk.TokenForm{Name: "書くだけ", Scopes: []string{desk.ScopeWriteCases}, PerSecond: 2})
	o.must(err)
	o.is(o.ask("GET", cases, writer, ""), http.StatusForbidden, "cases.read")
	o.is(o.ask("POST", cases, writer, opening("yamada@aoba.example", "質問", "本文")), http.StatusCreated, "")
	limited := o.is(o.ask("POST", cases, writer, opening("yamada@aoba.example", "質問", "本文")), http.StatusTooManyRequests, "rate_limited")
	if limited.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	o.now = o.now.Add(time.Minute)
	o.is(o.ask("POST", cases, writer, opening("yamada@aoba.example", "質問", "本文")), http.StatusCreated, "")
	list, err := o.APITokens(context.Background(), o.admin)
	o.must(err)
	for _, l := range list {
		if strings.Contains(fmt.Sprint(l), writer) {
			t.Error("the token itself is kept")
		}
		if l.ID == kept.ID && !l.Used.Equal(o.now) {
			t.Errorf("last used %v, want %v", l.Used, o.now)
		}
	}
	o.must(o.RevokeAPIToken(context.Background(), o.admin, kept.ID))
	o.is(o.ask("GET", cases, writer, ""), http.StatusUnauthorized, "unsigned")
	if _, _, err := o.MakeAPIToken(context.Background(), desk.Viewer{ID: "x", Role: desk.Supervisor}, desk.TokenForm{Name: "n", Scopes: desk.APIScopes, PerSecond: 1}); err == nil {
		t.Error("a supervisor made a token")
	}
}

func TestTheDescriptionAndThePage(t *testing.T) {
	o := newOffice(t)
	spec := o.is(o.ask("GET", "/api/openapi.json", "", ""), http.StatusOK, `"openapi":"3.1.0"`)
	for _, path := range []string{`"/api/v1/cases"`, `"/api/v1/cases/{id}"`, `"/api/v1/cases/{id}/messages"`, `"Idempotency-Key"`} {
		if !strings.Contains(spec.text, path) {
			t.Errorf("the description lacks %s", path)
		}
	}
	o.is(o.ask("GET", "/api", "", "", "Accept-Language", "ja"), http.StatusOK, "二重登録の防止")
	o.is(o.ask("GET", "/api", "", "", "Accept-Language", "en"), http.StatusOK, "Once, however often it is sent")
	o.is(o.ask("GET", "/api/v2", o.whole, ""), http.StatusNotFound, "not_found")
}

func FuzzOpening(f *testing.F) {
	o := newOffice(f)
	f.Add(opening("yamada@aoba.example", "質問", "本文"))
	f.Add(`{"from":{"address":"\u0000@x"},"subject":"\ud800","text":"\u0000","channel":"mail"}`)
	f.Add(`{"from":null}`)
	f.Add(`[`)
	f.Fuzz(func(t *testing.T, body string) {
		req, err := http.NewRequest(http.MethodPost, o.site.URL+cases, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+o.whole)
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if res.StatusCode >= http.StatusInternalServerError || res.StatusCode == http.StatusTooManyRequests {
			t.Errorf("%q is answered %s", body, res.Status)
		}
	})
}
