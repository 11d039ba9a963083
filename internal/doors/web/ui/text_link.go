package ui

import "madoguchi/terms/fault"

var linkTexts = map[string]fault.Text{
	"link.open":              {JA: "関連するケースを追加…", EN: "Link to another case…"},
	"link.title":             {JA: "ケースを関連付ける", EN: "Link cases"},
	"link.lead":              {JA: "両方のケースに表示されます。期限と時計は、それぞれのケースのままです。お客様にメールは送られません。", EN: "It is shown in both cases. Deadlines and clocks stay each case’s own. Nothing is sent to the customer."},
	"link.kind":              {JA: "%s から見た関係", EN: "Seen from %s"},
	"link.make.related":      {JA: "関連がある", EN: "is related"},
	"link.make.duplicate-of": {JA: "もう一方と重複している", EN: "is a duplicate of the other"},
	"link.make.child-of":     {JA: "もう一方の子ケースである", EN: "is a child of the other"},
	"link.make.parent-of":    {JA: "もう一方の親ケースである", EN: "is the parent of the other"},
	"link.do":                {JA: "関連付ける", EN: "Link"},
	"link.done":              {JA: "ケースを関連付けました。", EN: "The cases are linked."},
	"link.undone":            {JA: "関連を外しました。", EN: "The link was taken away."},
	"link.remove":            {JA: "%s との関連を外す", EN: "Take away the link to %s"},
	"link.side":              {JA: "関連するケース", EN: "Linked cases"},
	"link.is.related":        {JA: "関連", EN: "Related"},
	"link.is.duplicate-of":   {JA: "重複元", EN: "Duplicate of"},
	"link.is.duplicated-by":  {JA: "重複", EN: "Duplicated by"},
	"link.is.child-of":       {JA: "親ケース", EN: "Parent"},
	"link.is.parent-of":      {JA: "子ケース", EN: "Child"},
	"link.is.other-customer": {JA: "返信先（別のお客様）", EN: "It answers (another customer’s)"},
	"link.is.frozen":         {JA: "返信先", EN: "It answers"},
	"link.children":          {JA: "進行中の子ケースも同じ状態にする（保留を除く）", EN: "Give running children the same state (not on hold)"},
	"link.children.hint":     {JA: "選んだケースにも、同じ理由が記録されます。一つでも変更できないときは、どれも変わりません。", EN: "The reason counts for them too. If one of them cannot be changed, none is."},

	"timeline.link":               {JA: "%s と関連付け", EN: "Linked to %s"},
	"timeline.unlink":             {JA: "%s との関連を外しました", EN: "The link to %s was taken away"},
	"timeline.link.related":       {JA: "関連があるケース", EN: "it is related"},
	"timeline.link.duplicate-of":  {JA: "このケースは重複です", EN: "this case is a duplicate of it"},
	"timeline.link.duplicated-by": {JA: "先方が重複です", EN: "that case is a duplicate of this one"},
	"timeline.link.child-of":      {JA: "先方が親ケースです", EN: "it is the parent of this case"},
	"timeline.link.parent-of":     {JA: "先方が子ケースです", EN: "it is a child of this case"},
}
