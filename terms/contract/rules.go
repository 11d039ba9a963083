package contract

import "strings"

// Rule is one line of the decision table in words, to be read by people: the
// first whose When fits a contact decides.
type Rule struct {
	When       Text // 電話・営業時間外・申告 高; "any other contact" when it has no condition
	Do         Action
	AskToPhone bool
	CallBack   bool
	Tell       []ClauseID
	Clauses    []ClauseID
}

// Rules returns the decision table, in its order.
func (c *Contract) Rules() []Rule {
	out := make([]Rule, 0, len(c.handling.actions))
	for i := range c.handling.actions {
		r := &c.handling.actions[i]
		out = append(out, Rule{When: c.words(&r.when), Do: r.do, AskToPhone: r.askToPhone, CallBack: r.callBack, Tell: r.tell, Clauses: r.clauses})
	}
	return out
}

// words says what a condition asks for, and nothing of what it leaves open.
func (c *Contract) words(w *condition) Text {
	var ja, en []string
	say := func(j, e string) { ja, en = append(ja, j), append(en, e) }
	channels := make([]Text, len(c.channels))
	for i := range c.channels {
		channels[i] = c.channels[i].Label
	}
	regions := make([]Text, len(c.regions))
	for i := range c.regions {
		regions[i] = c.regions[i].Label
	}
	priorities := []Text{{"なし", "none"}}
	for i := range c.priorities {
		priorities = append(priorities, c.priorities[i].Label)
	}
	if t, some := chosen(w.channels, channels); some {
		say(t.JA, t.EN)
	}
	if t, some := chosen(w.regions, regions); some {
		say(t.JA, t.EN)
	}
	either := func(v uint8, no, yes Text) {
		switch v {
		case 1:
			say(no.JA, no.EN)
		case 2:
			say(yes.JA, yes.EN)
		}
	}
	either(w.hours, Text{"営業時間外", "out of hours"}, Text{"営業時間内", "in hours"})
	if t, some := chosen(w.claims, priorities); some {
		say("申告 "+t.JA, "claim "+t.EN)
	}
	if t, some := chosen(w.judged, priorities); some {
		say("判断 "+t.JA, "judged "+t.EN)
	}
	either(w.agreed, Text{"合意なし", "not agreed"}, Text{"合意あり", "agreed"})
	either(w.emergency, Text{"平常時", "no emergency"}, Text{"緊急時", "emergency"})
	either(w.known, Text{"未登録の方", "not a registered contact"}, Text{"登録済みの方", "registered contact"})
	if len(ja) == 0 {
		return Text{"そのほかすべて", "any other contact"}
	}
	return Text{strings.Join(ja, "・"), strings.Join(en, ", ")}
}

// chosen names the members of a set, and reports whether it leaves any out.
func chosen(set uint32, labels []Text) (Text, bool) {
	var ja, en []string
	for i, l := range labels {
		if set&(1<<i) != 0 {
			ja, en = append(ja, l.JA), append(en, l.EN)
		}
	}
	return Text{strings.Join(ja, "または"), strings.Join(en, " or ")}, len(ja) < len(labels)
}
