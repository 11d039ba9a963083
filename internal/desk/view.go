package desk

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// View is a selection of the queue under a name.
type View struct {
	ID     string // a word for those that every desk has, else a UUID
	Name   string // empty for those that every desk has
	Query  string // see [Selection]
	Shared string // empty: own; [store.SharedDesk]; else a team's id
	Own    bool   // the viewer made it
	May    bool   // the viewer may change it
}

// Standing are the views that every desk has.
var Standing = []View{
	{ID: "all"},
	{ID: "mine", Query: "assignee=me"},
	{ID: "followed", Query: "follower=me"},
	{ID: "unassigned", Query: "assignee=none"},
	{ID: "waiting", Query: "status=waiting"},
	{ID: "held", Query: "status=on_hold"},
	{ID: "done", Query: "status=resolved,closed"},
}

// viewKept is for how long a removed view can be brought back.
const viewKept = 24 * time.Hour

// maxViews is how many views a person can make.
const maxViews = 100

// Views are what the viewer can choose of beside [Standing]: their own first.
func (d *Desk) Views(ctx context.Context, who Viewer) ([]View, error) {
	rows, err := d.viewRows(ctx, who)
	views := make([]View, len(rows))
	for i, v := range rows {
		views[i] = d.shownView(who, v)
	}
	return views, err
}

func (d *Desk) viewRows(ctx context.Context, who Viewer) ([]store.View, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	teams, err := d.teamsOf(ctx, who)
	if err != nil {
		return nil, err
	}
	return d.store.ListViews(ctx, who.ID, teams)
}

func (d *Desk) shownView(who Viewer, v store.View) View {
	return View{ID: v.ID, Name: v.Name, Query: v.Query, Shared: v.Shared, Own: v.Owner == who.ID, May: d.mayKeep(who, v) == nil}
}

// mayKeep says who may change a view: its maker while it is their own, and a
// supervisor what others have too.
func (d *Desk) mayKeep(who Viewer, v store.View) error {
	if v.Shared == "" && v.Owner == who.ID {
		return who.May(WorkCases)
	}
	return who.May(ShareViews)
}

// ViewOf returns one that the viewer can choose.
func (d *Desk) ViewOf(ctx context.Context, who Viewer, id string) (View, error) {
	if i := slices.IndexFunc(Standing, func(v View) bool { return v.ID == id }); i >= 0 {
		return Standing[i], who.May(WorkCases)
	}
	rows, err := d.viewRows(ctx, who)
	if err != nil {
		return View{}, err
	}
	i := slices.IndexFunc(rows, func(v store.View) bool { return v.ID == id })
	if i < 0 {
		return View{}, noView()
	}
	return d.shownView(who, rows[i]), nil
}

func noView() *fault.Error {
	return fault.New(fault.NotFound, "そのビューはありません。削除されたか、共有が終わっています。", "There is no such view. It was removed, or is no longer shared.")
}

// PutView keeps a selection under a name, or changes one that is kept. Sharing
// it is a supervisor's.
func (d *Desk) PutView(ctx context.Context, who Viewer, v View) (View, error) {
	if err := who.May(WorkCases); err != nil {
		return v, err
	}
	v.Name = strings.Join(strings.Fields(v.Name), " ")
	if n := utf8.RuneCountInString(v.Name); n == 0 || n > 60 {
		return v, fault.New(fault.Invalid, "ビューの名前を 1～60 文字で入力してください。", "Please give the view a name of 1 to 60 characters.").At("name")
	}
	asked, err := url.ParseQuery(v.Query)
	if err != nil {
		return v, fault.Wrap(fault.Invalid, err, "絞り込みを読み取れませんでした。", "The filters could not be read.").At("query")
	}
	sel, err := d.Select(ctx, who, asked)
	if err != nil {
		return v, err
	}
	v.Query = sel.Query()
	if v.Shared != "" {
		if err := d.mayShare(ctx, who, v.Shared); err != nil {
			return v, err
		}
	}
	mine, err := d.viewRows(ctx, who)
	if err != nil {
		return v, err
	}
	kept := store.View{ID: newID(), Owner: who.ID, Created: d.now(), Place: len(mine)}
	if v.ID != "" {
		if kept, err = d.store.View(ctx, v.ID); err != nil {
			return v, err
		}
		if err := d.mayKeep(who, kept); err != nil {
			return v, err
		}
	} else if len(mine) >= maxViews {
		return v, fault.New(fault.Conflict, "ビューは 100 個までです。使わないものを削除してください。", "There can be 100 views at most. Please remove some that are not used.")
	}
	was := kept.Shared
	kept.Name, kept.Query, kept.Shared, kept.Removed, kept.Updated = v.Name, v.Query, v.Shared, time.Time{}, d.now()
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutView(kept); err != nil {
			return err
		}
		return d.auditView(tx, who, "view.kept", kept, was)
	})
	return d.shownView(who, kept), err
}

// auditView records what was done to a view that others have.
func (d *Desk) auditView(tx *store.Tx, who Viewer, act string, v store.View, was string) error {
	if v.Shared == "" && was == "" {
		return nil
	}
	return tx.PutAudit(d.audit(who, act, v.ID, v.Name+" "+v.Query))
}

// MayShare lists to whom the viewer may give a view: the desk, and teams.
func (d *Desk) MayShare(ctx context.Context, who Viewer) ([]TeamName, error) {
	if who.May(ShareViews) != nil {
		return nil, nil // they keep their own
	}
	teams, err := d.TeamNames(ctx, who)
	return append([]TeamName{{ID: store.SharedDesk}}, teams...), err
}

// mayShare refuses to give a view to others by who may not.
func (d *Desk) mayShare(ctx context.Context, who Viewer, with string) error {
	if err := who.May(ShareViews); err != nil {
		return err
	}
	to, err := d.MayShare(ctx, who)
	if err == nil && !slices.ContainsFunc(to, func(t TeamName) bool { return t.ID == with }) {
		err = fault.New(fault.Invalid, "共有先を選んでください。", "Please choose with whom to share.").At("shared")
	}
	return err
}

// maxRail is how many views stand beside every page.
const maxRail = 4

// RailViews are the views that stand beside every page: the first of the list.
func (d *Desk) RailViews(ctx context.Context, who Viewer) ([]View, error) {
	views, err := d.Views(ctx, who)
	return views[:min(len(views), maxRail)], err
}

// RemoveView takes a view off the lists; within a day it can be brought back.
func (d *Desk) RemoveView(ctx context.Context, who Viewer, id string) error {
	return d.editView(ctx, who, id, "view.removed", func(v *store.View) { v.Removed = d.now() })
}

// RestoreView brings a removed view back.
func (d *Desk) RestoreView(ctx context.Context, who Viewer, id string) error {
	return d.editView(ctx, who, id, "view.restored", func(v *store.View) { v.Removed = time.Time{} })
}

func (d *Desk) editView(ctx context.Context, who Viewer, id, act string, edit func(*store.View)) error {
	return d.store.Write(ctx, func(tx *store.Tx) error {
		v, err := tx.View(id)
		if err != nil {
			return err
		}
		if err := d.mayKeep(who, v); err != nil {
			return err
		}
		edit(&v)
		v.Updated = d.now()
		if err := tx.PutView(v); err != nil {
			return err
		}
		if err := tx.ForgetViews(d.now().Add(-viewKept)); err != nil {
			return err
		}
		return d.auditView(tx, who, act, v, "")
	})
}

// MoveView changes the order of views: one place up or down among those that
// stand beside it in the list.
func (d *Desk) MoveView(ctx context.Context, who Viewer, id string, up bool) error {
	rows, err := d.viewRows(ctx, who)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(rows, func(v store.View) bool { return v.ID == id })
	if at < 0 {
		return noView()
	}
	rows = slices.DeleteFunc(rows, func(v store.View) bool { return (v.Shared == "") != (rows[at].Shared == "") })
	at = slices.IndexFunc(rows, func(v store.View) bool { return v.ID == id })
	to := at + 1
	if up {
		to = at - 1
	}
	if err := d.mayKeep(who, rows[at]); err != nil {
		return err
	}
	if to < 0 || to >= len(rows) {
		return nil // it is the first or the last already
	}
	rows[at], rows[to] = rows[to], rows[at]
	return d.store.Write(ctx, func(tx *store.Tx) error {
		for i, v := range rows {
			v.Place = i
			if err := tx.PutView(v); err != nil {
				return err
			}
		}
		return d.auditView(tx, who, "view.moved", rows[to], "")
	})
}

const choiceView = "queue.view"

// FirstView is the view that a person's queue opens with: what they chose, or
// everything. One that is gone gives everything too.
func (d *Desk) FirstView(ctx context.Context, who Viewer) (View, error) {
	chosen, err := d.store.Choices(ctx, who.ID)
	if err != nil {
		return View{}, err
	}
	if id := chosen[choiceView]; id != "" {
		v, err := d.ViewOf(ctx, who, id)
		if err == nil || !fault.Is(err, fault.NotFound) {
			return v, err
		}
	}
	return Standing[0], nil
}

// SetFirstView chooses the view that the viewer's queue opens with.
func (d *Desk) SetFirstView(ctx context.Context, who Viewer, id string) error {
	if _, err := d.ViewOf(ctx, who, id); err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error { return tx.PutChoice(who.ID, choiceView, id) })
}
