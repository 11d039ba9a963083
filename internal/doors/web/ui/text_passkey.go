package ui

import (
	"context"
	"strings"

	"madoguchi/terms/fault"
)

var passkeyTexts = map[string]fault.Text{
	"signin.other": {JA: "ほかの方法", EN: "Other ways"},

	"passkey.title":       {JA: "パスキー", EN: "Passkeys"},
	"passkey.lead":        {JA: "指紋・顔・PIN など、端末の画面ロックでサインインできます。パスワードは不要で、二要素認証も満たします。", EN: "Sign in with the lock of your device: fingerprint, face or PIN. No password is needed, and it counts as both factors."},
	"passkey.sign-in":     {JA: "パスキーでサインインする", EN: "Sign in with a passkey"},
	"passkey.name":        {JA: "名前", EN: "Name"},
	"passkey.name.hint":   {JA: "どの端末かわかる名前（例：業務用ノート PC）", EN: "So that you know which device it is, such as “work laptop”"},
	"passkey.made":        {JA: "登録", EN: "Registered"},
	"passkey.used":        {JA: "最後の使用", EN: "Last used"},
	"passkey.never":       {JA: "未使用", EN: "never yet"},
	"passkey.add":         {JA: "パスキーを登録する", EN: "Register a passkey"},
	"passkey.added":       {JA: "パスキーを登録しました。", EN: "The passkey is registered."},
	"passkey.rename":      {JA: "名前を変更", EN: "Rename"},
	"passkey.rename.of":   {JA: "%s の新しい名前", EN: "New name of %s"},
	"passkey.remove":      {JA: "削除", EN: "Remove"},
	"passkey.remove.of":   {JA: "%s を削除する", EN: "Remove %s"},
	"passkey.removed":     {JA: "パスキーを削除しました。端末側に残ったパスキーは、端末の設定から削除してください。", EN: "The passkey is removed here. Please remove it from your device too."},
	"passkey.copied":      {JA: "複製の疑い（使用不可）", EN: "may be copied: not taken"},
	"passkey.elsewhere":   {JA: "パスキーは %s でのみ使えます。このアドレスで窓口を開き直してください。", EN: "Passkeys work at %s only. Please open the desk at that address."},
	"passkey.stopped":     {JA: "パスキーの確認が中断されました。もう一度お試しください。", EN: "The passkey was not given. Please try again."},
	"passkey.unsupported": {JA: "このブラウザーではパスキーを使えません。", EN: "This browser has no passkeys."},
	"passkey.have":        {JA: "この端末のパスキーは登録済みです。", EN: "This device has a passkey for the desk already."},
	"passkey.refused":     {JA: "パスキーを確認できませんでした。もう一度お試しいただくか、別の方法で確認してください。", EN: "The passkey could not be checked. Please try again, or use the other way."},

	"again.title":   {JA: "ご本人の確認", EN: "Is it you?"},
	"again.lead":    {JA: "サインインに関わる変更の前に、もう一度確認します。確認は 10 分間有効です。", EN: "Before a change to how you sign in we ask once more. It counts for ten minutes."},
	"again.passkey": {JA: "パスキーで確認する", EN: "Use a passkey"},
	"again.do":      {JA: "確認する", EN: "Go on"},

	"way.password": {JA: "パスワード", EN: "password"},
	"way.passkey":  {JA: "パスキー", EN: "passkey"},
	"way.app":      {JA: "認証アプリ", EN: "authenticator app"},
	"way.sso":      {JA: "シングルサインオン", EN: "single sign-on"},
	"way.recovery": {JA: "リカバリーコード", EN: "recovery code"},

	"audit.act.passkey.added":   {JA: "パスキーを登録", EN: "passkey registered"},
	"audit.act.passkey.renamed": {JA: "パスキーの名前を変更", EN: "passkey renamed"},
	"audit.act.passkey.removed": {JA: "パスキーを削除", EN: "passkey removed"},
	"audit.act.passkey.copied":  {JA: "複製の疑いがあるパスキーを停止", EN: "passkey that may be copied stopped"},
}

// Way names how somebody signed in: "password+app" is a password and then the
// code of an authenticator app.
func Way(ctx context.Context, way string) string {
	var said []string
	for part := range strings.SplitSeq(way, "+") {
		if strings.HasPrefix(part, "sso:") {
			part = "sso"
		}
		if Has("way." + part) {
			part = T(ctx, "way."+part)
		}
		said = append(said, part)
	}
	if Of(ctx).Lang == EN {
		return strings.Join(said, " + ")
	}
	return strings.Join(said, "＋")
}
