package ui

import "madoguchi/terms/fault"

var scheduleTexts = map[string]fault.Text{
	"later.open":             {JA: "送信予約…", EN: "Send later…"},
	"later.title":            {JA: "送信予約", EN: "Send later"},
	"later.opening":          {JA: "次の営業開始", EN: "Next business opening"},
	"later.tomorrow":         {JA: "明日 9:00", EN: "Tomorrow 9:00"},
	"later.at":               {JA: "日時を指定", EN: "Date and time"},
	"later.date":             {JA: "送信する日", EN: "Date of sending"},
	"later.clock":            {JA: "送信する時刻", EN: "Time of sending"},
	"later.do":               {JA: "予約する", EN: "Schedule"},
	"later.shut":             {JA: "（営業時間外です）", EN: "(out of business hours)"},
	"later.calendar":         {JA: "営業日カレンダー", EN: "Business calendar"},
	"later.rule":             {JA: "目標の達成は、書いた時刻ではなく送信された時刻で決まります。それまでにお客様からメールが届くと、送信せずに下書きへ戻します。", EN: "The instant of sending decides the target, not that of writing. If the customer writes before, it is not sent and becomes a draft again."},
	"later.kept":             {JA: "送信を予約しました。", EN: "The reply is scheduled."},
	"later.moved":            {JA: "送信予約の時刻を変更しました。", EN: "The time of sending was changed."},
	"later.ended":            {JA: "送信予約を取り消し、下書きに戻しました。", EN: "The schedule was cancelled; the reply is a draft again."},
	"later.waits":            {JA: "送信予約中の返信", EN: "A reply that is scheduled"},
	"later.leaves":           {JA: "%s に送信", EN: "Leaves %s"},
	"later.cancel":           {JA: "取り消して下書きに戻す", EN: "Cancel, back to draft"},
	"later.move":             {JA: "時刻を変更", EN: "Change the time"},
	"later.move.do":          {JA: "変更する", EN: "Change"},
	"later.effect.met":       {JA: "%sの目標を達成（残り %s）", EN: "%s: target met (%s to spare)"},
	"later.effect.missed":    {JA: "%sは目標未達になります（%s 超過）", EN: "%s: target missed (%s over)"},
	"later.effect.none":      {JA: "止まる時計はありません。", EN: "No clock stops."},
	"later.effect.reception": {JA: "受付のみのため、時計は止まりません。", EN: "Reception only: no clock stops."},

	"timeline.scheduled":                  {JA: "返信の送信を %s に予約", EN: "A reply was scheduled for %s"},
	"timeline.rescheduled":                {JA: "送信予約を %s から %s に変更", EN: "The scheduled reply was moved from %s to %s"},
	"timeline.unscheduled":                {JA: "予約した返信は送信されませんでした", EN: "The scheduled reply was not sent"},
	"timeline.unscheduled.withdrawn":      {JA: "取り消して下書きに戻しました。", EN: "It was cancelled and is a draft again."},
	"timeline.unscheduled.customer-wrote": {JA: "お客様からメールが届いたため、下書きに戻しました。内容をご確認ください。", EN: "The customer wrote, so it is a draft again. Please read their mail."},
	"timeline.unscheduled.replied":        {JA: "別の返信が送信されたため、下書きに戻しました。", EN: "Another reply was sent, so it is a draft again."},
	"timeline.unscheduled.merged":         {JA: "ケースが統合されたため、下書きに戻しました。", EN: "The case was merged, so it is a draft again."},
	"timeline.unscheduled.refused":        {JA: "送信できない状態だったため、下書きに戻しました。", EN: "It could not be sent, so it is a draft again."},
}
