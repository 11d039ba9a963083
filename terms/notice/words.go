package notice

import "madoguchi/terms/fault"

// said is what a kind says in one line, and what it is called where people
// choose among the kinds.
type said struct{ line, name fault.Text }

var words = map[Kind]said{
	Assigned:   {fault.Text{JA: "ケースの担当になりました", EN: "A case was given to you"}, fault.Text{JA: "自分が担当になったとき", EN: "A case is given to me"}},
	Team:       {fault.Text{JA: "チームにケースが割り当てられました", EN: "A case was given to your team"}, fault.Text{JA: "チームに割り当てられたとき", EN: "A case is given to my team"}},
	Answered:   {fault.Text{JA: "お客様から連絡がありました", EN: "The customer has written"}, fault.Text{JA: "自分が担当するケースにお客様から連絡があったとき", EN: "The customer writes on a case of mine"}},
	Mentioned:  {fault.Text{JA: "社内メモであなたが呼ばれています", EN: "A note mentions you"}, fault.Text{JA: "社内メモで呼ばれたとき", EN: "A note mentions me"}},
	Followed:   {fault.Text{JA: "フォロー中のケースに動きがありました", EN: "Something happened in a case that you follow"}, fault.Text{JA: "フォロー中のケースに動きがあったとき", EN: "Something happens in a case that I follow"}},
	AtRisk:     {fault.Text{JA: "対応目標の期限が近づいています", EN: "A target is near its deadline"}, fault.Text{JA: "対応目標の期限が近づいたとき", EN: "A target is near its deadline"}},
	Missed:     {fault.Text{JA: "対応目標が未達になりました", EN: "A target was missed"}, fault.Text{JA: "対応目標が未達になったとき", EN: "A target is missed"}},
	Bounced:    {fault.Text{JA: "初期対応のメールがお客様に届きませんでした", EN: "The initial response did not reach the customer"}, fault.Text{JA: "初期対応のメールが届かなかったとき", EN: "The initial response does not reach the customer"}},
	Objected:   {fault.Text{JA: "優先度についてお客様から異議がありました", EN: "The customer objects to the priority"}, fault.Text{JA: "優先度への異議があったとき", EN: "A customer objects to a priority"}},
	Asked:      {fault.Text{JA: "返信の承認を依頼されています", EN: "A reply waits for your approval"}, fault.Text{JA: "返信の承認を依頼されたとき", EN: "A reply waits for my approval"}},
	Returned:   {fault.Text{JA: "返信が差し戻されました", EN: "Your reply was returned to you"}, fault.Text{JA: "返信が差し戻されたとき", EN: "My reply is returned to me"}},
	Approved:   {fault.Text{JA: "返信が承認され、送信されました", EN: "Your reply was approved and sent"}, fault.Text{JA: "返信が承認されたとき", EN: "My reply is approved"}},
	Stopped:    {fault.Text{JA: "予約した返信は送信されず、下書きに戻りました", EN: "The reply that you scheduled was not sent; it is a draft again"}, fault.Text{JA: "予約した返信が送信されなかったとき", EN: "A reply that I scheduled is not sent"}},
	Unfinished: {fault.Text{JA: "返信は送信されましたが、ケースを解決・終了にできませんでした", EN: "Your reply was sent, but the case could not be resolved or closed"}, fault.Text{JA: "返信の送信時にケースを解決・終了にできなかったとき", EN: "A case cannot be finished when my reply leaves"}},
	TakenOver:  {fault.Text{JA: "作成中の返信が引き継がれました", EN: "The reply that you were writing was taken over"}, fault.Text{JA: "作成中の返信が引き継がれたとき", EN: "A colleague takes over my reply"}},
	Tasked:     {fault.Text{JA: "タスクを頼まれました", EN: "A task was set for you"}, fault.Text{JA: "タスクを頼まれたとき", EN: "A colleague sets me a task"}},
	Reminder:   {fault.Text{JA: "タスクの期限になりました", EN: "A task is due"}, fault.Text{JA: "タスクの期限になったとき", EN: "A task of mine is due"}},
	Trouble:    {fault.Text{JA: "メールを受信できていません", EN: "Mail does not come in"}, fault.Text{JA: "メールの受信に問題があるとき", EN: "Mail does not come in"}},
	Erasing:    {fault.Text{JA: "個人情報の削除について確認が必要です", EN: "The erasure of personal data needs your eye"}, fault.Text{JA: "個人情報の削除が依頼されたとき、保存期間が変更されたとき", EN: "Personal data is to be erased, or its retention changes"}},
}

// Line says in one line what happened.
func (k Kind) Line() fault.Text {
	if w, ok := words[k]; ok {
		return w.line
	}
	return fault.Text{JA: "お知らせがあります", EN: "There is news"}
}

// Name is what a kind is called among a person's choices.
func (k Kind) Name() fault.Text { return words[k].name }
