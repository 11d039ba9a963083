package contract

import (
	"slices"
	"strings"
)

const maxClauses = 500

// binding is a clause's own word on how it is kept, to be held against the
// rest of the file.
type binding struct {
	at   *node
	path string
	how  How
}

type section struct {
	number string
	title  Text
}

func (l *loader) readClauses(top object) {
	sections := map[string]section{}
	var ids []string
	for i, n := range top.list("sections", true) {
		o := l.ps.object(n, top.item("sections", i), "id", "number", "title")
		id := o.id("id").text
		sections[id] = section{number: o.word("number", false).text, title: o.text("title", true)}
		ids = append(ids, id)
	}
	for i, n := range l.ps.bounded(top.list("clauses", true), maxClauses, "clauses") {
		o := l.ps.object(n, top.item("clauses", i), "id", "section", "ja", "en", "phrases", "say", "bound", "shown", "reason")
		id, sec := o.id("id"), o.word("section", true)
		if id.text == "" {
			continue
		}
		if sec.text != "" {
			l.known(sec, ids, "sections")
		}
		c := Clause{
			ID: ClauseID(id.text), Number: sections[sec.text].number, Section: sections[sec.text].title,
			JA: o.word("ja", true).text, EN: o.word("en", true).text, Binding: l.binding(o),
		}
		if _, twice := l.c.clauseAt[c.ID]; twice {
			l.ps.at(id.at, id.path, "条文「%s」が 2 回書かれています。", "clause %q is written twice", id.text)
			continue
		}
		l.c.sayings[c.ID] = Text{JA: c.JA, EN: c.EN}
		if o.opt("say") != nil {
			l.c.sayings[c.ID] = o.text("say", true)
		}
		c.Phrases = l.phrases(o, c)
		l.c.clauseAt[c.ID] = len(l.c.clauses)
		l.c.clauses = append(l.c.clauses, c)
		l.bindings = append(l.bindings, binding{at: n, path: o.path, how: c.Binding.How})
	}
}

// phrases reads the words of a clause that its rules rest on; each must stand
// in the ruling text exactly as it is quoted.
func (l *loader) phrases(o object, c Clause) []string {
	ruling := c.JA
	if l.c.language == "en" {
		ruling = c.EN
	}
	var out []string
	for _, w := range o.words("phrases", false) {
		if !strings.Contains(ruling, w.text) {
			l.ps.at(w.at, w.path, "「%s」は、この条文の文面（%s）にありません。原文のとおりに引用してください。", "%q does not stand in this clause's text (%s); quote it verbatim", w.text, l.c.language)
			continue
		}
		out = append(out, w.text)
	}
	return out
}

func (l *loader) binding(o object) Binding {
	b := Binding{How: How(o.oneOf("bound", true, string(ByRule), string(ByText), string(NotExecutable), string(NotYet)))}
	for _, w := range o.words("shown", false) {
		if i := slices.IndexFunc(places(), func(p place) bool { return p.id == w.text }); i >= 0 {
			b.Shown = append(b.Shown, places()[i].label)
			continue
		}
		l.known(w, placeIDs(), "shown")
	}
	mustReason := b.How == NotExecutable || b.How == NotYet
	b.Reason = o.text("reason", mustReason)
	if b.How == ByText && len(b.Shown) == 0 {
		l.ps.at(o.at, o.path, "この条文がどこに表示されるかを shown に書いてください（%v）。", "write under shown where people read this clause (%v)", placeIDs())
	}
	return b
}

// place is somewhere a clause can be shown to people.
type place struct {
	id    string
	label Text
}

func places() []place {
	return []place{
		{"acknowledgement", Text{"受付のお知らせ", "acknowledgement"}},
		{"reply", Text{"返信", "reply"}},
		{"call", Text{"通話", "call"}},
		{"case", Text{"ケース画面", "case screen"}},
		{"contract-page", Text{"契約画面", "contract page"}},
		{"work-order", Text{"設定代行の作業画面", "work order"}},
		{"portal", Text{"お客様ポータル", "portal"}},
		{"status-page", Text{"ステータスダッシュボード", "status dashboard"}},
		{"closures-page", Text{"休業日のご案内", "closures page"}},
		{"onboarding", Text{"サービス開始時のご案内", "onboarding letter"}},
		{"report", Text{"実績レポート", "report"}},
	}
}

func placeIDs() []string {
	var out []string
	for _, p := range places() {
		out = append(out, p.id)
	}
	return out
}

// check holds the parts of the file against each other. It runs only when each
// part reads well by itself.
func (l *loader) check() {
	l.compile()
	l.checkCitations()
	l.checkTargets()
	l.checkHandling()
	l.checkAroundClock()
}

// checkCitations binds every clause: each citation must name a clause of the
// file, and each clause must be kept in the way it says.
func (l *loader) checkCitations() {
	var ids []string
	for _, c := range l.c.clauses {
		ids = append(ids, string(c.ID))
	}
	for _, cit := range l.citations {
		i, ok := l.c.clauseAt[cit.clause]
		if !ok {
			l.known(word{text: string(cit.clause), at: cit.at, path: cit.path}, ids, "clauses")
			continue
		}
		b := &l.c.clauses[i].Binding
		if !slices.Contains(b.Places, cit.path) {
			b.Places = append(b.Places, cit.path)
		}
	}
	for i, b := range l.bindings {
		c := &l.c.clauses[i]
		cited := slices.ContainsFunc(l.citations, func(cit citation) bool { return cit.clause == c.ID && !cit.byText })
		switch {
		case b.how == ByRule && !cited:
			l.ps.at(b.at, b.path, "条文「%s」は rule に結び付くとありますが、どの規則の clauses にもありません。規則に書くか、bound を改めてください。",
				"clause %q says it is bound to a rule, but no rule cites it; cite it under a rule's clauses, or change bound", c.ID)
		case b.how == NotExecutable && cited:
			l.ps.at(b.at, b.path, "条文「%s」は実行しないとありますが、規則が引用しています（%s）。bound: rule と書いてください。",
				"clause %q says nothing executes it, but a rule cites it (%s); write bound: rule", c.ID, c.Binding.Places[0])
		}
	}
}

// checkTargets asks for an initial-response target in every region and
// priority, and refuses a more urgent priority that waits longer.
func (l *loader) checkTargets() {
	for _, r := range l.c.regions {
		for i, p := range l.c.priorities {
			if _, ok := l.c.Target(FirstResponse, p.ID, r.ID); !ok {
				l.ps.at(l.targets, "targets", "地域「%s」・優先度「%s」の first_response の目標がありません。set に書いてください。",
					"there is no first_response target for region %q, priority %q; write it under set", r.ID, p.ID)
			}
			if i > 0 {
				l.checkOrder(r.ID, l.c.priorities[i-1].ID, p.ID)
			}
		}
	}
}

// checkOrder refuses a target of the more urgent priority that is longer.
func (l *loader) checkOrder(r RegionID, urgent, less PriorityID) {
	for _, m := range metrics() {
		key := targetKey{Metric(m), urgent, r}
		a, okA := l.c.targets[key]
		b, okB := l.c.targets[targetKey{Metric(m), less, r}]
		if okA && okB && a.CalendarName == b.CalendarName && a.Business > b.Business {
			at := l.targetAt[key]
			if less := l.targetAt[targetKey{Metric(m), less, r}]; at.at.file == "" && less.at.file != "" {
				at = less // the amendment's, which can be mended
			}
			l.ps.at(at.at, at.path, "矛盾: %s の目標が、より緊急な「%s」（%s）のほうが「%s」（%s）より長くなっています。短くしてください。",
				"contradiction: the %s target of the more urgent %q (%s) is longer than that of %q (%s); make it shorter", m, urgent, a.Business, less, b.Business)
		}
	}
}
