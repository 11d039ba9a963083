package ui

import "madoguchi/terms/fault"

var apiTokenTexts = map[string]fault.Text{
	"api-tokens.title": {JA: "API トークン", EN: "API tokens"},
	"nav.api-tokens":   {JA: "API", EN: "API"},
	"api-tokens.lead":  {JA: "ほかのシステムからケースを作成・参照するときに使います。", EN: "Other systems open and read cases with them."},
	"api-tokens.docs":  {JA: "API の説明を見る", EN: "Read about the API"},
	"api-tokens.empty": {JA: "API トークンはまだありません", EN: "No API tokens yet"},
	"api-tokens.hint":  {JA: "用途ごとにトークンを発行すると、不要になったものだけを失効できます。", EN: "Make one for each purpose: then each can be revoked alone."},
	"api-tokens.new":   {JA: "トークンを発行する", EN: "Make a token"},

	"api-token.name":            {JA: "用途", EN: "Purpose"},
	"api-token.name.hint":       {JA: "例：監視システムからの起票", EN: "Such as: cases from the monitoring system"},
	"api-token.customer":        {JA: "対象のお客様", EN: "Customer"},
	"api-token.everybody":       {JA: "すべてのお客様", EN: "All customers"},
	"api-token.customer.hint":   {JA: "お客様を選ぶと、そのお客様のケースだけを参照・作成できます。", EN: "With a customer chosen it sees and opens only that customer’s cases."},
	"api-token.scopes":          {JA: "許可する操作", EN: "May"},
	"api-token.may.cases.read":  {JA: "ケースの参照", EN: "read cases"},
	"api-token.may.cases.write": {JA: "ケースの作成・メッセージの追加", EN: "open cases and add messages"},
	"api-token.per-second":      {JA: "1 秒あたりの上限", EN: "Requests in a second"},
	"api-token.used":            {JA: "最終利用", EN: "Last used"},
	"api-token.never":           {JA: "未使用", EN: "never"},
	"api-token.made-by":         {JA: "発行", EN: "Made"},
	"api-token.state":           {JA: "状態", EN: "State"},
	"api-token.revoked.chip":    {JA: "失効", EN: "revoked"},
	"api-token.revoke":          {JA: "失効させる", EN: "Revoke"},
	"api-token.revoke.of":       {JA: "「%s」のトークンを失効させる", EN: "Revoke the token for %s"},
	"api-token.revoked":         {JA: "トークンを失効させました。このトークンでのリクエストは拒否されます。", EN: "The token is revoked. Requests with it are refused."},
	"api-token.made":            {JA: "トークンを発行しました", EN: "The token is made"},
	"api-token.made.once":       {JA: "表示できるのはこの一度だけです。安全な場所に保管してください。", EN: "It is shown this once. Please keep it in a safe place."},
	"api-token.value":           {JA: "トークン", EN: "Token"},
	"audit.act.api-token.made":  {JA: "API トークンを発行", EN: "API token made"},

	"audit.act.api-token.revoked": {JA: "API トークンを失効", EN: "API token revoked"},
}
