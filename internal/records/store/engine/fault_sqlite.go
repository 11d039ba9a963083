package engine

import (
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"madoguchi/terms/fault"
)

// faultSQLite classifies an error of SQLite; nil for another's.
func faultSQLite(err error) error {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return nil
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return exists(err)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return refers(err)
	}
	switch e.Code() & 0xff { // the primary code; the rest says where
	case sqlite3.SQLITE_FULL:
		return full(err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return fault.Wrap(fault.Unavailable, err,
			"データベースに書き込めません。保存先の権限を確認してください。",
			"The database cannot be written. Check the permissions of the data directory.")
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fault.Wrap(fault.Unavailable, err,
			"データベースが別の処理に使われています。時間をおいて再度お試しください。",
			"The database is in use by another program. Please try again in a moment.")
	case sqlite3.SQLITE_IOERR:
		return fault.Wrap(fault.Unavailable, err,
			"保存先の読み書きに失敗しました。ディスクの状態を確認してください。",
			"Reading or writing the disk failed. Check the disk of the data directory.")
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fault.Wrap(fault.Internal, err,
			"データベースが壊れています。バックアップまたは複製から復元してください（madoguchi restore）。",
			"The database is damaged. Restore a backup or the second copy (madoguchi restore).")
	}
	return nil
}
