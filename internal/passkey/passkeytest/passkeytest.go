// Package passkeytest is an authenticator for tests: it answers what a browser
// would be asked, as the standard says (W3C Web Authentication, level 3).
//
// It owns the wire form of the answers. It refuses to check anything. Start
// reading at [New].
package passkeytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
)

// Authenticator holds one passkey. Origin, Count and Verified may be changed
// between two answers.
type Authenticator struct {
	Origin   string // where its browser is
	Count    uint32 // the signature counter of the next answer
	Verified bool   // the person unlocks it

	t      testing.TB
	key    *ecdsa.PrivateKey
	id     []byte
	handle string // base64url, as the desk named the person
}

// New returns an authenticator without a key, in a browser at an address.
func New(t testing.TB, origin string) *Authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := &Authenticator{Origin: origin, Verified: true, t: t, key: key, id: make([]byte, 16)}
	_, _ = rand.Read(a.id)
	return a
}

type asked struct {
	Challenge string `json:"challenge"`
	RPID      string `json:"rpId"`
	RP        struct {
		ID string `json:"id"`
	} `json:"rp"`
	User struct {
		ID string `json:"id"`
	} `json:"user"`
}

func (a *Authenticator) read(ask []byte) asked {
	a.t.Helper()
	var q asked
	if err := json.Unmarshal(ask, &q); err != nil || q.Challenge == "" {
		a.t.Fatalf("nothing is asked in %s: %v", ask, err)
	}
	return q
}

func (a *Authenticator) client(kind, challenge string) []byte {
	raw, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.Origin, "crossOrigin": false})
	if err != nil {
		a.t.Fatal(err)
	}
	return raw
}

// data is the authenticator data (section 6.1).
func (a *Authenticator) data(rp string, attested []byte) []byte {
	hash := sha256.Sum256([]byte(rp))
	flags := byte(0x01) // the person is there
	if a.Verified {
		flags |= 0x04
	}
	if attested != nil {
		flags |= 0x40
	}
	out := append(hash[:], flags)
	out = binary.BigEndian.AppendUint32(out, a.Count)
	return append(out, attested...)
}

// Create answers a question for a new passkey.
func (a *Authenticator) Create(ask []byte) []byte {
	a.t.Helper()
	q := a.read(ask)
	a.handle = q.User.ID
	point, err := a.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		a.t.Fatal(err)
	}
	// COSE key: kty EC2, alg ES256, crv P-256, x, y.
	cose := append([]byte{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20}, point[1:33]...)
	cose = append(append(cose, 0x22, 0x58, 0x20), point[33:]...)
	attested := append(make([]byte, 16), 0, byte(len(a.id)))
	attested = append(append(attested, a.id...), cose...)
	data := a.data(q.RP.ID, attested)
	// {"fmt": "none", "attStmt": {}, "authData": data}
	object := append([]byte{0xa3, 0x63}, "fmt"...)
	object = append(append(object, 0x64), "none"...)
	object = append(append(object, 0x67), "attStmt"...)
	object = append(append(object, 0xa0, 0x68), "authData"...)
	object = append(object, 0x58, byte(len(data)))
	object = append(object, data...)
	return a.answer(map[string]any{"clientDataJSON": b64(a.client("webauthn.create", q.Challenge)), "attestationObject": b64(object), "transports": []string{"internal"}})
}

// Get answers a question for the passkey.
func (a *Authenticator) Get(ask []byte) []byte {
	a.t.Helper()
	q := a.read(ask)
	client, data := a.client("webauthn.get", q.Challenge), a.data(q.RPID, nil)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	sig, err := ecdsa.SignASN1(rand.Reader, a.key, sum[:])
	if err != nil {
		a.t.Fatal(err)
	}
	return a.answer(map[string]any{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(sig), "userHandle": a.handle})
}

func (a *Authenticator) answer(response map[string]any) []byte {
	raw, err := json.Marshal(map[string]any{"id": b64(a.id), "rawId": b64(a.id), "type": "public-key", "authenticatorAttachment": "platform", "clientExtensionResults": map[string]any{}, "response": response})
	if err != nil {
		a.t.Fatal(err)
	}
	return raw
}

func b64(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }
