package agent

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/notice"
)

// noticeGroups are the kinds by which a list can be narrowed.
var noticeGroups = map[string][]notice.Kind{
	"target":   {notice.AtRisk, notice.Missed, notice.Bounced},
	"customer": {notice.Answered, notice.Objected},
	"me":       {notice.Assigned, notice.Team, notice.Mentioned, notice.Asked, notice.Returned, notice.Approved, notice.TakenOver, notice.Tasked, notice.Reminder},
	"followed": {notice.Followed},
	"trouble":  {notice.Trouble, notice.Erasing},
}

// noticeIcons are the pictures of the kinds.
var noticeIcons = map[notice.Kind]string{
	notice.Assigned: "user", notice.Team: "users", notice.Answered: "mail", notice.Mentioned: "at", notice.AtRisk: "clock", notice.Missed: "alert",
	notice.Bounced: "alert", notice.Objected: "flag", notice.Asked: "check", notice.Returned: "reply", notice.Approved: "check",
	notice.TakenOver: "lock", notice.Reminder: "history", notice.Tasked: "history", notice.Trouble: "alert", notice.Followed: "eye", notice.Erasing: "shield",
}

// NewsRow is one notice as it is shown.
type NewsRow struct {
	ID, Icon, Line, Href string
	When, At             string
	Times                int64
	Number, Subject, Org string
	Who, What            string
	Unread, Urgent       bool
}

// NoticesView is the list of a person's notices.
type NoticesView struct {
	Rows   []NewsRow
	All    bool   // the read ones too
	Of     string // the group of kinds; empty: all
	Unread int
	After  string
	Undo   string // the instant by which the last reading is taken back; empty: none
}

func (v NoticesView) address(all bool, of, after string) templ.SafeURL {
	q := url.Values{}
	if all {
		q.Set("show", "all")
	}
	if of != "" {
		q.Set("of", of)
	}
	if after != "" {
		q.Set("after", after)
	}
	if len(q) == 0 {
		return "/notices"
	}
	return templ.SafeURL("/notices?" + q.Encode())
}

// Notices lists what the person was told.
func (p *Pages) Notices(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	q := desk.NoticeQuery{Unread: r.FormValue("show") != "all", Kinds: noticeGroups[r.FormValue("of")], Limit: 50}
	if err := ui.Unseal(r.FormValue("after"), &q.After); err != nil {
		return err
	}
	page, err := p.desk.Notices(r.Context(), who, q)
	if err != nil {
		return err
	}
	v := NoticesView{All: !q.Unread, Unread: page.Unread, Undo: r.FormValue("undo"), Rows: newsRows(r.Context(), page.Rows, who)}
	if q.Kinds != nil {
		v.Of = r.FormValue("of")
	}
	if !page.Next.End() {
		if v.After, err = ui.Seal(page.Next); err != nil {
			return err
		}
	}
	return p.show(w, r, http.StatusOK, ui.T(r.Context(), "notices.title"), "notices", func(page ui.Page) templ.Component { return NoticesPage(page, v) })
}

func newsRows(ctx context.Context, rows []desk.NoticeRow, who desk.Viewer) []NewsRow {
	out := make([]NewsRow, 0, len(rows))
	for _, n := range rows {
		out = append(out, newsRow(ctx, n, who))
	}
	return out
}

func newsRow(ctx context.Context, n desk.NoticeRow, who desk.Viewer) NewsRow {
	k := notice.Kind(n.Kind)
	row := NewsRow{
		ID: n.ID, Icon: noticeIcons[k], Line: k.Line().In(string(ui.Of(ctx).Lang)), When: ui.Near(ctx, n.RaisedAt), At: ui.Machine(n.RaisedAt),
		Times: n.Times, Number: n.Number, Subject: n.Subject, Org: n.Org, Who: n.Who, What: n.What, Unread: n.ReadAt.IsZero(), Urgent: k.Urgent(),
	}
	if row.Icon == "" {
		row.Icon = "bell"
	}
	switch {
	case n.Hidden:
		row.Line, row.What = ui.T(ctx, "notices.hidden"), ""
	case n.Case != "":
		row.Href = "/cases/" + string(n.Case)
	case n.Ref == desk.RetentionNews:
		row.Href, row.What = "/retention", ui.T(ctx, "retention.title")
	case k == notice.Erasing && n.Ref != "":
		row.Href, row.What = "/erasures", ui.T(ctx, "erasures.title")
	case n.Ref == desk.OutboxTrouble:
		row.Href, row.What = "/sent", ui.T(ctx, "notices.outbox")
	case k == notice.Trouble && who.Can(desk.ManageMail):
		row.Href = "/mailboxes/" + n.Ref
	case n.Ref == "":
		row.What = ui.T(ctx, "notices.more-of")
	}
	return row
}

// NoticeMenu is what the bell opens: the newest of what is unread.
func (p *Pages) NoticeMenu(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	page, err := p.desk.Notices(r.Context(), who, desk.NoticeQuery{Unread: true, Limit: 8})
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, NoticeMenuView(newsRows(r.Context(), page.Rows, who)))
}

// Bell keeps the bell's figure current.
func (p *Pages) Bell(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	n, err := p.desk.UnreadNotices(r.Context(), who)
	if err != nil {
		return err
	}
	fresh, err := p.desk.Announcements(r.Context(), who)
	if err != nil {
		return err
	}
	news := make([]ui.Announcement, 0, len(fresh))
	for _, f := range fresh {
		row := newsRow(r.Context(), f, who)
		news = append(news, ui.Announcement{Tag: f.ID + "/" + strconv.FormatInt(f.RaisedAt.UnixMilli(), 10), Title: row.Line, Body: below(row), Href: row.Href})
	}
	return ui.Render(w, r, http.StatusOK, ui.Bell(n, news))
}

// below is a notice in a few words below its line.
func below(r NewsRow) string {
	text := r.Number
	for _, part := range []string{r.Subject, r.What} {
		if part == "" {
			continue
		}
		if text != "" {
			text += " "
		}
		text += part
	}
	return text
}

// ReadNotices marks one notice, or all, as read.
func (p *Pages) ReadNotices(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	at, err := p.desk.ReadNotices(r.Context(), who, r.PostForm["id"]...)
	if err != nil {
		return err
	}
	to := url.Values{"undo": {strconv.FormatInt(at.UnixMicro(), 10)}}
	for _, name := range []string{"show", "of"} {
		if v := r.PostFormValue(name); v != "" {
			to.Set(name, v)
		}
	}
	http.Redirect(w, r, "/notices?"+to.Encode(), http.StatusSeeOther)
	return nil
}

// UnreadNotices takes that back.
func (p *Pages) UnreadNotices(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	us, err := strconv.ParseInt(r.PostFormValue("at"), 10, 64)
	if err == nil && us > 0 {
		if err := p.desk.UnreadAgain(r.Context(), who, time.UnixMicro(us)); err != nil {
			return err
		}
	}
	http.Redirect(w, r, "/notices", http.StatusSeeOther)
	return nil
}

// href is where a row of the bell's menu leads.
func (r NewsRow) href() string {
	if r.Href == "" {
		return "/notices"
	}
	return r.Href
}
