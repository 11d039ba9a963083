package desk

import (
	"context"
	"slices"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/approval"
	"madoguchi/terms/cases"
)

// ApprovalView is the reply that waits in a case, as its people see it.
type ApprovalView struct {
	cases.Pending
	Mine      bool // the viewer wrote it
	MayDecide bool // the viewer may approve or return it
	MayEnd    bool // the viewer may take it back
	Approvers []Colleague
	Foreseen  ReplyPreview // approving now
	Quote     *Quote       // that stands below the text when it leaves
	News      bool         // something that matters came since it was asked for
	Earlier   *Returned    // how the one before was returned; nil: it was not
}

// Returned is a reply that an approver gave back.
type Returned struct {
	Text    string
	Comment string
	By      cases.Actor
	At      time.Time
}

// approvalOf is the reply that waits in a case, for its screen.
func (d *Desk) approvalOf(ctx context.Context, who Viewer, v CaseView) (*ApprovalView, error) {
	w := v.Case.Pending
	people, err := d.Colleagues(ctx, v.Now)
	if err != nil {
		return nil, err
	}
	teams, err := d.store.ListTeams(ctx)
	if err != nil {
		return nil, err
	}
	may, err := d.approvers(ctx, people, teams, w.Approvers, w.By.ID)
	if err != nil {
		return nil, err
	}
	out := &ApprovalView{
		Pending: *w, Mine: w.By.ID == who.ID, MayDecide: slices.Contains(may, who.ID), Foreseen: d.PreviewReply(v.Case, v.Contract, w.Reply.Kind),
		News: len(cases.Meanwhile(v.Events, w.Seq, w.By.ID)) > 0, Earlier: returned(v.Events[:min(w.Seq, len(v.Events))]),
	}
	out.MayEnd = out.Mine || who.Can(Supervise)
	for _, p := range people {
		if slices.Contains(may, p.Agent.ID) {
			out.Approvers = append(out.Approvers, p)
		}
	}
	if like, err := d.Choices(ctx, Viewer{ID: w.By.ID}); err == nil && like.Quote == QuoteBelow {
		out.Quote = (&pen{c: v.Case, past: v.Events}).lastFromCustomer()
	}
	return out, nil
}

// returned is how the last reply that was asked for came back.
func returned(past []cases.Event) *Returned {
	var text string
	var out *Returned
	for _, e := range past {
		switch f := e.Data.(type) {
		case cases.ApprovalAsked:
			if e.Seq != len(past) {
				text = f.Reply.Text
			}
		case cases.ApprovalReturned:
			out = &Returned{Text: text, Comment: f.Comment, By: e.Actor, At: e.At}
		case cases.ApprovalGiven, cases.ApprovalWithdrawn:
			out = nil
		}
	}
	return out
}

// WaitingReply is a reply in the list of those that wait.
type WaitingReply struct {
	store.PendingReply
	Number string
	Clock  Clock
	Mine   bool // the viewer wrote it
	Decide bool // the viewer may approve it
}

// Approvals returns the replies that wait for the viewer's approval, and those of
// theirs that wait for another's; the nearest deadline first.
func (d *Desk) Approvals(ctx context.Context, who Viewer) ([]WaitingReply, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	list, err := d.store.PendingReplies(ctx, who.Scope())
	if err != nil || len(list) == 0 {
		return nil, err
	}
	at := d.now()
	people, err := d.Colleagues(ctx, at)
	if err != nil {
		return nil, err
	}
	teams, err := d.store.ListTeams(ctx)
	if err != nil {
		return nil, err
	}
	var out []WaitingReply
	for _, r := range list {
		may, err := d.approvers(ctx, people, teams, r.Approvers, r.Writer)
		if err != nil {
			return nil, err
		}
		w := WaitingReply{PendingReply: r, Number: d.Number(r.Number), Mine: r.Writer == who.ID, Decide: slices.Contains(may, who.ID)}
		if !w.Mine && !w.Decide {
			continue
		}
		if c, _, err := d.store.Case(ctx, r.ID); err == nil {
			con, err := d.contracts.Version(c.Contract)
			if err != nil {
				return nil, err
			}
			w.Clock = ClockOf(con, c, at)
		}
		out = append(out, w)
	}
	slices.SortStableFunc(out, func(a, b WaitingReply) int {
		if a.Decide != b.Decide {
			return compareBool(b.Decide, a.Decide)
		}
		return a.Clock.Deadline.Compare(b.Clock.Deadline)
	})
	return out, nil
}

// ToApprove counts the replies that wait for the viewer's approval.
func (d *Desk) ToApprove(ctx context.Context, who Viewer) (int, error) {
	list, err := d.Approvals(ctx, who)
	n := 0
	for _, w := range list {
		if w.Decide {
			n++
		}
	}
	return n, err
}

// ApprovalRule returns the rule by which a reply of the viewer, of a kind, would
// need an approval.
func (v CaseView) ApprovalRule(kind cases.ReplyKind) (approval.Rule, bool) {
	of := v.writer
	of.Initial = kind == cases.InitialResponse
	return approval.First(v.rules, of)
}

// templates are those that were put into the viewer's draft.
func (d Drafts) templates() []string {
	if d.Reply == nil {
		return nil
	}
	return d.Reply.Templates
}
