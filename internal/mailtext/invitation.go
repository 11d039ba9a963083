package mailtext

import (
	"strings"
	"time"
)

// invitationText is what a calendar invitation says, for a mail that says
// nothing else: what, when, where, and the organizer's words (RFC 5545).
func invitationText(ics string) string {
	ics = strings.NewReplacer("\r\n ", "", "\r\n\t", "", "\n ", "", "\n\t", "").Replace(ics)
	said := map[string]string{}
	inEvent := false
	for line := range strings.Lines(ics) {
		line = strings.TrimRight(line, "\r\n")
		switch strings.ToUpper(line) {
		case "BEGIN:VEVENT", "BEGIN:VTODO":
			inEvent = true
			continue
		case "BEGIN:VALARM":
			inEvent = false
			continue
		}
		head, value, ok := cutProperty(line)
		name, params, _ := strings.Cut(head, ";")
		name = strings.ToUpper(name)
		if !ok || !inEvent || said[name] != "" {
			continue
		}
		if name == "DTSTART" || name == "DTEND" {
			value = calendarTime(value, params)
		}
		said[name] = unescapeText(value)
	}
	when := said["DTSTART"]
	if end := said["DTEND"]; end != "" {
		when += " – " + end
	}
	var out []string
	for _, part := range []string{said["SUMMARY"], when, said["LOCATION"], said["DESCRIPTION"]} {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return strings.Join(out, "\n")
}

// cutProperty splits a line at the colon that is in no quoted parameter.
func cutProperty(line string) (head, value string, ok bool) {
	quoted := false
	for i := range len(line) {
		switch {
		case line[i] == '"':
			quoted = !quoted
		case line[i] == ':' && !quoted:
			return line[:i], line[i+1:], true
		}
	}
	return "", "", false
}

var unescapes = strings.NewReplacer(`\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";", `\\`, `\`)

func unescapeText(s string) string { return unescapes.Replace(s) }

// calendarTime writes an instant of a calendar with its zone as it came.
func calendarTime(value, params string) string {
	for _, form := range [...]struct{ in, out string }{{"20060102T150405Z", "2006-01-02 15:04 UTC"}, {"20060102T150405", "2006-01-02 15:04"}, {"20060102", "2006-01-02"}} {
		t, err := time.Parse(form.in, value)
		if err != nil {
			continue
		}
		text := t.Format(form.out)
		for param := range strings.SplitSeq(params, ";") {
			if zone, ok := strings.CutPrefix(param, "TZID="); ok {
				text += " (" + strings.Trim(zone, `"`) + ")"
			}
		}
		return text
	}
	return value
}
