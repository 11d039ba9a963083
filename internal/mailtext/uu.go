package mailtext

import (
	"bytes"
	"strconv"
	"strings"
)

// file is a file found inside a text (uuencode, yEnc).
type file struct {
	name string
	data []byte
}

// extractUU takes uuencoded files out of a text and returns them with the text
// that remains. A "begin" line counts only when encoded lines follow it.
func extractUU(b []byte) (files []file, rest []byte) {
	if !bytes.Contains(b, []byte("begin ")) {
		return nil, b
	}
	keep := b[:0:0]
	for len(b) > 0 {
		line, next := nextLine(b)
		if name, ok := uuBegin(line); ok {
			if data, after, ok := readUU(next); ok {
				files = append(files, file{name, data})
				b = after
				continue
			}
		}
		keep = append(keep, b[:len(b)-len(next)]...)
		b = next
	}
	return files, keep
}

// uuBegin reads "begin 644 name".
func uuBegin(line []byte) (name string, ok bool) {
	rest, ok := bytes.CutPrefix(line, []byte("begin "))
	if !ok {
		return "", false
	}
	mode, nm, ok := strings.Cut(strings.TrimLeft(string(rest), " "), " ")
	if !ok || len(mode) < 3 || len(mode) > 5 || strings.Trim(mode, "01234567") != "" {
		return "", false
	}
	return strings.TrimSpace(nm), true
}

func readUU(b []byte) (data, rest []byte, ok bool) {
	for len(b) > 0 {
		line, next := nextLine(b)
		trimmed := bytes.TrimRight(line, " \t")
		if string(trimmed) == "end" {
			return data, next, true
		}
		if len(trimmed) == 0 || string(trimmed) == "`" {
			b = next
			continue
		}
		n := int(line[0]-0x20) & 0x3f
		body := line[1:]
		if line[0] < 0x20 || line[0] > 0x60 || len(body) > n/3*4+8 || len(bytes.TrimRight(body, " ")) > 90 {
			return data, b, len(data) > 0
		}
		start := len(data)
		for i := 0; i < len(body) && len(data)-start < n; i += 4 {
			var v [4]byte
			for j := range v {
				if i+j < len(body) {
					if body[i+j] < 0x20 || body[i+j] > 0x60 {
						return data[:start], b, start > 0
					}
					v[j] = (body[i+j] - 0x20) & 0x3f
				}
			}
			data = append(data, v[0]<<2|v[1]>>4, v[1]<<4|v[2]>>2, v[2]<<6|v[3])
		}
		if len(data) > start+n {
			data = data[:start+n]
		}
		for len(data) < start+n { // trailing blanks that transport removed
			data = append(data, 0)
		}
		b = next
	}
	return data, nil, len(data) > 0
}

// extractYEnc takes yEnc files (yenc.org, 1.3) out of a text and returns them
// with the text that remains.
func extractYEnc(b []byte) (files []file, rest []byte) {
	if !bytes.Contains(b, []byte("=ybegin ")) {
		return nil, b
	}
	keep := b[:0:0]
	for len(b) > 0 {
		line, next := nextLine(b)
		if !bytes.HasPrefix(line, []byte("=ybegin ")) {
			keep = append(keep, b[:len(b)-len(next)]...)
			b = next
			continue
		}
		name := ""
		if i := bytes.Index(line, []byte(" name=")); i >= 0 {
			name = strings.TrimSpace(string(line[i+6:]))
		}
		size := yField(line, "size=")
		var data []byte
		b = next
		for len(b) > 0 {
			line, b = nextLine(b)
			if bytes.HasPrefix(line, []byte("=yend")) {
				break
			}
			if bytes.HasPrefix(line, []byte("=ypart")) {
				size = 0
				continue
			}
			data = appendYEnc(data, line)
		}
		if size > 0 && len(data) > size {
			data = data[:size]
		}
		files = append(files, file{name, data})
	}
	return files, keep
}

func yField(line []byte, key string) int {
	i := bytes.Index(line, []byte(key))
	if i < 0 {
		return 0
	}
	digits := line[i+len(key):]
	j := 0
	for j < len(digits) && j < 10 && digits[j] >= '0' && digits[j] <= '9' {
		j++
	}
	n, err := strconv.Atoi(string(digits[:j]))
	if err != nil {
		return 0
	}
	return n
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
