package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"madoguchi/contracts"
	"madoguchi/internal/app"
	"madoguchi/internal/desk"
	"madoguchi/test/program"
)

// openCases stand in the queue when its page is measured.
const openCases = 100_000

// queue measures the page of 50 that a signed-in person gets out of 100,000
// open cases. All of them came by mail through the desk's own acts, received
// over the fortnight before.
func queue(ctx context.Context, scratch string) error {
	data := filepath.Join(scratch, "queue")
	if err := program.Furnish(ctx, data, customers); err != nil {
		return err
	}
	begun := time.Now()
	if err := fill(ctx, data); err != nil {
		return err
	}
	fmt.Printf("%d mails accepted, filed and acknowledged in %v: %.0f a second\n", openCases, time.Since(begun).Round(time.Second), openCases/time.Since(begun).Seconds())
	binary, err := program.Build(ctx, scratch)
	if err != nil {
		return err
	}
	return measurePages(binary, data)
}

func fill(ctx context.Context, data string) (err error) {
	now := time.Now().Add(-14 * 24 * time.Hour)
	a, err := app.Start(ctx, app.Config{Dir: data, Contract: contracts.Default, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	const atOnce = 50
	for from := 0; from < openCases; from += atOnce {
		now = now.Add(atOnce * 14 * 24 * time.Hour / openCases)
		var peers errgroup.Group
		for i := range atOnce {
			peers.Go(func() error {
				sender, raw := letter("queue", 0, from+i, "")
				return a.Desk.Accept(ctx, desk.Mail{From: sender, To: []string{program.Support}, Raw: raw, Remote: "127.0.0.1", At: now.Add(time.Duration(i) * time.Millisecond)})
			})
		}
		if err := peers.Wait(); err != nil {
			return err
		}
		if _, err := a.Desk.FileNew(ctx); err != nil {
			return err
		}
	}
	_, err = a.Desk.Sweep(ctx)
	return err
}

func measurePages(binary, data string) (err error) {
	desk, err := program.Start(binary, data, "--log-level=error")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, desk.Stop()) }()
	b, err := program.NewBrowser()
	if err != nil {
		return err
	}
	if err := b.SignIn(desk.HTTP, program.Admin, program.Password); err != nil {
		return err
	}
	for _, page := range []struct{ name, path string }{
		{"first page", "/queue"},
		{"unassigned", "/queue?view=unassigned"},
		{"list alone, as a page keeps itself current", "/queue/list"},
		{"an icon, for the cost of asking", "/assets/favicon.svg"},
	} {
		var p50, p95 []time.Duration
		size := 0
		for range *runs {
			var each []time.Duration
			for range 100 {
				at := time.Now()
				code, body, err := b.Get(desk.HTTP, page.path)
				each = append(each, time.Since(at))
				if err != nil || code >= http.StatusInternalServerError {
					return errors.Join(err, fmt.Errorf("%s answered %d", page.path, code))
				}
				size = len(body)
			}
			p50, p95 = append(p50, quantile(each, 0.5)), append(p95, quantile(each, 0.95))
		}
		fmt.Printf("%-45s %6.2f ms (p50) %6.2f ms (p95), %d kB\n", page.name, median(p50).Seconds()*1000, median(p95).Seconds()*1000, size/1000)
	}
	return nil
}
