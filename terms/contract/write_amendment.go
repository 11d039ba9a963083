package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"madoguchi/terms/worktime"
)

// AmendmentParts are the contents of an amendment as a form has them. What is
// empty is not stated.
type AmendmentParts struct {
	ID, Base string
	Name     Text
	Agreed   Text
	Region   RegionID
	Plus     string // "true", "false" or empty
	Closures []NamedDay
	Targets  []TargetWithin
}

// NamedDay is a date with the name by which people know it.
type NamedDay struct {
	Date worktime.Date
	Name Text
}

// TargetWithin is a target that an amendment states.
type TargetWithin struct {
	Metric   Metric
	Priority PriorityID
	Within   time.Duration
}

// Empty reports whether an amendment of these parts would change nothing.
func (p AmendmentParts) Empty() bool {
	return p.Region == "" && p.Plus == "" && len(p.Closures) == 0 && len(p.Targets) == 0
}

// YAML writes the parts as the file that [LoadAmendment] reads. It checks
// nothing: a wrong part is found there, with its line.
func (p AmendmentParts) YAML() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "format: %s\namendment:\n  id: %s\n  base: %s\n  name: %s\n", Format, quote(p.ID), quote(p.Base), both(p.Name))
	if p.Agreed != (Text{}) {
		fmt.Fprintf(&b, "  agreed: %s\n", both(p.Agreed))
	}
	if p.Region != "" {
		fmt.Fprintf(&b, "region: %s\n", quote(string(p.Region)))
	}
	if p.Plus != "" {
		fmt.Fprintf(&b, "support-plus: %s\n", p.Plus)
	}
	if len(p.Closures) > 0 {
		b.WriteString("closures:\n")
	}
	for _, d := range p.Closures {
		fmt.Fprintf(&b, "  - {date: %s, name: %s}\n", d.Date, both(d.Name))
	}
	if len(p.Targets) > 0 {
		b.WriteString("targets:\n")
	}
	for _, t := range p.Targets {
		fmt.Fprintf(&b, "  - {metric: %s, priority: %s, within: %s}\n", t.Metric, quote(string(t.Priority)), LengthWord(t.Within))
	}
	return b.Bytes()
}

// both writes a text in both languages; one that is missing is the other's.
func both(t Text) string {
	if t.JA == "" {
		t.JA = t.EN
	}
	if t.EN == "" {
		t.EN = t.JA
	}
	return "{ja: " + quote(t.JA) + ", en: " + quote(t.EN) + "}"
}

// quote writes a value so that YAML reads exactly it: bare where that is safe,
// else in double quotes.
func quote(s string) string {
	if idForm.MatchString(s) && strings.ContainsAny(s, "abcdefghijklmnopqrstuvwxyz") && !ambiguous(s) {
		return s
	}
	return quoteAlways(s)
}

// quoteAlways writes a value in double quotes.
func quoteAlways(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// ambiguous reports whether some YAML reader takes a bare word for something
// else than a text.
func ambiguous(s string) bool {
	switch s {
	case "true", "false", "yes", "no", "on", "off", "null", "y", "n":
		return true
	}
	return strings.HasPrefix(s, "0x") || strings.HasPrefix(s, "0o") || strings.Trim(s, "0123456789.e") == ""
}

// LengthWord writes a length as the file has it, such as "1h30m".
func LengthWord(d time.Duration) string {
	s := d.Truncate(time.Second).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
