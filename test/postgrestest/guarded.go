package postgrestest

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// free returns ports of this machine that nobody listens on.
func free(n int) ([]string, error) {
	var ports []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		_, port, err := net.SplitHostPort(l.Addr().String())
		if err != nil {
			return nil, err
		}
		ports = append(ports, port)
	}
	return ports, nil
}

// guarded is a program that ends with this process, however that ends.
type guarded struct {
	watch *exec.Cmd
	alive io.Closer
	pid   string // file with the program's own process id
}

// untilEnd runs a program until its standard input ends, asks it to end, and
// lets go of it after ten seconds.
const untilEnd = `log="$1"; shift; "$@" </dev/null >>"$log" 2>&1 & pid=$!; echo $pid >"$log.pid"; cat >/dev/null
kill -TERM $pid 2>/dev/null; (sleep 10; kill -KILL $pid 2>/dev/null) & late=$!; wait $pid; kill $late; exit 0`

func guardProgram(ctx context.Context, log, name string, args ...string) (*guarded, error) {
	c, err := Command(context.WithoutCancel(ctx), "sh", append([]string{"-c", untilEnd, "sh", log, name}, args...)...)
	if err != nil {
		return nil, err
	}
	g := &guarded{watch: c, pid: log + ".pid"}
	if err := os.Remove(g.pid); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	if g.alive, err = c.StdinPipe(); err != nil {
		return nil, err
	}
	return g, c.Start()
}

// kill ends the program at once.
func (g *guarded) kill() error {
	raw, err := os.ReadFile(g.pid)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(raw)))
	if err != nil {
		return err
	}
	return errors.Join(syscall.Kill(n, syscall.SIGKILL), g.stop())
}

// stop asks the program to end, and waits for it.
func (g *guarded) stop() error {
	_ = g.alive.Close() // closed already after a kill
	if err := g.watch.Wait(); err != nil && g.watch.ProcessState == nil {
		return err
	}
	return nil
}
