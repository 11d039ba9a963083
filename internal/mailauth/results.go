package mailauth

import (
	"slices"
	"strings"

	"madoguchi/terms/cases"
)

// word is what a mail server of ours found out before it handed the mail on.
type word struct {
	by         string
	spf, dmarc cases.AuthCheck
	dkim       []cases.AuthCheck
}

// believed reads the Authentication-Results of the servers that are trusted
// (RFC 8601). Of each method the topmost counts: our own server put its field
// above whatever came with the mail. Servers must strip fields in their own
// name from mail of outside (RFC 8601 5); the settings page says so.
func believed(h header, trust []string) (word, bool) {
	var w word
	seen := map[string]bool{}
	for _, value := range h.all("authentication-results") {
		id, results := parseResults(value)
		if !slices.ContainsFunc(trust, func(t string) bool { return strings.EqualFold(t, id) }) {
			continue
		}
		w.by = id
		here := map[string]bool{}
		for _, r := range results {
			if seen[r.method] {
				continue
			}
			here[r.method] = true
			r.into(&w)
		}
		for m := range here {
			seen[m] = true
		}
	}
	return w, w.by != ""
}

// resinfo is one result of an Authentication-Results field.
type resinfo struct {
	method, result string
	props          map[string]string
}

func (r resinfo) into(w *word) {
	c := cases.AuthCheck{Result: r.result, Detail: r.props["reason"]}
	switch r.method {
	case "spf":
		c.Domain = mailDomain(r.props["smtp.mailfrom"])
		if c.Domain == "" {
			c.Domain = mailDomain(r.props["smtp.helo"])
		}
		w.spf = c
	case "dkim":
		c.Domain = mailDomain(r.props["header.d"])
		if c.Domain == "" {
			c.Domain = mailDomain(r.props["header.i"])
		}
		w.dkim = append(w.dkim, c)
	case "dmarc":
		c.Domain = mailDomain(r.props["header.from"])
		w.dmarc = c
	}
}

// mailDomain is the domain of an address, "@domain" or a bare domain.
func mailDomain(s string) string {
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
	}
	return clean(s)
}

// parseResults reads one field's value (RFC 8601 2.2): the server's name and
// its results. Comments are dropped, since others' words stand in them; what
// is malformed ends the reading, so that nothing is guessed.
func parseResults(value string) (string, []resinfo) {
	parts := splitResults(value)
	if len(parts) == 0 || len(parts[0]) == 0 {
		return "", nil
	}
	id := parts[0][0] // a version may follow
	if len(parts[0]) > 1 && parts[0][1] != "1" {
		return "", nil
	}
	var out []resinfo
	for _, words := range parts[1:] {
		if len(words) == 0 {
			continue
		}
		method, result, ok := strings.Cut(words[0], "=")
		if !ok { // "none", or nothing we know
			continue
		}
		method, _, _ = strings.Cut(method, "/") // a method's version
		r := resinfo{strings.ToLower(method), strings.ToLower(result), map[string]string{}}
		for _, w := range words[1:] {
			if k, v, ok := strings.Cut(w, "="); ok {
				k = strings.ToLower(k)
				if _, twice := r.props[k]; !twice {
					r.props[k] = v
				}
			}
		}
		out = append(out, r)
	}
	return id, out
}

// splitResults cuts a value at its semicolons into words: without comments,
// quoted strings opened, blanks around "=" and "." removed.
func splitResults(value string) [][]string {
	var parts [][]string
	var words []string
	var w strings.Builder
	depth, quoted, open := 0, false, false
	end := func() {
		if w.Len() > 0 {
			words = append(words, w.String())
			w.Reset()
		}
		open = false
	}
	for i := 0; i < len(value); i++ {
		c := value[i]
		switch {
		case (depth > 0 || quoted) && c == '\\' && i+1 < len(value):
			i++
			if quoted {
				w.WriteByte(value[i])
			}
		case depth > 0:
			depth += map[byte]int{'(': 1, ')': -1}[c]
		case c == '"':
			quoted = !quoted
		case quoted:
			w.WriteByte(c)
		case c == '(':
			depth++
		case c == ';':
			end()
			parts, words = append(parts, words), nil
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			open = w.Len() > 0
		case c == '=':
			if w.Len() == 0 && len(words) > 0 { // "method =result"
				w.WriteString(words[len(words)-1])
				words = words[:len(words)-1]
			}
			w.WriteByte('=')
			open = false
		default:
			if open && !strings.HasSuffix(w.String(), "=") {
				end()
			}
			open = false
			w.WriteByte(c)
		}
	}
	end()
	return append(parts, words)
}
