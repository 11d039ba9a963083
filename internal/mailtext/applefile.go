package mailtext

import "encoding/binary"

// Entries of AppleSingle and AppleDouble (RFC 1740 appendix A and B).
const (
	appleSingleMagic = 0x00051600
	appleDataFork    = 1
	appleRealName    = 3
	maxAppleEntries  = 100
)

// appleSingle returns the file inside an AppleSingle. An AppleDouble has none:
// it is what belongs to the file beside it.
func appleSingle(b []byte) (file, bool) {
	if len(b) < 26 || binary.BigEndian.Uint32(b) != appleSingleMagic {
		return file{}, false
	}
	var f file
	found := false
	count := min(int(binary.BigEndian.Uint16(b[24:])), maxAppleEntries)
	for entries := b[26:]; count > 0 && len(entries) >= 12; count-- {
		id, offset, size := binary.BigEndian.Uint32(entries), binary.BigEndian.Uint32(entries[4:]), binary.BigEndian.Uint32(entries[8:])
		entries = entries[12:]
		if uint64(offset) > uint64(len(b)) {
			continue
		}
		value := b[offset:]
		if uint64(size) < uint64(len(value)) {
			value = value[:size]
		}
		switch id {
		case appleDataFork:
			f.data, found = value, true
		case appleRealName:
			f.name = string(value)
		}
	}
	return f, found
}
