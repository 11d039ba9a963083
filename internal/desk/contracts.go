package desk

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// Contracts holds the published contract versions. A published version never
// changes; a case is pinned to the one in force at its reception.
type Contracts struct {
	mu   sync.RWMutex
	refs map[string]*contract.Contract
	ids  map[string][]*contract.Contract // by id, oldest version first
}

func newContracts() *Contracts {
	return &Contracts{refs: map[string]*contract.Contract{}, ids: map[string][]*contract.Contract{}}
}

func (cs *Contracts) add(con *contract.Contract) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cs.refs[con.Ref()] = con
	list := append(slices.Clone(cs.ids[con.ID()]), con)
	slices.SortStableFunc(list, func(a, b *contract.Contract) int {
		return strings.Compare(a.Effective().String(), b.Effective().String())
	})
	cs.ids[con.ID()] = list
}

// Version returns the contract that a case is pinned to.
func (cs *Contracts) Version(ref string) (*contract.Contract, error) {
	cs.mu.RLock()
	defer cs.mu.RUnlock()
	if con, ok := cs.refs[ref]; ok {
		return con, nil
	}
	return nil, fault.New(fault.NotFound, "契約の版 "+ref+" が見つかりません。", "There is no contract version "+ref+".")
}

// InForce returns the version of a contract that applies to a contact
// received at an instant: the newest that is effective on that date in the
// contract's own zone. Before the first version's date, the first applies.
func (cs *Contracts) InForce(id string, at time.Time) (*contract.Contract, error) {
	cs.mu.RLock()
	defer cs.mu.RUnlock()
	list := cs.ids[id]
	if len(list) == 0 {
		return nil, fault.New(fault.NotFound, "契約 "+id+" が見つかりません。", "There is no contract "+id+".")
	}
	best := list[0]
	for _, con := range list[1:] {
		if !worktime.DateOf(at, con.Zone()).Before(con.Effective()) {
			best = con
		}
	}
	return best, nil
}

// All returns every published version, by id and then by date.
func (cs *Contracts) All() []*contract.Contract {
	cs.mu.RLock()
	defer cs.mu.RUnlock()
	var out []*contract.Contract
	for _, id := range slices.Sorted(maps.Keys(cs.ids)) {
		out = append(out, cs.ids[id]...)
	}
	return out
}

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
			ID: con.ID(), Version: con.Version(), Effective: effective(con), YAML: file, Published: now,
		})
	})
	if err != nil {
		return nil, err
	}
	if _, err := d.contracts.Version(con.Ref()); err != nil {
		d.contracts.add(con)
	}
	return con, nil
}

// effective is the first instant of the date from which a version applies.
func effective(con *contract.Contract) time.Time {
	day := con.Effective()
	return time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, con.Zone())
}

// loadContracts reads the published versions at start.
func (d *Desk) loadContracts(ctx context.Context) error {
	rows, err := d.store.ListContracts(ctx)
	if err != nil {
		return err
	}
	for _, r := range rows {
		con, err := contract.Load(r.ID+"@"+r.Version, r.YAML)
		if err != nil {
			return err
		}
		d.contracts.add(con)
	}
	return nil
}
