// Package agent is what the people of the desk see and do: the queue, a case
// with its timeline and composer, the customers, the contract.
//
// It owns the view structs (plain values, drawn without the desk) and the
// mapping from the desk's results to them. It refuses to decide anything: a
// deadline, a verdict and a suggestion are the contract's and the desk's, and
// are only shown here.
//
// Start reading at [CaseView] and case.templ; the handlers are in the files
// named after their pages.
package agent

import (
	"context"
	"time"

	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
)

// CaseView is everything the case screen draws.
type CaseView struct {
	ID, Number, Subject  string
	Version              int
	Organization, OrgID  string
	Person               string // the customer's person, as written in the mail
	PersonAddr           string
	Language             string // in which the desk writes to the customer
	Priority             string
	Provisional, Agreed  bool
	Splits, SplitFrom    bool // mails can be split off; it was made so
	Channel              string
	Reception            time.Time
	Status, StatusReason string
	Assignee, AssigneeID string
	OutOf, Frozen        string
	Contract             string   // the contract's name, for citing it
	Agents               []Person // to whom the case can be given
	Demand               Demand
	Timeline             []Entry
	Composer             Composer
	Approval             *ApprovalView // a reply that waits for an approval; nil: none
	Together             TogetherView  // who else looks at it or writes
	Side                 Side
	Holds                bool        // on hold for another provider rests a clock
	Restores             bool        // restoring the service would fulfil a target
	Merged               *MergedNote // where the case went; nil normally
	Links, Children      []LinkRow   // cases that belong with it; children that are not finished
	Waiting              *Waiting    // a reply that waits for its instant; nil: none
	Unreached            string      // addresses that have not got what was written last
}

// Person is an agent or a contact by key and name.
type Person struct {
	ID, Name string
	Away     string // why they are not at work, and until when; empty: they are
	Skills   string
}

// Demand is the one thing that has to be done next, with the deadline.
type Demand struct {
	Kind  string // respond, late, met, missed, paused, identify, none
	Label string // what is measured, as the contract calls it
	Clock ui.Clock
	Cite  Clause // of the target
	Why   *Why   // nil when no target was ever set
}

// Clause is one obligation of the terms as people read it.
type Clause struct {
	ID, Number, JA, EN string
	Rules              ui.Lang // the language whose words rule; empty is Japanese
}

// Ruling is the language of the words that rule, and those words.
func (c Clause) Ruling() (ui.Lang, string) {
	if c.Rules == ui.EN && c.EN != "" {
		return ui.EN, c.EN
	}
	return ui.JA, c.JA
}

// Aid is the other language and its words, for a reader of that language;
// no words when the ruling ones are in theirs.
func (c Clause) Aid(reader ui.Lang) (ui.Lang, string) {
	switch rules, _ := c.Ruling(); {
	case reader == rules:
		return reader, ""
	case reader == ui.EN:
		return reader, c.EN
	default:
		return reader, c.JA
	}
}

// Place is where the clause stands in the terms: its number, else its id.
func (c Clause) Place() string {
	if c.Number != "" {
		return c.Number
	}
	return c.ID
}

// Cited writes the clause's number and the words that rule, whatever
// language the reader has.
func (c Clause) Cited(ctx context.Context, contract string) string {
	place := c.Place()
	if contract != "" {
		place = contract + " " + place
	}
	_, words := c.Ruling()
	if ui.Of(ctx).Lang == ui.JA {
		return place + "「" + words + "」"
	}
	return place + " “" + words + "”"
}

// Why explains a deadline segment by segment.
type Why struct {
	Label          string // what is measured; empty for the one beside the demand
	Cause          string
	Rests          time.Time // since when the clock stands still; zero while it runs
	Left           time.Duration
	From, Deadline time.Time
	Before         time.Time // the deadline that this one replaced; zero for the first
	Business       time.Duration
	Kept           bool
	Zone           string
	Segments       []cases.Segment
	Clauses        []Clause
	Readings       []Reading
}

// title names the explanation among the others of the page.
func (w Why) title(ctx context.Context) string {
	if w.Label == "" {
		return ui.T(ctx, "why.title")
	}
	return ui.T(ctx, "why.of", w.Label)
}

// clausesTitle stands over the clauses and says in which language they rule.
func (w Why) clausesTitle(ctx context.Context) string {
	if lang, _ := w.Clauses[0].Ruling(); lang == ui.EN {
		return ui.T(ctx, "why.clauses.en")
	}
	return ui.T(ctx, "why.clauses")
}

// until is the end of a segment: without its day when it began on the same.
func until(ctx context.Context, s cases.Segment) string {
	if ui.SameDay(s.From, s.To, ui.Of(ctx).Zone) {
		return ui.Clk(ctx, s.To)
	}
	return ui.Moment(ctx, s.To)
}

// Reading is a sentence that leaves room, with the choice the contract makes.
type Reading struct{ Name, Question, Meaning string }

// Entry is one line or bubble of the timeline.
type Entry struct {
	Seq       int
	Key       string // what tells it apart on the page
	Case      string
	Kind      string // in, out, note, sys
	Icon      string
	Who       string
	At        time.Time
	Label     string // what it is: メール, 社内メモ, 初期対応
	Title     string // sys: what happened
	Detail    string // sys: the particulars
	Text      string // what the person wrote
	Rest      string // quotes and signature below it
	Lang      string
	To        string
	Chips     []Chip
	Files     []FileLink
	Truncated bool
	Raw       string    // address of the original mail; empty without one
	HTML      string    // address of its HTML form, to be shown in a frame instead of Text; empty: Text is shown
	Lines     int       // about how many lines HTML has
	Link      string    // sys: the case that it is about; empty: none
	Undo      string    // sys: the merged case that can be taken out again; empty: none
	UndoMacro bool      // sys: it is a macro that can be undone
	Other     string    // how else the mail can be shown: "html", "text", or empty
	Auth      *AuthView // who sent it; nil where nothing was looked at
	Delivery  *Delivery
	Undone    bool   // taken back: it never left
	Answer    string // in a demonstration: where the customer would answer
}

// FileLink is a file that came with a message: its name with its size, and
// where it is had.
type FileLink struct {
	Text, Path string
	Picture    bool   // a thumbnail can be shown
	Scan       string // what is known: waiting, clean, infected, down, none; empty where nobody looks
	Found      string // what is in an infected file
	Take       string // where a supervisor has an infected file all the same; empty for others
}

// Chip is a small label on an entry.
type Chip struct{ Kind, Icon, Text string }

// Composer is the form that writes to the customer or to the desk.
type Composer struct {
	CaseID   string
	Version  int  // of the case that the person sees
	Owes     bool // the initial response is still owed
	Answers  bool // after it, the clock of a further response runs
	Known    bool // the customer is identified
	To       []Recipient
	Statuses []string // states that can follow
	Next     string   // the state assumed afterwards
	Text     string   // opening and closing in the customer's language
	Lang     string
	Frozen   bool
	Barred   bool        // a colleague is writing the reply
	Refusals []ui.Option // clauses by which a matter is out of scope
	Effect   Effect

	Draft           *SavedDraft // what the person wrote earlier; nil: nothing
	Written, Note   string      // their texts
	Kind            cases.ReplyKind
	Refusal, Reason string
	Files           []DraftFile
	Macros          []ui.Option // that may be run
	Later           Later       // instants at which the reply may leave instead
	Inserts         []Insert    // texts that may be put into the reply
	Mentions        []string    // names that a note can say with "@"
	Templates       []string    // ids of those that were put into the draft
}

// Recipient is a participant who can be written to.
type Recipient struct {
	Name, Addr string
	Verified   bool
	Chosen     bool
}

// Effect is what sending would do to the clock.
type Effect struct {
	Kind     string // met, late, reception, follow
	Label    string // which clock, as the contract calls it; empty for the initial response
	Left     time.Duration
	Taken    time.Duration
	Over     time.Duration
	Deadline time.Time
	Next     string   // the state afterwards
	Also     []string // what becomes of other clocks
}

// Side is the panel beside the case.
type Side struct {
	Clocks     []SideClock
	Superseded int
	Desk       *Opinion
	Customer   *Opinion
	Agreement  *Opinion
	Objection  *Opinion
	Initial    string
	Criterion  *Clause
	Proposal   *ProposalView // that waits for the customer's agreement
	Facts      []Fact
	Marks      MarksView
	People     []Participant
	Tasks      []TaskRow
	Followers  FollowersView
}

// SideClock is one of the case's clocks, with the reason of its deadline.
type SideClock struct {
	Label string
	Clock ui.Clock
	Since time.Time // since when it rests; zero while it runs
	Why   *Why      // nil for the one that the case's demand explains already
}

// Opinion is one side's view of the priority.
type Opinion struct {
	Priority, By string
	At           time.Time
	Reason       string
}

// Fact is one thing known of the customer.
type Fact struct{ Label, Value string }

// Participant is a person on the customer's side.
type Participant struct {
	Name, Addr string
	Verified   bool
	Contact    string // registry id; empty for an unregistered person
	Phones     []PhoneLink
}

// PhoneLink is a telephone number that can be called.
type PhoneLink struct{ Shown, Call string }
