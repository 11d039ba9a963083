package ui

import "madoguchi/terms/fault"

var mailTexts = map[string]fault.Text{
	"draft.kept.at": {JA: "下書き %s 保存", EN: "Draft kept %s"},
	"draft.stale":   {JA: "この下書き（%s 保存）の後に、ケースに変化がありました（メール・返信・優先度・状態）。内容をご確認のうえ送信してください。", EN: "Something changed in the case after this draft (kept %s): a mail, a reply, the priority or the state. Please read it before you send."},

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
	"delivery.delayed":     {JA: "配送遅延", EN: "delayed"},
	"delivery.failed":      {JA: "送信できず", EN: "given up"},
	"delivery.bounced":     {JA: "不達", EN: "bounced"},
	"delivery.undone":      {JA: "取り消し済み", EN: "undone"},
	"delivery.until":       {JA: " 秒後に送信します。", EN: " s until it leaves."},
	"delivery.undo":        {JA: "取り消す", EN: "Undo"},
	"delivery.undone.said": {JA: "送信を取り消しました。内容は下書きに戻しました。", EN: "Undone. What you wrote is a draft again."},
	"delivery.next":        {JA: "%d 回試しました。次は %s です。", EN: "Tried %d times; next attempt %s."},
	"delivery.delayed.why": {JA: "配送が遅れているとの通知がありました。送信先のメールサーバが再試行しています。", EN: "A mail server on the way reports a delay and goes on trying."},
	"delivery.failed.why":  {JA: "お客様に届いていません（送信を断念）。", EN: "The customer has not got it (given up)."},
	"delivery.bounced.why": {JA: "お客様に届いていません（不達の通知あり）。", EN: "The customer has not got it (it bounced)."},
	"delivery.again":       {JA: "再送する", EN: "Send again"},
	"delivery.again.said":  {JA: "再送します。", EN: "It is being sent again."},

	"scan.waiting":  {JA: "検査待ち", EN: "being scanned"},
	"scan.down":     {JA: "未検査（検査サーバが応答しません）", EN: "not scanned (the scanner does not answer)"},
	"scan.none":     {JA: "未検査", EN: "not scanned"},
	"scan.infected": {JA: "ウイルス検出：%s。開けません。", EN: "Malicious code: %s. It cannot be opened."},
	"scan.take":     {JA: "責任者として取り出す", EN: "Take it as a supervisor"},
	"scan.take.why": {JA: "理由（監査記録に残ります）", EN: "Reason (kept in the audit list)"},
	"scan.take.do":  {JA: "危険を承知で保存する", EN: "Save it, knowing the danger"},

	"audit.act.file.taken-infected": {JA: "感染した添付を取り出し", EN: "infected attachment taken"},

	"settings.mail":         {JA: "メールの表示と返信", EN: "Reading and answering mail"},
	"settings.mail.show":    {JA: "HTML メールの表示", EN: "Show HTML mails as"},
	"settings.mail.html":    {JA: "HTML（書式と画像）", EN: "HTML (with formats and pictures)"},
	"settings.mail.text":    {JA: "テキストのみ", EN: "text only"},
	"settings.quote":        {JA: "返信の引用", EN: "Quoting in replies"},
	"settings.quote.below":  {JA: "署名の下に全文を引用する（全文引用）", EN: "in full, below the signature"},
	"settings.quote.inline": {JA: "本文に引用し、行の間に書く（インライン）", EN: "in the text, to be answered between the lines"},
	"settings.quote.none":   {JA: "引用しない", EN: "no quote"},

	"mail.frame":       {JA: "HTML メールの本文", EN: "Body of the HTML mail"},
	"mail.quoted":      {JA: "引用を表示・隠す", EN: "Show or hide the quote"},
	"mail.target":      {JA: "実際のリンク先：", EN: "really leads to: "},
	"mail.image":       {JA: "［画像］", EN: "[image]"},
	"mail.remote":      {JA: "外部の画像 %d 件は読み込んでいません。", EN: "Images from elsewhere, not loaded: %d."},
	"mail.remote.load": {JA: "画像を表示", EN: "Show images"},
	"mail.as.text":     {JA: "テキストで表示", EN: "Show as text"},
	"mail.as.html":     {JA: "HTML で表示", EN: "Show as HTML"},
	"mail.chosen.text": {JA: "メールをテキストで表示します。", EN: "Mails are now shown as text."},
	"mail.chosen.html": {JA: "メールを HTML で表示します。", EN: "Mails are now shown as HTML."},
}
