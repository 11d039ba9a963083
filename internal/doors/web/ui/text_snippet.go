package ui

import "madoguchi/terms/fault"

var snippetTexts = map[string]fault.Text{
	"snippets.title":      {JA: "定型文", EN: "Texts for replies"},
	"snippets.lead":       {JA: "返信の作成中に、「定型文」から差し込めます。{{contact.name}} などの項目は、ケースの内容に置き換わります。", EN: "While you write a reply they can be put in. Variables such as {{contact.name}} become what the case says."},
	"snippets.empty":      {JA: "定型文はまだありません", EN: "No texts yet"},
	"snippets.empty.hint": {JA: "よく使う案内や手順を登録すると、返信に差し込めます。", EN: "Write down what you say often, and put it into replies."},

	"snippet.add":           {JA: "定型文を追加する", EN: "Add a text"},
	"snippet.edit":          {JA: "定型文", EN: "Text"},
	"snippet.saved":         {JA: "定型文を保存しました。", EN: "The text is saved."},
	"snippet.removed":       {JA: "定型文を削除しました。", EN: "The text is removed."},
	"snippet.name":          {JA: "名前", EN: "Name"},
	"snippet.languages":     {JA: "言語", EN: "Languages"},
	"snippet.whose":         {JA: "使う人", EN: "For"},
	"snippet.shared":        {JA: "全員", EN: "Everybody"},
	"snippet.own":           {JA: "自分のみ", EN: "You"},
	"snippet.shared.yes":    {JA: "担当者全員で使う", EN: "Everybody may use it"},
	"snippet.body.ja":       {JA: "本文（日本語）", EN: "Text in Japanese"},
	"snippet.body.en":       {JA: "本文（英語）", EN: "Text in English"},
	"snippet.variables":     {JA: "差し込み項目", EN: "Variables"},
	"snippet.preview":       {JA: "プレビューを更新する", EN: "Renew the preview"},
	"snippet.preview.title": {JA: "プレビュー（例）", EN: "Preview (example)"},
	"snippet.preview.none":  {JA: "本文を入力すると、ここに例が表示されます。", EN: "What you write is shown here with example values."},
	"snippet.insert":        {JA: "定型文", EN: "Texts"},
	"snippet.manage":        {JA: "定型文を編集する", EN: "Edit the texts"},

	"variable.contact.name":      {JA: "お客様の氏名", EN: "the customer’s name"},
	"variable.organization.name": {JA: "お客様の会社名", EN: "the customer’s company"},
	"variable.case.number":       {JA: "ケース番号", EN: "the case’s number"},
	"variable.case.subject":      {JA: "件名", EN: "the subject"},
	"variable.agent.name":        {JA: "あなたの氏名", EN: "your name"},
	"variable.desk.name":         {JA: "窓口の名称", EN: "the desk’s name"},
	"variable.desk.phone":        {JA: "窓口の電話番号", EN: "the desk’s phone number"},

	"signature.title":     {JA: "署名", EN: "Signature"},
	"signature.ja":        {JA: "署名（日本語）", EN: "Signature in Japanese"},
	"signature.en":        {JA: "署名（英語）", EN: "Signature in English"},
	"signature.hint":      {JA: "空の場合は、窓口の署名（未設定のときは契約の結び）を使います。{{agent.name}} などの項目を使えます。", EN: "If empty, the desk’s is used, or the closing of the contract. Variables such as {{agent.name}} may stand in it."},
	"signature.site.hint": {JA: "署名を設定していない担当者の返信に使います。空の場合は、契約の結びを使います。{{agent.name}} などの項目を使えます。", EN: "For the replies of who has none of their own. If empty, the closing of the contract. Variables such as {{agent.name}} may stand in it."},

	"audit.act.snippet.added":   {JA: "定型文を追加", EN: "text for replies added"},
	"audit.act.snippet.changed": {JA: "定型文を変更", EN: "text for replies changed"},
	"audit.act.snippet.removed": {JA: "定型文を削除", EN: "text for replies removed"},
}
