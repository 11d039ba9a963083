package agent

import (
	"madoguchi/internal/doors/web/ui"
)

// DraftsView lists the published versions and the drafts of a contract.
type DraftsView struct {
	Contract string
	Editions []EditionRow
	Drafts   []DraftLine
	MayStart bool
}

// EditionRow is a published version with the time during which it is in force.
type EditionRow struct{ Ref, Version, Span, State string }

// DraftLine is one draft of the list.
type DraftLine struct{ ID, Base, State, Author, Updated, Version string }

// DraftPageView is one draft.
type DraftPageView struct {
	ID, Name, Base, State   string
	Version, Effective      string // as the text has them
	Active                  string // ref of the version in force
	ActiveVersion           string
	Revision                int64
	Text                    string
	Numbers                 string // the lines' numbers, one a line
	Problems                []ProblemRow
	Hinders                 []string
	Later                   string
	Changes                 []ChangeRow
	Steps                   []StepRow
	Checks                  []CheckRow
	MayEdit, MayJudge       bool
	MayWithdraw, MayDiscard bool
	OwnText                 bool // waits for approval, and the viewer has written in it
	Form                    string
	Targets                 []TargetField
	Readings                []ReadingField
	Texts                   []TextField
	Moves                   MovesView
	Simulation              SimulationView
	MaySimulate             bool
	Errors                  map[string]string
	Comment                 string
	Calendars               []CalendarLink
	Readable                bool // the text is YAML, so that forms can change it
	Published               bool
}

// CalendarLink leads to the editor of one calendar.
type CalendarLink struct{ ID, Name string }

// ProblemRow is one mistake of the text.
type ProblemRow struct {
	Line, Column int
	Path, Text   string
}

// ChangeRow is one difference from the version in force, in words.
type ChangeRow struct{ What, Old, New string }

// StepRow is one thing that happened to a draft.
type StepRow struct{ When, Who, What, Comment string }

// CheckRow is one condition of publishing.
type CheckRow struct {
	Text string
	Done bool
}

// ReadingField lets a reading be chosen.
type ReadingField struct {
	Name, Question, Chosen string
	Options                []ui.Option
	ReasonJA, ReasonEN     string
}

// TextField is a sentence said in the provider's name.
type TextField struct{ Key, JA, EN string }

// MovesView is what would follow a version.
type MovesView struct {
	Rows  []MoveRow
	More  bool
	Error string
}

// MoveRow is one case whose running deadlines would be different.
type MoveRow struct {
	Case, Number, Subject, Company string
	Priority                       string
	Provisional                    bool
	Shown                          string
	Clocks                         []ClockMoveRow
	Dropped                        []string
	Clauses                        []string
}

// ClockMoveRow is one deadline as it is and as it would be.
type ClockMoveRow struct{ Metric, Before, After string }

// RebaseView offers running cases to be moved to the version in force.
type RebaseView struct {
	To, Version, Organization, Name string
	Moves                           MovesView
	Reason                          string
	Errors                          map[string]string
}

// CalendarView is the editor of one calendar in a draft, or its viewer.
type CalendarView struct {
	Draft, ID, Name, Zone string
	Revision              int64
	MayEdit               bool
	Week                  []WeekField
	Days                  []CalendarDay // closures and special days of the file
	Ahead                 []ClosureRow  // every day without support of the coming year
	Feed                  string
	Imported              []ImportedDay
	ImportName            string
	Errors                map[string]string
	Kept                  map[string]string // what was typed, by field
}

// WeekField is the hours of one day of the week.
type WeekField struct{ Key, Name, Value string }

// CalendarDay is a closure or a special day as the file has it.
type CalendarDay struct{ Path, Date, Name, Hours string }

// ImportedDay is a day of an imported calendar.
type ImportedDay struct {
	Value, Date, Name string
	Known             bool // closed already
}
