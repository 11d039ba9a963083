package main

import (
	"log/slog"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/internal/app"
	"madoguchi/test/program"
)

// BenchmarkSweep judges b.N deadlines of one instant and tells what a verdict
// costs: microseconds of processor time of all threads, and objects.
//
//	go test ./test/load -run xxx -bench Sweep -benchtime 5000x
func BenchmarkSweep(b *testing.B) {
	ctx, dir := b.Context(), b.TempDir()
	if err := program.Furnish(ctx, dir, customers); err != nil {
		b.Fatal(err)
	}
	deadline, err := unanswered(ctx, home{data: dir}, b.N)
	if err != nil {
		b.Fatal(err)
	}
	now := deadline.Add(3 * time.Second)
	a, err := app.Start(ctx, app.Config{Dir: dir, Contract: contracts.Default, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close() //nolint:errcheck // the directory is thrown away
	b.ResetTimer()
	judged := 0
	spent, err := costOf(func() (err error) { judged, err = a.Desk.Sweep(ctx); return err })
	if err != nil || judged != b.N {
		b.Fatalf("%d of %d judged: %v", judged, b.N, err)
	}
	b.ReportMetric(float64(spent.processor.Microseconds())/float64(b.N), "verdict-µs")
	b.ReportMetric(float64(spent.objects)/float64(b.N), "verdict-allocs")
}
