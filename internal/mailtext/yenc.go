package mailtext

import (
	"bytes"
	"sort"
	"strconv"
	"strings"
)

// yPart is one block of yEnc: a file, or a piece of one.
type yPart struct {
	file
	begin int // place of its first byte in the file, from 1; 0 when it is the whole file
}

// extractYEnc takes yEnc files (yenc.org, 1.3) out of a text and returns them
// with the text that remains. Pieces of one file that follow each other without
// a gap are one file; else each stays by itself.
func extractYEnc(b []byte) (files []file, rest []byte) {
	if !bytes.Contains(b, []byte("=ybegin ")) {
		return nil, b
	}
	keep := b[:0:0]
	var parts []yPart
	for len(b) > 0 {
		line, next := nextLine(b)
		if !isYBegin(line) {
			keep = append(keep, b[:len(b)-len(next)]...)
			b = next
			continue
		}
		var p yPart
		p, b = readYEnc(line, next)
		parts = append(parts, p)
	}
	return joinYParts(parts), keep
}

// isYBegin reports the line that begins a block: it has all that the format asks for.
func isYBegin(line []byte) bool {
	return bytes.HasPrefix(line, []byte("=ybegin ")) && bytes.Contains(line, []byte(" line=")) && bytes.Contains(line, []byte(" size=")) && bytes.Contains(line, []byte(" name="))
}

// readYEnc reads the block below the line head. One that is never closed ends
// where its size is reached or another begins.
func readYEnc(head, b []byte) (p yPart, rest []byte) {
	p.name = strings.Trim(string(head[bytes.Index(head, []byte(" name="))+len(" name="):]), " \t\"")
	size := yField(head, " size=")
	for len(b) > 0 {
		line, next := nextLine(b)
		if bytes.HasPrefix(line, []byte("=yend")) {
			b = next
			break
		}
		if isYBegin(line) || len(p.data) > 0 && len(p.data) >= size {
			break
		}
		if b = next; bytes.HasPrefix(line, []byte("=ypart ")) {
			p.begin = yField(line, " begin=")
			size = max(yField(line, " end=")-p.begin+1, 0)
			continue
		}
		p.data = appendYEnc(p.data, line)
	}
	if size > 0 && len(p.data) > size {
		p.data = p.data[:size]
	}
	return p, b
}

// joinYParts puts the pieces of each file together, in the order of the files.
func joinYParts(parts []yPart) []file {
	pieces := map[string][]yPart{}
	for _, p := range parts {
		if p.begin > 0 {
			pieces[p.name] = append(pieces[p.name], p)
		}
	}
	whole := map[string][]byte{}
	for name, of := range pieces {
		if data, ok := wholeFile(of); ok {
			whole[name] = data
		}
	}
	var files []file
	for _, p := range parts {
		if data, ok := whole[p.name]; ok && p.begin > 0 {
			if data == nil {
				continue // it is in the file that its first piece became
			}
			p.data, whole[p.name] = data, nil
		}
		files = append(files, p.file)
	}
	return files
}

// wholeFile joins pieces when each begins where the one before it ends.
func wholeFile(pieces []yPart) (data []byte, ok bool) {
	sort.SliceStable(pieces, func(i, j int) bool { return pieces[i].begin < pieces[j].begin })
	for _, p := range pieces {
		if p.begin != len(data)+1 {
			return nil, false
		}
		data = append(data, p.data...)
	}
	return data, true
}

// yField reads a number of a line, 0 without one.
func yField(line []byte, key string) int {
	_, digits, _ := bytes.Cut(line, []byte(key))
	n := 0
	for n < len(digits) && n < 10 && digits[n] >= '0' && digits[n] <= '9' {
		n++
	}
	v, err := strconv.Atoi(string(digits[:n]))
	if err != nil {
		return 0
	}
	return v
}

func appendYEnc(data, line []byte) []byte {
	if bytes.HasPrefix(line, []byte("..")) { // dot-stuffing that was left in
		line = line[1:]
	}
	for i := 0; i < len(line); i++ {
		c := line[i]
		if c == '=' && i+1 < len(line) {
			i++
			c = line[i] - 64
		}
		data = append(data, c-42)
	}
	return data
}
