package admin

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/chooser"
	"madoguchi/internal/doors/web/ui"
)

var apiScopes = desk.APIScopes

func (f APITokenForm) has(scope string) bool { return slices.Contains(f.Scopes, scope) }

// APITokens lists the tokens of programs.
func (p *Pages) APITokens(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.apiTokens(w, r, who, http.StatusOK, APITokensView{New: APITokenForm{Scopes: apiScopes, PerSecond: strconv.Itoa(desk.UsualPerSecond)}})
}

func (p *Pages) apiTokens(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, v APITokensView) error {
	list, err := p.desk.APITokens(r.Context(), who)
	if err != nil {
		return err
	}
	lang := ui.Of(r.Context()).Lang
	everybody := ui.T(r.Context(), "api-token.everybody")
	v.Customer, _, err = chooser.OfCustomers(r, p.desk, who, ui.Chooser{
		Name: "organization", Label: ui.T(r.Context(), "api-token.customer"), Hint: ui.T(r.Context(), "api-token.customer.hint"),
		First: []ui.Choice{{Label: everybody, On: v.New.Customer == ""}}, Error: v.New.Errors["organization"],
	}, []string{v.New.Customer})
	if err != nil {
		return err
	}
	var ids []string
	for _, t := range list {
		if t.Organization != "" {
			ids = append(ids, t.Organization)
		}
	}
	names, err := p.desk.CustomerNames(r.Context(), who, ids)
	if err != nil {
		return err
	}
	for _, t := range list {
		row := APITokenRow{ID: t.ID, Name: t.Name, Hint: t.Hint, Customer: everybody, Revoked: !t.Revoked.IsZero(), Used: ui.T(r.Context(), "api-token.never")}
		if t.Organization != "" {
			row.Customer = names[t.Organization].Name(string(lang))
		}
		row.Made = ui.T(r.Context(), "api-token.made-by") + " " + ui.Moment(r.Context(), t.Created)
		if !t.Used.IsZero() {
			row.Used = ui.Moment(r.Context(), t.Used)
		}
		var may []string
		for _, s := range t.Scopes {
			may = append(may, ui.T(r.Context(), "api-token.may."+s))
		}
		row.May = strings.Join(may, "、")
		if lang == ui.EN {
			row.May = strings.Join(may, ", ")
		}
		v.Rows = append(v.Rows, row)
	}
	return p.show(w, r, status, "api-tokens.title", "api-tokens", func(page ui.Page) templ.Component { return APITokensPage(page, v) })
}

// MakeAPIToken makes a token and shows it, this once.
func (p *Pages) MakeAPIToken(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	form := APITokenForm{
		Name: r.PostFormValue("name"), Scopes: r.PostForm["scopes"], PerSecond: r.PostFormValue("per_second"),
	}
	most, _ := strconv.Atoi(strings.TrimSpace(form.PerSecond)) // 0 is refused with words
	var token string
	var err error
	if form.Customer, err = chooser.Customer(r, p.desk, who, "organization"); err == nil {
		token, _, err = p.desk.MakeAPIToken(r.Context(), who, desk.TokenForm{Name: form.Name, Organization: form.Customer, Scopes: form.Scopes, PerSecond: most})
	}
	if err == nil {
		w.Header().Set("Cache-Control", "no-store")
		return p.apiTokens(w, r, who, http.StatusOK, APITokensView{Made: token, New: APITokenForm{Scopes: apiScopes, PerSecond: strconv.Itoa(desk.UsualPerSecond)}})
	}
	problems, ok := ui.FormErrors(r.Context(), err)
	if !ok {
		return err
	}
	form.Errors = problems
	return p.apiTokens(w, r, who, http.StatusUnprocessableEntity, APITokensView{New: form})
}

// RevokeAPIToken ends a token.
func (p *Pages) RevokeAPIToken(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.RevokeAPIToken(r.Context(), who, r.PathValue("id")); err != nil {
		return err
	}
	return p.done(w, r, "api-token.revoked", "/api-tokens")
}
