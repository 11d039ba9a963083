package main

import (
	"fmt"
	"log/slog"
	"runtime"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"madoguchi/contracts"
	"madoguchi/internal/desk"
	"madoguchi/internal/desk/live"
	"madoguchi/internal/doors/mailout"
	"madoguchi/internal/records/search"
	"madoguchi/internal/records/secret"
	"madoguchi/internal/records/store"
	"madoguchi/test/program"
)

// BenchmarkIntake takes mails in, stage after stage, and tells for each stage
// what a mail costs: microseconds of processor time (user and system, of all
// threads, which other programs on the machine disturb little), bytes and
// objects allocated. Nothing is left out: every commit is synced.
func BenchmarkIntake(b *testing.B) {
	ctx, dir := b.Context(), b.TempDir()
	if err := program.Furnish(ctx, dir, customers); err != nil {
		b.Fatal(err)
	}
	s, err := store.Open(ctx, store.Config{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // the directory is thrown away
	log := slog.New(slog.DiscardHandler)
	index, err := search.Open(ctx, search.Config{Dir: dir, Store: s, Now: time.Now, Log: log})
	if err != nil {
		b.Fatal(err)
	}
	defer index.Close() //nolint:errcheck // the directory is thrown away
	secrets, err := secret.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	var d *desk.Desk
	d, err = desk.New(ctx, desk.Config{
		Store: s, Search: index, Live: &live.Hub{}, Now: time.Now, Log: log, Contract: contracts.Default, Secrets: secrets,
		Compose: func(o desk.Outgoing) ([]byte, error) { return mailout.Compose(mailout.FromDesk(o, d.Zone())) },
	})
	if err != nil {
		b.Fatal(err)
	}
	sender := mailout.NewSender(mailout.NewDeskOutbox(d, mailout.Patience{}, log), mailout.Always(mailout.Sink{}), mailout.Patience{}, time.Now, log)
	mails := make([][]byte, b.N)
	from := make([]string, b.N)
	for i := range mails {
		from[i], mails[i] = letter("bench", 0, i, "")
	}
	for _, stage := range []struct {
		name string
		work func() error
	}{
		{"accept", func() error {
			var peers errgroup.Group
			peers.SetLimit(32)
			for i, raw := range mails {
				peers.Go(func() error {
					return d.Accept(ctx, desk.Mail{From: from[i], To: []string{program.Support}, Raw: raw, Remote: "127.0.0.1", Way: desk.ViaSMTP, At: time.Now()})
				})
			}
			return peers.Wait()
		}},
		{"file", func() error {
			n, err := d.FileNew(ctx)
			if err == nil && n != b.N {
				return fmt.Errorf("%d of %d mails filed", n, b.N)
			}
			return err
		}},
		{"index", func() error { return index.CatchUp(ctx, nil) }},
		{"ack", func() error {
			for more := true; more; {
				var err error
				if more, err = sender.Pass(ctx); err != nil {
					return err
				}
			}
			return nil
		}},
		{"index-again", func() error { return index.CatchUp(ctx, nil) }},
	} {
		cost, err := costOf(stage.work)
		if err != nil {
			b.Fatalf("%s: %v", stage.name, err)
		}
		b.ReportMetric(float64(cost.processor.Microseconds())/float64(b.N), stage.name+"-µs")
		b.ReportMetric(float64(cost.objects)/float64(b.N), stage.name+"-allocs")
	}
}

// cost is what some work took of the machine.
type cost struct {
	processor time.Duration
	objects   uint64
}

func costOf(work func() error) (cost, error) {
	var before, after runtime.MemStats
	var from, to syscall.Rusage
	runtime.GC()
	runtime.ReadMemStats(&before)
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &from); err != nil {
		return cost{}, err
	}
	if err := work(); err != nil {
		return cost{}, err
	}
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &to); err != nil {
		return cost{}, err
	}
	runtime.ReadMemStats(&after)
	used := func(r syscall.Rusage) time.Duration { return time.Duration(r.Utime.Nano() + r.Stime.Nano()) }
	return cost{used(to) - used(from), after.Mallocs - before.Mallocs}, nil
}
