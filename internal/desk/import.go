package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/internal/sheet"
	"madoguchi/terms/fault"
)

// Taking files of customers and of their people into the registry. A file is
// looked at first: each row says what it would do, or in which column what is
// wrong. Then it is taken in as one batch, in parts between which the desk
// goes on working, and can be taken back as a whole while nothing else has
// changed what it wrote.

// importRows is how many rows are taken in with one act.
const importRows = 200

// How long a file waits to be taken in, and how long a batch can be taken back.
const (
	importWaits = 24 * time.Hour
	ImportUndo  = 7 * 24 * time.Hour
)

// mayImport asks for what a file of a kind needs.
func mayImport(who Viewer, kind ImportKind) error {
	if !slices.Contains(ImportKinds, kind) {
		return fault.New(fault.Invalid, "取り込む内容を選んでください。", "Please choose what is to be imported.").At("kind")
	}
	if err := who.May(EditCustomers); err != nil || kind == ImportOrganizations {
		return err
	}
	return who.May(EditContacts)
}

// BeginImport keeps a file to be looked at. Its columns are guessed by their
// headings. What is no table is [fault.Invalid].
func (d *Desk) BeginImport(ctx context.Context, who Viewer, kind ImportKind, name string, raw []byte) (store.Import, error) {
	i := store.Import{ID: newID(), Kind: string(kind), Name: path.Base(strings.ReplaceAll(name, `\`, "/")), State: store.ImportDraft, MadeAt: d.now(), MadeBy: who.ID, MadeName: who.Name}
	if err := mayImport(who, kind); err != nil {
		return i, err
	}
	t, err := sheet.Read(raw)
	if err != nil {
		return i, atField(err, "file")
	}
	if len(t.Rows) == 0 {
		return i, fault.New(fault.Invalid, "見出しの下に行がありません。", "There is no row below the headings.").At("file")
	}
	if i.Options, err = encodeOptions(ImportOptions{Columns: GuessColumns(kind, t.Head)}); err != nil {
		return i, err
	}
	i.Total = len(t.Rows)
	return i, d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.AddImport(i, raw); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "import.uploaded", i.ID, fmt.Sprintf("%s %s: %d rows", i.Kind, i.Name, i.Total)))
	})
}

func encodeOptions(o ImportOptions) (string, error) {
	b, err := json.Marshal(o)
	return string(b), err
}

// ImportView is an import as it is shown.
type ImportView struct {
	store.Import
	ImportOptions
	Head     []string // of the file, while it is kept
	Encoding string
	Sample   []string    // of each column, the first value
	Plan     *ImportPlan // of one that waits; nil: what the columns are must be said first
	Problem  error       // why there is no plan
	Refused  []ImportProblem
	MayApply bool
	MayUndo  bool
}

// Imports lists the newest imports: one's own, or of everybody for who sees
// all customers.
func (d *Desk) Imports(ctx context.Context, who Viewer) ([]store.Import, error) {
	if err := who.May(EditCustomers); err != nil {
		return nil, err
	}
	by := who.ID
	if who.Can(SeeAllOrganizations) {
		by = ""
	}
	return d.store.ListImports(ctx, by, "", 50)
}

// importFor is an import that the viewer may see.
func (d *Desk) importFor(ctx context.Context, who Viewer, id string) (store.Import, ImportOptions, error) {
	var opt ImportOptions
	i, err := d.store.Import(ctx, id)
	if err != nil {
		return i, opt, err
	}
	if err := mayImport(who, ImportKind(i.Kind)); err != nil {
		return i, opt, err
	}
	if i.MadeBy != who.ID && !who.Can(SeeAllOrganizations) {
		return i, opt, fault.New(fault.NotFound, "取り込みが見つかりません。", "There is no such import.")
	}
	return i, opt, json.Unmarshal([]byte(i.Options), &opt)
}

// Import shows an import: what its file would do, how far it is, or what it did.
func (d *Desk) Import(ctx context.Context, who Viewer, id string) (ImportView, error) {
	i, opt, err := d.importFor(ctx, who, id)
	v := ImportView{Import: i, ImportOptions: opt, MayApply: i.State == store.ImportDraft && i.MadeBy == who.ID}
	if err != nil {
		return v, err
	}
	if i.State == store.ImportDraft {
		return v, d.preview(ctx, who, &v)
	}
	rows, err := d.store.ImportRows(ctx, id, ImportRefused, 0, 200)
	if err != nil {
		return v, err
	}
	for _, r := range rows {
		var list []ImportProblem
		if err := json.Unmarshal([]byte(r.Problems), &list); err != nil {
			return v, err
		}
		v.Refused = append(v.Refused, list...)
	}
	v.MayUndo = i.State == store.ImportApplied && i.Counts.New+i.Counts.Changed > 0 && d.now().Sub(i.AppliedAt) < ImportUndo
	return v, nil
}

// preview fills in what the file of an import would do.
func (d *Desk) preview(ctx context.Context, who Viewer, v *ImportView) error {
	raw, err := d.store.ImportFile(ctx, v.ID)
	if err != nil {
		return err
	}
	t, err := sheet.Read(raw)
	if err != nil {
		return err
	}
	v.Head, v.Encoding = t.Head, t.Encoding
	v.Sample = make([]string, len(t.Head))
	for i := range t.Head {
		for _, r := range t.Rows {
			if r.Cells[i] != "" {
				v.Sample[i] = r.Cells[i]
				break
			}
		}
	}
	plan, err := d.PlanImport(ctx, who, ImportKind(v.Kind), t, v.ImportOptions)
	if fault.Is(err, fault.Invalid) {
		v.Problem = err
		return nil
	}
	if err == nil {
		v.Plan = &plan
	}
	return err
}

// PlanImport says what a file would do, without doing it.
func (d *Desk) PlanImport(ctx context.Context, who Viewer, kind ImportKind, t sheet.Table, opt ImportOptions) (ImportPlan, error) {
	if err := mayImport(who, kind); err != nil {
		return ImportPlan{}, err
	}
	f, err := readImport(kind, t, opt)
	if err != nil {
		return ImportPlan{}, err
	}
	rows, err := d.planImport(ctx, who, f, f.lines)
	p := ImportPlan{Rows: rows, Left: f.left}
	slices.SortStableFunc(p.Rows, func(a, b ImportPlanRow) int { return cmp.Compare(a.Line, b.Line) })
	for _, r := range p.Rows {
		count(&p.Counts, r.State)
	}
	return p, err
}

// SetImport says what the columns of a file that waits are.
func (d *Desk) SetImport(ctx context.Context, who Viewer, id string, opt ImportOptions) error {
	i, _, err := d.importFor(ctx, who, id)
	if err != nil {
		return err
	}
	if err := waits(i, who); err != nil {
		return err
	}
	if i.Options, err = encodeOptions(opt); err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error { return tx.PutImport(i) })
}

// waits refuses to go on with a file that does not wait, or is another's.
func waits(i store.Import, who Viewer) error {
	switch {
	case i.MadeBy != who.ID:
		return fault.New(fault.Forbidden, "ファイルを選んだ人が取り込みを実行してください。", "Whoever chose the file takes it in.")
	case i.State != store.ImportDraft:
		return fault.New(fault.Conflict, "この取り込みは既に実行されたか、取りやめられています。", "This import was carried out or dropped already.")
	}
	return nil
}

// DropImport forgets a file that waits.
func (d *Desk) DropImport(ctx context.Context, who Viewer, id string) error {
	i, _, err := d.importFor(ctx, who, id)
	if err != nil {
		return err
	}
	if err := waits(i, who); err != nil {
		return err
	}
	i.State = store.ImportDropped
	return d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutImport(i); err != nil {
			return err
		}
		if err := tx.ForgetImportFile(id); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "import.dropped", id, i.Kind+" "+i.Name))
	})
}

// ApplyImport begins to take a file in: rows without a problem are, the others
// are listed. [Desk.ContinueImports] goes on with it.
func (d *Desk) ApplyImport(ctx context.Context, who Viewer, id string) error {
	v, err := d.Import(ctx, who, id)
	if err != nil {
		return err
	}
	if err := waits(v.Import, who); err != nil {
		return err
	}
	switch {
	case v.Problem != nil:
		return v.Problem
	case v.Plan.Counts.New+v.Plan.Counts.Changed == 0:
		return fault.New(fault.Invalid, "取り込む内容がありません。エラーのある行を直すか、別のファイルを選んでください。", "There is nothing to take in. Please mend the rows with errors, or choose another file.")
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		i, err := tx.Import(id)
		if err != nil {
			return err
		}
		if err := waits(i, who); err != nil {
			return err
		}
		i.State = store.ImportApplying
		if err := tx.PutImport(i); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "import.begun", id, i.Kind+" "+i.Name))
	})
}

// importSummary is what the audit says of a batch.
func importSummary(i store.Import) string {
	return fmt.Sprintf("%s %s: %d new, %d changed, %d unchanged, %d refused", i.Kind, i.Name, i.Counts.New, i.Counts.Changed, i.Counts.Unchanged, i.Counts.Refused)
}
