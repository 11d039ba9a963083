package ui

import "madoguchi/terms/fault"

var senderTexts = map[string]fault.Text{
	"settings.page.senders": {JA: "送信者", EN: "Senders"},

	"senders.title":         {JA: "送信者", EN: "Senders"},
	"senders.lead":          {JA: "お客様へのメールの差出人と、送信の方法です。お客様やメールボックスごとに使い分けられます。", EN: "As whom mail goes out to customers, and by which way. Customers and mailboxes can have senders of their own."},
	"senders.empty":         {JA: "送信者はまだありません", EN: "No senders yet"},
	"senders.empty.relayed": {JA: "窓口のアドレスから、起動時に指定した中継サーバー（--relay）で送信しています。", EN: "Mail goes out from the desk’s address by the relay given at the start (--relay)."},
	"senders.empty.waiting": {JA: "送信の方法がないため、返信は送信待ちになっています。送信者を追加すると送信されます。", EN: "There is no way to send, so answers wait. They leave when a sender is added."},

	"sender.add":             {JA: "送信者を追加する", EN: "Add a sender"},
	"sender.edit":            {JA: "送信者", EN: "Sender"},
	"sender.saved":           {JA: "送信者を保存しました。", EN: "The sender is saved."},
	"sender.removed":         {JA: "送信者を削除しました。", EN: "The sender is removed."},
	"sender.name":            {JA: "差出人名", EN: "Name"},
	"sender.name.ja":         {JA: "差出人名（日本語）", EN: "Name in Japanese"},
	"sender.name.en":         {JA: "差出人名（英語）", EN: "Name in English"},
	"sender.address":         {JA: "差出人アドレス", EN: "Address"},
	"sender.address.hint":    {JA: "お客様のメールソフトに表示される差出人です。", EN: "The sender that customers see."},
	"sender.reply-to":        {JA: "返信先", EN: "Answers to"},
	"sender.reply-to.hint":   {JA: "空の場合は、お客様がメールを送ったアドレスです。ケースの目印が自動で付きます。", EN: "If empty, the address that the customer wrote to. The case’s mark is added by itself."},
	"sender.way":             {JA: "送信の方法", EN: "Way"},
	"sender.way.relay":       {JA: "中継サーバー", EN: "A relay"},
	"sender.way.direct":      {JA: "直接送信（MX）", EN: "Directly (MX)"},
	"sender.way.direct.hint": {JA: "お客様のドメインのサーバーへ直接送信します。このコンピューターから外部のポート 25 へ接続でき、逆引きと SPF が設定されている必要があります。", EN: "Mail goes straight to the servers of the customer’s domain. This machine must reach port 25 outside, and have a reverse name and SPF."},
	"sender.way.fixed":       {JA: "起動時に指定した中継サーバー", EN: "The relay given at the start"},
	"sender.host":            {JA: "中継サーバー（SMTP）", EN: "Relay (SMTP)"},

	"sender.security.starttls": {JA: "STARTTLS（通常はポート 587）", EN: "STARTTLS (usually port 587)"},
	"sender.security.tls":      {JA: "TLS（通常はポート 465）", EN: "TLS (usually port 465)"},
	"sender.security.none":     {JA: "なし（閉じたネットワークのみ）", EN: "None (a closed network only)"},

	"sender.usual":       {JA: "使い分け", EN: "Use"},
	"sender.usual.yes":   {JA: "通常使う送信者にする", EN: "The usual sender"},
	"sender.usual.short": {JA: "通常使う", EN: "Usual"},
	"sender.as-usual":    {JA: "通常使う送信者", EN: "The usual sender"},
	"sender.of-box":      {JA: "返信の送信者", EN: "Answers as"},
	"sender.of-customer": {JA: "このお客様への送信者", EN: "Sender to this customer"},

	"sender.test":      {JA: "%s へテスト送信する", EN: "Send a test to %s"},
	"sender.test.ok":   {JA: "%s へ送信しました。届いたメールをご確認ください。", EN: "A mail is on its way to %s. Please look whether it arrives."},
	"sender.test.said": {JA: "サーバーの応答：%s", EN: "The server said: %s"},

	"sender.remove":      {JA: "削除", EN: "Remove"},
	"sender.remove.hint": {JA: "この送信者を使うお客様とメールボックスは、通常使う送信者に戻ります。", EN: "Customers and mailboxes that have this sender go back to the usual one."},

	"audit.act.sender.added":        {JA: "送信者を追加", EN: "sender added"},
	"audit.act.sender.changed":      {JA: "送信者を変更", EN: "sender changed"},
	"audit.act.sender.removed":      {JA: "送信者を削除", EN: "sender removed"},
	"audit.act.sender.tested":       {JA: "テストメールを送信", EN: "test mail sent"},
	"audit.act.sender.organization": {JA: "お客様への送信者を変更", EN: "sender to a customer changed"},
}
