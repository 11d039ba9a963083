package agent

import "madoguchi/internal/doors/web/ui"

// ContractView is the contract as people read it.
type ContractView struct {
	ID                            string
	Name, Provider, Version, From string
	MayDraft                      bool        // may see drafts of the next version
	InForce                       bool        // it is the version for what is received now
	Ruling                        string      // language of the text that rules: "ja" or "en"
	Versions                      []ui.Option // other published versions
	Terms                         Terms
	Rules                         Rules
	Try                           Try
	Simulation                    SimulationView
	MaySimulate                   bool
}

// Terms is the provider's text and how much of it is kept in which way.
type Terms struct {
	Sections []Section
	Count    int     // of clauses
	Share    []Share // by way of keeping, in the bar's order
}

// Section is the clauses under one heading; Number is the document's own.
type Section struct {
	Number, Title string
	Clauses       []ClauseRow
}

// ClauseRow is one clause with what makes it true here.
type ClauseRow struct {
	ID, Ruling, Aid string
	Pieces          []Piece  // of Ruling: those that a rule rests on are marked
	How             string   // key of binding.*
	Reason          string   // why nothing, or nothing yet, carries it out
	Places          []string // rules of the file that cite it
	Shown           []string // where people read it
	Readings        []string // by name: how its sentence is read
}

// Piece is a stretch of a clause's text.
type Piece struct {
	Text  string
	Bound bool // a rule rests on it
}

// Share is how many clauses are kept in one way.
type Share struct {
	How               string
	Count, Before, Of int
}

// Rules is what the contract decides by, in words.
type Rules struct {
	Hours    []HoursRow
	Targets  []TargetRow
	Criteria []CriterionRow
	Handling []HandlingRow
	Readings []ReadingRow
	Closures []ClosureRow
	Contract string // id
	Calendar string // that the viewer may edit for the next version; empty: none
}

// HoursRow is when a region's customers are supported.
type HoursRow struct {
	Region, Week, Zone, Calendar string
	Notes, Clauses               []string
}

// TargetRow is the target of one priority in the regions that share it.
type TargetRow struct {
	Priority, Label, Hours string
	Regions, Clauses       []string
}

// CriterionRow is a criterion as a question.
type CriterionRow struct {
	Priority, Question, Clause string
	Provisional, Agreement     bool
}

// HandlingRow is one line of the decision table.
type HandlingRow struct {
	When, Do             string
	AskToPhone, CallBack bool
	Clauses              []string
}

// ReadingRow is a reading with its alternatives.
type ReadingRow struct {
	Name, Question, Reason string
	Clauses                []string
	Alternatives           []Alternative
}

// Alternative is one way to read a sentence.
type Alternative struct {
	Meaning string
	Chosen  bool
}

// ClosureRow is a day without support; Computed ones follow from the law and
// are not published yet.
type ClosureRow struct {
	Date, Name string
	Computed   bool
}

// Try is a contact that somebody tries the contract with, and what it asks.
type Try struct {
	Version  string
	Channels []ui.Option
	Regions  []ui.Option
	Claims   []ui.Option // criteria by which a customer can claim
	Judged   []ui.Option // priorities
	Channel  string
	Region   string
	Claim    string
	Judge    string
	Agreed   bool
	Highest  string // name of the priority that an agreement is about
	At       string // as the input has it: 2026-11-20T19:30, on the contract's clock
	Zone     string
	Problems map[string]string // by field
	Answer   *TryAnswer        // nil when something is to be mended
}

// TryAnswer is what the contract asks for the contact.
type TryAnswer struct {
	Deadline, Target, Starts string
	Do                       string
	Priority, PriorityName   string
	Provisional, InHours     bool
	AskToPhone, CallBack     bool
	Disagreement             bool
	Segments                 []string
	Says                     []string
	Clauses                  []string
	Readings                 []Reading
	Others                   []TryTarget // the targets beside that of the initial response
}

// TryTarget is one more target of the contact.
type TryTarget struct {
	Deadline, Target string
	Segments         []string
}
