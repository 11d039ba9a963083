package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing/fstest"
	"time"

	"madoguchi/internal/doors/smtpin"
	"madoguchi/internal/records/store/engine"
	"madoguchi/test/program"
)

// calibrate measures what the machine gives before the desk does anything:
// commits of one small row by the same engine, and mails through the same
// door with nothing behind it.
func calibrate(ctx context.Context, scratch string) error {
	for _, writers := range []int{1, 8, 32} {
		var rates []float64
		for i := range *runs {
			rate, err := commits(ctx, filepath.Join(scratch, fmt.Sprintf("raw-%d-%d", writers, i)), writers)
			if err != nil {
				return err
			}
			rates = append(rates, rate)
		}
		fmt.Printf("engine alone, one small row in each durable act, %2d at once: %6.0f acts/s\n", writers, median(rates))
	}
	for _, clients := range []int{1, 8, 32} {
		var rates []float64
		for range *runs {
			rate, err := bareDoor(clients)
			if err != nil {
				return err
			}
			rates = append(rates, rate)
		}
		fmt.Printf("SMTP door alone, nothing behind it, %2d clients:              %6.0f mails/s\n", clients, median(rates))
	}
	return nil
}

// spell is how long a measurement of a rate lasts.
const spell = 2 * time.Second

// rate counts how often work succeeds per second, by so many at once.
func rate(at int, during time.Duration, work func(worker, n int) error) (float64, error) {
	var done atomic.Int64
	var all sync.WaitGroup
	errs := make([]error, at)
	begun := time.Now()
	for w := range at {
		all.Go(func() {
			for n := 0; time.Since(begun) < during; n++ {
				if err := work(w, n); err != nil {
					errs[w] = err
					return
				}
				done.Add(1)
			}
		})
	}
	all.Wait()
	return float64(done.Load()) / time.Since(begun).Seconds(), errors.Join(errs...)
}

func commits(ctx context.Context, dir string, writers int) (_ float64, err error) {
	db, err := engine.Open(ctx, engine.Config{Dir: dir, File: "raw.db", Migrations: fstest.MapFS{
		"00001_lines.sql": {Data: []byte("-- +goose Up\nCREATE TABLE lines (text TEXT);\n")},
	}})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return rate(writers, spell, func(int, int) error {
		return db.Write(ctx, func(c *engine.Conn) error {
			_, err := c.ExecContext(ctx, `INSERT INTO lines (text) VALUES ('確認中です')`)
			return err
		})
	})
}

func bareDoor(clients int) (_ float64, err error) {
	l, err := smtpin.Listen("127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	door := smtpin.New(smtpin.Config{Recipients: func(context.Context, string) (bool, error) { return true, nil }},
		func(context.Context, smtpin.Envelope) error { return nil }, slog.New(slog.DiscardHandler))
	served := make(chan error, 1)
	go func() { served <- door.Serve(l) }()
	peers := peersOf(clients)
	defer func() {
		for _, p := range peers {
			p.Close()
		}
		closing, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		err = errors.Join(err, door.Close(closing), <-served)
	}()
	return rate(clients, spell, func(w, n int) error {
		from, raw := letter("bare", w, n, "")
		return peers[w].Deliver(l.Addr().String(), from, program.Support, raw)
	})
}

func peersOf(n int) []*program.Peer {
	peers := make([]*program.Peer, n)
	for i := range peers {
		peers[i] = &program.Peer{Name: fmt.Sprintf("peer%d", i), Host: byte(2 + i/10)}
	}
	return peers
}
