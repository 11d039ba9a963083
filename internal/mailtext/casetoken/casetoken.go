// Package casetoken makes and finds the keyed tokens that tie a reply to its
// case: in the address answered to, in Message-IDs, and in the subject.
//
// A token is the case's key with a MAC of 64 bits under the installation's
// secret, in base32 without regard to case, because local parts are lower-cased
// on the way. Nobody can make one for another case by guessing; a bare case
// number or an equal subject never matches anything. It refuses to say why a
// token is wrong, and compares in constant time.
//
// Start reading at [NewTokens].
package casetoken

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"unicode"
)

const (
	macBytes = 8  // of HMAC-SHA-256 in each token
	macChars = 13 // base32 characters of them
	minKey   = 16 // bytes of secret
	maxCase  = 64 // characters of a case's key
	maxScan  = 200
)

// alphabet is RFC 4648's base32 in lower case.
var alphabet = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Tokens makes and finds the tokens of one installation. It is safe for
// concurrent use.
type Tokens struct{ key []byte }

// NewTokens returns the tokens under a secret. A secret of fewer than 16 bytes is
// accepted only to find nothing and to make tokens that nothing finds: callers
// check their configuration with [Strong] first.
func NewTokens(key []byte) *Tokens { return &Tokens{key: append([]byte(nil), key...)} }

// Strong reports whether a secret is long enough to sign with.
func Strong(key []byte) bool { return len(key) >= minKey }

// mac returns the MAC's characters for one purpose, so that a token of a
// subject cannot be used as an address.
func (t *Tokens) mac(purpose, caseKey, extra string) string {
	h := hmac.New(sha256.New, t.key)
	for _, s := range [...]string{"madoguchi/1", purpose, strings.ToLower(caseKey), strings.ToLower(extra)} {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return alphabet.EncodeToString(h.Sum(nil)[:macBytes])
}

func (t *Tokens) verify(purpose, caseKey, extra, mac string) bool {
	return Strong(t.key) && hmac.Equal([]byte(t.mac(purpose, caseKey, extra)), []byte(strings.ToLower(mac)))
}

// Address returns the address to which answers to a case go:
// local+cKEY-MAC@domain, with KEY the case's key (letters, digits and "-" only).
func (t *Tokens) Address(local, domain, caseKey string) string {
	return local + "+c" + encodeKey(caseKey) + "-" + t.mac("address", caseKey, "") + "@" + domain
}

// MessageID returns a Message-ID without angle brackets for a mail of a case.
// messageKey tells the case's mails apart and may be any text without blanks.
func (t *Tokens) MessageID(caseKey, messageKey, domain string) string {
	m := encodeKey(messageKey)
	return "c" + encodeKey(caseKey) + "." + m + "." + t.mac("message", caseKey, messageKey) + "@" + domain
}

// Subject returns the tag for a subject, "[CS-10482-k3f9…]": caseNumber is what
// people read, caseKey what a finder returns. They may be equal, which makes the
// tag short; else it is "[CS-10482.KEY.k3f9…]".
func (t *Tokens) Subject(caseNumber, caseKey string) string {
	if caseNumber == caseKey {
		return "[" + caseNumber + "-" + t.mac("subject", caseKey, caseNumber) + "]"
	}
	return "[" + caseNumber + "." + encodeKey(caseKey) + "." + t.mac("subject", caseKey, caseNumber) + "]"
}

// FromRecipients finds the case that one of the addresses names. The local part
// before the "+" and the domain do not matter: the mail reached us.
func (t *Tokens) FromRecipients(addrs []string) (caseKey string, ok bool) {
	for i, a := range addrs {
		if i >= maxScan {
			break
		}
		at := strings.LastIndexByte(a, '@')
		if at < 0 {
			continue
		}
		local := strings.Trim(a[:at], `"< `)
		plus := strings.LastIndex(local, "+c")
		if plus < 0 {
			plus = strings.LastIndex(local, "+C")
		}
		if plus < 0 {
			continue
		}
		key, mac, found := cutLast(local[plus+2:], "-")
		if !found {
			continue
		}
		if c, good := decodeKey(key); good && t.verify("address", c, "", mac) {
			return c, true
		}
	}
	return "", false
}

// FromMessageIDs finds the case that one of the Message-IDs (In-Reply-To, then
// References from the last to the first, is a good order) belongs to.
func (t *Tokens) FromMessageIDs(ids []string) (caseKey string, ok bool) {
	for i, id := range ids {
		if i >= maxScan {
			break
		}
		local, _, found := strings.Cut(strings.Trim(id, "<> \t"), "@")
		if !found || len(local) < 3 || local[0] != 'c' && local[0] != 'C' {
			continue
		}
		parts := strings.Split(local[1:], ".")
		if len(parts) != 3 {
			continue
		}
		c, good := decodeKey(parts[0])
		m, fine := decodeKey(parts[1])
		if good && fine && t.verify("message", c, m, parts[2]) {
			return c, true
		}
	}
	return "", false
}

// FromSubject finds the case that a tag in a subject names. Prefixes, blanks
// from folding, full-width letters and brackets, and lost brackets do not matter.
func (t *Tokens) FromSubject(subject string) (caseKey string, ok bool) {
	s := narrow(subject)
	for tries := 0; tries < maxScan; tries++ {
		i := indexMAC(s)
		if i < 0 {
			return "", false
		}
		mac, head := s[i:i+macChars], s[:i]
		s = s[i+1:]
		if head == "" {
			continue
		}
		mark := head[len(head)-1]
		head = head[:len(head)-1]
		start := len(head)
		for start > 0 && isKeyChar(head[start-1]) {
			start--
		}
		tag := head[start:]
		switch mark {
		case '-':
			// The number may hold "-" itself, and a prefix may stick to it.
			for _, number := range suffixes(tag) {
				if t.verify("subject", number, number, mac) {
					return strings.ToLower(number), true
				}
			}
		case '.':
			if start == 0 || head[start-1] != '.' {
				continue
			}
			from := start - 1
			for from > 0 && isKeyChar(head[from-1]) {
				from--
			}
			c, good := decodeKey(tag)
			for _, n := range suffixes(head[from : start-1]) {
				if good && t.verify("subject", c, n, mac) {
					return c, true
				}
			}
		}
	}
	return "", false
}

// suffixes returns a tag and what remains of it after each "-" or prefix, at
// most a handful.
func suffixes(tag string) []string {
	out := []string{tag}
	for i := 0; i < len(tag) && len(out) < 8; i++ {
		if tag[i] == '-' && i+1 < len(tag) {
			out = append(out, tag[i+1:])
		}
	}
	return out
}

// narrow makes full-width letters plain and lower case, and removes blanks,
// which folding and mailers put anywhere.
func narrow(s string) string {
	if len(s) > 4096 {
		s = s[:4096]
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0xff01 && r <= 0xff5e:
			r -= 0xfee0
		case r == '‐' || r == '‑' || r == '–' || r == '−' || r == 'ー':
			r = '-'
		case r == '【' || r == '［' || r == '〔':
			r = '['
		case r == '】' || r == '］' || r == '〕':
			r = ']'
		case unicode.IsSpace(r) || r == '\u200b' || r == '\u00ad':
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// indexMAC returns where a MAC after "-" or "." begins, else -1.
func indexMAC(s string) int {
	for i := 1; i+macChars <= len(s); i++ {
		if s[i-1] != '-' && s[i-1] != '.' {
			continue
		}
		n := 0
		for n < macChars && isBase32(s[i+n]) {
			n++
		}
		if n == macChars && (i+n == len(s) || !isBase32(s[i+n])) {
			return i
		}
	}
	return -1
}

func isBase32(c byte) bool { return c >= 'a' && c <= 'z' || c >= '2' && c <= '7' }

func isKeyChar(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// encodeKey makes a key safe in a local part. Keys of letters, digits, "-" and
// "_" stay readable; others become "x" and base32.
func encodeKey(key string) string {
	k := strings.ToLower(key)
	plain := k != "" && len(k) <= maxCase && !strings.HasPrefix(k, "x--")
	for i := 0; plain && i < len(k); i++ {
		plain = isKeyChar(k[i])
	}
	if plain {
		return k
	}
	return "x--" + alphabet.EncodeToString([]byte(k))
}

func decodeKey(s string) (string, bool) {
	s = strings.ToLower(s)
	rest, coded := strings.CutPrefix(s, "x--")
	if !coded {
		return s, s != "" && len(s) <= maxCase
	}
	raw, err := alphabet.DecodeString(rest)
	return string(raw), err == nil && len(raw) > 0
}
