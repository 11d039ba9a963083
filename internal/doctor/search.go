package doctor

import (
	"context"
	"fmt"
	"time"

	"madoguchi/internal/records/search"
)

// searchIndex looks whether the index of the search keeps up with the history,
// which has come to a position: what is not in it is looked for once more
// after the time that the desk gives itself.
func searchIndex(ctx context.Context, p Patient, newest int64, tell func(Finding)) {
	at, err := search.Reached(ctx, search.Config{Dir: p.Dir, Database: p.Database})
	if err == nil && at < newest {
		select {
		case <-ctx.Done():
		case <-time.After(search.MaxLag):
		}
		at, err = search.Reached(ctx, search.Config{Dir: p.Dir, Database: p.Database})
	}
	switch {
	case err != nil:
		f := failed("search", err, "検索の索引を開けません。", "The search index cannot be opened.")
		f.Grade = Odd // a start of the desk makes it anew
		tell(f)
	case at < newest:
		tell(good("search", fmt.Sprintf("検索の索引が履歴より %d 件遅れています。", newest-at), fmt.Sprintf("The search index is %d events behind the history.", newest-at)).
			mend(Odd, "窓口が停止中なら、次の起動後に追いつきます。稼働中なら、記録（ログ）の the search index waits をご確認ください。madoguchi rebuild で作り直せます。",
				"When the desk is stopped, it catches up after the next start. When it runs, look into its log for “the search index waits”; madoguchi rebuild makes it anew."))
	default:
		tell(good("search", "検索の索引は最新です。", "The search index has everything."))
	}
}
