package mailtext

import (
	"bytes"
	"compress/zlib"
	"io"
)

// This file looks into S/MIME messages that hide a readable mail: signed but
// not encrypted, or compressed (RFC 8551 sections 3.5.2 and 3.6). Nothing is
// verified; the message itself stays an attachment.

var (
	oidSignedData     = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02}
	oidCompressedData = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x09}
)

const maxInflated = 64 << 20

// cmsContent returns the entity inside a signed or compressed message.
func cmsContent(b []byte) (inner []byte, ok bool) {
	outer, _, ok := readTLV(b)
	if !ok || outer.tag != 0x30 {
		return nil, false
	}
	oid, rest, ok := readTLV(outer.value)
	if !ok || oid.tag != 0x06 {
		return nil, false
	}
	explicit, _, ok := readTLV(rest)
	if !ok || explicit.tag != 0xa0 {
		return nil, false
	}
	body, _, ok := readTLV(explicit.value)
	if !ok || body.tag != 0x30 {
		return nil, false
	}
	signed, compressed := bytes.Equal(oid.value, oidSignedData), bytes.Equal(oid.value, oidCompressedData)
	if !signed && !compressed {
		return nil, false
	}
	// version, algorithms, then the encapsulated content: OID and [0] octets.
	for rest, n := body.value, 0; len(rest) > 0 && n < 4; n++ {
		item, after, ok := readTLV(rest)
		if !ok {
			return nil, false
		}
		rest = after
		if item.tag != 0x30 || n < 2 {
			continue
		}
		_, tail, ok := readTLV(item.value)
		if !ok {
			return nil, false
		}
		wrapped, _, ok := readTLV(tail)
		if !ok || wrapped.tag != 0xa0 {
			return nil, false
		}
		octets, ok := octetString(wrapped.value, 0)
		if !ok || len(octets) == 0 {
			return nil, false
		}
		if compressed {
			return inflate(octets)
		}
		return octets, true
	}
	return nil, false
}

func inflate(b []byte) ([]byte, bool) {
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, false
	}
	out, err := io.ReadAll(io.LimitReader(z, maxInflated))
	return out, err == nil
}

// tlv is one value of BER (X.690).
type tlv struct {
	tag   byte
	value []byte
}

// readTLV reads the value at the start of b. One of indefinite length ends at
// its end-of-contents mark.
func readTLV(b []byte) (v tlv, rest []byte, ok bool) {
	head, length, indefinite, ok := tlvHead(b)
	if !ok {
		return tlv{}, nil, false
	}
	if !indefinite {
		return tlv{b[0], b[head : head+length]}, b[head+length:], true
	}
	end, ok := indefiniteEnd(b[head:])
	if !ok {
		return tlv{}, nil, false
	}
	return tlv{b[0], b[head : head+end]}, b[head+end+2:], true
}

func tlvHead(b []byte) (head, length int, indefinite, ok bool) {
	if len(b) < 2 || b[0]&0x1f == 0x1f {
		return 0, 0, false, false
	}
	switch n := int(b[1]); {
	case n < 0x80:
		head, length = 2, n
	case n == 0x80:
		return 2, 0, true, true
	case n-0x80 > 4 || len(b) < 2+n-0x80:
		return 0, 0, false, false
	default:
		head = 2 + n - 0x80
		for _, c := range b[2:head] {
			length = length<<8 | int(c)
		}
	}
	return head, length, false, length <= len(b)-head
}

// indefiniteEnd returns the offset of the end-of-contents mark that closes the
// values at b, in one pass over nested ones.
func indefiniteEnd(b []byte) (int, bool) {
	open := 1
	for i := 0; i+1 < len(b); {
		if b[i] == 0 && b[i+1] == 0 {
			if open--; open == 0 {
				return i, true
			}
			i += 2
			continue
		}
		head, length, indefinite, ok := tlvHead(b[i:])
		if !ok {
			return 0, false
		}
		i += head
		if indefinite {
			open++
		} else {
			i += length
		}
	}
	return 0, false
}

// octetString joins an octet string, also one built of pieces.
func octetString(b []byte, depth int) ([]byte, bool) {
	v, _, ok := readTLV(b)
	if !ok || depth > 8 {
		return nil, false
	}
	if v.tag == 0x04 {
		return v.value, true
	}
	if v.tag != 0x24 {
		return nil, false
	}
	var out []byte
	for rest := v.value; len(rest) > 0; {
		_, after, ok := readTLV(rest)
		if !ok {
			return nil, false
		}
		piece, ok := octetString(rest, depth+1)
		if !ok {
			return nil, false
		}
		out = append(out, piece...)
		rest = after
	}
	return out, true
}
