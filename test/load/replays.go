package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"madoguchi/contracts"
	"madoguchi/test/program"
)

// recordedCases are in the records when a simulation over them is measured.
const recordedCases = 1_000_000

// replays measures the built program as it replays a million recorded cases
// under a version with other targets and another reading.
func replays(ctx context.Context, scratch string) error {
	return replaysOf(ctx, scratch, recordedCases)
}

func replaysOf(ctx context.Context, scratch string, many int) error {
	data := filepath.Join(scratch, "recorded")
	until := time.Date(2026, 11, 20, 7, 42, 0, 0, time.UTC)
	if _, err := os.Stat(data); err != nil {
		if err := program.Furnish(ctx, data, customers); err != nil {
			return err
		}
		begun := time.Now()
		events, err := bulk(ctx, data, many, until)
		if err != nil {
			return err
		}
		fmt.Printf("%d cases with %d events written in %v\n", many, events, time.Since(begun).Round(time.Second))
	}
	binary, err := program.Build(ctx, scratch)
	if err != nil {
		return err
	}
	for _, v := range []struct {
		name, old, next string
	}{
		{"other targets", "within: 6h", "within: 3h"},
		{"other phrases too, so that every mail is read again", "業務が停止", "業務が止ま"},
	} {
		_, file, err := contracts.Read(contracts.Default)
		if err != nil {
			return err
		}
		with := filepath.Join(scratch, "with.yaml")
		if err := os.WriteFile(with, bytes.ReplaceAll(file, []byte(v.old), []byte(v.next)), 0o600); err != nil {
			return err
		}
		var took []time.Duration
		var answer struct {
			Done   int64 `json:"cases_done"`
			Differ int64 `json:"cases_that_differ"`
		}
		for range *runs {
			begun := time.Now()
			out, err := exec.CommandContext(ctx, binary, "contract", "simulate", "--with", with, "--data", data, "--at", until.Format(time.RFC3339), "--json").Output()
			if err != nil {
				return fmt.Errorf("simulate: %w", err)
			}
			took = append(took, time.Since(begun))
			if err := json.Unmarshal(out, &answer); err != nil {
				return err
			}
		}
		fmt.Printf("%s: %d cases replayed, %d differ, in %.1f s (median of %d; %v)\n", v.name, answer.Done, answer.Differ, median(took).Seconds(), *runs, took)
	}
	return nil
}
