package ui

import "madoguchi/terms/fault"

var mailTexts = map[string]fault.Text{
	"draft.kept.at": {JA: "下書き %s 保存", EN: "Draft kept %s"},
	"draft.stale":   {JA: "この下書き（%s 保存）の後に、新しいメールまたは返信がありました。内容をご確認のうえ送信してください。", EN: "A mail or a reply came after this draft (kept %s). Please read it before you send."},

	"composer.files":           {JA: "添付ファイル", EN: "Attachments"},
	"composer.files.add":       {JA: "ファイルを添付", EN: "Attach files"},
	"composer.files.add.how":   {JA: "ファイルを添付（ドラッグ＆ドロップ、貼り付けもできます）", EN: "Attach files (you can also drop or paste them)"},
	"composer.files.remove":    {JA: "添付「%s」を外す", EN: "Remove %s"},
	"composer.files.uploading": {JA: "添付ファイルを送っています…", EN: "Uploading…"},
	"composer.files.changed":   {JA: "添付ファイルを変更しました。", EN: "The attachments were changed."},

	"delivery.waiting":     {JA: "まもなく送信", EN: "about to leave"},
	"delivery.queued":      {JA: "送信待ち", EN: "queued"},
	"delivery.retrying":    {JA: "再試行待ち", EN: "waiting to try again"},
	"delivery.sending":     {JA: "送信中", EN: "on its way"},
	"delivery.sent":        {JA: "送信済み", EN: "sent"},
	"delivery.failed":      {JA: "送信できず", EN: "given up"},
	"delivery.bounced":     {JA: "不達", EN: "bounced"},
	"delivery.undone":      {JA: "取り消し済み", EN: "undone"},
	"delivery.until":       {JA: " 秒後に送信します。", EN: " s until it leaves."},
	"delivery.undo":        {JA: "取り消す", EN: "Undo"},
	"delivery.undone.said": {JA: "送信を取り消しました。内容は下書きに戻しました。", EN: "Undone. What you wrote is a draft again."},
	"delivery.next":        {JA: "%d 回試しました。次は %s です。", EN: "Tried %d times; next attempt %s."},
	"delivery.failed.why":  {JA: "お客様に届いていません（送信を断念）。", EN: "The customer has not got it (given up)."},
	"delivery.bounced.why": {JA: "お客様に届いていません（不達の通知あり）。", EN: "The customer has not got it (it bounced)."},
	"delivery.again":       {JA: "再送する", EN: "Send again"},
	"delivery.again.said":  {JA: "再送します。", EN: "It is being sent again."},

	"mail.frame":       {JA: "HTML メールの本文", EN: "Body of the HTML mail"},
	"mail.quoted":      {JA: "引用を表示・隠す", EN: "Show or hide the quote"},
	"mail.target":      {JA: "実際のリンク先：", EN: "really leads to: "},
	"mail.image":       {JA: "［画像］", EN: "[image]"},
	"mail.remote":      {JA: "外部の画像 %d 件は読み込んでいません。", EN: "%d images from elsewhere are not loaded."},
	"mail.remote.load": {JA: "画像を表示", EN: "Show images"},
	"mail.as.text":     {JA: "テキストで表示", EN: "Show as text"},
	"mail.as.html":     {JA: "HTML で表示", EN: "Show as HTML"},
	"mail.chosen.text": {JA: "メールをテキストで表示します。", EN: "Mails are now shown as text."},
	"mail.chosen.html": {JA: "メールを HTML で表示します。", EN: "Mails are now shown as HTML."},
}
