package desk

import (
	"context"
	"slices"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/notice"
)

// NoticeQuery selects a page of the viewer's notices.
type NoticeQuery struct {
	Unread bool
	Kinds  []notice.Kind // empty: all
	Limit  int
	After  store.Since
}

// NoticeRow is one notice as it may be shown now.
type NoticeRow struct {
	store.Notice
	Number  string // of its case; empty: none, or the viewer may not see it
	Subject string // of its case
	Org     string
	Who     string // who did it
	What    string // the task or the mailbox that it is about
	Hidden  bool   // it is about something that the viewer may not see any more
}

// NoticePage is a page of them, newest first.
type NoticePage struct {
	Rows   []NoticeRow
	Next   store.Since
	Unread int // of all, up to [store.NoticesMost] plus one
}

// Notices returns a page of what the viewer was told. What it shows of cases
// is asked for now, with the rights that the viewer has now.
func (d *Desk) Notices(ctx context.Context, who Viewer, q NoticeQuery) (NoticePage, error) {
	if err := who.May(SignedIn); err != nil {
		return NoticePage{}, err
	}
	var page NoticePage
	var err error
	if page.Unread, err = d.store.UnreadNotices(ctx, who.ID); err != nil {
		return page, err
	}
	ask := store.NoticeQuery{Agent: who.ID, Unread: q.Unread, Limit: q.Limit, After: q.After}
	for _, k := range q.Kinds {
		ask.Kinds = append(ask.Kinds, string(k))
	}
	rows, next, err := d.store.Notices(ctx, ask)
	if err != nil {
		return page, err
	}
	page.Next = next
	page.Rows, err = d.noticeRows(ctx, who, rows)
	return page, err
}

func (d *Desk) noticeRows(ctx context.Context, who Viewer, rows []store.Notice) ([]NoticeRow, error) {
	var ids []cases.ID
	for _, r := range rows {
		if r.Case != "" && !slices.Contains(ids, r.Case) {
			ids = append(ids, r.Case)
		}
	}
	shown, err := d.store.CaseRows(ctx, who.Scope(), ids)
	if err != nil {
		return nil, err
	}
	var taskIDs []string
	for _, r := range rows {
		if k := notice.Kind(r.Kind); r.Ref != "" && (k == notice.Reminder || k == notice.Tasked) {
			taskIDs = append(taskIDs, r.Ref)
		}
	}
	tasks, err := d.store.TasksByID(ctx, taskIDs)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	out := make([]NoticeRow, 0, len(rows))
	for _, r := range rows {
		row := NoticeRow{Notice: r}
		switch c, ok := shown[r.Case]; {
		case ok:
			row.Number, row.Subject, row.Org = d.Number(c.Number), c.Subject, c.OrgName
		case r.Case != "", r.Kind == string(notice.Trouble) && !who.Can(ManageMail), r.Kind == string(notice.Erasing) && !who.Can(ErasePersonalData):
			row.Hidden = true
		}
		if row.Who, err = d.agentName(ctx, names, r.Actor); err != nil {
			return nil, err
		}
		if !row.Hidden {
			if row.What, err = d.noticeWhat(ctx, who, r, shown[r.Case]); err != nil {
				return nil, err
			}
		}
		if t, ok := tasks[r.Ref]; ok && !row.Hidden {
			row.What = t.Text
		}
		out = append(out, row)
	}
	return out, nil
}

// noticeWhat names what a notice is about beside its case: a target, a mailbox.
func (d *Desk) noticeWhat(ctx context.Context, who Viewer, r store.Notice, c store.CaseRow) (string, error) {
	switch notice.Kind(r.Kind) {
	case notice.AtRisk, notice.Missed:
		con, err := d.contracts.Version(c.Contract)
		if err != nil {
			return "", nil // a version that this build cannot read; the case says so
		}
		return con.MetricLabel(contract.Metric(r.Ref)).In(who.Language), nil
	case notice.Followed:
		return happened(r.Ref, who.Language), nil
	case notice.Trouble:
	default:
		return "", nil
	}
	if r.Ref == OutboxTrouble {
		return "", nil
	}
	m, err := d.store.Mailbox(ctx, r.Ref)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return m.Name, err
}

// agentName reads the name of a person of the desk, each once.
func (d *Desk) agentName(ctx context.Context, known map[string]string, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	if name, ok := known[id]; ok {
		return name, nil
	}
	a, err := d.store.Agent(ctx, id)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return "", err
	}
	known[id] = a.Name
	return a.Name, nil
}

// UnreadNotices counts what the viewer has not read, up to [store.NoticesMost] plus one.
func (d *Desk) UnreadNotices(ctx context.Context, who Viewer) (int, error) {
	return d.store.UnreadNotices(ctx, who.ID)
}

// announceFor is how long news is fresh enough to be shown outside of the
// browser's window.
const announceFor = 10 * time.Minute

// Announcements are the newest notices that the viewer wants to see outside of
// the browser's window.
func (d *Desk) Announcements(ctx context.Context, who Viewer) ([]NoticeRow, error) {
	page, err := d.Notices(ctx, who, NoticeQuery{Unread: true, Limit: 5})
	fresh := d.now().Add(-announceFor)
	return slices.DeleteFunc(page.Rows, func(r NoticeRow) bool { return !r.Desktop || r.Hidden || r.RaisedAt.Before(fresh) }), err
}

// ReadNotices marks the viewer's notices as read: the ones named, or all where
// none is. It returns the instant by which [Desk.UnreadAgain] takes that back.
func (d *Desk) ReadNotices(ctx context.Context, who Viewer, names ...string) (time.Time, error) {
	return d.readNotices(ctx, who, "", names)
}

// ReadNoticesOf marks what the viewer was told of a case as read, since they
// are looking at it. It writes nothing where there is none.
func (d *Desk) ReadNoticesOf(ctx context.Context, who Viewer, id cases.ID) error {
	n, err := d.store.UnreadNoticesOf(ctx, who.ID, id)
	if err != nil || n == 0 {
		return err
	}
	_, err = d.readNotices(ctx, who, id, nil)
	return err
}

func (d *Desk) readNotices(ctx context.Context, who Viewer, id cases.ID, names []string) (time.Time, error) {
	if err := who.May(SignedIn); err != nil {
		return time.Time{}, err
	}
	if len(names) > 500 {
		return time.Time{}, fault.New(fault.Invalid, "一度に既読にできるのは 500 件までです。", "At most 500 can be marked at once.")
	}
	at := d.now().UTC().Truncate(time.Microsecond)
	return at, d.store.Write(ctx, func(tx *store.Tx) error { return tx.ReadNotices(who.ID, id, names, at) })
}

// UnreadAgain takes back what the viewer marked as read at an instant.
func (d *Desk) UnreadAgain(ctx context.Context, who Viewer, at time.Time) error {
	if err := who.May(SignedIn); err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error { return tx.UnreadAgain(who.ID, at) })
}
