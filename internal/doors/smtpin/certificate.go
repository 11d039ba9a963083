package smtpin

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"

	"madoguchi/terms/fault"
)

// Certificate returns a TLS configuration that serves the certificate chain
// and key of two PEM files. They are read again when they change, so that a
// renewed certificate counts without a restart; while the new ones cannot be
// read, the old ones stay in use.
func Certificate(certFile, keyFile string) (*tls.Config, error) {
	p := &keyPair{certFile: certFile, keyFile: keyFile}
	if err := p.load(); err != nil {
		return nil, fault.Wrap(fault.Invalid, err,
			fmt.Sprintf("メール受信用の証明書 %s と鍵 %s を使用できません。対になる 2 つの PEM ファイルを指定してください。", certFile, keyFile),
			fmt.Sprintf("the mail server's certificate %s and key %s cannot be used: give two PEM files that belong together", certFile, keyFile))
	}
	// RFC 8996 forbids what is below 1.2.
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: p.get}, nil
}

// keyPair is a certificate with the time stamps of the files it came from.
type keyPair struct {
	certFile, keyFile string

	mu        sync.Mutex
	cert      *tls.Certificate
	certStamp time.Time
	keyStamp  time.Time
}

func (p *keyPair) load() error {
	certInfo, err := os.Stat(p.certFile)
	if err != nil {
		return err
	}
	keyInfo, err := os.Stat(p.keyFile)
	if err != nil {
		return err
	}
	if p.cert != nil && certInfo.ModTime().Equal(p.certStamp) && keyInfo.ModTime().Equal(p.keyStamp) {
		return nil
	}
	cert, err := tls.LoadX509KeyPair(p.certFile, p.keyFile)
	if err != nil {
		return err
	}
	p.cert, p.certStamp, p.keyStamp = &cert, certInfo.ModTime(), keyInfo.ModTime()
	return nil
}

func (p *keyPair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	// A renewal under way shows one new file and one old: the pair before it
	// stays good, and the next handshake looks again.
	_ = p.load()
	return p.cert, nil
}
