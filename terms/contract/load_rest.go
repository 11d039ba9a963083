package contract

import (
	"regexp"
	"slices"
)

func (l *loader) readFacts(top object) {
	o, ok := top.object("facts", true, "clauses", "ask")
	if !ok {
		return
	}
	l.cite(o, "clauses", true)
	for i, n := range o.list("ask", true) {
		f := l.ps.object(n, o.item("ask", i), "key", "label", "hint")
		l.c.facts = append(l.c.facts, Fact{Key: f.id("key").text, Label: f.text("label", true), Hint: f.text("hint", true)})
	}
}

func (l *loader) readScope(top object) {
	o, ok := top.object("scope", true, "clauses", "excluded")
	if !ok {
		return
	}
	l.cite(o, "clauses", false)
	for i, n := range o.list("excluded", false) {
		e := l.ps.object(n, o.item("excluded", i), "id", "label", "clauses")
		l.c.exclusions = append(l.c.exclusions, Exclusion{ID: e.id("id").text, Label: e.text("label", true), Clauses: l.cite(e, "clauses", true)})
	}
}

func (l *loader) readEmergency(top object) {
	o, ok := top.object("emergency", true, "around-the-clock", "dashboard", "clauses")
	if !ok {
		return
	}
	l.c.emergency = Emergency{AroundClock: o.flag("around-the-clock", false), Dashboard: o.flag("dashboard", false), Clauses: l.cite(o, "clauses", false)}
}

// workTopics are the matters of configuration work that a clause can govern.
func workTopics() []string {
	return []string{"access", "requirements", "services", "confidential", "order", "form", "instruction", "confirm", "lead-time", "care", "verify", "date"}
}

func (l *loader) readWork(top object) {
	o, ok := top.object("configuration-work", false, "name", "services", "confidential", "sizes", "priority", "criterion", "first-come", "form-required",
		"customer-instructs", "customer-verifies", "date-promised", "clauses")
	if !ok {
		return
	}
	w := &ConfigWork{
		Name: o.text("name", true), Priority: l.priority(o.word("priority", true)),
		Services: l.services(o, "services"), Confidential: l.services(o, "confidential"),
		FirstCome: o.flag("first-come", true), FormRequired: o.flag("form-required", false), CustomerInstructs: o.flag("customer-instructs", true),
		CustomerVerifies: o.flag("customer-verifies", true), DatePromised: o.flag("date-promised", false),
		Clauses: map[string][]ClauseID{},
	}
	if k := o.word("criterion", false); k.text != "" {
		w.Criterion = ClauseID(k.text)
		if cr, ok := l.c.Criterion(w.Criterion); !ok || cr.Priority != w.Priority {
			l.ps.at(k.at, k.path, "「%s」は、その優先度の基準（criteria）にありません。", "%q is no criterion of that priority; name one of criteria", k.text)
		}
	}
	for i, n := range o.list("sizes", true) {
		s := l.ps.object(n, o.item("sizes", i), "id", "label", "business-days", "clauses")
		w.Sizes = append(w.Sizes, WorkSize{ID: s.id("id").text, Label: s.text("label", true), Days: s.number("business-days", 1, 250), Clauses: l.cite(s, "clauses", false)})
	}
	if topics, ok := o.object("clauses", true, workTopics()...); ok {
		for _, t := range workTopics() {
			if topics.opt(t) != nil {
				topic := topics
				topic.path = topics.child(t)
				w.Clauses[t] = l.citeAs(topics, t, topic.path)
			}
		}
	}
	l.c.work = w
}

func (l *loader) citeAs(o object, key, path string) []ClauseID {
	before := len(l.citations)
	out := l.cite(o, key, true)
	for i := before; i < len(l.citations); i++ {
		l.citations[i].path = path
	}
	return out
}

func (l *loader) services(o object, key string) []Service {
	var out []Service
	for i, n := range o.list(key, true) {
		s := l.ps.object(n, o.item(key, i), "id", "label")
		out = append(out, Service{ID: s.id("id").text, Label: s.text("label", true)})
	}
	return out
}

var hole = regexp.MustCompile(`\{([a-z]+)\}`)

func (l *loader) readTexts(top object) {
	o, ok := top.object("texts", true, Keys()...)
	if !ok {
		return
	}
	holes := keyHoles()
	for _, key := range Keys() {
		otherwise, optional := DefaultText(key)
		l.c.texts[key] = otherwise
		t, ok := o.object(key, !optional, "ja", "en", "clauses")
		if !ok {
			continue
		}
		said := t.both()
		before := len(l.citations)
		l.c.textClauses[key] = l.cite(t, "clauses", false)
		for i := before; i < len(l.citations); i++ {
			l.citations[i].byText = true
		}
		for lang, s := range map[string]string{"ja": said.JA, "en": said.EN} {
			for _, m := range hole.FindAllStringSubmatch(s, -1) {
				if !slices.Contains(holes[key], m[1]) {
					l.ps.at(t.opt(lang), t.child(lang), "ここで使える差し込みは %v です（{%s} は使えません）。", "the placeholders possible here are %v (not {%s})", holes[key], m[1])
				}
			}
		}
		l.c.texts[key] = said
	}
}
