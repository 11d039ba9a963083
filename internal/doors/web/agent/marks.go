package agent

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

// marksOf is what the desk sorted a case by, as the panel beside it shows it.
func marksOf(ctx context.Context, v desk.CaseView) MarksView {
	c := v.Case
	lang := string(ui.Of(ctx).Lang)
	m := MarksView{Tags: tagViews(v.Marks.Tagged), Product: c.Product, Team: c.Team}
	for _, t := range v.Marks.Tags {
		m.Offered = append(m.Offered, t.Name)
	}
	for _, p := range v.Marks.Products {
		m.Products = append(m.Products, ui.Option{Value: p.ID, Label: p.Name(lang)})
	}
	if c.Team != "" {
		m.Teams = append(m.Teams, ui.Option{Value: c.Team, Label: c.TeamName})
	}
	for _, t := range v.Marks.Teams {
		if t.ID == c.Team {
			m.Teams[0].Label = t.Name
			continue
		}
		m.Teams = append(m.Teams, ui.Option{Value: t.ID, Label: t.Name})
	}
	for _, f := range v.Marks.Fields {
		m.Fields = append(m.Fields, fieldEdit(ctx, f, c.Field(f.ID)))
	}
	return m
}

func fieldEdit(ctx context.Context, f store.Field, value string) FieldEdit {
	e := FieldEdit{ID: f.ID, Label: f.Name(string(ui.Of(ctx).Lang)), Kind: string(f.Kind), Value: value, Required: f.Required && !f.Archived}
	none := ui.Option{Value: "", Label: ui.T(ctx, "filter.empty")}
	switch f.Kind {
	case cases.ChoiceField:
		e.Options = []ui.Option{none}
		known := value == ""
		for _, c := range f.Choices {
			e.Options = append(e.Options, ui.Option{Value: c.Key, Label: ui.Either(ctx, c.JA, c.EN)})
			known = known || c.Key == value
		}
		if !known {
			e.Options = append(e.Options, ui.Option{Value: value, Label: value})
		}
	case cases.FlagField:
		e.Options = []ui.Option{none, {Value: "yes", Label: ui.T(ctx, "field.flag.yes")}, {Value: "no", Label: ui.T(ctx, "field.flag.no")}}
	}
	return e
}

// SetTags puts a tag on the case, or takes one off.
func (p *Pages) SetTags(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	cmd := desk.TagCommand{Case: caseID(r), New: r.PostFormValue("name")}
	if id := r.PostFormValue("untag"); id != "" {
		cmd.Remove, cmd.New = []string{id}, ""
	}
	if _, err := p.desk.Tag(r.Context(), who, cmd); err != nil {
		return err
	}
	return p.acted(w, r, who, "marks.tagged", "")
}

// NameProduct says which product the case is about.
func (p *Pages) NameProduct(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if _, err := p.desk.NameProduct(r.Context(), who, caseID(r), r.PostFormValue("product")); err != nil {
		return err
	}
	return p.acted(w, r, who, "saved", "")
}

// AssignTeam gives the case to a team, or to none.
func (p *Pages) AssignTeam(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if _, err := p.desk.AssignTeam(r.Context(), who, caseID(r), r.PostFormValue("team")); err != nil {
		return err
	}
	return p.acted(w, r, who, "case.assigned", "")
}

// SetFields fills the fields of the case.
func (p *Pages) SetFields(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	values := map[string]string{}
	for name, v := range r.PostForm {
		if id, ok := strings.CutPrefix(name, "field."); ok && len(v) > 0 {
			values[id] = v[0]
		}
	}
	if _, err := p.desk.SetFields(r.Context(), who, caseID(r), values); err != nil {
		return err
	}
	return p.acted(w, r, who, "saved", "")
}

// Marks shows the tags, products and fields of the desk's cases.
func (p *Pages) Marks(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.marks(w, r, who, http.StatusOK, "", nil)
}

func (p *Pages) marks(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, form string, problems map[string]string) error {
	ctx := r.Context()
	lang := string(ui.Of(ctx).Lang)
	v := MarksPageView{MayTags: who.Can(desk.ManageTemplates), MaySite: who.Can(desk.ManageSite), Form: form, Errors: problems}
	tags, err := p.desk.Tags(ctx, who)
	if err != nil {
		return err
	}
	use, err := p.desk.TagUse(ctx, who)
	if err != nil {
		return err
	}
	for _, t := range tags {
		v.Tags = append(v.Tags, TagRow{TagView: TagView{ID: t.ID, Name: t.Name, Colour: t.Colour}, Used: ui.Amount{N: min(use[t.ID], store.CountCap), More: use[t.ID] > store.CountCap}, Archived: t.Archived})
	}
	for _, c := range desk.TagColours {
		v.Colours = append(v.Colours, ui.Option{Value: c, Label: ui.T(ctx, "colour."+c)})
	}
	products, err := p.desk.Products(ctx, who)
	if err != nil {
		return err
	}
	v.ForProduct = []ui.Option{{Value: "", Label: ui.T(ctx, "marks.field.every")}}
	for _, x := range products {
		v.Products = append(v.Products, ProductRow{ID: x.ID, NameJA: x.NameJA, NameEN: x.NameEN, Archived: x.Archived})
		v.ForProduct = append(v.ForProduct, ui.Option{Value: x.ID, Label: x.Name(lang)})
	}
	fields, err := p.desk.Fields(ctx, who)
	if err != nil {
		return err
	}
	for _, f := range fields {
		row := FieldRow{ID: f.ID, Word: f.Word, Kind: string(f.Kind), NameJA: f.NameJA, NameEN: f.NameEN, Product: f.Product, Required: f.Required, Archived: f.Archived, Name: f.Name(lang)}
		var lines []string
		for _, c := range f.Choices {
			lines = append(lines, c.Key+" | "+c.JA+" | "+c.EN)
		}
		row.Choices = strings.Join(lines, "\n")
		v.Fields = append(v.Fields, row)
	}
	for _, k := range desk.FieldKinds {
		v.Kinds = append(v.Kinds, ui.Option{Value: string(k), Label: ui.T(ctx, "marks.kind."+string(k))})
	}
	return p.show(w, r, status, ui.T(ctx, "marks.title"), "marks", func(page ui.Page) templ.Component { return MarksPage(page, v) })
}

// marked ends an act on this page: with the page that says so, or with the form
// that has to be mended.
func (p *Pages) marked(w http.ResponseWriter, r *http.Request, who desk.Viewer, form string, err error) error {
	if err == nil {
		return p.done(w, r, "saved", "/marks")
	}
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		return p.marks(w, r, who, refused, form, problems)
	}
	return err
}

// PutTag adds a tag or renames it.
func (p *Pages) PutTag(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	_, err := p.desk.PutTag(r.Context(), who, store.Tag{ID: r.PathValue("id"), Name: r.PostFormValue("name"), Colour: r.PostFormValue("colour")})
	return p.marked(w, r, who, "tag", err)
}

// MergeTag makes one tag another.
func (p *Pages) MergeTag(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.marked(w, r, who, "tag", p.desk.MergeTags(r.Context(), who, r.PathValue("id"), r.PostFormValue("into")))
}

// ArchiveTag takes a tag out of use, or back into it.
func (p *Pages) ArchiveTag(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.marked(w, r, who, "tag", p.desk.ArchiveTag(r.Context(), who, r.PathValue("id"), r.PostFormValue("archived") != ""))
}

// PutProduct adds a product or changes it.
func (p *Pages) PutProduct(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	_, err := p.desk.PutProduct(r.Context(), who, store.Product{
		ID: r.PathValue("id"), NameJA: r.PostFormValue("name_ja"), NameEN: r.PostFormValue("name_en"), Archived: r.PostFormValue("archived") != "",
	})
	return p.marked(w, r, who, "product", err)
}

// PutField adds a field or changes it.
func (p *Pages) PutField(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	f := store.Field{
		ID: r.PathValue("id"), Word: r.PostFormValue("word"), Kind: cases.FieldKind(r.PostFormValue("kind")), NameJA: r.PostFormValue("name_ja"), NameEN: r.PostFormValue("name_en"),
		Product: r.PostFormValue("product"), Required: r.PostFormValue("required") != "", Archived: r.PostFormValue("archived") != "",
	}
	for _, line := range lines(r.PostFormValue("choices")) {
		var c store.Choice
		key, rest, _ := strings.Cut(line, "|")
		ja, en, _ := strings.Cut(rest, "|")
		c.Key, c.JA, c.EN = strings.TrimSpace(key), strings.TrimSpace(ja), strings.TrimSpace(en)
		f.Choices = append(f.Choices, c)
	}
	_, err := p.desk.PutField(r.Context(), who, f)
	return p.marked(w, r, who, "field", err)
}

// MoveField moves a field up or down.
func (p *Pages) MoveField(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.marked(w, r, who, "field", p.desk.MoveField(r.Context(), who, r.PathValue("id"), r.PostFormValue("to") == "up"))
}
