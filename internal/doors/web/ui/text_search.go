package ui

import "madoguchi/terms/fault"

// searchTexts are the words of the search page.
var searchTexts = map[string]fault.Text{
	"search.title":      {JA: "検索", EN: "Search"},
	"search.label":      {JA: "件名・本文・お客様・添付ファイル名から探す", EN: "Find in subjects, messages, customers and file names"},
	"search.go":         {JA: "検索する", EN: "Search"},
	"search.found":      {JA: "見つかったケース", EN: "Cases found"},
	"search.none":       {JA: "該当するケースは見つかりませんでした", EN: "No case matches"},
	"search.begin":      {JA: "探したい言葉を入力してください", EN: "Type what you are looking for"},
	"search.begin.hint": {JA: "2 文字から探せます。かな・カナ、全角・半角、大文字・小文字は区別しません。", EN: "Two characters are enough. Kana, width and letter case make no difference."},
	"search.none.hint":  {JA: "言葉を減らすか、絞り込みを外してお試しください。", EN: "Try fewer words, or take a filter away."},
	"search.help":       {JA: "探し方", EN: "How to search"},
	"search.recent":     {JA: "最近の検索", EN: "Recent searches"},
	"search.forget":     {JA: "履歴を消す", EN: "Clear"},
	"search.forgotten":  {JA: "検索の履歴を消しました。", EN: "The recent searches are cleared."},
	"search.people":     {JA: "お客様・ご担当者", EN: "Customers and people"},
	"search.count":      {JA: "ケース %d 件（新しい順）", EN: "Cases found: %d, newest first"},
	"search.count.more": {JA: "ケース %d 件以上（新しい順）", EN: "Cases found: %d or more, newest first"},

	"search.example.phrase":   {JA: "語句がそのとおりに続くもの", EN: "exactly this phrase"},
	"search.example.not":      {JA: "「-」を付けた言葉を含まないもの（絞り込みにも付けられます）", EN: "without the word behind “-” (filters can have it too)"},
	"search.example.from":     {JA: "差出人の氏名・アドレス（from:）", EN: "name or address of the sender"},
	"search.example.org":      {JA: "お客様の名前・読み・ドメイン（org:）", EN: "customer by name, reading or domain"},
	"search.example.status":   {JA: "状態（status:open。「,」で複数指定）", EN: "status (several with commas)"},
	"search.example.priority": {JA: "優先度（priority:high）", EN: "priority"},
	"search.example.assignee": {JA: "担当（assignee:me、なし、氏名）", EN: "assignee (me, none, or a name)"},
	"search.example.tag":      {JA: "タグ（tag:）", EN: "tag"},
	"search.example.has":      {JA: "添付ファイルのあるもの（has:attachment）", EN: "messages with a file"},
	"search.example.dates":    {JA: "期間（after:、before:。11/20、2026-11 も可）", EN: "dates (also 11/20 or 2026-11)"},

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
