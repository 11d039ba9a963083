package ui

import "madoguchi/terms/fault"

var mailTextTexts = map[string]fault.Text{
	"settings.page.mail-texts": {JA: "自動メール", EN: "Automatic mail"},
	"nav.mail-texts":           {JA: "自動メール", EN: "Auto mail"},

	"mailtexts.title":         {JA: "自動で送信するメール", EN: "Mail that is sent automatically"},
	"mailtexts.lead":          {JA: "窓口が自動で送信するメールを、適用中の契約「%s」（%s）の文面で、見本のお客様宛てに組み立てたものです。期限は、この契約で計算しています。", EN: "The mails that the desk sends by itself, in the words of the contract in force, “%s” (%s), written to a sample customer. Deadlines are computed by this contract."},
	"mailtexts.change":        {JA: "文面は契約の一部です。契約の次の版の下書きで変更し、承認を受けると適用されます。", EN: "The words are part of the contract: change them in a draft of its next version. They apply once it is approved."},
	"mailtexts.draft":         {JA: "下書きの文面を開く", EN: "Open the draft’s texts"},
	"mailtexts.start":         {JA: "文面を変更する下書きを作成する", EN: "Start a draft to change the texts"},
	"mailtexts.test.ja":       {JA: "日本語をテスト送信する", EN: "Send a test in Japanese"},
	"mailtexts.test.en":       {JA: "英語をテスト送信する", EN: "Send a test in English"},
	"mailtexts.test.to":       {JA: "テストは %s だけに届きます。件名の先頭に「【テスト】」が付きます。", EN: "A test goes to %s only; its subject begins with “[Test]”."},
	"mailtexts.received":      {JA: "見本の受付：%s", EN: "Received in this sample: %s"},
	"mailtexts.subject":       {JA: "件名", EN: "Subject"},
	"mailtexts.own":           {JA: "製品が用意する文", EN: "The product’s own words"},
	"mailtexts.quoted":        {JA: "契約条項の引用", EN: "Quoted from the terms"},
	"mailtexts.none":          {JA: "根拠とする条項はありません", EN: "Rests on no clause"},
	"mailtexts.empty":         {JA: "（この言語では何も書きません）", EN: "(nothing is said in this language)"},
	"mailtexts.no-phone":      {JA: "窓口の電話番号が登録されていないため、お電話をお願いする一文は送信されません。", EN: "The desk has no phone number, so the sentence that asks to phone is left out."},
	"mailtexts.no-web":        {JA: "窓口の Web アドレスが登録されていないため、確認のメールは送信されません。", EN: "The desk has no web address, so mails with a link to confirm are not sent."},
	"mailtexts.site":          {JA: "窓口の設定を開く", EN: "Open the desk settings"},
	"mailtexts.snippets":      {JA: "担当者が返信に使う文は「定型文」で編集できます。", EN: "Texts that people use in replies are edited under Reply texts."},
	"mailtexts.snippets.open": {JA: "定型文を開く", EN: "Open reply texts"},

	"mailtext.ack.open":              {JA: "受付のお知らせ（営業時間内）", EN: "Acknowledgement, in business hours"},
	"mailtext.ack.open.when":         {JA: "登録済みのお客様から営業時間内に新しいお問い合わせが届いたとき", EN: "When a registered customer writes about something new in business hours"},
	"mailtext.ack.closed":            {JA: "受付のお知らせ（営業時間外）", EN: "Acknowledgement, out of hours"},
	"mailtext.ack.closed.when":       {JA: "登録済みのお客様から営業時間外に新しいお問い合わせが届いたとき", EN: "When a registered customer writes about something new out of hours"},
	"mailtext.ack.urgent":            {JA: "受付のお知らせ（営業時間外・最も高い優先度のお申し出）", EN: "Acknowledgement, out of hours, claimed most urgent"},
	"mailtext.ack.urgent.when":       {JA: "営業時間外に、最も高い優先度の基準にあたるとのお申し出があったとき", EN: "When a customer writes out of hours that it meets a criterion of the most urgent priority"},
	"mailtext.ack.unidentified":      {JA: "受付のお知らせ（登録のない差出人）", EN: "Acknowledgement to an unknown sender"},
	"mailtext.ack.unidentified.when": {JA: "登録のない差出人からメールが届いたとき（ケースの情報は書きません）", EN: "When somebody writes who is not registered (nothing about the case is told)"},
	"mailtext.confirm.mail":          {JA: "ご本人確認のお願い", EN: "Asking whether a mail is theirs"},
	"mailtext.confirm.mail.when":     {JA: "送信元を確認できないメールについて、確認用リンクを送信するとき", EN: "When a link is sent about a mail whose sender is not proven"},
	"mailtext.confirm.priority":      {JA: "対応優先度へのご同意のお願い", EN: "Asking for agreement to a priority"},
	"mailtext.confirm.priority.when": {JA: "合意が必要な対応優先度について、確認用リンクを送信するとき", EN: "When a link is sent about a priority that needs an agreement"},

	"mailtext.priority.judged":       {JA: "お申し出と異なる優先度のお知らせ", EN: "Telling that a claim is not followed"},
	"mailtext.priority.judged.when":  {JA: "お客様のお申し出より低い対応優先度と判断したとき", EN: "When the desk judges a lower priority than the customer claims"},
	"mailtext.priority.changed":      {JA: "優先度の引き下げのお知らせ", EN: "Telling that the priority goes down"},
	"mailtext.priority.changed.when": {JA: "調査の結果、対応優先度を下げたとき", EN: "When the desk lowers the priority after its investigation"},

	"audit.act.mailtext.tested": {JA: "自動メールをテスト送信", EN: "automatic mail tested"},
}
