package blob

import (
	"bufio"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"

	"madoguchi/terms/fault"
)

// keyBytes is the length of a key before it is written in base64.
const keyBytes = 32

// Keys are what blobs are sealed with: the first one seals, all of them open.
// A nil Keys seals nothing.
type Keys struct{ list []key }

// key is one of them.
type key struct {
	id   string // 16 hex digits, derived from the secret: which key an object needs
	wrap cipher.AEAD
}

// ReadKeys reads a file of keys: one a line, 32 random bytes in base64 each
// (openssl rand -base64 32), the one to seal with first; empty lines and those
// that begin with # are passed over.
func ReadKeys(path string) (*Keys, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "鍵ファイル "+path+" を読み取れません。場所と権限を確認してください。",
			"The key file "+path+" cannot be read. Check its path and permissions.").At("files-key-file")
	}
	keys := &Keys{}
	for lines, n := bufio.NewScanner(bytes.NewReader(text)), 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		secret, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(secret) != keyBytes {
			return nil, fault.New(fault.Invalid,
				fmt.Sprintf("鍵ファイル %s の %d 行目を読み取れません。openssl rand -base64 32 の出力を 1 行に 1 つ記載してください。", path, n),
				fmt.Sprintf("Line %d of the key file %s is no key. Write one output of openssl rand -base64 32 a line.", n, path)).At("files-key-file")
		}
		k, err := newKey(secret)
		if err != nil {
			return nil, err
		}
		keys.list = append(keys.list, k)
	}
	if len(keys.list) == 0 {
		return nil, fault.New(fault.Invalid, "鍵ファイル "+path+" に鍵がありません。openssl rand -base64 32 の出力を記載してください。",
			"There is no key in "+path+". Write the output of openssl rand -base64 32 into it.").At("files-key-file")
	}
	return keys, nil
}

func newKey(secret []byte) (key, error) {
	id, err := hkdf.Key(sha256.New, secret, nil, "madoguchi files: key id", 8)
	if err != nil {
		return key{}, err
	}
	wrapping, err := hkdf.Key(sha256.New, secret, nil, "madoguchi files: wrap", keyBytes)
	if err != nil {
		return key{}, err
	}
	block, err := aes.NewCipher(wrapping)
	if err != nil {
		return key{}, err
	}
	wrap, err := cipher.NewGCMWithRandomNonce(block)
	return key{hex.EncodeToString(id), wrap}, err
}

// IDs names the keys, the one that seals first.
func (k *Keys) IDs() []string {
	if k == nil {
		return nil
	}
	ids := make([]string, len(k.list))
	for i, one := range k.list {
		ids[i] = one.id
	}
	return ids
}

// find returns the key of an id.
func (k *Keys) find(id string) (key, bool) {
	if k == nil {
		return key{}, false
	}
	i := slices.IndexFunc(k.list, func(one key) bool { return one.id == id })
	if i < 0 {
		return key{}, false
	}
	return k.list[i], true
}
