package contract

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// Shelf holds published versions of contracts and what customers have agreed
// beyond them, and knows which applies at an instant. A published version
// never changes. It is safe for concurrent use.
type Shelf struct {
	mu         sync.RWMutex
	refs       map[string]*Contract
	ids        map[string][]Edition  // by contract, in the order in which they come into force
	attached   map[string][]Attached // by organization, in the order in which they apply
	amendments map[string]*Amendment
	amended    map[string]*Contract // versions under amendments, by ref; made when asked for
}

// Edition is a published version with the time during which it is in force.
type Edition struct {
	Contract  *Contract
	Published time.Time
	From      time.Time // zero for the first one
	Until     time.Time // when another one follows; zero: none is known yet
}

// Attached is an amendment with the customer that has it and the time during
// which it holds for what they send.
type Attached struct {
	Organization string
	Amendment    *Amendment
	From         time.Time // zero: from the beginning
	Until        time.Time // the first instant at which it no longer holds; zero: without end
	Added        time.Time
}

// holds reports whether the amendment applies to a reception at an instant.
func (a Attached) holds(at time.Time) bool {
	return !at.Before(a.From) && (a.Until.IsZero() || at.Before(a.Until))
}

// NewShelf returns an empty shelf.
func NewShelf() *Shelf {
	return &Shelf{
		refs: map[string]*Contract{}, ids: map[string][]Edition{}, attached: map[string][]Attached{},
		amendments: map[string]*Amendment{}, amended: map[string]*Contract{},
	}
}

// Add puts a version on the shelf that was published at an instant. It is in
// force from the beginning of its effective date in its own zone, and never
// before it was published: what reached the desk earlier was promised under
// the version before. Of two with the same beginning the later published one
// is in force. Adding a version twice does nothing.
func (s *Shelf) Add(c *Contract, published time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.refs[c.Ref()]; ok {
		return
	}
	s.refs[c.Ref()] = c
	s.ids[c.id] = arrange(append(slices.Clone(s.ids[c.id]), Edition{Contract: c, Published: published}))
}

// arrange puts editions in the order in which they come into force.
func arrange(list []Edition) []Edition {
	for i := range list {
		list[i].From, list[i].Until = list[i].Contract.Begins(), time.Time{}
	}
	first := slices.MinFunc(list, func(a, b Edition) int { return cmp.Or(a.From.Compare(b.From), a.Published.Compare(b.Published)) })
	for i := range list {
		switch e := &list[i]; {
		case e.Contract == first.Contract:
			e.From = time.Time{}
		case e.Published.After(e.From):
			e.From = e.Published
		}
	}
	slices.SortStableFunc(list, func(a, b Edition) int { return cmp.Or(a.From.Compare(b.From), a.Published.Compare(b.Published)) })
	for i := range list[1:] {
		list[i].Until = list[i+1].From
	}
	return list
}

// Begins returns the first instant of the date from which the version applies.
func (c *Contract) Begins() time.Time {
	d := c.effective
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, c.zone)
}

// Attach puts a customer's amendment on the shelf, or changes its times.
func (s *Shelf) Attach(a Attached) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.amendments[a.Amendment.id] = a.Amendment
	s.attached[a.Organization] = attach(s.attached[a.Organization], a)
}

// attach returns the list with an amendment added, or its times changed.
func attach(list []Attached, a Attached) []Attached {
	list = slices.DeleteFunc(slices.Clone(list), func(b Attached) bool { return b.Amendment.id == a.Amendment.id })
	list = append(list, a)
	slices.SortStableFunc(list, func(a, b Attached) int {
		return cmp.Or(a.From.Compare(b.From), a.Added.Compare(b.Added), cmp.Compare(a.Amendment.id, b.Amendment.id))
	})
	return list
}

// Attached returns a customer's amendments, past and future ones too, in the
// order in which they apply.
func (s *Shelf) Attached(organization string) []Attached {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.attached[organization])
}

// Version returns the contract that a case is pinned to: a published version,
// with the amendments that its ref names.
func (s *Shelf) Version(ref string) (*Contract, error) {
	s.mu.RLock()
	if c, ok := s.refs[ref]; ok {
		s.mu.RUnlock()
		return c, nil
	}
	c, ok := s.amended[ref]
	s.mu.RUnlock()
	if ok {
		return c, nil
	}
	version, ids := SplitRef(ref)
	s.mu.RLock()
	base, ok := s.refs[version]
	var list []*Amendment
	for _, id := range ids {
		a, known := s.amendments[id]
		ok = ok && known
		list = append(list, a)
	}
	s.mu.RUnlock()
	if !ok {
		return nil, fault.New(fault.NotFound, "契約の版 "+ref+" が見つかりません。", "There is no contract version "+ref+".")
	}
	return s.under(base, list)
}

// maxAmended is how many amended versions are kept ready.
const maxAmended = 2000

// under returns a version under amendments, made once.
func (s *Shelf) under(base *Contract, list []*Amendment) (*Contract, error) {
	if len(list) == 0 {
		return base, nil
	}
	ref := base.Ref()
	for _, a := range list {
		ref += "+" + a.id
	}
	s.mu.RLock()
	c, ok := s.amended[ref]
	s.mu.RUnlock()
	if ok {
		return c, nil
	}
	c, err := base.With(list...)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.amended) >= maxAmended {
		for old := range s.amended { // any: it is made again when it is asked for
			delete(s.amended, old)
			break
		}
	}
	s.amended[ref] = c
	return c, nil
}

// InForce returns the version of a contract that applies to what is received
// at an instant from whoever has agreed nothing else.
func (s *Shelf) InForce(id string, at time.Time) (*Contract, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := s.ids[id]
	if len(list) == 0 {
		return nil, fault.New(fault.NotFound, "契約 "+id+" が見つかりません。", "There is no contract "+id+".")
	}
	return inForce(list, at), nil
}

func inForce(list []Edition, at time.Time) *Contract {
	best := list[0]
	for _, e := range list[1:] {
		if !at.Before(e.From) {
			best = e
		}
	}
	return best.Contract
}

// For returns what applies to a customer's contact received at an instant: the
// version in force under the amendments that hold then.
func (s *Shelf) For(organization, id string, at time.Time) (*Contract, error) {
	base, err := s.InForce(id, at)
	if err != nil {
		return nil, err
	}
	return s.under(base, holding(s.Attached(organization), id, at))
}

// Over returns what a customer has at an instant when another version is in
// force, such as one that is only a draft.
func (s *Shelf) Over(c *Contract, organization string, at time.Time) (*Contract, error) {
	list := holding(s.Attached(organization), c.id, at)
	s.mu.RLock()
	published := s.refs[c.Ref()] == c
	s.mu.RUnlock()
	if published {
		return s.under(c, list)
	}
	return c.With(list...)
}

func holding(list []Attached, id string, at time.Time) []*Amendment {
	var out []*Amendment
	for _, a := range list {
		if a.Amendment.base == id && a.holds(at) {
			out = append(out, a.Amendment)
		}
	}
	return out
}

// Editions returns the published versions of a contract in the order in which
// they come into force.
func (s *Shelf) Editions(id string) []Edition {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.ids[id])
}

// All returns every published version, by contract and then by when it comes
// into force.
func (s *Shelf) All() []*Contract {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []*Contract
	for _, id := range slices.Sorted(maps.Keys(s.ids)) {
		for _, e := range s.ids[id] {
			out = append(out, e.Contract)
		}
	}
	return out
}

// CheckAttached returns why an amendment cannot be attached: it does not fit a
// version that is in force while it holds, or another amendment of the
// customer that holds at the same time.
func (s *Shelf) CheckAttached(a Attached) error {
	editions := s.Editions(a.Amendment.base)
	if len(editions) == 0 {
		_, err := s.InForce(a.Amendment.base, a.From)
		return err
	}
	return fits(editions, attach(s.Attached(a.Organization), a), a)
}

// fits lays the amendments over every version at every instant at which
// something changes while a holds.
func fits(editions []Edition, list []Attached, a Attached) error {
	instants := []time.Time{a.From}
	for _, e := range editions {
		instants = append(instants, e.From)
	}
	for _, b := range list {
		instants = append(instants, b.From, b.Until)
	}
	for _, at := range instants {
		if !a.holds(at) {
			continue
		}
		if _, err := inForce(editions, at).With(holding(list, a.Amendment.base, at)...); err != nil {
			return err
		}
	}
	return nil
}

// CheckVersion returns the customers, by id, whose amendments do not fit a
// version that is about to be published, each with the reason.
func (s *Shelf) CheckVersion(c *Contract, published time.Time) map[string]error {
	s.mu.RLock()
	editions := arrange(append(slices.Clone(s.ids[c.id]), Edition{Contract: c, Published: published}))
	lists := maps.Clone(s.attached)
	s.mu.RUnlock()
	i := slices.IndexFunc(editions, func(e Edition) bool { return e.Contract == c })
	span := editions[i]
	wrong := map[string]error{}
	for organization, list := range lists {
		for _, a := range list {
			if a.Amendment.base != c.id || !span.Until.IsZero() && !a.From.Before(span.Until) || !a.Until.IsZero() && !span.From.Before(a.Until) {
				continue
			}
			at := a.From
			if at.Before(span.From) {
				at = span.From
			}
			if _, err := c.With(holding(list, c.id, at)...); err != nil {
				wrong[organization] = err
			}
		}
	}
	return wrong
}

// EffectiveDate returns the date of an instant in the zone of the contract, as
// dates of versions and amendments are written.
func (c *Contract) EffectiveDate(at time.Time) worktime.Date { return worktime.DateOf(at, c.zone) }
