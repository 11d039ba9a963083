package ui

import "madoguchi/terms/fault"

var splitTexts = map[string]fault.Text{
	"split.open":          {JA: "別件を新しいケースに分割…", EN: "Split off another matter…"},
	"split.title":         {JA: "ケースを分割する", EN: "Split the case"},
	"split.lead":          {JA: "選んだメールが新しいケースになります。お客様にメールは送られません。参加者は両方のケースに残り、選んだメールへの返信は新しいケースに届きます。", EN: "The chosen mails become a new case. Nothing is sent to the customer. Everybody takes part in both cases, and answers to the chosen mails go to the new one."},
	"split.mails":         {JA: "新しいケースに移すメール", EN: "Mails that go into the new case"},
	"split.subject":       {JA: "新しいケースの件名", EN: "Subject of the new case"},
	"split.subject.hint":  {JA: "空欄にすると、最初のメールの件名になります。", EN: "Left empty, it is that of the first mail."},
	"split.reason":        {JA: "分割する理由", EN: "Why it is split"},
	"split.plan":          {JA: "分割するとどうなるか", EN: "What will happen"},
	"split.plan.none":     {JA: "メールを選ぶと、新しいケースの期限がここに表示されます。", EN: "Choose the mails, and the deadline of the new case is shown here."},
	"split.plan.clock":    {JA: "受付 %s から数えます（優先度「%s」）。", EN: "Counted from the reception %s (priority %s)."},
	"split.plan.unknown":  {JA: "お客様が未特定のため、期限はまだありません。", EN: "The customer is not known, so there is no deadline yet."},
	"split.do":            {JA: "分割する", EN: "Split"},
	"split.done":          {JA: "新しいケースに分割しました。", EN: "The new case is made."},
	"split.undo":          {JA: "分割を取り消す（統合して戻す）", EN: "Undo the split (merge it back)"},
	"split.undone":        {JA: "分割を取り消し、元のケースに統合しました。", EN: "The split is undone: it is merged back."},
	"split.undo.reason":   {JA: "分割の取り消し", EN: "The split is undone"},
	"split.moved":         {JA: "別のケースへ分割済み", EN: "Split off"},
	"timeline.split-off":  {JA: "%d 通を %s に分割", EN: "%d mails were split off into %s"},
	"timeline.split-from": {JA: "%s から分割して作成", EN: "Split from %s"},
}
