package ui

import "madoguchi/terms/fault"

var togetherTexts = map[string]fault.Text{
	"together.person":           {JA: "%s さん", EN: "%s"},
	"together.looks":            {JA: "%sがこのケースを見ています。", EN: "Also viewing this case: %s."},
	"together.note":             {JA: "%sが社内メモを書いています。", EN: "Writing an internal note: %s."},
	"together.not-replying":     {JA: "返信は作成していません。", EN: "Nobody else is replying."},
	"together.writes":           {JA: "%s さんが %s から返信を作成しています。", EN: "%s has been writing a reply since %s."},
	"together.take-over":        {JA: "引き継ぐ", EN: "Take over"},
	"together.take-over.reason": {JA: "引き継ぐ理由", EN: "Reason for taking over"},
	"together.take-over.hint":   {JA: "%s さんにすぐに知らせ、経過に残します。書きかけの文は、ご本人の下書きとして残ります。", EN: "%s is told at once, and the history keeps it. What they wrote stays as their own draft."},
	"together.take-over.do":     {JA: "引き継いで返信する", EN: "Take over and reply"},
	"together.taken":            {JA: "返信を引き継ぎました。", EN: "You have taken over the reply."},
	"together.taken-from":       {JA: "%s さんが %s に返信を引き継ぎました（理由：%s）。書きかけの文は下書きとして残っています。", EN: "%s took over the reply at %s (reason: %s). What you wrote stays as your draft."},
	"together.discard":          {JA: "下書きを破棄", EN: "Discard the draft"},
	"together.discarded":        {JA: "下書きを破棄しました。ほかの担当も返信できます。", EN: "The draft was discarded. Others can reply now."},
	"together.held":             {JA: "いまは返信を入力できません。理由は上に表示しています。", EN: "A reply cannot be written just now; the line above says why."},
	"timeline.taken-over":       {JA: "返信の作成を引き継ぎ", EN: "Reply taken over"},
	"timeline.taken-over.from":  {JA: "%s さんから：%s", EN: "from %s: %s"},
	"note.mention":              {JA: "名指し", EN: "Mention"},
	"note.mention.how":          {JA: "「@名前」と書いた人やチームに知らせます。", EN: "Whoever is named with @ is told, a team too."},
	"meanwhile.title":           {JA: "まだ送信していません", EN: "Not sent yet"},
	"meanwhile.lead":            {JA: "返信の作成中に、このケースに変化がありました。ご確認のうえ、書き直すか、このまま送信するかを選んでください。書いた文は下書きに残っています。", EN: "Something changed in this case while you were writing. Please read it, then go on writing or send what you have. Your text is kept as a draft."},
	"meanwhile.news":            {JA: "作成中に起きたこと（%d 件）", EN: "What came meanwhile (%d)"},
	"meanwhile.mine":            {JA: "書いた返信", EN: "Your reply"},
	"meanwhile.back":            {JA: "戻って書き直す", EN: "Go back and edit"},
	"meanwhile.anyway":          {JA: "確認したので、このまま送信", EN: "I have read this: send anyway"},
	"site.reply-idle":           {JA: "返信の専有が解けるまでの時間（分）", EN: "Minutes until a reply is no longer held"},
	"site.reply-idle.hint":      {JA: "返信を書き始めた人だけが返信できます。この時間入力がないと、ほかの担当も返信できるようになります。", EN: "Only the person who began a reply can write it. When they write nothing for this long, others can."},
}
