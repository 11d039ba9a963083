package contract

import "slices"

func (l *loader) readReadings(top object) {
	list := top.opt("readings")
	for i, n := range top.list("readings", true) {
		o := l.ps.object(n, top.item("readings", i), "name", "question", "alternatives", "chosen", "reason", "clauses")
		w := o.id("name")
		if w.text == "" {
			continue
		}
		l.readReading(o, w)
	}
	if list == nil || list.kind != listNode {
		return
	}
	for _, k := range choices() {
		if _, ok := l.c.use(k.name); !ok {
			l.ps.at(list, "readings", "読み方「%s」がありません。alternatives と chosen を添えて書いてください。", "the reading %q is missing; write it with alternatives and chosen", k.name)
		}
	}
}

func (l *loader) readReading(o object, name word) {
	var names []string
	var possible []string
	for _, k := range choices() {
		names = append(names, k.name)
		if k.name == name.text {
			possible = k.alternatives
		}
	}
	if !l.known(name, names, "readings") {
		return
	}
	if _, twice := l.c.use(name.text); twice {
		l.ps.at(name.at, name.path, "読み方「%s」が 2 回書かれています。", "the reading %q is written twice", name.text)
		return
	}
	r := Reading{Name: name.text, Question: o.text("question", true), Reason: o.text("reason", true), Clauses: l.cite(o, "clauses", true)}
	for i, n := range o.list("alternatives", true) {
		a := l.ps.object(n, o.item("alternatives", i), "id", "meaning")
		id := a.id("id")
		if id.text != "" && !slices.Contains(possible, id.text) {
			a.oneOf("id", true, possible...)
		}
		r.Alternatives = append(r.Alternatives, Alternative{ID: id.text, Meaning: a.text("meaning", true)})
	}
	for _, p := range possible {
		if !slices.ContainsFunc(r.Alternatives, func(a Alternative) bool { return a.ID == p }) {
			l.ps.at(o.at, o.path, "選択肢「%s」の意味が書かれていません。alternatives に書いてください。", "the alternative %q is not explained; write it under alternatives", p)
		}
	}
	if n := o.opt("chosen"); n == nil || n.kind == emptyNode {
		at := o.at
		if n != nil {
			at = n
		}
		l.ps.at(at, o.path, "読み方「%s」が選ばれていません。chosen に次のどれかを書いてください: %v", "the reading %q is open; write chosen as one of %v", name.text, possible)
	} else {
		r.Chosen = o.oneOf("chosen", true, possible...)
	}
	l.c.readings = append(l.c.readings, r)
}
