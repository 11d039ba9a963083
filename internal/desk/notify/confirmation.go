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
	say := func(ja, en string) { w.paragraph(contract.Text{JA: ja, EN: en}.In(c.Language)) }
	w.say(contract.SayAckOpening, "company", c.OrgName, "name", personName(a.Person))
	said := wording.Instant(a.Mail, now, zone, c.Language)
	head := contract.Text{JA: "【ご確認のお願い】", EN: "Please confirm: "}.In(c.Language)
	if a.Priority != "" {
		pr, _ := con.Priority(contract.PriorityID(a.Priority))
		head = contract.Text{JA: "【対応優先度のご確認】", EN: "Please confirm the priority: "}.In(c.Language)
		say("「"+c.Subject+"」（"+number+"）につきまして、対応優先度を「"+pr.Label.JA+"」とすることへのご同意をお願いいたします。",
			"About \""+c.Subject+"\" ("+number+"), we ask for your agreement to treat it at priority "+pr.Label.EN+".")
		if clause, ok := con.Clause(contract.ClauseID(a.Clause)); ok {
			say("【サポート条件より】\n\n- "+clause.JA, "From the support terms:\n\n- "+clause.EN)
			w.cite(a.Clause)
			w.rest(a.Clause)
		}
	}
	if !a.Mail.IsZero() {
		say(said+" に受け付けたメールにつきまして、送信元のドメインを確認できませんでした。行き違いを防ぐため、ご本人様によるご確認をお願いしております。",
			"We could not establish that the mail which reached us on "+said+" came from your domain, so we ask you to confirm it yourself.")
	}
	until := wording.Instant(a.Expires, now, zone, c.Language)
	say("次のページで内容をご確認のうえ、ご回答ください。ページを開いただけでは、回答したことにはなりません。",
		"Please look at the following page and answer there. Opening the page alone answers nothing.")
	w.paragraph(a.Link)
	say("このページは "+until+" まで、一度だけご利用いただけます。他の方には転送なさらないようお願いいたします。お心当たりのない場合は、同じページでその旨をご回答ください。",
		"The page can be used once, until "+until+". Please do not forward it. If you know nothing of this, please say so on that page.")
	w.close(from)
	return w.mail(head + c.Subject + " [" + number + "]")
}
