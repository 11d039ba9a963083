package mailtext

import "strings"

// unflow joins the lines of format=flowed text (RFC 3676). delsp says that the
// blank at the end of a flowed line is not part of the text (Japanese has no
// blanks between words).
func unflow(s string, delsp bool) string {
	var out strings.Builder
	out.Grow(len(s))
	open, depth := false, 0
	for len(s) > 0 {
		line, rest, more := strings.Cut(s, "\n")
		s = rest
		quotes := 0
		for quotes < len(line) && line[quotes] == '>' {
			quotes++
		}
		body, stuffed := strings.CutPrefix(line[quotes:], " ") // space-stuffing
		signature := body == "-- "
		if open && (quotes != depth || signature) {
			out.WriteByte('\n')
			open = false
		}
		if !open && quotes > 0 {
			out.WriteString(line[:quotes])
			if stuffed {
				out.WriteByte(' ')
			}
		}
		flowed := strings.HasSuffix(body, " ") && !signature
		if flowed && delsp {
			body = body[:len(body)-1]
		}
		out.WriteString(body)
		open, depth = flowed, quotes
		if !flowed && more {
			out.WriteByte('\n')
		}
	}
	return out.String()
}
