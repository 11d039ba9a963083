package agent

import (
	"net/http"
	"strings"

	"madoguchi/internal/desk"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// SetStatus moves the case to another state, or records what ends a clock
// without one: the restored service.
func (p *Pages) SetStatus(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	var err error
	said, reason := "case.status.changed", r.PostFormValue("reason")
	switch status := r.PostFormValue("status"); status {
	case "restored":
		said = "case.restored.done"
		_, err = p.desk.Restore(r.Context(), who, caseID(r), true, reason)
	case "on_hold", "on_hold.third-party":
		err = p.hold(r, who, status == "on_hold.third-party")
	default:
		var children []cases.ID
		for _, id := range r.PostForm["child"] {
			children = append(children, cases.ID(id))
		}
		if len(children) > 0 {
			err = p.desk.FinishWith(r.Context(), who, caseID(r), cases.Status(status), reason, children)
			break
		}
		_, err = p.desk.SetStatus(r.Context(), who, caseID(r), cases.Status(status), reason)
	}
	if err != nil {
		return err
	}
	return p.acted(w, r, who, said, "")
}

// Assign gives the case to a person of the desk or back to the queue.
func (p *Pages) Assign(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if _, err := p.desk.Assign(r.Context(), who, caseID(r), r.PostFormValue("agent")); err != nil {
		return err
	}
	return p.acted(w, r, who, "case.assigned", "")
}

// Confirm makes a participant one that may be written to.
func (p *Pages) Confirm(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if _, err := p.desk.ConfirmPerson(r.Context(), who, caseID(r), r.PostFormValue("person")); err != nil {
		return err
	}
	return p.acted(w, r, who, "composer.confirmed", "")
}

// hold puts the case on hold: until the day that the form names, if it does.
func (p *Pages) hold(r *http.Request, who desk.Viewer, thirdParty bool) error {
	h := desk.HoldCommand{Case: caseID(r), Reason: r.PostFormValue("reason")}
	if thirdParty {
		h.Wait = cases.WaitThirdParty
	}
	if text := strings.TrimSpace(r.PostFormValue("until")); text != "" {
		var err error
		if h.Until, err = worktime.ParseDate(text); err != nil {
			return fault.Wrap(fault.Invalid, err, "再開日は 2026-11-20 の形の日付で入力してください。", "The day on which the hold ends must be a date such as 2026-11-20.").At("until")
		}
	}
	_, err := p.desk.Hold(r.Context(), who, h)
	return err
}
