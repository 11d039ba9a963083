package desk_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
	"madoguchi/terms/notice"
)

// scheduled opens a case and schedules its answer.
func (b *bench) scheduled(who desk.Viewer, at string) *cases.Case {
	b.t.Helper()
	b.mail("yamada@aoba.example", "質問", "本文")
	c := b.last()
	release, err := time.ParseInLocation(time.DateTime, "2026-"+at, b.zone)
	if err != nil {
		b.t.Fatal(err)
	}
	c, err = b.Schedule(b.ctx, who, desk.ReplyCommand{
		Case: c.ID, Seen: c.Version, Kind: cases.InitialResponse, To: []string{"yamada@aoba.example"}, Text: "確認しております。", Next: cases.Waiting,
	}, release)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

func TestAScheduledReplySurvivesARestartAndIsReleasedOnce(t *testing.T) {
	b := newBench(t, "11-20 17:00:00")
	c := b.scheduled(b.sato, "11-24 10:00:00")
	b.set("11-24 10:00:03")
	nodes := []*desk.Desk{b.reopen(), b.reopen(), b.reopen()}
	var wg sync.WaitGroup
	counts := make([]int, len(nodes))
	for i, d := range nodes {
		wg.Go(func() {
			n, err := d.ReleaseDue(b.ctx)
			if err != nil {
				t.Error(err)
			}
			counts[i] = n
		})
	}
	wg.Wait()
	if got := counts[0] + counts[1] + counts[2]; got != 1 {
		t.Errorf("released %d times: %v", got, counts)
	}
	after := b.last()
	if after.Response == nil || !after.Response.At.Equal(time.Date(2026, 11, 24, 10, 0, 0, 0, b.zone)) || after.Response.By.ID != b.sato.ID {
		t.Errorf("the response is %+v", after.Response)
	}
	if n := replies(t, b, c.ID); n != 1 {
		t.Errorf("%d replies in the history", n)
	}
}

func replies(t *testing.T, b *bench, id cases.ID) (n int) {
	t.Helper()
	_, events, err := b.store.Case(b.ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if _, ok := e.Data.(cases.Replied); ok {
			n++
		}
	}
	return n
}

func TestMailThatCameBeforeTheInstantHoldsTheReleaseUntilItIsRead(t *testing.T) {
	b := newBench(t, "11-20 17:00:00")
	c := b.scheduled(b.sato, "11-24 10:00:00")
	b.set("11-24 09:59:59")
	raw := "From: <yamada@aoba.example>\r\nTo: <support@desk.example>\r\nSubject: Re\r\nMessage-ID: <late@customer.example>\r\nIn-Reply-To: <m1@customer.example>\r\n\r\nmore\r\n"
	if err := b.Accept(b.ctx, desk.Mail{From: "yamada@aoba.example", To: []string{"support@desk.example"}, Raw: []byte(raw), Remote: "127.0.0.1", At: b.clock}); err != nil {
		t.Fatal(err)
	}
	b.set("11-24 10:00:01")
	if n, err := b.ReleaseDue(b.ctx); n != 0 || err != nil {
		t.Fatalf("released %d before the mail was read: %v", n, err)
	}
	if _, err := b.FileNew(b.ctx); err != nil {
		t.Fatal(err)
	}
	if n, err := b.ReleaseDue(b.ctx); n != 0 || err != nil {
		t.Fatalf("released %d over the customer's mail: %v", n, err)
	}
	if after := b.last(); after.ID != c.ID || after.Scheduled != nil || after.Response != nil {
		t.Errorf("the case is %+v", after)
	}
	b.wantTold(b.sato, "schedule-stopped")
	v, err := b.View(b.ctx, b.sato, c.ID)
	if err != nil || v.Drafts.Reply == nil || !v.Drafts.Reply.Stale {
		t.Errorf("the writer's draft: %+v %v", v.Drafts.Reply, err)
	}
}

func TestWhatCannotBeReleasedIsADraftAgainWithTheReason(t *testing.T) {
	b := newBench(t, "11-20 17:00:00")
	ito := b.hire("ito", desk.Agent)
	c := b.scheduled(ito, "11-24 10:00:00")
	if err := b.SetAgent(b.ctx, b.sato, ito.ID, ito.Name, desk.Agent, true); err != nil {
		t.Fatal(err)
	}
	b.set("11-24 10:00:00")
	if n, err := b.ReleaseDue(b.ctx); n != 0 || err != nil {
		t.Fatalf("released %d: %v", n, err)
	}
	_, events, err := b.store.Case(b.ctx, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	ended, ok := events[len(events)-1].Data.(cases.ScheduleEnded)
	if !ok || ended.Why != cases.EndRefused || ended.EN == "" || ended.JA == "" {
		t.Errorf("the history ends with %+v", events[len(events)-1])
	}
	if _, err := b.Unschedule(b.ctx, b.sato, c.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("cancelling what has ended: %v", err)
	}
}

func TestInstantsThatAreOffered(t *testing.T) {
	b := newBench(t, "11-20 16:42:00") // a Friday before a holiday
	b.mail("yamada@aoba.example", "質問", "本文")
	c := b.last()
	con, err := b.Contracts().Version(c.Contract)
	if err != nil {
		t.Fatal(err)
	}
	offered, days := b.ReleaseTimes(c, con, cases.InitialResponse)
	want := map[string]string{desk.ReleaseOpening: "11-24 10:00", desk.ReleaseTomorrow: "11-21 09:00"}
	for _, o := range offered {
		if got := o.At.In(b.zone).Format("01-02 15:04"); got != want[o.Name] {
			t.Errorf("%s is %s", o.Name, got)
		}
		if o.Open != (o.Name == desk.ReleaseOpening) || !o.Effect.Stops {
			t.Errorf("%s: %+v", o.Name, o)
		}
	}
	if len(offered) != 2 || len(days) != 8 || days[0].Date.Day != 20 || days[3].Business {
		t.Errorf("offered %v, days %+v", offered, days)
	}
	for _, wrong := range [][2]string{{"", ""}, {"2026-11-24", "25:00"}, {"tomorrow", "9"}} {
		if _, err := b.ReleaseInstant(c, con, desk.ReleaseAt, wrong[0], wrong[1]); !fault.Is(err, fault.Invalid) {
			t.Errorf("%v: %v", wrong, err)
		}
	}
}

// The customer gets the reply at the hour that was chosen, whatever the case
// lacks by then; the case is not called finished, and its writer hears why.
func TestAScheduledReplyLeavesAlthoughItsCaseCannotBeFinished(t *testing.T) {
	b := newBench(t, "11-20 15:00:00")
	field, err := b.PutField(b.ctx, b.sato, store.Field{Word: "cause", Kind: cases.TextField, NameJA: "原因", NameEN: "Cause", Required: true})
	if err != nil {
		t.Fatal(err)
	}
	b.mail("yamada@aoba.example", "質問", "本文")
	c := b.last()
	cmd := desk.ReplyCommand{Case: c.ID, Seen: c.Version, Kind: cases.InitialResponse, To: []string{"yamada@aoba.example"}, Text: "設定にて解決いたしました。", Next: cases.Resolved}
	release := time.Date(2026, 11, 24, 10, 0, 0, 0, b.zone)
	if _, err := b.Schedule(b.ctx, b.sato, cmd, release); !fault.Is(err, fault.Invalid) {
		t.Fatalf("scheduled without what sending at once would ask for: %v", err)
	}
	if _, err := b.SetFields(b.ctx, b.sato, c.ID, map[string]string{field.ID: "設定"}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Schedule(b.ctx, b.sato, cmd, release); err != nil {
		t.Fatal(err)
	}
	if _, err := b.SetFields(b.ctx, b.sato, c.ID, map[string]string{field.ID: ""}); err != nil {
		t.Fatal(err)
	}

	b.set("11-24 10:00:02")
	if n, err := b.ReleaseDue(b.ctx); err != nil || n != 1 {
		t.Fatalf("released %d: %v", n, err)
	}
	c = b.last()
	if c.Response == nil || !c.Response.At.Equal(release) || c.First.Verdict != cases.Met || c.Status != cases.Open || c.Scheduled != nil {
		t.Errorf("after its hour: %s, response %+v, verdict %s", c.Status, c.Response, c.First.Verdict)
	}
	if n := replies(t, b, c.ID); n != 1 || !strings.Contains(b.mails[len(b.mails)-1].Body, "設定にて解決いたしました。") {
		t.Errorf("%d replies left", n)
	}
	_, events, err := b.store.Case(b.ctx, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(events, func(e cases.Event) bool { _, ok := e.Data.(cases.FinishHeld); return ok })
	if i < 0 {
		t.Fatal("the history does not say why the case is open")
	}
	if held := events[i].Data.(cases.FinishHeld); held.Next != cases.Resolved || !strings.Contains(held.JA, "原因") || events[i].Actor.Kind != cases.System {
		t.Errorf("%+v by %+v", held, events[i].Actor)
	}
	b.wantTold(b.sato, string(notice.Unfinished))
	b.same()
}
