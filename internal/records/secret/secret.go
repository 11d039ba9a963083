// Package secret keeps what a copy of the database must not give away: it
// seals values under a key that lies beside the database, in a file that only
// the desk's own account can read.
//
// It owns that file, the sealing (AES-256-GCM) and keys derived for a purpose
// (HKDF, RFC 5869). It refuses to show the key, and to open what was sealed for
// another purpose.
//
// Start reading at [Open].
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"madoguchi/terms/fault"
)

// File is the key's name in the data directory.
const File = "secret.key"

const keyLength = 32

// Box seals and opens. It is safe for concurrent use.
type Box struct{ key []byte }

// Open reads the key of a data directory, or makes it at the first start.
// Whoever may read the file may open everything sealed, so its rights are
// narrowed to its owner.
func Open(dir string) (*Box, error) {
	path := filepath.Join(dir, File)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return create(path)
	}
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "鍵ファイル "+path+" を読み取れません。権限を確認してください。", "The key file "+path+" cannot be read. Please check its rights.")
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "鍵ファイル "+path+" の権限を 0600 に変更できません。", "The rights of the key file "+path+" cannot be narrowed to 0600.")
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != keyLength {
		return nil, fault.New(fault.Invalid, "鍵ファイル "+path+" が壊れています。バックアップから戻してください。", "The key file "+path+" is damaged. Please restore it from a backup.")
	}
	return &Box{key}, nil
}

// create writes a new key; it is on the disk before anything is sealed.
func create(path string) (*Box, error) {
	key := make([]byte, keyLength)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make the key file: %w", err)
	}
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return nil, fmt.Errorf("write the key file: %w", err)
	}
	return &Box{key}, nil
}

// derive is a key for one purpose.
func (b *Box) derive(purpose string) ([]byte, error) {
	return hkdf.Key(sha256.New, b.key, nil, "madoguchi "+purpose, keyLength)
}

func (b *Box) aead(purpose string) (cipher.AEAD, error) {
	key, err := b.derive("seal " + purpose)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// Seal makes a value unreadable without the key.
func (b *Box) Seal(purpose string, plain []byte) (string, error) {
	a, err := b.aead(purpose)
	if err != nil {
		return "", err
	}
	return base64.RawStdEncoding.EncodeToString(a.Seal(nil, nil, plain, []byte(purpose))), nil
}

// Open returns a sealed value. [fault.Unavailable] when it was sealed under
// another key: the file was lost, or the database is another desk's.
func (b *Box) Open(purpose, sealed string) ([]byte, error) {
	a, err := b.aead(purpose)
	if err != nil {
		return nil, err
	}
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err == nil {
		raw, err = a.Open(nil, nil, raw, []byte(purpose))
	}
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "保存された秘密の値を開けません。鍵ファイル（"+File+"）がこのデータのものか確認してください。",
			"A sealed value cannot be opened. Please check that the key file ("+File+") belongs to this data.")
	}
	return raw, nil
}

// MAC is a keyed digest of a text for a purpose: nobody without the key can
// make one, or tell whose it is.
func (b *Box) MAC(purpose, text string) ([]byte, error) {
	key, err := b.derive("mac " + purpose)
	if err != nil {
		return nil, err
	}
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil), nil
}
