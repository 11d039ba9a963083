package admin

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
)

// Providers lists the identity providers.
func (p *Pages) Providers(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	list, err := p.desk.Providers(r.Context(), who)
	if err != nil {
		return err
	}
	var v ProvidersView
	for _, one := range list {
		domains := strings.Join(one.Domains, ui.T(r.Context(), "list.comma"))
		if domains == "" {
			domains = ui.T(r.Context(), "provider.everybody")
		}
		v.Rows = append(v.Rows, ProviderRow{ID: one.ID, Label: one.Label(string(ui.Of(r.Context()).Lang)), Issuer: one.Issuer, Domains: domains, Paused: one.Paused})
	}
	return p.show(w, r, http.StatusOK, "providers.title", "agents", func(page ui.Page) templ.Component { return ProvidersPage(page, v) })
}

// NewProvider shows the empty form.
func (p *Pages) NewProvider(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if _, err := p.desk.Providers(r.Context(), who); err != nil {
		return err
	}
	return p.provider(w, r, who, http.StatusOK, ProviderView{})
}

// Provider shows one to be changed.
func (p *Pages) Provider(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	one, err := p.desk.Provider(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.provider(w, r, who, http.StatusOK, providerView(one))
}

func providerView(one store.Provider) ProviderView {
	v := ProviderView{
		ID: one.ID, LabelJA: one.LabelJA, LabelEN: one.LabelEN, Issuer: one.Issuer, ClientID: one.ClientID, Scopes: one.Scopes,
		Domains: strings.Join(one.Domains, "\n"), Only: one.OnlyWay, Strong: one.Strong, Paused: one.Paused, Role: one.Role, Claim: one.Claim,
	}
	var lines []string
	for _, c := range one.Roles {
		lines = append(lines, c.Value+"="+c.Role)
	}
	v.Roles = strings.Join(lines, "\n")
	return v
}

func (p *Pages) provider(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, v ProviderView) error {
	roles, err := p.roleOptions(r, who)
	if err != nil {
		return err
	}
	v.Options = append([]ui.Option{{Value: "", Label: ui.T(r.Context(), "provider.refuse")}}, roles...)
	var ids []string
	for _, o := range roles {
		ids = append(ids, o.Value+"（"+o.Label+"）")
	}
	v.RoleIDs = strings.Join(ids, ui.T(r.Context(), "list.comma"))
	v.Back, v.Out = p.ssoBack(r), ui.Own(r, p.frame.Secure, "/sign-in")
	if v.ID != "" {
		v.Word = ui.Own(r, p.frame.Secure, "/sign-in/sso/"+v.ID+"/logout")
	}
	return p.show(w, r, status, "providers.title", "agents", func(page ui.Page) templ.Component { return ProviderPage(page, v) })
}

// ssoBack is where browsers come back to from a provider.
func (p *Pages) ssoBack(r *http.Request) string { return ui.Own(r, p.frame.Secure, "/sign-in/sso") }

func providerForm(r *http.Request, id string) desk.ProviderForm {
	f := desk.ProviderForm{NewSecret: r.PostFormValue("secret"), Provider: store.Provider{
		ID: id, Issuer: r.PostFormValue("issuer"), ClientID: r.PostFormValue("client_id"), LabelJA: r.PostFormValue("label_ja"), LabelEN: r.PostFormValue("label_en"),
		Scopes: r.PostFormValue("scopes"), Domains: strings.Fields(r.PostFormValue("domains")), OnlyWay: r.PostFormValue("only") != "",
		Strong: r.PostFormValue("strong") != "", Paused: r.PostFormValue("paused") != "", Role: r.PostFormValue("role"), Claim: r.PostFormValue("claim"),
	}}
	for line := range strings.Lines(r.PostFormValue("roles")) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		at := strings.LastIndexByte(line, '=')
		value, role := line[:max(at, 0)], line[at+1:]
		f.Roles = append(f.Roles, store.ClaimRole{Value: strings.TrimSpace(value), Role: strings.TrimSpace(role)})
	}
	return f
}

// PutProvider adds one or changes it.
func (p *Pages) PutProvider(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	f := providerForm(r, r.PathValue("id"))
	_, err := p.desk.PutProvider(r.Context(), who, f)
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		v := providerView(f.Provider)
		v.Errors = problems
		return p.provider(w, r, who, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	return p.done(w, r, "provider.saved", "/providers")
}

// TestProvider says of what was entered whether it works, and keeps nothing.
func (p *Pages) TestProvider(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	f := providerForm(r, r.PostFormValue("id"))
	found, err := p.desk.TestProvider(r.Context(), who, f, p.ssoBack(r))
	v := providerView(f.Provider)
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		v.Errors = problems
		return p.provider(w, r, who, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	for _, one := range found {
		kind := "bad"
		switch {
		case one.Unsure:
			kind = "warn"
		case one.OK:
			kind = "ok"
		}
		v.Findings = append(v.Findings, FindingRow{Kind: kind, Text: said(r.Context(), one.Text)})
	}
	return p.provider(w, r, who, http.StatusOK, v)
}

// RemoveProvider forgets one.
func (p *Pages) RemoveProvider(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.RemoveProvider(r.Context(), who, r.PathValue("id")); err != nil {
		return err
	}
	return p.done(w, r, "provider.removed", "/providers")
}
