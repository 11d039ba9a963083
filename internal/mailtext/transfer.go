package mailtext

import (
	"bytes"
	"strings"
)

// decodeTransfer undoes a Content-Transfer-Encoding (RFC 2045 section 6). An
// unknown one leaves the bytes as they are.
func decodeTransfer(encoding string, b []byte, note func(Defect)) []byte {
	switch encodingName(encoding) {
	case "base64":
		if !looksBase64(b) {
			note(Defect{Kind: TransferMalformed, Detail: "labelled base64, but is plain text"})
			return b
		}
		out, clean := decodeBase64(fromURLAlphabet(b))
		if !clean {
			note(Defect{Kind: TransferMalformed, Detail: "base64"})
		}
		return out
	case "quoted-printable":
		return decodeQP(b)
	case "uuencode":
		if files, _ := extractUU(b); len(files) > 0 {
			return files[0].data
		}
		note(Defect{Kind: TransferMalformed, Detail: "uuencode"})
	case "yenc":
		if files, _ := extractYEnc(b); len(files) > 0 {
			return files[0].data
		}
		note(Defect{Kind: TransferMalformed, Detail: "yEnc"})
	case "":
		note(Defect{Kind: TransferUnknown, Detail: encoding})
	}
	return b
}

// encodingName returns the encoding meant, "identity" for those that change
// nothing, and "" for one that nobody knows.
func encodingName(s string) string {
	s = strings.ToLower(strings.Trim(s, " \t\"';"))
	if i := strings.IndexAny(s, " \t;(,"); i > 0 {
		s = s[:i]
	}
	switch strings.ReplaceAll(strings.ReplaceAll(s, "-", ""), "_", "") {
	case "base64", "b64", "xbase64", "b":
		return "base64"
	case "quotedprintable", "qp", "quotedprintible", "quoteprintable", "q":
		return "quoted-printable"
	case "uuencode", "xuuencode", "xuue", "uue", "xuu":
		return "uuencode"
	case "yenc", "xyenc", "xyencode":
		return "yenc"
	case "", "7bit", "8bit", "binary", "none", "7bits", "8bits", "7", "8":
		return "identity"
	}
	return ""
}

// base64Value maps a byte to its six bits, 64 for "=", 65 for a byte to skip.
var base64Value = func() (t [256]byte) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range t {
		t[i] = 65
	}
	for i := range alphabet {
		t[alphabet[i]] = byte(i)
	}
	t['='] = 64
	return t
}()

// fromURLAlphabet returns base64 in the alphabet of URLs (RFC 4648 section 5) in
// the usual one. Rules of dashes below the text are none of it.
func fromURLAlphabet(b []byte) []byte {
	if bytes.IndexByte(b, '-') < 0 && bytes.IndexByte(b, '_') < 0 || bytes.ContainsAny(b, "+/") {
		return b
	}
	for rest := b; len(rest) > 0; {
		line, next := nextLine(rest)
		rest = next
		if bytes.ContainsAny(line, "-_") && (bytes.ContainsAny(line, " \t") || len(bytes.Trim(line, "-_=")) < len(line)/2) {
			return b
		}
	}
	return bytes.Map(func(r rune) rune {
		switch r {
		case '-':
			return '+'
		case '_':
			return '/'
		}
		return r
	}, b)
}

// decodeBase64 decodes what is base64 in b and skips the rest. Padding in the
// middle ends a group, and the text goes on (concatenated blocks); a line of
// prose after the padding (a list's footer) ends it.
func decodeBase64(b []byte) (out []byte, clean bool) {
	out = make([]byte, 0, len(b)/4*3+3)
	clean = true
	var acc uint32
	n, padded := 0, false
	for i := 0; i < len(b); i++ {
		v := base64Value[b[i]]
		switch {
		case v < 64:
			if padded {
				if !base64Line(b[i:]) {
					return out, false
				}
				padded = false
			}
			acc = acc<<6 | uint32(v)
			if n++; n == 4 {
				out = append(out, byte(acc>>16), byte(acc>>8), byte(acc))
				acc, n = 0, 0
			}
		case v == 64:
			switch n {
			case 2:
				out = append(out, byte(acc>>4))
			case 3:
				out = append(out, byte(acc>>10), byte(acc>>2))
			}
			if n > 1 {
				padded = true
			}
			acc, n = 0, 0
		case !isSpace(b[i]):
			clean = false
		}
	}
	switch n {
	case 2:
		out = append(out, byte(acc>>4))
	case 3:
		out = append(out, byte(acc>>10), byte(acc>>2))
	}
	return out, clean && n == 0
}

// base64Line reports whether the line at the start of b can be base64: the
// alphabet only, and long enough or padded as a group needs.
func base64Line(b []byte) bool {
	n := 0
	for _, c := range b {
		if c == '\r' || c == '\n' {
			break
		}
		if base64Value[c] > 64 {
			return false
		}
		n++
	}
	return n%4 == 0 || n > 40
}

// looksBase64 reports false for text whose lines have blanks between words or
// marks that base64 lacks: the label lies.
func looksBase64(b []byte) bool {
	good, other, inner := 0, 0, 0
	for i, c := range b {
		if i > 4096 {
			break
		}
		switch v := base64Value[c]; {
		case v <= 64:
			good++
		case c == ' ' && i > 0 && i+1 < len(b) && base64Value[b[i-1]] < 64 && base64Value[b[i+1]] < 64:
			inner++
		case !isSpace(c):
			other++
		}
	}
	if (other+inner)*8 <= good || inner == 0 && good >= 16 && other*4 <= good { // text has blanks between its words
		return true
	}
	// A short text with a list's footer below it: its first line decides.
	for rest := b; len(rest) > 0; {
		line, next := nextLine(rest)
		rest = next
		if line = bytes.Trim(line, " \t"); len(line) > 0 {
			return len(line)%4 == 0 && base64Line(line) && (len(line) >= 60 || line[len(line)-1] == '=')
		}
	}
	return false
}

// decodeQP decodes quoted-printable (RFC 2045 section 6.7). What breaks the
// rules stays as it is.
func decodeQP(b []byte) []byte {
	i := bytes.IndexByte(b, '=')
	if i < 0 {
		return b
	}
	out := make([]byte, 0, len(b))
	out = append(out, b[:i]...)
	for i < len(b) {
		c := b[i]
		if c != '=' {
			out = append(out, c)
			i++
			continue
		}
		if i+2 == len(b) && unhex(b[i+1]) >= 0 { // cut inside its last byte
			break
		}
		if i+2 < len(b) && unhex(b[i+1]) >= 0 && unhex(b[i+2]) >= 0 {
			out = append(out, byte(unhex(b[i+1])<<4|unhex(b[i+2])))
			i += 3
			continue
		}
		// A soft line break, with the blanks that transport may have added.
		j := i + 1
		for j < len(b) && j < i+80 && (b[j] == ' ' || b[j] == '\t') {
			j++
		}
		switch {
		case j >= len(b):
			i = j
		case b[j] == '\r' && j+1 < len(b) && b[j+1] == '\n':
			i = j + 2
		case b[j] == '\r' && j+2 < len(b) && b[j+1] == '\r' && b[j+2] == '\n':
			i = j + 3
		case b[j] == '\n' || b[j] == '\r':
			i = j + 1
		default:
			out = append(out, '=')
			i++
		}
	}
	return out
}
