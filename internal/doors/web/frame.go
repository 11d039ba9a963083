package web

import (
	"net/http"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
)

// frame is what pages need from this door: the shell and the flash.
func (s *Server) frame() ui.Frame {
	return ui.Frame{
		Page: s.shell,
		Flash: func(r *http.Request, key string) {
			s.sessions.Put(r.Context(), keyFlash, key)
		},
		Secure:   s.cfg.Secure,
		Browser:  s.browser,
		Put:      func(r *http.Request, name, value string) { s.sessions.Put(r.Context(), name, value) },
		Pop:      func(r *http.Request, name string) string { return s.sessions.PopString(r.Context(), name) },
		Passkeys: s.passkeysHere,
		Status:   statusOf,
		Session:  func(r *http.Request) string { return store.SessionID(s.sessions.Token(r.Context())) },
		Renew: func(r *http.Request) error {
			who, err := s.desk.Viewer(r.Context(), s.sessions.GetString(r.Context(), keyAgent))
			if err != nil {
				return err
			}
			return s.admit(r, who, s.sessions.GetString(r.Context(), store.SessionWay))
		},
	}
}

// shell gathers what stands around every page: the desk's hours, the rail's
// counts, and a text left by the page before.
func (s *Server) shell(r *http.Request, title, nav string) (ui.Page, error) {
	ctx := r.Context()
	page := ui.Page{Title: title, Nav: nav}
	hours, err := s.desk.Hours()
	if err != nil {
		return page, err
	}
	page.Hours = hoursOf(hours)
	who, err := s.who(r)
	if err != nil {
		return page, err
	}
	if who.Can(desk.WorkCases) {
		counts, err := s.desk.Counts(ctx, who)
		if err != nil {
			return page, err
		}
		page.Due, page.Unknown = ui.Amount(counts.Overdue), ui.Amount(counts.Unidentified)
	}
	if who.Can(desk.WorkCases) {
		if page.Approve.N, err = s.desk.ToApprove(ctx, who); err != nil {
			return page, err
		}
		page.Approves = !page.Approve.None() || who.Can(desk.ApproveReplies)
	}
	if page.News, err = s.desk.UnreadNotices(ctx, who); err != nil {
		return page, err
	}
	if !ui.IsFragment(r) {
		if who.Can(desk.WorkCases) {
			views, err := s.desk.RailViews(ctx, who)
			if err != nil {
				return page, err
			}
			for _, v := range views {
				page.Views = append(page.Views, ui.RailView{ID: v.ID, Name: v.Name})
			}
		}
		if key := s.sessions.PopString(ctx, keyFlash); key != "" && ui.Has(key) {
			page.Flash = &ui.Flash{Text: ui.T(ctx, key)}
		}
	}
	return page, nil
}

func hoursOf(h desk.Hours) ui.HoursNow {
	noon := time.Date(h.NextDay.Year, h.NextDay.Month, h.NextDay.Day, 12, 0, 0, 0, h.Zone)
	out := ui.HoursNow{Known: true, Open: h.Open, Left: h.Left, NextDay: noon}
	if h.Open {
		out.Closes = h.Until
	} else {
		out.Opens = h.Until
	}
	return out
}
