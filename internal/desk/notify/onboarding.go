package notify

import (
	"slices"
	"strings"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
)

// Onboarding is what a customer is told when the service starts.
type Onboarding struct {
	Company     string
	Person      cases.Address // zero: whoever is in charge
	Phone, Mail string        // by which the desk is reached
	Again       bool          // they were told others before
	Closures    string        // address of the page of days without support; empty: none
}

// placeOnboarding is where the contract says that a clause is shown.
const placeOnboarding = "onboarding"

// Onboard writes the letter by which a customer learns the desk's number and
// address (`phone.number-at-onboarding`, `mail.address-at-onboarding`) with
// the clauses that the contract has shown there, word by word.
func Onboard(con *contract.Contract, lang string, o Onboarding, from Sender, now time.Time) Text {
	w := writer{con: con, lang: lang, now: now}
	desk := con.Desk().In(lang)
	name := personName(o.Person)
	if o.Person.Name == "" {
		name = contract.Text{JA: "ご担当者", EN: "Sir or Madam"}.In(lang)
	}
	w.say(contract.SayAckOpening, "company", o.Company, "name", name)
	lead := contract.Text{
		JA: "サポートのご利用開始にあたり、窓口の連絡先をご案内いたします。お手元に保管くださいますようお願いいたします。",
		EN: "As your service starts, this is how to reach " + desk + ". Please keep it at hand.",
	}
	if o.Again {
		lead = contract.Text{
			JA: "サポート窓口の連絡先が変わりましたので、あらためてご案内いたします。お手数ですが、お手元の記録を更新くださいますようお願いいたします。",
			EN: "The ways to reach " + desk + " have changed. Please replace what you noted before.",
		}
	}
	w.paragraph(lead.In(lang))
	w.say(contract.SayOnboarding, "phone", o.Phone, "mail", o.Mail)
	var lines []string
	var ids []contract.ClauseID
	for _, c := range con.Clauses() {
		if c.Binding.ShownAt(placeOnboarding) && !slices.Contains(con.SayClauses(contract.SayOnboarding), c.ID) && !ofAnother(con, c.ID) {
			text := contract.Text{JA: c.JA, EN: c.EN}.In(lang)
			lines = append(lines, "- "+strings.ReplaceAll(text, "\n", " "))
			ids = append(ids, c.ID)
		}
	}
	if len(lines) > 0 {
		w.paragraph(strings.Join(append([]string{fromTheTerms.In(lang), ""}, lines...), "\n"))
		for _, id := range ids {
			w.cite(string(id))
			w.rest(string(id))
		}
	}
	if o.Closures != "" {
		w.paragraph(contract.Text{
			JA: "サポートを行わない日は、次のページでご確認いただけます。\n" + o.Closures,
			EN: "The days without support are published here:\n" + o.Closures,
		}.In(lang))
	}
	w.close(from)
	subject := contract.Text{JA: "【" + desk + "】サポート窓口のご案内", EN: "How to reach " + desk}
	if o.Again {
		subject = contract.Text{JA: "【" + desk + "】サポート窓口の連絡先変更のご案内", EN: "New ways to reach " + desk}
	}
	return w.mail(subject.In(lang))
}

// ofAnother reports whether a clause is about another region than that of the
// customer's contract.
func ofAnother(con *contract.Contract, id contract.ClauseID) bool {
	other := false
	for _, r := range con.Regions() {
		if slices.Contains(r.Clauses, id) {
			if r.ID == con.HomeRegion() {
				return false
			}
			other = true
		}
	}
	return other
}
