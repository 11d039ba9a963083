package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// UndoImport takes a batch back as a whole: what it added goes, what it changed
// is as it was. If anybody changed any of it since, or a case came from it,
// nothing is taken back: [fault.Conflict] names what changed.
func (d *Desk) UndoImport(ctx context.Context, who Viewer, id string) error {
	v, err := d.Import(ctx, who, id)
	if err != nil {
		return err
	}
	if !v.MayUndo {
		return fault.New(fault.Conflict, "この取り込みは取り消せません。取り消せるのは、実行から 7 日以内の取り込みです。", "This import cannot be undone: only one of the last seven days can.")
	}
	var ended []contract.Attached
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		ended = nil
		i, err := tx.Import(id)
		if err != nil {
			return err
		}
		if i.State != store.ImportApplied {
			return fault.New(fault.Conflict, "この取り込みは既に取り消されています。", "This import was undone already.")
		}
		rows, err := tx.ImportRows(id)
		if err != nil {
			return err
		}
		if n := i.Counts.New + i.Counts.Changed; len(rows)-i.Counts.Refused != n {
			return fault.New(fault.Conflict, "取り込んだ内容の一部が削除されているため、取り消せません。", "A part of what was imported was erased since, so that it cannot be undone.")
		}
		var changed []int
		for _, state := range []string{ImportNew, ImportChanged} { // what was added may hold an address that was another's
			undone, left, err := d.undoRows(tx, who, i, rows, state)
			if err != nil {
				return err
			}
			ended, changed = append(ended, undone...), append(changed, left...)
		}
		if len(changed) > 0 {
			slices.Sort(changed)
			list := strings.Trim(strings.ReplaceAll(fmt.Sprint(changed[:min(10, len(changed))]), " ", ", "), "[]")
			return fault.New(fault.Conflict, "取り込みの後に変更されたか、既に使われているため、取り消せません（"+list+" 行目）。個別に直してください。",
				"It cannot be undone: what came from line "+list+" was changed or used since. Please mend it one by one.")
		}
		i.State, i.UndoneAt, i.UndoneName = store.ImportUndone, d.now(), who.Name
		if err := tx.PutImport(i); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "import.undone", id, importSummary(i)))
	})
	if err != nil {
		return err
	}
	for _, a := range ended {
		d.contracts.Attach(a)
	}
	d.live.Publish("")
	return nil
}

// undoRows takes the rows of a state back, and returns the lines of those that
// something else has changed. A reseller goes after those who buy through it.
func (d *Desk) undoRows(tx *store.Tx, who Viewer, i store.Import, rows []store.ImportRow, state string) (ended []contract.Attached, changed []int, err error) {
	left := slices.DeleteFunc(slices.Clone(rows), func(r store.ImportRow) bool { return r.State != state })
	if i.Kind == string(ImportContacts) && state == ImportNew {
		changed, err = dropPeople(tx, left)
		return nil, changed, err
	}
	for before := -1; len(left) != before; {
		before, changed = len(left), nil
		var again []store.ImportRow
		for _, r := range left {
			ends, err := d.undoRow(tx, who, ImportKind(i.Kind), r)
			if fault.Is(err, fault.Conflict) {
				again, changed = append(again, r), append(changed, r.Line)
				continue
			}
			if err != nil {
				return nil, nil, err
			}
			ended = append(ended, ends...)
		}
		left = again
	}
	return ended, changed, nil
}

// dropPeople takes back the people that rows added.
func dropPeople(tx *store.Tx, rows []store.ImportRow) (changed []int, err error) {
	lines, ids := map[string]store.ImportRow{}, make([]string, len(rows))
	for n, r := range rows {
		lines[r.Record], ids[n] = r, r.Record
	}
	have, err := tx.ContactsByID(ids)
	if err != nil {
		return nil, err
	}
	for _, c := range have {
		if !c.Updated.Equal(lines[c.ID].Wrote) {
			changed = append(changed, lines[c.ID].Line)
		}
	}
	if len(changed) > 0 {
		return changed, nil
	}
	used, err := tx.DropContacts(ids)
	for _, id := range used {
		changed = append(changed, lines[id].Line)
	}
	return changed, err
}

// undoRow takes one row back; [fault.Conflict] when something else changed it.
func (d *Desk) undoRow(tx *store.Tx, who Viewer, kind ImportKind, r store.ImportRow) ([]contract.Attached, error) {
	touched := fault.New(fault.Conflict, "取り込みの後に変更されています。", "It was changed since.")
	if kind == ImportContacts {
		have, err := tx.Contact(r.Record)
		switch {
		case err != nil:
			return nil, err
		case !have.Updated.Equal(r.Wrote):
			return nil, touched
		}
		var was store.Contact
		if err := json.Unmarshal([]byte(r.Was), &was); err != nil {
			return nil, err
		}
		return nil, d.putContact(tx, who, &was)
	}
	have, err := tx.Organization(r.Record)
	if err != nil {
		return nil, err
	}
	if !have.Updated.Equal(r.Wrote) {
		return nil, touched
	}
	ended, err := d.withdraw(tx, r)
	if err != nil {
		return nil, err
	}
	if r.Was == "" {
		if err := tx.DropOrganization(r.Record); err != nil {
			return nil, err
		}
		return nil, nil
	}
	var was store.Organization
	if err := json.Unmarshal([]byte(r.Was), &was); err != nil {
		return nil, err
	}
	_, err = d.writeOrganization(tx, who, &was, AmendmentCommand{})
	return ended, err
}

// withdraw ends the amendment that a row made for a customer who was there
// before: it holds at no instant.
func (d *Desk) withdraw(tx *store.Tx, r store.ImportRow) ([]contract.Attached, error) {
	var ended []contract.Attached
	for _, a := range d.contracts.Attached(r.Record) {
		if a.Amendment.ID() != r.Amendment || r.Was == "" {
			continue
		}
		a.Until = a.From
		if err := tx.EndAmendment(r.Record, r.Amendment, a.Until, d.now(), ""); err != nil {
			return nil, err
		}
		ended = append(ended, a)
	}
	return ended, nil
}

// pruneImports forgets the files and the batches whose time is over.
func (d *Desk) pruneImports(tx *store.Tx, now time.Time) error {
	return tx.PruneImports(now.Add(-importWaits), now.Add(-ImportUndo))
}
