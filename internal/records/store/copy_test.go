package store_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
	"madoguchi/test/postgrestest"
)

// furnished is a desk with something of everything, in a data directory.
func furnished(t *testing.T) *store.Store {
	t.Helper()
	s := onSide(t, store.Config{Dir: t.TempDir()})
	for i := range 700 { // more than one part
		openCase(t, s, matter{id: caseID(i), organization: "acme", deadline: friday.Add(time.Hour)})
	}
	add(t, s, cases.ID(caseID(3)), friday, sato, cases.Noted{Note: "n", Text: "メモ"}, reply("r-3"))
	large := bytes.Repeat([]byte("x"), 300<<10)
	in := store.Inbound{ID: "in-1", ReceivedAt: friday, Raw: keep(t, s, large), EnvelopeTo: []string{"support@desk.example"}}
	small := store.Inbound{ID: "in-2", ReceivedAt: friday, Raw: keep(t, s, []byte("small"))}
	write(t, s, func(tx *store.Tx) error {
		return errors.Join(
			tx.PutInbound(in), tx.PutInbound(small), tx.PutSetting("site", `{"prefix":"CS"}`), tx.PutSetting("mail-token-key", "k"),
			tx.PutAgent(store.Agent{ID: "a-sato", Name: "佐藤", Email: "sato@desk.example", Role: store.RoleAgent, Created: friday}), tx.PutChoice("a-sato", "density", "compact"),
			tx.PutOrganization(store.Organization{ID: "o-1", NameJA: "青葉", Domains: []string{"aoba.example"}, Created: friday}),
			tx.PutContact(store.Contact{ID: "p-1", Organization: "o-1", Name: "山田", Addresses: []store.ContactAddress{{Addr: "yamada@aoba.example", Verified: true}}}),
			tx.Enqueue(store.Job{Queue: "q", RunAt: friday}),
			tx.PutOutbound(store.Outbound{ID: "out-1", Case: "c", MessageIDHeader: "x@desk.example", Recipients: []string{"a@example.jp"}, Raw: keep(t, s, []byte("out")), NextAt: friday, CreatedAt: friday}),
		)
	})
	return s
}

func onSide(t *testing.T, cfg store.Config) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestADeskIsCopiedThereAndBack(t *testing.T) {
	from := furnished(t)
	url := postgrestest.Fresh(t, t.TempDir())
	there := onSide(t, store.Config{Dir: t.TempDir(), Database: url, Target: true})

	// Interrupted again and again, it goes on where it stopped.
	var done store.Copied
	for stopAt, tries := int64(500), 0; ; stopAt, tries = stopAt+1200, tries+1 {
		ctx, stop := context.WithCancel(t.Context())
		var err error
		done, err = store.Copy{From: from, To: there, Progress: func(n, _ int64) {
			if n > stopAt {
				stop()
			}
		}}.Run(ctx)
		stop()
		if err == nil {
			if tries < 2 {
				t.Errorf("it was interrupted %d times only", tries)
			}
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		_, err = store.Open(t.Context(), store.Config{Dir: t.TempDir(), Database: url})
		wantFault(t, err, fault.Unavailable, "not finished")
	}
	if position := must[int64](t)(from.Position(t.Context())); done.Events != position {
		t.Errorf("%d events, want %d", done.Events, position)
	}
	sameDesk(t, from, onSide(t, store.Config{Dir: t.TempDir(), Database: url}))

	_, err := store.Copy{From: from, To: there}.Run(t.Context())
	wantFault(t, err, fault.Conflict, "holds data already")

	back := onSide(t, store.Config{Dir: t.TempDir(), Target: true})
	if _, err := (store.Copy{From: there, To: back}).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	sameDesk(t, from, back)
}

// sameDesk holds that two stores hold one desk, and that it goes on.
func sameDesk(t *testing.T, a, b *store.Store) {
	t.Helper()
	if x, y := must[string](t)(a.ProjectionDigest(t.Context())), must[string](t)(b.ProjectionDigest(t.Context())); x != y {
		t.Errorf("the digests differ: %s, %s", x, y)
	}
	if err := b.VerifyHistory(t.Context()); err != nil {
		t.Error(err)
	}
	for _, id := range []string{"in-1", "in-2"} {
		x, y := must[[]byte](t)(a.InboundRaw(t.Context(), id)), must[[]byte](t)(b.InboundRaw(t.Context(), id))
		if !bytes.Equal(x, y) {
			t.Errorf("mail %s: %d and %d bytes", id, len(x), len(y))
		}
	}
	if c := must[store.Contact](t)(b.ContactByAddress(t.Context(), "yamada@aoba.example")); c.Organization != "o-1" {
		t.Errorf("the contact: %+v", c)
	}
	undone := errors.New("undone")
	err := b.Write(t.Context(), func(tx *store.Tx) error {
		n, err := tx.NextNumber()
		if err == nil && n != 701 {
			t.Errorf("the next case gets number %d, want 701", n)
		}
		return errors.Join(err, undone)
	})
	if !errors.Is(err, undone) {
		t.Error(err)
	}
}

func TestADeskIsNotCopiedIntoAnothers(t *testing.T) {
	url := postgrestest.Fresh(t, t.TempDir())
	there := onSide(t, store.Config{Dir: t.TempDir(), Database: url, Target: true})
	other := onSide(t, store.Config{Dir: t.TempDir()})
	openCase(t, other, matter{id: "other"})
	ctx, stop := context.WithCancel(t.Context())
	if _, err := (store.Copy{From: other, To: there, Progress: func(int64, int64) { stop() }}).Run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	from := onSide(t, store.Config{Dir: t.TempDir()})
	openCase(t, from, matter{id: "mine"})
	_, err := store.Copy{From: from, To: there}.Run(t.Context())
	wantFault(t, err, fault.Conflict, "another desk")
}

func TestACopySaysWhichMailIsNotThere(t *testing.T) {
	dir := t.TempDir()
	from := onSide(t, store.Config{Dir: dir})
	in := store.Inbound{ID: "in-1", ReceivedAt: friday, Raw: keep(t, from, bytes.Repeat([]byte("x"), 300<<10))}
	write(t, from, func(tx *store.Tx) error { return tx.PutInbound(in) })
	if err := os.RemoveAll(filepath.Join(dir, "blobs")); err != nil { // as when it is in an object store
		t.Fatal(err)
	}
	_, err := store.Copy{From: from, To: onSide(t, store.Config{Dir: t.TempDir(), Target: true})}.Run(t.Context())
	wantFault(t, err, fault.NotFound, in.Raw.SHA256)
	wantFault(t, err, fault.NotFound, "--from-files")
}
