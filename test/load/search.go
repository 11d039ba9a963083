package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// searchMessages are indexed before anything is asked.
var searchMessages = flag.Int("messages", 1_000_000, "how many messages search indexes before it asks")

// searches measures queries of one to three words and others, over a million
// messages, on both engines or with -postgres on that one. The messages are made up and given to the index
// as its follower gives them; the benchmark of its package does that. With
// -desks the index is kept there and asked again by the next run, on
// PostgreSQL on a server that syncs.
func searches(ctx context.Context, _ string) error {
	server, keep := "a private server without fsync", []string(nil)
	if *desks != "" {
		dir, err := filepath.Abs(*desks)
		if err != nil {
			return err
		}
		server, keep = "a private server that syncs", []string{"-kept", dir}
	}
	for _, engine := range []struct {
		name string
		args []string
	}{{"SQLite", nil}, {"PostgreSQL (" + server + ")", []string{"-postgres"}}} {
		if *onPostgres && engine.args == nil {
			continue
		}
		fmt.Println("on", engine.name)
		args := append([]string{
			"test", "-run", "^$", "-bench", "^BenchmarkFind$", "-benchtime", "400x", "-timeout", "4h", "-v", "./internal/records/search",
			"-args", "-messages", strconv.Itoa(*searchMessages),
		}, append(engine.args, keep...)...)
		c := exec.CommandContext(ctx, "go", args...) //nolint:gosec // our own words
		c.Stdout, c.Stderr = os.Stdout, os.Stderr
		if err := c.Run(); err != nil {
			return fmt.Errorf("on %s: %w", engine.name, err)
		}
	}
	return nil
}
