// Package replay carries out a simulation: it reads the recorded histories of
// a desk, replays each under another contract version, and adds up what would
// have been different.
//
// It owns the fan-out over the machine's processors, progress, and what is
// told when it is interrupted. What would have happened to one case is decided
// by package terms/simulate; nothing is written anywhere.
//
// Start reading at [Run].
package replay

import (
	"context"
	"runtime"
	"sync"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/simulate"
)

// Job is one simulation.
type Job struct {
	Histories store.Histories
	With      *contract.Contract // the version to replay under
	Of        string             // the contract whose cases are replayed; empty: With's own id
	From, To  time.Time          // receptions in [From, To); zero: no bound
	At        time.Time          // histories are replayed as they were then, and open targets judged
	List      int                // how many differing cases are listed; negative: all
	Workers   int                // 0: one for each processor

	// Progress is told how many of how many cases are done; it may be called
	// from several goroutines, one at a time. May be nil.
	Progress func(done, total int64)
}

// Report is what a simulation came to.
type Report struct {
	With     string // "id@version" of the version replayed under
	Of       string
	From, To time.Time
	At       time.Time
	Total    int64 // cases of the selection
	Done     int64 // replayed; fewer than Total when interrupted
	Partial  bool  // interrupted: the totals are of the cases done
	Totals   simulate.Totals
	Differ   []simulate.Outcome // by case number
	More     bool               // there are more than listed
}

// Run carries out a job. When ctx ends, the report holds what was done so far,
// says that it is partial, and the error is that of ctx.
func Run(ctx context.Context, j Job) (*Report, error) {
	if j.Of == "" {
		j.Of = j.With.ID()
	}
	if j.Workers <= 0 {
		j.Workers = runtime.GOMAXPROCS(0)
	}
	r := &Report{With: j.With.Ref(), Of: j.Of, From: j.From, To: j.To, At: j.At}
	versions, err := load(ctx, j.Histories)
	if err != nil {
		return r.failed(ctx, err)
	}
	s := store.Selection{From: j.From, To: j.To, Until: j.At, Workers: j.Workers, Texts: versions.texts(j.Of, j.With)}
	total, position, err := j.Histories.Count(ctx, s)
	if err != nil {
		return r.failed(ctx, err)
	}
	r.Total = total
	c := &count{tell: j.Progress, total: total}
	c.add(0)
	desks := make([]worker, j.Workers)
	for i := range desks {
		desks[i] = worker{list: simulate.List{Limit: j.List}, player: simulate.New(simulate.Config{
			With: func(ref string) (*contract.Contract, error) { return versions.over(j.With, ref) }, Of: j.Of, Recorded: versions.version, At: j.At,
		})}
	}
	err = j.Histories.Each(ctx, s, position, func(i int, history []cases.Event) error {
		w := &desks[i]
		w.take(history)
		if w.done++; w.done%progressEvery == 0 {
			c.add(progressEvery)
		}
		return nil
	})
	r.sum(desks, j.With)
	c.finish(r.Done)
	if err != nil {
		return r.failed(ctx, err)
	}
	return r, nil
}

// failed is the end before everything was done: by ctx, whatever words the
// database has for it, or by a failure, of which nothing is reported.
func (r *Report) failed(ctx context.Context, err error) (*Report, error) {
	if ctx.Err() == nil {
		return nil, err
	}
	r.Partial = true
	return r, ctx.Err()
}

// worker replays on one goroutine.
type worker struct {
	player *simulate.Player
	totals simulate.Totals
	list   simulate.List
	done   int64
}

func (w *worker) take(history []cases.Event) {
	o := w.player.Play(history)
	w.totals.Add(&o)
	if o.Differs() {
		w.list.Add(&o)
	}
}

func (r *Report) sum(desks []worker, with *contract.Contract) {
	list := simulate.List{Limit: desks[0].list.Limit}
	for i := range desks {
		r.Totals.Merge(&desks[i].totals)
		list.Merge(&desks[i].list)
		r.Done += desks[i].done
	}
	r.Differ, r.More = list.Outcomes()
	var metrics, priorities []string
	for _, m := range contract.Metrics() {
		metrics = append(metrics, string(m))
	}
	for _, p := range with.Priorities() {
		priorities = append(priorities, string(p.ID))
	}
	r.Totals.Sort(metrics, priorities)
}

// progressEvery is how many cases one goroutine does between two tellings.
const progressEvery = 250

// count tells how far the work is.
type count struct {
	mu          sync.Mutex
	done, total int64
	tell        func(done, total int64)
}

func (c *count) add(n int64) {
	if c.tell == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done += n
	c.tell(c.done, max(c.total, c.done))
}

func (c *count) finish(done int64) { c.add(done - c.done) }
