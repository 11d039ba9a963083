package engine

import (
	"strconv"
	"strings"
)

// inOrder is a statement with its parameters $1, $2, … as plain question marks,
// where they stand in this order and each once; any other is left as it is.
// SQLite takes "$1" for a name, which the driver asks for and looks up at every
// run: that was two fifths of what it costs to hand a parameter over.
func inOrder(query string) string {
	var out strings.Builder
	quote := byte(0)
	n, from := 0, 0
	for i := 0; i < len(query); i++ {
		switch c := query[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '-' && strings.HasPrefix(query[i:], "--"), c == '?':
			return query // a comment may hold anything
		case c == '$':
			n++
			number := strconv.Itoa(n)
			end := i + 1 + len(number)
			if !strings.HasPrefix(query[i+1:], number) || end < len(query) && query[end] >= '0' && query[end] <= '9' {
				return query
			}
			out.WriteString(query[from:i])
			out.WriteByte('?')
			from, i = end, end-1
		}
	}
	if n == 0 {
		return query
	}
	out.WriteString(query[from:])
	return out.String()
}
