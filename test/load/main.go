// Command load measures the desk against its goals on this machine: one
// deadline, mail accepted durably and shown in the queue, the queue page out of
// 100,000 open cases, and a simulation over a million recorded ones.
//
//	go run ./test/load                  all of it but what writes 5 GB and more
//	go run ./test/load deadline intake  some of it
//	go run ./test/load replays          a simulation over a million cases: ten minutes more, and 10 GB
//	go run ./test/load search           searching a million messages, on SQLite and on PostgreSQL: half an hour or more, and 5 GB
//	go run ./test/load -postgres -desks /tmp/desks search    on PostgreSQL only, with an index that is kept and asked again the next time
//	go run ./test/load api              cases opened by programs
//	go run ./test/load -cases 1000,100000,1000000 grow    every page, start and memory of desks of these sizes
//	go run ./test/load -cases 100000 -desks /tmp/desks desks      only writes the desk, to be kept
//	go run ./test/load -cases 100000 -desks /tmp/desks pages      every page of it, and every way to narrow the queue
//	go run ./test/load -runs 1 -profiles /tmp/p intake
//	go run ./test/load -postgres -cases 100000 -desks /tmp/desks grow pages api sweep    the same on a private PostgreSQL
//
// Every figure is the median of five runs, with the same run's calibration
// beside it: what the bare engine and the bare door do on this machine at this
// hour. docs/performance.md holds a day's figures.
//
// It owns no threshold: it prints, people judge. Start reading at run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"time"
)

var runs = flag.Int("runs", 5, "how often everything is measured; the median is told")

// profiles is where processor profiles of the measured program are written.
var profiles = flag.String("profiles", "", "folder for a processor profile of each measured run of the program")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	flag.Parse()
	err := run(ctx, flag.Args())
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, parts []string) (err error) {
	defer func() { err = errors.Join(err, server.stop()) }()
	scratch, err := os.MkdirTemp("", "madoguchi-load-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	on := "SQLite"
	if *onPostgres {
		on = "PostgreSQL"
	}
	fmt.Printf("%d processors, %s, %s/%s, %s, desks on %s\n", runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH, time.Now().Format(time.DateTime), on)
	for _, part := range []struct {
		name    string
		measure func(context.Context, string) error
	}{{"deadline", deadline}, {"calibration", calibrate}, {"intake", intake}, {"api", programs}, {"queue", queue}, {"desks", makeDesks}, {"grow", grow}, {"pages", pages}, {"replays", replays}, {"sweep", sweeps}, {"search", searches}} {
		if len(parts) > 0 && !slices.Contains(parts, part.name) || len(parts) == 0 && slices.Contains([]string{"replays", "search", "desks", "pages"}, part.name) { // they write 10 GB and 5 GB, or measure nothing: only when asked for
			continue
		}
		fmt.Printf("\n== %s\n", part.name)
		if err := part.measure(ctx, scratch); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return nil
}

// median of a copy; the lower of the two in the middle.
func median[T float64 | time.Duration](of []T) T { return quantile(of, 0.5) }

func quantile[T float64 | time.Duration](of []T, q float64) T {
	if len(of) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(of))
	return sorted[int(q*float64(len(sorted)-1))]
}
