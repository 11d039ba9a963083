package ui

import "madoguchi/terms/fault"

// searchTexts are the words of the search page.
var searchTexts = map[string]fault.Text{
	"search.title":   {JA: "検索", EN: "Search"},
	"search.label":   {JA: "件名・本文・お客様・添付ファイル名から探す", EN: "Find in subjects, messages, customers and file names"},
	"search.go":      {JA: "検索する", EN: "Search"},
	"search.found":   {JA: "見つかったケース", EN: "Cases found"},
	"search.none":    {JA: "該当するケースは見つかりませんでした", EN: "No case matches"},
	"search.begin":   {JA: "探したい言葉を入力してください", EN: "Type what you are looking for"},
	"search.filters": {JA: "「\"語句\"」で完全一致、from: 差出人、org: お客様、status: 状態、priority: 優先度、before:2026-11-20 ・ after:2026-11-01 で絞り込めます。", EN: "Use \"a phrase\", and narrow with from:, org:, status:, priority:, before:2026-11-20 and after:2026-11-01."},
	"search.partial": {JA: "一度に探せる範囲を超えたため、ここで区切りました。続きがあります。", EN: "The search paused here; there may be more."},
	"search.note":    {JA: "社内メモ", EN: "internal note"},
	"search.more":    {JA: "ほか %d 件のメッセージが該当", EN: "%d more messages match"},

	"number.title":       {JA: "電話番号からケースを探す", EN: "Cases of a telephone number"},
	"number.label":       {JA: "電話番号（03-1234-5678、+81 3 1234 5678、全角のいずれでも）", EN: "Telephone number, in any notation (03-1234-5678, +81 3 1234 5678)"},
	"number.go":          {JA: "探す", EN: "Find"},
	"number.begin":       {JA: "電話番号を入力してください", EN: "Type a telephone number"},
	"number.hint":        {JA: "ご担当者またはお客様の番号として登録されていれば、その方とお客様のケースを一覧で表示します。", EN: "When it is the number of a contact or a customer, their cases are listed here."},
	"number.nobody":      {JA: "この番号のお客様は登録されていません", EN: "Nobody with this number is registered"},
	"number.nobody.hint": {JA: "番号をご確認ください。登録は、お客様またはご担当者の画面で行えます。", EN: "Please check the number. It can be registered on the page of the customer or the contact."},
	"number.whose":       {JA: "この番号の方", EN: "Whose number it is"},
	"number.own":         {JA: "ご本人のケース", EN: "Their own cases"},
	"number.company":     {JA: "お客様のほかのケース", EN: "Other cases of the customer"},
}
