// Package notify writes the mails that the desk sends by itself, in the words
// of the contract and in the customer's language.
//
// It owns their order and their placeholders; the sentences are the
// contract's. It refuses to send: a text is returned, and an act of the desk
// puts it into the history and the outbox together.
//
// Start reading at [Acknowledge].
package notify

import (
	"slices"
	"strings"
	"time"

	"madoguchi/internal/mailtext"
	"madoguchi/internal/wording"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/worktime"
)

// Sender is what the desk tells about itself.
type Sender struct {
	Phone     string // told to customers at onboarding; empty when there is none
	Dashboard string // address of the status dashboard; empty when there is none
}

// Text is a mail's subject and body, plain with Markdown lists, and the
// clauses whose text it carries.
type Text struct {
	Subject string
	Body    string
	Said    []string
	Parts   []Part // the body again, paragraph by paragraph, alike in every language
}

// Part is one paragraph of a mail, and what it rests on.
type Part struct {
	Key     string // the contract's text that it is; empty: the terms themselves, a list, or the desk's own words
	Text    string // empty where the language says nothing here
	Clauses []string
}

// Acknowledge writes the answer to a contact that opened a case: number,
// provisional priority, the target's deadline in words, what the terms say
// out of hours, and the facts that the customer is asked for
// (`response.facts-asked`: asked, never required).
//
// A case without a customer gets the polite form without any case data.
func Acknowledge(con *contract.Contract, c *cases.Case, number string, d contract.Decision, from Sender, now time.Time) Text {
	lang := c.Language
	w := writer{con: con, lang: lang, now: now}
	if c.Organization == "" {
		w.say(contract.SayAckUnidentified, "desk", con.Desk().In(lang))
		w.tell(d, from)
		w.close(from)
		return w.mail(subject(lang, "", c.Subject))
	}
	zone := con.Zone()
	pr, _ := con.Priority(contract.PriorityID(c.Priority))
	w.say(contract.SayAckOpening, "company", c.OrgName, "name", personName(c.Person))
	w.say(contract.SayAckReceived,
		"case", number, "desk", con.Desk().In(lang),
		"received", wording.Instant(c.Reception, now, zone, lang), "priority", pr.Label.In(lang))
	if c.Provisional {
		w.say(contract.SayAckProvisional, "priority", pr.Label.In(lang))
	}
	if c.First != nil {
		w.say(contract.SayAckTarget,
			"deadline", wording.Deadline(c.First.Deadline, now, zone, lang),
			"priority", pr.Label.In(lang), "target", wording.Hours(c.First.Business, lang))
		for _, id := range pr.Clauses {
			w.cite(string(id))
			w.rest(string(id))
		}
	}
	w.tell(d, from)
	w.facts()
	w.close(from)
	return w.mail(subject(lang, number, c.Subject))
}

func subject(lang, number, subject string) string {
	head := map[string]string{"ja": "【受付完了】", "en": "Received: "}[lang]
	if number != "" {
		return head + subject + " [" + number + "]"
	}
	return head + subject
}

// personName is how a person is addressed: by name, else by the mailbox.
func personName(a cases.Address) string {
	if a.Name != "" {
		return a.Name
	}
	local, _, _ := strings.Cut(a.Addr, "@")
	return local
}

type writer struct {
	strings.Builder
	con   *contract.Contract
	lang  string
	now   time.Time
	said  []string
	parts []Part
}

func (w *writer) mail(subject string) Text {
	return Text{Subject: subject, Body: w.String(), Said: w.said, Parts: w.parts}
}

// say writes a named text of the contract with its placeholders filled, and
// cites the clauses that it carries.
func (w *writer) say(key string, fill ...string) {
	w.paragraph(w.con.Say(key).Fill(fill...).In(w.lang))
	w.named(key)
	for _, id := range w.con.SayClauses(key) {
		w.cite(string(id))
	}
}

// named says of the last paragraph that it is a text of the contract.
func (w *writer) named(key string) {
	w.parts[len(w.parts)-1].Key = key
	for _, id := range w.con.SayClauses(key) {
		w.rest(string(id))
	}
}

// rest says of the last paragraph that it rests on a clause.
func (w *writer) rest(id string) {
	last := &w.parts[len(w.parts)-1]
	if !slices.Contains(last.Clauses, id) {
		last.Clauses = append(last.Clauses, id)
	}
}

func (w *writer) paragraph(s string) {
	s = strings.TrimSpace(s)
	w.parts = append(w.parts, Part{Text: s})
	if s == "" {
		return
	}
	if w.Len() > 0 {
		w.WriteString("\n\n")
	}
	w.WriteString(s)
}

func (w *writer) cite(id string) {
	for _, have := range w.said {
		if have == id {
			return
		}
	}
	w.said = append(w.said, id)
}

// fromTheTerms stands above what is quoted of the contract.
var fromTheTerms = contract.Text{JA: "【サポート条件より】", EN: "From the support terms:"}

// tell writes what the decision says must be told: the clauses' own text,
// verbatim in Japanese, in English as the reading aid has it.
func (w *writer) tell(d contract.Decision, from Sender) {
	var lines []string
	for _, s := range d.Tell {
		clause, ok := w.con.Clause(s.Clause)
		text := contract.Text{JA: clause.JA, EN: clause.EN}
		if !ok {
			text = s.Text
		}
		lines = append(lines, "- "+text.In(w.lang))
		w.cite(string(s.Clause))
	}
	if len(lines) > 0 {
		lines = append([]string{fromTheTerms.In(w.lang), ""}, lines...)
		w.paragraph(strings.Join(lines, "\n"))
		for _, s := range d.Tell {
			w.rest(string(s.Clause))
		}
	}
	if d.AskToPhone && from.Phone != "" {
		w.say(contract.SayAckPhone, "phone", from.Phone)
	}
	if d.LinkEmergency && from.Dashboard != "" {
		w.say(contract.SayAckDashboard, "dashboard", from.Dashboard)
	}
}

// quote writes a clause of the terms, word by word.
func (w *writer) quote(id contract.ClauseID) {
	clause, ok := w.con.Clause(id)
	if !ok {
		return
	}
	w.paragraph(fromTheTerms.In(w.lang) + "\n\n- " + contract.Text{JA: clause.JA, EN: clause.EN}.In(w.lang))
	w.cite(string(id))
	w.rest(string(id))
}

func (w *writer) facts() {
	w.say(contract.SayAckFacts)
	var lines []string
	for _, f := range w.con.FactsAsked() {
		lines = append(lines, "- "+f.Label.In(w.lang))
	}
	w.paragraph(strings.Join(lines, "\n"))
	w.named(contract.SayAckFacts)
}

func (w *writer) close(from Sender) {
	w.paragraph(Signature(w.con, w.lang, "", from, w.now))
	w.named(contract.SayReplyClosing)
}

// Signature closes a mail with the desk's name and its hours (the agent's
// name too when a person writes).
func Signature(con *contract.Contract, lang, agent string, from Sender, now time.Time) string {
	said := con.Say(contract.SayReplyClosing)
	if agent == "" { // a line that holds nothing but the name goes with it
		said = contract.Text{JA: withoutLine(said.JA, "{agent}"), EN: withoutLine(said.EN, "{agent}")}
	}
	return said.Fill(
		"desk", con.Desk().In(lang), "hours", hours(con, lang, now), "phone", from.Phone, "agent", agent,
	).In(lang)
}

func withoutLine(text, line string) string {
	lines := strings.Split(text, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return strings.TrimSpace(l) == line }), "\n")
}

// Opening greets as a business mail does.
func Opening(con *contract.Contract, lang, company string, to cases.Address, agent string) string {
	return con.Say(contract.SayReplyOpening).Fill(
		"company", company, "name", personName(to), "desk", con.Desk().In(lang), "agent", agent,
	).In(lang)
}

// Quoted is the customer's mail as a text field holds it, to be answered
// between its lines. date is in the zone to be shown.
func Quoted(lang string, from cases.Address, date time.Time, text string) string {
	return mailtext.Attribution(lang, from.Name, from.Addr, date) + "\n" + mailtext.QuoteLines(text)
}

// hours says the opening hours of the next business day, which are the usual
// ones unless that day has special hours.
func hours(con *contract.Contract, lang string, now time.Time) string {
	cal := con.Hours(con.Regions()[0].ID)
	opens, err := cal.NextOpen(now)
	if err != nil {
		return ""
	}
	var parts []string
	for _, i := range cal.Day(worktime.DateOf(opens, con.Zone())).Open {
		parts = append(parts, i.From.Format("15:04")+"–"+i.To.Format("15:04"))
	}
	text := strings.Join(parts, ", ")
	if lang == "ja" {
		return strings.Join(parts, "、") + "（営業日）"
	}
	return text + " on business days (" + con.Zone().String() + ")"
}
