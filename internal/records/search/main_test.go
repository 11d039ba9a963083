package search_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"testing"
	"time"

	"madoguchi/internal/records/search"
	"madoguchi/internal/records/store"
	"madoguchi/test/postgrestest"
)

// TestMain runs everything on SQLite, and once more on PostgreSQL.
func TestMain(m *testing.M) {
	os.Exit(postgrestest.Both(m, func(url string) error {
		ctx, dir := context.Background(), os.TempDir()
		s, err := store.Open(ctx, store.Config{Dir: dir, Database: url})
		if err != nil {
			return err
		}
		x, err := search.Open(ctx, search.Config{Dir: dir, Database: url, Store: s, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			return errors.Join(err, s.Close())
		}
		return errors.Join(x.Close(), s.Close())
	}))
}
