package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
)

// Part is what of a [Cramped] server lies on the small disk.
type Part string

// The parts whose want of room PostgreSQL takes differently.
const (
	Tables Part = "tables" // all but the log: the statement that needs room is refused
	Log    Part = "log"    // the write-ahead log, of which nothing can be removed since its archive takes nothing: the server panics and starts again
)

// Cramped is a server of its own, a part of whose files lies on a small disk
// that really fills. The disk is a tmpfs that only the server's processes see,
// in a mount namespace of theirs, so it is gone with them however they end. A
// limit of the size of files would not do: PostgreSQL takes its EFBIG for
// another error than a disk's ENOSPC, and a file that must be made meets none.
type Cramped struct {
	*Cluster
	filler string
}

// diskSize holds a new cluster with a small desk, and no more than seconds of
// intake besides.
const diskSize = "160m"

// crampedSettings are PostgreSQL's own but for an archive, whose failing is the
// usual reason for a full disk of the log, and for dead rows, whose room is not
// given to new ones meanwhile.
const crampedSettings = `
listen_addresses = ''
max_connections = 60
autovacuum_naptime = 10min
archive_mode = on
log_min_messages = warning
`

const (
	// mounts lays the small disk over a folder and becomes the next command.
	mounts = `mount -t tmpfs -o size="$1",mode=777 tmpfs "$2" && shift 2 && exec "$@"`
	// supervised makes a cluster and runs it until the standard input ends.
	// When the server ends, it is started again, as by systemd or Patroni.
	supervised = `bin=$1; dir=$2; data=$3; wal=$4
"$bin/initdb" -D "$data" --waldir "$wal" -U postgres -A trust -E UTF8 --locale=C --no-sync >>"$dir/log" 2>&1 || exit 1
cat "$dir/settings" >>"$data/postgresql.conf"
trap 'over=1; kill -QUIT $pid 2>/dev/null' TERM
exec 3<&0
(cat >/dev/null; kill -TERM $$) <&3 &
while [ -z "$over" ]; do
  "$bin/postgres" -D "$data" -k "$dir" >>"$dir/log" 2>&1 </dev/null 3<&- & pid=$!
  [ -z "$over" ] || kill -QUIT $pid
  wait $pid
  echo "the server ended with $?" >>"$dir/log"
  [ -n "$over" ] || sleep 0.5
done
wait`
)

// StartCramped makes and starts such a server for the length of a test. The
// test is skipped where PostgreSQL is missing or no disk can be mounted, and
// fails with MADOGUCHI_REQUIRE=all.
func StartCramped(t testing.TB, part Part) *Cramped {
	t.Helper()
	ctx := context.Background()
	var left error
	if Binaries() == "" {
		left = errors.New("PostgreSQL is not installed (Debian: apt-get install postgresql)")
	} else {
		left = mountable(ctx)
	}
	if left != nil && os.Getenv("MADOGUCHI_REQUIRE") != "all" {
		t.Skip(left)
	}
	if left != nil {
		t.Fatal(left)
	}
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		t.Fatal(err)
	}
	c := &Cramped{Cluster: &Cluster{dir: dir}}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Log(err)
		}
	})
	if err := c.start(ctx, part); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *Cramped) start(ctx context.Context, part Part) error {
	disk, data, wal, archive := filepath.Join(c.dir, "disk"), filepath.Join(c.dir, "data"), filepath.Join(c.dir, "wal"), "true"
	switch part {
	case Tables:
		data = filepath.Join(disk, "data")
	case Log:
		wal, archive = filepath.Join(disk, "wal"), "false"
	}
	err := errors.Join(os.Chmod(c.dir, 0o755), Own(c.dir), os.Mkdir(disk, 0o755),
		os.WriteFile(filepath.Join(c.dir, "settings"), []byte(crampedSettings+"archive_command = '"+archive+"'\n"), 0o644))
	if err != nil {
		return err
	}
	watch, err := onSmallDisk(ctx, disk, "sh", "-c", supervised, "sh", Binaries(), c.dir, data, wal)
	if err != nil {
		return err
	}
	if err := c.serve(ctx, watch); err != nil {
		return err
	}
	// The disk as the server sees it: what was started became its supervisor.
	c.filler = filepath.Join("/proc", strconv.Itoa(watch.Process.Pid), "root", disk, "filler")
	return nil
}

// onSmallDisk returns a command that mounts the small disk in a mount
// namespace of its own and becomes another one, as whom PostgreSQL accepts.
// Who is not root makes a user namespace, in which they may mount, and another
// in it, in which they are themselves again.
func onSmallDisk(ctx context.Context, disk string, name string, args ...string) (*exec.Cmd, error) {
	ctx = context.WithoutCancel(ctx)
	then, err := Command(ctx, name, args...)
	if err != nil {
		return nil, err
	}
	how, who := []string{"--mount"}, []string(nil)
	if os.Getuid() != 0 {
		how = append(how, "--map-root-user")
		who = []string{"unshare", "--map-user", strconv.Itoa(os.Getuid()), "--map-group", strconv.Itoa(os.Getgid()), "--"}
	}
	return exec.CommandContext(ctx, "unshare", slices.Concat(how, []string{"--", "sh", "-c", mounts, "sh", diskSize, disk}, who, then.Args)...), nil
}

// mountable returns why a small disk cannot be mounted here; nil where it can.
func mountable(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		return err
	}
	try, err := onSmallDisk(ctx, dir, "true")
	if err != nil {
		return errors.Join(err, os.Remove(dir))
	}
	if out, err := try.CombinedOutput(); err != nil {
		return errors.Join(fmt.Errorf("no small disk can be mounted, by root or in a user namespace: %w: %s", err, out), os.Remove(dir))
	}
	return os.Remove(dir)
}

// Fill takes all room that the disk has left.
func (c *Cramped) Fill() (err error) {
	f, err := os.Create(c.filler)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for block := make([]byte, 1<<20); len(block) > 0; {
		_, err := f.Write(block)
		switch {
		case errors.Is(err, syscall.ENOSPC):
			block = block[:len(block)/2]
		case err != nil:
			return err
		}
	}
	return nil
}

// Clear makes room on the disk again.
func (c *Cramped) Clear() error { return os.Remove(c.filler) }
