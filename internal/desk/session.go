package desk

import (
	"context"

	"madoguchi/internal/records/store"
)

// How a person signed in. A second factor is joined to the first with "+".
const (
	ByPassword = "password"
	ByPasskey  = "passkey"
	ByApp      = "app"      // a code of their authenticator app
	ByRecovery = "recovery" // a recovery code
)

// Sessions returns where a person is signed in: the viewer themselves, or for
// who manages people anybody.
func (d *Desk) Sessions(ctx context.Context, who Viewer, agent string) ([]store.Session, error) {
	if err := who.mayEndSessionsOf(agent); err != nil {
		return nil, err
	}
	return d.store.SessionsOf(ctx, agent, d.now())
}

func (v Viewer) mayEndSessionsOf(agent string) error {
	if v.ID == agent {
		return v.May(SignedIn)
	}
	return v.May(ManageAgents)
}

// EndSession signs a person out of one session, at their next request.
func (d *Desk) EndSession(ctx context.Context, who Viewer, agent, id string) error {
	if err := who.mayEndSessionsOf(agent); err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.EndSession(agent, id); err != nil {
			return err
		}
		return d.auditSessions(tx, who, agent)
	})
}

// EndSessions signs a person out of all sessions but one; an empty id keeps
// none.
func (d *Desk) EndSessions(ctx context.Context, who Viewer, agent, but string) error {
	if err := who.mayEndSessionsOf(agent); err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.EndSessions(agent, but); err != nil {
			return err
		}
		return d.auditSessions(tx, who, agent)
	})
}

func (d *Desk) auditSessions(tx *store.Tx, who Viewer, agent string) error {
	a, err := tx.Agent(agent)
	if err != nil {
		return err
	}
	return tx.PutAudit(d.audit(who, "session.ended", agent, a.Name))
}
