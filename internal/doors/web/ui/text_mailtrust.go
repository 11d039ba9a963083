package ui

import "madoguchi/terms/fault"

// mailTrustTexts are about who sent a mail, and about what shows that ours is ours.
var mailTrustTexts = map[string]fault.Text{
	"auth.aligned":  {JA: "送信元を確認済み", EN: "sender proven"},
	"auth.forged":   {JA: "なりすましの疑い", EN: "sender may be forged"},
	"auth.unclear":  {JA: "送信元を確認できません（DNS 応答なし）", EN: "sender could not be checked"},
	"auth.unproven": {JA: "送信元は未確認", EN: "sender not proven"},

	"auth.why.aligned":  {JA: "差出人のドメイン %s が、このメールを送信したことを確認できました（%s）。", EN: "The domain %s in the From address sent this mail itself (%s)."},
	"auth.why.forged":   {JA: "差出人のドメイン %s が認めていないサーバーから届きました。優先度の合意や作業のご指示は、このメールだけでは受け付けられません。", EN: "It came from a server that %s, the domain in the From address, does not allow. No agreement or instruction can rest on this mail alone."},
	"auth.why.unclear":  {JA: "受信時に DNS から応答がなく、差出人のドメイン %s を確認できませんでした。優先度の合意や作業のご指示には、ご本人の確認が必要です。", EN: "The DNS did not answer when the mail came, so that %s could not be checked. An agreement or instruction needs a confirmation."},
	"auth.why.unproven": {JA: "差出人のドメイン %s から届いたことを示す情報がありません。優先度の合意や作業のご指示には、ご本人の確認が必要です。", EN: "Nothing shows that the mail came from %s. An agreement or instruction needs a confirmation."},
	"auth.by":           {JA: "判定したサーバー：%s", EN: "Judged by: %s"},
	"auth.method":       {JA: "方式", EN: "Method"},
	"auth.result":       {JA: "結果", EN: "Result"},
	"auth.domain":       {JA: "ドメイン", EN: "Domain"},

	"auth.r.pass":      {JA: "合格", EN: "pass"},
	"auth.r.fail":      {JA: "不合格", EN: "fail"},
	"auth.r.softfail":  {JA: "不合格の可能性（softfail）", EN: "softfail"},
	"auth.r.neutral":   {JA: "判定なし（neutral）", EN: "neutral"},
	"auth.r.none":      {JA: "設定なし", EN: "none published"},
	"auth.r.temperror": {JA: "一時的に確認不可", EN: "temporary failure"},
	"auth.r.permerror": {JA: "設定の誤り", EN: "faulty record or signature"},
	"auth.r.policy":    {JA: "方針により不採用", EN: "not accepted by policy"},
	"auth.r.no":        {JA: "対象外", EN: "not looked at"},
}
