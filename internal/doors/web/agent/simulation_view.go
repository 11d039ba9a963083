package agent

import (
	"net/url"
	"strconv"
	"time"

	"madoguchi/terms/simulate"
)

// SimulationForm is where a contract file is given.
type SimulationForm struct {
	Text    string // what was written or uploaded, to be mended
	Problem string // one problem a line; empty: none
}

// SimulationView is one simulation, waiting, running or ended.
type SimulationView struct {
	ID, State          string
	Published          string // ref of the published version; empty for a file
	Back               string // the page that it stands on; empty: its own
	Name, Version, Ref string
	YAML               string // to run it again
	Problem            string
	Done, Total        int64
	MadeBy             string
	MadeAt             time.Time

	// The rest is of a done or cancelled one.
	From, At    time.Time
	Partial     bool
	Cases       int
	Differ      int
	Elsewhere   int
	WithoutOne  int
	Undecidable int
	Sum         simulate.Row
	OnCall      simulate.OnCall
	Rows        []SimulationRow
	Reasons     []SimulationReason
	List        []SimulatedCase
	More        bool
}

// SimulationRow is one metric and priority.
type SimulationRow struct {
	Metric, Priority, PriorityName string
	simulate.Row
}

// SimulationReason is why cases could not be compared.
type SimulationReason struct {
	Why   string
	Cases int
	First string // number of one of them
}

// SimulatedCase is a case in which something is different.
type SimulatedCase struct {
	ID, Number, Organization, Subject string
	Targets                           []SimulatedTarget
	Calls                             string // on-call calls; empty when they are the same
}

// SimulatedTarget is one target before and after.
type SimulatedTarget struct {
	Metric, Priority, PriorityName string
	Before, After                  string
	Worse                          bool // missed only there
}

// running reports whether the page asks again.
func (v SimulationView) running() bool { return v.State == "waiting" || v.State == "running" }

// place is where an open page asks how far it is.
func (v SimulationView) place() string {
	return "/contract/simulate/" + v.ID + "?" + url.Values{"back": {v.Back}}.Encode()
}

// ended reports whether there are totals to show.
func (v SimulationView) ended() bool { return v.State == "done" || v.State == "cancelled" }

// worse marks a number that grew where growing is bad.
func worse(before, after int) string {
	if after > before {
		return "n b bad-text"
	}
	return "n b"
}

// n writes a count with its thousands apart: 116,021.
func n[T int | int64](i T) string {
	s := strconv.FormatInt(int64(i), 10)
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}

// change is a number, or the two that it went from and to.
func change(before, after int) string {
	if before == after {
		return n(after)
	}
	return n(before) + " → " + n(after)
}
