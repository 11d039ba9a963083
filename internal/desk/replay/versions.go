package replay

import (
	"context"
	"sync"

	"madoguchi/internal/records/store"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/simulate"
)

// versions are the contract versions in the records, with what customers have
// agreed beyond them. It is safe for concurrent use.
type versions struct {
	published  map[string]*contract.Contract  // by "id@version"
	amendments map[string]*contract.Amendment // by id

	mu   sync.Mutex
	laid map[laid]result
}

// laid names amendments over a version, as a case's reference has them.
type laid struct {
	base *contract.Contract
	ref  string
}

type result struct {
	con *contract.Contract
	err error
}

// load reads every published version and every amendment.
func load(ctx context.Context, h store.Histories) (*versions, error) {
	rows, err := h.Contracts(ctx)
	if err != nil {
		return nil, err
	}
	vs := &versions{published: map[string]*contract.Contract{}, amendments: map[string]*contract.Amendment{}, laid: map[laid]result{}}
	for _, row := range rows {
		con, err := contract.Load(row.ID+"@"+row.Version, row.YAML)
		if err != nil {
			return nil, err
		}
		vs.published[con.Ref()] = con
	}
	attached, err := h.Amendments(ctx)
	if err != nil {
		return nil, err
	}
	for _, row := range attached {
		if vs.amendments[row.ID], err = contract.LoadAmendment(row.ID, []byte(row.YAML)); err != nil {
			return nil, err
		}
	}
	return vs, nil
}

// version returns what a case was pinned to.
func (vs *versions) version(ref string) (*contract.Contract, error) {
	base, _ := contract.SplitRef(ref)
	con, ok := vs.published[base]
	if !ok {
		return nil, fault.New(fault.NotFound, "契約の版 "+base+" が記録にありません。", "The records hold no contract version "+base+".")
	}
	return vs.over(con, ref)
}

// over lays the amendments of a case's reference over a version.
func (vs *versions) over(con *contract.Contract, ref string) (*contract.Contract, error) {
	_, ids := contract.SplitRef(ref)
	if len(ids) == 0 {
		return con, nil
	}
	vs.mu.Lock()
	defer vs.mu.Unlock()
	key := laid{con, ref}
	r, ok := vs.laid[key]
	if !ok {
		r.con, r.err = vs.lay(con, ids)
		vs.laid[key] = r
	}
	return r.con, r.err
}

func (vs *versions) lay(con *contract.Contract, ids []string) (*contract.Contract, error) {
	list := make([]*contract.Amendment, len(ids))
	for i, id := range ids {
		a, ok := vs.amendments[id]
		if !ok {
			return nil, fault.New(fault.NotFound, "個別条件 "+id+" が記録にありません。", "The records hold no amendment "+id+".")
		}
		list[i] = a
	}
	return con.With(list...)
}

// texts reports whether some case may need its mails read again.
func (vs *versions) texts(of string, with *contract.Contract) bool {
	for _, con := range vs.published {
		if con.ID() == of && simulate.Texts(con, with) {
			return true
		}
	}
	return false
}
