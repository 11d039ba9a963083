package cases

import "strings"

// Mention names somebody of the desk in an internal note: a person, or a team
// and with it everybody in it.
type Mention struct {
	Agent string `json:"agent,omitempty"` // id of a person
	Team  string `json:"team,omitempty"`  // id of a team
	Name  string `json:"name"`
}

// MentionsIn finds who is named in a text: "@" (or the full-width ＠) and a name,
// or the part of a name before its first space where only one of those known
// has it. Each is found once, in the order of the text. Of names that begin
// alike the longest counts.
func MentionsIn(text string, known []Mention) []Mention {
	var found []Mention
	lower := strings.ToLower(strings.ReplaceAll(text, "＠", "@"))
	for {
		_, rest, ok := strings.Cut(lower, "@")
		if !ok {
			return found
		}
		lower = rest
		if m, ok := named(rest, known); ok && !contains(found, m) {
			found = append(found, m)
		}
	}
}

func named(rest string, known []Mention) (Mention, bool) {
	best, most, times := Mention{}, 0, 0
	for _, m := range known {
		full := strings.ToLower(m.Name)
		first, _, _ := strings.Cut(full, " ")
		for _, name := range []string{full, first} {
			switch {
			case name == "" || !strings.HasPrefix(rest, name) || len(name) < most:
			case len(name) > most:
				best, most, times = m, len(name), 1
			case best != m:
				times++
			}
		}
	}
	return best, times == 1
}

func contains(list []Mention, m Mention) bool {
	for _, have := range list {
		if have == m {
			return true
		}
	}
	return false
}
