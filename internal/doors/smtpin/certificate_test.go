package smtpin

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"madoguchi/terms/fault"
)

// issue writes a new certificate and key, as a renewal does.
func issue(t *testing.T, certFile, keyFile string, at time.Time) string {
	t.Helper()
	c, _ := certificate(t)
	key, err := x509.MarshalECPrivateKey(c.Certificates[0].PrivateKey.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []struct {
		name string
		b    pem.Block
	}{{certFile, pem.Block{Type: "CERTIFICATE", Bytes: c.Certificates[0].Certificate[0]}}, {keyFile, pem.Block{Type: "EC PRIVATE KEY", Bytes: key}}} {
		if f.name == "" {
			continue
		}
		if err := os.WriteFile(f.name, pem.EncodeToMemory(&f.b), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(f.name, at, at); err != nil {
			t.Fatal(err)
		}
	}
	return string(c.Certificates[0].Certificate[0])
}

func TestARenewedCertificateCountsWithoutARestart(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	if _, err := Certificate(cert, key); !fault.Is(err, fault.Invalid) {
		t.Errorf("missing files: %v", err)
	}
	first := issue(t, cert, key, reception)
	cfg, err := Certificate(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	served := func() string {
		t.Helper()
		c, err := cfg.GetCertificate(nil)
		if err != nil {
			t.Fatal(err)
		}
		return string(c.Certificate[0])
	}
	if served() != first {
		t.Error("another certificate is served")
	}
	issue(t, cert, "", reception.Add(time.Hour)) // half of a renewal
	if served() != first {
		t.Error("a certificate without its key is served")
	}
	if second := issue(t, cert, key, reception.Add(2*time.Hour)); served() != second {
		t.Error("the renewed certificate is not served")
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	if served() == "" {
		t.Error("nothing is served")
	}
}
