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

// sameKey refuses to serve with another key than the nodes that were there
// before: what they sealed could not be opened, and links that they made
// would not be known.
func (a *App) sameKey(ctx context.Context, box *secret.Box, file string) error {
	if !a.Store.Shared() {
		return nil
	}
	mark, err := box.Seal(purposeMark, []byte("madoguchi"))
	if err != nil {
		return err
	}
	var wrong error
	err = a.Store.Write(ctx, func(tx *store.Tx) error {
		sealed, err := tx.Setting(sealedMark)
		if fault.Is(err, fault.NotFound) {
			return tx.PutMark(sealedMark, mark)
		}
		if err == nil {
			_, wrong = box.Open(purposeMark, sealed)
		}
		return err
	})
	if wrong != nil {
		return fault.Wrap(fault.Conflict, wrong,
			"鍵ファイル "+file+" が、このデータベースのほかのノードのものと異なります。ほかのノードの同じファイルを複製してください。",
			fmt.Sprintf("The key file %s is not the one of the other nodes on this database. Copy it from one of them.", file)).At("data")
	}
	return err
}
