package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// durable are the settings of a pair: nothing that was acknowledged may be
// lost, so each commit waits for both disks.
const durable = `
listen_addresses = ''
wal_level = replica
max_wal_senders = 5
max_connections = 200
shared_buffers = 64MB
log_min_messages = warning
log_lock_waits = on
log_checkpoints = on
`

// Pair is a primary with a synchronous standby.
type Pair struct {
	Primary, Standby *Cluster
	bin              string
}

// StartPair makes both.
func StartPair(ctx context.Context) (p *Pair, err error) {
	p = &Pair{bin: Binaries()}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Stop())
		}
	}()
	if p.Primary, err = startWith(ctx, durable); err != nil {
		return p, err
	}
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		return p, err
	}
	p.Standby = &Cluster{dir: dir}
	if err := errors.Join(os.Chmod(dir, 0o755), Own(dir)); err != nil {
		return p, err
	}
	copying, err := Command(ctx, filepath.Join(p.bin, "pg_basebackup"), "-h", p.Primary.dir, "-U", "postgres", "-D", filepath.Join(dir, "data"), "-R", "-X", "stream", "-c", "fast")
	if err != nil {
		return p, err
	}
	if out, err := copying.CombinedOutput(); err != nil {
		return p, fmt.Errorf("pg_basebackup: %w\n%s", err, out)
	}
	if err := p.Standby.run(ctx, p.bin); err != nil {
		return p, err
	}
	// From here on no commit is acknowledged before the standby has it.
	return p, errors.Join(
		p.Primary.Exec(ctx, "ALTER SYSTEM SET synchronous_standby_names = '*'"), p.Primary.Exec(ctx, "SELECT pg_reload_conf()"),
	)
}

// URL names both servers and asks for the one that takes writes.
func (p *Pair) URL(database string) string {
	return "postgres:///" + database + "?host=" + p.Primary.dir + "," + p.Standby.dir + "&user=postgres&target_session_attrs=read-write"
}

// KillPrimary ends the primary at once, as a loss of its machine does.
func (p *Pair) KillPrimary() error {
	pid, err := os.ReadFile(filepath.Join(p.Primary.dir, "data", "postmaster.pid"))
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(pid), "\n")
	n, err := strconv.Atoi(first)
	if err != nil {
		return err
	}
	return syscall.Kill(n, syscall.SIGKILL)
}

// Promote makes the standby the primary, as Patroni does.
func (p *Pair) Promote(ctx context.Context) error { return p.Standby.Exec(ctx, "SELECT pg_promote()") }

// Log is what the two servers wrote.
func (p *Pair) Log() string {
	var both strings.Builder
	for _, c := range []*Cluster{p.Primary, p.Standby} {
		b, err := os.ReadFile(filepath.Join(c.dir, "log"))
		fmt.Fprintf(&both, "%s: %v\n%s\n", c.dir, err, b)
	}
	return both.String()
}

// Stop ends both.
func (p *Pair) Stop() error {
	var errs []error
	for _, c := range []*Cluster{p.Standby, p.Primary} {
		if c != nil {
			errs = append(errs, c.Stop())
		}
	}
	return errors.Join(errs...)
}
