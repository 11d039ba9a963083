package clamd

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The test file of the antivirus industry, in two pieces so that this file is
// not taken for it.
const eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$` + `EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

// The real daemon (Debian: clamav-daemon) with a database of one signature of
// our own: nothing is downloaded.
func TestARealDaemonFindsWhatItsDatabaseKnows(t *testing.T) {
	program := needClamd(t)
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	db := filepath.Join(dir, "db")
	if err := os.Mkdir(db, 0o700); err != nil {
		t.Fatal(err)
	}
	write("db/own.ndb", fmt.Sprintf("Madoguchi.Test.Eicar:0:*:%x\n", eicar))
	socket := filepath.Join(dir, "clamd.sock")
	if len(socket) > 100 { // a socket's path is short
		short, err := os.MkdirTemp("", "clamd")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.RemoveAll(short) })
		socket = filepath.Join(short, "s")
	}
	config := write("clamd.conf", strings.Join([]string{
		"LocalSocket " + socket, "DatabaseDirectory " + db, "Foreground yes", "StreamMaxLength 1M", "ConcurrentDatabaseReload no", "MaxThreads 2", "",
	}, "\n"))
	cmd := exec.Command(program, "--config-file="+config)
	said := &strings.Builder{}
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	c, err := New("unix:" + socket)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	for {
		version, err := c.Ping(ctx)
		if err == nil && strings.HasPrefix(version, "ClamAV") {
			t.Log(version)
			break
		}
		select {
		case <-ctx.Done():
			t.Fatalf("clamd did not start: %v", err)
		case <-time.After(100 * time.Millisecond):
		}
	}
	for name, data := range map[string]string{"clean": "監査ログ\n", "empty": "", "half a megabyte": strings.Repeat("x", 512<<10)} {
		if found, err := c.Scan(ctx, []byte(data)); err != nil || found != "" {
			t.Errorf("%s: %q, %v", name, found, err)
		}
	}
	if found, err := c.Scan(ctx, []byte(eicar)); err != nil || !strings.HasPrefix(found, "Madoguchi.Test.Eicar") {
		t.Errorf("the test file: %q, %v", found, err)
	}
	if found, err := c.Scan(ctx, []byte(strings.Repeat("x", 3<<20))); err == nil {
		t.Errorf("a file over the daemon's limit was taken for scanned: %q", found)
	}
}

func needClamd(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"clamd", "/usr/sbin/clamd"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("MADOGUCHI_REQUIRE") == "all" {
		t.Fatal("clamd is required (MADOGUCHI_REQUIRE=all): install the package clamav-daemon")
	}
	t.Skip("clamd is not installed")
	return ""
}
