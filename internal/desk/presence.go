package desk

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// What a person does with a case that their browser shows. Who writes a reply
// holds its lock; see [Desk.BeginReply].
const (
	Viewing    = "view"
	TakesNotes = "note" // writes an internal note
)

// How presence fades. A tab that says goodbye is given a moment, since a reload
// says so too; a browser whose stream broke is given time to connect again.
// Presence is written when a person comes, leaves or begins to write, and once
// in presenceKept for all browsers of a node together.
const (
	tabGrace      = 2 * time.Second
	browserGrace  = 5 * time.Second
	presenceKept  = 20 * time.Second // how often a node says which browsers are still there
	presenceLapse = 50 * time.Second // after which a browser counts as gone when its node died with it
)

// CaseTopic is the topic of hints about a case: who looks at it, who writes.
func CaseTopic(id cases.ID) string { return "case:" + string(id) }

// Here is a colleague who has a case open.
type Here struct {
	Agent, Name string
	Doing       string // [Viewing] or [TakesNotes]
	Since       time.Time
}

// presences is what this node knows of the browsers that listen to it. Rows say
// who is where; this says which of them are still connected.
type presences struct {
	mu      sync.Mutex
	streams map[string]int       // open streams of a browser
	leaving map[string]time.Time // browsers without a stream, since when
	closing map[string]time.Time // tabs that said goodbye, and when
	kept    time.Time            // when the rows were last kept alive
}

// Listen notes that a browser's stream is open at this node, until end is called.
func (d *Desk) Listen(browser string) (end func()) {
	p := &d.presences
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.streams == nil {
		p.streams, p.leaving, p.closing = map[string]int{}, map[string]time.Time{}, map[string]time.Time{}
	}
	p.streams[browser]++
	delete(p.leaving, browser)
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.streams[browser]--; p.streams[browser] <= 0 {
			delete(p.streams, browser)
			p.leaving[browser] = d.now()
		}
	}
}

// Attend says that a tab of the viewer's browser shows a case, and what they do
// there. It writes only what is new, so that a page may say it again at any time.
func (d *Desk) Attend(ctx context.Context, who Viewer, browser, tab string, id cases.ID, doing string) error {
	if err := who.May(WorkCases); err != nil {
		return err
	}
	if tab == "" || len(tab) > 64 {
		return fault.New(fault.Invalid, "画面の識別子がありません。画面を更新してください。", "The page did not say which it is. Please reload it.").At("tab")
	}
	if doing != TakesNotes {
		doing = Viewing
	}
	at := d.now()
	d.presences.stays(tab)
	have, err := d.store.PresentTab(ctx, tab)
	if err != nil {
		return err
	}
	p := store.Present{Tab: tab, Browser: browser, Agent: who.ID, Name: who.Name, Case: id, Doing: doing, Since: at, Alive: at}
	if len(have) > 0 && same(have[0], p) && at.Sub(have[0].Alive) < presenceKept {
		return nil
	}
	if err := d.SeesCaseID(ctx, who, id); err != nil {
		return err
	}
	var topics []string
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		topics = nil
		have, err := tx.PresentTab(tab)
		if err != nil {
			return err
		}
		switch {
		case len(have) > 0 && have[0].Agent != who.ID:
			p.Tab = newID() // never another person's tab
			topics = append(topics, CaseTopic(id))
		case len(have) > 0 && have[0].Case == id:
			p.Since = have[0].Since
			if have[0].Doing != doing {
				topics = append(topics, CaseTopic(id))
			}
		case len(have) > 0:
			topics = append(topics, CaseTopic(have[0].Case), CaseTopic(id))
		default:
			topics = append(topics, CaseTopic(id))
		}
		if err := tx.PutPresence(p); err != nil {
			return err
		}
		return tx.Hint(topics...)
	})
	if err == nil {
		d.live.Hint(topics...)
	}
	return err
}

func same(a, b store.Present) bool {
	return a.Browser == b.Browser && a.Agent == b.Agent && a.Case == b.Case && a.Doing == b.Doing
}

// Leave says that a tab shows no case any more. It counts a moment later, unless
// the tab comes back: a reload leaves too.
func (d *Desk) Leave(who Viewer, tab string) error {
	if err := who.May(WorkCases); err != nil {
		return err
	}
	p := &d.presences
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closing == nil {
		p.streams, p.leaving, p.closing = map[string]int{}, map[string]time.Time{}, map[string]time.Time{}
	}
	p.closing[tab] = d.now()
	return nil
}

func (p *presences) stays(tab string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.closing, tab)
}

// present returns the colleagues who have a case open, the viewer left out, each
// once.
func (d *Desk) present(ctx context.Context, who Viewer, id cases.ID) ([]Here, error) {
	rows, err := d.store.Present(ctx, id, d.now().Add(-presenceLapse))
	if err != nil {
		return nil, err
	}
	var out []Here
	for _, r := range rows {
		if r.Agent == who.ID {
			continue
		}
		i := slices.IndexFunc(out, func(h Here) bool { return h.Agent == r.Agent })
		if i < 0 {
			out = append(out, Here{Agent: r.Agent, Name: r.Name, Doing: r.Doing, Since: r.Since})
		} else if r.Doing == TakesNotes {
			out[i].Doing = TakesNotes
		}
	}
	return out, nil
}

// gone takes out what has left for longer than it is given.
func gone(left map[string]time.Time, at time.Time, grace time.Duration) map[string]time.Time {
	out := map[string]time.Time{}
	for k, since := range left {
		if at.Sub(since) >= grace {
			out[k] = since
		}
	}
	maps.DeleteFunc(left, func(k string, _ time.Time) bool { _, over := out[k]; return over })
	return out
}

// TendPresence lets go of who has left, and keeps alive who is still connected
// to this node. It writes nothing while nothing happens but that.
func (d *Desk) TendPresence(ctx context.Context) error {
	at, p := d.now(), &d.presences
	p.mu.Lock()
	tabs, browsers := gone(p.closing, at, tabGrace), gone(p.leaving, at, browserGrace)
	var keep []string
	due := at.Sub(p.kept) >= presenceKept || at.Before(p.kept)
	if due {
		p.kept = at
		keep = slices.Sorted(maps.Keys(p.streams))
	}
	p.mu.Unlock()
	lapsed, idle := int64(0), int64(0)
	if due {
		var err, err2 error
		lapsed, err = d.store.Lapsed(ctx, at.Add(-presenceLapse))
		idle, err2 = d.store.IdleReplyLocks(ctx, at.Add(-d.Site().idle()))
		if err := errors.Join(err, err2); err != nil {
			return err
		}
	}
	if len(tabs)+len(browsers)+len(keep) == 0 && lapsed == 0 && idle == 0 {
		return nil
	}
	var topics []string
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		topics = nil
		var left []cases.ID
		took := func(ids []cases.ID, err error) error {
			left = append(left, ids...)
			return err
		}
		for tab, since := range tabs {
			if err := took(tx.LeaveTab(tab, since)); err != nil {
				return err
			}
		}
		for b, since := range browsers {
			if err := took(tx.LeaveBrowser(b, since)); err != nil {
				return err
			}
		}
		if lapsed > 0 {
			if err := took(tx.DropLapsed(at.Add(-presenceLapse))); err != nil {
				return err
			}
		}
		if idle > 0 {
			if err := took(tx.LapseReplyLocks(at.Add(-d.Site().idle()))); err != nil {
				return err
			}
		}
		if err := tx.KeepPresent(keep, at); err != nil {
			return err
		}
		for _, id := range left {
			if t := CaseTopic(id); !slices.Contains(topics, t) {
				topics = append(topics, t)
			}
		}
		return tx.Hint(topics...)
	})
	if err == nil {
		d.live.Hint(topics...)
	}
	return err
}

// RunPresence tends presence every two seconds until ctx ends.
func (d *Desk) RunPresence(ctx context.Context) error {
	for rest(ctx, 2*time.Second) {
		d.report("presence", d.TendPresence(ctx))
	}
	return nil
}
