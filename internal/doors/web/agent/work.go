package agent

import (
	"net/http"

	"madoguchi/internal/desk"
	"madoguchi/terms/cases"
)

// SetStatus moves the case to another state.
func (p *Pages) SetStatus(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if _, err := p.desk.SetStatus(r.Context(), who, caseID(r), cases.Status(r.PostFormValue("status")), r.PostFormValue("reason")); err != nil {
		return err
	}
	return p.acted(w, r, who, "case.status.changed", "")
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
