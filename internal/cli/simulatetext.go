package cli

import (
	"fmt"
	"strings"
	"time"

	"madoguchi/internal/desk/replay"
	"madoguchi/internal/wording"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/simulate"
)

// simulationText says a simulation for people.
type simulationText struct {
	Language
	con *contract.Contract
	r   *replay.Report
	all bool
}

// String is the whole answer.
func (t simulationText) String() string {
	var b strings.Builder
	t.heading(&b)
	t.table(&b)
	t.calls(&b)
	t.undecidable(&b)
	t.list(&b)
	return b.String()
}

func (t simulationText) heading(b *strings.Builder) {
	r := t.r
	span := ""
	switch from, to := t.day(r.From), t.day(r.To); {
	case from != "" && to != "":
		span = t.say("、受付 "+from+" ～ "+to, ", received "+from+" – "+to)
	case from != "":
		span = t.say("、受付 "+from+" 以降", ", received from "+from+" on")
	case to != "":
		span = t.say("、受付 "+to+" より前", ", received before "+to)
	}
	n := r.Totals.Cases
	fmt.Fprintf(b, t.say("%s による試算（%s のケース %d 件%s、%s 時点）\n", "simulation of %s (%s: %d cases%s, as of %s)\n"),
		r.With, r.Of, n, span, wording.Instant(r.At, r.At, t.con.Zone(), t.Lang))
	if r.Partial {
		fmt.Fprintf(b, t.say("途中で中断しました。以下は %d 件中 %d 件までの集計です。\n", "INTERRUPTED: what follows is partial, of %[2]d of %[1]d cases\n"), r.Total, r.Done)
	}
	if r.Totals.Elsewhere > 0 {
		fmt.Fprintf(b, t.say("ほかの契約のケース %d 件は対象外です。\n", "%d cases of other contracts were left alone\n"), r.Totals.Elsewhere)
	}
	fmt.Fprintf(b, t.say("違いがあるケース: %d 件\n", "cases that differ: %d\n"), r.Totals.Differ)
}

func (t simulationText) day(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return wording.Instant(at, t.r.At, t.con.Zone(), t.Lang)
}

// table is one line for each metric and priority. Met and missed read from
// what was recorded to what would have been.
func (t simulationText) table(b *strings.Builder) {
	if len(t.r.Totals.Rows) == 0 {
		return
	}
	b.WriteString("\n")
	tab := table{right: []bool{false, false, true, true, true, true, true, true, true, true, true}}
	head := strings.Split(t.say("目標,優先度,件数,達成,未達,進行中,達成→未達,未達→達成,期限が早まる,期限が遅くなる,変わらない",
		"target,priority,targets,met,missed,open,met→missed,missed→met,earlier,later,unchanged"), ",")
	more := false
	for _, r := range t.r.Totals.Rows {
		more = more || r.Added+r.Gone > 0
	}
	if more {
		head = append(head, t.say("増える目標", "added"), t.say("なくなる目標", "gone"))
		tab.right = append(tab.right, true, true)
	}
	tab.row(head...)
	line := func(metric, priority string, r simulate.Row) {
		cells := []string{
			metric, priority, fmt.Sprint(max(r.Recorded.All(), r.Simulated.All())),
			change(r.Recorded.Met, r.Simulated.Met), change(r.Recorded.Missed, r.Simulated.Missed), change(r.Recorded.Open, r.Simulated.Open),
			fmt.Sprint(r.MetToMissed), fmt.Sprint(r.MissedToMet), fmt.Sprint(r.Earlier), fmt.Sprint(r.Later), fmt.Sprint(r.Unchanged),
		}
		if more {
			cells = append(cells, fmt.Sprint(r.Added), fmt.Sprint(r.Gone))
		}
		tab.row(cells...)
	}
	for _, r := range t.r.Totals.Rows {
		line(t.metric(r.Metric), t.priority(r.Priority), r)
	}
	if len(t.r.Totals.Rows) > 1 {
		line(t.say("合計", "total"), "", t.r.Totals.Sum(""))
	}
	b.WriteString(tab.String())
}

func change(from, to int) string {
	if from == to {
		return fmt.Sprint(from)
	}
	return fmt.Sprintf("%d→%d", from, to)
}

func (t simulationText) calls(b *strings.Builder) {
	c := t.r.Totals.OnCall
	fmt.Fprintf(b, t.say("\nオンコール呼び出し: %s 回（増えるケース %d 件、減るケース %d 件）\n", "\non-call calls: %s (more in %d cases, fewer in %d)\n"), change(c.Recorded, c.Simulated), c.More, c.Fewer)
	if n := t.r.Totals.WithoutOne; n > 0 {
		fmt.Fprintf(b, t.say("目標のないケース（お客様が未特定など）: %d 件\n", "cases without a target, as those of unknown senders: %d\n"), n)
	}
}

func (t simulationText) undecidable(b *strings.Builder) {
	if t.r.Totals.Undecidable == 0 {
		return
	}
	fmt.Fprintf(b, t.say("\n比べられなかったケース: %d 件\n", "\ncases that could not be compared: %d\n"), t.r.Totals.Undecidable)
	tab := table{right: []bool{true}}
	for _, u := range t.r.Totals.Reasons {
		detail := ""
		if u.Detail != "" {
			detail = " [" + u.Detail + "]"
		}
		tab.row(fmt.Sprint(u.Cases), u.Say.In(t.Lang)+detail, fmt.Sprintf(t.say("例: %d 番", "first: case %d"), u.First))
	}
	b.WriteString(tab.String())
}

func (t simulationText) list(b *strings.Builder) {
	if len(t.r.Differ) == 0 {
		return
	}
	if t.r.More {
		fmt.Fprintf(b, t.say("\n違いがあるケース（番号順に %d 件。--all ですべて表示）\n", "\ncases that differ (the first %d by number; --all lists every one)\n"), len(t.r.Differ))
	} else {
		b.WriteString(t.say("\n違いがあるケース\n", "\ncases that differ\n"))
	}
	var tab table
	for i := range t.r.Differ {
		o := &t.r.Differ[i]
		name := []string{fmt.Sprint(o.Number), o.OrgName}
		for _, p := range o.Targets {
			if p.Differs() {
				tab.row(append(name, t.metric(p.Metric), t.priority(p.Recorded.Priority, p.Simulated.Priority), t.deadlines(p), t.verdicts(p))...)
				name = []string{"", ""}
			}
		}
		if o.OnCall.Recorded != o.OnCall.Simulated {
			tab.row(append(name, t.say("オンコール", "on-call"), "", change(o.OnCall.Recorded, o.OnCall.Simulated)+t.say(" 回", " calls"), "")...)
		}
	}
	b.WriteString(tab.String())
}

func (t simulationText) deadlines(p simulate.Pair) string {
	said := func(c simulate.Clock) string {
		if !c.Set() {
			return t.say("なし", "none")
		}
		return wording.Instant(c.Deadline, t.r.At, t.con.Zone(), t.Lang)
	}
	if p.Recorded.Deadline.Equal(p.Simulated.Deadline) {
		return said(p.Recorded)
	}
	return said(p.Recorded) + " → " + said(p.Simulated)
}

func (t simulationText) verdicts(p simulate.Pair) string {
	said := func(v cases.Verdict) string {
		switch v {
		case cases.Met:
			return t.say("達成", "met")
		case cases.Missed:
			return t.say("未達", "missed")
		}
		return t.say("進行中", "open")
	}
	switch {
	case !p.Simulated.Set() || p.Recorded.Verdict == p.Simulated.Verdict && p.Recorded.Set():
		return said(p.Recorded.Verdict)
	case !p.Recorded.Set():
		return said(p.Simulated.Verdict)
	}
	return said(p.Recorded.Verdict) + " → " + said(p.Simulated.Verdict)
}

// priority says a priority, or the first and the other where they differ.
func (t simulationText) priority(ids ...string) string {
	label := func(id string) string {
		if p, ok := t.con.Priority(contract.PriorityID(id)); ok {
			return p.Label.In(t.Lang)
		}
		return id
	}
	if len(ids) == 2 && ids[0] != ids[1] && ids[0] != "" && ids[1] != "" {
		return label(ids[0]) + " → " + label(ids[1])
	}
	for _, id := range ids {
		if id != "" {
			return label(id)
		}
	}
	return ""
}

func (t simulationText) metric(m string) string {
	for _, p := range t.con.Priorities() {
		for _, r := range t.con.Regions() {
			if target, ok := t.con.Target(contract.Metric(m), p.ID, r.ID); ok && target.Label.In(t.Lang) != "" {
				return target.Label.In(t.Lang)
			}
		}
	}
	return m
}
