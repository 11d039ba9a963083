package engine

import (
	"context"
	"errors"

	"madoguchi/terms/fault"
)

// Fault classifies an error of the database. A nil error, an error that is
// classified already and a cancelled context pass unchanged.
func Fault(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	if f := faultConnecting(err); f != nil { // also when its own time-out passed
		return f
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if _, done := errors.AsType[*fault.Error](err); done {
		return err
	}
	if f := faultSQLite(err); f != nil {
		return f
	}
	if f := faultPostgres(err); f != nil {
		return f
	}
	return err
}

func exists(err error) *fault.Error {
	return fault.Wrap(fault.Conflict, err,
		"同じ内容が既に登録されているか、ほかの操作で変更されました。画面を更新してください。",
		"It exists already, or somebody else changed it meanwhile. Please reload the page.")
}

func refers(err error) *fault.Error {
	return fault.Wrap(fault.Conflict, err,
		"参照先が存在しないか、まだ使われています。画面を更新してください。",
		"What it refers to does not exist, or is still in use. Please reload the page.")
}

func full(err error) *fault.Error {
	return fault.Wrap(fault.Unavailable, withFull(err),
		"保存先の空き容量がないため、記録できません。容量を確保すると自動的に再開します。",
		"There is no space left to record this. Recording resumes by itself once there is space again.")
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
