package desk_test

import (
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/internal/desk"
	"madoguchi/internal/desk/live"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
	"madoguchi/test/postgrestest"
)

// hired is another person of the desk.
func (b *bench) hired(name, email string, role desk.Role) desk.Viewer {
	b.t.Helper()
	v, err := b.AddAgent(b.ctx, b.sato, desk.NewAgent{Name: name, Email: email, Role: role, Language: "ja", Password: "correct horse battery"})
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

// node is another desk on the same records: another process where several can
// share them.
func (b *bench) node() *desk.Desk {
	b.t.Helper()
	url := postgrestest.Database(b.t, b.dir)
	if url == "" {
		return b.reopen()
	}
	s, err := store.Open(b.ctx, store.Config{Dir: b.t.TempDir(), Database: url})
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.t.Error(err)
		}
	})
	d, err := desk.New(b.ctx, desk.Config{
		Store: s, Live: &live.Hub{}, Now: func() time.Time { return b.clock }, Contract: contracts.Default, Secrets: b.secrets,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Compose: func(desk.Outgoing) ([]byte, error) { return []byte("Subject: x\r\n\r\n"), nil },
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return d
}

// here names who has a case open, as a person sees it.
func (b *bench) here(d *desk.Desk, who desk.Viewer, id cases.ID) string {
	b.t.Helper()
	together, err := d.Together(b.ctx, who, id)
	if err != nil {
		b.t.Fatal(err)
	}
	var names []string
	for _, h := range together.Here {
		names = append(names, h.Name+":"+h.Doing)
	}
	return strings.Join(names, " ")
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func TestColleaguesSeeWhoHasACaseOpen(t *testing.T) {
	b := newBench(t, "11-20 16:42:00")
	ito := b.hired("伊藤", "ito@desk.example", desk.Agent)
	b.mail("yamada@aoba.example", "帳票が出ません", "お願いします。")
	first := b.last()
	b.mail("yamada@aoba.example", "別の件です", "お願いします。")
	second := b.last()
	other := b.node()
	ear := b.Live().Subscribe()
	defer ear.Close()

	end := b.Listen("ito's browser")
	b.must(b.Attend(b.ctx, ito, "ito's browser", "tab-1", first.ID, desk.Viewing))
	if got := b.here(other, b.sato, first.ID); got != "伊藤:view" {
		t.Errorf("Sato, at another node, sees %q", got)
	}
	if got := b.here(b.Desk, ito, first.ID); got != "" {
		t.Errorf("Ito sees %q", got)
	}
	if heard, _ := ear.Take(); len(heard) != 1 || heard[0].Hint != desk.CaseTopic(first.ID) {
		t.Errorf("browsers were told %v", heard)
	}
	b.must(b.Attend(b.ctx, ito, "ito's browser", "tab-1", first.ID, desk.Viewing))
	if heard, _ := ear.Take(); len(heard) != 0 {
		t.Errorf("nothing happened, and browsers were told %v", heard)
	}

	b.must(b.Attend(b.ctx, ito, "ito's browser", "tab-1", first.ID, desk.TakesNotes))
	b.must(b.Attend(b.ctx, ito, "ito's browser", "tab-2", first.ID, desk.Viewing))
	if got := b.here(other, b.sato, first.ID); got != "伊藤:note" {
		t.Errorf("with a note in one of two tabs: %q", got)
	}
	b.must(b.Attend(b.ctx, ito, "ito's browser", "tab-1", second.ID, desk.Viewing))
	if got := b.here(b.Desk, b.sato, second.ID) + "|" + b.here(b.Desk, b.sato, first.ID); got != "伊藤:view|伊藤:view" {
		t.Errorf("a tab that went to the other case: %q", got)
	}
	c, events, err := b.store.Case(b.ctx, first.ID)
	b.must(err)
	if c.Version != first.Version || len(events) != first.Version {
		t.Error("presence is in the history")
	}

	// A closed tab counts as gone a moment later; a reloaded one stays.
	b.must(b.Leave(ito, "tab-1"))
	b.must(b.Leave(ito, "tab-2"))
	b.clock = b.clock.Add(time.Second)
	b.must(b.Attend(b.ctx, ito, "ito's browser", "tab-2", first.ID, desk.Viewing))
	b.clock = b.clock.Add(2 * time.Second)
	b.must(b.TendPresence(b.ctx))
	if got := b.here(other, b.sato, second.ID) + "|" + b.here(other, b.sato, first.ID); got != "|伊藤:view" {
		t.Errorf("after one tab was closed and one reloaded: %q", got)
	}

	// A stream that breaks and comes back within seconds changes nothing, also
	// at another node; one that stays away is gone.
	end()
	b.clock = b.clock.Add(2 * time.Second)
	again := other.Listen("ito's browser")
	b.must(other.TendPresence(b.ctx))
	b.clock = b.clock.Add(4 * time.Second)
	b.must(b.TendPresence(b.ctx))
	if got := b.here(b.Desk, b.sato, first.ID); got != "伊藤:view" {
		t.Errorf("after the browser came back to another node: %q", got)
	}
	again()
	b.clock = b.clock.Add(6 * time.Second)
	b.must(other.TendPresence(b.ctx))
	if got := b.here(b.Desk, b.sato, first.ID); got != "" {
		t.Errorf("seconds after the browser was closed: %q", got)
	}
}

func TestABrowserStaysWhileItsStreamIsOpenAndLapsesWithItsNode(t *testing.T) {
	b := newBench(t, "11-20 16:42:00")
	ito := b.hired("伊藤", "ito@desk.example", desk.Agent)
	b.mail("yamada@aoba.example", "帳票が出ません", "お願いします。")
	c, other := b.last(), b.node()
	defer b.Listen("ito's browser")()
	b.must(b.Attend(b.ctx, ito, "ito's browser", "tab", c.ID, desk.Viewing))
	for range 120 { // twenty minutes
		b.clock = b.clock.Add(10 * time.Second)
		b.must(b.TendPresence(b.ctx))
	}
	if got := b.here(other, b.sato, c.ID); got != "伊藤:view" {
		t.Errorf("after twenty minutes: %q", got)
	}
	b.clock = b.clock.Add(time.Minute) // the node has died
	if got := b.here(other, b.sato, c.ID); got != "" {
		t.Errorf("a minute after the node died: %q", got)
	}
	b.must(other.TendPresence(b.ctx))
	if n, err := b.store.Lapsed(b.ctx, b.clock); err != nil || n != 0 {
		t.Errorf("%d tabs are kept for ever, %v", n, err)
	}
}

func TestOnlyOnePersonWritesTheReply(t *testing.T) {
	b := newBench(t, "11-20 16:42:00")
	ito := b.hired("伊藤", "ito@desk.example", desk.Agent)
	b.mail("yamada@aoba.example", "帳票が出ません", "お願いします。")
	c, other := b.last(), b.node()

	lock, err := b.BeginReply(b.ctx, b.sato, c.ID)
	b.must(err)
	if lock.Holder.Name != "佐藤" || !lock.Since.Equal(b.clock) {
		t.Errorf("the reply is %+v", lock)
	}
	b.clock = b.clock.Add(3 * time.Minute)
	if lock, err = other.BeginReply(b.ctx, ito, c.ID); err != nil || lock.Holder.Name != "佐藤" {
		t.Errorf("Ito got %+v, %v", lock, err)
	}
	send := func(d *desk.Desk, who desk.Viewer) error {
		_, err := d.Reply(b.ctx, who, desk.ReplyCommand{Case: c.ID, Seen: 99, Kind: cases.InitialResponse, To: []string{"yamada@aoba.example"}, Text: "確認しております。", Next: cases.Waiting})
		return err
	}
	if err := send(other, ito); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "Sato") && !strings.Contains(fault.Public(err).JA, "佐藤 さんが 16:42 から返信を作成しています") {
		t.Errorf("Ito's reply: %v", err)
	}
	if _, err := other.Note(b.ctx, ito, c.ID, "調べました。"); err != nil {
		t.Errorf("a note needs no lock: %v", err)
	}

	// What was typed in the same moment is not lost.
	b.must(other.SaveDraft(b.ctx, ito, c.ID, desk.DraftReply, "私も書いています", desk.DraftForm{}, 1))
	v, err := other.View(b.ctx, ito, c.ID)
	b.must(err)
	if v.Drafts.Reply == nil || v.Drafts.Reply.Text != "私も書いています" || !v.Together.Barred() {
		t.Errorf("Ito's draft is %+v, the lock %+v", v.Drafts.Reply, v.Together)
	}

	// Writing on keeps it; a restart too; silence lets go.
	b.clock = b.clock.Add(9 * time.Minute)
	b.must(b.SaveDraft(b.ctx, b.sato, c.ID, desk.DraftReply, "確認して", desk.DraftForm{}, 1))
	b.clock = b.clock.Add(9 * time.Minute)
	if together, err := b.reopen().Together(b.ctx, ito, c.ID); err != nil || !together.Barred() {
		t.Errorf("after a restart, 9 minutes after the last word: %+v, %v", together, err)
	}
	b.clock = b.clock.Add(2 * time.Minute)
	if together, err := other.Together(b.ctx, ito, c.ID); err != nil || together.Barred() {
		t.Errorf("11 minutes after the last word: %+v, %v", together, err)
	}
	if lock, err = other.BeginReply(b.ctx, ito, c.ID); err != nil || lock.Holder.Name != "伊藤" {
		t.Errorf("then Ito got %+v, %v", lock, err)
	}
	if err := send(b.Desk, b.sato); !fault.Is(err, fault.Conflict) {
		t.Errorf("Sato's reply while Ito writes: %v", err)
	}

	// Emptying or discarding the draft lets go, and so does sending.
	b.must(other.SaveDraft(b.ctx, ito, c.ID, desk.DraftReply, " ", desk.DraftForm{}, 1))
	if lock, err = b.BeginReply(b.ctx, b.sato, c.ID); err != nil || lock.Holder.Name != "佐藤" {
		t.Errorf("after Ito emptied the draft: %+v, %v", lock, err)
	}
	b.must(b.DiscardReply(b.ctx, b.sato, c.ID))
	if v, err = b.View(b.ctx, b.sato, c.ID); err != nil || v.Drafts.Reply != nil || v.Together.Mine {
		t.Errorf("after discarding: %+v %+v, %v", v.Drafts.Reply, v.Together, err)
	}
	_, err = other.BeginReply(b.ctx, ito, c.ID)
	b.must(err)
	b.must(send(other, ito))
	if together, err := b.Together(b.ctx, b.sato, c.ID); err != nil || together.Barred() {
		t.Errorf("after sending: %+v, %v", together, err)
	}
	// Taken back within its seconds, it is Ito's to write again.
	v, err = other.View(b.ctx, ito, c.ID)
	b.must(err)
	sent := v.Events[slices.IndexFunc(v.Events, func(e cases.Event) bool { _, ok := e.Data.(cases.Replied); return ok })].Data.(cases.Replied)
	_, err = other.Undo(b.ctx, ito, c.ID, sent.Message)
	b.must(err)
	if together, err := b.Together(b.ctx, b.sato, c.ID); err != nil || together.Lock.Holder.Name != "伊藤" {
		t.Errorf("after undoing: %+v, %v", together, err)
	}
}

func TestOfManyWhoBeginAtOnceOneGetsTheReply(t *testing.T) {
	b := newBench(t, "11-20 16:42:00")
	b.mail("yamada@aoba.example", "帳票が出ません", "お願いします。")
	c, desks := b.last(), []*desk.Desk{b.Desk, b.node(), b.node()}
	var people []desk.Viewer
	for _, n := range []string{"a", "b", "c", "d", "e", "f"} {
		people = append(people, b.hired(n, n+"@desk.example", desk.Agent))
	}
	got := make([]cases.ReplyLock, len(people))
	var all sync.WaitGroup
	for i, p := range people {
		all.Go(func() {
			var err error
			if got[i], err = desks[i%len(desks)].BeginReply(b.ctx, p, c.ID); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for i := range got {
		if got[i].Holder.ID == "" || got[i].Holder != got[0].Holder {
			t.Errorf("%s was told that %q writes, %s that %q does", people[i].Name, got[i].Holder.Name, people[0].Name, got[0].Holder.Name)
		}
	}
}

func TestAReplyIsTakenOverWithAReason(t *testing.T) {
	b := newBench(t, "11-20 16:42:00")
	ito := b.hired("伊藤", "ito@desk.example", desk.Supervisor)
	b.mail("yamada@aoba.example", "帳票が出ません", "お願いします。")
	c, other := b.last(), b.node()
	if _, err := other.TakeOver(b.ctx, ito, c.ID, "急ぎのため"); !fault.Is(err, fault.Conflict) {
		t.Errorf("taking over from nobody: %v", err)
	}
	b.must(b.SaveDraft(b.ctx, b.sato, c.ID, desk.DraftReply, "確認して", desk.DraftForm{}, 1))
	b.clock = b.clock.Add(4 * time.Minute)
	if _, err := other.TakeOver(b.ctx, ito, c.ID, " "); !fault.Is(err, fault.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
	if _, err := b.TakeOver(b.ctx, b.sato, c.ID, "自分から"); !fault.Is(err, fault.Conflict) {
		t.Errorf("from oneself: %v", err)
	}
	_, err := other.TakeOver(b.ctx, ito, c.ID, "期限が近く、佐藤さんが離席中のため")
	b.must(err)
	v, err := b.View(b.ctx, b.sato, c.ID)
	b.must(err)
	if !v.Together.Barred() || v.Together.Lock.Holder.Name != "伊藤" || v.Together.Taken == nil || v.Together.Taken.Reason != "期限が近く、佐藤さんが離席中のため" {
		t.Errorf("Sato is told %+v", v.Together)
	}
	if v.Drafts.Reply == nil || v.Drafts.Reply.Text != "確認して" {
		t.Errorf("Sato's text is %+v", v.Drafts.Reply)
	}
	last := v.Events[len(v.Events)-1]
	if d, ok := last.Data.(cases.ReplyTakenOver); !ok || d.From.Name != "佐藤" || last.Actor.Name != "伊藤" {
		t.Errorf("the history ends with %+v", last)
	}
	// What Sato's page still sends is kept, and takes nothing back.
	b.must(b.SaveDraft(b.ctx, b.sato, c.ID, desk.DraftReply, "確認しております", desk.DraftForm{}, 1))
	if together, err := other.TogetherOf(b.ctx, ito, c.ID); err != nil || !together.Mine || together.Taken != nil {
		t.Errorf("Ito has %+v, %v", together, err)
	}
}
