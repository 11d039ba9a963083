package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"madoguchi/internal/records/search"
	"madoguchi/internal/records/store"
)

// RebuildCmd recomputes every projection and the search index from the events.
type RebuildCmd struct {
	filesFlags `embed:""`

	Data     string `default:"${data}" help:"The desk's data directory."`
	Database string `help:"The desk's records on PostgreSQL; without it: SQLite in --data."`
}

// Run implements the command: it verifies the history's hashes, rebuilds, and
// says whether anything differed.
func (c *RebuildCmd) Run(ctx context.Context, io *IO) error {
	keys, err := c.filesKeys()
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, store.Config{Dir: c.Data, Database: c.Database, Files: c.Files, Keys: keys})
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // everything was committed
	if err := s.VerifyHistory(ctx); err != nil {
		return err
	}
	before, err := s.ProjectionDigest(ctx)
	if err != nil {
		return err
	}
	show := percent(io)
	err = s.Rebuild(ctx, func(done, total int) { show(int64(done), int64(total)) })
	fmt.Fprintln(io.Err)
	if err != nil {
		return err
	}
	after, err := s.ProjectionDigest(ctx)
	if err != nil {
		return err
	}
	if err := c.index(ctx, io, s); err != nil {
		return err
	}
	if before == after {
		fmt.Fprintln(io.Out, "履歴は正しく、再構築の結果は同一でした / History verified; the rebuilt rows are the same:", after)
		return nil
	}
	fmt.Fprintln(io.Out, "履歴は正しく、行を作り直しました / History verified; the rows differed and were replaced:", before, "→", after)
	return nil
}

// index makes the search index anew.
func (c *RebuildCmd) index(ctx context.Context, io *IO, s *store.Store) error {
	x, err := search.Open(ctx, search.Config{Dir: c.Data, Database: c.Database, Store: s, Now: time.Now, Log: slog.New(slog.NewTextHandler(io.Err, nil))})
	if err != nil {
		return err
	}
	err = x.Rebuild(ctx, percent(io))
	fmt.Fprintln(io.Err)
	return errors.Join(err, x.Close())
}

// percent returns a progress line that is written anew with each percent.
func percent(io *IO) func(done, total int64) {
	last := int64(-1)
	return func(done, total int64) {
		if total > 0 && done*100/total != last {
			last = done * 100 / total
			fmt.Fprintf(io.Err, "\r%3d %%  %d / %d", last, done, total)
		}
	}
}
