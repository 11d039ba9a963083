package desk

import (
	"context"

	"madoguchi/internal/records/store"
	"madoguchi/terms/contract"
)

// Contracts holds the published contract versions and the customers'
// amendments. A case is pinned to what is in force at its reception.
type Contracts = contract.Shelf

// Publish makes a contract file a published version. The same version with
// other text is refused: an edit makes the next version. Publishing what is
// published already does nothing. Deadlines already given stand.
func (d *Desk) Publish(ctx context.Context, who Viewer, name string, file []byte) (*contract.Contract, error) {
	con, err := contract.Load(name, file)
	if err != nil {
		return nil, err
	}
	now := d.now()
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutAudit(d.audit(who, "contract.published", con.Ref(), name)); err != nil {
			return err
		}
		return tx.PutContract(store.Contract{
			ID: con.ID(), Version: con.Version(), Effective: con.Begins(), YAML: file, Published: now,
		})
	})
	if err != nil {
		return nil, err
	}
	d.contracts.Add(con, now)
	return con, nil
}

// loadContracts reads the published versions at start.
func (d *Desk) loadContracts(ctx context.Context) error {
	rows, err := d.store.ListContracts(ctx)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if _, err := d.contracts.Version(r.ID + "@" + r.Version); err == nil {
			continue // a version never changes
		}
		con, err := contract.Load(r.ID+"@"+r.Version, r.YAML)
		if err != nil {
			return err
		}
		d.contracts.Add(con, r.Published)
	}
	return d.loadAmendments(ctx)
}
