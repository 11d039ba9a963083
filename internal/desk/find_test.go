package desk_test

import (
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/internal/desk"
	"madoguchi/internal/desk/live"
	"madoguchi/internal/records/search"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
	"madoguchi/test/postgrestest"
)

// searchable is a bench whose desk can search; catchUp brings the index up to
// date, as its loop does by itself.
func searchable(t *testing.T, at string) (b *bench, catchUp func()) {
	t.Helper()
	b = newBench(t, at)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	x, err := search.Open(b.ctx, search.Config{Dir: t.TempDir(), Database: postgrestest.Database(t, b.dir), Store: b.store, Now: time.Now, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	b.Desk, err = desk.New(b.ctx, desk.Config{
		Store: b.store, Search: x, Live: &live.Hub{}, Now: func() time.Time { return b.clock }, Contract: contracts.Default, Log: log,
		Compose: func(m desk.Outgoing) ([]byte, error) {
			return []byte("Subject: " + m.Subject + "\r\n\r\n" + m.Body), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b, func() {
		t.Helper()
		if err := x.CatchUp(b.ctx, nil); err != nil {
			t.Fatal(err)
		}
	}
}

func pieces(list []search.Piece) string {
	var b strings.Builder
	for _, p := range list {
		if p.Hit {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestAPersonOfTheDeskFindsCasesByWhatWasWritten(t *testing.T) {
	b, catchUp := searchable(t, "11-20 11:00:00")
	b.mail("yamada@aoba.example", "メールが届かない", "昨日から障害が続いています。")
	aoba := b.last()
	b.set("11-20 12:00:00")
	b.mail("jane@kestrel.example", "Single sign-on", "Users are getting errors.")
	b.set("11-20 13:00:00")
	if _, err := b.reply(aoba, cases.InitialResponse, "yamada@aoba.example"); err != nil {
		t.Fatal(err)
	}
	catchUp()
	for query, want := range map[string]string{
		"障害":                       "CS-1",
		"error":                    "CS-2",
		"青葉商事":                     "CS-1",
		"aoba trading 障害":          "CS-1",
		"org:青葉":                   "CS-1",
		"org:Kestrel":              "CS-2",
		"org:kestrel.example":      "CS-2",
		"org:どこにもない":               "",
		"status:回答待ち":              "CS-1",
		"status:open,waiting":      "CS-1",
		"状態：未着手":                   "CS-2",
		"優先度:中":                    "CS-1 CS-2",
		"priority:Medium from:佐藤":  "CS-1",
		"cs-2":                     "CS-2",
		"担当:なし":                    "CS-2",
		"assignee:me":              "CS-1",
		"担当:佐藤":                    "CS-1",
		"-担当:自分":                   "CS-2",
		"has:attachment":           "",
		"-org:青葉":                  "CS-2",
		"error -single":            "",
		"after:11/20 before:11/21": "CS-1 CS-2",
		"before:11/20":             "",
	} {
		r, err := b.Find(b.ctx, b.sato, query, search.Cursor{})
		if err != nil {
			t.Errorf("%q: %v", query, err)
			continue
		}
		var got []string
		for _, c := range r.Cases {
			got = append(got, c.Number)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q finds %q, want %q", query, s, want)
		}
	}
	r, err := b.Find(b.ctx, b.sato, "障害 メール", search.Cursor{})
	if err != nil || len(r.Cases) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	c := r.Cases[0]
	if pieces(c.Subject) != "[メール]が届かない" || !strings.Contains(pieces(c.Text), "昨日から[障害]が続いています。") || c.At.IsZero() {
		t.Errorf("%s / %s / %v", pieces(c.Subject), pieces(c.Text), c.At)
	}
	if r, err := b.Find(b.ctx, b.sato, "  ", search.Cursor{}); err != nil || !r.Empty {
		t.Errorf("nothing asked: %+v, %v", r, err)
	}
	if _, err := b.Find(b.ctx, desk.Viewer{ID: "x", Name: "customer"}, "障害", search.Cursor{}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("who is no agent: %v", err)
	}
	for query, words := range map[string]string{"status:なぞ": "new（未着手）", "priority:最高": "high（高）", "担当:だれか": "me（自分）", "-状態:なぞ": "new（未着手）", "has:犬": "has:attachment"} {
		if _, err := b.Find(b.ctx, b.sato, query, search.Cursor{}); !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Public(err).JA, words) {
			t.Errorf("%s: %v", query, err)
		}
	}
}

func TestWithinOneOrganizationNothingOfAnotherIsFound(t *testing.T) {
	b, catchUp := searchable(t, "11-20 11:00:00")
	b.mail("yamada@aoba.example", "障害", "共通の言葉")
	aoba := b.last()
	b.mail("jane@kestrel.example", "障害", "共通の言葉")
	b.mail("stranger@else.example", "障害", "共通の言葉")
	stranger := b.last()
	if _, err := b.Note(b.ctx, b.sato, aoba.ID, "社内の見立て"); err != nil {
		t.Fatal(err)
	}
	catchUp()
	scope := store.Only(aoba.Organization)
	for _, query := range []string{"障害", "共通の言葉", "status:new", "org:kestrel", "after:11/01", "from:jane"} {
		r, err := b.FindWithin(b.ctx, scope, query, search.Cursor{})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range r.Cases {
			if c.CaseRow.Organization != aoba.Organization {
				t.Errorf("%q shows %s of %q", query, c.Number, c.OrgName)
			}
		}
	}
	if r, err := b.FindWithin(b.ctx, scope, "見立て", search.Cursor{}); err != nil || len(r.Cases) > 0 {
		t.Errorf("a note is shown: %+v, %v", r, err)
	}
	if _, err := b.FindWithin(b.ctx, store.Scope{}, "障害", search.Cursor{}); err == nil {
		t.Error("a search without a scope finds something")
	}

	// The index is behind: the case is not the organization's any more.
	org := b.customer("みどり物産", "Midori", "domestic", "ja", "緑川", "midori@midori.example")
	if err := b.store.Write(b.ctx, func(tx *store.Tx) error {
		c, _, err := tx.Case(aoba.ID)
		if err != nil {
			return err
		}
		_, err = tx.Append(c, cases.Event{At: b.clock, Data: cases.Identified{Organization: org.ID, OrgName: org.NameJA}})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if r, err := b.FindWithin(b.ctx, scope, "障害", search.Cursor{}); err != nil || len(r.Cases) > 0 {
		t.Errorf("what went to another organization is shown: %+v, %v", r, err)
	}
	catchUp()
	if r, err := b.FindWithin(b.ctx, store.Only(org.ID), "障害", search.Cursor{}); err != nil || len(r.Cases) != 1 || stranger.ID == r.Cases[0].ID {
		t.Errorf("its new organization finds %+v, %v", r, err)
	}
}
