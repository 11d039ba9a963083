package store

import (
	"context"

	"madoguchi/internal/records/store/engine"
)

// SearchSchema holds the search index in PostgreSQL, beside the records.
const SearchSchema = "madoguchi_search"

// Occupied tells which PostgreSQL database a connection string means, by a
// name that no other has, and whether it holds a desk already.
func Occupied(ctx context.Context, database string) (id string, occupied bool, err error) {
	return engine.Occupied(ctx, engine.Config{Database: database, Schema: databaseSchema})
}

// Vacate removes a whole desk from a PostgreSQL database, with its search
// index. While a process works on it, it fails with [fault.Unavailable].
func Vacate(ctx context.Context, database string) error {
	return engine.Vacate(ctx, engine.Config{Database: database, Schema: databaseSchema}, SearchSchema)
}
