package engine

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"madoguchi/terms/fault"
)

// faultPostgres classifies an error of PostgreSQL or of the way to it; nil
// for another's. The codes are those of PostgreSQL's Appendix A.
func faultPostgres(err error) error {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		if lostConnection(err) {
			return away(err)
		}
		return nil
	}
	switch e.Code {
	case "23505": // unique_violation
		return exists(err)
	case "23503": // foreign_key_violation
		return refers(err)
	case "53100": // disk_full
		return fullServer(err)
	case "25006": // read_only_sql_transaction: a standby, or a primary that became one
		return fault.Wrap(fault.Unavailable, err,
			"データベースは現在書き込みを受け付けていません（切り替え中の可能性があります）。時間をおいて再度お試しください。",
			"The database takes no writes at the moment (it may be switching over). Please try again in a moment.")
	case "3D000", "3F000", "28000", "28P01", "42501": // no such database or schema, sign-in or rights refused
		return fault.Wrap(fault.Unavailable, err,
			"データベースを利用できません（"+e.Message+"）。接続先と権限を確認してください。",
			"The database cannot be used ("+e.Message+"). Check --database and the rights of its user.")
	case "25P03": // idle_in_transaction_session_timeout
		return away(err)
	}
	switch {
	case strings.HasPrefix(e.Code, "08"), strings.HasPrefix(e.Code, "57P"): // connection; shutdown, crash, starting up
		return away(err)
	case strings.HasPrefix(e.Code, "53"), strings.HasPrefix(e.Code, "40"), e.Code == "55P03", e.Code == "57014":
		return fault.Wrap(fault.Unavailable, err,
			"データベースが混み合っています。時間をおいて再度お試しください。",
			"The database is busy. Please try again in a moment.")
	case strings.HasPrefix(e.Code, "58"): // input or output failed on the server
		return fault.Wrap(fault.Unavailable, err,
			"データベースのディスクの読み書きに失敗しました。サーバーのディスクの状態を確認してください。",
			"Reading or writing the database's disk failed. Check the disk of its server.")
	}
	return nil
}

// faultConnecting classifies a connection that could not be made.
func faultConnecting(err error) error {
	if _, classified := errors.AsType[*fault.Error](err); classified {
		return nil
	}
	e, ok := errors.AsType[*pgconn.ConnectError](err)
	if !ok {
		return nil
	}
	if server, said := errors.AsType[*pgconn.PgError](err); said {
		if f := faultPostgres(server); f != nil {
			return f
		}
	}
	return away(e)
}

var awayText = fault.Text{
	JA: "データベースに接続できません。復旧すると自動的に再開します。",
	EN: "The database cannot be reached. Work resumes by itself once it can.",
}

func away(err error) error { return fault.Wrap(fault.Unavailable, err, awayText.JA, awayText.EN) }

// faultOpening is [Fault] for whoever opens the database: who has no
// connection yet resumes nothing, and may have given a wrong address.
func faultOpening(err error) error {
	err = Fault(err)
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Text == awayText {
		return fault.Wrap(fault.Unavailable, f.Unwrap(),
			"データベースに接続できません。PostgreSQL が稼働しているか、指定したホストとポート、ファイアウォールを確認してください。",
			"The database cannot be reached. See whether PostgreSQL runs, and check the host and port that were given, and the firewall.")
	}
	return err
}

// lastWords has a connection end with the error that the server says before it
// ends itself. pgx by itself waits for more after a PANIC, and then knows only
// that the connection is gone.
func lastWords(_ *pgconn.PgConn, e *pgconn.PgError) (goOn bool) {
	return e.SeverityUnlocalized != "FATAL" && e.SeverityUnlocalized != "PANIC"
}

// lostConnection reports whether an error is of the way to the server.
func lostConnection(err error) bool {
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return true
	}
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || pgconn.SafeToRetry(err)
}
