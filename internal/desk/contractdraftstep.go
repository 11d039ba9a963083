package desk

import (
	"context"
	"strings"

	"madoguchi/internal/records/store"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// SubmitDraft asks a second person to approve a draft. It must be right.
// Administrators may.
func (d *Desk) SubmitDraft(ctx context.Context, who Viewer, id string, comment string) error {
	if err := who.May(EditContract); err != nil {
		return err
	}
	return d.moveDraft(ctx, who, id, "submitted", comment, func(_ *store.Tx, row *store.ContractDraft) error {
		if row.State != store.DraftOpen && row.State != store.DraftReturned {
			return draftMoved()
		}
		if err := d.ready(who, *row); err != nil {
			return err
		}
		row.State = store.DraftSubmitted
		return nil
	})
}

// WithdrawDraft takes a draft back that waits for approval. Administrators may.
func (d *Desk) WithdrawDraft(ctx context.Context, who Viewer, id string) error {
	if err := who.May(EditContract); err != nil {
		return err
	}
	return d.moveDraft(ctx, who, id, "withdrawn", "", func(_ *store.Tx, row *store.ContractDraft) error {
		if row.State != store.DraftSubmitted {
			return draftMoved()
		}
		row.State = store.DraftOpen
		return nil
	})
}

// ReturnDraft sends a draft back with a comment. Supervisors may, if they have
// not written in it.
func (d *Desk) ReturnDraft(ctx context.Context, who Viewer, id string, comment string) error {
	if strings.TrimSpace(comment) == "" {
		if err := who.May(ApproveContract); err != nil {
			return err
		}
		return fault.New(fault.Invalid, "差し戻す理由を入力してください。", "Please say why it is returned.").At("comment")
	}
	return d.moveDraft(ctx, who, id, "returned", comment, func(_ *store.Tx, row *store.ContractDraft) error {
		if err := mayJudgeDraft(who, *row); err != nil {
			return err
		}
		row.State = store.DraftReturned
		return nil
	})
}

// DiscardDraft ends a draft that shall not become a version; it stays to be
// looked at. Administrators may.
func (d *Desk) DiscardDraft(ctx context.Context, who Viewer, id string) error {
	if err := who.May(EditContract); err != nil {
		return err
	}
	return d.moveDraft(ctx, who, id, "discarded", "", func(_ *store.Tx, row *store.ContractDraft) error {
		if !row.Open() {
			return draftMoved()
		}
		row.State = store.DraftDiscarded
		return nil
	})
}

// ApproveDraft publishes a draft as the next version, in force from its
// effective date; the version before it is superseded then by itself. Verdicts
// and deadlines already given stand. Supervisors may, if they have not written
// in it: nobody approves their own text.
func (d *Desk) ApproveDraft(ctx context.Context, who Viewer, id string, revision int64, comment string) (*contract.Contract, error) {
	var con *contract.Contract
	now := d.now()
	err := d.moveDraft(ctx, who, id, "approved", comment, func(tx *store.Tx, row *store.ContractDraft) error {
		if err := mayJudgeDraft(who, *row); err != nil {
			return err
		}
		if row.Revision != revision {
			return draftMoved()
		}
		if err := d.ready(who, *row); err != nil {
			return err
		}
		var err error
		if con, err = contract.Load("contract.yaml", []byte(row.YAML)); err != nil {
			return err
		}
		row.State, row.Version = store.DraftPublished, con.Ref()
		if err := tx.PutAudit(d.audit(who, "contract.published", con.Ref(), "draft "+row.ID)); err != nil {
			return err
		}
		return tx.PutContract(store.Contract{ID: con.ID(), Version: con.Version(), Effective: con.Begins(), YAML: []byte(row.YAML), Published: now})
	})
	if err != nil {
		return nil, err
	}
	d.contracts.Add(con, now)
	d.live.Publish("")
	return con, nil
}

func draftMoved() error {
	return fault.New(fault.Conflict, "下書きの状態が変わっています。新しい内容をご確認ください。", "The draft has moved on meanwhile. Please look at its present state.")
}

// mayJudgeDraft is who may approve or return: a second person, never one who
// has written in it.
func mayJudgeDraft(who Viewer, row store.ContractDraft) error {
	if err := who.May(ApproveContract); err != nil {
		return err
	}
	if row.EditedBy(who.ID) {
		return fault.New(fault.Forbidden, "ご自身が編集した下書きは、承認も差し戻しもできません。別の承認者に依頼してください。",
			"You have written in this draft, so somebody else must approve or return it.")
	}
	if row.State != store.DraftSubmitted {
		return draftMoved()
	}
	return nil
}

// ready returns why a draft cannot become a version.
func (d *Desk) ready(who Viewer, row store.ContractDraft) error {
	if _, err := contract.Load("contract.yaml", []byte(row.YAML)); err != nil {
		return err
	}
	v, err := d.viewDraft(who, row)
	if err != nil {
		return err
	}
	if len(v.Hinders) > 0 {
		return fault.New(fault.Invalid, v.Hinders[0].JA, v.Hinders[0].EN)
	}
	return nil
}

// moveDraft takes a draft one step on, with its line in the audit.
func (d *Desk) moveDraft(ctx context.Context, who Viewer, id, act, comment string, move func(*store.Tx, *store.ContractDraft) error) error {
	if err := who.May(SeeContractDrafts); err != nil {
		return err
	}
	comment = strings.TrimSpace(comment)
	return d.store.Write(ctx, func(tx *store.Tx) error {
		row, err := tx.ContractDraft(id)
		if err != nil {
			return err
		}
		if err := move(tx, &row); err != nil {
			return err
		}
		row.Steps = append(row.Steps, d.step(who, act, comment))
		row.Revision++
		row.Updated = d.now()
		if err := tx.PutContractDraft(row); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "contract.draft."+act, id, comment))
	})
}
