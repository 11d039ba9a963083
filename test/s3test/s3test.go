// Package s3test runs an object store for tests: versitygw, a real S3 server,
// with its objects as files in a temporary directory.
//
// It owns one private server for each call of [Start], which listens on this
// machine only and is gone with the test however that ends. It refuses to
// touch any server that it did not start, and nothing of it ships.
//
// Start reading at [Start].
package s3test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Version is the version of github.com/versity/versitygw that CI builds.
const Version = "v1.8.0"

// The server's one account, and its region.
const (
	accessKey = "madoguchi-test"
	secretKey = "a-secret-of-the-tests-only"
	region    = "us-east-1"
)

// Server is a running object store.
type Server struct {
	Addr string // host:port

	dir  string
	bin  string
	cmd  *exec.Cmd
	hold io.Closer // the server ends when this is closed, or the process does
	ctx  context.Context
}

// guard runs the server until its standard input ends, which happens however
// the process that holds the other end does.
const guard = `"$@" >>"$LOG" 2>&1 & pid=$!; cat >/dev/null; kill -KILL $pid; wait $pid 2>/dev/null; exit 0`

// Start runs a server with the given buckets for the length of a test. The
// test is skipped where the program versitygw is not installed, and fails with
// MADOGUCHI_REQUIRE=all.
func Start(t testing.TB, buckets ...string) *Server {
	t.Helper()
	bin, err := exec.LookPath("versitygw")
	if err != nil {
		left := "versitygw is not installed (go install github.com/versity/versitygw/cmd/versitygw@" + Version + ")"
		if os.Getenv("MADOGUCHI_REQUIRE") != "all" {
			t.Skip(left)
		}
		t.Fatal(left)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Addr: ln.Addr().String(), dir: t.TempDir(), bin: bin, ctx: t.Context()}
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"objects", "meta"} {
		if err := os.Mkdir(filepath.Join(s.dir, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range buckets {
		if err := os.Mkdir(filepath.Join(s.dir, "objects", b), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	// For the programs that the test starts, too. litestream's client does not
	// start with a bundle of certificate authorities of AWS's own.
	for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": accessKey, "AWS_SECRET_ACCESS_KEY": secretKey, "AWS_CA_BUNDLE": ""} {
		t.Setenv(name, value)
	}
	if err := s.Up(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Down(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Place is a bucket of this server, as --files and --replica take it.
func (s *Server) Place(bucket, prefix string) string { return PlaceAt(s.Addr, bucket, prefix) }

// PlaceAt is [Server.Place] by another address, such as a [Gate]'s.
func PlaceAt(addr, bucket, prefix string) string {
	return "s3://" + bucket + "/" + prefix + "?region=" + region + "&endpoint=http://" + addr
}

// Files is the directory in which a bucket's objects lie.
func (s *Server) Files(bucket string) string { return filepath.Join(s.dir, "objects", bucket) }

// Up starts the server, again on the same port and with what it held.
func (s *Server) Up() error {
	s.cmd = exec.Command("sh", "-c", guard, "sh", s.bin, "--port", s.Addr, "--access", accessKey, "--secret", secretKey, "--region", region,
		"--health", "/health", "--quiet", "posix", "--sidecar", filepath.Join(s.dir, "meta"), filepath.Join(s.dir, "objects"))
	s.cmd.Env = append(os.Environ(), "LOG="+filepath.Join(s.dir, "log"))
	in, err := s.cmd.StdinPipe()
	if err != nil {
		return err
	}
	s.hold = in
	if err := s.cmd.Start(); err != nil {
		return err
	}
	for range 200 {
		answer, err := http.Get("http://" + s.Addr + "/health")
		if err == nil {
			if err := answer.Body.Close(); err != nil {
				return err
			}
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		<-time.After(50 * time.Millisecond)
	}
	said, err := os.ReadFile(filepath.Join(s.dir, "log"))
	return errors.Join(fmt.Errorf("versitygw does not answer: %s", said), err, s.Down())
}

// Down kills the server; its objects stay.
func (s *Server) Down() error {
	if s.cmd == nil {
		return nil
	}
	err := errors.Join(s.hold.Close(), s.cmd.Wait())
	s.cmd = nil
	return err
}
