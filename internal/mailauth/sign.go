package mailauth

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
)

// The algorithms of a signing key.
const (
	RSA     = "rsa"     // 2048 bits: every receiver knows it (RFC 8301)
	Ed25519 = "ed25519" // shorter; receivers that do not know it ignore the signature (RFC 8463)
)

// NewKey makes a signing key. The private half is PKCS #8, the public one as
// it stands in the DNS.
func NewKey(algorithm string) (private []byte, public string, err error) {
	var key crypto.Signer
	switch algorithm {
	case RSA:
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	case Ed25519:
		_, key, err = ed25519.GenerateKey(rand.Reader)
	default:
		return nil, "", fmt.Errorf("no signing algorithm is called %q", algorithm)
	}
	if err != nil {
		return nil, "", err
	}
	if private, err = x509.MarshalPKCS8PrivateKey(key); err != nil {
		return nil, "", err
	}
	if pub, ok := key.Public().(ed25519.PublicKey); ok {
		return private, base64.StdEncoding.EncodeToString(pub), nil
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	return private, base64.StdEncoding.EncodeToString(der), err
}

// SigningKey signs in the name of a domain.
type SigningKey struct {
	Domain, Selector string
	Private          []byte // PKCS #8
}

// signedFields are those whose change would change what a reader understands
// (RFC 6376 5.4.1). The first ones are named once more than they occur, so that
// nobody can add another (8.15).
var signedFields = []string{
	"From", "From", "To", "To", "Cc", "Cc", "Subject", "Subject", "Date", "Date", "Reply-To", "Reply-To", "Message-ID",
	"In-Reply-To", "References", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted",
}

// Sign puts a signature of each key above a mail.
func Sign(raw []byte, keys []SigningKey) ([]byte, error) {
	var above bytes.Buffer
	for _, k := range keys {
		parsed, err := x509.ParsePKCS8PrivateKey(k.Private)
		if err != nil {
			return nil, fmt.Errorf("signing key %s of %s: %w", k.Selector, k.Domain, err)
		}
		signer, ok := parsed.(crypto.Signer)
		if !ok {
			return nil, fmt.Errorf("signing key %s of %s cannot sign", k.Selector, k.Domain)
		}
		s, err := dkim.NewSigner(&dkim.SignOptions{
			Domain: k.Domain, Selector: k.Selector, Signer: signer, HeaderKeys: signedFields,
			HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
		})
		if err != nil {
			return nil, fmt.Errorf("sign with %s of %s: %w", k.Selector, k.Domain, err)
		}
		_, err = s.Write(raw)
		if cerr := s.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return nil, fmt.Errorf("sign with %s of %s: %w", k.Selector, k.Domain, err)
		}
		above.WriteString(s.Signature())
	}
	above.Write(raw)
	return above.Bytes(), nil
}

// FromDomain is the domain of a mail's From field, lower case; empty when
// there is none.
func FromDomain(raw []byte) string {
	from := readHeader(raw).all("from")
	if len(from) != 1 {
		return ""
	}
	return domainOf(strings.TrimSuffix(strings.TrimSpace(from[0]), ">"))
}

// KeyRecord is the TXT record that publishes a key, under
// SELECTOR._domainkey.DOMAIN (RFC 6376 3.6.1).
func KeyRecord(algorithm, public string) string {
	return "v=DKIM1; k=" + algorithm + "; p=" + public
}
