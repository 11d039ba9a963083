package desk

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"madoguchi/terms/fault"
)

// Argon2id parameters (RFC 9106, section 4; the memory and time cost of the
// OWASP minimum). They are stored with each hash, so that raising them later
// leaves old hashes readable.
const (
	argonTime    = 2
	argonMemory  = 19 * 1024 // KiB
	argonThreads = 1
	argonKey     = 32
	minPassword  = 12
	maxPassword  = 256
)

// hashing bounds how many passwords are hashed at once, and so the memory
// that a burst of sign-ins can take.
type hashing chan struct{}

func newHashing(n int) hashing { return make(hashing, n) }

// hash returns the PHC string of a password.
func (h hashing) hash(password string) string {
	h <- struct{}{}
	defer func() { <-h }()
	salt := make([]byte, 16)
	rand.Read(salt) //nolint:errcheck // crypto/rand never fails since Go 1.24
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey)
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, argonMemory, argonTime, argonThreads, b.EncodeToString(salt), b.EncodeToString(key))
}

// verify reports whether a password fits a PHC string. A string that cannot
// be read fits nothing, and takes as long as one that can.
func (h hashing) verify(phc, password string) bool {
	salt, want, memory, time, threads, ok := parsePHC(phc)
	if !ok {
		salt, want, memory, time, threads = make([]byte, 16), make([]byte, argonKey), argonMemory, argonTime, argonThreads
	}
	h <- struct{}{}
	defer func() { <-h }()
	got := argon2.IDKey([]byte(password), salt, time, memory, threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1 && ok
}

func parsePHC(phc string) (salt, key []byte, memory, time uint32, threads uint8, ok bool) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return nil, nil, 0, 0, 0, false
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &threads); n != 3 || err != nil {
		return nil, nil, 0, 0, 0, false
	}
	b := base64.RawStdEncoding
	salt, err1 := b.DecodeString(parts[4])
	key, err2 := b.DecodeString(parts[5])
	sane := memory >= 8 && memory <= 1<<20 && time >= 1 && time <= 16 && threads >= 1 && len(key) >= 16 && len(key) <= 64
	return salt, key, memory, time, threads, err1 == nil && err2 == nil && sane
}

// checkPassword refuses a password that is too short, too long, or the
// account's own mail address.
func checkPassword(password, email string) error {
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword:
		return fault.New(fault.Invalid, "パスワードは 12 文字以上で設定してください。", "The password must have at least 12 characters.").At("password")
	case n > maxPassword:
		return fault.New(fault.Invalid, "パスワードは 256 文字までです。", "The password may have 256 characters at most.").At("password")
	case strings.EqualFold(password, email):
		return fault.New(fault.Invalid, "メールアドレスと同じパスワードは使えません。", "The password must not be the mail address.").At("password")
	}
	return nil
}
