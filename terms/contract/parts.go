package contract

import (
	"slices"
	"time"

	"madoguchi/terms/worktime"
)

// Region is where a customer's contract belongs (not where a caller stands).
type Region struct {
	ID              RegionID
	Label           Text
	Calendar        string // name of the business calendar, as in [Contract.Calendar]
	Reception24h    bool   // contacts are received at any hour, whatever the channel says
	HighAroundClock bool   // the most urgent priority is worked at any hour, not only in business hours
	Clauses         []ClauseID
}

// NamedCalendar is a calendar's identifier with its name for people.
type NamedCalendar struct {
	ID   string
	Name Text
}

// Channel is one way in.
type Channel struct {
	ID           ChannelID
	Label        Text
	Enabled      bool // false: named by the contract, but switched off
	Voice        bool // a person speaks: recording, paging and call-backs apply
	Reception24h bool // received at any hour
	Recorded     bool // the conversation is kept as audio after the notice
	Clauses      []ClauseID
}

// Priority is one step of urgency.
type Priority struct {
	ID               PriorityID
	Rank             int  // higher is more urgent; unique
	Label            Text // 高 / High
	Letter           Text // the short mark of a queue: 高 / H
	RestorationFirst bool // restoring the service comes before everything else
	Clauses          []ClauseID
}

// Criterion is one sentence by which a priority is assigned, asked as a plain
// question that a customer can answer with yes or no.
type Criterion struct {
	Clause             ClauseID
	Priority           PriorityID
	Question           Text
	Label              Text // short, for lists and the case's history
	ProvisionalOnClaim bool // a claim that cites it runs its priority's clock until judged (reading priority.claim)
	NeedsAgreement     bool // it holds only once both sides agree
	// ClaimedBy lists phrases by which a customer's text makes this claim, see [Contract.Recognise].
	ClaimedBy []string
	folded    []string // the same, as Recognise compares them
	// AgreedBy lists sentences by which a customer's text agrees to it, see [Contract.Agrees].
	AgreedBy []string
	agreed   []string // the same, as Agrees compares them
}

// Target is what the terms set for one metric, priority and region: a target,
// not a guarantee.
type Target struct {
	Metric       Metric
	Priority     PriorityID
	Region       RegionID
	Label        Text          // what is measured: 初期対応 / Initial response
	Business     time.Duration // open time of Calendar
	Calendar     *worktime.Calendar
	CalendarName string // as in [Contract.Calendar]
	// AroundClock, when not nil, is the calendar on which the target runs from
	// Continuous on, instead of Calendar (reading response.high.clock).
	AroundClock *worktime.Calendar
	Continuous  Moment
	Pauses      []Wait    // the clock rests while the case waits for one of these
	Restores    bool      // for [Resolution]: a workaround that restores the service is enough
	Reopened    Reopening // for [Restoration] and [Resolution]
	Clauses     []ClauseID
	Readings    []ReadingUse
}

// Moment is an instant of a case's life from which a rule holds.
type Moment string

// The moments.
const (
	Never         Moment = ""          // the rule does not apply
	FromClaim     Moment = "claim"     // from the customer's claim of the priority
	FromAgreement Moment = "agreement" // from the agreement of both sides
)

// Reopening says what becomes of a decided target when its case is opened again.
type Reopening string

// What a reopening does. The verdict that was given stays in every case.
const (
	ReopenContinues Reopening = "continues" // a further round goes on with the time that was left when it was met
	ReopenRenews    Reopening = "renews"    // a further round with the whole time
	ReopenStands    Reopening = "stands"    // nothing: the verdict is the last word
)

func reopenings() []string {
	return []string{string(ReopenContinues), string(ReopenRenews), string(ReopenStands)}
}

// Fact is one thing that the customer is asked to tell, never a condition.
type Fact struct {
	Key   string // problem, impact, reproducible, steps in the shipped contract
	Label Text
	Hint  Text
}

// Reading is one sentence of the terms that leaves room, and the choice made.
type Reading struct {
	Name         string
	Question     Text
	Alternatives []Alternative
	Chosen       string
	Reason       Text
	Clauses      []ClauseID
}

// Alternative is one way to read a sentence.
type Alternative struct {
	ID      string
	Meaning Text
}

// ReadingUse says that a reading shaped a decision, to be shown beside it.
type ReadingUse struct {
	Name    string
	Chosen  string
	Clauses []ClauseID
}

// Exclusion is what support does not cover.
type Exclusion struct {
	ID      string
	Label   Text
	Clauses []ClauseID
}

// ConfigWork is what the terms say of configuration work done for a customer.
// It is nil when the contract offers none.
type ConfigWork struct {
	Name              Text
	Services          []Service // the only consoles in which work is done
	Confidential      []Service // matters that a person may refuse to touch
	Sizes             []WorkSize
	Priority          PriorityID            // of an instruction, unless judged otherwise
	Criterion         ClauseID              // by which an instruction has that priority; empty: none
	FirstCome         bool                  // served by the instant of the complete instruction
	FormRequired      bool                  // false: any form of instruction is accepted
	CustomerInstructs bool                  // the instruction must come from the customer
	CustomerVerifies  bool                  // the customer is asked to verify every change
	DatePromised      bool                  // false: best effort, an earliest date is quoted, never promised
	Clauses           map[string][]ClauseID // by topic: access, requirements, services, confidential, order, form, instruction, confirm, lead-time, care, verify, date
}

// Service is a console, or a matter within one.
type Service struct {
	ID    string
	Label Text
}

// WorkSize is a class of change with the least business days it takes.
type WorkSize struct {
	ID      string
	Label   Text
	Days    int // business days after the day of the complete instruction, at least
	Clauses []ClauseID
}

// Emergency is what the terms say of a large-scale failure.
type Emergency struct {
	AroundClock bool // response at any hour while it lasts
	Dashboard   bool // out of hours, information is given on the status dashboard
	Clauses     []ClauseID
}

// Credit is what the customer gets back for a month in which a metric's
// targets were met less often than agreed.
type Credit struct {
	Metric  Metric
	Below   int // share of targets met, in per mille, under which it is due
	Percent int // of the monthly fee
	Clauses []ClauseID
}

// Clause is one obligation of the terms.
type Clause struct {
	ID      ClauseID
	Number  string   // the document's own numbering, such as "5.(2)"; empty where it has none
	Section Text     // heading under which it stands
	JA      string   // verbatim where [Contract.Language] is "ja", else a reading aid
	EN      string   // verbatim where it is "en", else a reading aid
	Phrases []string // the words of the ruling text that the rules rest on, verbatim; none: all of it
	Binding Binding
}

// Cite returns how to point at the clause in the document: its number, else
// the heading it stands under.
func (c Clause) Cite(lang string) string {
	if c.Number != "" {
		return c.Number
	}
	return c.Section.In(lang)
}

// Binding says what makes a clause true in this product.
type Binding struct {
	How    How
	Places []string // rules of the file that cite it, or the named texts that show it
	Shown  []Text   // where people read it: acknowledgement, portal, …
	Reason Text     // for NotExecutable and NotYet
}

// ShownAt reports whether people read the clause at a place of the product,
// by the place's name in the file: acknowledgement, onboarding …
func (b Binding) ShownAt(name string) bool {
	for _, p := range places() {
		if p.id == name {
			return slices.Contains(b.Shown, p.label)
		}
	}
	return false
}

// How is a way in which a clause is kept.
type How string

// The ways.
const (
	ByRule        How = "rule"           // a rule of the file decides by it
	ByText        How = "text"           // it is shown, verbatim or in a named text
	NotExecutable How = "not-executable" // nothing a program can do; the reason says why
	NotYet        How = "not-yet"        // no part of the product carries it out yet, though a rule may stand in the file
)
