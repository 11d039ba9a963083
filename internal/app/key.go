package app

import (
	"context"
	"fmt"

	"madoguchi/internal/records/secret"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// sealedMark is a setting that only the right key opens.
const sealedMark, purposeMark = "sealed-mark", "mark"

// sameKey refuses to serve a shared database with another key than the nodes
// that were there before, or the desk that was copied into it: what they sealed
// could not be opened, and links that they made would not be known. A desk of
// its own goes on without its lost key, and keeps the mark of the new one.
func (a *App) sameKey(ctx context.Context, box *secret.Box, file string) error {
	mark, err := box.Seal(purposeMark, []byte("madoguchi"))
	if err != nil {
		return err
	}
	var wrong error
	err = a.Store.Write(ctx, func(tx *store.Tx) error {
		sealed, err := tx.Setting(sealedMark)
		if err == nil {
			_, wrong = box.Open(purposeMark, sealed)
		}
		if fault.Is(err, fault.NotFound) || wrong != nil && !a.Store.Shared() {
			wrong = nil
			return tx.PutMark(sealedMark, mark)
		}
		return err
	})
	if wrong != nil {
		return fault.Wrap(fault.Conflict, wrong,
			"鍵ファイル "+file+" が、このデータベースのものと異なります。ほかのノード、または移行元のデータ保存先にある同じファイルを複製してください。",
			fmt.Sprintf("The key file %s is not the one of this database. Copy it from another node, or from the data directory that the desk was copied from.", file)).At("data")
	}
	return err
}
