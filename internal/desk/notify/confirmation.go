package notify

import (
	"time"

	"madoguchi/internal/wording"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
)

// Asked is what a customer's person is asked to confirm.
type Asked struct {
	Person   cases.Address
	Priority string    // to be agreed on; empty: only that a mail is theirs
	Clause   string    // the criterion
	Mail     time.Time // when the mail whose sender is not proven came; zero: the desk asks by itself
	Expires  time.Time
	Link     string // where they answer, or words in its place
}

// Confirm writes the mail that asks a customer's person to confirm by a link:
// what it is about, why it is asked, until when, and that opening the page
// alone confirms nothing.
func Confirm(con *contract.Contract, c *cases.Case, number string, a Asked, from Sender, now time.Time) Text {
	w := writer{con: con, lang: c.Language, now: now}
	zone := con.Zone()
	w.say(contract.SayAckOpening, "company", c.OrgName, "name", personName(a.Person))
	head := contract.Text{JA: "【ご確認のお願い】", EN: "Please confirm: "}
	if a.Priority != "" {
		pr, _ := con.Priority(contract.PriorityID(a.Priority))
		head = contract.Text{JA: "【対応優先度のご確認】", EN: "Please confirm the priority: "}
		w.say(contract.SayConfirmPriority, "subject", c.Subject, "case", number, "priority", pr.Label.In(c.Language))
		w.quote(contract.ClauseID(a.Clause))
	}
	if !a.Mail.IsZero() {
		w.say(contract.SayConfirmSender, "received", wording.Instant(a.Mail, now, zone, c.Language))
	}
	w.say(contract.SayConfirmPage)
	w.paragraph(a.Link)
	w.say(contract.SayConfirmUntil, "until", wording.Instant(a.Expires, now, zone, c.Language))
	w.close(from)
	return w.mail(head.In(c.Language) + c.Subject + " [" + number + "]")
}
