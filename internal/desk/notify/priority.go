package notify

import (
	"strings"
	"time"

	"madoguchi/internal/wording"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
)

// Lowered is a priority that the desk judged lower than the customer claims,
// or lowered after its investigation.
type Lowered struct {
	Person     cases.Address
	From, To   contract.PriorityID // claimed, or until now; and judged
	Reassessed bool                // after an investigation (`priority.reassessed`); else a claim was not followed
	Criterion  contract.ClauseID   // on which the judgement rests
	Reason     string
}

// Sentence is what the contract has the desk say about it, with the reason and
// the way to object.
func (l Lowered) Sentence(con *contract.Contract, lang string) string {
	key, fill := l.words(con, lang)
	return con.Say(key).Fill(fill...).In(lang)
}

func (l Lowered) words(con *contract.Contract, lang string) (key string, fill []string) {
	from, _ := con.Priority(l.From)
	to, _ := con.Priority(l.To)
	reason := strings.TrimRight(l.Reason, "。. ") // it stands inside a sentence
	if l.Reassessed {
		return contract.SayPriorityChanged, []string{"from", from.Label.In(lang), "to", to.Label.In(lang), "reason", reason}
	}
	return contract.SayPriorityJudged, []string{"claimed", from.Label.In(lang), "judged", to.Label.In(lang), "reason", reason}
}

// TellLowered writes the notice: what was judged and why, the criterion in the
// contract's own words, and by when the initial response is due now if it has
// not been given.
func TellLowered(con *contract.Contract, c *cases.Case, number string, l Lowered, from Sender, now time.Time) Text {
	w := writer{con: con, lang: c.Language, now: now}
	w.say(contract.SayAckOpening, "company", c.OrgName, "name", personName(l.Person))
	l.Reason = plain(l.Reason)
	key, fill := l.words(con, w.lang)
	w.say(key, fill...)
	w.quote(l.Criterion)
	if c.First != nil && c.First.Running() {
		pr, _ := con.Priority(l.To)
		w.say(contract.SayAckTarget,
			"deadline", wording.Deadline(c.First.Deadline, now, con.Zone(), w.lang),
			"priority", pr.Label.In(w.lang), "target", wording.Hours(c.First.Business, w.lang))
	}
	w.close(from)
	head := contract.Text{JA: "【対応優先度のお知らせ】", EN: "Priority of your inquiry: "}
	return w.mail(head.In(w.lang) + c.Subject + " [" + number + "]")
}
