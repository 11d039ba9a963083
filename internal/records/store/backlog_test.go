package store_test

import (
	"context"
	"testing"
	"time"

	"madoguchi/internal/records/store"
)

func TestTheBacklogCountsWhatWaits(t *testing.T) {
	ctx := context.Background()
	s := openIn(t, t.TempDir())
	if b := must[store.Backlog](t)(s.Backlog(ctx, friday)); b != (store.Backlog{}) {
		t.Errorf("a new desk has a backlog: %+v", b)
	}
	write(t, s, func(tx *store.Tx) error {
		for i, id := range []string{"in-1", "in-2"} {
			in := store.Inbound{ID: id, ReceivedAt: friday.Add(time.Duration(i) * time.Minute), Raw: keep(t, s, []byte(id))}
			if err := tx.PutInbound(in); err != nil {
				return err
			}
		}
		return tx.PutInbound(store.Inbound{ID: "in-3", ReceivedAt: friday, Raw: keep(t, s, []byte("?")), State: store.InboundQuarantined})
	})
	openCase(t, s, matter{id: "c1", organization: "acme", deadline: friday.Add(time.Hour)})
	openCase(t, s, matter{id: "c2", organization: "acme", deadline: friday.Add(3 * time.Hour)})

	at := friday.Add(2 * time.Hour)
	got := must[store.Backlog](t)(s.Backlog(ctx, at))
	want := store.Backlog{
		Unfiled: 2, UnfiledSince: friday, Quarantined: 1,
		Unjudged: 1, UnjudgedSince: friday.Add(time.Hour), Running: 2,
	}
	if got != want {
		t.Errorf("backlog\n %+v, want\n %+v", got, want)
	}
}

func TestADeskThatCanWriteIsReady(t *testing.T) {
	s := openIn(t, t.TempDir())
	if err := s.Ready(context.Background()); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(context.Background()); err == nil {
		t.Error("a closed desk calls itself ready")
	}
}
