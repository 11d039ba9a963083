package ui

import "madoguchi/terms/fault"

var distributionTexts = map[string]fault.Text{
	"team.how":              {JA: "ケースの割り当て方", EN: "How its cases are given out"},
	"team.how.hint":         {JA: "担当の決まっていないケースがこのチームに入ったとき、勤務中で、そのお客様を閲覧できる人に割り当てます。", EN: "When a case that nobody has becomes this team’s, it goes to somebody who is at work and may see the customer."},
	"team.how.by-hand":      {JA: "自動では割り当てない", EN: "By hand"},
	"team.how.round-robin":  {JA: "順番に割り当てる", EN: "One after the other"},
	"team.how.least-loaded": {JA: "対応中の件数が少ない人に割り当てる", EN: "To who has the fewest to act on"},
	"team.most":             {JA: "1 人の上限（0 は上限なし）", EN: "The most for one person (0: no limit)"},
	"team.most.hint":        {JA: "対応が必要なケースの数です。「次の案件を取る」にも適用されます。", EN: "Cases on which they have to act. It also holds when somebody takes the next case."},
	"team.skilled":          {JA: "製品・言語・地域のスキルが合う人を優先する", EN: "Those with the skills for product, language and region come first"},
	"team.fresh":            {JA: "新しいケースをこのチームに入れる（1 チームだけ）", EN: "New cases become this team’s (of one team only)"},
	"next.take":             {JA: "次の案件を取る", EN: "Take the next case"},
	"next.take.title":       {JA: "担当の決まっていない、最も急ぐ案件を自分が担当する（T）", EN: "Assign yourself the most urgent case that nobody has (T)"},
	"next.taken":            {JA: "この案件の担当になりました。", EN: "This case is yours."},
	"keys.take":             {JA: "次の案件を取る", EN: "Take the next case"},
	"why.assigned.next":     {JA: "担当のない案件のうち最も急ぐものを、本人が取りました（それまでの担当 %d 件）", EN: "They took the most urgent one that nobody had (they had %d)"},
	"why.assigned.turn":     {JA: "%s の順番による自動割り当て（勤務中の候補 %d 人、それまでの担当 %d 件）", EN: "Given out by %s in turn (of %d at work; they had %d)"},
	"why.assigned.fewest":   {JA: "%s の件数による自動割り当て（勤務中の候補 %d 人、それまでの担当 %d 件）", EN: "Given out by %s to who had the fewest (of %d at work; they had %d)"},
	"why.assigned.skilled":  {JA: "スキルが合う人を優先", EN: "the skilled come first"},
}
