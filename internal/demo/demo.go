// Package demo makes a believable week of a support desk, and keeps a few
// simulated customers writing to it.
//
// It owns the example data (week/) and the moved clock under which the desk's
// real acts play it: every mail is accepted and filed, every reply released
// and delivered, every deadline judged as on any other day. It refuses to
// write a row by itself, to send mail to anybody, and to touch a directory
// that it did not make.
//
// Start reading at [Open]; the acts of the week are in play.go, the customers
// who write afterwards in customers.go.
package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"madoguchi/internal/app"
	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
)

// Config is what a demonstration runs with. Dir, Contract, Log and Machine
// are required.
type Config struct {
	Dir      string // data directory: empty, or made by a demonstration before
	Database string // postgres://… of a database that is empty, or belongs to Dir; empty: the records are in Dir
	HTTP     string // listen address of the screens; empty: none
	SMTP     string // listen address of incoming mail; empty: none, and no customers write
	Hostname string // by which this machine names itself in mail
	Contract string // id of the contract that the example customers have

	At       time.Time // begin at this instant and run on from there; zero: the machine's now
	Password string    // of everybody of the desk; empty: the one kept in Dir, or a new random one
	Quiet    bool      // no simulated customers
	Pace     float64   // how fast they write; 1 is a mail every 20 to 60 seconds

	Log     *slog.Logger
	Machine func() time.Time
}

// Demo is a desk with its example week, ready to run.
type Demo struct {
	App       *app.App
	Clock     *Clock
	People    []Person // who can sign in
	Password  string   // of each of them
	Mail      string   // the desk's address
	Customer  string   // the address of one whom the desk knows
	Continued bool     // the directory held a demonstration already

	cfg   Config
	sink  *sink
	cast  *cast
	write *week

	playing atomic.Bool // the week is being played: nothing is logged
}

// Open starts the desk and, in a new directory, plays the example week. Its
// ports are open when it returns, but nothing is served before [Demo.Run].
//
// A week whose playing was cut short is thrown away and played again. A
// directory or database that holds some other desk is refused with a fault of
// kind Conflict.
func Open(ctx context.Context, cfg Config) (*Demo, error) {
	home, err := openHome(ctx, cfg.Dir, cfg.Database)
	if err != nil {
		return nil, err
	}
	d := &Demo{cfg: cfg, Clock: NewClock(cfg.Machine), sink: newSink(), Continued: home.Ready}
	if d.write, err = readWeek(); err != nil {
		return nil, err
	}
	if !cfg.At.IsZero() {
		d.Clock.Run(cfg.At)
	}
	d.App, err = app.Start(ctx, app.Config{
		Dir: cfg.Dir, Database: cfg.Database, HTTP: cfg.HTTP, SMTP: cfg.SMTP, Hostname: cfg.Hostname, Relay: d.sink, Demo: true,
		Contract: cfg.Contract, Now: d.Clock.Now, Names: recordsOf(d.write), Log: slog.New(hush{cfg.Log.Handler(), &d.playing}),
	})
	if err != nil {
		return nil, err
	}
	if err := d.furnish(ctx, home); err != nil {
		return nil, errors.Join(err, d.App.Close())
	}
	d.Mail = d.App.Desk.Site().Mail
	first := d.write.Organizations[0]
	d.Customer = first.People[0].Mail + "@" + first.Domain
	return d, nil
}

// furnish makes the desk and its week, or finds those of an earlier run.
func (d *Demo) furnish(ctx context.Context, home home) error {
	d.cast = newCast(d.write, d.App.Desk)
	if home.Ready {
		return d.resume(ctx, home)
	}
	d.Password = d.cfg.Password
	if d.Password == "" {
		d.Password = newPassword()
	}
	d.playing.Store(true)
	defer d.playing.Store(false)
	now := d.Clock.Now()
	if err := d.cast.enter(ctx, d.Clock, now, d.Password, d.cfg.Contract); err != nil {
		return fmt.Errorf("set up the desk: %w", err)
	}
	if err := newPlay(d, now).run(ctx); err != nil {
		return fmt.Errorf("play the example week: %w", err)
	}
	d.Clock.Resume()
	d.People = d.cast.people()
	home.Ready, home.Password = true, d.Password
	return home.save()
}

// resume goes on with the desk of an earlier run: the clock never goes back
// behind what happened in it.
func (d *Demo) resume(ctx context.Context, home home) error {
	if err := d.cast.find(ctx); err != nil {
		return err
	}
	d.People = d.cast.people()
	latest, err := latestMail(ctx, d.App.Store)
	if err != nil {
		return err
	}
	if d.Clock.Now().Before(latest) {
		d.Clock.Run(latest)
	}
	d.Password = home.Password
	if d.cfg.Password == "" || d.cfg.Password == home.Password {
		return nil
	}
	if err := d.cast.resetPasswords(ctx, d.cfg.Password); err != nil {
		return err
	}
	d.Password, home.Password = d.cfg.Password, d.cfg.Password
	return home.save()
}

// latestMail is the instant of the newest mail that came or went.
func latestMail(ctx context.Context, s *store.Store) (time.Time, error) {
	in, _, err := s.ListInbound(ctx, store.Everyone(), "", 1, store.Since{})
	if err != nil {
		return time.Time{}, err
	}
	out, _, err := s.ListOutbound(ctx, store.OutboundQuery{Organization: store.Everyone(), Limit: 1})
	if err != nil {
		return time.Time{}, err
	}
	var latest time.Time
	for _, m := range in {
		latest = m.ReceivedAt
	}
	for _, m := range out {
		if m.CreatedAt.After(latest) {
			latest = m.CreatedAt
		}
	}
	return latest, nil
}

// Run serves until ctx ends, while the simulated customers write. It closes
// the desk.
func (d *Demo) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return d.App.Run(ctx) })
	if !d.cfg.Quiet && d.App.SMTP != nil {
		c := d.customers()
		g.Go(func() error { return c.run(ctx) })
	}
	return g.Wait()
}

// customers are the people who go on writing, from an inquiry that differs
// from start to start.
func (d *Demo) customers() *customers {
	seed := uint64(d.Clock.Now().UnixNano()) //nolint:gosec // only variety is asked for
	r := rand.New(rand.NewPCG(seed, 2))
	w := *d.write
	w.Inquiries = slices.Clone(w.Inquiries)
	if d.Continued {
		r.Shuffle(len(w.Inquiries), func(i, j int) { w.Inquiries[i], w.Inquiries[j] = w.Inquiries[j], w.Inquiries[i] })
	}
	c := newCast(&w, d.App.Desk)
	return &customers{
		cast: c, clock: d.Clock, boxes: d.sink.taken, server: d.App.SMTP.String(), mail: d.Mail, pace: max(d.cfg.Pace, 0.01),
		zone: d.App.Desk.Zone(), log: d.cfg.Log, rand: r, answers: map[string]int{},
	}
}

// Desk returns the desk that is demonstrated.
func (d *Demo) Desk() *desk.Desk { return d.App.Desk }
