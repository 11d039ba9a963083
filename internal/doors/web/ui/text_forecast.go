package ui

import "madoguchi/terms/fault"

var forecastTexts = map[string]fault.Text{
	"fore.stays":         {JA: "期限は変わりません（%s）", EN: "the deadline stays (%s)"},
	"fore.moves":         {JA: "期限が %s から %s に変わります", EN: "the deadline moves from %s to %s"},
	"fore.begins":        {JA: "計測を始めます（期限 %s）", EN: "begins, due %s"},
	"fore.begins.paused": {JA: "計測の対象になり、%sの間は止まります（残り %s）", EN: "begins, and stands still: %s (%s left)"},
	"fore.renews":        {JA: "達成となり、次の期限は %s です", EN: "is met, and the next is due %s"},
	"fore.renews.paused": {JA: "達成となり、次回分は%sの間止まります（残り %s）", EN: "is met, and the next stands still: %s (%s left)"},
	"fore.pauses":        {JA: "%sの間、止まります（残り %s）", EN: "stops: %s (%s left)"},
	"fore.resumes":       {JA: "再び進みます（期限 %s）", EN: "goes on, due %s"},
	"fore.rests":         {JA: "%sの間、止まったままです（残り %s）", EN: "stands still as before: %s (%s left)"},
	"fore.rests.moved":   {JA: "%sの間、止まったまま、残りが %s から %s に変わります", EN: "stands still: %s, with %s left that become %s"},
	"fore.meets":         {JA: "目標を達成します（残り %s）", EN: "is met, with %s left"},
	"fore.breaches":      {JA: "期限（%s）を過ぎているため、直ちに目標未達になります", EN: "its deadline (%s) is past: the target is missed at once"},
	"fore.overdue":       {JA: "期限（%s）を過ぎており、目標未達のままです", EN: "is past its deadline (%s), and stays missed"},
	"fore.makes":         {JA: "対応済みになります（目標未達の記録は変わりません）", EN: "is done; it stays recorded as missed"},
	"fore.ends":          {JA: "計測を終えます（%s）", EN: "is no longer owed (%s)"},
	"fore.resting":       {JA: "ただいま営業時間外のため、%s から進みます", EN: "closed now: it counts from %s"},
	"fore.clauses":       {JA: "根拠 %s", EN: "by %s"},
	"fore.none":          {JA: "動いている時計はなく、新しい期限も設定されません", EN: "No clock runs, and no new deadline is set"},
	"fore.same":          {JA: "どの状態にしても、時計は変わりません", EN: "Whichever you choose, no clock changes"},
	"fore.status":        {JA: "選ぶと時計はこうなります", EN: "What becomes of the clocks"},
	"fore.identify":      {JA: "この会社に特定した場合", EN: "If it is this customer"},
	"fore.merge.ends":    {JA: "%s の時計", EN: "The clocks of %s"},
}
