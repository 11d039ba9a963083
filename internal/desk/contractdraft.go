package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"madoguchi/internal/records/store"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// ContractDraftView is a draft of a contract version as a person sees it.
type ContractDraftView struct {
	store.ContractDraft
	Contract *contract.Contract // nil while the text is wrong
	Problems contract.Problems  // what is wrong with it, by line and column
	Base     *contract.Contract // what it was begun from
	Active   *contract.Contract // in force now
	Changes  []contract.Change  // from Active to Contract
	Hinders  []fault.Text       // why it cannot be submitted or approved as it is
	Later    *contract.Contract // a version that is published already and takes over after this one; nil: none
	MayEdit  bool
	MayJudge bool // may approve or return it
}

// ContractDrafts returns the latest drafts, those still open first. Supervisors may.
func (d *Desk) ContractDrafts(ctx context.Context, who Viewer) ([]store.ContractDraft, error) {
	if err := who.May(SeeContractDrafts); err != nil {
		return nil, err
	}
	return d.store.ListContractDrafts(ctx, 100)
}

// ContractDraft returns a draft with what is wrong with it and what it changes.
func (d *Desk) ContractDraft(ctx context.Context, who Viewer, id string) (ContractDraftView, error) {
	if err := who.May(SeeContractDrafts); err != nil {
		return ContractDraftView{}, err
	}
	row, err := d.store.ContractDraft(ctx, id)
	if err != nil {
		return ContractDraftView{}, err
	}
	return d.viewDraft(who, row)
}

func (d *Desk) viewDraft(who Viewer, row store.ContractDraft) (ContractDraftView, error) {
	v := ContractDraftView{ContractDraft: row, MayEdit: row.Open() && row.State != store.DraftSubmitted && who.May(EditContract) == nil}
	v.MayJudge = row.State == store.DraftSubmitted && !row.EditedBy(who.ID)
	var err error
	if v.Base, err = d.contracts.Version(row.Base); err != nil {
		return v, err
	}
	if v.Active, err = d.contracts.InForce(row.Contract, d.now()); err != nil {
		return v, err
	}
	v.Contract, err = contract.Load("contract.yaml", []byte(row.YAML))
	if err != nil {
		if !errors.As(err, &v.Problems) {
			v.Hinders = append(v.Hinders, fault.Public(err))
		}
		return v, nil
	}
	v.Changes = contract.Compare(v.Active, v.Contract)
	if row.Open() {
		v.Hinders = d.hinders(row, v.Contract, v.Changes)
		v.Later = d.laterThan(v.Contract)
	}
	return v, nil
}

// hinders says why a draft that reads well cannot become a version.
func (d *Desk) hinders(row store.ContractDraft, con *contract.Contract, changes []contract.Change) []fault.Text {
	var out []fault.Text
	if con.ID() != row.Contract {
		out = append(out, fault.Text{JA: "契約の id は「" + row.Contract + "」のままにしてください。", EN: "Please keep the contract's id " + row.Contract + "."})
	}
	if _, err := d.contracts.Version(con.Ref()); err == nil {
		out = append(out, fault.Text{JA: "版「" + con.Version() + "」は公開済みです。新しい版番号にしてください。", EN: "The version " + con.Version() + " is published already. Please give another one."})
	}
	if con.Effective().Before(con.EffectiveDate(d.now())) {
		out = append(out, fault.Text{JA: "適用開始日（effective）が過去の日付です。今日以降にしてください。", EN: "The effective date is past. Please make it today or later."})
	}
	if !slices.ContainsFunc(changes, func(c contract.Change) bool { return c.Path != "contract.version" && c.Path != "contract.effective" }) {
		out = append(out, fault.Text{JA: "公開中の版と内容が同じです。", EN: "Nothing differs from the version in force."})
	}
	for organization, err := range d.contracts.CheckVersion(con, d.now()) {
		name := organization
		for _, a := range d.contracts.Attached(organization) {
			name = a.Amendment.Name().JA + "（" + a.Amendment.ID() + "）"
		}
		said := fault.Public(err)
		out = append(out, fault.Text{JA: "お客様の個別条件 " + name + " がこの版に合いません。" + said.JA, EN: "The amendment " + name + " of a customer does not fit this version. " + said.EN})
	}
	slices.SortFunc(out, func(a, b fault.Text) int { return strings.Compare(a.EN, b.EN) })
	return out
}

// laterThan returns a published version that will take over after con, and
// does not have what con changes.
func (d *Desk) laterThan(con *contract.Contract) *contract.Contract {
	for _, e := range d.contracts.Editions(con.ID()) {
		if e.From.After(con.Begins()) && e.From.After(d.now()) {
			return e.Contract
		}
	}
	return nil
}

// StartDraft begins the next version from the one published last: its text,
// with the next version's number and tomorrow's date. Administrators may.
func (d *Desk) StartDraft(ctx context.Context, who Viewer, id string) (store.ContractDraft, error) {
	if err := who.May(EditContract); err != nil {
		return store.ContractDraft{}, err
	}
	editions := d.contracts.Editions(id)
	if len(editions) == 0 {
		_, err := d.contracts.InForce(id, d.now())
		return store.ContractDraft{}, err
	}
	base := editions[len(editions)-1].Contract
	row, err := d.store.Contract(ctx, id, base.Version())
	if err != nil {
		return store.ContractDraft{}, err
	}
	from := base.EffectiveDate(d.now()).AddDays(1)
	version := from.String()
	for n := 2; ; n++ {
		if _, err := d.contracts.Version(id + "@" + version); err != nil {
			break
		}
		version = fmt.Sprintf("%s.%d", from, n)
	}
	text, err := contract.Rewrite(row.YAML, contract.Set("contract.version", version), contract.Set("contract.effective", from.String()))
	if err != nil {
		return store.ContractDraft{}, err
	}
	draft := store.ContractDraft{
		ID: newID(), Contract: id, Base: base.Ref(), YAML: string(text), State: store.DraftOpen, Revision: 1,
		Editors: []string{who.ID}, Created: d.now(), Updated: d.now(),
	}
	draft.Steps = append(draft.Steps, d.step(who, "started", ""))
	return draft, d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutContractDraft(draft); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "contract.draft.started", draft.ID, base.Ref()))
	})
}

func (d *Desk) step(who Viewer, act, comment string) store.ContractDraftStep {
	return store.ContractDraftStep{At: d.now(), By: who.ID, Name: who.Name, Act: act, Comment: comment}
}

// SaveContractDraft keeps a draft's text, right or wrong: what is wrong is shown, not
// lost. revision is the one that the text was written over; another person's
// later change refuses it. Administrators may.
func (d *Desk) SaveContractDraft(ctx context.Context, who Viewer, id string, revision int64, text string) (ContractDraftView, error) {
	if len(text) > contract.MaxFileBytes {
		return ContractDraftView{}, fault.New(fault.TooLarge, fmt.Sprintf("契約のファイルは %d バイト以内にしてください。", contract.MaxFileBytes), fmt.Sprintf("Please keep the contract file within %d bytes.", contract.MaxFileBytes)).At("yaml")
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return d.changeDraft(ctx, who, id, revision, func(string) (string, error) { return text, nil })
}

// EditDraft makes a form's edits in a draft's text; everything else of it
// stays as it is written. Administrators may.
func (d *Desk) EditDraft(ctx context.Context, who Viewer, id string, revision int64, edits ...contract.Edit) (ContractDraftView, error) {
	return d.changeDraft(ctx, who, id, revision, func(text string) (string, error) {
		next, err := contract.Rewrite([]byte(text), edits...)
		return string(next), err
	})
}

func (d *Desk) changeDraft(ctx context.Context, who Viewer, id string, revision int64, change func(string) (string, error)) (ContractDraftView, error) {
	if err := who.May(EditContract); err != nil {
		return ContractDraftView{}, err
	}
	var row store.ContractDraft
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		var err error
		if row, err = tx.ContractDraft(id); err != nil {
			return err
		}
		if !row.Open() || row.State == store.DraftSubmitted {
			return fault.New(fault.Conflict, "この下書きは変更できません。承認待ちのものは、取り下げてから変更してください。", "This draft cannot be changed. Please withdraw it first if it waits for approval.")
		}
		if row.Revision != revision {
			return fault.New(fault.Conflict, "下書きは、ほかの画面で変更されています。新しい内容を確認してから、もう一度保存してください。",
				"The draft was changed on another screen meanwhile. Please look at the new text and save again.")
		}
		text, err := change(row.YAML)
		if err != nil {
			return err
		}
		if text == row.YAML && row.State == store.DraftOpen {
			return nil
		}
		row.YAML, row.State, row.Updated = text, store.DraftOpen, d.now()
		row.Revision++
		if !row.EditedBy(who.ID) {
			row.Editors = append(row.Editors, who.ID)
		}
		if err := tx.PutContractDraft(row); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "contract.draft.changed", id, fmt.Sprintf("%s, revision %d", row.Base, row.Revision)))
	})
	if err != nil {
		return ContractDraftView{}, err
	}
	return d.viewDraft(who, row)
}
