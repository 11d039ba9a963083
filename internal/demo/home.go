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
	Password string `json:"password"` // of the example people; they guard nothing that is anybody's

	dir string
}

// openHome looks into a directory, makes it where it is absent, and marks an
// empty one. What a cut-short playing left is removed.
func openHome(ctx context.Context, dir string) (home, error) {
	h := home{dir: dir}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return h, fmt.Errorf("make the data directory: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return h, fmt.Errorf("read the data directory: %w", err)
	}
	if len(entries) == 0 {
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
	if h.Ready {
		return h, nil
	}
	return h, h.clear(ctx, entries)
}

// clear removes what a playing left that was cut short, unless another
// process is playing at this moment.
func (h home) clear(ctx context.Context, entries []os.DirEntry) error {
	s, err := store.Open(ctx, store.Config{Dir: h.dir})
	if fault.Is(err, fault.Unavailable) {
		return err
	}
	if err == nil { // what else may be wrong with the records is thrown away with them
		if err := s.Close(); err != nil {
			return fmt.Errorf("close what a demonstration left unfinished: %w", err)
		}
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
