package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"madoguchi/terms/fault"
)

// RoleRow is a role that administrators made, or what they made of a built-in one.
type RoleRow struct {
	ID          Role
	NameJA      string
	NameEN      string
	Permissions []string
	Created     time.Time
	Updated     time.Time
}

const roleColumns = `id, name_ja, name_en, permissions, created_at, updated_at`

var putRole = insert("roles", roleColumns) + ` ON CONFLICT (id) DO UPDATE SET
	name_ja = excluded.name_ja, name_en = excluded.name_en, permissions = excluded.permissions, updated_at = excluded.updated_at`

func noRole() *fault.Error {
	return notFound("権限の役割が見つかりません。", "There is no such role.")
}

// PutRole adds a role or replaces it; Created counts only when it is added.
func (tx *Tx) PutRole(r RoleRow) error {
	list, err := json.Marshal(r.Permissions)
	if err != nil {
		return fmt.Errorf("encode the permissions of a role: %w", err)
	}
	return tx.exec(putRole, string(r.ID), r.NameJA, r.NameEN, string(list), micros(r.Created), micros(r.Updated))
}

// DropRole forgets a role. A person who still has it may do nothing.
func (tx *Tx) DropRole(id Role) error {
	return tx.exec(`DELETE FROM roles WHERE id = $1`, string(id))
}

// Role returns one role, or [fault.NotFound].
func (s *Store) Role(ctx context.Context, id Role) (RoleRow, error) {
	return roleOf(ctx, s.db.Readers(), id)
}

// Role returns one role as the act sees it, or [fault.NotFound].
func (tx *Tx) Role(id Role) (RoleRow, error) { return roleOf(background(), tx.q, id) }

func roleOf(ctx context.Context, q querier, id Role) (RoleRow, error) {
	return one(ctx, q, noRole(), scanRole, `SELECT `+roleColumns+` FROM roles WHERE id = $1`, string(id))
}

// ListRoles returns all roles that have a row, by name.
func (s *Store) ListRoles(ctx context.Context) ([]RoleRow, error) {
	return all(ctx, s.db.Readers(), scanRole, `SELECT `+roleColumns+` FROM roles ORDER BY name_ja, id`)
}

func scanRole(row scanner) (RoleRow, error) {
	var r RoleRow
	var list string
	var created, updated int64
	if err := row.Scan(&r.ID, &r.NameJA, &r.NameEN, &list, &created, &updated); err != nil {
		return r, err
	}
	r.Created, r.Updated = instant(created), instant(updated)
	if err := json.Unmarshal([]byte(list), &r.Permissions); err != nil {
		return r, fmt.Errorf("read the permissions of role %s: %w", r.ID, err)
	}
	return r, nil
}
