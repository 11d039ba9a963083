package agent

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/internal/sheet"
	"madoguchi/terms/fault"
)

// importPage is how many rows of a file a page shows.
const importPage = 100

// ImportsView lists the imports, with the form that chooses a file.
type ImportsView struct {
	Rows      []ImportLine
	Kind      string
	Kinds     []ui.Option
	MayExport bool
	Errors    map[string]string
}

// ImportLine is one import of the list.
type ImportLine struct{ ID, Name, Kind, State, Did, When, By string }

// Imports lists the files of customers and people.
func (p *Pages) Imports(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.imports(w, r, who, http.StatusOK, nil)
}

func (p *Pages) imports(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, problems map[string]string) error {
	ctx := r.Context()
	list, err := p.desk.Imports(ctx, who)
	if err != nil {
		return err
	}
	v := ImportsView{Kind: r.FormValue("kind"), MayExport: who.Can(desk.Export), Errors: problems}
	for _, k := range desk.ImportKinds {
		v.Kinds = append(v.Kinds, ui.Option{Value: string(k), Label: ui.T(ctx, "import.kind."+string(k))})
	}
	for _, i := range list {
		v.Rows = append(v.Rows, ImportLine{
			ID: i.ID, Name: i.Name, Kind: ui.T(ctx, "import.kind."+i.Kind), State: string(i.State), When: ui.Moment(ctx, i.MadeAt), By: i.MadeName,
			Did: ui.T(ctx, "import.did", i.Counts.New, i.Counts.Changed, i.Counts.Refused),
		})
	}
	return p.show(w, r, status, ui.T(ctx, "imports.title"), "customers", func(page ui.Page) templ.Component { return ImportsPage(page, v) })
}

// BeginImport takes the file of a form.
func (p *Pages) BeginImport(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	name, raw, err := importedFile(r)
	var i store.Import
	if err == nil {
		i, err = p.desk.BeginImport(r.Context(), who, desk.ImportKind(r.FormValue("kind")), name, raw)
	}
	if problems, ok := ui.FormErrors(r.Context(), err); err != nil && ok {
		return p.imports(w, r, who, refused, problems)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/imports/"+i.ID, http.StatusSeeOther)
	return nil
}

// importedFile reads the file of a form; one that is too large is cut a byte
// later, so that it is refused as such.
func importedFile(r *http.Request) (name string, raw []byte, err error) {
	up, head, err := r.FormFile("file")
	if tooBig := (*http.MaxBytesError)(nil); errors.As(err, &tooBig) {
		return "", nil, err
	}
	if err != nil || head.Size == 0 {
		return "", nil, fault.New(fault.Invalid, "取り込むファイルを選んでください。", "Please choose the file to import.").At("file")
	}
	raw, err = io.ReadAll(io.LimitReader(up, sheet.MaxBytes+1))
	return head.Filename, raw, errors.Join(err, up.Close())
}

// ImportView is one import.
type ImportView struct {
	ID, Name, Kind, State string
	When, By, Undone      string
	Encoding              string
	Counts                store.ImportCounts
	Done, Total           int
	Columns               []ImportColumnView
	Choices               []ui.Option
	Exact                 bool
	Left                  string // headings that are left out
	Problem               string // why it cannot be looked at yet
	Looked                bool
	Show                  string
	Rows                  []ImportRowView
	Earlier, Later        string // addresses of the other pages
	Problems              []ImportProblemView
	More                  int // problems that are not shown
	MayApply, MayUndo     bool
	Error                 string
}

// ImportColumnView is a column of the file.
type ImportColumnView struct{ Head, Sample, Key string }

// ImportRowView is a row that would do something.
type ImportRowView struct {
	Line    int
	State   string
	Name    string
	Changes []ImportChangeView
}

// ImportChangeView is one value that changes.
type ImportChangeView struct{ Column, Before, After string }

// ImportProblemView is what is wrong in a line.
type ImportProblemView struct {
	Line         int
	Column, Text string
}

// Import shows what a file would do, how far it is, or what it did. A fragment
// is its progress alone: an open page asks for it until the end.
func (p *Pages) Import(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.importPage(w, r, who, http.StatusOK, "")
}

func (p *Pages) importPage(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, problem string) error {
	ctx := r.Context()
	i, err := p.desk.Import(ctx, who, r.PathValue("id"))
	if err != nil {
		return err
	}
	v := p.importView(ctx, r, i)
	v.Error = problem
	if ui.IsFragment(r) && r.Method == http.MethodGet {
		if i.State != store.ImportApplying {
			w.Header().Set("HX-Refresh", "true") // the page has more to show than the bar
		}
		return ui.Render(w, r, http.StatusOK, ImportProgress(v))
	}
	return p.show(w, r, status, ui.T(ctx, "import.title", i.Name), "customers", func(page ui.Page) templ.Component { return ImportPage(page, v) })
}

func (p *Pages) importView(ctx context.Context, r *http.Request, i desk.ImportView) ImportView {
	v := ImportView{
		ID: i.ID, Name: i.Name, Kind: i.Kind, State: string(i.State), When: ui.Moment(ctx, i.MadeAt), By: i.MadeName, Encoding: i.Encoding,
		Counts: i.Counts, Done: i.Done, Total: i.Total, Exact: i.Exact, MayApply: i.MayApply, MayUndo: i.MayUndo, Show: r.FormValue("show"),
	}
	if !i.UndoneAt.IsZero() {
		v.Undone = ui.T(ctx, "import.undone-by", ui.Moment(ctx, i.UndoneAt), i.UndoneName)
	}
	lang := string(ui.Of(ctx).Lang)
	v.Choices = []ui.Option{{Value: "", Label: ui.T(ctx, "import.leave-out")}}
	for _, c := range desk.ImportColumns(desk.ImportKind(i.Kind)) {
		v.Choices = append(v.Choices, ui.Option{Value: c.Key, Label: c.Name.In(lang)})
	}
	for n, h := range i.Head {
		c := ImportColumnView{Head: h, Sample: i.Sample[n]}
		if n < len(i.ImportOptions.Columns) {
			c.Key = i.ImportOptions.Columns[n]
		}
		v.Columns = append(v.Columns, c)
	}
	problems := i.Refused
	if i.Problem != nil {
		v.Problem = fault.Public(i.Problem).In(lang)
	}
	if i.Plan != nil {
		v.Looked, v.Counts, v.Left = true, i.Plan.Counts, strings.Join(i.Plan.Left, ui.T(ctx, "list.sep"))
		v.rows(r, i.Plan, lang)
		for _, row := range i.Plan.Rows {
			problems = append(problems, row.Problems...)
		}
	}
	for n, pr := range problems {
		if n == importPage {
			v.More = len(problems) - n
			break
		}
		v.Problems = append(v.Problems, ImportProblemView{pr.Line, pr.Column, pr.Text.In(lang)})
	}
	return v
}

// rows are those of one state, a page of them.
func (v *ImportView) rows(r *http.Request, plan *desk.ImportPlan, lang string) {
	if !slices.Contains(desk.ImportStates, v.Show) || v.Show == desk.ImportRefused {
		v.Show = desk.ImportNew
		if plan.Counts.New == 0 && plan.Counts.Changed > 0 {
			v.Show = desk.ImportChanged
		}
	}
	from, _ := strconv.Atoi(r.FormValue("from")) // anything else is the beginning
	n := 0
	for _, row := range plan.Rows {
		if row.State != v.Show {
			continue
		}
		if n++; n <= from {
			continue
		}
		if len(v.Rows) == importPage {
			v.Later = v.at(v.Show, from+importPage)
			break
		}
		shown := ImportRowView{Line: row.Line, State: row.State, Name: row.Name}
		for _, c := range row.Changes {
			shown.Changes = append(shown.Changes, ImportChangeView{c.Column.In(lang), c.Before, c.After})
		}
		v.Rows = append(v.Rows, shown)
	}
	if from > 0 {
		v.Earlier = v.at(v.Show, max(0, from-importPage))
	}
}

// at is the address of the rows of a state.
func (v *ImportView) at(state string, from int) string {
	q := url.Values{"show": {state}}
	if from > 0 {
		q.Set("from", strconv.Itoa(from))
	}
	return "/imports/" + v.ID + "?" + q.Encode() + "#rows"
}

// SetImport says what the columns of a file are.
func (p *Pages) SetImport(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	opt := desk.ImportOptions{Columns: r.PostForm["column"], Exact: r.PostFormValue("exact") != ""}
	return p.importDone(w, r, who, "import.looked", p.desk.SetImport(r.Context(), who, r.PathValue("id"), opt))
}

// ApplyImport takes a file in.
func (p *Pages) ApplyImport(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.importDone(w, r, who, "import.begun", p.desk.ApplyImport(r.Context(), who, r.PathValue("id")))
}

// UndoImport takes back what a file did.
func (p *Pages) UndoImport(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.importDone(w, r, who, "import.undone", p.desk.UndoImport(r.Context(), who, r.PathValue("id")))
}

// DropImport forgets a file that waits.
func (p *Pages) DropImport(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.DropImport(r.Context(), who, r.PathValue("id")); err != nil {
		return p.importDone(w, r, who, "", err)
	}
	return p.done(w, r, "import.dropped", "/imports")
}

func (p *Pages) importDone(w http.ResponseWriter, r *http.Request, who desk.Viewer, said string, err error) error {
	if err == nil {
		return p.done(w, r, said, "/imports/"+r.PathValue("id"))
	}
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		for _, problem := range problems {
			return p.importPage(w, r, who, refused, problem)
		}
	}
	return err
}

// ImportTemplate hands out an empty file.
func (p *Pages) ImportTemplate(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	kind, lang, err := importFile(w, r, who, "template")
	if err != nil {
		return err
	}
	return desk.ImportTemplate(kind, lang, w)
}

// ExportRegistry hands out the customers or their people as a file that can be
// imported again.
func (p *Pages) ExportRegistry(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := errors.Join(who.May(desk.Export), who.May(desk.WorkCases)); err != nil {
		return err
	}
	kind, lang, err := importFile(w, r, who, p.desk.Now().In(ui.Of(r.Context()).Zone).Format("20060102-1504"))
	if err != nil {
		return err
	}
	return p.desk.ExportRegistry(r.Context(), who, kind, lang, w)
}

// importFile begins the answer with a file of a kind.
func importFile(w http.ResponseWriter, r *http.Request, who desk.Viewer, suffix string) (desk.ImportKind, string, error) {
	kind := desk.ImportKind(r.FormValue("kind"))
	if !slices.Contains(desk.ImportKinds, kind) {
		return "", "", fault.New(fault.Invalid, "取り込む内容を選んでください。", "Please choose what is to be imported.").At("kind")
	}
	lang := r.FormValue("lang")
	if _, known := ui.ParseLang(lang); !known {
		lang = who.Language
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+string(kind)+"-"+suffix+`.csv"`)
	w.Header().Set("Cache-Control", "no-store")
	return kind, lang, nil
}
