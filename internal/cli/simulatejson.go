package cli

import (
	"time"

	"madoguchi/internal/desk/replay"
	"madoguchi/terms/cases"
	"madoguchi/terms/simulate"
)

// simulationAnswer is a simulation as JSON. Instants are RFC 3339 in UTC.
type simulationAnswer struct {
	With        string                  `json:"with"`
	Of          string                  `json:"of"`
	From        time.Time               `json:"from,omitzero"`
	To          time.Time               `json:"to,omitzero"`
	At          time.Time               `json:"at"`
	Partial     bool                    `json:"partial"` // interrupted: totals are of the cases done
	Selected    int64                   `json:"cases_selected"`
	Done        int64                   `json:"cases_done"`
	Cases       int                     `json:"cases"` // of this contract, among those done
	Differ      int                     `json:"cases_that_differ"`
	WithoutOne  int                     `json:"cases_without_target"`
	Elsewhere   int                     `json:"cases_of_other_contracts"`
	Undecidable int                     `json:"cases_undecidable"`
	Targets     []simulationRow         `json:"targets"`
	OnCall      simulationCalls         `json:"on_call"`
	Reasons     []simulationUndecidable `json:"undecidable"`
	List        []simulationCase        `json:"list"`
	ListWhole   bool                    `json:"list_is_whole"`
}

type simulationRow struct {
	Metric      string             `json:"metric"`
	Priority    string             `json:"priority"`
	Recorded    simulationVerdicts `json:"recorded"`
	Simulated   simulationVerdicts `json:"simulated"`
	MetToMissed int                `json:"met_to_missed"`
	MissedToMet int                `json:"missed_to_met"`
	Earlier     int                `json:"deadline_earlier"`
	Later       int                `json:"deadline_later"`
	Added       int                `json:"added"`
	Gone        int                `json:"gone"`
	Unchanged   int                `json:"unchanged"`
}

type simulationVerdicts struct {
	Met    int `json:"met"`
	Missed int `json:"missed"`
	Open   int `json:"open"`
}

type simulationCalls struct {
	Recorded  int `json:"recorded"`
	Simulated int `json:"simulated"`
	More      int `json:"cases_with_more"`
	Fewer     int `json:"cases_with_fewer"`
}

type simulationUndecidable struct {
	Cause  simulate.Cause `json:"cause"`
	Detail string         `json:"detail,omitempty"`
	JA     string         `json:"ja"`
	EN     string         `json:"en"`
	Cases  int            `json:"cases"`
	First  int64          `json:"first"` // the lowest case number
}

type simulationCase struct {
	Case         cases.ID           `json:"case"`
	Number       int64              `json:"number"`
	Organization string             `json:"organization"`
	Reception    time.Time          `json:"reception"`
	Targets      []simulationTarget `json:"targets"`
	OnCall       [2]int             `json:"on_call"` // recorded, simulated
}

type simulationTarget struct {
	Metric    string          `json:"metric"`
	Recorded  simulationClock `json:"recorded"`
	Simulated simulationClock `json:"simulated"`
}

type simulationClock struct {
	Priority string        `json:"priority,omitempty"`
	Deadline time.Time     `json:"deadline,omitzero"`
	Verdict  cases.Verdict `json:"verdict,omitempty"` // met, missed; none while open
	Decided  time.Time     `json:"decided,omitzero"`
}

func simulationJSON(r *replay.Report) simulationAnswer {
	t := &r.Totals
	a := simulationAnswer{
		With: r.With, Of: r.Of, From: r.From.UTC(), To: r.To.UTC(), At: r.At.UTC(), Partial: r.Partial, Selected: r.Total, Done: r.Done,
		Cases: t.Cases, Differ: t.Differ, WithoutOne: t.WithoutOne, Elsewhere: t.Elsewhere, Undecidable: t.Undecidable,
		OnCall: simulationCalls(t.OnCall), ListWhole: !r.More,
		Targets: []simulationRow{}, Reasons: []simulationUndecidable{}, List: []simulationCase{},
	}
	for _, row := range t.Rows {
		a.Targets = append(a.Targets, simulationRow{
			Metric: row.Metric, Priority: row.Priority, Recorded: simulationVerdicts(row.Recorded), Simulated: simulationVerdicts(row.Simulated),
			MetToMissed: row.MetToMissed, MissedToMet: row.MissedToMet, Earlier: row.Earlier, Later: row.Later,
			Added: row.Added, Gone: row.Gone, Unchanged: row.Unchanged,
		})
	}
	for _, u := range t.Reasons {
		a.Reasons = append(a.Reasons, simulationUndecidable{Cause: u.Cause, Detail: u.Detail, JA: u.Say.JA, EN: u.Say.EN, Cases: u.Cases, First: u.First})
	}
	for i := range r.Differ {
		o := &r.Differ[i]
		c := simulationCase{
			Case: o.Case, Number: o.Number, Organization: o.Organization, Reception: o.Reception.UTC(),
			OnCall: [2]int{o.OnCall.Recorded, o.OnCall.Simulated}, Targets: []simulationTarget{},
		}
		for _, p := range o.Targets {
			c.Targets = append(c.Targets, simulationTarget{Metric: p.Metric, Recorded: simulationClock(p.Recorded), Simulated: simulationClock(p.Simulated)})
		}
		a.List = append(a.List, c)
	}
	return a
}
