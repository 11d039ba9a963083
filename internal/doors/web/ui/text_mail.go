package ui

import "madoguchi/terms/fault"

var mailTexts = map[string]fault.Text{
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
