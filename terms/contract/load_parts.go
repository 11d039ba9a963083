package contract

import (
	"slices"
)

func (l *loader) readPriorities(top object) {
	for i, n := range l.ps.bounded(top.list("priorities", true), maxPriority, "priorities") {
		o := l.ps.object(n, top.item("priorities", i), "id", "rank", "label", "letter", "restoration-first", "clauses")
		id := o.id("id")
		p := Priority{
			ID: PriorityID(id.text), Rank: o.number("rank", 1, 100), Label: o.text("label", true), Letter: o.text("letter", true),
			RestorationFirst: o.flag("restoration-first", false), Clauses: l.cite(o, "clauses", false),
		}
		for _, q := range l.c.priorities {
			if q.ID == p.ID {
				l.ps.at(id.at, id.path, "優先度「%s」が 2 回書かれています。", "priority %q is written twice", id.text)
			}
			if q.Rank == p.Rank {
				l.ps.at(n, o.path, "rank %d は「%s」と同じです。優先度ごとに異なる値を書いてください（大きいほど緊急）。", "rank %d is also that of %q; give each priority its own (higher is more urgent)", p.Rank, q.ID)
			}
		}
		l.c.priorities = append(l.c.priorities, p)
	}
	slices.SortStableFunc(l.c.priorities, func(a, b Priority) int { return b.Rank - a.Rank })
	if l.c.initial != "" {
		l.priority(l.initial)
	}
}

func (l *loader) readRegions(top object) {
	for i, n := range l.ps.bounded(top.list("regions", true), maxRegions, "regions") {
		o := l.ps.object(n, top.item("regions", i), "id", "label", "calendar", "reception", "top-priority", "clauses")
		id, cal := o.id("id"), o.word("calendar", true)
		if _, ok := l.specs[cal.text]; cal.text != "" && !ok {
			l.ps.at(cal.at, cal.path, "営業カレンダー「%s」は calendars にありません。", "there is no calendar %q under calendars", cal.text)
		}
		if _, twice := l.c.Region(RegionID(id.text)); twice {
			l.ps.at(id.at, id.path, "地域「%s」が 2 回書かれています。", "region %q is written twice", id.text)
		}
		l.c.regions = append(l.c.regions, Region{
			ID: RegionID(id.text), Label: o.text("label", true), Calendar: cal.text,
			Reception24h:    o.aroundClock("reception"),
			HighAroundClock: o.aroundClock("top-priority"),
			Clauses:         l.cite(o, "clauses", false),
		})
	}
}

// aroundClock reads "business-hours" (also when absent) or "around-the-clock".
func (o object) aroundClock(key string) bool {
	return o.oneOf(key, false, "business-hours", "around-the-clock") == "around-the-clock"
}

func (l *loader) readChannels(top object) {
	for i, n := range l.ps.bounded(top.list("channels", true), maxChannels, "channels") {
		o := l.ps.object(n, top.item("channels", i), "id", "label", "enabled", "voice", "reception", "recorded", "clauses")
		id := o.id("id")
		if _, twice := l.c.Channel(ChannelID(id.text)); twice {
			l.ps.at(id.at, id.path, "受付方法「%s」が 2 回書かれています。", "channel %q is written twice", id.text)
		}
		l.c.channels = append(l.c.channels, Channel{
			ID: ChannelID(id.text), Label: o.text("label", true), Enabled: o.flag("enabled", true), Voice: o.flag("voice", false),
			Reception24h: o.aroundClock("reception"), Recorded: o.flag("recorded", false), Clauses: l.cite(o, "clauses", false),
		})
	}
}

func (l *loader) readCriteria(top object) {
	for i, n := range top.list("criteria", true) {
		o := l.ps.object(n, top.item("criteria", i), "clause", "priority", "question", "label", "provisional-on-claim", "needs-agreement", "claimed-by", "agreed-by")
		w := o.id("clause")
		k := Criterion{
			Clause: ClauseID(w.text), Priority: l.priority(o.word("priority", true)), Question: o.text("question", true), Label: o.text("label", true),
			ProvisionalOnClaim: o.flag("provisional-on-claim", false), NeedsAgreement: o.flag("needs-agreement", false),
		}
		for _, p := range o.words("claimed-by", false) {
			folded := foldWords(p.text)
			if folded == "" {
				l.ps.at(p.at, p.path, "文字を含む語句を書いてください（例: 業務が停止）。", "write a phrase with letters, such as \"everything is down\"")
			}
			k.ClaimedBy, k.folded = append(k.ClaimedBy, p.text), append(k.folded, folded)
		}
		for _, p := range o.words("agreed-by", false) {
			folded := foldWords(p.text)
			if folded == "" || !k.NeedsAgreement {
				l.ps.at(p.at, p.path, "合意を要する基準（needs-agreement）に、文字を含む文を書いてください（例: 優先度「高」に同意します）。",
					"write a sentence with letters, such as \"we agree to priority High\", at a criterion that needs agreement")
			}
			k.AgreedBy, k.agreed = append(k.AgreedBy, p.text), append(k.agreed, folded)
		}
		l.citations = append(l.citations, citation{clause: k.Clause, at: w.at, path: o.path})
		if _, twice := l.c.Criterion(k.Clause); twice {
			l.ps.at(w.at, w.path, "基準「%s」が 2 回書かれています。", "criterion %q is written twice", w.text)
		}
		if k.ProvisionalOnClaim && k.NeedsAgreement {
			l.ps.at(n, o.path, "合意を要する基準を、申告だけで暫定適用することはできません。provisional-on-claim か needs-agreement の一方を false にしてください。",
				"a criterion that needs agreement cannot run on a claim alone; set provisional-on-claim or needs-agreement to false")
		}
		l.c.criteria = append(l.c.criteria, k)
	}
	l.c.phrases = phrasesOf(l.c.criteria)
}

// priority resolves a priority id.
func (l *loader) priority(w word) PriorityID {
	if w.text == "" {
		return ""
	}
	var ids []string
	for _, p := range l.c.priorities {
		ids = append(ids, string(p.ID))
	}
	l.known(w, ids, "priorities")
	return PriorityID(w.text)
}

// known reports a reference to something that the file does not define.
func (l *loader) known(w word, ids []string, where string) bool {
	if slices.Contains(ids, w.text) {
		return true
	}
	l.ps.at(w.at, w.path, "「%[1]s」は %[2]s にありません。%[3]s", "%[1]q is not defined under %[2]s; %[4]s",
		w.text, where, didYouMean(w.text, ids, "ja"), didYouMean(w.text, ids, "en"))
	return false
}

func (l *loader) regionIDs() []string {
	var ids []string
	for _, r := range l.c.regions {
		ids = append(ids, string(r.ID))
	}
	return ids
}

func (l *loader) channelIDs() []string {
	var ids []string
	for _, ch := range l.c.channels {
		ids = append(ids, string(ch.ID))
	}
	return ids
}
