package contract

import (
	"slices"
	"strings"
)

// With lays a customer's amendments over the version, in the order in which
// they apply: of two that state the same thing the later counts. The result
// decides and explains as any version does; each amendment is one more clause
// in it, cited by everything that it changed, and its Ref names them all.
//
// The error is a fault of kind Invalid that lists every problem with the
// amendment's file, line and column: another contract's, a region, priority or
// calendar that the version does not have, or a contradiction.
func (c *Contract) With(amendments ...*Amendment) (*Contract, error) {
	if len(amendments) == 0 {
		return c, nil
	}
	base, all := c, amendments
	if c.base != nil {
		base, all = c.base, slices.Concat(c.amendments, amendments)
	}
	ps := &problems{file: base.Ref()}
	root := base.root.clone()
	for i, a := range all {
		if a.base != base.id {
			ps.file = a.file
			ps.add(1, 1, "amendment.base", "この個別条件は契約「"+a.base+"」のものです。「"+base.id+"」には適用できません。",
				"this amendment is of the contract "+a.base+"; it cannot amend "+base.id)
			return nil, ps.err(tooLarge(nil))
		}
		if slices.ContainsFunc(all[:i], func(b *Amendment) bool { return b.id == a.id }) {
			continue
		}
		(&amender{ps: ps, a: a, root: root}).apply()
	}
	if err := ps.err(tooLarge(nil)); err != nil {
		return nil, err
	}
	out := build(ps, root, base)
	if err := ps.err(tooLarge(nil)); err != nil {
		return nil, err
	}
	out.base, out.amendments = base, slices.Clone(all)
	for _, a := range all {
		if a.region.text != "" {
			out.home = RegionID(a.region.text)
		}
		if has, stated := a.SupportPlus(); stated {
			out.plus = has
		}
	}
	return out, nil
}

// Published returns the version as it was published, without amendments.
func (c *Contract) Published() *Contract {
	if c.base != nil {
		return c.base
	}
	return c
}

// Amendments returns the amendments that lie over the version, in the order in
// which they apply.
func (c *Contract) Amendments() []*Amendment { return slices.Clone(c.amendments) }

// HomeRegion returns the region of the customer whose amendments lie over the
// version: the one that they state, else the first.
func (c *Contract) HomeRegion() RegionID {
	if c.home != "" {
		return c.home
	}
	return c.regions[0].ID
}

// SupportPlus reports whether the customer has configuration work: an
// amendment says so, and the version offers it.
func (c *Contract) SupportPlus() bool { return c.plus && c.work != nil }

// SplitRef takes apart what [Contract.Ref] returns.
func SplitRef(ref string) (version string, amendments []string) {
	parts := strings.Split(ref, "+")
	return parts[0], parts[1:]
}

// clone copies a tree, so that the copy can be changed.
func (n *node) clone() *node {
	if n == nil {
		return nil
	}
	out := *n
	out.keys = slices.Clone(n.keys)
	out.values = make([]*node, len(n.values))
	for i, v := range n.values {
		out.values[i] = v.clone()
	}
	return &out
}

// amender changes a copy of a version's values as one amendment says.
type amender struct {
	ps   *problems
	a    *Amendment
	root *node
}

func (m *amender) apply() {
	m.clause()
	if m.a.region.text != "" {
		if r := m.entry("regions", "id", m.a.region); r != nil {
			m.cite(r)
		}
	}
	if m.a.plus.text != "" {
		m.work()
	}
	for i := range m.a.days {
		m.day(&m.a.days[i])
	}
	for i := range m.a.targets {
		m.target(&m.a.targets[i])
	}
}

// scalarAt makes a value that stands where n does in the amendment.
func scalarAt(n *node, text string) *node {
	return &node{kind: scalarNode, file: n.file, line: n.line, column: n.column, text: text}
}

func mapping(n *node, pairs ...any) *node {
	out := scalarAt(n, "")
	out.kind = mappingNode
	for i := 0; i+1 < len(pairs); i += 2 {
		key, _ := pairs[i].(string)
		out.keys = append(out.keys, scalarAt(n, key))
		switch v := pairs[i+1].(type) {
		case *node:
			out.values = append(out.values, v)
		case string:
			out.values = append(out.values, scalarAt(n, v))
		}
	}
	return out
}

// put adds or replaces a value of a mapping.
func (n *node) put(key string, v *node) {
	for i, k := range n.keys {
		if k.text == key {
			n.values[i] = v
			return
		}
	}
	n.keys, n.values = append(n.keys, scalarAt(v, key)), append(n.values, v)
}

// listOf returns the list under a key of n, made where it is absent.
func (m *amender) listOf(n *node, key string) *node {
	if l := n.child(key); l != nil && l.kind == listNode {
		return l
	}
	l := scalarAt(m.place(), "")
	l.kind = listNode
	n.put(key, l)
	return l
}

// place is where the amendment itself stands in its file.
func (m *amender) place() *node { return &node{file: m.a.file, line: 1, column: 1} }

// clause makes the amendment a section and a clause of the contract.
func (m *amender) clause() {
	here, id := m.place(), string(m.a.Clause())
	both := func(t Text) *node { return mapping(here, "ja", t.JA, "en", t.EN) }
	sections, clauses := m.listOf(m.root, "sections"), m.listOf(m.root, "clauses")
	sections.values = append(sections.values, mapping(here, "id", id, "title", both(m.a.name)))
	agreed := m.a.Agreed()
	clauses.values = append(clauses.values, mapping(here, "id", id, "section", id, "ja", agreed.JA, "en", agreed.EN, "bound", string(ByRule)))
}

// cite adds the amendment's clause to those that a part of the contract names.
func (m *amender) cite(part *node) {
	l := m.listOf(part, "clauses")
	id := string(m.a.Clause())
	if !slices.ContainsFunc(l.values, func(v *node) bool { return v.text == id }) {
		l.values = append(l.values, scalarAt(m.place(), id))
	}
}

// entry finds the entry of a list of the contract that a word names, or
// reports that there is none.
func (m *amender) entry(list, key string, w word) *node {
	var known []string
	for _, v := range m.listOf(m.root, list).values {
		if id := v.child(key); id != nil {
			if id.text == w.text {
				return v
			}
			known = append(known, id.text)
		}
	}
	(&loader{ps: m.ps}).known(w, known, list)
	return nil
}

func (m *amender) work() {
	work := m.root.child("configuration-work")
	if work == nil {
		m.ps.at(m.a.plus.at, m.a.plus.path, "この契約は設定代行を提供していません（configuration-work がありません）。support-plus を消してください。",
			"the contract offers no configuration work (it has no configuration-work); remove support-plus")
		return
	}
	topics := work.child("clauses")
	if topics == nil {
		return
	}
	l := m.listOf(topics, "access")
	l.values = append(l.values, scalarAt(m.a.plus.at, string(m.a.Clause())))
}

func (m *amender) day(d *amendedDay) {
	names := d.calendars
	if len(names) == 0 {
		for _, r := range m.listOf(m.root, "regions").values {
			cal := r.child("calendar")
			if cal != nil && !slices.ContainsFunc(names, func(w word) bool { return w.text == cal.text }) {
				names = append(names, word{text: cal.text, at: d.at, path: d.path})
			}
		}
	}
	for _, name := range names {
		cal := m.entry("calendars", "id", name)
		if cal == nil {
			continue
		}
		key := "closures"
		if d.special {
			key = "special"
		}
		l, date := m.listOf(cal, key), d.date.String()
		l.values = slices.DeleteFunc(l.values, func(v *node) bool { // of two amendments the later counts
			had := v.child("date")
			return had != nil && had.text == date
		})
		if !d.special { // a day with hours of its own would win over the closure
			if sp := cal.child("special"); sp != nil {
				sp.values = slices.DeleteFunc(sp.values, func(v *node) bool { had := v.child("date"); return had != nil && had.text == date })
			}
		}
		l.values = append(l.values, d.entry)
		m.cite(cal)
	}
}

func (m *amender) target(t *amendedTarget) {
	if m.entry("priorities", "id", t.priority) == nil {
		return
	}
	group := m.entry("targets", "metric", t.metric)
	if group == nil {
		return
	}
	set, found := m.listOf(group, "set"), false
	for _, v := range set.values {
		if p := v.child("priority"); p != nil && p.text == t.priority.text {
			m.change(v, t)
			found = true
		}
	}
	if !found {
		v := mapping(t.at, "priority", t.priority.text)
		m.change(v, t)
		set.values = append(set.values, v)
	}
}

func (m *amender) change(v *node, t *amendedTarget) {
	v.file, v.line, v.column = t.at.file, t.at.line, t.at.column
	for _, key := range []string{"within", "calendar", "pauses-for"} {
		if n := t.values[key]; n != nil {
			v.put(key, n)
		}
	}
	m.cite(v)
}
