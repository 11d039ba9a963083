package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"madoguchi/terms/fault"
)

// Occupied tells which PostgreSQL database cfg means (a name that no other
// database of any server has), and whether cfg.Schema is in it already. It
// changes nothing.
func Occupied(ctx context.Context, cfg Config) (id string, occupied bool, err error) {
	err = briefly(ctx, cfg, func(c *pgx.Conn) error {
		return c.QueryRow(ctx, `SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || oid::text,
			EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1) FROM pg_database WHERE datname = current_database()`, cfg.Schema).Scan(&id, &occupied)
	})
	return id, occupied, err
}

// Vacate drops cfg.Schema and others, with all that is in them. While another
// process works on the database it fails with [fault.Unavailable].
func Vacate(ctx context.Context, cfg Config, others ...string) error {
	return briefly(ctx, cfg, func(c *pgx.Conn) error {
		if err := alone(ctx, c); err != nil {
			return err
		}
		for _, schema := range append([]string{cfg.Schema}, others...) {
			if _, err := c.Exec(ctx, "DROP SCHEMA IF EXISTS "+pgx.Identifier{schema}.Sanitize()+" CASCADE"); err != nil {
				return fmt.Errorf("drop schema %s: %w", schema, err)
			}
		}
		return nil
	})
}

// alone waits a moment for connections that are being closed.
func alone(ctx context.Context, c *pgx.Conn) error {
	wait, stop := context.WithTimeout(ctx, dialPatience)
	defer stop()
	for ; ; rest(wait, 50*time.Millisecond) {
		var users int
		err := c.QueryRow(ctx, `SELECT COUNT(*) FROM pg_stat_activity
			WHERE datname = current_database() AND application_name = current_setting('application_name') AND pid <> pg_backend_pid()`).Scan(&users)
		if err != nil || users == 0 {
			return err
		}
		if wait.Err() != nil {
			return fault.New(fault.Unavailable, "データベースは別の処理に使われています。先に停止してください。",
				"The database is in use by another program. Stop it first.").At("database")
		}
	}
}

// briefly runs something on a connection of its own.
func briefly(ctx context.Context, cfg Config, run func(*pgx.Conn) error) (err error) {
	r, err := parseDatabase(cfg)
	if err != nil {
		return err
	}
	c, err := pgx.ConnectConfig(ctx, r.config)
	if err != nil {
		return Fault(err)
	}
	defer func() { err = errors.Join(err, c.Close(context.WithoutCancel(ctx))) }()
	return Fault(run(c))
}
