package admin

import (
	"crypto/rand"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// Mailboxes lists the mailboxes with providers and how they fare.
func (p *Pages) Mailboxes(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	list, err := p.desk.Mailboxes(r.Context(), who)
	if err != nil {
		return err
	}
	rows := make([]MailboxRow, 0, len(list))
	for _, m := range list {
		rows = append(rows, MailboxRow{
			ID: m.ID, Name: m.Name, Address: m.Address, Where: m.Username + " · " + m.Host,
			Folders: strings.Join(m.Folders, ui.T(r.Context(), "list.sep")), State: p.mailboxState(r, m),
		})
	}
	return p.show(w, r, http.StatusOK, "mailboxes.title", "mailboxes", func(page ui.Page) templ.Component {
		return MailboxesPage(page, rows, p.desk.FixedMailboxes())
	})
}

func (p *Pages) mailboxState(r *http.Request, m store.Mailbox) MailboxStateView {
	ctx := r.Context()
	s := p.desk.MailboxState(m.ID)
	v := MailboxStateView{Kind: "ok", Label: ui.T(ctx, "mailbox.state.ok"), Taken: s.Taken, Waiting: s.Waiting}
	if !s.Contact.IsZero() {
		v.Contact = ui.Moment(ctx, s.Contact)
	}
	switch {
	case m.Paused:
		v.Kind, v.Label = "line", ui.T(ctx, "mailbox.state.paused")
	case s.Problem != (fault.Text{}):
		v.Kind, v.Label = "bad", ui.T(ctx, "mailbox.state.bad")
		v.Problem, v.Since = s.Problem.In(string(ui.Of(ctx).Lang)), ui.Moment(ctx, s.Since)
	case s.Waiting > 0:
		v.Kind, v.Label = "ai", ui.T(ctx, "mailbox.state.taking")
	case !s.Watching:
		v.Kind, v.Label = "warn", ui.T(ctx, "mailbox.state.connecting")
	}
	return v
}

// NewMailbox shows the form for another one.
func (p *Pages) NewMailbox(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := who.May(desk.ManageMail); err != nil {
		return err
	}
	return p.mailbox(w, r, who, http.StatusOK, MailboxView{Port: "993", Security: desk.SecurityTLS, Way: desk.WayPassword, Provider: "google", Folders: []string{"INBOX"}})
}

// Mailbox shows one to be changed.
func (p *Pages) Mailbox(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	m, err := p.desk.Mailbox(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.mailbox(w, r, who, http.StatusOK, p.viewOf(r, m))
}

func (p *Pages) viewOf(r *http.Request, m store.Mailbox) MailboxView {
	return MailboxView{
		ID: m.ID, Name: m.Name, Address: m.Address, Host: m.Host, Port: strconv.Itoa(m.Port), Security: m.Security, Username: m.Username, Way: m.Way,
		Folders: m.Folders, Language: m.Language, Product: m.Product, Sender: m.Sender, Provider: m.Consent.Provider, ClientID: m.Consent.ClientID,
		AuthURL: m.Consent.AuthURL, TokenURL: m.Consent.TokenURL, Scope: m.Consent.Scope,
		Backlog: m.Backlog, Paused: m.Paused, Secret: m.Secret != "", Consented: p.desk.HasConsent(m), State: p.mailboxState(r, m),
	}
}

func (p *Pages) mailbox(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, v MailboxView) error {
	var err error
	if v.Senders, err = p.senderOptions(r, who); err != nil {
		return err
	}
	if v.Products, v.Product, err = p.productOptions(r, who, v.Product); err != nil {
		return err
	}
	v.Back = p.back(r)
	title := "mailbox.edit"
	if v.ID == "" {
		title = "mailbox.add"
	}
	return p.show(w, r, status, title, "mailboxes", func(page ui.Page) templ.Component { return MailboxPage(page, v) })
}

// productOptions are the products that a mailbox can stand for, and which of
// them the one given is. A name that is no product's stays as it was written.
func (p *Pages) productOptions(r *http.Request, who desk.Viewer, named string) ([]ui.Option, string, error) {
	list, err := p.desk.Products(r.Context(), who)
	if err != nil {
		return nil, "", err
	}
	out := []ui.Option{{Value: "", Label: ui.T(r.Context(), "mailbox.product.none")}}
	if one, ok := desk.ProductOf(list, named); ok {
		named = one.ID
	} else if named != "" {
		out = append(out, ui.Option{Value: named, Label: named})
	}
	for _, one := range list {
		if !one.Archived {
			out = append(out, ui.Option{Value: one.ID, Label: one.Name(string(ui.Of(r.Context()).Lang))})
		}
	}
	return out, named, nil
}

// back is our own page that a provider sends people back to.
func (p *Pages) back(r *http.Request) string { return ui.Own(r, p.frame.Secure, "/mailboxes/consent") }

func mailboxOf(r *http.Request) desk.MailboxForm {
	port, _ := strconv.Atoi(strings.TrimSpace(r.PostFormValue("port"))) // 0 is refused with words
	return desk.MailboxForm{
		Mailbox: store.Mailbox{
			ID: r.PostFormValue("id"), Name: r.PostFormValue("name"), Address: r.PostFormValue("address"), Host: r.PostFormValue("host"), Port: port,
			Security: r.PostFormValue("security"), Username: r.PostFormValue("username"), Way: r.PostFormValue("way"),
			Consent: store.Consent{
				Provider: r.PostFormValue("provider"), ClientID: r.PostFormValue("client_id"), AuthURL: r.PostFormValue("auth_url"),
				TokenURL: r.PostFormValue("token_url"), Scope: r.PostFormValue("scope"),
			},
			Folders: strings.Split(r.PostFormValue("folders"), "\n"), Language: r.PostFormValue("language"), Product: r.PostFormValue("product"), Sender: r.PostFormValue("sender"),
			Backlog: r.PostFormValue("backlog") != "",
		},
		Password: r.PostFormValue("password"), ClientSecret: r.PostFormValue("client_secret"),
	}
}

// PutMailbox adds a mailbox or changes it. One that is to use OAuth 2 is shown
// again, for the consent.
func (p *Pages) PutMailbox(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	f := mailboxOf(r)
	f.ID = r.PathValue("id")
	if f.ID != "" {
		if _, err := p.desk.Mailbox(r.Context(), who, f.ID); err != nil {
			return err
		}
	}
	m, err := p.desk.PutMailbox(r.Context(), who, f)
	if err != nil {
		return p.mailboxAgain(w, r, who, f, err)
	}
	to := "/mailboxes"
	if m.Way == desk.WayOAuth && !p.desk.HasConsent(m) {
		to = "/mailboxes/" + m.ID
	}
	return p.done(w, r, "mailbox.saved", to)
}

// mailboxAgain draws the form as it was written, without the secrets.
func (p *Pages) mailboxAgain(w http.ResponseWriter, r *http.Request, who desk.Viewer, f desk.MailboxForm, err error) error {
	problems, ok := ui.FormErrors(r.Context(), err)
	if !ok {
		return err
	}
	v := p.viewOf(r, f.Mailbox)
	v.Port, v.Errors, v.State = r.PostFormValue("port"), problems, MailboxStateView{}
	if f.ID != "" {
		kept, err := p.desk.Mailbox(r.Context(), who, f.ID)
		if err != nil {
			return err
		}
		v.Paused, v.Secret, v.Consented, v.State = kept.Paused, kept.Secret != "", p.desk.HasConsent(kept), p.mailboxState(r, kept)
	}
	return p.mailbox(w, r, who, http.StatusUnprocessableEntity, v)
}

// TryMailbox connects as the form says, and keeps nothing.
func (p *Pages) TryMailbox(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	f := mailboxOf(r)
	found, err := p.desk.TryMailbox(r.Context(), who, f)
	if fault.Is(err, fault.Forbidden) || fault.Is(err, fault.NotFound) {
		return err
	}
	t := TryView{Done: true}
	if err != nil {
		t.Problem = fault.Public(err).In(string(ui.Of(r.Context()).Lang))
	}
	for _, x := range found {
		t.Folders = append(t.Folders, FolderRow{Name: x.Folder, Mails: x.Mails, Unseen: x.Unseen})
	}
	if ui.IsFragment(r) {
		return ui.Render(w, r, http.StatusOK, TryResult(t))
	}
	v := p.viewOf(r, f.Mailbox)
	v.Port, v.Try = r.PostFormValue("port"), t
	return p.mailbox(w, r, who, http.StatusOK, v)
}

// PauseMailbox stops watching one, or goes on.
func (p *Pages) PauseMailbox(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	paused := r.PostFormValue("paused") != ""
	if err := p.desk.PauseMailbox(r.Context(), who, r.PathValue("id"), paused); err != nil {
		return err
	}
	said := "mailbox.resumed"
	if paused {
		said = "mailbox.paused"
	}
	return p.done(w, r, said, "/mailboxes/"+r.PathValue("id"))
}

// RemoveMailbox forgets one.
func (p *Pages) RemoveMailbox(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.RemoveMailbox(r.Context(), who, r.PathValue("id")); err != nil {
		return err
	}
	return p.done(w, r, "mailbox.removed", "/mailboxes")
}

// What the session remembers while a person is at the provider's page.
const (
	keyConsentState    = "consent-state"
	keyConsentVerifier = "consent-verifier"
	keyConsentMailbox  = "consent-mailbox"
)

// AskConsent sends the person to the provider's page.
func (p *Pages) AskConsent(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	state, verifier := rand.Text(), rand.Text()+rand.Text() // 52 characters, as RFC 7636 4.1 asks for
	to, err := p.desk.ConsentAddress(r.Context(), who, r.PathValue("id"), p.back(r), state, verifier)
	if err != nil {
		return err
	}
	p.frame.Put(r, keyConsentState, state)
	p.frame.Put(r, keyConsentVerifier, verifier)
	p.frame.Put(r, keyConsentMailbox, r.PathValue("id"))
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// TakeConsent receives the person back from the provider's page.
func (p *Pages) TakeConsent(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	state, verifier, id := p.frame.Pop(r, keyConsentState), p.frame.Pop(r, keyConsentVerifier), p.frame.Pop(r, keyConsentMailbox)
	q := r.URL.Query()
	if state == "" || q.Get("state") != state {
		return fault.New(fault.Invalid, "許可の手続きが途中で切れました。メールボックスの画面から、もう一度やり直してください。", "The consent was interrupted. Please begin again from the mailbox.")
	}
	m, err := p.desk.Mailbox(r.Context(), who, id)
	if err != nil {
		return err
	}
	if no := q.Get("error"); no != "" || q.Get("code") == "" {
		err = fault.New(fault.Invalid, "プロバイダーの画面で許可されませんでした。", "The consent was not given on the provider’s page.").At("oauth")
	} else {
		err = p.desk.TakeConsent(r.Context(), who, id, p.back(r), q.Get("code"), verifier)
	}
	if err == nil {
		return p.done(w, r, "mailbox.consent.done", "/mailboxes/"+id)
	}
	v := p.viewOf(r, m)
	v.Errors = map[string]string{"oauth": fault.Public(err).In(string(ui.Of(r.Context()).Lang))}
	return p.mailbox(w, r, who, http.StatusUnprocessableEntity, v)
}
