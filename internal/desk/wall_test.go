package desk_test

import (
	"testing"

	"madoguchi/internal/desk"
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
