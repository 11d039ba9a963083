package mailtext

// nextLine cuts the first line off b. Lines end with CRLF, LF, a lone CR, or
// the CR CR LF of a gateway that converted twice.
func nextLine(b []byte) (line, rest []byte) {
	for i, c := range b {
		if c == '\n' {
			return b[:i], b[i+1:]
		}
		if c != '\r' {
			continue
		}
		switch {
		case i+1 < len(b) && b[i+1] == '\n':
			return b[:i], b[i+2:]
		case i+2 < len(b) && b[i+1] == '\r' && b[i+2] == '\n':
			return b[:i], b[i+3:]
		}
		return b[:i], b[i+1:]
	}
	return b, nil
}

// trimLineEnd removes one line end from the end of b.
func trimLineEnd(b []byte) []byte {
	n := len(b)
	switch {
	case n >= 2 && b[n-2] == '\r' && b[n-1] == '\n':
		return b[:n-2]
	case n >= 1 && (b[n-1] == '\n' || b[n-1] == '\r'):
		return b[:n-1]
	}
	return b
}

func isBlank(line []byte) bool {
	for _, c := range line {
		if c != ' ' && c != '\t' {
			return false
		}
	}
	return true
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
