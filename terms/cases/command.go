package cases

import (
	"slices"
	"strings"
	"unicode/utf8"

	"madoguchi/terms/fault"
)

// Limits on what a person may write, in characters.
const (
	MaxText   = 100_000
	MaxReason = 2_000
)

// check refuses every command on a case that this build cannot read whole.
func (c *Case) check() error {
	switch {
	case c.Merged != nil:
		return fault.New(fault.Conflict, "このケースは別のケースに統合されています。統合先のケースで操作してください。",
			"This case was merged into another one. Please work there.")
	case c.Frozen == "":
		return nil
	}
	return fault.New(fault.Conflict,
		"このケースには新しい版で記録された経過（"+c.Frozen+"）が含まれるため、この版では変更できません。システムを更新してください。",
		"This case holds a record of a newer version ("+c.Frozen+"), so it cannot be changed here. Please upgrade the system.")
}

func checkText(field, text string) error {
	switch n := utf8.RuneCountInString(strings.TrimSpace(text)); {
	case n == 0:
		return fault.New(fault.Invalid, "本文を入力してください。", "Please write the text.").At(field)
	case n > MaxText:
		return fault.New(fault.Invalid, "本文が長すぎます（100,000 文字まで）。", "The text is too long (100,000 characters at most).").At(field)
	}
	return nil
}

func checkReason(reason string) error {
	switch n := utf8.RuneCountInString(strings.TrimSpace(reason)); {
	case n == 0:
		return fault.New(fault.Invalid, "理由を入力してください。", "Please give the reason.").At("reason")
	case n > MaxReason:
		return fault.New(fault.Invalid, "理由が長すぎます（2,000 文字まで）。", "The reason is too long (2,000 characters at most).").At("reason")
	}
	return nil
}

// Receive takes a mail of the customer's side into the case. A person's mail
// puts a waiting, held or finished case back to work; an automatic one
// changes nothing but the history.
func (c *Case) Receive(m MessageReceived, sender Participant) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	facts := []Data{m}
	if m.Auto != "" {
		return facts, nil
	}
	facts = append(facts, c.overtaken(EndCustomer, "")...)
	if have, ok := c.Participant(sender.Person.Addr); !ok || have.Verified != sender.Verified {
		facts = append(facts, ParticipantJoined(sender))
	}
	switch c.Status {
	case Waiting, OnHold, Resolved, Closed:
		facts = append(facts, StatusChanged{From: c.Status, To: Open})
	}
	return facts, nil
}

// Reply releases a reply written by a person of the desk. Next is the state
// that the person chose for afterwards.
//
// Before the initial response only [InitialResponse] and [ReceptionOnly] are
// possible; after it only [FollowUp] and [ReceptionOnly]. Every recipient must take part in the
// case and be verified, unless the person confirmed them.
func (c *Case) Reply(r Replied, next Status) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if err := c.beside(r.Message); err != nil {
		return nil, err
	}
	if err := checkText("text", r.Text); err != nil {
		return nil, err
	}
	if len(r.To) == 0 {
		return nil, fault.New(fault.Invalid, "宛先を選んでください。", "Please choose a recipient.").At("to")
	}
	for _, a := range append(append([]Address(nil), r.To...), r.Cc...) {
		p, ok := c.Participant(a.Addr)
		if !ok || !p.Verified {
			return nil, fault.New(fault.Invalid,
				a.Addr+" はこのケースで確認済みの宛先ではありません。先にお客様ご担当者として確認してください。",
				a.Addr+" is no confirmed person of this case. Please confirm them first.").At("to")
		}
	}
	switch {
	case c.Response == nil && r.Kind == FollowUp:
		return nil, fault.New(fault.Conflict, "初期対応がまだ行われていません。「初期対応」か「受付のみ」を選んでください。",
			"The initial response has not been given yet. Choose initial response or reception only.").At("kind")
	case c.Response != nil && r.Kind == InitialResponse:
		return nil, fault.New(fault.Conflict, "初期対応は既に行われています。画面を更新してください。",
			"The initial response has already been given. Please reload the page.").At("kind")
	}
	facts := append([]Data{r}, c.overtaken(EndColleague, r.Message)...)
	if next != c.Status {
		answered := c.Clone()
		if r.Responds() { // it owes no answer any more, so no reason is asked for
			answered.Response = &Response{Message: r.Message}
			if t := answered.Target(NextResponse); t != nil && t.Verdict == Undecided {
				t.Verdict = Met
			}
		}
		change, err := answered.SetStatus(next, "")
		if err != nil {
			return nil, err
		}
		facts = append(facts, change...)
	}
	return facts, nil
}

// Note adds an internal note. It never stops a clock.
func (c *Case) Note(n Noted) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if err := checkText("text", n.Text); err != nil {
		return nil, err
	}
	return []Data{n}, nil
}

// SetStatus moves the case to another state. On hold wants a reason. A change
// of state never stops the clock of a response; a case that still owes one can
// be finished only with a reason.
func (c *Case) SetStatus(to Status, reason string) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	switch to {
	case Open, Waiting, OnHold, Resolved, Closed:
	default:
		return nil, fault.New(fault.Invalid, "その状態には変更できません。", "A case cannot be put into that state.").At("status")
	}
	if to == c.Status {
		return nil, fault.New(fault.Conflict, "既にその状態です。", "The case is in that state already.").At("status")
	}
	if to == OnHold || ((to == Resolved || to == Closed) && c.owesAnswer()) {
		if err := checkReason(reason); err != nil {
			return nil, err
		}
	}
	return []Data{StatusChanged{From: c.Status, To: to, Reason: strings.TrimSpace(reason)}}, nil
}

// owesAnswer reports whether the customer waits for the initial response, or
// for the answer to a further message whose clock runs.
func (c *Case) owesAnswer() bool {
	if c.First != nil && c.Response == nil {
		return true
	}
	t := c.Target(NextResponse)
	return t != nil && t.Verdict == Undecided
}

// Restore records that the customer's service works again, if only by a
// workaround, and by what. The case goes on.
func (c *Case) Restore(r ServiceRestored) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Done() || !c.Restored.IsZero() {
		return nil, fault.New(fault.Conflict, "復旧は既に記録されているか、ケースが終わっています。", "The service was restored already, or the case is finished.").At("status")
	}
	if err := checkReason(r.Reason); err != nil {
		return nil, err
	}
	r.Reason = strings.TrimSpace(r.Reason)
	return []Data{r}, nil
}

// CanRestore reports whether restoring the service would fulfil a target.
func (c *Case) CanRestore() bool {
	if c.Done() || !c.Restored.IsZero() {
		return false
	}
	for _, t := range c.Targets() {
		if t.Owed() && t.MetBy(ServiceRestored{}) {
			return true
		}
	}
	return false
}

// Assign gives the case to a person of the desk; an empty agent gives it back
// to the queue.
func (c *Case) Assign(agent, name string) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Assignee.ID == agent {
		return nil, fault.New(fault.Conflict, "担当は既にその方です。", "That person has the case already.").At("agent")
	}
	return []Data{Assigned{Agent: agent, Name: name}}, nil
}

// Identify says which customer an unidentified case belongs to. The person
// who wrote becomes a verified participant only if they are the contact named.
func (c *Case) Identify(i Identified) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Organization != "" {
		return nil, fault.New(fault.Conflict, "このケースのお客様は特定済みです。", "The customer of this case is known already.")
	}
	if i.Organization == "" {
		return nil, fault.New(fault.Invalid, "お客様を選んでください。", "Please choose the customer.").At("organization")
	}
	return []Data{i, ParticipantJoined{Person: c.Person, Contact: i.Contact, Verified: i.Contact != ""}}, nil
}

// Confirm makes a participant one that the desk may write to.
func (c *Case) Confirm(addr string) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	p, ok := c.Participant(addr)
	if !ok {
		return nil, fault.New(fault.NotFound, "その方はこのケースに参加していません。", "That person takes no part in this case.").At("person")
	}
	if p.Verified {
		return nil, fault.New(fault.Conflict, "既に確認済みです。", "That person is confirmed already.").At("person")
	}
	p.Verified = true
	return []Data{ParticipantJoined(p)}, nil
}

// Object records the customer's objection to the priority that the case runs
// at; a supervisor answers it by judging again or by an agreement.
func (c *Case) Object(reason string) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if err := checkReason(reason); err != nil {
		return nil, err
	}
	return []Data{PriorityObjected{Priority: c.Priority, Reason: strings.TrimSpace(reason)}}, nil
}

// DecideScope records that the matter is out of scope by a clause, or that it
// was let in all the same.
func (c *Case) DecideScope(d ScopeDecided) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if err := checkReason(d.Reason); err != nil {
		return nil, err
	}
	d.Reason = strings.TrimSpace(d.Reason)
	return []Data{d}, nil
}

// Retitle changes the subject that the desk shows; what the customer wrote
// stays in the history.
func (c *Case) Retitle(subject string) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	subject = strings.TrimSpace(subject)
	if subject == "" || utf8.RuneCountInString(subject) > 300 {
		return nil, fault.New(fault.Invalid, "件名は 1～300 文字で入力してください。", "The subject must have 1 to 300 characters.").At("subject")
	}
	return []Data{Retitled{Before: c.Subject, After: subject}}, nil
}

// Undelivered is the reason of a verdict that was superseded since nobody got
// the reply (semantics, "verdict").
const Undelivered = "undelivered"

// Undeliverable records that an outgoing message did not reach a recipient for
// good. Where nobody has got it, the verdicts that rest on it are superseded:
// the customer has no answer (semantics, "verdict").
func (c *Case) Undeliverable(f DeliveryFailed) []Data {
	facts := []Data{f}
	i := slices.IndexFunc(c.Replies, func(r Response) bool { return r.Message == f.Message })
	if i < 0 {
		return facts
	}
	r := c.Replies[i]
	lost := len(r.Failed)
	if !slices.Contains(r.Failed, f.Recipient) {
		lost++
	}
	if lost < r.To {
		return facts
	}
	for _, t := range c.Targets() {
		v := VerdictSuperseded{Metric: t.Metric, Reason: Undelivered, Message: f.Message}
		if c.Rests(v) {
			facts = append(facts, v)
		}
	}
	if c.Status == Waiting && c.LastMail == f.Message { // the customer cannot answer what they have not got
		facts = append(facts, StatusChanged{From: Waiting, To: Open})
	}
	return facts
}
