package desk_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/internal/desk"
	"madoguchi/internal/desk/live"
	"madoguchi/internal/mailauth"
	"madoguchi/internal/records/secret"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/test/postgrestest"
)

// bench is a desk on real records with a clock that a test moves.
type bench struct {
	*desk.Desk
	t        testing.TB
	ctx      context.Context
	dir      string
	store    *store.Store
	secrets  *secret.Box
	clock    time.Time
	zone     *time.Location
	sato     desk.Viewer
	mails    []desk.Outgoing // everything that was composed
	composed []byte          // what every mail is composed to; nil: a plain form of it
	sent     int
	names    mailauth.Resolver

	providers desk.Providers
	composing sync.Mutex // guards mails
}

func newBench(t testing.TB, at string) *bench {
	t.Helper()
	return newBenchAsking(t, at, nil)
}

// newBenchAsking is a bench whose desk asks names about senders.
func newBenchAsking(t testing.TB, at string, names mailauth.Resolver) *bench {
	t.Helper()
	return newBenchWith(t, at, names, "")
}

// newBenchWith is a bench whose desk has its files in an object store.
func newBenchWith(t testing.TB, at string, names mailauth.Resolver, files string) *bench {
	t.Helper()
	b := &bench{t: t, ctx: t.Context(), dir: t.TempDir()}
	s, err := store.Open(b.ctx, store.Config{Dir: b.dir, Database: postgrestest.Database(t, b.dir), Files: files})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	b.store = s
	if b.secrets, err = secret.Open(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	b.zone, err = time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	b.set(at)
	b.names = names
	b.Desk = b.reopen()
	name, file, err := contracts.Read(contracts.Default)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Publish(b.ctx, desk.Viewer{Name: "test"}, name, file); err != nil {
		t.Fatal(err)
	}
	token, err := b.FirstRunToken(b.ctx)
	if err != nil {
		t.Fatal(err)
	}
	b.sato, err = b.FirstAdministrator(b.ctx, token, desk.NewAgent{Name: "佐藤", Email: "sato@desk.example", Password: "correct horse battery", Language: "ja"})
	if err != nil {
		t.Fatal(err)
	}
	site := b.Site()
	site.Mail, site.Phone, site.Name.JA, site.Name.EN = "support@desk.example", "03-0000-0000", "サポート窓口", "Support"
	if err := b.SetSite(b.ctx, b.sato, site); err != nil {
		t.Fatal(err)
	}
	b.customer("青葉商事株式会社", "Aoba Trading", "domestic", "ja", "山田", "yamada@aoba.example")
	b.customer("ケストレル", "Kestrel Foods", "overseas", "en", "Jane Tan", "jane@kestrel.example")
	return b
}

// reopen is a desk over the same records, as after a restart.
func (b *bench) reopen() *desk.Desk {
	b.t.Helper()
	d, err := desk.New(b.ctx, desk.Config{
		Store: b.store, Live: &live.Hub{}, Now: func() time.Time { return b.clock }, Contract: contracts.Default, Names: b.names, Secrets: b.secrets, Providers: b.providers,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Compose: func(m desk.Outgoing) ([]byte, error) {
			b.composing.Lock()
			b.mails = append(b.mails, m)
			b.composing.Unlock()
			if b.composed != nil {
				return b.composed, nil
			}
			return fmt.Appendf(nil, "Message-ID: <%s>\r\nSubject: %s\r\n\r\n%s", m.MessageID, m.Subject, m.Body), nil
		},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return d
}

func (b *bench) set(at string) {
	b.t.Helper()
	t, err := time.ParseInLocation(time.DateTime, "2026-"+at, b.zone)
	if err != nil {
		b.t.Fatal(err)
	}
	b.clock = t
}

func (b *bench) customer(ja, en, region, lang, name, addr string) store.Organization {
	b.t.Helper()
	org, err := b.AddOrganization(b.ctx, b.sato, store.Organization{NameJA: ja, NameEN: en, Language: lang, Domains: []string{addr[strings.IndexByte(addr, '@')+1:]}}, desk.Opening{Region: contract.RegionID(region)})
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.PutContact(b.ctx, b.sato, store.Contact{Organization: org.ID, Name: name, Language: lang, Addresses: []store.ContactAddress{{Addr: addr, Verified: true}}}); err != nil {
		b.t.Fatal(err)
	}
	return org
}

// mail sends a raw mail to the desk and files it.
func (b *bench) mail(from, subject, body string, headers ...string) {
	b.t.Helper()
	b.sent++
	raw := fmt.Sprintf("From: <%s>\r\nTo: <support@desk.example>\r\nSubject: %s\r\nMessage-ID: <m%d@customer.example>\r\nDate: %s\r\nContent-Type: text/plain; charset=utf-8\r\n%s\r\n%s\r\n",
		from, subject, b.sent, b.clock.Format(time.RFC1123Z), strings.Join(append(headers, ""), "\r\n"), body)
	b.raw(from, []byte(raw))
}

func (b *bench) raw(from string, raw []byte) {
	b.t.Helper()
	if err := b.Accept(b.ctx, desk.Mail{From: from, To: []string{"support@desk.example"}, Raw: raw, Remote: "127.0.0.1", At: b.clock}); err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.FileNew(b.ctx); err != nil {
		b.t.Fatal(err)
	}
}

// last returns the case with the highest number.
func (b *bench) last() *cases.Case {
	b.t.Helper()
	var c *cases.Case
	for n := int64(1); ; n++ {
		id, err := b.store.CaseByNumber(b.ctx, n)
		if err != nil {
			if c == nil {
				b.t.Fatal("no case was opened")
			}
			return c
		}
		if c, _, err = b.store.Case(b.ctx, id); err != nil {
			b.t.Fatal(err)
		}
	}
}

func (b *bench) reply(c *cases.Case, kind cases.ReplyKind, to string) (*cases.Case, error) {
	return b.Reply(b.ctx, b.sato, desk.ReplyCommand{Case: c.ID, Seen: c.Version, Kind: kind, To: []string{to}, Text: "確認しております。", Next: cases.Waiting})
}

func (b *bench) deadline(c *cases.Case, want string) {
	b.t.Helper()
	if c.First == nil {
		b.t.Fatal("no target runs")
	}
	if got := c.First.Deadline.In(b.zone).Format("01-02 15:04:05"); got != want {
		b.t.Errorf("deadline %s, want %s", got, want)
	}
}
