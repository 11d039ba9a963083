package mailtext

import "strings"

// enrichedText removes the commands of text/enriched (RFC 1896).
func enrichedText(s string) string {
	var out strings.Builder
	closed := true // parameters are closed, as far as seen
	for len(s) > 0 {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			break
		}
		out.WriteString(s[:i])
		s = s[i:]
		if strings.HasPrefix(s, "<<") {
			out.WriteByte('<')
			s = s[2:]
			continue
		}
		end := strings.IndexByte(s[:min(len(s), 80)], '>')
		if end < 0 {
			out.WriteByte('<')
			s = s[1:]
			continue
		}
		if closed && strings.EqualFold(s[:end+1], "<param>") {
			if stop := indexFold(s[:min(len(s), 2000)], "</param>"); stop > 0 {
				s = s[stop+8:]
				continue
			}
			closed = false
		}
		s = s[end+1:]
	}
	out.WriteString(s)
	// One line end is a blank, n of them are n-1 line ends.
	return strings.ReplaceAll(strings.ReplaceAll(out.String(), "\n\n", "\x00"), "\x00", "\n")
}
