package contract

import "slices"

func (l *loader) readTargets(top object) {
	l.targets = top.opt("targets")
	for i, n := range top.list("targets", true) {
		o := l.ps.object(n, top.item("targets", i), "metric", "label", "clauses", "set")
		metric := Metric(o.oneOf("metric", true, metrics()...))
		label := o.text("label", true)
		common := l.cite(o, "clauses", false)
		l.c.metricClauses[metric] = common
		for j, sn := range o.list("set", true) {
			l.readTarget(l.ps.object(sn, o.item("set", j), "priority", "regions", "within", "calendar", "pauses-for", "workaround-counts", "when-reopened", "clauses"), metric, label, common)
		}
	}
}

func (l *loader) readTarget(o object, metric Metric, label Text, common []ClauseID) {
	t := Target{Metric: metric, Label: label, Priority: l.priority(o.word("priority", true)), Business: o.duration("within")}
	t.Clauses = merge(l.cite(o, "clauses", false), common)
	named := o.word("calendar", false)
	if _, ok := l.specs[named.text]; named.text != "" && !ok {
		l.ps.at(named.at, named.path, "営業カレンダー「%s」は calendars にありません。", "there is no calendar %q under calendars", named.text)
		return
	}
	for _, w := range o.words("pauses-for", false) {
		if l.known(w, []string{string(WaitCustomer), string(WaitThirdParty)}, "pauses-for") {
			t.Pauses = append(t.Pauses, Wait(w.text))
		}
	}
	l.readEnd(o, &t)
	for _, r := range l.c.regions {
		if !l.appliesTo(o, r.ID) {
			continue
		}
		t.Region, t.CalendarName = r.ID, r.Calendar
		if named.text != "" {
			t.CalendarName = named.text
		}
		key := targetKey{metric, t.Priority, r.ID}
		if _, twice := l.c.targets[key]; twice {
			l.ps.at(o.at, o.path, "%s・優先度「%s」・地域「%s」の目標が 2 つあります。1 つだけ残してください。", "two targets for %s, priority %q, region %q; keep one", metric, t.Priority, r.ID)
			continue
		}
		l.c.targets[key], l.targetAt[key] = t, o
	}
	for _, w := range o.words("regions", false) {
		l.known(w, l.regionIDs(), "regions")
	}
}

// readEnd reads what ends a target, for those that the state of the case ends.
func (l *loader) readEnd(o object, t *Target) {
	const ja, en = "「%s」は %s の目標には書けません。消してください。", "%q means nothing for a %s target; remove it"
	if n := o.opt("workaround-counts"); n != nil && t.Metric != Resolution {
		l.ps.at(n, o.child("workaround-counts"), ja, en, "workaround-counts", t.Metric)
	}
	t.Restores = o.flag("workaround-counts", false)
	reopened := o.oneOf("when-reopened", false, reopenings()...)
	if t.Metric != Resolution && t.Metric != Restoration {
		if n := o.opt("when-reopened"); n != nil {
			l.ps.at(n, o.child("when-reopened"), ja, en, "when-reopened", t.Metric)
		}
		return
	}
	t.Reopened = ReopenContinues // what profits the customer, where the file does not say
	if reopened != "" {
		t.Reopened = Reopening(reopened)
	}
}

func (l *loader) appliesTo(o object, r RegionID) bool {
	n := o.opt("regions")
	if n == nil || n.kind != listNode {
		return true
	}
	return slices.ContainsFunc(n.values, func(v *node) bool { return v.text == string(r) })
}

// continuous applies the reading response.high.clock: whether the most urgent
// initial response runs at night.
func (l *loader) continuous(t Target) Target {
	if t.Metric != FirstResponse || len(l.c.priorities) == 0 || t.Priority != l.c.priorities[0].ID {
		return t
	}
	use, ok := l.c.use(ReadHighClock)
	if !ok {
		return t
	}
	t.Readings = []ReadingUse{use}
	switch use.Chosen {
	case ClockFromClaim:
		t.AroundClock, t.Continuous = l.c.always, FromClaim
	case ClockOnceAgreed:
		t.AroundClock, t.Continuous = l.c.always, FromAgreement
	}
	return t
}

func (l *loader) readCredits(top object) {
	for i, n := range top.list("credits", false) {
		o := l.ps.object(n, top.item("credits", i), "metric", "below-per-mille", "percent", "clauses")
		l.c.credits = append(l.c.credits, Credit{
			Metric: Metric(o.oneOf("metric", true, metrics()...)), Below: o.number("below-per-mille", 1, 1000),
			Percent: o.number("percent", 1, 100), Clauses: l.cite(o, "clauses", true),
		})
	}
}
