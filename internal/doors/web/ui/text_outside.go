package ui

import "madoguchi/terms/fault"

var outsideTexts = map[string]fault.Text{
	"signin.title":    {JA: "サインイン", EN: "Sign in"},
	"signin.lead":     {JA: "サポート窓口の担当者の方はサインインしてください。", EN: "For the people of the support desk."},
	"signin.mail":     {JA: "メールアドレス", EN: "Mail address"},
	"signin.password": {JA: "パスワード", EN: "Password"},
	"signin.do":       {JA: "サインインする", EN: "Sign in"},

	"first.title":      {JA: "はじめての設定", EN: "First set-up"},
	"first.lead":       {JA: "最初の管理者を登録します。この画面は、担当者が一人も登録されていない間だけ表示されます。", EN: "Register the first administrator. This page is shown only while nobody is registered."},
	"first.token":      {JA: "ワンタイムトークン", EN: "One-time token"},
	"first.token.hint": {JA: "サーバーの起動時に、コンソールへ一度だけ表示された文字列です。", EN: "It was shown once, on the server’s console, when the program started."},
	"first.do":         {JA: "登録して始める", EN: "Register and begin"},
	"password.hint":    {JA: "12 文字以上。長い文でも構いません。", EN: "At least 12 characters; a long phrase is fine."},
	"agent.name":       {JA: "氏名", EN: "Name"},
}
