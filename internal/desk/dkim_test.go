package desk_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/mailauth"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

const ourMail = "From: =?UTF-8?B?56qT5Y+j?= <support@desk.example>\r\nTo: <yamada@aoba.example>\r\nSubject: =?UTF-8?B?44GU5Zue562U?=\r\n" +
	"Date: Fri, 20 Nov 2026 16:42:00 +0900\r\nMessage-ID: <c1.m1@desk.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n" +
	"Content-Transfer-Encoding: 8bit\r\n\r\nお世話になっております。\r\n..\r\n確認いたしました。\r\n\r\n"

// verdicts are the results of the signatures on a mail, for what is published.
func verdicts(published map[string]string, raw []byte) []string {
	a := mailauth.Evaluate(context.Background(), zone{txt: published}, mailauth.Arrival{From: "support@desk.example"}, raw)
	var out []string
	for _, d := range a.DKIM {
		out = append(out, d.Result)
	}
	return out
}

func TestAKeySignsFromWhenItsRecordIsPublishedAndOldMailStaysGood(t *testing.T) {
	published := map[string]string{}
	b := newBenchAsking(t, "11-20 16:42:00", zone{txt: published})
	if got := b.Sign([]byte(ourMail)); string(got) != ourMail {
		t.Error("a mail was changed although there is no key")
	}
	first, err := b.MakeDKIMKey(b.ctx, b.sato, mailauth.RSA, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.UseDKIMKey(b.ctx, b.sato, first.Selector, false); !fault.Is(err, fault.Conflict) {
		t.Fatalf("a key whose record nobody can find was put to use: %v", err)
	}
	if got := b.Sign([]byte(ourMail)); string(got) != ourMail {
		t.Error("a key signed before it was put to use")
	}
	published[first.Host()] = first.Record()
	if err := b.UseDKIMKey(b.ctx, b.sato, first.Selector, false); err != nil {
		t.Fatal(err)
	}
	old := b.Sign([]byte(ourMail))
	if got := verdicts(published, old); len(got) != 1 || got[0] != "pass" {
		t.Fatalf("the first key: %v", got)
	}

	b.set("12-20 10:00:00")
	second, err := b.MakeDKIMKey(b.ctx, b.sato, mailauth.RSA, "")
	if err != nil {
		t.Fatal(err)
	}
	if second.Selector == first.Selector {
		t.Fatal("a selector was used twice")
	}
	published[second.Host()] = second.Record()
	if err := b.UseDKIMKey(b.ctx, b.sato, second.Selector, false); err != nil {
		t.Fatal(err)
	}
	if got := verdicts(published, b.Sign([]byte(ourMail))); len(got) != 1 || got[0] != "pass" {
		t.Errorf("the second key: %v", got)
	}
	if got := verdicts(published, old); got[0] != "pass" {
		t.Errorf("mail of before the change: %v", got)
	}
	if err := b.DropDKIMKey(b.ctx, b.sato, first.Selector); !fault.Is(err, fault.Conflict) {
		t.Errorf("the old key was dropped while its mail may be on its way: %v", err)
	}
	b.clock = b.clock.Add(15 * 24 * time.Hour)
	if err := b.DropDKIMKey(b.ctx, b.sato, first.Selector); err != nil {
		t.Error(err)
	}

	short, err := b.MakeDKIMKey(b.ctx, b.sato, mailauth.Ed25519, "")
	if err != nil {
		t.Fatal(err)
	}
	published[short.Host()] = short.Record()
	if err := b.UseDKIMKey(b.ctx, b.sato, short.Selector, false); err != nil {
		t.Fatal(err)
	}
	if got := verdicts(published, b.Sign([]byte(ourMail))); len(got) != 2 || got[0] != "pass" || got[1] != "pass" {
		t.Errorf("two algorithms side by side: %v", got)
	}
	if err := b.RetireDKIMKey(b.ctx, b.sato, short.Selector); err != nil {
		t.Fatal(err)
	}
	if got := verdicts(published, b.Sign([]byte(ourMail))); len(got) != 1 {
		t.Errorf("a retired key still signs: %v", got)
	}
}

func TestAPrivateKeyIsNeitherInTheDatabaseNorShownNorAudited(t *testing.T) {
	b := newBench(t, "11-20 16:42:00")
	key, err := b.MakeDKIMKey(b.ctx, b.sato, mailauth.Ed25519, "")
	if err != nil {
		t.Fatal(err)
	}
	all, err := b.store.Settings(b.ctx)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range all {
		if strings.Contains(value, "PRIVATE KEY") || strings.Contains(value, "MC4CAQAwBQYDK2Vw") { // the head of a PKCS #8 Ed25519 key
			t.Errorf("the setting %s holds a key in the clear", name)
		}
	}
	keys, err := b.DKIMKeys(b.sato)
	if err != nil || len(keys) != 1 || keys[0].Sealed != "" || key.Sealed != "" {
		t.Errorf("what a page gets: %+v, %v", keys, err)
	}
	lines, _, err := b.AuditLog(b.ctx, b.sato, store.AuditQuery{Limit: 10})
	if err != nil || lines[0].Act != "dkim.made" || lines[0].Subject != key.Host() || lines[0].Detail != "" {
		t.Errorf("the audit: %+v, %v", lines[0], err)
	}
	if _, err := b.MakeDKIMKey(b.ctx, desk.Viewer{ID: "x", Role: desk.Supervisor}, mailauth.RSA, ""); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a supervisor made a key: %v", err)
	}
}

func TestMailGoesOutUnsignedWhenTheKeyFileIsLost(t *testing.T) {
	b := newBench(t, "11-20 16:42:00")
	key, err := b.MakeDKIMKey(b.ctx, b.sato, mailauth.Ed25519, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.UseDKIMKey(b.ctx, b.sato, key.Selector, true); err != nil {
		t.Fatal(err)
	}
	other := newBench(t, "11-20 16:42:00") // its key file is another
	var said bytes.Buffer
	d, err := desk.New(b.ctx, desk.Config{
		Store: b.store, Live: b.Live(), Now: func() time.Time { return b.clock }, Contract: "hennge-one", Secrets: other.secrets,
		Log: slog.New(slog.NewTextHandler(&said, nil)), Compose: func(desk.Outgoing) ([]byte, error) { return nil, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Sign([]byte(ourMail)); string(got) != ourMail {
		t.Error("something was signed with a key that cannot be opened")
	}
	if !strings.Contains(said.String(), "without a signature") {
		t.Errorf("nobody was told: %s", said.String())
	}
}

func TestTheReplyThatLeavesIsSigned(t *testing.T) {
	published := map[string]string{}
	b := newBenchAsking(t, "11-20 16:42:00", zone{txt: published})
	key, err := b.MakeDKIMKey(b.ctx, b.sato, mailauth.Ed25519, "")
	if err != nil {
		t.Fatal(err)
	}
	published[key.Host()] = key.Record()
	if err := b.UseDKIMKey(b.ctx, b.sato, key.Selector, false); err != nil {
		t.Fatal(err)
	}
	b.composed = []byte(ourMail)
	b.mail("yamada@aoba.example", "表示されません", "表示されません。")
	if _, err := b.reply(b.last(), cases.InitialResponse, "yamada@aoba.example"); err != nil {
		t.Fatal(err)
	}
	out, err := b.LeaseOutgoing(b.ctx, 10, time.Minute)
	if err != nil || len(out) == 0 {
		t.Fatal(len(out), err)
	}
	for _, o := range out {
		for range 2 { // an attempt that is repeated
			raw, err := b.OutgoingBytes(b.ctx, o)
			if err != nil {
				t.Fatal(err)
			}
			if got := verdicts(published, raw); len(got) != 1 || got[0] != "pass" || !bytes.HasSuffix(raw, []byte(ourMail)) {
				t.Errorf("what leaves: %v\n%s", got, raw)
			}
		}
	}
}

func TestASenderOfAnotherDomainSignsWithAKeyOfItsOwn(t *testing.T) {
	published := map[string]string{}
	b := newBenchAsking(t, "11-20 16:42:00", zone{txt: published})
	if _, err := b.MakeDKIMKey(b.ctx, b.sato, mailauth.Ed25519, "second.example"); !fault.Is(err, fault.Invalid) {
		t.Fatalf("a key for a domain that the desk does not use: %v", err)
	}
	_, err := b.PutSender(b.ctx, b.sato, desk.SenderForm{Sender: store.Sender{NameJA: "第二窓口", NameEN: "Second desk", Address: "help@second.example", Way: desk.WayDirect}})
	if err != nil {
		t.Fatal(err)
	}
	key, err := b.MakeDKIMKey(b.ctx, b.sato, mailauth.Ed25519, "second.example")
	if err != nil {
		t.Fatal(err)
	}
	published[key.Host()] = key.Record()
	if err := b.UseDKIMKey(b.ctx, b.sato, key.Selector, false); err != nil {
		t.Fatal(err)
	}
	if got := b.Sign([]byte(ourMail)); string(got) != ourMail {
		t.Error("a mail of one domain was signed with the key of another")
	}
	theirs := []byte(strings.Replace(ourMail, "support@desk.example", "help@second.example", 1))
	if got := verdicts(published, b.Sign(theirs)); len(got) != 1 || got[0] != "pass" {
		t.Errorf("the second domain's mail: %v", got)
	}
	records, err := b.MailRecords(b.sato)
	if err != nil {
		t.Fatal(err)
	}
	var hosts []string
	for _, r := range records {
		hosts = append(hosts, r.Kind+" "+r.Host)
	}
	if s := strings.Join(hosts, ", "); !strings.Contains(s, "spf second.example") || !strings.Contains(s, "dmarc _dmarc.second.example") || !strings.Contains(s, "spf desk.example") {
		t.Errorf("what is to be published: %s", s)
	}
}
