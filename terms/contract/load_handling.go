package contract

const maxRules = 64

func (l *loader) readHandling(top object) {
	h, ok := top.object("handling", true, "actions", "notices")
	if !ok {
		return
	}
	l.actions = h.opt("actions")
	for i, n := range l.ps.bounded(h.list("actions", true), maxRules, "handling.actions") {
		o := l.ps.object(n, h.item("actions", i), "when", "do", "ask-to-phone", "call-back", "tell", "clauses")
		r := l.rule(o, true)
		r.do = Action(o.oneOf("do", true, actions()...))
		r.askToPhone, r.callBack = o.flag("ask-to-phone", false), o.flag("call-back", false)
		l.c.handling.actions = append(l.c.handling.actions, r)
	}
	for i, n := range l.ps.bounded(h.list("notices", false), maxRules, "handling.notices") {
		o := l.ps.object(n, h.item("notices", i), "when", "tell")
		r := l.rule(o, false)
		if len(r.tell) == 0 {
			l.ps.at(n, o.path, "tell に伝える条文の id を書いてください。", "write under tell the clauses to be told")
		}
		l.c.handling.notices = append(l.c.handling.notices, r)
	}
}

func (l *loader) rule(o object, needsClauses bool) rule {
	return rule{
		when: l.condition(o), tell: l.cite(o, "tell", false), clauses: l.cite(o, "clauses", needsClauses),
		at: o.at, path: o.path,
	}
}

// condition reads "when". An absent key means "whatever it is"; an absent
// "when" matches every contact.
func (l *loader) condition(o object) condition {
	w, _ := o.object("when", false, "channels", "regions", "hours", "claim", "judged", "agreed", "emergency", "known")
	var priorities []string
	for _, p := range l.c.priorities {
		priorities = append(priorities, string(p.ID))
	}
	return condition{
		channels: l.set(w, "channels", l.channelIDs()), regions: l.set(w, "regions", l.regionIDs()),
		claims: l.set(w, "claim", append([]string{"none"}, priorities...)), judged: l.set(w, "judged", append([]string{"none"}, priorities...)),
		hours: l.pair(w, "hours", "out", "in"), agreed: l.pair(w, "agreed", "false", "true"),
		emergency: l.pair(w, "emergency", "false", "true"), known: l.pair(w, "known", "false", "true"),
	}
}

// set reads a list of words as bits over the words possible there.
func (l *loader) set(o object, key string, possible []string) uint32 {
	if o.opt(key) == nil {
		return 1<<len(possible) - 1
	}
	var bits uint32
	for _, w := range o.words(key, true) {
		if !l.known(w, possible, key) {
			continue
		}
		for i, p := range possible {
			if p == w.text {
				bits |= 1 << i
			}
		}
	}
	return bits
}

func (l *loader) pair(o object, key, first, second string) uint8 {
	if o.opt(key) == nil {
		return 3
	}
	if o.oneOf(key, true, first, second) == second {
		return 2
	}
	return 1
}
