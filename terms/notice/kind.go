// Package notice decides which ways a person of the desk hears of what
// happened, and when.
//
// It owns the kinds of news, the table of a person's choices with its
// defaults, and quiet hours. It refuses to know who is concerned (package
// desk) and how a way works (the doors).
//
// Start reading at [Preferences.Plan].
package notice

// Kind is a sort of news.
type Kind string

// The kinds, in the order in which people choose among them.
const (
	Assigned   Kind = "assigned"          // a case was given to me
	Team       Kind = "team"              // a case was given to a team of mine
	Answered   Kind = "answered"          // the customer wrote on a case of mine
	Mentioned  Kind = "mentioned"         // a note names me
	AtRisk     Kind = "at-risk"           // a target's deadline is near
	Missed     Kind = "missed"            // a target was missed
	Bounced    Kind = "bounced"           // nobody got the initial response
	Asked      Kind = "approval-asked"    // a reply waits for my approval
	Returned   Kind = "approval-returned" // my reply came back from whom I asked
	Approved   Kind = "approval-given"    // my reply was approved and has left
	Stopped    Kind = "schedule-stopped"  // a reply that I scheduled was not sent
	Unfinished Kind = "unfinished"        // a reply of mine left by itself, and the case could not be finished with it
	TakenOver  Kind = "lock-taken"        // a colleague took over the reply that I was writing
	Tasked     Kind = "tasked"            // a colleague set me a task
	Reminder   Kind = "reminder"          // a task of mine is due
	Trouble    Kind = "mailbox"           // a mailbox or the way of our mail is broken
	Objected   Kind = "objected"          // a customer objects to a priority
	Followed   Kind = "followed"          // something happened in a case that I follow
	Erasing    Kind = "erasure"           // personal data is to be erased, and I may carry it out
)

// Kinds lists all of them.
func Kinds() []Kind {
	return []Kind{Assigned, Team, Answered, Mentioned, Followed, AtRisk, Missed, Bounced, Objected, Asked, Returned, Approved, Stopped, Unfinished, TakenOver, Tasked, Reminder, Trouble, Erasing}
}

// Known reports whether this build knows a kind.
func (k Kind) Known() bool { _, ok := defaults[k]; return ok }

// Urgent reports whether waiting until the morning may harm a customer: such
// news passes quiet hours if the person chose so.
func (k Kind) Urgent() bool {
	switch k {
	case AtRisk, Missed, Bounced, Objected, Trouble:
		return true
	}
	return false
}

// Mail says how a kind comes by mail.
type Mail string

// The ways of mail.
const (
	Never  Mail = "never"
	Digest Mail = "digest" // with others, at the times of the digest
	Now    Mail = "now"
)

// Ways are how one kind reaches a person.
type Ways struct {
	Browser bool `json:"browser"` // stands in the list behind the bell, and is counted there
	Desktop bool `json:"desktop"` // the browser shows it outside of its window
	Mail    Mail `json:"mail"`
}

// defaults hold until a person chooses: what asks for a person's own next step
// is shown outside of the browser, what must not wait is mailed too.
var defaults = map[Kind]Ways{
	Assigned:   {Browser: true, Desktop: true, Mail: Never},
	Team:       {Browser: true, Mail: Never},
	Answered:   {Browser: true, Desktop: true, Mail: Never},
	Mentioned:  {Browser: true, Desktop: true, Mail: Digest},
	Followed:   {Browser: true, Mail: Never},
	AtRisk:     {Browser: true, Desktop: true, Mail: Never},
	Missed:     {Browser: true, Desktop: true, Mail: Now},
	Bounced:    {Browser: true, Desktop: true, Mail: Now},
	Objected:   {Browser: true, Desktop: true, Mail: Now},
	Asked:      {Browser: true, Desktop: true, Mail: Now},
	Returned:   {Browser: true, Desktop: true, Mail: Digest},
	Approved:   {Browser: true, Mail: Never},
	Stopped:    {Browser: true, Desktop: true, Mail: Now},
	Unfinished: {Browser: true, Desktop: true, Mail: Digest},
	TakenOver:  {Browser: true, Desktop: true, Mail: Never},
	Tasked:     {Browser: true, Desktop: true, Mail: Digest},
	Reminder:   {Browser: true, Desktop: true, Mail: Now},
	Trouble:    {Browser: true, Desktop: true, Mail: Now},
	Erasing:    {Browser: true, Desktop: true, Mail: Digest},
}
