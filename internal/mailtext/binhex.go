package mailtext

import "bytes"

// binhexMark begins a file in BinHex 4.0 (RFC 1741).
var binhexMark = []byte("(This file must be converted with BinHex")

const (
	binhexAlphabet = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
	binhexRepeat   = 0x90
	maxBinHex      = 32 << 20 // bytes of one file: a run of marks grows up to 127 times
)

// extractBinHex returns the data fork of the first BinHex file in a text.
func extractBinHex(b []byte) (file, bool) {
	i := bytes.Index(b, binhexMark)
	if i < 0 {
		return file{}, false
	}
	b = b[i:]
	start := bytes.Index(b, []byte("\n:"))
	if start < 0 {
		if start = bytes.Index(b, []byte("\r:")); start < 0 {
			return file{}, false
		}
	}
	raw := unrepeat(binhexBytes(b[start+2:]))
	if len(raw) < 1 {
		return file{}, false
	}
	n := int(raw[0])
	head := 1 + n + 1 + 4 + 4 + 2 // length, name, version, type, creator, flags
	if n == 0 || n > 63 || len(raw) < head+10 {
		return file{}, false
	}
	size := int(raw[head])<<24 | int(raw[head+1])<<16 | int(raw[head+2])<<8 | int(raw[head+3])
	data := raw[head+10:] // after both lengths and the header's checksum
	if size > len(data) {
		size = len(data) // cut short on the way: what there is
	}
	return file{string(raw[1 : 1+n]), data[:size]}, true
}

// binhexBytes decodes six bits a character up to the closing colon.
func binhexBytes(b []byte) []byte {
	out := make([]byte, 0, len(b)*3/4)
	var acc uint32
	bits := 0
	for _, c := range b {
		if c == ':' {
			break
		}
		v := bytes.IndexByte([]byte(binhexAlphabet), c)
		if v < 0 {
			continue
		}
		acc = acc<<6 | uint32(v)
		if bits += 6; bits >= 8 {
			bits -= 8
			out = append(out, byte(acc>>bits))
		}
	}
	return out
}

// unrepeat undoes the runs: a byte, the mark, how often.
func unrepeat(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b) && len(out) < maxBinHex; i++ {
		if b[i] != binhexRepeat || i+1 >= len(b) {
			out = append(out, b[i])
			continue
		}
		i++
		switch n := int(b[i]); {
		case n == 0:
			out = append(out, binhexRepeat)
		case len(out) > 0:
			out = append(out, bytes.Repeat(out[len(out)-1:], n-1)...)
		}
	}
	return out
}
