// Package postgrestest runs tests a second time, on a PostgreSQL of their own.
//
// It owns one private cluster for each test binary: made when first needed, in
// a temporary directory, reached by a Unix socket only, gone with the binary
// however that ends. It refuses to touch any server that it did not start,
// and nothing of it ships.
//
// Start reading at [Both] and [Database].
package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// Cluster is a running server of one test binary.
type Cluster struct {
	dir   string
	keep  bool // its files outlive it
	watch *exec.Cmd
	alive io.Closer // the server ends when this is closed, or the process does
}

// Binaries returns the folder of PostgreSQL's own programs, the newest where
// several are installed; empty where none is.
func Binaries() string {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return ""
	}
	slices.SortFunc(found, func(a, b string) int { return versionOf(a) - versionOf(b) })
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1])
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	return ""
}

func versionOf(path string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	if err != nil {
		return 0
	}
	return n
}

// Command returns a command that runs as somebody whom PostgreSQL accepts: it
// refuses root.
func Command(ctx context.Context, name string, args ...string) (*exec.Cmd, error) {
	if os.Getuid() != 0 {
		return exec.CommandContext(ctx, name, args...), nil
	}
	who, err := unprivileged()
	if err != nil {
		return nil, err
	}
	args = append([]string{"--reuid", who.Uid, "--regid", who.Gid, "--clear-groups", "--", name}, args...)
	return exec.CommandContext(ctx, "setpriv", args...), nil
}

func unprivileged() (*user.User, error) {
	who, err := user.Lookup("postgres")
	if err != nil {
		who, err = user.Lookup("nobody")
	}
	return who, err
}

// Own gives a file or folder to whoever runs PostgreSQL.
func Own(path string) error {
	if os.Getuid() != 0 {
		return nil
	}
	who, err := unprivileged()
	if err != nil {
		return err
	}
	uid, err := strconv.Atoi(who.Uid)
	if err != nil {
		return err
	}
	return os.Chown(path, uid, -1)
}

// settings make a cluster quick. It survives no power cut, and no test of
// this kind cuts the power.
const settings = `
listen_addresses = ''
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_connections = 200
shared_buffers = 64MB
max_wal_size = 4GB
autovacuum_naptime = 10min
log_min_messages = warning
`

// durable is for figures: what is acknowledged is on the disk, as with PostgreSQL's
// own settings, and there is room for a desk of a hundred thousand cases.
const durable = `
listen_addresses = ''
max_connections = 200
shared_buffers = 256MB
max_wal_size = 4GB
log_min_messages = warning
`

// guard runs the server until its standard input ends, which happens however
// the process that holds the other end does.
const guard = `"$1" -D "$2/data" -k "$2" >>"$2/log" 2>&1 & pid=$!; cat >/dev/null; kill -$3 $pid; wait $pid; exit 0`

// Start makes and starts a cluster.
func Start(ctx context.Context) (*Cluster, error) {
	dir, err := os.MkdirTemp("", "pg") // short: a socket's path has 107 bytes at most
	if err != nil {
		return nil, err
	}
	return begin(ctx, &Cluster{dir: dir}, settings)
}

// Durable starts a cluster that keeps what it acknowledges, and makes it where
// the folder is not there yet. Its files stay. Whoever runs PostgreSQL must be
// able to enter the folder that it is in.
func Durable(ctx context.Context, dir string) (*Cluster, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // another user runs PostgreSQL
		return nil, err
	}
	return begin(ctx, &Cluster{dir: dir, keep: true}, durable)
}

func begin(ctx context.Context, c *Cluster, settings string) (_ *Cluster, err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Stop())
		}
	}()
	bin := Binaries()
	if bin == "" {
		return c, errors.New("PostgreSQL is not installed (Debian: apt-get install postgresql)")
	}
	if _, err := os.Stat(filepath.Join(c.dir, "data", "made")); err != nil {
		if err := c.make(ctx, bin, settings); err != nil {
			return c, err
		}
	}
	return c, c.run(ctx, bin)
}

func (c *Cluster) make(ctx context.Context, bin, settings string) error {
	data := filepath.Join(c.dir, "data")
	if err := errors.Join(os.RemoveAll(data), os.Chmod(c.dir, 0o755), Own(c.dir)); err != nil {
		return err
	}
	initdb, err := Command(ctx, filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	if err != nil {
		return err
	}
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	conf, err := os.OpenFile(filepath.Join(data, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = conf.WriteString(settings)
	return errors.Join(err, conf.Close(), os.WriteFile(filepath.Join(data, "made"), nil, 0o600))
}

func (c *Cluster) run(ctx context.Context, bin string) error {
	signal := "QUIT"
	if c.keep {
		signal = "INT" // so that the next start need not mend anything
	}
	watch, err := Command(context.WithoutCancel(ctx), "sh", "-c", guard, "sh", filepath.Join(bin, "postgres"), c.dir, signal)
	if err != nil {
		return err
	}
	return c.serve(ctx, watch)
}

// serve starts what runs the server, and waits until that answers.
func (c *Cluster) serve(ctx context.Context, watch *exec.Cmd) (err error) {
	c.watch = watch
	if c.alive, err = watch.StdinPipe(); err != nil {
		return err
	}
	if err := watch.Start(); err != nil {
		return err
	}
	var last error
	for range 600 {
		conn, err := pgx.Connect(ctx, c.URL("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		last = err
		time.Sleep(50 * time.Millisecond)
	}
	log, err := c.Log()
	return fmt.Errorf("PostgreSQL does not answer: %w\n%s", errors.Join(last, err), log)
}

// Log is what the server has written.
func (c *Cluster) Log() (string, error) {
	log, err := os.ReadFile(filepath.Join(c.dir, "log"))
	return string(log), err
}

// URL is the connection string of one of the cluster's databases.
func (c *Cluster) URL(database string) string {
	return "postgres:///" + database + "?host=" + c.dir + "&user=postgres"
}

// Exec runs one statement in the database named postgres.
func (c *Cluster) Exec(ctx context.Context, statement string) error {
	return Exec(ctx, c.URL("postgres"), statement)
}

// Exec runs one statement in a database.
func Exec(ctx context.Context, url, statement string) (err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	_, err = conn.Exec(ctx, statement)
	return err
}

// Stop ends the server and removes its files, unless they are kept.
func (c *Cluster) Stop() error {
	var errs []error
	if c.alive != nil {
		errs = append(errs, c.alive.Close(), c.watch.Wait())
	}
	if c.keep {
		return errors.Join(errs...)
	}
	return errors.Join(append(errs, os.RemoveAll(c.dir))...)
}
