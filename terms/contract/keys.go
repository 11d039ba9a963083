package contract

import "slices"

// The named texts that the product says in the provider's name. A contract
// file must have all of them, in both languages, and no other; for those with a
// [DefaultText] that is said where the file has none.
const (
	SayAckOpening      = "ack.opening"            // {company} {name}
	SayAckReceived     = "ack.received"           // {case} {received} {priority}
	SayAckTarget       = "ack.target"             // {deadline} {priority} {target}
	SayAckProvisional  = "ack.provisional"        // {priority}: a claim that runs until judged
	SayAckFacts        = "ack.facts"              // asks for the facts; the list follows
	SayAckPhone        = "ack.phone"              // {phone}: urgent matters by phone
	SayAckDashboard    = "ack.dashboard"          // {dashboard}: where news of an emergency is given
	SayAckUnidentified = "ack.unidentified"       // to a sender who is no registered contact; no case data
	SayReplyOpening    = "reply.opening"          // {company} {name}
	SayReplyApology    = "reply.apology"          // for a failure of the service
	SayReplyClosing    = "reply.closing"          // {desk} {hours}
	SayRecording       = "phone.recording-notice" // played before a call is recorded
	SayUnrecorded      = "phone.unrecorded"       // {agreed}: what was agreed in a call whose recording was refused, in writing
	SayNightGreeting   = "phone.night-greeting"   // out of hours: what is taken, and how to say it is urgent
	SayNightRinging    = "phone.night-ringing"    // on-call is being rung
	SayNightReception  = "phone.night-reception"  // {starts}: received; from when support takes place
	SayPriorityAgreed  = "priority.agreed"        // {priority}: both sides agree
	SayPriorityChanged = "priority.changed"       // {from} {to} {reason}: after an investigation, with the way to object
	SayPriorityJudged  = "priority.judged"        // {claimed} {judged} {reason}: a claim that was not followed
	SayConfirmPriority = "confirm.priority"       // {subject} {case} {priority}: asks for the agreement to a priority; the criterion follows
	SayConfirmSender   = "confirm.sender"         // {received}: why a mail has to be confirmed
	SayConfirmPage     = "confirm.page"           // asks to answer on a page; its link follows
	SayConfirmUntil    = "confirm.until"          // {until}: how long the link counts, and whose it is
	SayScopeRefusal    = "scope.refusal"          // {clause} {reason}: out of scope, with the clause's text
	SayWorkReadBack    = "work.read-back"         // {instruction}: an instruction given by word, in writing
	SayWorkDate        = "work.earliest-date"     // {date}: never a promise
	SayWorkVerify      = "work.verify"            // asks the customer to verify
	SayWorkRefusal     = "work.refusal"           // {clause} {reason}: a confidential matter or another console
	SayClosures        = "closures.notice"        // {closures}: days without support
	SayOnboarding      = "onboarding.channels"    // {phone} {mail}: told when the service starts
)

// keyHoles lists every named text with the placeholders that it may hold.
func keyHoles() map[string][]string {
	return map[string][]string{
		SayAckOpening:      {"company", "name"},
		SayAckReceived:     {"case", "received", "priority", "desk"},
		SayAckTarget:       {"deadline", "priority", "target"},
		SayAckProvisional:  {"priority"},
		SayAckFacts:        {},
		SayAckPhone:        {"phone"},
		SayAckDashboard:    {"dashboard"},
		SayAckUnidentified: {"desk"},
		SayReplyOpening:    {"company", "name", "desk", "agent"},
		SayReplyApology:    {},
		SayReplyClosing:    {"desk", "hours", "phone", "agent"},
		SayRecording:       {"desk"},
		SayUnrecorded:      {"agreed"},
		SayNightGreeting:   {"desk", "hours"},
		SayNightRinging:    {},
		SayNightReception:  {"starts"},
		SayPriorityAgreed:  {"priority"},
		SayPriorityChanged: {"from", "to", "reason"},
		SayPriorityJudged:  {"claimed", "judged", "reason"},
		SayConfirmPriority: {"subject", "case", "priority"},
		SayConfirmSender:   {"received"},
		SayConfirmPage:     {},
		SayConfirmUntil:    {"until"},
		SayScopeRefusal:    {"clause", "reason"},
		SayWorkReadBack:    {"instruction"},
		SayWorkDate:        {"date"},
		SayWorkVerify:      {},
		SayWorkRefusal:     {"clause", "reason"},
		SayClosures:        {"closures"},
		SayOnboarding:      {"phone", "mail"},
	}
}

// keyDefaults are the texts that came after contract files had been published
// without them: a published version never changes, and goes on saying these.
func keyDefaults() map[string]Text {
	return map[string]Text{
		SayConfirmPriority: {
			JA: "「{subject}」（{case}）につきまして、対応優先度を「{priority}」とすることへのご同意をお願いいたします。",
			EN: `About "{subject}" ({case}), we ask for your agreement to treat it at priority {priority}.`,
		},
		SayConfirmSender: {
			JA: "{received} に受け付けたメールにつきまして、送信元のドメインを確認できませんでした。行き違いを防ぐため、ご本人様によるご確認をお願いしております。",
			EN: "We could not establish that the mail which reached us on {received} came from your domain, so we ask you to confirm it yourself.",
		},
		SayConfirmPage: {
			JA: "次のページで内容をご確認のうえ、ご回答ください。ページを開いただけでは、回答したことにはなりません。",
			EN: "Please look at the following page and answer there. Opening the page alone answers nothing.",
		},
		SayConfirmUntil: {
			JA: "このページは {until} まで、一度だけご利用いただけます。他の方には転送なさらないようお願いいたします。お心当たりのない場合は、同じページでその旨をご回答ください。",
			EN: "The page can be used once, until {until}. Please do not forward it. If you know nothing of this, please say so on that page.",
		},
	}
}

// DefaultText is what is said for a named text that a contract file may leave
// out.
func DefaultText(key string) (Text, bool) {
	t, ok := keyDefaults()[key]
	return t, ok
}

// Keys returns the names of all texts that a contract file must have, sorted.
func Keys() []string {
	var out []string
	for k := range keyHoles() {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
