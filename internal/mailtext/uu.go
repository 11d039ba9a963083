package mailtext

import (
	"bytes"
	"encoding/base64"
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
	if !bytes.Contains(b, []byte("begin ")) && !bytes.Contains(b, []byte("begin-base64 ")) {
		return nil, b
	}
	keep := b[:0:0]
	for len(b) > 0 {
		line, next := nextLine(b)
		if name, ok := uuBegin(line, "begin-base64 "); ok {
			if data, after, ok := readUUBase64(next); ok {
				files = append(files, file{name, data})
				b = after
				continue
			}
		}
		if name, ok := uuBegin(line, "begin "); ok {
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

// readUUBase64 reads lines of base64 up to "====" (POSIX uuencode -m), or up to
// the first line that is none.
func readUUBase64(b []byte) (data, rest []byte, ok bool) {
	for len(b) > 0 {
		line, next := nextLine(b)
		line = bytes.TrimRight(line, " \t")
		if string(line) == "====" {
			return data, next, true
		}
		piece, err := base64.StdEncoding.AppendDecode(data, line)
		if err != nil || len(line) == 0 {
			break
		}
		data, b = piece, next
	}
	return data, b, len(data) > 0
}

// uuBegin reads "begin 644 name".
func uuBegin(line []byte, word string) (name string, ok bool) {
	rest, ok := bytes.CutPrefix(line, []byte(word))
	if !ok {
		return "", false
	}
	mode, nm, ok := strings.Cut(strings.TrimLeft(string(rest), " "), " ")
	if !ok || len(mode) < 3 || len(mode) > 5 || strings.Trim(mode, "01234567") != "" {
		return "", false
	}
	return strings.TrimSpace(nm), true
}

// readUU reads encoded lines up to "end". Where that is missing, the file ends
// with its first line that is not full, so that the text below stays text.
func readUU(b []byte) (data, rest []byte, ok bool) {
	data, rest, ended := readUULines(b, false)
	if !ended {
		data, rest, _ = readUULines(b, true)
	}
	return data, rest, ended || len(data) > 0
}

// readUULines reads lines; ended reports that "end" closed them. strict takes
// only lines that are as long as they say, and stops after a short one.
func readUULines(b []byte, strict bool) (data, rest []byte, ended bool) {
	for len(b) > 0 {
		line, next := nextLine(b)
		trimmed := bytes.TrimRight(line, " \t")
		if string(trimmed) == "end" {
			return data, next, true
		}
		if len(trimmed) == 0 || string(trimmed) == "`" {
			if strict {
				return data, next, false
			}
			b = next
			continue
		}
		n := int(line[0]-0x20) & 0x3f
		body := line[1:]
		if line[0] < 0x20 || line[0] > 0x60 || len(body) > n/3*4+8 || len(bytes.TrimRight(body, " ")) > 90 {
			return data, b, false
		}
		cut := len(body) < (n*4+2)/3 // characters that n bytes need at least
		if strict && cut && len(next) > 0 {
			return data, b, false
		}
		start := len(data)
		for i := 0; i < len(body) && len(data)-start < n; i += 4 {
			var v [4]byte
			for j := range v {
				if i+j < len(body) {
					if body[i+j] < 0x20 || body[i+j] > 0x60 {
						return data[:start], b, false
					}
					v[j] = (body[i+j] - 0x20) & 0x3f
				}
			}
			data = append(data, v[0]<<2|v[1]>>4, v[1]<<4|v[2]>>2, v[2]<<6|v[3])
		}
		if strict && cut { // the mail ends here
			return data[:start+min(len(body)*3/4, len(data)-start)], nil, false
		}
		if len(data) > start+n {
			data = data[:start+n]
		}
		for len(data) < start+n { // trailing blanks that transport removed
			data = append(data, 0)
		}
		if b = next; strict && n < fullUULine {
			return data, b, false
		}
	}
	return data, nil, false
}

const fullUULine = 45 // bytes of every line but the last
