package agent

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/chooser"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

// pageSize is how many cases a list shows at once.
const pageSize = 50

// Queue shows the workspace without an open case.
func (p *Pages) Queue(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if strings.TrimSpace(r.FormValue(ui.Typed("organization"))) != "" { // a text of the filter that nobody chose from its list
		return p.narrowed(w, r, who)
	}
	q, err := p.queue(r, who, "")
	if err != nil {
		return err
	}
	embeds(w)
	return p.show(w, r, http.StatusOK, ui.T(r.Context(), "queue.name"), "queue", func(page ui.Page) templ.Component {
		return Workspace(page, q, nil)
	})
}

// narrowed sends a browser to the queue of the customer whose name it brought.
func (p *Pages) narrowed(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	ids, err := chooser.Customers(r, p.desk, who, "organization")
	if err != nil {
		return err
	}
	asked := r.URL.Query()
	asked.Del(ui.Typed("organization"))
	asked.Set("organization", strings.Join(ids, ","))
	http.Redirect(w, r, "/queue?"+asked.Encode(), http.StatusSeeOther)
	return nil
}

// QueueList is the queue alone, for the page that keeps it current.
func (p *Pages) QueueList(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	q, err := p.queue(r, who, r.FormValue("open"))
	if err != nil {
		return err
	}
	page, err := p.frame.Page(r, "", "")
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, QueueRefresh(page, q))
}

// queue is the queue as an address asks for it: a view by its name, or what
// the address itself says, which goes before.
func (p *Pages) queue(r *http.Request, who desk.Viewer, open string) (QueueView, error) {
	q, err := p.asked(r, who)
	if err != nil {
		return QueueView{}, err
	}
	query := desk.QueueQuery{Selection: q.selection, Limit: pageSize}
	if err := ui.Unseal(r.FormValue("after"), &query.After); err != nil {
		return QueueView{}, err
	}
	page, err := p.desk.Queue(r.Context(), who, query)
	if err != nil {
		return QueueView{}, err
	}
	columns, err := p.columns(r, who, q.selection.Columns())
	if err != nil {
		return QueueView{}, err
	}
	rows := make([]Row, 0, len(page.Rows))
	for _, row := range page.Rows {
		rows = append(rows, rowOf(r.Context(), row, columns))
	}
	q.Selected, q.From = open, r.FormValue("after")
	q.Groups = GroupRows(r.Context(), rows, q.selection.Order)
	q.Count.N = len(rows)
	if !page.Next.End() {
		if q.After, err = ui.Seal(page.Next); err != nil {
			return QueueView{}, err
		}
	}
	q.Part = q.After != "" && len(rows) < pageSize
	if q.After != "" || q.From != "" {
		n, err := p.desk.Count(r.Context(), who, q.selection)
		if err != nil {
			return QueueView{}, err
		}
		q.Count = ui.Amount(n)
	}
	if len(rows) == 0 && q.After == "" {
		if err := p.begin(r, who, &q); err != nil {
			return QueueView{}, err
		}
	}
	hours, err := p.desk.Hours()
	if err != nil {
		return QueueView{}, err
	}
	if n := len(hours.Day); n > 0 {
		q.Day = DayOf(hours.Day[0].From, hours.Day[n-1].To, rows)
	}
	return q, nil
}

// begin is what a desk without any customer shows in place of its queue.
func (p *Pages) begin(r *http.Request, who desk.Viewer, q *QueueView) error {
	known, _, err := p.desk.Customers(r.Context(), who, store.OrganizationQuery{Limit: 1})
	if err == nil && len(known) == 0 {
		q.Begin = &Begin{Mail: p.desk.Site().Mail, MaySite: who.Can(desk.ManageSite), MayAdd: who.Can(desk.EditCustomers)}
	}
	return err
}

func rowOf(ctx context.Context, r desk.QueueRow, columns []column) Row {
	row := Row{
		ID: string(r.ID), Number: r.Number, Subject: r.Subject, Organization: r.OrgName, Priority: r.Priority, Provisional: r.Provisional,
		Clock: clockOf(r.Clock), Section: string(r.Section.Kind), Next: nextOf(r.CaseRow), Assignee: r.AssigneeName,
		Unread:    r.LastInbound.After(r.LastOutbound) && !r.LastOutbound.IsZero(),
		Reception: r.Reception, Updated: r.Updated, Pending: r.Pending,
	}
	if r.Section.Kind == desk.SectionWaiting || r.Section.Kind == desk.SectionHeld {
		row.Clock.State = ui.ClockWaiting
	}
	if row.Next == "next.first" {
		row.Asks = ui.Either(ctx, r.Clock.Label.JA, r.Clock.Label.EN) // as its contract calls it
	}
	for _, c := range columns {
		c.show(ctx, r, &row)
	}
	return row
}

// nextOf names what has to be done with a case next.
func nextOf(r store.CaseRow) string {
	status := "status." + string(r.Status)
	switch {
	case r.Bucket == store.Finished:
		return status
	case r.Organization == "":
		return "next.identify"
	case r.Objection:
		return "next.objection"
	case r.Bucket == store.Owed && r.Foremost.Metric == cases.FirstResponse:
		return "next.first"
	case r.Provisional:
		return "next.judge"
	case r.Bucket == store.Owed:
		return "next." + r.Foremost.Metric
	case r.Status == cases.Waiting || r.Status == cases.OnHold:
		return status
	case r.LastInbound.After(r.LastOutbound):
		return "next.answer"
	}
	return status
}

// clockOf turns the desk's clock into the one that is drawn.
func clockOf(k desk.Clock) ui.Clock {
	c := ui.Clock{Deadline: k.Deadline, Target: k.Business, Left: k.Left, Reopens: k.Resumes, Metric: k.Metric, Wait: string(k.Wait)}
	for _, o := range k.Open {
		c.Open = append(c.Open, ui.Span{From: o.From, To: o.To})
	}
	switch k.State {
	case desk.ClockRunning:
		c.State = ui.ClockRunning
	case desk.ClockSoon:
		c.State = ui.ClockSoon
	case desk.ClockLate:
		c.State = ui.ClockLate
	case desk.ClockResting:
		c.State = ui.ClockResting
	case desk.ClockMet:
		c.State, c.Taken = ui.ClockMet, k.Used
	case desk.ClockMissed:
		c.State, c.Taken = ui.ClockMissed, k.Used
	case desk.ClockPaused:
		c.State = ui.ClockWaiting
	default:
		c.State, c.Ended = ui.ClockNone, string(k.Cancelled)
	}
	return c
}

var caseNumber = regexp.MustCompile(`(?i)^\s*(?:\[?[a-z][a-z0-9]{0,7}-)?([0-9]{1,15})\]?\s*$`)

// Find opens a case by its number.
func (p *Pages) Find(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	asked := strings.Map(halfWidth, r.FormValue("q"))
	if m := caseNumber.FindStringSubmatch(asked); m != nil {
		n, err := strconv.ParseInt(m[1], 10, 64)
		if err != nil {
			return err
		}
		id, err := p.desk.ByNumber(r.Context(), who, n)
		if err == nil {
			http.Redirect(w, r, "/cases/"+string(id), http.StatusSeeOther)
			return nil
		}
		return err
	}
	http.Redirect(w, r, "/search?q="+url.QueryEscape(r.FormValue("q")), http.StatusSeeOther)
	return nil
}

// halfWidth maps the full-width digits, letters and hyphens that an input
// method writes to their plain forms.
func halfWidth(c rune) rune {
	switch {
	case c >= '！' && c <= '～':
		return c - '！' + '!'
	case c == '　':
		return ' '
	case c == 'ー' || c == '−' || c == '‐':
		return '-'
	}
	return c
}
