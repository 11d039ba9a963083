package agent

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
)

func caseID(r *http.Request) cases.ID { return cases.ID(r.PathValue("id")) }

// Case shows a case: alone for a page that has the queue already, else the
// workspace.
func (p *Pages) Case(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	c, err := p.caseView(r, who)
	if err != nil {
		return err
	}
	if err := p.desk.ReadNoticesOf(r.Context(), who, caseID(r)); err != nil {
		return err
	}
	if ui.IsFragment(r) {
		return ui.Render(w, r, http.StatusOK, CaseFragment(c))
	}
	q, err := p.queue(r, who, c.ID)
	if err != nil {
		return err
	}
	embeds(w)
	return p.show(w, r, http.StatusOK, c.Number+" "+c.Subject, "queue", func(page ui.Page) templ.Component {
		return Workspace(page, q, &c)
	})
}

// CaseNow is what another's act may have changed in an open case. Where the
// page showed a reply of the viewer's that waited and has come back since, its
// text is what they find in the composer.
func (p *Pages) CaseNow(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	v, err := p.desk.View(r.Context(), who, caseID(r))
	if err != nil {
		return err
	}
	c := p.viewOf(r, who, v)
	waits := c.Approval != nil || c.Waiting != nil
	if waits || c.Composer.Draft == nil || !cameBack(v.Events, r.FormValue("waits")) {
		return ui.Render(w, r, http.StatusOK, CaseLive(c))
	}
	w.Header().Set("HX-Trigger", `{"desk:returned":{}}`)
	return ui.Render(w, r, http.StatusOK, templ.Join(CaseLive(c), ReplyPartial(c.Composer), ui.ToastPartial(ui.Flash{Text: ui.T(r.Context(), "reply.came-back")})))
}

// cameBack reports whether a reply that waited is its writer's draft again.
func cameBack(past []cases.Event, message string) bool {
	return message != "" && slices.ContainsFunc(past, func(e cases.Event) bool {
		switch d := e.Data.(type) {
		case cases.ApprovalReturned:
			return d.Message == message
		case cases.ApprovalWithdrawn:
			return d.Message == message
		case cases.ScheduleEnded:
			return d.Message == message
		}
		return false
	})
}

func (p *Pages) caseView(r *http.Request, who desk.Viewer) (CaseView, error) {
	v, err := p.desk.View(r.Context(), who, caseID(r))
	if err != nil {
		return CaseView{}, err
	}
	return p.viewOf(r, who, v), nil
}

// acted answers an act on a case: the parts that changed and a word to the
// person for a page, or the case's page for a browser without scripts.
func (p *Pages) acted(w http.ResponseWriter, r *http.Request, who desk.Viewer, said, sent string) error {
	if !ui.IsFragment(r) {
		return p.done(w, r, said, "/cases/"+r.PathValue("id"))
	}
	c, err := p.caseView(r, who)
	if err != nil {
		return err
	}
	w.Header().Set("HX-Trigger", `{"desk:sent":{"kind":"`+sent+`"}}`)
	return ui.Render(w, r, http.StatusOK, templ.Join(CaseLive(c), ui.ToastPartial(ui.Flash{Text: ui.T(r.Context(), said)})))
}

// viewOf turns the desk's answer into what the screen draws.
func (p *Pages) viewOf(r *http.Request, who desk.Viewer, v desk.CaseView) CaseView {
	ctx, c := r.Context(), v.Case
	out := CaseView{
		ID: string(c.ID), Number: v.Number, Version: c.Version, Subject: c.Subject, Organization: c.OrgName, OrgID: c.Organization,
		Person: personName(c.Person), PersonAddr: c.Person.Addr, Language: c.Language, Priority: c.Priority, Provisional: c.Provisional,
		Agreed: c.Agreement != nil && c.Agreement.Priority == c.Priority, Channel: c.Channel, Reception: c.Reception,
		Status: string(c.Status), StatusReason: c.StatusReason, Assignee: c.Assignee.Name, AssigneeID: c.Assignee.ID,
		OutOf: c.OutOf, Frozen: c.Frozen, Contract: ui.Either(ctx, v.Contract.Name().JA, v.Contract.Name().EN),
	}
	if v.Organization != nil {
		out.Organization = v.Organization.Name(string(ui.Of(ctx).Lang))
	}
	out.Agents = peopleOf(ctx, v)
	if ui.Of(ctx).Demo {
		v.Links = p.desk.DemoLinks(c)
	}
	clock := clockOf(v.Clock)
	out.Demand = demandOf(ctx, v, clock)
	out.Timeline = timelineOf(ctx, v, who)
	out.Composer, out.Waiting = p.composerOf(ctx, v, who), p.waitingOf(ctx, v)
	out.Links, out.Children = p.linkRows(v)
	out.Together, out.Approval = togetherOf(out.ID, v.Together), approvalOf(ctx, v)
	for _, x := range v.Contract.Exclusions() {
		for _, cl := range x.Clauses {
			out.Composer.Refusals = append(out.Composer.Refusals, ui.Option{Value: string(cl), Label: ui.Either(ctx, x.Label.JA, x.Label.EN)})
		}
	}
	out.Splits, out.SplitFrom = splits(v, who), c.From != "" && c.Merged == nil
	out.Side = sideOf(ctx, v)
	out.Restores, out.Holds = c.CanRestore(), holds(v)
	out.Unreached = strings.Join(c.Unreached, ui.T(ctx, "list.sep"))
	if m := c.Merged; m != nil {
		out.Merged = &MergedNote{CaseID: out.ID, IntoID: string(m.Into), Into: p.desk.Number(m.Number), Undo: v.Undo}
	}
	return out
}

func (p *Pages) composerOf(ctx context.Context, v desk.CaseView, who desk.Viewer) Composer {
	c := v.Case
	out := Composer{
		CaseID: string(c.ID), Version: c.Version, Owes: c.Response == nil, Answers: answers(c), Known: c.Organization != "", Lang: c.Language, Frozen: c.Frozen != "" || c.Merged != nil,
		Statuses: []string{string(cases.Open), string(cases.Waiting), string(cases.OnHold), string(cases.Resolved), string(cases.Closed)},
		Next:     string(cases.Waiting), Text: p.desk.Opening(v, who),
	}
	for _, m := range c.Participants {
		out.To = append(out.To, Recipient{
			Name: personName(m.Person), Addr: m.Person.Addr, Verified: m.Verified,
			Chosen: m.Verified && (m.Person.Addr == c.Person.Addr || !verified(c, c.Person.Addr) || wasAsking(v, m.Person.Addr)),
		})
	}
	for _, s := range v.Inserts {
		out.Inserts = append(out.Inserts, Insert{ID: s.ID, Name: s.Name, Text: s.Text})
	}
	out.Barred = v.Together.Barred() || v.Approval != nil
	for _, m := range v.Macros {
		out.Macros = append(out.Macros, ui.Option{Value: m.ID, Label: m.Name(string(ui.Of(ctx).Lang))})
	}
	for _, m := range v.Mentionable {
		if m.Agent != who.ID {
			out.Mentions = append(out.Mentions, m.Name)
		}
	}
	out.withDraft(v.Drafts)
	out.Effect = p.effectOf(ctx, v, who, kindOf(string(out.Kind), out.Owes), out.Next)
	out.Later = p.laterOf(ctx, v, kindOf(string(out.Kind), out.Owes))
	return out
}

// holds reports whether any clock of the case's contract rests while another
// provider has to act, so that saying so makes a difference.
func holds(v desk.CaseView) bool {
	return slices.ContainsFunc(v.Case.Targets(), func(t *cases.Target) bool {
		return t.Verdict == cases.Undecided && slices.Contains(t.PausesFor, cases.WaitThirdParty)
	})
}

// answers reports whether a reply after the initial response stops a clock, so
// that "reception only" makes a difference.
func answers(c *cases.Case) bool {
	return c.Response != nil && slices.ContainsFunc(c.Targets(), func(t *cases.Target) bool {
		return t != c.First && t.Owed() && t.MetBy(cases.Replied{Kind: cases.FollowUp})
	})
}

// wasAsking reports whether a person asked in a case that was merged into this
// one: they wait for the answer as well.
func wasAsking(v desk.CaseView, addr string) bool {
	return slices.ContainsFunc(v.Absorbed, func(a desk.Absorbed) bool { return a.Case.Person.Addr == addr })
}

func verified(c *cases.Case, addr string) bool {
	return slices.ContainsFunc(c.Participants, func(p cases.Participant) bool { return p.Person.Addr == addr && p.Verified })
}

func personName(a cases.Address) string {
	if a.Name != "" {
		return a.Name
	}
	return a.Addr
}
