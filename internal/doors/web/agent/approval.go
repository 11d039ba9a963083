package agent

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// ApprovalView is a reply that waits for an approval.
type ApprovalView struct {
	CaseID, Number, CaseSubject string
	Message                     string
	Version                     int
	By, Rule                    string
	At                          time.Time
	Mine, Decide, End           bool
	Approvers                   string // names
	Running                     bool   // a clock of a response runs until the approval
	Label                       string // which clock; empty: the initial response
	Deadline                    time.Time
	Left                        time.Duration
	Late, Soon                  bool
	News                        bool // something came since it was asked for
	To, Cc, Subject, Text, Lang string
	Kind                        string
	Next                        string
	Quote                       string // that stands below when it leaves
	QuoteFrom                   string
	Files                       []string
	Comment, CommentBy          string // how the one before was returned; empty: it was not
	CommentAt                   time.Time
	Diff                        []DiffLine // against the one before
	Errors                      map[string]string
}

// DiffLine is one line of a reply that was changed.
type DiffLine struct {
	Kind string // "same", "gone" or "new"
	Text string
}

func approvalOf(ctx context.Context, v desk.CaseView) *ApprovalView {
	a := v.Approval
	if a == nil {
		return nil
	}
	out := &ApprovalView{
		CaseID: string(v.Case.ID), Message: a.Reply.Message, Number: v.Number, CaseSubject: v.Case.Subject, Version: v.Case.Version,
		By: a.By.Name, Rule: a.Rule, At: a.At, Mine: a.Mine, Decide: a.MayDecide, End: a.MayEnd, News: a.News,
		Subject: a.Reply.Subject, Text: a.Reply.Text, Lang: v.Case.Language, Kind: string(a.Reply.Kind), Next: string(a.Next),
	}
	var names []string
	for _, p := range a.Approvers {
		names = append(names, ui.T(ctx, "together.person", p.Agent.Name))
	}
	out.Approvers = strings.Join(names, ui.T(ctx, "list.sep"))
	list := func(all []cases.Address) string {
		var to []string
		for _, x := range all {
			to = append(to, ui.T(ctx, "case.person", personName(x))+" <"+x.Addr+">")
		}
		return strings.Join(to, ui.T(ctx, "list.sep"))
	}
	out.To, out.Cc = list(a.Reply.To), list(a.Reply.Cc)
	if a.Quote != nil {
		out.Quote, out.QuoteFrom = a.Quote.Text, personName(a.Quote.From)
	}
	for _, f := range a.Reply.Attachments {
		out.Files = append(out.Files, ui.T(ctx, "timeline.files", f.Name, size(f.Size)))
	}
	if pre := a.Foreseen; pre.Stops {
		out.Running, out.Left, out.Late = true, pre.Left, pre.Verdict == cases.Missed
		if t := v.Case.Target(pre.Metric); t != nil {
			out.Deadline, out.Soon = t.Deadline, !out.Late && pre.Left*4 <= t.Business
		}
		if pre.Metric != cases.FirstResponse {
			out.Label = ui.Either(ctx, pre.Label.JA, pre.Label.EN)
		}
	}
	if e := a.Earlier; e != nil {
		out.Comment, out.CommentBy, out.CommentAt = e.Comment, e.By.Name, e.At
		out.Diff = diff(e.Text, a.Reply.Text)
	}
	return out
}

// clock is the sentence about what approving does to the clock.
func (a ApprovalView) clock(ctx context.Context) string {
	label := a.Label
	if label == "" {
		label = ui.T(ctx, "side.first")
	}
	switch {
	case !a.Running:
		return ui.T(ctx, "approval.clock.none")
	case a.Late:
		return ui.T(ctx, "approval.clock.late", label, ui.Moment(ctx, a.Deadline))
	case a.Soon:
		return ui.T(ctx, "approval.clock.soon", label, ui.HM(a.Left), ui.Near(ctx, a.Deadline))
	}
	return ui.T(ctx, "approval.clock", label, ui.Near(ctx, a.Deadline), ui.HM(a.Left))
}

func (a ApprovalView) kind(ctx context.Context) string {
	switch cases.ReplyKind(a.Kind) {
	case cases.InitialResponse:
		return ui.T(ctx, "timeline.first")
	case cases.ReceptionOnly:
		return ui.T(ctx, "timeline.reception")
	}
	return ui.T(ctx, "timeline.follow")
}

// diff compares two texts line by line, by their longest common lines.
func diff(before, after string) []DiffLine {
	a, b := strings.Split(strings.TrimSpace(before), "\n"), strings.Split(strings.TrimSpace(after), "\n")
	const most = 400 // lines; longer ones are shown whole
	if len(a) > most || len(b) > most {
		a = nil
	}
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out []DiffLine
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, DiffLine{"same", a[i]})
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || common[i+1][j] >= common[i][j+1]):
			out = append(out, DiffLine{"gone", a[i]})
			i++
		default:
			out = append(out, DiffLine{"new", b[j]})
			j++
		}
	}
	if !slices.ContainsFunc(out, func(l DiffLine) bool { return l.Kind != "same" }) {
		return nil
	}
	return out
}

// Approval shows the whole mail that waits, with what can be decided.
func (p *Pages) Approval(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.approval(w, r, who, http.StatusOK, nil)
}

func (p *Pages) approval(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, problems map[string]string) error {
	v, err := p.desk.View(r.Context(), who, caseID(r))
	if err != nil {
		return err
	}
	a := approvalOf(r.Context(), v)
	if a == nil {
		return fault.New(fault.NotFound, "承認待ちの返信はありません。既に送信されたか、取り下げられています。", "No reply waits for an approval: it has left already, or was taken back.")
	}
	a.Errors = problems
	if ui.IsFragment(r) {
		return ui.Render(w, r, status, ApprovalPanel(*a, true))
	}
	return p.show(w, r, status, ui.T(r.Context(), "approval.title"), "approvals", func(page ui.Page) templ.Component { return ApprovalPage(page, *a) })
}

// Approve releases the reply that waits.
func (p *Pages) Approve(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	_, err := p.desk.Approve(r.Context(), who, desk.ApproveCommand{Case: caseID(r), Seen: number(r, "seen"), Text: r.PostFormValue("text")})
	return p.decided(w, r, who, err, "approval.given")
}

// ReturnReply gives it back to its writer.
func (p *Pages) ReturnReply(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	_, err := p.desk.ReturnReply(r.Context(), who, caseID(r), r.PostFormValue("comment"))
	return p.decided(w, r, who, err, "approval.returned")
}

// WithdrawReply takes it back.
func (p *Pages) WithdrawReply(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if _, err := p.desk.WithdrawReply(r.Context(), who, caseID(r)); err != nil {
		return err
	}
	return p.undraftedAgain(w, r, who, "approval.withdrawn")
}

func (p *Pages) decided(w http.ResponseWriter, r *http.Request, who desk.Viewer, err error, said string) error {
	if problems, ok := ui.FormErrors(r.Context(), err); err != nil && ok && !ui.IsFragment(r) {
		return p.approval(w, r, who, refused, problems)
	}
	if err != nil {
		return err
	}
	return p.acted(w, r, who, said, "")
}

// undraftedAgain answers an act that made a reply its writer's draft again.
func (p *Pages) undraftedAgain(w http.ResponseWriter, r *http.Request, who desk.Viewer, said string) error {
	if !ui.IsFragment(r) {
		return p.done(w, r, said, "/cases/"+r.PathValue("id"))
	}
	c, err := p.caseView(r, who)
	if err != nil {
		return err
	}
	w.Header().Set("HX-Trigger", `{"desk:undone":{}}`)
	return ui.Render(w, r, http.StatusOK, templ.Join(CaseLive(c), ComposerPartial(c.Composer), ui.ToastPartial(ui.Flash{Text: ui.T(r.Context(), said)})))
}

// ApprovalRow is a reply in the list of those that wait.
type ApprovalRow struct {
	CaseID, Number, Subject, Organization, Priority string
	Provisional                                     bool
	By, Rule                                        string
	Asked                                           time.Time
	Clock                                           ui.Clock
}

// Approvals lists what waits for the viewer's approval, and what of theirs waits
// for another's.
func (p *Pages) Approvals(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	list, err := p.desk.Approvals(r.Context(), who)
	if err != nil {
		return err
	}
	var decide, mine []ApprovalRow
	for _, a := range list {
		row := ApprovalRow{
			CaseID: string(a.ID), Number: a.Number, Subject: a.Subject, Organization: a.OrgName, Priority: a.Priority, Provisional: a.Provisional,
			By: a.Name, Rule: a.Rule, Asked: a.Asked, Clock: clockOf(a.Clock),
		}
		if a.Decide {
			decide = append(decide, row)
		} else {
			mine = append(mine, row)
		}
	}
	return p.show(w, r, http.StatusOK, ui.T(r.Context(), "approvals.title"), "approvals", func(page ui.Page) templ.Component {
		return ApprovalsPage(page, decide, mine)
	})
}
