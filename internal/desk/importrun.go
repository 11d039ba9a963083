package desk

import (
	"context"
	"encoding/json"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/internal/sheet"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// RunImports goes on with the files that are being taken in, looking every
// second, until ctx ends. Of several nodes one does.
func (d *Desk) RunImports(ctx context.Context) error {
	return d.store.Alone(ctx, "imports", func(ctx context.Context) error {
		for rest(ctx, time.Second) {
			d.report("imports", d.ContinueImports(ctx))
		}
		return nil
	})
}

// ContinueImports takes in what is left of every file that a person, or a
// process that ended, has begun to take in.
func (d *Desk) ContinueImports(ctx context.Context) error {
	list, err := d.store.ListImports(ctx, "", store.ImportApplying, 50)
	if err != nil {
		return err
	}
	for _, i := range list {
		if i.MadeBy == CommandLine {
			continue // a command goes on with its own
		}
		who, err := d.Viewer(ctx, i.MadeBy)
		if err == nil {
			err = d.takeIn(ctx, who, i.ID, nil)
		}
		if err != nil && fault.KindOf(err) != fault.Internal && !fault.Is(err, fault.Unavailable) {
			// Whoever began it may not any more: the rest is not taken in.
			err = d.endImport(ctx, Viewer{}, i.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ImportNow takes a file in at once, as the command does, and tells how far it
// is.
func (d *Desk) ImportNow(ctx context.Context, who Viewer, id string, tell func(done, total int)) (ImportView, error) {
	if err := d.ApplyImport(ctx, who, id); err != nil {
		return ImportView{}, err
	}
	if err := d.takeIn(ctx, who, id, tell); err != nil {
		return ImportView{}, err
	}
	return d.Import(ctx, who, id)
}

// takeIn takes the rows in that are left, part by part.
func (d *Desk) takeIn(ctx context.Context, who Viewer, id string, tell func(done, total int)) error {
	i, opt, err := d.importFor(ctx, who, id)
	if err != nil {
		return err
	}
	raw, err := d.store.ImportFile(ctx, id)
	if err != nil {
		return err
	}
	t, err := sheet.Read(raw)
	if err != nil {
		return err
	}
	f, err := readImport(ImportKind(i.Kind), t, opt)
	if err != nil {
		return err
	}
	for i.Done < len(f.lines) {
		if err := ctx.Err(); err != nil {
			return err
		}
		end := min(i.Done+importRows, len(f.lines))
		for n := i.Done + 1; n < end; n++ { // who buys through an earlier row comes after it
			if f.lines[n].depth != f.lines[i.Done].depth {
				end = n
			}
		}
		if i, err = d.takeInPart(ctx, who, f, i, f.lines[i.Done:end]); err != nil {
			return err
		}
		if tell != nil {
			tell(i.Done, i.Total)
		}
	}
	return d.endImport(ctx, who, id)
}

// takeInPart takes some rows in with one act; if one of them is refused after
// all, each with its own.
func (d *Desk) takeInPart(ctx context.Context, who Viewer, f *importFile, i store.Import, lines []*importLine) (store.Import, error) {
	rows, err := d.planImport(ctx, who, f, lines)
	if err != nil {
		return i, err
	}
	after, err := d.writeImportRows(ctx, who, i, rows)
	if err == nil || len(rows) == 1 || fault.KindOf(err) == fault.Internal || fault.Is(err, fault.Unavailable) {
		err = d.refuseRow(ctx, &after, rows, err)
		return after, err
	}
	for n := range rows {
		one := rows[n : n+1]
		after, err := d.writeImportRows(ctx, who, i, one)
		if err := d.refuseRow(ctx, &after, one, err); err != nil {
			return i, err
		}
		i = after
	}
	return i, nil
}

// refuseRow writes that a single row was refused with words; another error
// stays one.
func (d *Desk) refuseRow(ctx context.Context, i *store.Import, rows []ImportPlanRow, err error) error {
	if err == nil || len(rows) != 1 || fault.KindOf(err) == fault.Internal || fault.Is(err, fault.Unavailable) {
		return err
	}
	r := &rows[0]
	r.State, r.Problems = ImportRefused, []ImportProblem{{Line: r.Line, Text: fault.Public(err)}}
	after, err := d.writeImportRows(ctx, Viewer{}, *i, rows)
	*i = after
	return err
}

// writeImportRows carries planned rows out and writes how far the import is.
func (d *Desk) writeImportRows(ctx context.Context, who Viewer, i store.Import, rows []ImportPlanRow) (store.Import, error) {
	after := i
	var attached []contract.Attached
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		after, attached = i, nil
		for n := range rows {
			done, a, err := d.writeImportRow(tx, who, &rows[n])
			if err != nil {
				return err
			}
			if a != nil {
				attached = append(attached, *a)
				done.Amendment = a.Amendment.ID()
			}
			count(&after.Counts, rows[n].State)
			if done.Import = i.ID; rows[n].State == ImportUnchanged {
				continue
			}
			if err := tx.PutImportRow(done); err != nil {
				return err
			}
		}
		after.Done += len(rows)
		return tx.PutImport(after)
	})
	if err != nil {
		return i, err
	}
	for _, a := range attached {
		d.contracts.Attach(a)
	}
	return after, nil
}

// writeImportRow carries one row out.
func (d *Desk) writeImportRow(tx *store.Tx, who Viewer, r *ImportPlanRow) (store.ImportRow, *contract.Attached, error) {
	done := store.ImportRow{Line: r.Line, State: r.State, Problems: "[]"}
	var none *contract.Attached
	var was any
	switch {
	case r.State == ImportRefused:
		b, err := json.Marshal(r.Problems)
		done.Problems = string(b)
		return done, none, err
	case r.State == ImportUnchanged:
		return done, none, nil
	case r.organization != nil:
		o := *r.organization
		if r.ID != "" {
			have, err := tx.Organization(r.ID)
			if err == nil && have.Updated.UnixMicro() != r.wasUpdated {
				err = changedMeanwhile()
			}
			if err != nil {
				return done, none, err
			}
			was = have
		}
		cmd := AmendmentCommand{Parts: r.amend}
		cmd.Parts.Name = contract.Text{JA: "ご契約条件", EN: "Terms of the contract"}
		if r.ID != "" {
			zone, err := d.zoneOf(o.Contract)
			if err != nil {
				return done, none, err
			}
			cmd.From = worktime.DateOf(d.now(), zone)
		}
		a, err := d.writeOrganization(tx, who, &o, cmd)
		if err != nil {
			return done, none, err
		}
		done.Record, done.Wrote, none = o.ID, o.Updated, a
	case r.contact != nil:
		c := *r.contact
		if r.ID != "" {
			have, err := tx.Contact(r.ID)
			if err == nil && have.Updated.UnixMicro() != r.wasUpdated {
				err = changedMeanwhile()
			}
			if err != nil {
				return done, none, err
			}
			was = have
		}
		if err := d.putContact(tx, who, &c); err != nil {
			return done, none, err
		}
		done.Record, done.Wrote = c.ID, c.Updated
	}
	if was == nil {
		return done, none, nil
	}
	b, err := json.Marshal(was)
	done.Was = string(b)
	return done, none, err
}

func changedMeanwhile() error {
	return fault.New(fault.Conflict, "取り込みの間に別の人が変更しました。もう一度取り込んでください。", "Somebody changed it during the import. Please import the row again.")
}

// endImport says what a batch did.
func (d *Desk) endImport(ctx context.Context, who Viewer, id string) error {
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		i, err := tx.Import(id)
		if err != nil {
			return err
		}
		i.State, i.AppliedAt = store.ImportApplied, d.now()
		if err := tx.PutImport(i); err != nil {
			return err
		}
		if err := tx.ForgetImportFile(id); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "import.applied", id, importSummary(i)))
	})
	d.live.Publish("")
	return err
}
