package contract

import (
	"slices"
	"strings"

	"madoguchi/terms/worktime"
)

// Amendment is what one customer has agreed beyond a contract: the region, the
// right to configuration work, further closed or special days, other targets.
// It holds over every version of its base contract. Immutable; it does
// nothing until [Contract.With] lays it over a version.
type Amendment struct {
	id      string
	base    string // id of the contract that it amends
	name    Text
	agreed  Text
	region  word
	plus    word // "true", "false", or empty
	days    []amendedDay
	targets []amendedTarget
	file    string
}

// amendedDay is a day that is closed, or has hours of its own.
type amendedDay struct {
	at        *node
	path      string
	date      worktime.Date
	calendars []word // empty: the calendars of all regions
	special   bool   // else a closure
	entry     *node  // as it stands in a calendar of the base
}

// amendedTarget is a target that replaces what the base sets.
type amendedTarget struct {
	at       *node
	path     string
	metric   word
	priority word
	values   map[string]*node // within, calendar, pauses-for: those that are stated
}

// maxAmendmentID leaves room for the prefix of the clause that it becomes.
const maxAmendmentID = 48

// LoadAmendment reads an amendment: YAML (or JSON) in the form that
// [AmendmentSchema] describes. Errors are those of [Load]. What the amendment
// refers to is checked when it is laid over a contract.
func LoadAmendment(name string, data []byte) (*Amendment, error) {
	ps := &problems{file: name}
	root := parseSource(ps, data)
	if root == nil {
		return nil, ps.err(tooLarge(data))
	}
	mark(root, name)
	a := &Amendment{file: name}
	a.read(ps, root)
	if err := ps.err(tooLarge(data)); err != nil {
		return nil, err
	}
	return a, nil
}

// mark gives a file's values the name of the file, so that they can be told
// from those of the contract under them.
func mark(n *node, file string) {
	n.file = file
	for _, k := range n.keys {
		k.file = file
	}
	for _, v := range n.values {
		mark(v, file)
	}
}

// ID returns the amendment's identifier, unique in an installation.
func (a *Amendment) ID() string { return a.id }

// Base returns the id of the contract that it amends, whatever the version.
func (a *Amendment) Base() string { return a.base }

// Name returns how people call it, such as "Memorandum of October 2026".
func (a *Amendment) Name() Text { return a.name }

// Clause returns the id of the clause under which decisions cite it.
func (a *Amendment) Clause() ClauseID { return ClauseID("amendment." + a.id) }

// Agreed returns what was agreed, in words: the amendment's own, else its
// contents.
func (a *Amendment) Agreed() Text {
	if a.agreed != (Text{}) {
		return a.agreed
	}
	var ja, en []string
	if a.region.text != "" {
		ja, en = append(ja, "地域："+a.region.text), append(en, "region: "+a.region.text)
	}
	switch a.plus.text {
	case "true":
		ja, en = append(ja, "設定代行：あり"), append(en, "configuration work: yes")
	case "false":
		ja, en = append(ja, "設定代行：なし"), append(en, "configuration work: no")
	}
	for _, d := range a.days {
		name := nameOf(d.entry)
		ja, en = append(ja, d.date.String()+" "+name.JA), append(en, d.date.String()+" "+name.EN)
	}
	for _, t := range a.targets {
		said := t.metric.text + " " + t.priority.text
		if within := t.values["within"]; within != nil {
			said += ": " + within.text
		}
		ja, en = append(ja, said), append(en, said)
	}
	return Text{JA: strings.Join(ja, "、"), EN: strings.Join(en, "; ")}
}

// Region returns the region that it states, and "" when it states none.
func (a *Amendment) Region() RegionID { return RegionID(a.region.text) }

// SupportPlus returns whether the customer has configuration work, and whether
// the amendment says so at all.
func (a *Amendment) SupportPlus() (has, stated bool) {
	return a.plus.text == "true", a.plus.text != ""
}

func (a *Amendment) read(ps *problems, root *node) {
	top := ps.object(root, "", "format", "amendment", "region", "support-plus", "closures", "special", "targets")
	if f := top.word("format", true); f.text != "" && f.text != Format {
		ps.at(f.at, f.path, "書式「%s」には対応していません。1 と書いてください。", "format %q is not known; write 1", f.text)
	}
	if o, ok := top.object("amendment", true, "id", "base", "name", "agreed"); ok {
		id := o.id("id")
		if len(id.text) > maxAmendmentID {
			ps.at(id.at, id.path, "識別子が長すぎます。%d 字以内にしてください。", "the identifier is too long; use up to %d characters", maxAmendmentID)
		}
		a.id, a.base, a.name = id.text, o.id("base").text, o.text("name", true)
		a.agreed = o.text("agreed", false)
	}
	a.region = top.word("region", false)
	if top.opt("support-plus") != nil {
		top.flag("support-plus", false)
		a.plus = top.word("support-plus", true)
	}
	a.readDays(ps, top)
	a.readTargets(ps, top)
	if a.region.text == "" && a.plus.text == "" && len(a.days) == 0 && len(a.targets) == 0 && len(ps.list) == 0 {
		ps.at(root, "", "この個別条件は何も変えません。region、support-plus、closures、special、targets のどれかを書いてください。",
			"this amendment changes nothing; write one of region, support-plus, closures, special, targets")
	}
}

func (a *Amendment) readDays(ps *problems, top object) {
	seen := map[worktime.Date]bool{}
	for _, kind := range []struct {
		key     string
		special bool
	}{{"closures", false}, {"special", true}} {
		items := ps.bounded(top.list(kind.key, false), maxAmendedDays, kind.key)
		for i, n := range items {
			o := ps.object(n, top.item(kind.key, i), dayKeys(kind.special)...)
			d := amendedDay{at: n, path: o.path, date: o.date("date"), special: kind.special, calendars: o.words("calendars", false)}
			o.text("name", true)
			if kind.special {
				(&loader{ps: ps}).hours(o, "hours")
			} else {
				o.flag("public", false)
			}
			if d.date != (worktime.Date{}) && seen[d.date] && len(d.calendars) == 0 {
				ps.at(n, o.path, "%s が 2 回書かれています。1 つだけ残してください。", "%s is written twice; keep one", d.date)
			}
			seen[d.date] = true
			d.entry = without(n, "calendars")
			a.days = append(a.days, d)
		}
	}
}

// maxAmendedDays bounds an amendment; more days than this belong to a calendar.
const maxAmendedDays = 400

func dayKeys(special bool) []string {
	if special {
		return []string{"date", "hours", "name", "calendars"}
	}
	return []string{"date", "name", "public", "calendars"}
}

func (a *Amendment) readTargets(ps *problems, top object) {
	for i, n := range ps.bounded(top.list("targets", false), maxPriority*len(metrics()), "targets") {
		o := ps.object(n, top.item("targets", i), "metric", "priority", "within", "calendar", "pauses-for")
		t := amendedTarget{at: n, path: o.path, metric: o.word("metric", true), priority: o.word("priority", true), values: map[string]*node{}}
		o.oneOf("metric", true, metrics()...)
		o.duration("within")
		o.words("pauses-for", false)
		for _, key := range []string{"within", "calendar", "pauses-for"} {
			if v := o.opt(key); v != nil {
				t.values[key] = v
			}
		}
		if slices.ContainsFunc(a.targets, func(u amendedTarget) bool {
			return u.metric.text == t.metric.text && u.priority.text == t.priority.text
		}) {
			ps.at(n, o.path, "%s・優先度「%s」の目標が 2 つあります。1 つだけ残してください。", "two targets for %s, priority %q; keep one", t.metric.text, t.priority.text)
		}
		a.targets = append(a.targets, t)
	}
}

// without returns a mapping without one of its keys.
func without(n *node, key string) *node {
	out := *n
	out.keys, out.values = nil, nil
	for i, k := range n.keys {
		if k.text != key && i < len(n.values) {
			out.keys, out.values = append(out.keys, k), append(out.values, n.values[i])
		}
	}
	return &out
}

func nameOf(entry *node) Text {
	name := entry.child("name")
	if name == nil {
		return Text{}
	}
	var t Text
	if n := name.child("ja"); n != nil {
		t.JA = n.text
	}
	if n := name.child("en"); n != nil {
		t.EN = n.text
	}
	return t
}

// child returns the value under a key of a mapping, or nil.
func (n *node) child(key string) *node {
	for i, k := range n.keys {
		if k.text == key {
			return n.values[i]
		}
	}
	return nil
}
