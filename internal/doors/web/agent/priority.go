package agent

import (
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// Priority shows the panel in which a view of the priority is recorded.
func (p *Pages) Priority(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	v, err := p.priorityView(r, who)
	if err != nil {
		return err
	}
	if ui.IsFragment(r) {
		return ui.Render(w, r, http.StatusOK, PriorityPanel(v, true))
	}
	return p.priorityPage(w, r, http.StatusOK, v)
}

func (p *Pages) priorityPage(w http.ResponseWriter, r *http.Request, status int, v PriorityView) error {
	return p.show(w, r, status, ui.T(r.Context(), "pri.title"), "queue", func(page ui.Page) templ.Component {
		return PriorityPage(page, v)
	})
}

// PriorityPreview follows the answers: what the criteria suggest, and what
// the change would do to the clock before it is made.
func (p *Pages) PriorityPreview(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	v, err := p.priorityView(r, who)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, PriorityChoice(v))
}

// SetPriority records the view.
func (p *Pages) SetPriority(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	cmd := priorityCommand(r)
	var err error
	switch sideOfForm(r) {
	case "customer":
		_, err = p.desk.RecordClaim(r.Context(), who, cmd)
	case "both":
		_, err = p.desk.Agree(r.Context(), who, cmd)
	case "objection":
		_, err = p.desk.Object(r.Context(), who, cmd.Case, cmd.Person, cmd.Reason)
	default:
		_, err = p.desk.Judge(r.Context(), who, cmd)
	}
	if err == nil {
		return p.acted(w, r, who, "pri.done", "priority")
	}
	if problems, ok := ui.FormErrors(r.Context(), err); ok && !ui.IsFragment(r) {
		v, verr := p.priorityView(r, who)
		if verr != nil {
			return verr
		}
		v.Errors = problems
		return p.priorityPage(w, r, refused, v)
	}
	return err
}

// sideOfForm is whose view the form records.
func sideOfForm(r *http.Request) string {
	switch side := r.PostFormValue("side"); side {
	case "customer", "both", "objection":
		return side
	}
	return "desk"
}

func priorityCommand(r *http.Request) desk.PriorityCommand {
	cmd := desk.PriorityCommand{
		Case: caseID(r), Seen: number(r, "version"), Side: clock.Judgement, Priority: contract.PriorityID(r.PostFormValue("priority")),
		Criterion: contract.ClauseID(r.PostFormValue("criterion")), Reason: r.PostFormValue("reason"), Person: r.PostFormValue("person"),
		How: r.PostFormValue("how"), Where: r.PostFormValue("where"),
	}
	switch sideOfForm(r) {
	case "customer":
		cmd.Side = clock.Claim
	case "both":
		cmd.Side = clock.Agreement
	}
	return cmd
}

func (p *Pages) priorityView(r *http.Request, who desk.Viewer) (PriorityView, error) {
	cv, err := p.desk.View(r.Context(), who, caseID(r))
	if err != nil {
		return PriorityView{}, err
	}
	ctx, con := r.Context(), cv.Contract
	cmd := priorityCommand(r)
	v := PriorityView{
		CaseID: string(cv.Case.ID), Number: cv.Number, Subject: cv.Case.Subject, Version: cv.Case.Version,
		Side: sideOfForm(r), Reason: cmd.Reason, Person: cmd.Person, How: cmd.How, Where: cmd.Where,
	}
	answers := map[contract.ClauseID]bool{}
	for _, id := range r.PostForm["yes"] {
		answers[contract.ClauseID(id)] = true
	}
	for _, k := range con.Criteria() {
		cl, _ := clauseOf(con, k.Clause)
		v.Questions = append(v.Questions, Question{Clause: cl, Text: ui.Either(ctx, k.Question.JA, k.Question.EN), Yes: answers[k.Clause]})
		v.Criteria = append(v.Criteria, Criterion{ID: string(k.Clause), Priority: string(k.Priority), Label: ui.Either(ctx, k.Label.JA, k.Label.EN)})
	}
	for _, pr := range con.Priorities() {
		v.Priorities = append(v.Priorities, ui.Option{Value: string(pr.ID), Label: ui.Either(ctx, pr.Label.JA, pr.Label.EN)})
	}
	for _, m := range cv.Case.Participants {
		v.People = append(v.People, Participant{Name: personName(m.Person), Addr: m.Person.Addr, Verified: m.Verified})
	}
	if v.Person == "" && len(v.People) > 0 {
		v.Person = v.People[0].Addr // as the list shows it
	}
	v.chooseMail(ctx, cv)
	suggest(con, answers, &v, &cmd, r.PostFormValue("suggested"))
	v.Preview = p.previewOf(r, who, cv, cmd)
	return v, nil
}

// chooseMail offers the mails on which an agreement of the person could rest.
func (v *PriorityView) chooseMail(ctx context.Context, cv desk.CaseView) {
	if v.Side != "both" || v.How != "mail" {
		return
	}
	v.Mails = mailsOf(ctx, cv, v.Person)
	i := slices.IndexFunc(v.Mails, func(m MailChoice) bool { return m.ID == v.Where })
	if i < 0 && len(v.Mails) > 0 {
		i = 0
	}
	if i >= 0 {
		v.Where, v.Unproven = v.Mails[i].ID, !v.Mails[i].Proven
	}
}

// suggest lets the answers choose, unless the person has chosen otherwise
// since the answers last changed.
func suggest(con *contract.Contract, answers map[contract.ClauseID]bool, v *PriorityView, cmd *desk.PriorityCommand, before string) {
	if len(answers) > 0 {
		id, because := con.Suggest(answers)
		v.Suggested = string(id)
		for _, b := range because {
			if cl, ok := clauseOf(con, b); ok {
				v.SuggestedBy = append(v.SuggestedBy, cl)
			}
		}
		if v.Suggested != before || cmd.Priority == "" {
			cmd.Priority, cmd.Criterion = id, ""
		}
		if cmd.Criterion == "" && cmd.Priority == id && len(because) > 0 {
			cmd.Criterion = because[0]
		}
	}
	if !slices.ContainsFunc(v.Criteria, func(c Criterion) bool {
		return c.ID == string(cmd.Criterion) && c.Priority == string(cmd.Priority)
	}) {
		cmd.Criterion = ""
	}
	if only := slices.IndexFunc(v.Criteria, func(c Criterion) bool { return c.Priority == string(cmd.Priority) }); only >= 0 && cmd.Criterion == "" {
		if !slices.ContainsFunc(v.Criteria[only+1:], func(c Criterion) bool { return c.Priority == string(cmd.Priority) }) {
			cmd.Criterion = contract.ClauseID(v.Criteria[only].ID) // there is nothing to choose from
		}
	}
	v.Priority, v.Criterion = string(cmd.Priority), string(cmd.Criterion)
}

func (p *Pages) previewOf(r *http.Request, who desk.Viewer, cv desk.CaseView, cmd desk.PriorityCommand) Preview {
	ctx := r.Context()
	if sideOfForm(r) == "objection" {
		f, err := p.desk.PreviewObjection(ctx, who, cmd.Case)
		if err != nil {
			return Preview{Problem: fault.Public(err).In(string(ui.Of(ctx).Lang))}
		}
		return Preview{Known: true, Clocks: clockChanges(ctx, f), Changes: f.Changes()}
	}
	if cmd.Priority == "" {
		return Preview{}
	}
	if cmd.Reason == "" {
		cmd.Reason = "-" // the reason may be written last; it moves no clock
	}
	e, err := p.desk.PreviewPriority(ctx, who, cmd)
	if err != nil {
		return Preview{Problem: fault.Public(err).In(string(ui.Of(ctx).Lang))}
	}
	c := cv.Case
	out := Preview{
		Known: true, Current: c.Priority, Planned: string(e.Priority), Provisional: e.Provisional, Declines: e.Declines, NeedsAgreement: e.Agreement,
		Clocks: clockChanges(ctx, e.Clocks), Changes: e.Clocks.Changes(),
	}
	if out.Tells = e.Tells; e.Tells {
		out.ToldName, out.ToldTo, out.Sentence, out.Lang = personName(e.To), e.To.Addr, e.Sentence, c.Language
		if e.To.Addr == "" {
			out.ToldName = ""
		}
	}
	return out
}
