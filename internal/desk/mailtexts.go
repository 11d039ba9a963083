package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"madoguchi/internal/desk/notify"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// The mails that the desk sends by itself, as far as they differ in their
// sentences.
const (
	AutoAckOpen         = "ack.open"         // to a customer who wrote in business hours
	AutoAckClosed       = "ack.closed"       // to one who wrote out of hours
	AutoAckUrgent       = "ack.urgent"       // to one who wrote out of hours that it is most urgent
	AutoAckUnidentified = "ack.unidentified" // to somebody who is not registered
	AutoConfirmMail     = "confirm.mail"     // whether a mail is theirs
	AutoConfirmPriority = "confirm.priority" // whether they agree to a priority
	AutoJudged          = "priority.judged"  // that a claim is not followed
	AutoChanged         = "priority.changed" // that the priority goes down after an investigation
)

// AutomaticMails are the mails that the desk sends by itself under the
// contract in force, with sample data.
type AutomaticMails struct {
	Contract *contract.Contract
	Site     Site
	Draft    string // id of the draft of the next version that is being written; empty: none
	Mails    []AutomaticMail
}

// Clause returns a clause that one of them rests on.
func (a AutomaticMails) Clause(id string) (contract.Clause, bool) {
	return a.Contract.Clause(contract.ClauseID(id))
}

// AutomaticMail is one of them in both languages, as it would leave.
type AutomaticMail struct {
	Kind     string
	Received time.Time // of the sample's contact
	JA, EN   notify.Text
}

// In returns the mail in a language.
func (m AutomaticMail) In(lang string) notify.Text {
	if lang == "en" {
		return m.EN
	}
	return m.JA
}

// AutomaticMails returns what the desk says by itself. Supervisors may. A mail
// whose occasion the contract does not know (no time is out of its hours, no
// priority needs an agreement) is left out.
func (d *Desk) AutomaticMails(ctx context.Context, who Viewer) (AutomaticMails, error) {
	if err := who.May(SeeSentMail); err != nil {
		return AutomaticMails{}, err
	}
	con, err := d.contracts.InForce(d.defaultContract, d.now())
	if err != nil {
		return AutomaticMails{}, err
	}
	out := AutomaticMails{Contract: con, Site: d.Site()}
	drafts, err := d.store.ListContractDrafts(ctx, 100)
	if err != nil {
		return out, err
	}
	if i := slices.IndexFunc(drafts, func(r store.ContractDraft) bool {
		return r.Contract == con.ID() && (r.State == store.DraftOpen || r.State == store.DraftReturned)
	}); i >= 0 {
		out.Draft = drafts[i].ID
	}
	samples, err := d.autoSamples(con)
	if err != nil {
		return out, err
	}
	for _, s := range samples {
		m := AutomaticMail{Kind: s.kind, Received: s.in.At}
		if m.JA, err = d.autoText(con, s, "ja"); err != nil {
			return out, err
		}
		if m.EN, err = d.autoText(con, s, "en"); err != nil {
			return out, err
		}
		out.Mails = append(out.Mails, m)
	}
	return out, nil
}

// autoSample is a contact that makes the desk send a mail.
type autoSample struct {
	kind string
	in   contract.Contact
	ask  contract.Criterion // of the priority to be agreed on, or judged
}

// autoSamples are contacts at the next business hours from now on, and in the
// evening of that day.
func (d *Desk) autoSamples(con *contract.Contract) ([]autoSample, error) {
	cal := con.Hours(con.HomeRegion())
	open, err := cal.NextOpen(d.now().Truncate(time.Minute))
	if err != nil {
		return nil, err
	}
	in := contract.Contact{Channel: channelMail, Region: con.HomeRegion(), Known: true, At: open}
	out := []autoSample{{kind: AutoAckOpen, in: in}}
	claim, lower := claimAndLower(con)
	if shut, err := cal.NextClose(open); err == nil {
		night := in
		if night.At = shut.Add(90 * time.Minute); !cal.IsOpen(night.At) {
			out = append(out, autoSample{kind: AutoAckClosed, in: night})
			if claim.Clause != "" {
				urgent := night
				urgent.Claim, urgent.ClaimCriterion = claim.Priority, claim.Clause
				out = append(out, autoSample{kind: AutoAckUrgent, in: urgent})
			}
		}
	}
	unknown := in
	unknown.Known = false
	out = append(out, autoSample{kind: AutoAckUnidentified, in: unknown}, autoSample{kind: AutoConfirmMail, in: in})
	for _, k := range con.Criteria() {
		if k.NeedsAgreement {
			out = append(out, autoSample{kind: AutoConfirmPriority, in: in, ask: k})
			break
		}
	}
	if claim.Clause != "" && lower.Clause != "" {
		judged := in
		judged.Claim, judged.ClaimCriterion, judged.Judgement = claim.Priority, claim.Clause, lower.Priority
		out = append(out, autoSample{kind: AutoJudged, in: judged, ask: lower}, autoSample{kind: AutoChanged, in: judged, ask: lower})
	}
	return out, nil
}

// claimAndLower are a claim of the most urgent priority that runs at once, and
// a criterion by which the desk judges lower; zero where the contract has none.
func claimAndLower(con *contract.Contract) (claim, lower contract.Criterion) {
	for _, k := range con.Criteria() {
		top := k.Priority == con.Highest().ID
		switch {
		case top && k.ProvisionalOnClaim && claim.Clause == "":
			claim = k
		case !top && !k.NeedsAgreement && lower.Clause == "":
			lower = k
		}
	}
	return claim, lower
}

var (
	sampleCompany = contract.Text{JA: "青葉商事株式会社", EN: "Aoba Trading Co., Ltd."}
	samplePerson  = contract.Text{JA: "田中 一郎", EN: "Ichiro Tanaka"}
	sampleSubject = contract.Text{JA: "ログインできません", EN: "We cannot sign in"}
	sampleReason  = contract.Text{JA: "社内ネットワークからのサインインで回避できるため", EN: "signing in from the office network works around it"}
	sampleLink    = contract.Text{JA: "（ここに、宛先の方だけに届く確認用リンクが入ります）", EN: "(the link that only the receiver gets stands here)"}
)

const sampleNumber = 10482

// autoText writes a sample's mail by the functions that write the real ones.
func (d *Desk) autoText(con *contract.Contract, s autoSample, lang string) (notify.Text, error) {
	c, err := clock.Foresee(con, s.in)
	if err != nil {
		return notify.Text{}, err
	}
	c.Subject, c.Language, c.Number = sampleSubject.In(lang), lang, sampleNumber
	c.OrgName, c.Person = sampleCompany.In(lang), cases.Address{Name: samplePerson.In(lang), Addr: "tanaka@aoba.example"}
	if !s.in.Known {
		c.Organization, c.OrgName, c.First = "", "", nil
	}
	switch s.kind {
	case AutoJudged, AutoChanged:
		l := notify.Lowered{
			Person: c.Person, From: s.in.Claim, To: s.ask.Priority, Criterion: s.ask.Clause, Reason: sampleReason.In(lang), Reassessed: s.kind == AutoChanged,
		}
		if l.Reassessed {
			c.First = nil // the initial response has been given
		}
		return notify.TellLowered(con, c, d.number(c), l, d.Site().sender(), s.in.At), nil
	case AutoConfirmMail, AutoConfirmPriority:
	default:
		return notify.Acknowledge(con, c, d.number(c), con.Decide(s.in), d.Site().sender(), s.in.At), nil
	}
	ask := notify.Asked{Person: c.Person, Expires: s.in.At.Add(confirmationLife), Link: sampleLink.In(lang)}
	if s.kind == AutoConfirmMail {
		ask.Mail = s.in.At
	} else {
		ask.Priority, ask.Clause = string(s.ask.Priority), string(s.ask.Clause)
	}
	return notify.Confirm(con, c, d.number(c), ask, d.Site().sender(), s.in.At), nil
}

// testHead begins the subject of a mail that is sent for a look at it.
var testHead = fault.Text{JA: "【テスト】", EN: "[Test] "}

// TestAutomaticMail sends one of the automatic mails, with its sample data, to
// the person who asks and to nobody else, by the usual sender. Administrators
// may. said is the words of the server that took it; the error says what
// failed and how to mend it.
func (d *Desk) TestAutomaticMail(ctx context.Context, who Viewer, kind, lang string) (said string, err error) {
	if err := who.May(ManageMail); err != nil {
		return "", err
	}
	all, err := d.AutomaticMails(ctx, who)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(all.Mails, func(m AutomaticMail) bool { return m.Kind == kind })
	if i < 0 || lang != "ja" && lang != "en" {
		return "", fault.New(fault.NotFound, "そのようなメールはありません。", "There is no such mail.")
	}
	s, err := d.senderToTry()
	if err != nil {
		return "", err
	}
	password, err := d.SenderPassword(s)
	if err != nil {
		return "", err
	}
	text := all.Mails[i].In(lang)
	m := Outgoing{From: cases.Address{Name: s.Name(lang), Addr: s.Address}, Subject: testHead.In(lang) + text.Subject, Body: text.Body, Language: lang}
	if said, err = d.sendTest(ctx, who, s, password, m); err != nil {
		return "", err
	}
	return said, d.store.Write(ctx, func(tx *store.Tx) error {
		return tx.PutAudit(d.audit(who, "mailtext.tested", kind, all.Contract.Ref()+" "+lang+" → "+who.Email))
	})
}

// senderToTry is the usual sender, else the desk itself by the relay given at
// the start.
func (d *Desk) senderToTry() (store.Sender, error) {
	if s, ok := d.UsualSender(); ok {
		return s, nil
	}
	site := d.Site()
	if d.noRelay || site.Mail == "" {
		return store.Sender{}, fault.New(fault.Conflict, "送信の方法がないため、テスト送信できません。「送信者」で送信者を追加してください。", "There is no way to send the test. Please add a sender under Senders.")
	}
	return store.Sender{NameJA: site.Name.JA, NameEN: cmp.Or(site.Name.EN, site.Name.JA), Address: site.Mail, Way: WayFixed}, nil
}
