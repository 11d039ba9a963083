package engine

import (
	"context"
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"madoguchi/terms/fault"
)

// Fault classifies an error of the database. A nil error, an error that is
// classified already and a cancelled context pass unchanged.
func Fault(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if _, done := errors.AsType[*fault.Error](err); done {
		return err
	}
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return err
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fault.Wrap(fault.Conflict, err,
			"同じ内容が既に登録されているか、ほかの操作で変更されました。画面を更新してください。",
			"It exists already, or somebody else changed it meanwhile. Please reload the page.")
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fault.Wrap(fault.Conflict, err,
			"参照先が存在しないか、まだ使われています。画面を更新してください。",
			"What it refers to does not exist, or is still in use. Please reload the page.")
	}
	switch e.Code() & 0xff { // the primary code; the rest says where
	case sqlite3.SQLITE_FULL:
		return fault.Wrap(fault.Unavailable, err,
			"保存先の空き容量がないため、記録できません。容量を確保すると自動的に再開します。",
			"There is no space left to record this. Recording resumes by itself once there is space again.")
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
	}
	return err
}

// lost is what every act of a batch is told when its transaction is gone. Only
// the storage's own trouble is passed on: err may hold what another act said.
func lost(err error) error {
	if storage := Fault(err); fault.Is(storage, fault.Unavailable) {
		return storage
	}
	return fault.Wrap(fault.Unavailable, err,
		"記録できませんでした。何も変更されていません。時間をおいて再度お試しください。",
		"It could not be recorded, and nothing was changed. Please try again in a moment.")
}
