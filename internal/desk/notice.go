package desk

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
	"madoguchi/terms/notice"
)

// Notice is something that people of the desk are to be told. An act raises
// one by [Desk.tell] in its own transaction, so that it is told exactly when
// the act is durable; what follows from events of a case is in
// noticefacts.go and needs no call.
type Notice struct {
	Kind   notice.Kind
	Case   cases.ID    // empty: none
	To     []string    // ids of agents; each once is enough
	By     cases.Actor // who did it, and is not told
	Matter string      // what it is about: further news of it counts up, and is not another; empty: the kind in the case
	Ref    string      // of a message, a task, a mailbox …
	At     time.Time
	Once   bool // never again of this matter
}

// noticesMost is how much unread news a person may have of single matters;
// what comes beyond it is told in one for each kind.
const noticesMost = 200

// telling tells within one transaction. It reads each person once.
type telling struct {
	desk   *Desk
	tx     *store.Tx
	people map[string]*listener
	all    []store.Agent
}

// listener is a person as far as telling needs.
type listener struct {
	agent  store.Agent
	likes  notice.Preferences
	when   notice.Calendar
	unread int
	folded map[notice.Kind]bool // kinds that are told in one already
}

// tell raises notices in an act's transaction.
func (d *Desk) tell(tx *store.Tx, news ...Notice) error {
	return (&telling{desk: d, tx: tx}).tell(news...)
}

func (t *telling) tell(news ...Notice) error {
	for _, n := range news {
		to := slices.Clone(n.To)
		slices.Sort(to)
		for _, id := range slices.Compact(to) {
			if id == "" || n.By.Kind == cases.Agent && n.By.ID == id {
				continue
			}
			if err := t.tellOne(n, id); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *telling) tellOne(n Notice, id string) error {
	who, err := t.listener(id)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil || who.agent.Disabled {
		return err
	}
	plan := who.likes.Plan(n.Kind, n.At, who.when)
	if plan.None() {
		return nil
	}
	row := store.Notice{
		ID: newID(), Agent: id, Kind: string(n.Kind), Matter: n.Matter, Case: n.Case, Ref: n.Ref, Times: 1,
		Listed: plan.Browser, Desktop: plan.Desktop, RaisedAt: n.At, MailAt: plan.MailAt,
	}
	if n.By.Kind == cases.Agent {
		row.Actor = n.By.ID
	}
	if row.Matter == "" {
		row.Matter = string(n.Kind) + "/" + string(n.Case)
	}
	if who.unread++; who.unread > noticesMost {
		if who.folded[n.Kind] {
			return nil
		}
		who.folded[n.Kind] = true
		row.Matter, row.Case, row.Ref, row.Actor, n.Once = "more/"+string(n.Kind), "", "", "", false
	}
	return t.tx.RaiseNotice(row, n.Once)
}

func (t *telling) listener(id string) (*listener, error) {
	if who, ok := t.people[id]; ok {
		return who, nil
	}
	agent, err := t.tx.Agent(id)
	if err != nil {
		return nil, err
	}
	chosen, err := t.tx.Choices(id)
	if err != nil {
		return nil, err
	}
	hours, err := t.tx.AgentHours(id)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	off, err := t.tx.DaysOff(id, t.desk.yesterday(t.desk.now()))
	if err != nil {
		return nil, err
	}
	unread, err := t.tx.UnreadNotices(id, noticesMost)
	if err != nil {
		return nil, err
	}
	person := t.desk.person(hours, off)
	who := &listener{agent: agent, likes: preferencesOf(chosen), when: notice.Calendar{Zone: person.Zone, Works: person.Works}, unread: unread, folded: map[notice.Kind]bool{}}
	if t.people == nil {
		t.people = map[string]*listener{}
	}
	t.people[id] = who
	return who, nil
}

// everybody lists the people of the desk.
func (t *telling) everybody() (_ []store.Agent, err error) {
	if t.all == nil {
		t.all, err = t.tx.ListAgents()
	}
	return t.all, err
}

// those lists who has one of the roles and can sign in.
func (t *telling) those(roles ...Role) ([]string, error) {
	all, err := t.everybody()
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, a := range all {
		if !a.Disabled && slices.Contains(roles, Role(a.Role)) {
			ids = append(ids, a.ID)
		}
	}
	return ids, nil
}

// supervisors are those who look after the whole desk: where there is no
// supervisor, the administrators do.
func (t *telling) supervisors() ([]string, error) {
	ids, err := t.those(Supervisor)
	if err != nil || len(ids) > 0 {
		return ids, err
	}
	return t.those(Administrator)
}

// choiceNotices is the name under which a person's choices of notices are kept.
const choiceNotices = "notices"

// preferencesOf reads a person's choices; what cannot be read counts as not chosen.
func preferencesOf(chosen map[string]string) notice.Preferences {
	p := notice.Default()
	if written := chosen[choiceNotices]; written != "" {
		own := p
		if err := json.Unmarshal([]byte(written), &own); err == nil && own.Check() == nil {
			p = own
		}
	}
	return p
}

// NoticePreferences returns how the viewer wants to be told.
func (d *Desk) NoticePreferences(ctx context.Context, who Viewer) (notice.Preferences, error) {
	chosen, err := d.store.Choices(ctx, who.ID)
	return preferencesOf(chosen), err
}

// SetNoticePreferences records it.
func (d *Desk) SetNoticePreferences(ctx context.Context, who Viewer, p notice.Preferences) error {
	if err := who.May(SignedIn); err != nil {
		return err
	}
	if err := p.Check(); err != nil {
		return err
	}
	written, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error { return tx.PutChoice(who.ID, choiceNotices, string(written)) })
}

// RunNotices lets open browsers hear that somebody was told something, at
// whichever node, until ctx ends.
func (d *Desk) RunNotices(ctx context.Context) error {
	last := int64(0)
	for {
		newest, err := d.store.AwaitNotices(ctx, last)
		if err != nil {
			return nil // the end of ctx
		}
		last = newest
		d.live.Publish(NoticesChanged)
	}
}

// NoticesChanged stands in place of a case in a [live.Change]: somebody was
// told something, or has read it.
const NoticesChanged = "@"
