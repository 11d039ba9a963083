package archive_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/records/archive"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

var friday = time.Date(2026, 11, 20, 7, 42, 0, 0, time.UTC)

// aDesk is a data directory with a small and a large mail, on which a desk is
// running.
func aDesk(t *testing.T) (dir string, s *store.Store) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	s, err := store.Open(context.Background(), store.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	take(t, s, "in-1", []byte("Subject: small\r\n\r\nsmall"))
	take(t, s, "in-2", bytes.Repeat([]byte("large "), 100<<10))
	put(t, filepath.Join(dir, "contracts", "own", "contract.yaml"), "id: own\n")
	put(t, filepath.Join(dir, "secret.key"), "key")
	put(t, filepath.Join(dir, "search", "index.db"), "made anew")
	put(t, filepath.Join(dir, "blobs", "tmp", "put-1"), "half-written")
	return dir, s
}

func take(t *testing.T, s *store.Store, id string, mail []byte) {
	t.Helper()
	raw, err := s.KeepRaw(context.Background(), mail)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Write(context.Background(), func(tx *store.Tx) error {
		return tx.PutInbound(store.Inbound{ID: id, ReceivedAt: friday, Raw: raw})
	}); err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func backup(t *testing.T, dir string, keys archive.Keys) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "monday.backup")
	if _, err := archive.Write(context.Background(), archive.Plan{Data: dir, To: to, Keys: keys, Version: "test", Now: friday}); err != nil {
		t.Fatal(err)
	}
	return to
}

func wantFault(t *testing.T, err error, kind fault.Kind, text string) {
	t.Helper()
	if !fault.Is(err, kind) || !strings.Contains(err.Error(), text) {
		t.Errorf("got %v, want a %v that says %q", err, kind, text)
	}
}

func TestARestoredDeskIsTheDesk(t *testing.T) {
	ctx := context.Background()
	dir, s := aDesk(t)
	file := backup(t, dir, archive.Keys{})
	take(t, s, "in-3", []byte("came after the backup"))

	to := filepath.Join(t.TempDir(), "elsewhere")
	m, err := archive.Restore(ctx, file, archive.Keys{}, to, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !m.Made.Equal(friday) || m.Version != "test" {
		t.Errorf("manifest: %+v", m)
	}
	var names []string
	if err := filepath.WalkDir(to, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && !strings.Contains(path, "blobs") {
			names = append(names, strings.TrimPrefix(path, to+string(filepath.Separator)))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(names, " "), "contracts/own/contract.yaml madoguchi.db secret.key"; filepath.ToSlash(got) != want {
		t.Errorf("restored files %q, want %q", got, want)
	}
	r, err := store.Open(ctx, store.Config{Dir: to})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // nothing is written
	if raw, err := r.InboundRaw(ctx, "in-2"); err != nil || len(raw) != 600<<10 {
		t.Errorf("the large mail came back with %d bytes: %v", len(raw), err)
	}
	if _, err := r.Inbound(ctx, "in-3"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a mail from after the backup: %v", err)
	}
}

func TestABackupSaysWhatItLacks(t *testing.T) {
	ctx := context.Background()
	dir, s := aDesk(t)
	write := func() archive.Manifest {
		t.Helper()
		file := filepath.Join(t.TempDir(), "b")
		m, err := archive.Write(ctx, archive.Plan{Data: dir, To: file, Version: "test", Now: friday})
		if err != nil {
			t.Fatal(err)
		}
		if read, err := archive.Verify(ctx, file, archive.Keys{}, nil); err != nil || len(read.Missing) != len(m.Missing) {
			t.Errorf("read back: %q, %v; written: %q", read.Missing, err, m.Missing)
		}
		return m
	}
	if m := write(); len(m.Missing) != 0 {
		t.Errorf("a whole desk lacks %q", m.Missing)
	}
	in, err := s.Inbound(ctx, "in-2")
	if err != nil {
		t.Fatal(err)
	}
	// As when the files were moved into an object store of which the backup was not told.
	if err := os.RemoveAll(filepath.Join(dir, "blobs")); err != nil {
		t.Fatal(err)
	}
	if m := write(); len(m.Missing) != 1 || m.Missing[0] != in.Raw.SHA256 {
		t.Errorf("the desk without its files lacks %q, want %s", m.Missing, in.Raw.SHA256)
	}
}

func TestNothingIsOverwritten(t *testing.T) {
	ctx := context.Background()
	dir, _ := aDesk(t)
	file := backup(t, dir, archive.Keys{})
	_, err := archive.Write(ctx, archive.Plan{Data: dir, To: file, Now: friday})
	wantFault(t, err, fault.Conflict, "exists already")
	_, err = archive.Restore(ctx, file, archive.Keys{}, dir, nil)
	wantFault(t, err, fault.Conflict, "is not empty")
	_, err = archive.Write(ctx, archive.Plan{Data: t.TempDir(), To: filepath.Join(t.TempDir(), "b"), Now: friday})
	wantFault(t, err, fault.NotFound, "is not the data directory of a desk")
}

func TestAnEncryptedBackupOpensWithItsKeyOnly(t *testing.T) {
	ctx := context.Background()
	dir, _ := aDesk(t)
	private := filepath.Join(t.TempDir(), "private.key")
	public, err := archive.NewIdentity(private)
	if err != nil {
		t.Fatal(err)
	}
	lock, err := archive.To(public)
	if err != nil {
		t.Fatal(err)
	}
	file := backup(t, dir, lock)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(b, []byte("manifest.json")) || !bytes.HasPrefix(b, []byte("age-encryption.org/v1")) {
		t.Error("the file is not encrypted")
	}
	_, err = archive.Verify(ctx, file, archive.Keys{}, nil)
	wantFault(t, err, fault.Invalid, "is encrypted")
	other := filepath.Join(t.TempDir(), "other.key")
	if _, err := archive.NewIdentity(other); err != nil {
		t.Fatal(err)
	}
	wrong, err := archive.Identity(other)
	if err != nil {
		t.Fatal(err)
	}
	_, err = archive.Verify(ctx, file, wrong, nil)
	wantFault(t, err, fault.Forbidden, "does not open")
	right, err := archive.Identity(private)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := archive.Restore(ctx, file, right, filepath.Join(t.TempDir(), "d"), nil); err != nil {
		t.Error(err)
	}
	_, err = archive.NewIdentity(private)
	wantFault(t, err, fault.Conflict, "not overwritten")
	_, err = archive.Passphrase("short")
	wantFault(t, err, fault.Invalid, "12 characters")
	_, err = archive.To("age1nonsense")
	wantFault(t, err, fault.Invalid, "cannot be read")
}

func TestADamagedBackupIsRefusedAndLeavesNothing(t *testing.T) {
	ctx := context.Background()
	dir, _ := aDesk(t)
	whole, err := os.ReadFile(backup(t, dir, archive.Keys{}))
	if err != nil {
		t.Fatal(err)
	}
	bent := bytes.Clone(whole)
	bent[len(bent)/2] ^= 1
	for name, b := range map[string][]byte{"cut short": whole[:len(whole)*2/3], "a bit turned": bent, "no backup": []byte("hello"), "empty": nil} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "b")
			if err := os.WriteFile(file, b, 0o600); err != nil {
				t.Fatal(err)
			}
			parent := t.TempDir()
			_, err := archive.Restore(ctx, file, archive.Keys{}, filepath.Join(parent, "data"), nil)
			wantFault(t, err, fault.Invalid, "damaged or cut short")
			if left, err := os.ReadDir(parent); err != nil || len(left) != 0 {
				t.Errorf("left behind: %v %v", left, err)
			}
		})
	}
}
