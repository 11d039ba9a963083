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

// guard runs the server until its standard input ends, which happens however
// the process that holds the other end does.
const guard = `"$1" -D "$2/data" -k "$2" >>"$2/log" 2>&1 & pid=$!; cat >/dev/null; kill -QUIT $pid; wait $pid; exit 0`

// Start makes and starts a cluster.
func Start(ctx context.Context) (c *Cluster, err error) {
	bin := Binaries()
	if bin == "" {
		return nil, errors.New("PostgreSQL is not installed (Debian: apt-get install postgresql)")
	}
	dir, err := os.MkdirTemp("", "pg") // short: a socket's path has 107 bytes at most
	if err != nil {
		return nil, err
	}
	c = &Cluster{dir: dir}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Stop())
		}
	}()
	if err := errors.Join(os.Chmod(dir, 0o755), Own(dir)); err != nil {
		return c, err
	}
	initdb, err := Command(ctx, filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	if err != nil {
		return c, err
	}
	if out, err := initdb.CombinedOutput(); err != nil {
		return c, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	conf, err := os.OpenFile(filepath.Join(dir, "data", "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return c, err
	}
	_, err = conf.WriteString(settings)
	if err := errors.Join(err, conf.Close()); err != nil {
		return c, err
	}
	return c, c.run(ctx, bin)
}

func (c *Cluster) run(ctx context.Context, bin string) error {
	var err error
	c.watch, err = Command(context.WithoutCancel(ctx), "sh", "-c", guard, "sh", filepath.Join(bin, "postgres"), c.dir)
	if err != nil {
		return err
	}
	if c.alive, err = c.watch.StdinPipe(); err != nil {
		return err
	}
	if err := c.watch.Start(); err != nil {
		return err
	}
	for range 600 {
		conn, err := pgx.Connect(ctx, c.URL("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		time.Sleep(50 * time.Millisecond)
	}
	log, err := os.ReadFile(filepath.Join(c.dir, "log"))
	return fmt.Errorf("PostgreSQL does not answer: %w\n%s", err, log)
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

// Stop ends the server and removes its files.
func (c *Cluster) Stop() error {
	var errs []error
	if c.alive != nil {
		errs = append(errs, c.alive.Close(), c.watch.Wait())
	}
	return errors.Join(append(errs, os.RemoveAll(c.dir))...)
}
