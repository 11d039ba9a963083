package web

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/internal/desk"
	"madoguchi/internal/desk/live"
	"madoguchi/internal/doors/names"
	"madoguchi/internal/doors/names/zonetest"
	"madoguchi/internal/records/search"
	"madoguchi/internal/records/secret"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

var tokyo = time.FixedZone("Asia/Tokyo", 9*3600)

// friday is 20 November 2026, 16:42 in Tokyo: an hour and 18 minutes before
// closing; Monday is a holiday.
var friday = time.Date(2026, 11, 20, 16, 42, 0, 0, tokyo)

const password = "a long enough phrase"

// office is a desk with its door, and a clock that stands until it is moved.
type office struct {
	t     *testing.T
	desk  *desk.Desk
	index *search.Index
	store *store.Store
	door  *Server
	site  *httptest.Server
	admin desk.Viewer
	dns   *zonetest.Server
	token string

	company company // the identity provider, when one is registered

	scan func(data []byte) (found string, err error) // the scanner of attachments; nil: it finds nothing

	mu    sync.Mutex
	now   time.Time
	beats chan time.Time
}

func (o *office) clock() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

func (o *office) at(t time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = t
}

// emptyOffice has nobody who could sign in.
func emptyOffice(t *testing.T) *office {
	t.Helper()
	ctx := context.Background()
	o := &office{t: t, now: friday, beats: make(chan time.Time)}
	st, err := store.Open(ctx, store.Config{Dir: t.TempDir()})
	o.must(err)
	o.store = st
	t.Cleanup(func() { o.must(st.Close()) })
	compose := func(m desk.Outgoing) ([]byte, error) {
		return fmt.Appendf(nil, "From: %s\r\nReply-To: %s\r\nSubject: %s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s", m.From.Addr, m.ReplyTo.Addr, m.Subject, m.Body), nil
	}
	log := slog.New(slog.DiscardHandler)
	o.index, err = search.Open(ctx, search.Config{Dir: t.TempDir(), Store: st, Now: o.clock, Log: log})
	o.must(err)
	t.Cleanup(func() { o.must(o.index.Close()) })
	secrets, err := secret.Open(t.TempDir())
	o.must(err)
	o.dns = zonetest.Serve(t, zonetest.Zone{})
	asked := names.New(names.Config{Server: o.dns.Addr, Now: o.clock, Timeout: 300 * time.Millisecond})
	scanner := func(_ context.Context, data []byte) (string, error) {
		if o.scan == nil {
			return "", nil
		}
		return o.scan(data)
	}
	o.desk, err = desk.New(ctx, desk.Config{Scan: scanner, Secrets: secrets, TryMailbox: tryMailbox, TrySender: trySender, Authority: provider{}, Providers: &o.company, Names: asked, Store: st, Search: o.index, Live: &live.Hub{}, Compose: compose, Now: o.clock, Log: log, Contract: contracts.Default})
	o.must(err)
	name, file, err := contracts.Read(contracts.Default)
	o.must(err)
	con, err := o.desk.Publish(ctx, desk.Viewer{Name: "set-up"}, name, file)
	o.must(err)
	o.token, err = o.desk.FirstRunToken(ctx)
	o.must(err)
	every := func(d time.Duration) (<-chan time.Time, func()) {
		if d == gather {
			return o.beats, func() {}
		}
		return nil, func() {}
	}
	o.door, err = New(Config{Desk: o.desk, Sessions: st.Sessions(o.clock, 100*sessionLife), Now: o.clock, Every: every, Log: log, Remote: Peer, Zone: con.Zone()})
	o.must(err)
	o.site = httptest.NewServer(o.door)
	t.Cleanup(o.site.Close)
	t.Cleanup(o.door.Close)
	return o
}

// newOffice has an administrator, Sato, who writes Japanese.
func newOffice(t *testing.T) *office {
	t.Helper()
	o := emptyOffice(t)
	var err error
	o.admin, err = o.desk.FirstAdministrator(context.Background(), o.token, desk.NewAgent{Name: "佐藤", Email: "sato@desk.example", Language: "ja", Password: password})
	o.must(err)
	return o
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) hire(name, email string, role desk.Role, lang string) desk.Viewer {
	o.t.Helper()
	v, err := o.desk.AddAgent(context.Background(), o.admin, desk.NewAgent{Name: name, Email: email, Role: role, Language: lang, Password: password})
	o.must(err)
	return v
}

func (o *office) customer(ja, domain string, people ...string) store.Organization {
	o.t.Helper()
	org, err := o.desk.PutOrganization(context.Background(), o.admin, store.Organization{NameJA: ja, Language: "ja", Domains: []string{domain}})
	o.must(err)
	for _, p := range people {
		_, err := o.desk.PutContact(context.Background(), o.admin, store.Contact{
			Organization: org.ID, Name: p, Language: "ja", Addresses: []store.ContactAddress{{Addr: p + "@" + domain, Verified: true}},
		})
		o.must(err)
	}
	return org
}

// mail brings a mail to the desk now and returns the id of its case.
func (o *office) mail(from, subject, text string) string {
	o.t.Helper()
	raw := "From: " + from + "\r\nTo: " + o.desk.Site().Mail + "\r\nSubject: " + subject + "\r\nMessage-ID: <" + fmt.Sprint(o.clock().UnixNano()) + "@x.example>\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + text + "\r\n"
	o.must(o.desk.Accept(context.Background(), desk.Mail{From: "x@x.example", To: []string{o.desk.Site().Mail}, Raw: []byte(raw), At: o.clock()}))
	_, err := o.desk.FileNew(context.Background())
	o.must(err)
	for _, view := range []desk.Selection{{}, desk.Unidentified()} {
		page, err := o.desk.Queue(context.Background(), o.admin, desk.QueueQuery{Selection: view})
		o.must(err)
		for _, r := range page.Rows {
			if r.Subject == subject {
				return string(r.ID)
			}
		}
	}
	o.t.Fatalf("no case became of the mail %q", subject)
	return ""
}

// browser is one visitor with a cookie jar, who does not follow redirects.
type browser struct {
	o    *office
	http *http.Client
}

// answer is what came back.
type answer struct {
	code   int
	header http.Header
	body   string
}

func (o *office) browser() *browser {
	o.t.Helper()
	jar, err := cookiejar.New(nil)
	o.must(err)
	return &browser{o: o, http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// signedIn is a visitor who has signed in.
func (o *office) signedIn(email string) *browser {
	o.t.Helper()
	b := o.browser()
	if a := b.post("/sign-in", "mail", email, "password", password); a.code != http.StatusSeeOther {
		o.t.Fatalf("signing in as %s answered %d: %s", email, a.code, text(a.body))
	}
	return b
}

func (b *browser) do(method, path string, body io.Reader, headers ...string) answer {
	b.o.t.Helper()
	r, err := http.NewRequest(method, b.o.site.URL+path, body)
	b.o.must(err)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := b.http.Do(r)
	b.o.must(err)
	defer func() { b.o.must(res.Body.Close()) }()
	page, err := io.ReadAll(res.Body)
	b.o.must(err)
	return answer{code: res.StatusCode, header: res.Header, body: string(page)}
}

func (b *browser) get(path string, headers ...string) answer {
	b.o.t.Helper()
	return b.do(http.MethodGet, path, nil, headers...)
}

func (b *browser) post(path string, pairs ...string) answer {
	b.o.t.Helper()
	return b.do(http.MethodPost, path, form(pairs))
}

// act posts as the page's script does, from a form of that id.
func (b *browser) act(formID, path string, pairs ...string) answer {
	b.o.t.Helper()
	return b.do(http.MethodPost, path, form(pairs), "HX-Request", "true", "HX-Request-Type", "partial", "HX-Source", "form#"+formID)
}

func form(pairs []string) io.Reader {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return strings.NewReader(v.Encode())
}

// text is a page as people read it.
func text(html string) string {
	return strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(html, " ")), " ")
}

func (a answer) says(t *testing.T, sayings ...string) {
	t.Helper()
	page := text(a.body)
	for _, s := range sayings {
		if !strings.Contains(page, s) {
			t.Errorf("the page (%d) does not say %q:\n%s", a.code, s, page)
		}
	}
}

func query(pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v.Encode()
}

func caseID(id string) cases.ID { return cases.ID(id) }
