// Package peers_test meets the desk with the mail servers that people run:
// Dovecot as the provider of a mailbox, Postfix in front of the desk and as
// the relay behind it.
//
// Each server is a child of the test, with its own configuration in a folder
// of its own, on ports of 127.0.0.1, and ends with the test. They need root,
// as Debian's do; without it the tests are skipped with words. It refuses to
// touch a server of the machine.
//
// Start reading at newDovecot and newPostfix, then the tests.
package peers_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// required are the programs of the peers, where Debian puts them.
func required(t *testing.T, programs ...string) {
	t.Helper()
	missing := ""
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			missing = p + " is not installed"
		}
	}
	if missing == "" && os.Getuid() != 0 {
		missing = "a private mail server changes its user, which needs root"
	}
	switch {
	case missing == "":
	case os.Getenv("MADOGUCHI_REQUIRE") == "all":
		t.Fatal(missing)
	default:
		t.Skip(missing)
	}
}

// folder is a place that the servers' own users can enter, unlike t.TempDir.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "madoguchi-peer-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// ports are free ones; a server takes them a moment later.
func ports(t *testing.T, n int) []string {
	t.Helper()
	var free []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		_, port, err := net.SplitHostPort(l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		free = append(free, port)
	}
	return free
}

// identity is a certificate for 127.0.0.1 in dir, and who trusts it.
func identity(t *testing.T, dir string) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "peer.example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "cert.pem"), string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	write(t, filepath.Join(dir, "key.pem"), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})))
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	return &tls.Config{RootCAs: roots}
}

// serving is a certificate for the desk's own door.
func serving(t *testing.T) *tls.Config {
	t.Helper()
	dir := folder(t)
	identity(t, dir)
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}}
}

// run starts a server that stays in the foreground and waits until it greets
// at addr. It ends with stop, or with the test.
func run(t *testing.T, addr, log string, cmd *exec.Cmd, stop func(*exec.Cmd)) (end func()) {
	t.Helper()
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &said, &said, time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	once := false
	end = func() {
		if once {
			return
		}
		once = true
		stop(cmd)
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			_ = cmd.Process.Kill()
			<-ended
		}
	}
	t.Cleanup(func() {
		end()
		if t.Failed() {
			text, _ := os.ReadFile(log)
			t.Logf("%s said:\n%s%s", filepath.Base(cmd.Path), said.String(), tail(string(text)))
		}
	})
	eventually(t, filepath.Base(cmd.Path)+" listens at "+addr, func() error {
		select {
		case <-ended:
			t.Fatalf("%s ended at once", cmd.Path)
		default:
		}
		c, err := net.DialTimeout("tcp", addr, time.Second)
		if err != nil {
			return err
		}
		defer c.Close()
		_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
		_, err = c.Read(make([]byte, 1))
		return err
	})
	return end
}

func tail(text string) string {
	lines := strings.Split(text, "\n")
	return strings.Join(lines[max(0, len(lines)-60):], "\n")
}

// eventually waits until check is content.
func eventually(t *testing.T, what string, check func() error) time.Duration {
	t.Helper()
	begun := time.Now()
	for {
		err := check()
		if err == nil {
			return time.Since(begun)
		}
		if time.Since(begun) > 30*time.Second {
			t.Fatalf("%s: %v", what, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func differ(what string, got, want any) error {
	if got == want {
		return nil
	}
	return fmt.Errorf("%s: %v, want %v", what, got, want)
}
