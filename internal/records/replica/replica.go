// Package replica keeps a second copy of a desk in another place, at most a
// second or two behind, while the desk runs.
//
// It owns the copy's form: the database as litestream's LTX files below db/,
// the blobs below blobs/ (unless they are in an object store), every other file of the data directory below files/.
// A change of the database is sent only after all blobs that it can name, so
// that a copy never knows of bytes that it does not hold. It refuses to decide
// when to restore, and to be the only backup: what is deleted here is soon
// deleted there.
//
// Start reading at [Replica.Run] and [Restore].
package replica

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/benbjohnson/litestream/file"

	"madoguchi/internal/records/archive"
	"madoguchi/internal/records/blob"
	"madoguchi/terms/fault"
)

// The folders of a copy.
const (
	databaseDir = "db"
	blobsDir    = "blobs"
	filesDir    = "files"
)

// Every is how often the copy is brought up to date.
const Every = time.Second

// lastWords is how long the last step may take, when the desk stops.
const lastWords = 10 * time.Second

// levels are how litestream folds the changes of a second into larger files:
// a restore reads a snapshot and few of these.
var levels = litestream.CompactionLevels{
	{Level: 0},
	{Level: 1, Interval: 30 * time.Second},
	{Level: 2, Interval: 5 * time.Minute},
	{Level: 3, Interval: time.Hour},
}

// Config says what is copied where. All fields but Keys are required.
type Config struct {
	Data  string      // the data directory of the desk that runs in this process
	To    string      // the copy's place: a directory on another disk or machine, or a bucket as [blob.ParseBucket] reads it
	Blobs *blob.Store // the desk's blobs; those in an object store are not copied
	Keys  *blob.Keys  // what blobs and, in a bucket, small files are sealed with; nil: nothing
	Now   func() time.Time
	Log   *slog.Logger
}

// Replica is a copy that is being kept. Make it before the desk takes work.
type Replica struct {
	cfg   Config
	to    place
	db    *litestream.DB
	store *litestream.Store
	blobs *blob.Store
	files files

	opened, walked bool // known to Run, then to Close

	mu      sync.Mutex
	waiting []string // blobs put since the last step
	current time.Time
	failing bool
}

// New prepares the copy. It fails with [fault.Unavailable] where a directory
// cannot be used; a bucket is not asked yet.
func New(cfg Config) (*Replica, error) {
	to, err := placeOf(cfg.To, cfg.Keys)
	if err != nil {
		return nil, err
	}
	small, err := to.files()
	if err != nil {
		return nil, err
	}
	r := &Replica{cfg: cfg, to: to, current: cfg.Now(), files: files{from: cfg.Data, to: small}}
	if r.blobs, err = to.blobs(); err != nil {
		return nil, unusable(to.String(), err)
	}
	r.db = litestream.NewDB(filepath.Join(cfg.Data, archive.Database))
	r.db.SetMetaPath(filepath.Join(cfg.Data, archive.ReplicaState))
	r.db.MonitorInterval = 0 // Run calls, in the order that the copy needs
	client := to.database()
	if err := client.Init(context.Background()); err != nil { // reads the configuration of a bucket's client, asks nobody
		return nil, unusable(to.String(), err)
	}
	r.db.Replica = litestream.NewReplicaWithClient(r.db, client)
	r.db.Replica.MonitorEnabled = false
	if f, ok := client.(*file.ReplicaClient); ok {
		f.Replica = r.db.Replica
	}
	r.store = litestream.NewStore([]*litestream.DB{r.db}, levels)
	r.store.ShutdownSyncTimeout = 0
	log := slog.New(warnings{cfg.Log.Handler()}).With("part", "replica")
	r.store.Logger = log
	r.db.SetLogger(log)
	client.SetLogger(log)
	if !cfg.Blobs.Remote() {
		cfg.Blobs.Watch(r.put)
	}
	return r, nil
}

// put remembers a blob for the next step.
func (r *Replica) put(sum string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting = append(r.waiting, sum)
}

// Run keeps the copy until ctx ends; [Replica.Close] brings it up to date for
// the last time. While the copy's place cannot be reached the desk goes on;
// the log says so once, and [Replica.Behind] grows. tick fires about once in
// [Every].
func (r *Replica) Run(ctx context.Context, tick <-chan time.Time) error {
	// litestream's own loops end with Close.
	if err := r.store.Open(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("open the copy: %w", err)
	}
	r.opened = true
	for ctx.Err() == nil {
		r.report(ctx, r.step(ctx))
		select {
		case <-tick:
		case <-ctx.Done():
		}
	}
	return nil
}

// Close sends what is still missing and ends the keeping of the copy. Call it
// when Run has returned and nobody writes any more, before the records are
// closed.
func (r *Replica) Close() error {
	if !r.opened {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), lastWords)
	defer cancel()
	return errors.Join(r.step(ctx), r.store.Close(ctx))
}

// step brings the copy to the state at its beginning.
func (r *Replica) step(ctx context.Context) error {
	begun := r.cfg.Now()
	if err := r.db.Sync(ctx); err != nil {
		return fmt.Errorf("gather the changes: %w", err)
	}
	if !r.walked && !r.cfg.Blobs.Remote() { // what was there before this process
		if _, err := r.cfg.Blobs.MirrorTo(ctx, r.blobs, nil); err != nil {
			return err
		}
		r.walked = true
	}
	if err := r.sendBlobs(ctx); err != nil {
		return err
	}
	if err := r.files.send(ctx); err != nil {
		return unusable(r.to.String(), err)
	}
	if err := r.db.Replica.Sync(ctx); err != nil {
		return fmt.Errorf("send the changes: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.current = begun
	return nil
}

func (r *Replica) sendBlobs(ctx context.Context) error {
	r.mu.Lock()
	list := r.waiting
	r.waiting = nil
	r.mu.Unlock()
	for i, sum := range list {
		if err := r.cfg.Blobs.CopyOne(ctx, r.blobs, sum); err != nil {
			r.mu.Lock()
			r.waiting = append(list[i:], r.waiting...)
			r.mu.Unlock()
			return err
		}
	}
	return nil
}

// report logs when the copy begins to fail and when it works again.
func (r *Replica) report(ctx context.Context, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	r.mu.Lock()
	was := r.failing
	r.failing = err != nil
	r.mu.Unlock()
	switch {
	case err != nil && !was:
		r.cfg.Log.ErrorContext(ctx, "the copy cannot be kept up to date", "to", r.to.String(), "error", err)
	case err == nil && was:
		r.cfg.Log.InfoContext(ctx, "the copy is up to date again", "to", r.to.String())
	}
}

// Behind is how old the copy's state is. What was acknowledged within it
// would be lost with this machine.
func (r *Replica) Behind() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return max(0, r.cfg.Now().Sub(r.current))
}

func unusable(where string, err error) error {
	return fault.Wrap(fault.Unavailable, err,
		"複製先 "+where+" を利用できません。場所・空き容量・権限を確認してください。",
		"The copy's place "+where+" cannot be used. Check its path, free space and permissions.").At("replica")
}

// warnings passes on what an operator should read.
type warnings struct{ slog.Handler }

// Enabled implements [slog.Handler].
func (w warnings) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && w.Handler.Enabled(ctx, l)
}

// WithAttrs implements [slog.Handler].
func (w warnings) WithAttrs(a []slog.Attr) slog.Handler { return warnings{w.Handler.WithAttrs(a)} }

// WithGroup implements [slog.Handler].
func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }
