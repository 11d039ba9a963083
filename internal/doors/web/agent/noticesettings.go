package agent

import (
	"net/http"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/fault"
	"madoguchi/terms/notice"
	"madoguchi/terms/worktime"
)

// NoticeSettingsView is how a person wants to be told.
type NoticeSettingsView struct {
	Rows                         []NoticeChoice
	Quiet                        notice.Quiet
	From, To, DigestAt, Timezone string
	Daily                        bool
	Errors                       map[string]string
}

// NoticeChoice is the row of one kind.
type NoticeChoice struct {
	Kind             string
	Name             string
	Urgent           bool
	Browser, Desktop bool
	Mail             string
}

// NoticeSettings shows the person's choices of notices.
func (p *Pages) NoticeSettings(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	chosen, err := p.desk.NoticePreferences(r.Context(), who)
	if err != nil {
		return err
	}
	return p.noticeSettings(w, r, http.StatusOK, chosen, nil)
}

func (p *Pages) noticeSettings(w http.ResponseWriter, r *http.Request, status int, chosen notice.Preferences, problems map[string]string) error {
	lang := string(ui.Of(r.Context()).Lang)
	v := NoticeSettingsView{
		Quiet: chosen.Quiet, From: chosen.Quiet.From.String(), To: chosen.Quiet.To.String(), DigestAt: chosen.DigestAt.String(),
		Daily: chosen.Rhythm == notice.Daily, Timezone: ui.Of(r.Context()).Zone.String(), Errors: problems,
	}
	for _, k := range notice.Kinds() {
		ways := chosen.Of(k)
		v.Rows = append(v.Rows, NoticeChoice{Kind: string(k), Name: k.Name().In(lang), Urgent: k.Urgent(), Browser: ways.Browser, Desktop: ways.Desktop, Mail: string(ways.Mail)})
	}
	return p.show(w, r, status, ui.T(r.Context(), "settings.notices"), "settings", func(page ui.Page) templ.Component { return NoticeSettingsPage(page, v) })
}

// SetNoticeSettings changes them.
func (p *Pages) SetNoticeSettings(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	chosen, err := noticeForm(r)
	if err == nil {
		err = p.desk.SetNoticePreferences(r.Context(), who, chosen)
	}
	if problems, ok := ui.FormErrors(r.Context(), err); err != nil && ok {
		return p.noticeSettings(w, r, refused, chosen, problems)
	}
	if err != nil {
		return err
	}
	return p.done(w, r, "saved", "/settings/notices")
}

func noticeForm(r *http.Request) (notice.Preferences, error) {
	on := func(name string) bool { return r.PostFormValue(name) == "on" }
	p := notice.Default()
	p.Ways = map[notice.Kind]notice.Ways{}
	for _, k := range notice.Kinds() {
		p.Ways[k] = notice.Ways{Browser: on(string(k) + ".browser"), Desktop: on(string(k) + ".desktop"), Mail: notice.Mail(r.PostFormValue(string(k) + ".mail"))}
	}
	p.Rhythm = notice.Rhythm(r.PostFormValue("rhythm"))
	p.Quiet.On, p.Quiet.DaysOff, p.Quiet.Urgent = on("quiet"), on("quiet_off"), on("quiet_urgent")
	for name, into := range map[string]*worktime.Clock{"quiet_from": &p.Quiet.From, "quiet_to": &p.Quiet.To, "digest_at": &p.DigestAt} {
		at, err := worktime.ParseClock(r.PostFormValue(name))
		if err != nil {
			return p, fault.Wrap(fault.Invalid, err, "時刻を 20:00 の形で入力してください。", "Please give the time in the form 20:00.").At(name)
		}
		*into = at
	}
	return p, nil
}
