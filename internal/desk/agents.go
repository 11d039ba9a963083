package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// NewAgent is a person of the desk to be added.
type NewAgent struct {
	Name     string
	Email    string
	Role     Role
	Language string // "ja" or "en"
	Password string
}

// AddAgent adds a person of the desk, with a role that may do no more than
// the viewer.
func (d *Desk) AddAgent(ctx context.Context, who Viewer, p NewAgent) (Viewer, error) {
	if err := who.May(ManageAgents); err != nil {
		return Viewer{}, err
	}
	roles, err := d.roles(ctx)
	if err != nil {
		return Viewer{}, err
	}
	if err := who.mayMake(roles, p.Role, p.Role); err != nil {
		return Viewer{}, err
	}
	return d.addAgent(ctx, who, p)
}

func (d *Desk) addAgent(ctx context.Context, who Viewer, p NewAgent) (Viewer, error) {
	email, err := checkEmail(p.Email)
	if err != nil {
		return Viewer{}, err
	}
	if err := checkPassword(p.Password, email); err != nil {
		return Viewer{}, err
	}
	a := store.Agent{
		ID: newID(), Name: strings.TrimSpace(p.Name), Email: email, Role: store.Role(p.Role),
		Language: cmp.Or(p.Language, "ja"), Shortcuts: true, Created: d.now(),
	}
	if err := checkAgent(a); err != nil {
		return Viewer{}, err
	}
	a.PasswordHash = d.hashing.hash(p.Password)
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutAgent(a); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "agent.added", a.ID, a.Name+" <"+a.Email+"> "+string(a.Role)))
	})
	if fault.Is(err, fault.Conflict) {
		return Viewer{}, fault.Wrap(fault.Conflict, err, "そのメールアドレスは既に登録されています。", "That mail address is registered already.").At("email")
	}
	if err != nil {
		return Viewer{}, err
	}
	return d.viewer(ctx, a)
}

func checkAgent(a store.Agent) error {
	if a.Name == "" || len(a.Name) > 200 {
		return fault.New(fault.Invalid, "お名前を入力してください。", "Please give a name.").At("name")
	}
	if a.Language != "ja" && a.Language != "en" {
		return fault.New(fault.Invalid, "言語を選んでください。", "Please choose a language.").At("language")
	}
	return nil
}

// Agents returns the people of the desk by name, the disabled ones last.
func (d *Desk) Agents(ctx context.Context) ([]store.Agent, error) {
	all, err := d.store.ListAgents(ctx)
	slices.SortStableFunc(all, func(a, b store.Agent) int {
		return cmp.Or(compareBool(a.Disabled, b.Disabled), strings.Compare(a.Name, b.Name))
	})
	return all, err
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// SetAgent changes another person's name, role or access; not of somebody who
// may do more than the viewer. The last
// administrator who can sign in can neither be disabled nor lowered.
func (d *Desk) SetAgent(ctx context.Context, who Viewer, id, name string, role Role, disabled bool) error {
	if err := who.May(ManageAgents); err != nil {
		return err
	}
	roles, err := d.roles(ctx)
	if err != nil {
		return err
	}
	return d.editAgent(ctx, who, id, "agent.changed", func(tx *store.Tx, a *store.Agent) error {
		if err := who.mayMake(roles, Role(a.Role), role); err != nil {
			return err
		}
		wasAdmin := Role(a.Role) == Administrator && !a.Disabled
		a.Name, a.Role, a.Disabled = strings.TrimSpace(name), store.Role(role), disabled
		if wasAdmin && (role != Administrator || disabled) {
			others, err := otherAdministrators(tx, id)
			if err != nil {
				return err
			}
			if !others {
				return fault.New(fault.Conflict, "パスワードでサインインできる最後の管理者の権限は変更できません。先に別の管理者を登録してください。",
					"The last administrator who can sign in by password cannot be changed. Add another administrator first.").At("role")
			}
		}
		if disabled {
			if err := tx.EndSessions(id, ""); err != nil {
				return err
			}
		}
		return checkAgent(*a)
	})
}

// ResetPassword gives another person a new password.
func (d *Desk) ResetPassword(ctx context.Context, who Viewer, id, password string) error {
	if err := who.May(ManageAgents); err != nil {
		return err
	}
	roles, err := d.roles(ctx)
	if err != nil {
		return err
	}
	return d.editAgent(ctx, who, id, "agent.password-reset", func(tx *store.Tx, a *store.Agent) error {
		if err := who.mayMake(roles, Role(a.Role), Role(a.Role)); err != nil {
			return err
		}
		if err := checkPassword(password, a.Email); err != nil {
			return err
		}
		a.PasswordHash = d.hashing.hash(password)
		return tx.EndSessions(id, "")
	})
}

// ChangePassword changes the viewer's own password against the old one, and
// ends all their sessions but the one given.
func (d *Desk) ChangePassword(ctx context.Context, who Viewer, old, password, session string) error {
	a, err := d.store.Agent(ctx, who.ID)
	if err != nil {
		return err
	}
	if !d.hashing.verify(a.PasswordHash, old) {
		return fault.New(fault.Invalid, "現在のパスワードが正しくありません。", "The current password is not right.").At("old")
	}
	if err := checkPassword(password, a.Email); err != nil {
		return err
	}
	hash := d.hashing.hash(password)
	return d.editAgent(ctx, who, who.ID, "agent.password-changed", func(tx *store.Tx, a *store.Agent) error {
		a.PasswordHash = hash
		return tx.EndSessions(who.ID, session)
	})
}

// Preferences are a person's own choices.
type Preferences struct {
	Language  string // "ja" or "en"
	Theme     string // "light", "dark" or "" for the system's
	Shortcuts bool   // keys of one letter (WCAG 2.1.4: can be switched off)
}

// SetPreferences changes the viewer's own choices.
func (d *Desk) SetPreferences(ctx context.Context, who Viewer, p Preferences) error {
	if p.Theme != "" && p.Theme != "light" && p.Theme != "dark" {
		return fault.New(fault.Invalid, "表示テーマを選んでください。", "Please choose a theme.").At("theme")
	}
	return d.editAgent(ctx, who, who.ID, "agent.preferences", func(_ *store.Tx, a *store.Agent) error {
		a.Language, a.Theme, a.Shortcuts = p.Language, p.Theme, p.Shortcuts
		return checkAgent(*a)
	})
}

// Preferences returns the viewer's own choices.
func (d *Desk) Preferences(ctx context.Context, who Viewer) (Preferences, error) {
	a, err := d.store.Agent(ctx, who.ID)
	return Preferences{Language: a.Language, Theme: a.Theme, Shortcuts: a.Shortcuts}, err
}

func (d *Desk) editAgent(ctx context.Context, who Viewer, id, act string, edit func(*store.Tx, *store.Agent) error) error {
	return d.store.Write(ctx, func(tx *store.Tx) error {
		a, err := tx.Agent(id)
		if err != nil {
			return err
		}
		was := a.Disabled
		if err := edit(tx, &a); err != nil {
			return err
		}
		if err := tx.PutAgent(a); err != nil {
			return err
		}
		switch { // who may come in at all is an act of its own
		case a.Disabled && !was:
			act = "agent.disabled"
		case was && !a.Disabled:
			act = "agent.enabled"
		}
		return tx.PutAudit(d.audit(who, act, id, a.Name+" "+string(a.Role)))
	})
}
