package ui

import "madoguchi/terms/fault"

var retentionTexts = map[string]fault.Text{
	"retention.title":           {JA: "個人情報の保存期間", EN: "How long personal data is kept"},
	"retention.lead":            {JA: "終了したケースの氏名・アドレス・本文・メールの原本は、保存期間を過ぎると自動で削除されます。いつ、どの条項に基づいて何を判断したかの記録と、その検証は残ります。", EN: "So long after a case was closed, its names, addresses, texts and original mails are erased by themselves. What was decided, when and under which clauses stays, with its proof."},
	"retention.usual":           {JA: "通常の期間", EN: "Usual period"},
	"retention.days":            {JA: "終了からの日数", EN: "Days after closing"},
	"retention.days.hint":       {JA: "30 日以上。0 の場合は自動で削除しません。短くした期間は、7 日後から働きます。", EN: "At least 30; 0: nothing is erased by itself. A shorter period begins to act 7 days later."},
	"retention.begins":          {JA: "自動の削除は %s 以降に始まります。削除を実行できる方全員に通知しています。それまでに下の一覧を確認し、残すお客様は保留にしてください。", EN: "Nothing is erased by itself before %s. Everybody who may erase has been told. Please look at the lists below until then, and hold the customers whose data is to stay."},
	"retention.may-not":         {JA: "変更できるのは、個人情報の削除を実行できる方です。", EN: "Whoever may erase personal data can change it."},
	"retention.runs":            {JA: "これまでの削除", EN: "What was erased"},
	"retention.runs.none":       {JA: "まだ自動で削除したものはありません。", EN: "Nothing was erased by itself yet."},
	"retention.cases.due":       {JA: "次の実行で削除されるケース", EN: "Cases of the next run"},
	"retention.cases.soon":      {JA: "その後 1 か月以内に削除されるケース", EN: "Cases of the month after it"},
	"retention.cases.none":      {JA: "ありません。", EN: "None."},
	"retention.closed":          {JA: "終了日", EN: "Closed"},
	"retention.customer":        {JA: "お客様", EN: "Customer"},
	"retention.exceptions":      {JA: "お客様ごとの例外と保留", EN: "Exceptions and holds"},
	"retention.exceptions.none": {JA: "例外はありません。", EN: "There is no exception."},
	"retention.except":          {JA: "例外を加える", EN: "Add an exception"},
	"retention.how":             {JA: "扱い", EN: "What holds"},
	"retention.hold":            {JA: "削除を保留する（訴訟・調査など）", EN: "Hold: nothing is erased, such as during a lawsuit"},
	"retention.other":           {JA: "別の保存期間にする", EN: "Another period"},
	"retention.held":            {JA: "保留中", EN: "on hold"},
	"retention.days-of":         {JA: "終了から %d 日", EN: "%d days after closing"},
	"retention.reason":          {JA: "理由", EN: "Reason"},
	"retention.end":             {JA: "終える", EN: "End"},
	"retention.end-of":          {JA: "%s の例外を終える", EN: "End the exception of %s"},

	"erasures.kind.retention": {JA: "保存期間を過ぎたケース", EN: "cases whose time was over"},

	"audit.act.retention.changed":  {JA: "保存期間を変更", EN: "retention period changed"},
	"audit.act.retention.excepted": {JA: "お客様の保存期間を変更", EN: "a customer’s retention period changed"},
	"audit.act.retention.held":     {JA: "お客様の個人情報の削除を保留", EN: "erasure held for a customer"},
	"audit.act.retention.released": {JA: "保存期間の例外・保留を終了", EN: "exception or hold ended"},
	"audit.act.retention.done":     {JA: "保存期間を過ぎた個人情報を削除", EN: "data erased after its time"},
}
