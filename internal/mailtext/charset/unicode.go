package charset

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decodeUTF7 reads RFC 2152.
func decodeUTF7(b []byte) (string, int) {
	var out strings.Builder
	bad := 0
	for i := 0; i < len(b); i++ {
		if b[i] != '+' {
			if b[i] < 0x80 {
				out.WriteByte(b[i])
				continue
			}
			r, n := utf8.DecodeRune(b[i:])
			if r == utf8.RuneError {
				bad++
			}
			out.WriteRune(r)
			i += n - 1
			continue
		}
		j := i + 1
		for j < len(b) && isBase64(b[j]) {
			j++
		}
		switch {
		case j == i+1:
			out.WriteByte('+')
			if j < len(b) && b[j] == '-' {
				j++
			}
		default:
			raw, err := base64.RawStdEncoding.DecodeString(string(b[i+1 : j]))
			if err != nil && len(raw) == 0 {
				bad++
				out.Write(b[i:j])
				break
			}
			text, n := units(raw[:len(raw)&^1], true)
			out.WriteString(text)
			bad += n
			if j < len(b) && b[j] == '-' {
				j++
			}
		}
		i = j - 1
	}
	return out.String(), bad
}

func isBase64(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/'
}

// decodeUTF16 reads UTF-16; without a byte order in its name a mark decides,
// then the place of the zero bytes.
func decodeUTF16(name string, b []byte) (string, int) {
	big := name != "utf-16le"
	if len(b) >= 2 {
		switch {
		case b[0] == 0xfe && b[1] == 0xff:
			big, b = true, b[2:]
		case b[0] == 0xff && b[1] == 0xfe:
			big, b = false, b[2:]
		case name == "utf-16":
			even, odd := zeros(b)
			big = even >= odd
		}
	}
	text, bad := units(b[:len(b)&^1], big)
	return text, bad + len(b)&1
}

func zeros(b []byte) (even, odd int) {
	for i, c := range b {
		if c == 0 && i&1 == 0 {
			even++
		} else if c == 0 {
			odd++
		}
	}
	return even, odd
}

func units(b []byte, big bool) (string, int) {
	u := make([]uint16, len(b)/2)
	for i := range u {
		if big {
			u[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
		} else {
			u[i] = uint16(b[2*i+1])<<8 | uint16(b[2*i])
		}
	}
	s := string(utf16.Decode(u))
	return s, strings.Count(s, "\uFFFD")
}

func decodeUTF32(name string, b []byte) (string, int) {
	big := name != "utf-32le"
	if len(b) >= 4 && b[0] == 0xff && b[1] == 0xfe && b[2] == 0 && b[3] == 0 {
		big = false
	}
	var out strings.Builder
	bad := 0
	for i := 0; i+3 < len(b); i += 4 {
		r := rune(b[i])<<24 | rune(b[i+1])<<16 | rune(b[i+2])<<8 | rune(b[i+3])
		if !big {
			r = rune(b[i+3])<<24 | rune(b[i+2])<<16 | rune(b[i+1])<<8 | rune(b[i])
		}
		if r == 0xfeff && i == 0 {
			continue
		}
		if !utf8.ValidRune(r) {
			r = utf8.RuneError
			bad++
		}
		out.WriteRune(r)
	}
	return out.String(), bad
}
