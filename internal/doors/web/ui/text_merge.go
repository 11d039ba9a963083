package ui

import "madoguchi/terms/fault"

var mergeTexts = map[string]fault.Text{
	"merge.open":         {JA: "別のケースと統合…", EN: "Merge with another case…"},
	"merge.title":        {JA: "ケースを統合する", EN: "Merge cases"},
	"merge.lead":         {JA: "同じ件について届いた二つのケースを、一つにまとめて対応します。お客様にメールは送られません。", EN: "Two cases about the same matter are handled as one. Nothing is sent to the customer."},
	"merge.other":        {JA: "もう一方のケース", EN: "The other case"},
	"merge.by-number":    {JA: "番号で指定する", EN: "Give its number"},
	"merge.number":       {JA: "ケース番号", EN: "Case number"},
	"merge.number.hint":  {JA: "一覧にないときに入力してください（例：CS-123）。", EN: "When it is not in the list, such as CS-123."},
	"merge.ends":         {JA: "どちらを終了しますか", EN: "Which of the two ends?"},
	"merge.ends.this":    {JA: "%s を終了し、もう一方で対応する", EN: "%s ends; work goes on in the other"},
	"merge.ends.other":   {JA: "もう一方を終了し、%s で対応する", EN: "The other ends; work goes on in %s"},
	"merge.plan.none":    {JA: "ケースを選ぶと、統合するとどうなるかをここに表示します。", EN: "Choose a case to see what the merge would do."},
	"merge.plan":         {JA: "%s を終了し、%s で対応を続けます", EN: "%s ends, and work goes on in %s"},
	"merge.plan.joined":  {JA: "%s 様が参加者に加わります。", EN: "%s becomes a participant."},
	"merge.plan.reopens": {JA: "%s は「対応中」に戻ります。", EN: "%s is open again."},
	"merge.plan.higher":  {JA: "%s の優先度のほうが高いため、統合後に優先度をご確認ください。", EN: "%s has the higher priority: please check the priority after the merge."},
	"merge.plan.mail":    {JA: "%s 宛てのメールは、今後 %s に届きます。", EN: "Mail to %s will arrive in %s."},
	"merge.reason":       {JA: "理由", EN: "Reason"},
	"merge.reason.hint":  {JA: "両方の経過に残ります。", EN: "It stays in both histories."},
	"merge.do":           {JA: "統合する", EN: "Merge"},
	"merge.done":         {JA: "ケースを統合しました。", EN: "The cases were merged."},
	"merge.undo":         {JA: "統合を取り消す", EN: "Undo the merge"},
	"merge.undone":       {JA: "統合を取り消しました。", EN: "The merge was undone."},
	"merge.note":         {JA: "このケースは統合されました。対応は次のケースで続いています：", EN: "This case was merged. Work goes on in"},

	"timeline.merged":                {JA: "%s に統合", EN: "Merged into %s"},
	"timeline.absorbed":              {JA: "%s を統合", EN: "%s was merged into this case"},
	"timeline.unmerged":              {JA: "統合を取り消し", EN: "The merge was undone"},
	"timeline.released":              {JA: "%s の統合を取り消し", EN: "The merge of %s was undone"},
	"timeline.superseded.unmerged":   {JA: "統合が取り消されたため、目標を元に戻します。", EN: "The merge was undone, so the target is as it was."},
	"timeline.linked":                {JA: "%s への返信ですが、別のケースにしました", EN: "An answer to %s, kept as a case of its own"},
	"timeline.linked.other-customer": {JA: "差出人が、そのケースとは別のお客様のご担当者のため", EN: "the sender belongs to another customer than that case"},
	"timeline.linked.frozen":         {JA: "そのケースは、この版では変更できないため", EN: "that case cannot be changed by this version"},
}
