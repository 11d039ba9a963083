package engine

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"madoguchi/terms/fault"
)

const (
	// dialPatience is how long one host may take to answer a new connection.
	dialPatience = 3 * time.Second
	// sendPatience is after how long a connection whose peer acknowledges
	// nothing is given up.
	sendPatience = 10 * time.Second
	// readersAge makes readers look again where the primary is.
	readersAge = 5 * time.Minute
	// holdMost ends, on the server, a transaction whose process went silent
	// while it had the turn.
	holdMost = "30s"
	// leastVersion is PostgreSQL 15.
	leastVersion = 150000
)

// remote is what only PostgreSQL needs of an open database.
type remote struct {
	follower
	config *pgx.ConnConfig
	schema string
}

// openPostgres connects to PostgreSQL, with a pool for reading and one
// connection for writing. The writers of all processes take turns: a batch
// begins with the schema's advisory lock, so acts see the same quiet state as
// on SQLite, and positions and numbers are in the order of commits.
func (s *side) openPostgres(ctx context.Context, cfg Config) (err error) {
	if s.remote, err = parseDatabase(cfg); err != nil {
		return err
	}
	if err := s.remote.prepare(ctx, cfg.Migrations); err != nil {
		return err
	}
	s.pool = sql.OpenDB(piped{stdlib.GetConnector(*s.remote.config, stdlib.OptionAfterConnect(s.remote.writes))})
	s.pool.SetMaxOpenConns(1)
	s.begin = s.remote.begin
	s.readers = s.remote.openReaders(cfg.Readers)
	return Fault(s.readers.PingContext(ctx))
}

// parseDatabase reads a connection string and adds what the desk relies on.
func parseDatabase(cfg Config) (*remote, error) {
	config, err := pgx.ParseConfig(cfg.Database)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, errors.New("the connection string cannot be read"),
			"--database は postgres://user@host1:5432,host2:5432/db?target_session_attrs=read-write の形で指定してください。",
			"give --database as postgres://user@host1:5432,host2:5432/db?target_session_attrs=read-write").At("database")
	}
	config.RuntimeParams["search_path"] = pgx.Identifier{cfg.Schema}.Sanitize()
	config.RuntimeParams["timezone"] = "UTC"
	for name, value := range cfg.Settings {
		config.RuntimeParams[name] = value
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "madoguchi"
	}
	if config.ValidateConnect == nil { // of several hosts, the one that takes writes
		config.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	config.OnPgError = lastWords
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = dialPatience
	}
	dialer := &net.Dialer{
		Timeout: dialPatience, Control: giveUpSilent,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 2 * time.Second, Count: 3},
	}
	config.DialFunc = dialer.DialContext
	// The server lets go of what a process held whose machine is gone.
	for name, value := range map[string]string{"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "2", "tcp_keepalives_count": "3", "tcp_user_timeout": "10000"} {
		config.RuntimeParams[name] = value
	}
	return &remote{config: config, schema: cfg.Schema, follower: follower{news: make(chan struct{}, 1)}}, nil
}

// key is the number of an advisory lock of this schema.
func (r *remote) key(name string) int64 {
	sum := sha256.Sum256([]byte("madoguchi " + r.schema + " " + name))
	return int64(binary.BigEndian.Uint64(sum[:8]))
}

func (r *remote) writes(ctx context.Context, c *pgx.Conn) error {
	_, err := c.Exec(ctx, "SET idle_in_transaction_session_timeout = '"+holdMost+"'")
	return err
}

// begin opens a transaction and waits for the turn. READ COMMITTED, so that
// every statement sees what the turn before has committed.
func (r *remote) begin(ctx context.Context, c *sql.Conn) error {
	_, err := c.ExecContext(ctx, fmt.Sprintf("BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(%d)", r.key("writer")), pgx.QueryExecModeSimpleProtocol)
	return err
}

// openReaders opens the pool for reading. It is the primary that is read, so
// that a page shows what its viewer has just done.
func (r *remote) openReaders(n int) *sql.DB {
	db := sql.OpenDB(tolerant{stdlib.GetConnector(*r.config, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, "SET default_transaction_read_only = on")
		return err
	}))})
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	db.SetConnMaxLifetime(readersAge)
	return db
}

// prepare makes the schema and brings it up to date; of several processes
// that start at once, one does it and the others wait.
func (r *remote) prepare(ctx context.Context, files fs.FS) (err error) {
	conn, err := pgx.ConnectConfig(ctx, r.config)
	if err != nil {
		return faultOpening(err)
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	if err := errors.Join(r.suits(ctx, conn), r.askTime(ctx, conn)); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", r.key("schema")); err != nil {
		return Fault(err)
	}
	var there bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)", r.schema).Scan(&there); err != nil {
		return Fault(err)
	}
	if !there {
		if _, err := conn.Exec(ctx, "CREATE SCHEMA "+pgx.Identifier{r.schema}.Sanitize()); err != nil {
			return fmt.Errorf("make schema %s: %w", r.schema, Fault(err))
		}
	}
	db := stdlib.OpenDB(*r.config)
	defer func() { err = errors.Join(err, db.Close()) }()
	return migrate(ctx, goose.DialectPostgres, db, bytewise{files}, func() error {
		// The acts of nodes that serve wait for their turn meanwhile. Without it,
		// an act and a migration could each have what the other one waits for.
		_, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", r.key("writer"))
		return err
	})
}

// suits refuses a server that is too old, or a database of another encoding.
func (r *remote) suits(ctx context.Context, c *pgx.Conn) error {
	var version int
	var encoding string
	err := c.QueryRow(ctx, "SELECT current_setting('server_version_num')::int, current_setting('server_encoding')").Scan(&version, &encoding)
	switch {
	case err != nil:
		return Fault(err)
	case version < leastVersion:
		return fault.New(fault.Unavailable, "PostgreSQL 15 以降が必要です。",
			fmt.Sprintf("PostgreSQL 15 or newer is needed; the server's version is %d.", version/10000)).At("database")
	case encoding != "UTF8":
		return fault.New(fault.Unavailable, "データベースの文字コードは UTF8 である必要があります。",
			"The database's encoding must be UTF8, not "+encoding+": CREATE DATABASE madoguchi ENCODING 'UTF8' TEMPLATE template0.").At("database")
	}
	return nil
}

// readPostgres opens a pool for reading, and makes nothing.
func readPostgres(ctx context.Context, cfg Config) (*sql.DB, error) {
	r, err := parseDatabase(cfg)
	if err != nil {
		return nil, err
	}
	db := r.openReaders(max(cfg.Readers, 1))
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(faultOpening(err), db.Close())
	}
	if err := checkSchema(ctx, db, cfg); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// bytewise reads migrations so that PostgreSQL orders and compares texts by
// their bytes, as SQLite does, whatever the database's own collation.
type bytewise struct{ fs.FS }

var textColumn = regexp.MustCompile(`\bTEXT\b`)

// ReadFile implements [fs.ReadFileFS].
func (b bytewise) ReadFile(name string) ([]byte, error) {
	text, err := fs.ReadFile(b.FS, name)
	if err != nil {
		return nil, err
	}
	return textColumn.ReplaceAll(text, []byte(`TEXT COLLATE "C"`)), nil
}

// Open implements [fs.FS].
func (b bytewise) Open(name string) (fs.File, error) {
	f, err := b.FS.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		return f, err
	}
	text, err := b.ReadFile(name)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &rewritten{File: f, text: text}, nil
}

// rewritten is a file with another text.
type rewritten struct {
	fs.File
	text []byte
}

// Read implements [fs.File].
func (r *rewritten) Read(p []byte) (int, error) {
	if len(r.text) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.text)
	r.text = r.text[n:]
	return n, nil
}
