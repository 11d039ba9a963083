package desk

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238 as every authenticator app has it; HMAC-SHA-1 is not broken
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// A one-time password is six digits for half a minute (RFC 6238, with the
// values that authenticator apps assume). One half minute before and after is
// taken too, for clocks that differ.
const (
	totpStep   = 30 * time.Second
	totpSecret = 20 // bytes (RFC 4226, section 4)
	totpDrift  = 1  // steps
)

var base32Plain = base32.StdEncoding.WithPadding(base32.NoPadding)

// totpCode is the code of a step (RFC 4226, section 5.3).
func totpCode(secret []byte, step int64) string {
	mac := hmac.New(sha1.New, secret)
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step)) //nolint:gosec // steps are counted from 1970
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	n := binary.BigEndian.Uint32(sum[at:at+4]) & 0x7fffffff
	return fmt.Sprintf("%06d", n%1_000_000)
}

// totpMatch returns the step whose code was typed, and whether there is one
// after the last that was taken. Every step is compared, in constant time.
func totpMatch(secret []byte, typed string, at time.Time, last int64) (step int64, ok bool) {
	typed = digits(typed)
	now := at.Unix() / int64(totpStep/time.Second)
	for s := now - totpDrift; s <= now+totpDrift; s++ {
		same := subtle.ConstantTimeCompare([]byte(totpCode(secret, s)), []byte(typed)) == 1
		if same && s > last && !ok {
			step, ok = s, true
		}
	}
	return step, ok
}

// digits is what was typed in any width, without what people put between.
func digits(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		}
		return -1
	}, typed)
}

// totpURI is what the QR code says to an authenticator app.
func totpURI(issuer, account string, secret []byte) string {
	q := url.Values{"secret": {base32Plain.EncodeToString(secret)}, "issuer": {issuer}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}
	return "otpauth://totp/" + url.PathEscape(issuer+":"+account) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}
