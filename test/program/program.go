// Package program runs the built binary as a child, as an operator does, and
// meets it from outside: by its command line, by SMTP, by HTTP as a browser
// talks, and as the relay that takes its mail.
//
// It owns no claim about the desk: the tests in the folders beside it do. It
// refuses to look inside the process. Start reading at [Build] and [Start].
package program

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// patience is how long a start or a stop may take on a crowded machine.
const patience = 30 * time.Second

// Build compiles the program into dir and returns its path.
func Build(ctx context.Context, dir string) (string, error) { return build(ctx, dir) }

// BuildNewer compiles the program as its next version would be: with one more
// migration of the records, whose statements are given.
func BuildNewer(ctx context.Context, dir, migration string) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", "madoguchi/internal/records/store").Output()
	if err != nil {
		return "", fmt.Errorf("go list: %w", err)
	}
	file := filepath.Join(dir, "migration.sql")
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{
		filepath.Join(strings.TrimSpace(string(out)), "migrations", "99999_next.sql"): file,
	}})
	if err != nil {
		return "", err
	}
	list := filepath.Join(dir, "overlay.json")
	if err := errors.Join(os.WriteFile(file, []byte("-- +goose Up\n"+migration), 0o600), os.WriteFile(list, overlay, 0o600)); err != nil {
		return "", err
	}
	return build(ctx, dir, "-overlay", list)
}

func build(ctx context.Context, dir string, flags ...string) (string, error) {
	path := filepath.Join(dir, "madoguchi")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	args := append(append([]string{"build", "-o", path}, flags...), "madoguchi/cmd/madoguchi")
	if out, err := exec.CommandContext(ctx, "go", args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
}

// Run runs a command of the program to its end, and returns what it printed
// and whether it ended with success.
func Run(ctx context.Context, binary string, args ...string) (said string, ok bool) {
	out, err := exec.CommandContext(ctx, binary, args...).CombinedOutput()
	return string(out), err == nil
}

// Serving is a running desk.
type Serving struct {
	HTTP string // host:port of the screens
	SMTP string // host:port of incoming mail
	Ops  string // host:port of probes and metrics; empty unless it was asked for by --ops

	cmd   *exec.Cmd
	ended chan struct{}
	err   error // why it ended; after ended
	said  *output
}

// Start runs `serve` on ports of its own, with the flags given besides, and
// returns when it serves. A process that ends before is an error that holds
// what it said.
func Start(binary, data string, flags ...string) (*Serving, error) {
	args := append([]string{"serve", "--data", data, "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0"}, flags...)
	return StartCommand(exec.Command(binary, args...))
}

// StartCommand is Start for a command line of the caller's own.
func StartCommand(cmd *exec.Cmd) (*Serving, error) {
	s := &Serving{cmd: cmd, ended: make(chan struct{}), said: &output{}}
	cmd.Stderr = s.said
	cmd.WaitDelay = time.Second
	out, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Stdout = write
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, out.Close(), write.Close())
	}
	if err := write.Close(); err != nil {
		return nil, err
	}
	ready := make(chan struct{})
	go s.listen(out, ready)
	go func() {
		s.err = cmd.Wait()
		close(s.ended)
	}()
	select {
	case <-ready:
		return s, nil
	case <-s.ended:
		return nil, fmt.Errorf("it ended at once: %w\n%s", s.err, s.Said())
	case <-time.After(patience):
		return nil, errors.Join(fmt.Errorf("it does not serve after %v\n%s", patience, s.Said()), s.Kill())
	}
}

var (
	screens = regexp.MustCompile(`Screens: +http://(\S+)/`)
	mailed  = regexp.MustCompile(`Mail: +(\S+) `)
	watched = regexp.MustCompile(`Metrics: +http://(\S+)/`)
)

// listen gathers what is printed and reads the addresses in it.
func (s *Serving) listen(out *os.File, ready chan<- struct{}) {
	defer out.Close()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		line := lines.Text()
		fmt.Fprintln(s.said, line)
		if m := screens.FindStringSubmatch(line); m != nil {
			s.HTTP = m[1]
		}
		if m := watched.FindStringSubmatch(line); m != nil {
			s.Ops = m[1]
		}
		if m := mailed.FindStringSubmatch(line); m != nil && s.SMTP == "" {
			s.SMTP = m[1]
			close(ready)
		}
	}
}

// Kill ends the process at once, as `kill -9` does, and waits until it is gone.
func (s *Serving) Kill() error {
	if err := s.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-s.ended
	return nil
}

// Stop asks the process to end and returns what it ended with.
func (s *Serving) Stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-s.ended:
		return s.err
	case <-time.After(patience):
		return errors.Join(fmt.Errorf("it does not stop\n%s", s.Said()), s.Kill())
	}
}

// Used is the processor time that the process has taken, user and system; it
// must have ended.
func (s *Serving) Used() time.Duration {
	<-s.ended
	return s.cmd.ProcessState.UserTime() + s.cmd.ProcessState.SystemTime()
}

// Said is what it has printed so far, both streams.
func (s *Serving) Said() string { return s.said.String() }

// output gathers two streams.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements [io.Writer].
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// Resident is how much memory the process has now, in bytes; 0 where the
// system does not tell.
func (s *Serving) Resident() int64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	var size, pages int64
	if _, err := fmt.Sscan(string(raw), &size, &pages); err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

// Peak is the most memory that the process has had so far, in bytes; 0 where
// the system does not tell.
func (s *Serving) Peak() int64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(raw), "VmHWM:")
	var kilobytes int64
	if _, err := fmt.Sscan(after, &kilobytes); err != nil {
		return 0
	}
	return kilobytes << 10
}
