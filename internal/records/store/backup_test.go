package store_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
	"madoguchi/test/postgrestest"
)

func TestABackupIsADataDirectory(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := openIn(t, dir)
	if postgrestest.On() {
		wantFault(t, s.Backup(ctx, t.TempDir()), fault.Invalid, "pgBackRest")
		return
	}
	large := bytes.Repeat([]byte("x"), 300<<10)
	in := store.Inbound{ID: "in-1", ReceivedAt: friday, Raw: keep(t, s, large)}
	write(t, s, func(tx *store.Tx) error { return tx.PutInbound(in) })
	openCase(t, s, matter{id: "c1", organization: "acme", deadline: friday.Add(time.Hour)})

	to := filepath.Join(t.TempDir(), "2026", "11-20")
	if err := s.Backup(ctx, to); err != nil {
		t.Fatal(err)
	}
	openCase(t, s, matter{id: "c2"}) // the desk goes on
	wantFault(t, s.Backup(ctx, to), fault.Conflict, "There is a backup")

	restored := openIn(t, to)
	if err := restored.VerifyHistory(ctx); err != nil {
		t.Error(err)
	}
	if raw := must[[]byte](t)(restored.InboundRaw(ctx, "in-1")); !bytes.Equal(raw, large) {
		t.Errorf("%d bytes of the large mail came back", len(raw))
	}
	if _, _, err := restored.Case(ctx, "c2"); !fault.Is(err, fault.NotFound) {
		t.Errorf("what came after the backup: %v", err)
	}
	if c := openCase(t, restored, matter{id: "c3"}); c.Number != 2 {
		t.Errorf("the restored desk goes on with number %d, want 2", c.Number)
	}

	sum := in.Raw.SHA256
	if err := os.WriteFile(filepath.Join(dir, "blobs", sum[:2], sum[2:4], sum), []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantFault(t, s.Backup(ctx, t.TempDir()), fault.Internal, "is damaged")
}
