package agent

import (
	"context"
	"net/http"
	"strconv"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
)

// Reply releases a reply to the customer, at once or at the instant chosen.
func (p *Pages) Reply(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	cmd := desk.ReplyCommand{
		Case: caseID(r), Seen: number(r, "seen"), Kind: cases.ReplyKind(r.PostFormValue("kind")), To: r.PostForm["to"],
		Text: r.PostFormValue("text"), Files: r.PostForm["file"], Next: cases.Status(r.PostFormValue("next")),
		Refusal: contract.ClauseID(r.PostFormValue("refusal")), Reason: r.PostFormValue("reason"), Templates: r.PostForm["template"],
	}
	at, err := p.releaseOf(r, who)
	if err != nil {
		return err
	}
	if !at.IsZero() {
		return p.orMeanwhile(w, r, who, cmd, p.schedule(w, r, who, cmd, at))
	}
	after, err := p.desk.Reply(r.Context(), who, cmd)
	if err != nil {
		return p.orMeanwhile(w, r, who, cmd, err)
	}
	if after.Pending != nil {
		return p.acted(w, r, who, "approval.sent", "reply")
	}
	return p.acted(w, r, who, "composer.sent", "reply")
}

// Note adds an internal note.
func (p *Pages) Note(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if _, err := p.desk.Note(r.Context(), who, caseID(r), r.PostFormValue("text")); err != nil {
		return err
	}
	return p.acted(w, r, who, "composer.noted", "note")
}

// ReplyEffect is the sentence that says what sending would do.
func (p *Pages) ReplyEffect(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	v, err := p.desk.View(r.Context(), who, caseID(r))
	if err != nil {
		return err
	}
	e := p.effectOf(r.Context(), v, who, kindOf(r.FormValue("kind"), v.Case.Response == nil), r.FormValue("next"))
	return ui.Render(w, r, http.StatusOK, EffectLine(string(v.Case.ID), e))
}

// kindOf is the kind of reply chosen, as far as it is possible now: before
// the initial response a reply is one, unless a person says "reception only".
func kindOf(chosen string, owes bool) cases.ReplyKind {
	switch {
	case cases.ReplyKind(chosen) == cases.ReceptionOnly:
		return cases.ReceptionOnly
	case !owes:
		return cases.FollowUp
	}
	return cases.InitialResponse
}

func (p *Pages) effectOf(ctx context.Context, v desk.CaseView, who desk.Viewer, kind cases.ReplyKind, next string) Effect {
	e := Effect{Kind: "follow", Next: next}
	if rule, asks := v.ApprovalRule(kind); asks {
		e.Kind, e.Label = "approval", rule.Name
		return e
	}
	if v.Case.First == nil {
		return e
	}
	pre := p.desk.PreviewReply(v.Case, v.Contract, kind)
	e.Also = alsoOf(ctx, p.desk.ReplyForecast(v, who, kind, cases.Status(next)), pre)
	if kind == cases.ReceptionOnly && !pre.Stops {
		e.Kind, e.Deadline = "reception", v.Case.First.Deadline
		if would := p.desk.PreviewReply(v.Case, v.Contract, cases.FollowUp); v.Case.Response != nil && would.Stops {
			e.Label, e.Deadline = ui.Either(ctx, would.Label.JA, would.Label.EN), v.Case.Target(would.Metric).Deadline
		}
		return e
	}
	if !pre.Stops {
		return e
	}
	e.Kind, e.Taken, e.Over, e.Left = "met", pre.Used, -pre.Left, pre.Left
	if pre.Metric != cases.FirstResponse {
		e.Label = ui.Either(ctx, pre.Label.JA, pre.Label.EN)
	}
	if pre.Verdict == cases.Missed {
		e.Kind = "late"
	}
	return e
}

func number(r *http.Request, field string) int {
	n, err := strconv.Atoi(r.PostFormValue(field))
	if err != nil {
		return 0 // nothing seen: the desk then checks the whole history
	}
	return n
}
