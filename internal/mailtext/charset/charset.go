// Package charset turns the bytes of mail into UTF-8, whatever their label says.
//
// It owns the labels found in mail (registered, vendors' and plain wrong ones),
// the Japanese, Korean and Chinese encodings with the extensions that mailers
// really send, and the guess when a label is missing, unknown or a lie.
// It refuses nothing: bytes that no encoding explains become U+FFFD and are
// counted, so that a caller can say that something was lost.
//
// Start reading at [Decode].
package charset

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Result is the outcome of one conversion.
type Result struct {
	Text   string // UTF-8, always valid
	Used   string // name of the encoding that was used, in lower case
	Bad    int    // places that could not be decoded, each U+FFFD in Text
	Mended bool   // the label was missing, unknown or contradicted by the bytes
}

// decoder converts bytes to UTF-8 and counts the places it could not read.
type decoder func(b []byte) (string, int)

// Decode converts b, labelled label, to UTF-8. An empty or unknown label means
// that the encoding is guessed from the bytes; a label that the bytes contradict
// (UTF-8 under "iso-8859-1", Shift_JIS under "iso-2022-jp") is overruled.
// hint is another label of the same mail, or empty: it settles close guesses.
func Decode(label, hint string, b []byte) Result {
	name := Canonical(label)
	if isPlainASCII(b) && !shifting(name) {
		if (name == "" || name == "gb18030") && looksHZ(b) {
			text, bad := lookup("hz-gb-2312")(b)
			return Result{Text: text, Used: "hz-gb-2312", Bad: bad, Mended: true}
		}
		return Result{Text: string(b), Used: orASCII(name), Mended: name == "" && label != ""}
	}
	switch name {
	case "":
		r := guess(Canonical(hint), b)
		r.Mended = true
		return r
	case "utf-8":
		return decodeUTF8(hint, b)
	case "us-ascii", "iso-2022-jp":
		return decodeSevenBit(name, hint, b)
	}
	if wide(name) && bytes.IndexByte(b, '\n') >= 0 && bytes.IndexByte(b, 0) < 0 && utf8.Valid(b) { // a wide label on narrow text
		return Result{Text: string(b), Used: "utf-8", Mended: true}
	}
	if realUTF8(b) && !wide(name) && contradicts(name, b) {
		return Result{Text: string(b), Used: "utf-8", Mended: true}
	}
	text, bad := lookup(name)(b)
	if name == "shift_jis" && otherJapanese(name, b) {
		if g := guess("euc-jp", b); g.Used == "euc-jp" && g.Bad == 0 {
			g.Mended = true
			return g
		}
	}
	if bad > 0 && multiByte(name) {
		// Few bad places in much text are damage; many are another encoding.
		if g := guess(name, b); g.Bad*4 < bad {
			g.Mended = true
			return g
		}
	}
	return Result{Text: text, Used: name, Bad: bad}
}

// decodeUTF8 keeps what is valid; a text that is hardly UTF-8 is guessed anew.
func decodeUTF8(hint string, b []byte) Result {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if utf8.Valid(b) {
		if hasJISEscape(b) {
			text, bad := decodeISO2022JP(b)
			return Result{Text: text, Used: "iso-2022-jp", Bad: bad, Mended: true}
		}
		return Result{Text: string(b), Used: "utf-8"}
	}
	good, bad := countUTF8(b)
	if good < 3*bad {
		g := guess(Canonical(hint), b)
		g.Mended = true
		if g.Bad < bad && (good < bad || multiByte(g.Used)) {
			return g
		}
	}
	return Result{Text: strings.ToValidUTF8(string(b), "\uFFFD"), Used: "utf-8", Bad: bad}
}

// decodeSevenBit reads text whose label promises no byte over 127.
func decodeSevenBit(name, hint string, b []byte) Result {
	switch {
	case isASCII(b) && (name == "iso-2022-jp" || hasJISEscape(b)):
		if name == "iso-2022-jp" && bytes.IndexByte(b, 0x1b) < 0 {
			b = restoreEscapes(b)
		}
		text, bad := decodeISO2022JP(b)
		return Result{Text: text, Used: "iso-2022-jp", Bad: bad, Mended: name == "us-ascii"}
	case isASCII(b):
		return Result{Text: string(b), Used: name}
	}
	if name == "iso-2022-jp" && (hint == "" || shifting(Canonical(hint))) {
		hint = "shift_jis"
	}
	r := guess(Canonical(hint), b)
	r.Mended = true
	return r
}

// Known reports whether the label names an encoding that Decode can read.
func Known(label string) bool { return Canonical(label) != "" }

func orASCII(name string) string {
	if name == "" {
		return "us-ascii"
	}
	return name
}

// isPlainASCII reports text that every encoding without shift states reads alike.
func isPlainASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 || c == 0x1b || c == 0x0e || c == 0x0f || c == 0 {
			return false
		}
	}
	return true
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// realUTF8 reports valid UTF-8 with at least one character beyond ASCII.
func realUTF8(b []byte) bool { return !isASCII(b) && utf8.Valid(b) }

// contradicts reports whether b, which is valid UTF-8, cannot well be text in
// the encoding named. In one byte a character, and in Shift_JIS, whose kana
// begin with bytes that never begin a character of UTF-8, text is hardly ever
// valid UTF-8 by chance; in the EUC family a short text may be.
func contradicts(name string, b []byte) bool {
	if !multiByte(name) || strings.HasPrefix(name, "shift_jis") {
		return true
	}
	long, all := 0, 0
	for i := 0; i < len(b); {
		_, n := utf8.DecodeRune(b[i:])
		if n > 2 {
			long++
		}
		if n > 1 {
			all++
		}
		i += n
	}
	if long > 0 && all >= 2 || all >= 4 {
		return true
	}
	_, bad := lookup(name)(b)
	return bad > 0
}

// countUTF8 counts the multi-byte characters and the broken bytes of b.
func countUTF8(b []byte) (good, bad int) {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			good++
		}
		b = b[n:]
	}
	return good, bad
}
