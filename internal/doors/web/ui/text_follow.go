package ui

import "madoguchi/terms/fault"

var followTexts = map[string]fault.Text{
	"follow.title":     {JA: "フォロー", EN: "Followers"},
	"follow.none":      {JA: "フォローしている人はいません", EN: "Nobody follows this case"},
	"follow.do":        {JA: "フォローする", EN: "Follow"},
	"follow.stop":      {JA: "フォローをやめる", EN: "Stop following"},
	"follow.hint":      {JA: "担当でなくても、このケースの動きが通知で届きます。", EN: "You hear of what happens in this case, though it is not yours."},
	"follow.colleague": {JA: "フォローに加える人", EN: "Colleague who follows"},
	"follow.add":       {JA: "加える", EN: "Add"},
	"follow.remove":    {JA: "%s さんのフォローを外す", EN: "Take %s off the followers"},
	"follow.blind":     {JA: "閲覧不可", EN: "Cannot see it"},
	"follow.on":        {JA: "このケースをフォローします。動きがあると通知が届きます。", EN: "You follow this case and hear of what happens."},
	"follow.off":       {JA: "フォローをやめました。", EN: "You follow it no longer."},
	"follow.added":     {JA: "フォローに加え、通知しました。", EN: "Added to the followers, and told so."},
	"follow.removed":   {JA: "フォローから外しました。", EN: "Taken off the followers."},

	"timeline.followed":   {JA: "%s さんがフォロー", EN: "%s follows the case"},
	"timeline.unfollowed": {JA: "%s さんのフォローを終了", EN: "%s follows the case no longer"},

	"queue.followed":     {JA: "フォロー中", EN: "Followed by me"},
	"filter.follower":    {JA: "フォロー", EN: "Followed by"},
	"filter.follower.me": {JA: "自分", EN: "Me"},

	"bulk.follow":      {JA: "フォロー", EN: "Follow"},
	"bulk.follow.who":  {JA: "フォローする人", EN: "Who follows"},
	"bulk.follow.hint": {JA: "ケースを閲覧できない人は、そのケースには加わりません。", EN: "Whoever may not see a case is not added to it."},

	"keys.follow":            {JA: "フォローする／やめる", EN: "Follow, or stop following"},
	"command.follow":         {JA: "ケースをフォローする／やめる", EN: "Follow the case, or stop"},
	"command.queue.followed": {JA: "フォロー中のケース", EN: "Cases I follow"},
	"notices.of.followed":    {JA: "フォロー中", EN: "Followed"},
}
