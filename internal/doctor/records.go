package doctor

import (
	"context"
	"fmt"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// mayLead is how far the newest event may lie ahead of the machine's clock
// before somebody should look at it.
const mayLead = 5 * time.Second

// database opens the records, beside a running desk, and looks through them.
func database(ctx context.Context, p Patient, tell func(Finding)) {
	r, err := store.OpenReading(ctx, store.Config{Dir: p.Dir, Database: p.Database})
	if err != nil {
		f := failed("database", err, "データベースを開けません。", "The database cannot be opened.")
		if fault.Is(err, fault.NotFound) {
			f.Grade = Odd // a desk that was never started
		}
		tell(f)
		return
	}
	defer r.Close() //nolint:errcheck // nothing was written
	if err := r.Check(ctx); err != nil {
		tell(good("database", "データベースに異常があります："+fault.Public(err).JA, "The database has a fault: "+err.Error()).
			mend(Bad, "バックアップまたは複製から復元してください（madoguchi restore）。", "Restore a backup or the second copy (madoguchi restore)."))
		return
	}
	latest, err := r.Latest(ctx)
	if err != nil {
		tell(failed("database", err, "履歴を読み取れません。", "The history cannot be read."))
		return
	}
	tell(good("database", fmt.Sprintf("データベースは正常です（履歴 %d 件）。", latest.Events), fmt.Sprintf("The database is sound (%d events).", latest.Events)))
	if lead := latest.At.Sub(p.Now()); lead > mayLead {
		lead = lead.Round(time.Second)
		tell(good("clock", fmt.Sprintf("最新の履歴は、このマシンの時計より %v 先の時刻です。", lead), fmt.Sprintf("The newest event lies %v ahead of this machine's clock.", lead)).
			mend(Bad, "時計が戻っているおそれがあります。期限の判定が誤るため、時刻を合わせてください。", "The clock may have gone back, and deadlines would be judged wrongly. Set it right."))
	}
	searchIndex(ctx, p, latest.Events, tell)
	if !p.Thorough {
		return
	}
	if err := r.VerifyHistory(ctx); err != nil {
		tell(failed("database", err, "履歴の検証に失敗しました。", "The history does not verify."))
		return
	}
	tell(good("database", "履歴のハッシュはすべて一致しました。", "All hashes of the history agree."))
}

// clocks looks at the machine's time and at the zone data.
func clocks(_ context.Context, _ Patient, tell func(Finding)) {
	switch synced, known := synchronized(); {
	case known && synced:
		tell(good("clock", "時計は時刻サーバーと同期しています。", "The clock is synchronized."))
	case known:
		tell(good("clock", "時計が時刻サーバーと同期していません。", "The clock is not synchronized.").
			mend(Odd, "chrony や systemd-timesyncd を有効にしてください。期限は秒単位で判定されます。", "Enable chrony or systemd-timesyncd: deadlines are judged to the second."))
	}
	v := worktime.ZoneDataVersion()
	tell(good("clock", "タイムゾーンのデータは "+v+" 版です（プログラムに同梱）。", "The zone data is "+v+", inside the program."))
}
