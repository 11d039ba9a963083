package agent

import (
	"net/http"

	"madoguchi/internal/desk"
	"madoguchi/terms/cases"
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
	case "on_hold.third-party":
		_, err = p.desk.Hold(r.Context(), who, caseID(r), cases.WaitThirdParty, reason)
	default:
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
