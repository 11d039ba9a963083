package cases

import (
	"strings"
	"time"

	"madoguchi/terms/fault"
)

// ApprovalAsked says that a reply waits for another person's approval (上長承認).
// It answers nobody: every clock goes on until the approver releases it.
type ApprovalAsked struct {
	Reply     Replied  `json:"reply"`               // as it would leave
	Next      Status   `json:"next"`                // the state that its writer chose for afterwards
	Refusal   string   `json:"refusal,omitempty"`   // clause by which the matter is out of scope
	Reason    string   `json:"reason,omitempty"`    // of the refusal
	Rule      string   `json:"rule"`                // name of the rule that asks for it
	Approvers []string `json:"approvers,omitempty"` // ids of those whom the rule names; empty: whoever has the permission
}

// Type implements [Data].
func (ApprovalAsked) Type() string { return "approval.asked/1" }

// ApprovalGiven says that a person approved a reply; its release follows in the
// same act, and counts at this instant.
type ApprovalGiven struct {
	Message string `json:"message"`
	Writer  Actor  `json:"writer"`
	Edited  bool   `json:"edited"` // the approver changed the text before
}

// Type implements [Data].
func (ApprovalGiven) Type() string { return "approval.given/1" }

// ApprovalReturned gives a reply back to its writer, with what to change.
type ApprovalReturned struct {
	Message string `json:"message"`
	Writer  Actor  `json:"writer"`
	Comment string `json:"comment"`
}

// Type implements [Data].
func (ApprovalReturned) Type() string { return "approval.returned/1" }

// ApprovalWithdrawn says that the writer took the reply back before anybody
// decided, or that the case went on in another one.
type ApprovalWithdrawn struct {
	Message string `json:"message"`
}

// Type implements [Data].
func (ApprovalWithdrawn) Type() string { return "approval.withdrawn/1" }

// Pending is a reply that waits for an approval.
type Pending struct {
	ApprovalAsked
	By  Actor
	At  time.Time
	Seq int // of the event that asked
}

// AskApproval lets a reply wait for an approval. Whatever would refuse the reply
// refuses it now.
func (c *Case) AskApproval(a ApprovalAsked) ([]Data, error) {
	if c.Scheduled != nil {
		return nil, fault.New(fault.Conflict, "このケースには送信予約があります。先に予約を取り消してください。",
			"A reply is scheduled in this case. Please cancel it first.").At("approval")
	}
	if _, err := c.Reply(a.Reply, a.Next); err != nil {
		return nil, err
	}
	return []Data{a}, nil
}

// Approve is an approver's consent to the reply that waits, with the text that
// leaves. Nobody approves their own.
func (c *Case) Approve(by Actor, text string) (ApprovalGiven, error) {
	w, err := c.approving()
	if err != nil {
		return ApprovalGiven{}, err
	}
	if w.By.ID == by.ID {
		return ApprovalGiven{}, fault.New(fault.Forbidden, "ご自身の返信は承認できません。ほかの承認者に依頼してください。", "Nobody approves their own reply. Please ask another approver.").At("approval")
	}
	if err := checkText("text", text); err != nil {
		return ApprovalGiven{}, err
	}
	return ApprovalGiven{Message: w.Reply.Message, Writer: w.By, Edited: strings.TrimSpace(text) != strings.TrimSpace(w.Reply.Text)}, nil
}

// ReturnReply gives the reply that waits back to its writer.
func (c *Case) ReturnReply(comment string) ([]Data, error) {
	w, err := c.approving()
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(comment) == "" {
		return nil, fault.New(fault.Invalid, "差し戻す理由を入力してください。", "Please say what has to be changed.").At("comment")
	}
	if len([]rune(comment)) > MaxReason {
		return nil, fault.New(fault.Invalid, "理由が長すぎます（2,000 文字まで）。", "The reason is too long (2,000 characters at most).").At("comment")
	}
	return []Data{ApprovalReturned{Message: w.Reply.Message, Writer: w.By, Comment: strings.TrimSpace(comment)}}, nil
}

// WithdrawReply takes the reply that waits back.
func (c *Case) WithdrawReply() ([]Data, error) {
	w, err := c.approving()
	if err != nil {
		return nil, err
	}
	return []Data{ApprovalWithdrawn{Message: w.Reply.Message}}, nil
}

func (c *Case) approving() (*Pending, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Pending == nil {
		return nil, fault.New(fault.Conflict, "承認待ちの返信はありません。既に送信されたか、取り下げられています。", "No reply waits for an approval: it has left already, or was taken back.").At("approval")
	}
	return c.Pending, nil
}

// beside refuses a reply while another one waits for an approval.
func (c *Case) beside(message string) error {
	if c.Pending == nil || c.Pending.Reply.Message == message {
		return nil
	}
	return fault.New(fault.Conflict, c.Pending.By.Name+" さんの返信が承認待ちです。承認、差し戻し、取り下げのいずれかの後に返信してください。",
		"A reply by "+c.Pending.By.Name+" waits for approval. Please have it approved, returned or withdrawn first.").At("approval")
}

func (c *Case) applyApproval(e Event) {
	switch d := e.Data.(type) {
	case ApprovalAsked:
		c.Pending = &Pending{ApprovalAsked: d, By: e.Actor, At: e.At, Seq: e.Seq}
	case ApprovalReturned, ApprovalWithdrawn:
		c.Pending = nil
	case Replied:
		if c.Pending != nil && c.Pending.Reply.Message == d.Message {
			c.Pending = nil
		}
	}
}

// withdrawn lists the end of a reply that waits, when its case goes on elsewhere.
func (c *Case) withdrawn() []Data {
	if c.Pending == nil {
		return []Data{}
	}
	return []Data{ApprovalWithdrawn{Message: c.Pending.Reply.Message}}
}
