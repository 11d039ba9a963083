package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// BulkKind is what is done to several cases at once. The priority is not among
// them: it is judged case by case, by a criterion and a reason, and moves
// deadlines.
type BulkKind string

// What can be done to several cases.
const (
	BulkAssign  BulkKind = "assign"
	BulkTeam    BulkKind = "team"
	BulkStatus  BulkKind = "status"
	BulkHold    BulkKind = "hold"
	BulkTags    BulkKind = "tags"
	BulkFollow  BulkKind = "follow"
	BulkProduct BulkKind = "product"
	BulkMacro   BulkKind = "macro"
	BulkMerge   BulkKind = "merge"
)

// BulkKinds are all of them in the order of the form.
var BulkKinds = []BulkKind{BulkAssign, BulkTeam, BulkStatus, BulkHold, BulkTags, BulkFollow, BulkProduct, BulkMacro, BulkMerge}

// MaxBulk is how many cases one batch can have.
const MaxBulk = store.CountCap

// BulkAct is one act for several cases; which fields count is the kind's.
type BulkAct struct {
	Kind       BulkKind     `json:"kind"`
	Agent      string       `json:"agent,omitempty"` // empty: nobody, or to follow the viewer
	Team       string       `json:"team,omitempty"`  // empty: none
	Product    string       `json:"product,omitempty"`
	Macro      string       `json:"macro,omitempty"`
	Status     cases.Status `json:"status,omitempty"`
	Reason     string       `json:"reason,omitempty"`
	Until      string       `json:"until,omitempty"` // a date; of a hold
	ThirdParty bool         `json:"third_party,omitempty"`
	Add        []string     `json:"add,omitempty"` // ids of tags
	Remove     []string     `json:"remove,omitempty"`
	New        string       `json:"new,omitempty"` // name of a tag
	Into       cases.ID     `json:"into,omitempty"`
}

// step makes what is done to each case; of a merge it is nil.
func (d *Desk) bulkStep(ctx context.Context, who Viewer, act BulkAct) (step, error) {
	switch act.Kind {
	case BulkAssign:
		return d.assigning(ctx, act.Agent)
	case BulkTeam:
		return d.teaming(ctx, act.Team)
	case BulkStatus:
		if act.Status == "" || act.Status == cases.OnHold {
			return nil, fault.New(fault.Invalid, "状態を選んでください。", "Please choose the state.").At("status")
		}
		return d.movingTo(act.Status, act.Reason), nil
	case BulkHold:
		h := HoldCommand{Reason: act.Reason}
		if act.ThirdParty {
			h.Wait = cases.WaitThirdParty
		}
		if strings.TrimSpace(act.Reason) == "" {
			return nil, fault.New(fault.Invalid, "保留には理由が必要です。", "Putting a case on hold needs a reason.").At("hold_reason")
		}
		if act.Until != "" {
			var err error
			if h.Until, err = worktime.ParseDate(act.Until); err != nil {
				return nil, fault.Wrap(fault.Invalid, err, "再開日は 2026-11-20 の形の日付で入力してください。", "The day on which the hold ends must be a date such as 2026-11-20.").At("until")
			}
		}
		return holding(h), nil
	case BulkTags:
		if len(act.Add)+len(act.Remove) == 0 {
			return nil, fault.New(fault.Invalid, "付けるタグか外すタグを選んでください。", "Please choose the tags to put on or to take off.").At("tags")
		}
		return d.tagging(ctx, who, TagCommand{Add: act.Add, Remove: act.Remove})
	case BulkFollow:
		return d.following(ctx, who, act.Agent, true)
	case BulkProduct:
		return d.naming(ctx, who, act.Product)
	case BulkMacro:
		if act.Macro == "" {
			return nil, fault.New(fault.Invalid, "マクロを選んでください。", "Please choose the macro.").At("macro")
		}
		return d.playing(ctx, who, act.Macro)
	case BulkMerge:
		return nil, d.mayMergeAll(ctx, who, act)
	}
	return nil, fault.New(fault.Invalid, "操作を選んでください。", "Please choose what to do.").At("kind")
}

func (d *Desk) mayMergeAll(ctx context.Context, who Viewer, act BulkAct) error {
	if err := who.May(MergeCases); err != nil {
		return err
	}
	if strings.TrimSpace(act.Reason) == "" {
		return fault.New(fault.Invalid, "統合の理由を入力してください。", "Please give the reason of the merge.").At("merge_reason")
	}
	if act.Into == "" {
		return fault.New(fault.Invalid, "対応を続けるケースを選んでください。", "Please choose the case that goes on.").At("into")
	}
	return d.SeesCaseID(ctx, who, act.Into)
}

// SelectAll returns the ids of the cases of a selection in its order, up to
// [MaxBulk], and whether there are more.
func (d *Desk) SelectAll(ctx context.Context, who Viewer, sel Selection) (ids []cases.ID, more bool, err error) {
	q := QueueQuery{Selection: sel, Limit: 500}
	for range selectPages {
		page, err := d.Queue(ctx, who, q)
		if err != nil {
			return nil, false, err
		}
		for _, r := range page.Rows {
			if len(ids) == MaxBulk {
				return ids, true, nil
			}
			ids = append(ids, r.ID)
		}
		if page.Next.End() {
			return ids, false, nil
		}
		q.After = page.Next
	}
	return ids, true, nil
}

// selectPages is through how many pages of a long list is looked for cases: a
// page holds few where few cases are what is asked for.
const selectPages = 50

// NewBatchID is the id for a form that asks for a batch: who sends it twice
// has it done once.
func (d *Desk) NewBatchID() string { return newID() }

// bulkAtOnce is how many cases are done before the person gets their answer;
// the others follow by [Desk.RunBatches].
const bulkAtOnce = 25

// Bulk asks for one act on several cases. Each case is done by itself, with
// the permissions and refusals of the act on one case. The same id asks
// nothing a second time.
func (d *Desk) Bulk(ctx context.Context, who Viewer, id string, act BulkAct, ids []cases.ID) error {
	if err := who.May(WorkCases); err != nil {
		return err
	}
	if _, err := uuid.Parse(id); err != nil {
		return fault.New(fault.Invalid, "画面を更新して、もう一度お試しください。", "Please reload the page and try again.")
	}
	if have, err := d.store.Batch(ctx, id); err == nil && have.Agent == who.ID {
		return nil // sent twice
	}
	if act.Kind == BulkTags && act.New != "" {
		t, err := d.tagByName(ctx, who, act.New)
		if err != nil {
			return err
		}
		act.Add, act.New = append(act.Add, t.ID), ""
	}
	if _, err := d.bulkStep(ctx, who, act); err != nil {
		return err
	}
	var list []cases.ID
	for _, c := range ids {
		if c != "" && !slices.Contains(list, c) && !(act.Kind == BulkMerge && c == act.Into) {
			list = append(list, c)
		}
	}
	switch {
	case len(list) == 0:
		return fault.New(fault.Invalid, "ケースを選択してください。", "Please select the cases.").At("ids")
	case len(list) > MaxBulk:
		return fault.New(fault.TooLarge, "一度に操作できるのは 1,000 件までです。", "1,000 cases can be done at once.").At("ids")
	}
	written, err := json.Marshal(act)
	if err != nil {
		return fmt.Errorf("encode a bulk act: %w", err)
	}
	b := store.Batch{ID: id, Agent: who.ID, Act: string(written), State: store.BatchRunning, Of: len(list), Created: d.now()}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		switch have, err := tx.Batch(id); {
		case err == nil && have.Agent != who.ID:
			return noBatch()
		case err == nil:
			return nil
		case !fault.Is(err, fault.NotFound):
			return err
		}
		if err := tx.PutBatch(b); err != nil {
			return err
		}
		for i, c := range list {
			if err := tx.PutBatchCase(store.BatchCase{Batch: id, Case: c, Place: i, State: store.BatchWaiting}); err != nil {
				return err
			}
		}
		return tx.PutAudit(d.audit(who, "bulk.asked", id, fmt.Sprintf("%s × %d", b.Act, b.Of)))
	})
	if err != nil {
		return err
	}
	err = d.RunBatch(ctx, id, bulkAtOnce)
	wake(d.batches)
	return err
}

func noBatch() *fault.Error {
	return fault.New(fault.NotFound, "その一括操作は見つかりません。", "There is no such bulk act.")
}

// Rows returns those of some cases that the viewer may see, in the order given.
func (d *Desk) Rows(ctx context.Context, who Viewer, ids []cases.ID) ([]store.CaseRow, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	var out []store.CaseRow
	for _, id := range ids {
		row, err := d.store.CaseRow(ctx, who.Scope(), id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}
