package mailout

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/internal/desk"
	"madoguchi/internal/desk/live"
	sealing "madoguchi/internal/records/secret"
	"madoguchi/internal/records/store"
)

// deskOf is a desk with one customer, whose mail is composed here.
func deskOf(t *testing.T) (d *desk.Desk, s *store.Store, sato desk.Viewer, pass func(time.Duration)) {
	t.Helper()
	ctx, log := t.Context(), slog.New(slog.DiscardHandler)
	var err error
	s, err = store.Open(ctx, store.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	secrets, err := sealing.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var passed atomic.Int64
	d, err = desk.New(ctx, desk.Config{
		Store: s, Live: &live.Hub{}, Now: func() time.Time { return friday.Add(time.Duration(passed.Load())) }, Contract: contracts.Default, Log: log, Secrets: secrets,
		Compose: func(o desk.Outgoing) ([]byte, error) { return Compose(FromDesk(o, jst)) },
	})
	if err != nil {
		t.Fatal(err)
	}
	name, file, err := contracts.Read(contracts.Default)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Publish(ctx, desk.Viewer{Name: "test"}, name, file); err != nil {
		t.Fatal(err)
	}
	token, err := d.FirstRunToken(ctx)
	if err != nil {
		t.Fatal(err)
	}
	sato, err = d.FirstAdministrator(ctx, token, desk.NewAgent{Name: "佐藤", Email: "sato@desk.example", Password: "correct horse battery", Language: "ja"})
	if err != nil {
		t.Fatal(err)
	}
	site := d.Site()
	site.Mail, site.Name.JA, site.Name.EN = "support@desk.example", "サポート窓口", "Support"
	if err := d.SetSite(ctx, sato, site); err != nil {
		t.Fatal(err)
	}
	org, err := d.PutOrganization(ctx, sato, store.Organization{NameJA: "青葉商事株式会社", NameEN: "Aoba", Language: "ja", Domains: []string{"aoba.example"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.PutContact(ctx, sato, store.Contact{Organization: org.ID, Name: "山田", Language: "ja", Addresses: []store.ContactAddress{{Addr: "yamada@aoba.example", Verified: true}}}); err != nil {
		t.Fatal(err)
	}
	return d, s, sato, func(by time.Duration) { passed.Add(int64(by)) }
}

// writes lets the customer write to the desk.
func writes(t *testing.T, d *desk.Desk) {
	t.Helper()
	ctx := t.Context()
	raw := "From: =?utf-8?B?5bGx55Sw?= <yamada@aoba.example>\r\nTo: support@desk.example\r\nSubject: =?utf-8?B?44Ot44Kw44Kk44Oz?=\r\nMessage-ID: <q1@aoba.example>\r\nDate: Fri, 20 Nov 2026 17:00:00 +0900\r\n\r\nhello\r\n"
	if err := d.Accept(ctx, desk.Mail{From: "yamada@aoba.example", To: []string{"support@desk.example"}, Raw: []byte(raw), At: friday}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.FileNew(ctx); err != nil {
		t.Fatal(err)
	}
}

// A mail to the desk is acknowledged by a real mail that the relay gets once,
// with the headers and the words that the desk meant.
func TestTheDesksAcknowledgementReachesTheRelay(t *testing.T) {
	ctx, log := t.Context(), slog.New(slog.DiscardHandler)
	d, s, _, _ := deskOf(t)
	writes(t, d)
	p := &post{}
	relay, err := NewRelay(open(t, p))
	if err != nil {
		t.Fatal(err)
	}
	sender := NewSender(NewDeskOutbox(d, Patience{}, log), Always(relay), Patience{}, d.Now, log)
	for range 2 {
		if _, err := sender.Pass(context.WithoutCancel(ctx)); err != nil {
			t.Fatal(err)
		}
	}
	if len(p.got) != 1 || !strings.HasPrefix(p.got[0], " → yamada@aoba.example: ") {
		t.Fatalf("relay got %q", p.got)
	}
	_, sent, _ := strings.Cut(p.got[0], ": ")
	r := parse(t, []byte(sent))
	if r.Get("Auto-Submitted") != "auto-replied" || r.Get("In-Reply-To") != "<q1@aoba.example>" || r.Get("Date") != "Fri, 20 Nov 2026 17:00:00 +0900" {
		t.Errorf("headers = %v", r.Header)
	}
	if subject := r.text(t, "Subject"); !strings.Contains(subject, "ログイン") || !strings.Contains(subject, "CS-") {
		t.Errorf("subject %q", subject)
	}
	if !strings.Contains(r.parts["text/plain"], "山田") {
		t.Errorf("text %q", r.parts["text/plain"])
	}
	out, _, err := s.ListOutbound(ctx, store.OutboundQuery{Organization: store.Everyone(), Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) != 1 || out[0].State != store.OutboundSent || out[0].Relay != relay.Name() || !strings.HasPrefix(out[0].LastReply, "250 ") {
		t.Errorf("outbox = %+v", out)
	}
}
