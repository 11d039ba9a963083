package agent

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// Insert is a text that may be put into a reply, as it would stand there.
type Insert struct{ ID, Name, Text string }

func whose(ctx context.Context, shared bool) string {
	if shared {
		return ui.T(ctx, "snippet.shared")
	}
	return ui.T(ctx, "snippet.own")
}

// Snippets lists the texts for replies.
func (p *Pages) Snippets(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	list, err := p.desk.Snippets(r.Context(), who)
	if err != nil {
		return err
	}
	rows := make([]SnippetRow, 0, len(list))
	for _, s := range list {
		var langs []string
		for lang, body := range map[string]string{"ja": s.BodyJA, "en": s.BodyEN} {
			if body != "" {
				langs = append(langs, ui.LanguageName(lang))
			}
		}
		rows = append(rows, SnippetRow{
			ID: s.ID, Name: s.Name, Languages: strings.Join(langs, ui.T(r.Context(), "list.sep")), Shared: s.Owner == "",
			MayEdit: s.Owner != "" || who.Can(desk.ManageTemplates),
		})
	}
	return p.show(w, r, http.StatusOK, ui.T(r.Context(), "snippets.title"), "settings", func(page ui.Page) templ.Component {
		return SnippetsPage(page, rows)
	})
}

// NewSnippet shows the form for another one.
func (p *Pages) NewSnippet(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.snippet(w, r, who, http.StatusOK, store.Snippet{Owner: who.ID}, nil)
}

// Snippet shows one to be changed.
func (p *Pages) Snippet(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	s, err := p.desk.Snippet(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.snippet(w, r, who, http.StatusOK, s, nil)
}

func (p *Pages) snippet(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, s store.Snippet, problems map[string]string) error {
	v := p.snippetView(r, who, s)
	v.Errors = problems
	title := "snippet.edit"
	if s.ID == "" {
		title = "snippet.add"
	}
	return p.show(w, r, status, ui.T(r.Context(), title), "settings", func(page ui.Page) templ.Component { return SnippetPage(page, v) })
}

func (p *Pages) snippetView(r *http.Request, who desk.Viewer, s store.Snippet) SnippetView {
	v := SnippetView{
		ID: s.ID, Name: s.Name, BodyJA: s.BodyJA, BodyEN: s.BodyEN, Shared: s.Owner == "", MayShare: who.Can(desk.ManageTemplates),
		PreviewJA: desk.Fill(s.BodyJA, p.desk.SampleValues(who, "ja")), PreviewEN: desk.Fill(s.BodyEN, p.desk.SampleValues(who, "en")),
	}
	for _, name := range desk.Variables {
		v.Variables = append(v.Variables, ui.Option{Value: "{{" + name + "}}", Label: ui.T(r.Context(), "variable."+name)})
	}
	return v
}

func snippetOf(r *http.Request, who desk.Viewer) (s store.Snippet, shared bool) {
	shared = r.PostFormValue("shared") != ""
	s = store.Snippet{ID: r.PathValue("id"), Owner: who.ID, Name: r.PostFormValue("name"), BodyJA: r.PostFormValue("body_ja"), BodyEN: r.PostFormValue("body_en")}
	if shared {
		s.Owner = ""
	}
	return s, shared
}

// PutSnippet adds a text or changes it.
func (p *Pages) PutSnippet(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	s, shared := snippetOf(r, who)
	_, err := p.desk.PutSnippet(r.Context(), who, s, shared)
	if err == nil {
		return p.done(w, r, "snippet.saved", "/snippets")
	}
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		return p.snippet(w, r, who, refused, s, problems)
	}
	return err
}

// PreviewSnippet shows a text with sample values, and keeps nothing.
func (p *Pages) PreviewSnippet(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := who.May(desk.WorkCases); err != nil {
		return err
	}
	s, _ := snippetOf(r, who)
	if ui.IsFragment(r) {
		return ui.Render(w, r, http.StatusOK, SnippetPreview(p.snippetView(r, who, s)))
	}
	return p.snippet(w, r, who, http.StatusOK, s, nil)
}

// RemoveSnippet forgets one.
func (p *Pages) RemoveSnippet(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.RemoveSnippet(r.Context(), who, r.PathValue("id")); err != nil {
		return err
	}
	return p.done(w, r, "snippet.removed", "/snippets")
}

// SetSignature changes how the person's replies end.
func (p *Pages) SetSignature(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	err := p.desk.SetSignature(r.Context(), who, fault.Text{JA: r.PostFormValue("signature_ja"), EN: r.PostFormValue("signature_en")})
	if problems, ok := ui.FormErrors(r.Context(), err); err != nil && ok {
		return p.settings(w, r, who, refused, problems)
	}
	if err != nil {
		return err
	}
	return p.done(w, r, "saved", "/settings")
}
