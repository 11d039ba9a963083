package desk_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

func TestTheWallShowsWhatIsOwedAndWhyItWasMissed(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito, watanabe := b.hire("伊藤", desk.Agent), b.hire("渡辺", desk.Supervisor)
	if _, err := b.Wall(b.ctx, ito, ""); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an agent looked at the wall: %v", err)
	}
	b.mail("yamada@aoba.example", "質問", "本文") // until 16:00
	b.assign(b.last(), ito)
	b.set("11-20 15:30:00")
	b.mail("yamada@aoba.example", "別の質問", "本文") // until 13:30 on Tuesday
	w, err := b.Wall(b.ctx, watanabe, "")
	if err != nil {
		t.Fatal(err)
	}
	if w.AtRisk.N != 1 || !w.Overdue.None() || w.Unassigned.N != 1 || w.Open.N != 2 || w.Received.N != 2 {
		t.Errorf("numbers: %+v", w)
	}
	total := 0
	for i, h := range w.Hours {
		total += h.Total
		if want := map[int]int{0: 1, 6: 1}[i]; h.Total != want {
			t.Errorf("%s: %d deadlines, want %d", h.From.In(b.zone).Format("01-02 15:04"), h.Total, want)
		}
	}
	for i, h := range w.Hours {
		s, err := b.Select(b.ctx, watanabe, w.HourSelection("", i))
		if err != nil {
			t.Fatal(err)
		}
		if n, err := b.Count(b.ctx, watanabe, s); err != nil || n.N != h.Total {
			t.Errorf("%s: the number %d leads to %d cases (%v)", h.From.In(b.zone).Format("01-02 15:04"), h.Total, n.N, err)
		}
	}
	if s, err := b.Select(b.ctx, watanabe, w.PrioritySelection("", "medium")); err != nil {
		t.Error(err)
	} else if n, err := b.Count(b.ctx, watanabe, s); err != nil || n.N != 2 {
		t.Errorf("the priority's number leads to %d cases (%v)", n.N, err)
	}
	if total != 2 {
		t.Errorf("%d deadlines in the hours ahead", total)
	}

	b.set("11-20 16:30:00")
	if _, err := b.Sweep(b.ctx); err != nil {
		t.Fatal(err)
	}
	if w, err = b.Wall(b.ctx, watanabe, ""); err != nil || len(w.Missed) != 1 || w.Overdue.N != 1 || w.Missed[0].Reason != "" {
		t.Fatalf("after the deadline: %+v %v", w.Missed, err)
	}
	m := w.Missed[0]
	if err := b.ExplainMiss(b.ctx, ito, m.Case, m.Metric, m.Deadline, "引き継ぎ漏れ"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an agent explained a miss: %v", err)
	}
	if err := b.ExplainMiss(b.ctx, watanabe, m.Case, m.Metric, b.clock, "引き継ぎ漏れ"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a miss that never was: %v", err)
	}
	if err := b.ExplainMiss(b.ctx, watanabe, m.Case, m.Metric, m.Deadline, "引き継ぎ漏れ"); err != nil {
		t.Fatal(err)
	}
	if w, err = b.Wall(b.ctx, watanabe, ""); err != nil || w.Missed[0].Reason != "引き継ぎ漏れ" {
		t.Errorf("the reason: %+v %v", w.Missed, err)
	}
	before, err := b.store.ProjectionDigest(b.ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.store.Rebuild(b.ctx, nil); err != nil {
		t.Fatal(err)
	}
	if after, err := b.store.ProjectionDigest(b.ctx); err != nil || after != before {
		t.Errorf("a rebuild gives other rows: %v", err)
	}
}

func TestTheWallShowsWhoIsInWhichCase(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito, watanabe := b.hire("伊藤", desk.Agent), b.hire("渡辺", desk.Supervisor)
	var open []*cases.Case
	for _, subject := range []string{"質問", "別の質問", "三つめ", "四つめ", "五つめ"} {
		b.mail("yamada@aoba.example", subject, "本文")
		open = append(open, b.last())
	}
	other := b.node()
	at := func(who desk.Viewer) string {
		t.Helper()
		w, err := b.Wall(b.ctx, who, "")
		b.must(err)
		for _, p := range w.People {
			if p.ID != ito.ID {
				continue
			}
			var said []string
			for _, c := range p.At {
				said = append(said, fmt.Sprint(c.Number, map[bool]string{true: " writes"}[c.Writes]))
			}
			if p.More > 0 {
				said = append(said, fmt.Sprint("+", p.More))
			}
			return strings.Join(said, ", ")
		}
		return ""
	}
	number := func(i int) string { return b.Number(open[i].Number) }
	if got := at(watanabe); got != "" {
		t.Errorf("nobody looks at a case, and the wall says %q", got)
	}
	defer b.Listen("ito's browser")()
	for i, tab := range []string{"tab-1", "tab-2", "tab-3", "tab-4", "tab-5"} {
		b.clock = b.clock.Add(time.Second)
		b.must(other.Attend(b.ctx, ito, "ito's browser", tab, open[i].ID, desk.Viewing))
	}
	if got, want := at(watanabe), number(4)+", "+number(3)+", "+number(2)+", +2"; got != want {
		t.Errorf("of five open cases, at another node, the wall says %q, want %q", got, want)
	}
	b.must(b.Attend(b.ctx, ito, "ito's browser", "tab-1", open[0].ID, desk.TakesNotes))
	_, err := b.BeginReply(b.ctx, ito, open[1].ID)
	b.must(err)
	if got, want := at(watanabe), number(1)+" writes, "+number(0)+" writes, "+number(4)+", +2"; got != want {
		t.Errorf("with a note and a reply being written: %q, want %q", got, want)
	}

	// Who may not see the customer does not learn that somebody has their case open.
	b.mail("smith@kestrel.example", "Question", "Text")
	_, west := b.role("西日本の責任者", desk.WorkCases, desk.SeeReports)
	b.must(b.SetSights(b.ctx, b.sato, west.ID, []string{b.organization("Kestrel").ID}))
	if got := at(b.again(west)); got != "" {
		t.Errorf("a supervisor who sees other customers only is told %q", got)
	}

	for _, tab := range []string{"tab-1", "tab-2", "tab-3", "tab-4", "tab-5"} {
		b.must(b.Leave(ito, tab))
	}
	b.clock = b.clock.Add(5 * time.Second)
	b.must(b.TendPresence(b.ctx))
	if got := at(watanabe); got != "" {
		t.Errorf("after the tabs were closed: %q", got)
	}
}
