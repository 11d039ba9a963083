package demo

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// homeFile marks a directory as a demonstration's.
const homeFile = "demo.json"

// home is what a demonstration notes in its directory. While Ready is false
// the week is being played, and what is in the directory counts for nothing.
type home struct {
	Ready    bool   `json:"ready"`
	Password string `json:"password"`          // of the example people; they guard nothing that is anybody's
	Records  string `json:"records,omitempty"` // which PostgreSQL database holds the records; empty: SQLite in the directory

	dir, database string
}

// openHome looks into a directory, makes it where it is absent, and marks an
// empty one. What a cut-short playing left is removed. The records are in the
// directory too, or in a PostgreSQL database that was empty when this
// directory was marked.
func openHome(ctx context.Context, dir, database string) (home, error) {
	h := home{dir: dir, database: database}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return h, fmt.Errorf("make the data directory: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return h, fmt.Errorf("read the data directory: %w", err)
	}
	if len(entries) == 0 {
		if err := h.claim(ctx); err != nil {
			return h, err
		}
		return h, h.save()
	}
	raw, err := os.ReadFile(filepath.Join(dir, homeFile))
	if errors.Is(err, fs.ErrNotExist) {
		return h, fault.New(fault.Conflict,
			dir+" にはデモ以外のデータがあります。空のディレクトリを --data に指定してください。",
			dir+" holds data that is no demonstration's. Give an empty directory as --data.").At("data")
	}
	if err != nil {
		return h, fmt.Errorf("read the demonstration's note: %w", err)
	}
	if err := json.Unmarshal(raw, &h); err != nil {
		return h, fmt.Errorf("read %s: %w", filepath.Join(dir, homeFile), err)
	}
	if err := h.recognize(ctx); err != nil || h.Ready {
		return h, err
	}
	return h, h.clear(ctx, entries)
}

// claim notes whose the records are. A database that holds any desk is none of
// a new demonstration's.
func (h *home) claim(ctx context.Context) error {
	if h.database == "" {
		return nil
	}
	id, occupied, err := store.Occupied(ctx, h.database)
	if err == nil && occupied {
		err = fault.New(fault.Conflict,
			"データベースには既に窓口があります。空のデータベースを --database に指定してください（以前のデモの続きは、そのときの --data も指定すると再開できます）。",
			"The database holds a desk already. Give an empty database as --database; a demonstration of before goes on with its own --data.").At("database")
	}
	h.Records = id
	return err
}

// recognize refuses to go on in another database than the noted one.
func (h *home) recognize(ctx context.Context) error {
	id, occupied := "", false
	if h.database != "" {
		var err error
		if id, occupied, err = store.Occupied(ctx, h.database); err != nil {
			return err
		}
	}
	if id == h.Records && (occupied || !h.Ready || id == "") {
		return nil
	}
	return fault.New(fault.Conflict,
		h.dir+" のデモのデータは、指定されたデータベースにはありません。前回と同じ --database を指定するか、空のディレクトリを --data に指定してください。",
		"The records of the demonstration in "+h.dir+" are not in this database. Give the same --database as before, or an empty directory as --data.").At("database")
}

// clear removes what a playing left that was cut short, unless another
// process is playing at this moment.
func (h home) clear(ctx context.Context, entries []os.DirEntry) error {
	if err := h.clearRecords(ctx); err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == homeFile {
			continue
		}
		if err := os.RemoveAll(filepath.Join(h.dir, e.Name())); err != nil {
			return fmt.Errorf("remove what a demonstration left unfinished: %w", err)
		}
	}
	return nil
}

// clearRecords removes them from a database of their own, and makes sure that
// nobody works on those in the directory.
func (h home) clearRecords(ctx context.Context) error {
	if h.database != "" {
		return store.Vacate(ctx, h.database)
	}
	s, err := store.Open(ctx, store.Config{Dir: h.dir})
	if fault.Is(err, fault.Unavailable) {
		return err
	}
	if err == nil { // what else may be wrong with the records is thrown away with them
		if err := s.Close(); err != nil {
			return fmt.Errorf("close what a demonstration left unfinished: %w", err)
		}
	}
	return nil
}

// Forget removes a demonstration that nobody runs any more: its directory, and
// its records where they are in a PostgreSQL database.
func Forget(ctx context.Context, dir, database string) error {
	h := home{dir: dir, database: database}
	var kept error
	if raw, err := os.ReadFile(filepath.Join(dir, homeFile)); database != "" && err == nil {
		if kept = json.Unmarshal(raw, &h); kept == nil {
			if kept = h.recognize(ctx); kept == nil {
				kept = store.Vacate(ctx, database)
			}
		}
	}
	return errors.Join(kept, os.RemoveAll(dir))
}

// save writes the note in one step, so that a crash leaves the old or the new.
func (h home) save() error {
	raw, err := json.Marshal(h)
	if err != nil {
		return err
	}
	path := filepath.Join(h.dir, homeFile)
	if err := os.WriteFile(path+".new", raw, 0o600); err != nil {
		return fmt.Errorf("note the demonstration: %w", err)
	}
	return os.Rename(path+".new", path)
}

// newPassword is easy to type and hard to guess: 80 random bits.
func newPassword() string {
	s := strings.ToLower(rand.Text())[:16]
	return s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:]
}
