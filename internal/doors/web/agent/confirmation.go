package agent

import (
	"context"
	"net/http"
	"slices"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
)

// AskConfirmation sends a customer's person a link: whether a mail is theirs,
// or whether they agree to a priority.
func (p *Pages) AskConfirmation(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	cmd := desk.ConfirmationCommand{
		Case: caseID(r), Person: r.PostFormValue("person"), Message: r.PostFormValue("message"),
		Priority: contract.PriorityID(r.PostFormValue("priority")), Criterion: contract.ClauseID(r.PostFormValue("criterion")),
	}
	if cmd.Message == "" && r.PostFormValue("how") == "mail" { // from the panel of the priority
		cmd.Message = r.PostFormValue("where")
	}
	if _, err := p.desk.AskConfirmation(r.Context(), who, cmd); err != nil {
		return err
	}
	return p.acted(w, r, who, "auth.asked", "priority")
}

// ProposalView is a priority that waits for the customer's agreement, and what
// was done about it.
type ProposalView struct {
	Priority, Criterion string
	People              []Participant // who could agree
	Asked               []string      // who was asked, with what came of it
	Open                bool          // somebody can still answer
}

// proposalOf is nil when nothing waits.
func proposalOf(ctx context.Context, v desk.CaseView) *ProposalView {
	c := v.Case
	j, ok := desk.Proposal(v.Contract, c)
	if !ok || c.Frozen != "" {
		return nil
	}
	out := &ProposalView{Priority: j.Priority, Criterion: j.Criterion}
	for _, m := range c.Participants {
		if m.Verified && m.Contact != "" {
			out.People = append(out.People, Participant{Name: personName(m.Person), Addr: m.Person.Addr, Verified: true})
		}
	}
	for _, k := range c.Confirmations {
		if k.Priority != j.Priority || c.Void(k) {
			continue
		}
		name := personName(k.Person)
		switch {
		case k.Open(v.Now):
			out.Open = true
			out.Asked = append(out.Asked, ui.T(ctx, "side.proposal.open", name, ui.Moment(ctx, k.Expires)))
		case k.Answer == cases.Declined:
			out.Asked = append(out.Asked, ui.T(ctx, "side.proposal.declined", name, ui.Moment(ctx, k.Answered)))
		case k.Answer == cases.Unanswered:
			out.Asked = append(out.Asked, ui.T(ctx, "side.proposal.expired", name, ui.Moment(ctx, k.Expires)))
		}
	}
	return out
}

// MailChoice is a mail on which an agreement could rest.
type MailChoice struct {
	ID, Text string
	Proven   bool
}

// mailsOf lists what a person wrote, newest first.
func mailsOf(ctx context.Context, v desk.CaseView, addr string) []MailChoice {
	var out []MailChoice
	for _, e := range slices.Backward(v.Events) {
		m, ok := e.Data.(cases.MessageReceived)
		if !ok || m.Auto != "" || m.From.Addr != addr {
			continue
		}
		proven, key := v.Case.Trusts(m.Message), "auth.unproven"
		if proven {
			key = "auth.aligned"
		}
		out = append(out, MailChoice{ID: m.Message, Text: ui.Moment(ctx, m.Received) + " " + m.Subject + " – " + ui.T(ctx, key), Proven: proven})
	}
	return out
}

// confirmed draws what was asked of a customer by a link.
func confirmed(ctx context.Context, v desk.CaseView, e cases.Event, en *Entry) bool {
	switch d := e.Data.(type) {
	case cases.ConfirmationAsked:
		detail := ui.T(ctx, "timeline.asked.mail", ui.Moment(ctx, d.Expires))
		if d.Priority != "" {
			detail = ui.T(ctx, "timeline.asked.priority", ui.PriorityName(ctx, d.Priority), ui.Moment(ctx, d.Expires))
		}
		line(en, "mail", ui.T(ctx, "timeline.asked", personName(d.Person)), detail)
		en.Text = d.Text
		if ui.Of(ctx).Demo {
			en.Answer = v.Links[d.Confirmation]
		}
	case cases.ConfirmationGiven:
		line(en, "check", ui.T(ctx, "timeline.confirmed"), "")
	case cases.ConfirmationDeclined:
		line(en, "alert", ui.T(ctx, "timeline.denied"), "")
	default:
		return false
	}
	return true
}
