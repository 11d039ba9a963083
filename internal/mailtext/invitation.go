package mailtext

import (
	"strings"
	"time"
)

// invitationText is what a calendar invitation says, for a mail that says
// nothing else: what, when, where, and the organizer's words (RFC 5545).
func invitationText(ics string) string {
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
		if ok && name == "METHOD" && said[name] == "" {
			said[name] = strings.ToUpper(strings.TrimSpace(value))
		}
		if !ok || !inEvent || said[name] != "" {
			continue
		}
		if name == "ATTENDEE" {
			value = attendance(value, params)
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
	answer := ""
	switch said["METHOD"] {
	case "CANCEL":
		answer = "取消 / Cancelled"
	case "REPLY", "COUNTER":
		answer = said["ATTENDEE"]
	}
	var out []string
	for _, part := range []string{answer, said["SUMMARY"], when, said["LOCATION"], said["DESCRIPTION"], said["COMMENT"]} {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return strings.Join(out, "\n")
}

// attendance says who answered an invitation, and how.
func attendance(value, params string) string {
	who, status := strings.TrimPrefix(strings.TrimPrefix(value, "mailto:"), "MAILTO:"), ""
	for param := range strings.SplitSeq(params, ";") {
		switch name, v, _ := strings.Cut(param, "="); strings.ToUpper(name) {
		case "CN":
			who = strings.Trim(v, `"`)
		case "PARTSTAT":
			status = answers[strings.ToUpper(v)]
		}
	}
	if status == "" {
		return ""
	}
	return who + ": " + status
}

// answers are the values of PARTSTAT that are an answer (RFC 5545 section 3.2.12).
var answers = map[string]string{
	"ACCEPTED": "出席 / Accepted", "DECLINED": "欠席 / Declined", "TENTATIVE": "仮の予定 / Tentative", "DELEGATED": "委任 / Delegated",
}

var calendarFolds = strings.NewReplacer("\r\n ", "", "\r\n\t", "", "\n ", "", "\n\t", "")

// unfoldCalendar joins folded lines (RFC 5545 section 3.1). It works on bytes:
// a fold may stand inside a character.
func unfoldCalendar(ics []byte) []byte { return []byte(calendarFolds.Replace(string(ics))) }

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
