package admin

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// Senders lists as whom, and by which way, mail goes out.
func (p *Pages) Senders(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	list, err := p.desk.Senders(r.Context(), who)
	if err != nil {
		return err
	}
	rows := make([]SenderRow, 0, len(list))
	for _, s := range list {
		row := SenderRow{ID: s.ID, Name: s.Name(string(ui.Of(r.Context()).Lang)), Address: s.Address, Usual: s.Usual, Way: ui.T(r.Context(), "sender.way."+s.Way)}
		if s.Way == desk.WayRelay {
			row.Way = s.Host + ":" + strconv.Itoa(s.Port)
		}
		rows = append(rows, row)
	}
	return p.show(w, r, http.StatusOK, "senders.title", "mailboxes", func(page ui.Page) templ.Component {
		return SendersPage(page, rows, p.desk.Relayed())
	})
}

// NewSender shows the form for another one.
func (p *Pages) NewSender(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := who.May(desk.ManageMail); err != nil {
		return err
	}
	site := p.desk.Site()
	v := SenderView{NameJA: site.Name.JA, NameEN: site.Name.EN, Address: site.Mail, Way: desk.WayRelay, Port: "587", Security: desk.SecurityStartTLS}
	return p.sender(w, r, who, http.StatusOK, v)
}

// Sender shows one to be changed.
func (p *Pages) Sender(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	s, err := p.desk.Sender(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.sender(w, r, who, http.StatusOK, viewOfSender(s))
}

func viewOfSender(s store.Sender) SenderView {
	v := SenderView{
		ID: s.ID, NameJA: s.NameJA, NameEN: s.NameEN, Address: s.Address, ReplyTo: s.ReplyTo, Way: s.Way, Host: s.Host, Port: "587",
		Security: s.Security, Username: s.Username, Usual: s.Usual, Secret: s.Secret != "",
	}
	if s.Port != 0 {
		v.Port = strconv.Itoa(s.Port)
	}
	return v
}

func (p *Pages) sender(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, v SenderView) error {
	v.Relayed, v.Mail = p.desk.Relayed(), who.Email
	title := "sender.edit"
	if v.ID == "" {
		title = "sender.add"
	}
	return p.show(w, r, status, title, "mailboxes", func(page ui.Page) templ.Component { return SenderPage(page, v) })
}

func senderOf(r *http.Request) desk.SenderForm {
	port, _ := strconv.Atoi(strings.TrimSpace(r.PostFormValue("port"))) // 0 is refused with words
	return desk.SenderForm{Password: r.PostFormValue("password"), Sender: store.Sender{
		ID: r.PostFormValue("id"), NameJA: r.PostFormValue("name_ja"), NameEN: r.PostFormValue("name_en"), Address: r.PostFormValue("address"),
		ReplyTo: r.PostFormValue("reply_to"), Way: r.PostFormValue("way"), Host: r.PostFormValue("host"), Port: port,
		Security: r.PostFormValue("security"), Username: r.PostFormValue("username"), Usual: r.PostFormValue("usual") != "",
	}}
}

// PutSender adds a sender or changes it.
func (p *Pages) PutSender(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	f := senderOf(r)
	f.ID = r.PathValue("id")
	var kept store.Sender
	if f.ID != "" {
		var err error
		if kept, err = p.desk.Sender(r.Context(), who, f.ID); err != nil {
			return err
		}
	}
	_, err := p.desk.PutSender(r.Context(), who, f)
	if err == nil {
		return p.done(w, r, "sender.saved", "/senders")
	}
	problems, ok := ui.FormErrors(r.Context(), err)
	if !ok {
		return err
	}
	v := viewOfSender(f.Sender)
	v.Port, v.Secret, v.Errors = r.PostFormValue("port"), kept.Secret != "", problems
	return p.sender(w, r, who, http.StatusUnprocessableEntity, v)
}

// TestSender sends a mail to the person who asks, and keeps nothing.
func (p *Pages) TestSender(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	f := senderOf(r)
	said, err := p.desk.TestSender(r.Context(), who, f)
	if fault.Is(err, fault.Forbidden) || fault.Is(err, fault.NotFound) {
		return err
	}
	t := TestView{Done: true, To: who.Email, Said: said}
	if err != nil {
		t.Problem = fault.Public(err).In(string(ui.Of(r.Context()).Lang))
	}
	if ui.IsFragment(r) {
		return ui.Render(w, r, http.StatusOK, TestResult(t))
	}
	v := viewOfSender(f.Sender)
	v.Port, v.Test = r.PostFormValue("port"), t
	return p.sender(w, r, who, http.StatusOK, v)
}

// RemoveSender forgets one.
func (p *Pages) RemoveSender(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	err := p.desk.RemoveSender(r.Context(), who, r.PathValue("id"))
	if err == nil {
		return p.done(w, r, "sender.removed", "/senders")
	}
	problems, ok := ui.FormErrors(r.Context(), err)
	if !ok {
		return err
	}
	s, serr := p.desk.Sender(r.Context(), who, r.PathValue("id"))
	if serr != nil {
		return serr
	}
	v := viewOfSender(s)
	v.Errors = map[string]string{"remove": problems[""]}
	return p.sender(w, r, who, http.StatusConflict, v)
}

// senderOptions are the senders that may be named; empty is the usual one.
func (p *Pages) senderOptions(r *http.Request, who desk.Viewer) ([]ui.Option, error) {
	list, err := p.desk.Senders(r.Context(), who)
	if err != nil {
		return nil, err
	}
	options := []ui.Option{{Value: "", Label: ui.T(r.Context(), "sender.as-usual")}}
	for _, s := range list {
		options = append(options, ui.Option{Value: s.ID, Label: s.Name(string(ui.Of(r.Context()).Lang)) + " <" + s.Address + ">"})
	}
	return options, nil
}

// OrganizationSender names the sender that writes to a customer.
func (p *Pages) OrganizationSender(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.SetOrganizationSender(r.Context(), who, r.PathValue("id"), r.PostFormValue("sender")); err != nil {
		return err
	}
	return p.done(w, r, "saved", "/customers/"+r.PathValue("id"))
}
