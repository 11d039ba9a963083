package contract

import "strings"

// Text is a text in the two languages that every screen and mail has.
type Text struct{ JA, EN string }

// In returns the text in the language given: "ja" or anything else for English.
func (t Text) In(lang string) string {
	if lang == "ja" {
		return t.JA
	}
	return t.EN
}

// Fill replaces placeholders of both languages: pairs are name and value in
// turn, so Fill("case", "HO-24817") replaces {case}. Which placeholders a named
// text may hold is checked when the file is loaded (see [Keys]).
func (t Text) Fill(pairs ...string) Text {
	return Text{JA: fill(t.JA, pairs), EN: fill(t.EN, pairs)}
}

// fill never looks into a value for a placeholder.
func fill(s string, pairs []string) string {
	if !strings.Contains(s, "{") {
		return s
	}
	var b strings.Builder
	for s != "" {
		before, rest, found := strings.Cut(s, "{")
		b.WriteString(before)
		if !found {
			break
		}
		name, after, _ := strings.Cut(rest, "}")
		value, known := valueOf(name, pairs)
		if !known {
			b.WriteByte('{')
			s = rest
			continue
		}
		b.WriteString(value)
		s = after
	}
	return b.String()
}

func valueOf(name string, pairs []string) (string, bool) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == name {
			return pairs[i+1], true
		}
	}
	return "", false
}

// Identifiers of the contract file. All are stable within a contract: cases,
// events and reports keep them for years.
type (
	// PriorityID names a priority, such as "high". Empty: none stated.
	PriorityID string
	// RegionID names where a customer's contract belongs, such as "overseas".
	RegionID string
	// ChannelID names a way in, such as "phone".
	ChannelID string
	// ClauseID names one obligation of the terms, such as "response.medium".
	ClauseID string
	// Metric names what a target measures, such as [FirstResponse].
	Metric string
)

// The metrics that a contract may set targets for.
const (
	FirstResponse  Metric = "first_response"  // 初期対応: reception to the first answer by a person
	NextResponse   Metric = "next_response"   // a customer's further message to the next answer
	UpdateInterval Metric = "update_interval" // longest silence towards the customer while a case is open
	Restoration    Metric = "restoration"     // reception until the service works again, if only by a workaround
	Resolution     Metric = "resolution"      // reception until the case is resolved
)

// Metrics returns all metrics.
func Metrics() []Metric {
	return []Metric{FirstResponse, NextResponse, UpdateInterval, Restoration, Resolution}
}

func metrics() []string {
	return []string{string(FirstResponse), string(NextResponse), string(UpdateInterval), string(Restoration), string(Resolution)}
}

// Wait names whom a case waits for; a target may pause for some of them.
type Wait string

// Whom a case can wait for.
const (
	WaitCustomer   Wait = "customer"    // the customer's answer or action
	WaitThirdParty Wait = "third-party" // another provider: a carrier, a cloud, a maker
)
