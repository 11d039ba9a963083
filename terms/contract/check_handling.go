package contract

import "strings"

// checkHandling walks every situation that a contact can be in, and refuses an
// action or notice that none reaches and a situation that no action answers.
// The walk is bounded by the limits on channels, regions and priorities.
func (l *loader) checkHandling() {
	h := &l.c.handling
	reached := make([]bool, len(h.actions))
	told := make([]bool, len(h.notices))
	var unanswered *situation
	l.c.situations(func(s *situation) {
		answered := false
		for i := range h.actions {
			if h.actions[i].when.holds(s) {
				reached[i], answered = true, true
				break
			}
		}
		for i := range h.notices {
			if h.notices[i].when.holds(s) {
				told[i] = true
			}
		}
		if !answered && unanswered == nil {
			kept := *s
			unanswered = &kept
		}
	})
	for i, ok := range reached {
		if r := h.actions[i]; !ok {
			l.ps.at(r.at, r.path, "この規則に当てはまる問い合わせはありません（前の規則が先に当てはまるか、条件が両立しません）。順序か when を直してください。",
				"no contact can reach this rule (earlier ones match first, or its conditions exclude each other); change the order or its when")
		}
	}
	for i, ok := range told {
		if r := h.notices[i]; !ok {
			l.ps.at(r.at, r.path, "この案内が当てはまる問い合わせはありません。when を直してください。", "no contact can reach this notice; change its when")
		}
	}
	if unanswered != nil {
		s := l.c.describe(unanswered)
		l.ps.at(l.actions, "handling.actions", "どの規則にも当てはまらない問い合わせがあります: %[1]s。規則を加えてください（最後に when のない規則を置くこともできます）。",
			"no rule answers this contact: %[2]s; add one (the last rule may have no when)", s.JA, s.EN)
	}
}

// checkAroundClock refuses a region whose most urgent priority is said to be
// worked around the clock while no channel does anything about it at night.
func (l *loader) checkAroundClock() {
	for i, r := range l.c.regions {
		if !r.HighAroundClock {
			continue
		}
		acts := false
		for ch := range l.c.channels {
			s := situation{channels: 1 << ch, regions: 1 << i, claims: 2, judged: 1, hours: yes(false), agreed: yes(false), emergency: yes(false), known: yes(true)}
			for j := range l.c.handling.actions {
				if a := &l.c.handling.actions[j]; a.when.holds(&s) {
					acts = acts || a.do == RingOnCall || a.do == WorkNow
					break
				}
			}
		}
		if !acts {
			l.ps.at(l.actions, "handling.actions", "矛盾: 地域「%s」の top-priority は around-the-clock ですが、営業時間外に「%s」と申告されても誰も呼び出されません。",
				"contradiction: region %q has top-priority around-the-clock, but a claim of %q out of hours rings nobody", r.ID, l.c.priorities[0].ID)
		}
	}
}

// situations calls f with each situation that can occur.
func (c *Contract) situations(f func(*situation)) {
	top := uint32(2) // the most urgent priority stands first
	for ch := range c.channels {
		for r := range c.regions {
			for claim := range len(c.priorities) + 1 {
				for judged := range len(c.priorities) + 1 {
					s := situation{channels: 1 << ch, regions: 1 << r, claims: 1 << claim, judged: 1 << judged}
					canAgree := (s.claims|1|top) == (1|top) && (s.judged|1|top) == (1|top)
					for bits := range 16 {
						s.hours, s.agreed, s.emergency, s.known = yes(bits&1 != 0), yes(bits&2 != 0), yes(bits&4 != 0), yes(bits&8 != 0)
						if s.agreed == 2 && !canAgree {
							continue
						}
						f(&s)
					}
				}
			}
		}
	}
}

func (c *Contract) describe(s *situation) Text {
	var ja, en []string
	say := func(j, e string) { ja, en = append(ja, j), append(en, e) }
	for i, ch := range c.channels {
		if s.channels == 1<<i {
			say(string(ch.ID), string(ch.ID))
		}
	}
	for i, r := range c.regions {
		if s.regions == 1<<i {
			say(string(r.ID), string(r.ID))
		}
	}
	for i, p := range c.priorities {
		if s.claims == 1<<(i+1) {
			say("申告 "+string(p.ID), "claim "+string(p.ID))
		}
		if s.judged == 1<<(i+1) {
			say("判断 "+string(p.ID), "judged "+string(p.ID))
		}
	}
	pick := func(v uint8, no, yes Text) {
		if v == 2 {
			say(yes.JA, yes.EN)
		} else if no.EN != "" {
			say(no.JA, no.EN)
		}
	}
	pick(s.hours, Text{"営業時間外", "out of hours"}, Text{"営業時間内", "in hours"})
	pick(s.agreed, Text{}, Text{"合意あり", "agreed"})
	pick(s.emergency, Text{}, Text{"緊急時", "emergency"})
	pick(s.known, Text{"未登録の方", "not a registered contact"}, Text{})
	return Text{JA: strings.Join(ja, "・"), EN: strings.Join(en, ", ")}
}
