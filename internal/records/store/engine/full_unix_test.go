//go:build unix

package engine

import (
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"madoguchi/terms/fault"
)

// TestADiskThatFillsUpAndIsClearedAgain runs in a process of its own whose
// files the operating system refuses to let grow, as a full disk does.
func TestADiskThatFillsUpAndIsClearedAgain(t *testing.T) {
	if os.Getenv("MADOGUCHI_TEST_FULL_DISK") == "" {
		child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
		child.Env = append(os.Environ(), "MADOGUCHI_TEST_FULL_DISK=1")
		if out, err := child.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	d := openIn(t, t.TempDir(), Config{})
	grow(t, 1<<20)
	kilobytes := strings.Repeat("x", 20_000)
	stored, id := 0, 0
	var err error
	for ; err == nil && id < 1000; id++ {
		if err = put(d, id, kilobytes); err == nil {
			stored++
		}
	}
	if !fault.Is(err, fault.Unavailable) {
		t.Fatalf("after %d lines a full disk says %v", stored, err)
	}
	for range 5 {
		if err := put(d, id, kilobytes); !fault.Is(err, fault.Unavailable) {
			t.Errorf("still full: %v", err)
		}
	}
	if n := count(t, d); stored == 0 || n != stored {
		t.Errorf("%d lines can be read, %d were acknowledged", n, stored)
	}
	grow(t, 1<<30)
	for i := range 100 {
		if err := put(d, 2000+i, kilobytes); err != nil {
			t.Fatalf("with space again: %v", err)
		}
	}
	if n := count(t, d); n != stored+100 {
		t.Errorf("%d lines, want %d", n, stored+100)
	}
}

// grow limits how large this process may make a file, in bytes.
func grow(t *testing.T, limit uint64) {
	t.Helper()
	var now syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &now); err != nil {
		t.Fatal(err)
	}
	now.Cur = limit
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &now); err != nil {
		t.Fatal(err)
	}
}
