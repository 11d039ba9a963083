package notation

import (
	"slices"
	"strings"
)

// daily are words that customers and agents write every day, with their readings.
var daily = readings(`
	障害 しょうがい 請求 せいきゅう 請求書 せいきゅうしょ 受信 じゅしん 送信 そうしん 返信 へんしん 転送 てんそう 添付 てんぷ 設定 せってい 変更 へんこう 追加 ついか 削除 さくじょ
	管理者 かんりしゃ 権限 けんげん 認証 にんしょう 多要素認証 たようそにんしょう 二段階認証 にだんかいにんしょう 証明書 しょうめいしょ 有効期限 ゆうこうきげん 期限 きげん 期限切れ きげんぎれ
	画面 がめん 表示 ひょうじ 一覧 いちらん 再現 さいげん 手順 てじゅん 確認 かくにん 対応 たいおう 回答 かいとう 資料 しりょう 契約 けいやく 更新 こうしん 解約 かいやく 見積 みつもり 見積書 みつもりしょ
	利用者 りようしゃ 同期 どうき 連携 れんけい 接続 せつぞく 遅延 ちえん 復旧 ふっきゅう 原因 げんいん 調査 ちょうさ 報告 ほうこく 影響 えいきょう 範囲 はんい 緊急 きんきゅう 至急 しきゅう 業務 ぎょうむ 停止 ていし
	暗号化 あんごうか 隔離 かくり 検知 けんち 誤検知 ごけんち 許可 きょか 拒否 きょひ 端末 たんまつ 監査 かんさ 履歴 りれき 保存 ほぞん 保存期間 ほぞんきかん 検索 けんさく 異動 いどう 退職 たいしょく 入社 にゅうしゃ
	誤送信 ごそうしん 迷惑 めいわく 迷惑メール めいわくめーる 不達 ふたつ 遮断 しゃだん 漏えい ろうえい 脆弱性 ぜいじゃくせい 攻撃 こうげき 不正 ふせい 不具合 ふぐあい 仕様 しよう 要望 ようぼう 質問 しつもん 依頼 いらい
	申請 しんせい 承認 しょうにん 登録 とうろく 解除 かいじょ 保留 ほりゅう 保留解除 ほりゅうかいじょ 制限 せいげん 拠点 きょてん 社外 しゃがい 社内 しゃない 接続元 せつぞくもと 移行 いこう 初期化 しょきか 再発行 さいはっこう
	優先度 ゆうせんど 担当 たんとう 担当者 たんとうしゃ 目標 もくひょう 初期対応 しょきたいおう 営業時間 えいぎょうじかん 休業 きゅうぎょう 電話 でんわ 窓口 まどぐち 領収書 りょうしゅうしょ 納品書 のうひんしょ 支払 しはらい
`)

func readings(table string) map[string]string {
	words := strings.Fields(table)
	m := make(map[string]string, len(words)/2)
	for i := 0; i+1 < len(words); i += 2 {
		m[words[i]] = words[i+1]
	}
	return m
}

// sortWords puts short words first.
func sortWords(list []string) {
	slices.SortFunc(list, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
}
