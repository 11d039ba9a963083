package store

import (
	"context"
	"time"

	"madoguchi/terms/fault"
)

// Role is what a person of the desk may do.
type Role string

// The roles; each may do what the one before may.
const (
	RoleAgent         Role = "agent"
	RoleSupervisor    Role = "supervisor"
	RoleAdministrator Role = "administrator"
)

// Agent is a person of the desk.
type Agent struct {
	ID           string // UUIDv7
	Name         string
	Email        string // kept in lower case; unique
	Role         Role
	PasswordHash string // opaque; empty: cannot sign in with a password
	Language     string // "ja" or "en"
	Theme        string
	Shortcuts    bool // single-key shortcuts are on
	Disabled     bool
	Created      time.Time
	Updated      time.Time
}

const agentColumns = `id, name, email, role, password_hash, language, theme, shortcuts, disabled, created_at, updated_at`

var putAgent = insert("agents", agentColumns) + ` ON CONFLICT (id) DO UPDATE SET
	name = excluded.name, email = excluded.email, role = excluded.role, password_hash = excluded.password_hash,
	language = excluded.language, theme = excluded.theme, shortcuts = excluded.shortcuts,
	disabled = excluded.disabled, updated_at = excluded.updated_at`

func noAgent() *fault.Error {
	return notFound("担当者が見つかりません。", "There is no such agent.")
}

// PutAgent adds a person or replaces what is known of them; Created counts
// only when they are added. A mail address that another person has is
// [fault.Conflict].
func (tx *Tx) PutAgent(a Agent) error {
	tx.changed = true
	err := tx.exec(putAgent, a.ID, a.Name, lower(a.Email), string(a.Role), a.PasswordHash, a.Language, a.Theme,
		a.Shortcuts, a.Disabled, micros(a.Created), micros(a.Updated))
	if fault.Is(err, fault.Conflict) {
		return fault.Wrap(fault.Conflict, err, "そのメールアドレスは既に登録されています。", "That mail address is registered already.").At("email")
	}
	return err
}

// Agent returns one person, or [fault.NotFound].
func (s *Store) Agent(ctx context.Context, id string) (Agent, error) {
	return agent(ctx, s.db.Readers(), `id = $1`, id)
}

// Agent returns one person as the act sees them, or [fault.NotFound].
func (tx *Tx) Agent(id string) (Agent, error) { return agent(background(), tx.q, `id = $1`, id) }

// AgentByEmail returns the person with a mail address (any letter case), or
// [fault.NotFound]; also a disabled one.
func (s *Store) AgentByEmail(ctx context.Context, email string) (Agent, error) {
	return agent(ctx, s.db.Readers(), `email = $1`, lower(email))
}

// AgentByEmail is [Store.AgentByEmail] as the act sees it.
func (tx *Tx) AgentByEmail(email string) (Agent, error) {
	return agent(background(), tx.q, `email = $1`, lower(email))
}

func agent(ctx context.Context, q querier, condition, arg string) (Agent, error) {
	return one(ctx, q, noAgent(), scanAgent, `SELECT `+agentColumns+` FROM agents WHERE `+condition, arg)
}

// ListAgents returns all people of the desk by name, disabled ones included.
func (s *Store) ListAgents(ctx context.Context) ([]Agent, error) {
	return all(ctx, s.db.Readers(), scanAgent, `SELECT `+agentColumns+` FROM agents ORDER BY name, id`)
}

// ListAgents returns all people of the desk as the act sees them.
func (tx *Tx) ListAgents() ([]Agent, error) {
	return all(background(), tx.q, scanAgent, `SELECT `+agentColumns+` FROM agents ORDER BY name, id`)
}

func scanAgent(row scanner) (Agent, error) {
	var a Agent
	var created, updated int64
	err := row.Scan(&a.ID, &a.Name, &a.Email, &a.Role, &a.PasswordHash, &a.Language, &a.Theme,
		&a.Shortcuts, &a.Disabled, &created, &updated)
	a.Created, a.Updated = instant(created), instant(updated)
	return a, err
}
