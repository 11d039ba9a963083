package api_test

import (
	"context"
	"errors"
	"os"
	"testing"

	"madoguchi/internal/records/store"
	"madoguchi/test/postgrestest"
)

// TestMain runs everything on SQLite, and once more on PostgreSQL.
func TestMain(m *testing.M) {
	os.Exit(postgrestest.Both(m, func(url string) error {
		s, err := store.Open(context.Background(), store.Config{Dir: os.TempDir(), Database: url})
		if err != nil {
			return err
		}
		return errors.Join(s.Close())
	}))
}
