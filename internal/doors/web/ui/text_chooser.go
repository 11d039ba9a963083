package ui

import "madoguchi/terms/fault"

var chooserTexts = map[string]fault.Text{
	"chooser.find":      {JA: "「%s」を検索して選ぶ", EN: "Find and choose: %s"},
	"chooser.customers": {JA: "会社名・読み・お客様番号・ドメイン", EN: "Name, reading, number or domain"},
	"chooser.contacts":  {JA: "氏名・読み・メールアドレス", EN: "Name, reading or mail address"},
	"chooser.found":     {JA: "候補", EN: "Found"},
	"chooser.said":      {JA: "%d 件の候補があります。上下の矢印キーで選べます。", EN: "%d found. Choose with the arrow keys."},
	"chooser.said.more": {JA: "先頭の %d 件を表示しています。続きは一覧の最後から表示できます。", EN: "The first %d are shown. The last line shows more."},
	"chooser.none":      {JA: "該当がありません。別の言葉でお試しください。", EN: "Nothing found. Please try other words."},
	"chooser.more":      {JA: "続きを表示", EN: "Show more"},
	"chooser.failed":    {JA: "候補を読み込めませんでした。通信を確認して、もう一度入力してください。", EN: "The list could not be loaded. Please check the connection and type again."},
	"chooser.added":     {JA: "「%s」を選びました。", EN: "%s is chosen."},
	"chooser.already":   {JA: "選択済み", EN: "chosen"},
}
