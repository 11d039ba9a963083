package agent

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/internal/wording"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// ContractDrafts lists the published versions of a contract and its drafts.
func (p *Pages) ContractDrafts(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	ctx := r.Context()
	rows, err := p.desk.ContractDrafts(ctx, who)
	if err != nil {
		return err
	}
	id := r.FormValue("contract")
	if id == "" {
		id = p.desk.DefaultContract()
	}
	v := DraftsView{Contract: id, MayStart: who.Can(desk.EditContract)}
	now := p.desk.Now()
	for _, e := range p.desk.Contracts().Editions(id) {
		day := func(t time.Time, none string) string {
			if t.IsZero() {
				return ui.T(ctx, none)
			}
			return wording.Instant(t, now, e.Contract.Zone(), string(ui.Of(ctx).Lang))
		}
		row := EditionRow{Ref: e.Contract.Ref(), Version: e.Contract.Version(), Span: ui.T(ctx, "amend.days", day(e.From, "amend.beginning"), day(e.Until, "amend.open")), State: "now"}
		switch {
		case now.Before(e.From):
			row.State = "next"
		case !e.Until.IsZero() && !now.Before(e.Until):
			row.State = "past"
		}
		v.Editions = append(v.Editions, row)
	}
	slices.Reverse(v.Editions)
	for _, d := range rows {
		if d.Contract != id {
			continue
		}
		line := DraftLine{ID: d.ID, Base: strings.TrimPrefix(d.Base, id+"@"), State: string(d.State), Updated: ui.Moment(ctx, d.Updated), Version: d.Version}
		if len(d.Steps) > 0 {
			line.Author = d.Steps[0].Name
		}
		v.Drafts = append(v.Drafts, line)
	}
	return p.show(w, r, http.StatusOK, ui.T(ctx, "drafts.title"), "contract", func(page ui.Page) templ.Component { return DraftsPage(page, v) })
}

// StartContractDraft begins the next version.
func (p *Pages) StartContractDraft(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	id := r.PostFormValue("contract")
	if id == "" {
		id = p.desk.DefaultContract()
	}
	cal := r.PostFormValue("calendar")
	if cal != "" { // a day is added to the draft that is being written, if there is one
		rows, err := p.desk.ContractDrafts(r.Context(), who)
		if err != nil {
			return err
		}
		for _, d := range rows {
			if d.Contract == id && (d.State == store.DraftOpen || d.State == store.DraftReturned) && who.Can(desk.EditContract) {
				http.Redirect(w, r, "/contract/drafts/"+d.ID+"/calendar/"+url.PathEscape(cal), http.StatusSeeOther)
				return nil
			}
		}
	}
	d, err := p.desk.StartDraft(r.Context(), who, id)
	if err != nil {
		return err
	}
	to := "/contract/drafts/" + d.ID
	switch {
	case cal != "":
		to += "/calendar/" + url.PathEscape(cal)
	case r.PostFormValue("part") == "texts":
		to += "#texts"
	}
	return p.done(w, r, "draft.started", to)
}

// ContractDraft shows a draft: by form or as text, what it changes, what would follow.
func (p *Pages) ContractDraft(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	d, err := p.desk.ContractDraft(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.draft(w, r, who, http.StatusOK, d, nil)
}

func (p *Pages) draft(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, d desk.ContractDraftView, problems map[string]string) error {
	ctx := r.Context()
	v := p.draftView(ctx, who, d)
	v.Errors = problems
	v.Comment = r.PostFormValue("comment")
	if v.Form = r.FormValue("as"); v.Form != "form" && v.Form != "text" {
		v.Form = "form"
		if len(v.Problems) > 0 {
			v.Form = "text"
		}
	}
	if text := r.PostFormValue("yaml"); text != "" && problems != nil {
		v.Text = strings.ReplaceAll(text, "\r\n", "\n") // what was typed is not lost
		v.Numbers = lineNumbers(v.Text)
	}
	if d.Contract != nil && d.Open() {
		v.Moves = p.movesView(ctx, who, d.Contract, "")
		var err error
		if v.Simulation, v.MaySimulate, err = p.simulationOf(ctx, who, d.Contract, []byte(d.YAML), "/contract/drafts/"+d.ID); err != nil {
			return err
		}
	}
	return p.show(w, r, status, ui.T(ctx, "draft.title", v.Name), "contract", func(page ui.Page) templ.Component { return DraftPage(page, v) })
}

func (p *Pages) draftView(ctx context.Context, who desk.Viewer, d desk.ContractDraftView) DraftPageView {
	lang := string(ui.Of(ctx).Lang)
	v := DraftPageView{
		ID: d.ID, Name: said(ctx, d.Active.Name()), Base: d.Base.Ref(), State: string(d.State), Active: d.Active.Ref(), ActiveVersion: d.Active.Version(),
		Revision: d.Revision, Text: d.YAML, Numbers: lineNumbers(d.YAML), MayEdit: d.MayEdit, MayJudge: d.MayJudge,
		MayWithdraw: d.State == store.DraftSubmitted && who.Can(desk.EditContract), MayDiscard: d.Open() && who.Can(desk.EditContract),
		OwnText: d.State == store.DraftSubmitted && d.EditedBy(who.ID), Published: d.State == store.DraftPublished,
	}
	for _, pr := range d.Problems {
		v.Problems = append(v.Problems, ProblemRow{Line: pr.Line, Column: pr.Column, Path: pr.Path, Text: pr.Text.In(lang)})
	}
	for _, h := range d.Hinders {
		v.Hinders = append(v.Hinders, h.In(lang))
	}
	if d.Later != nil {
		v.Later = ui.T(ctx, "draft.later", d.Later.Version(), d.Later.Effective().String())
	}
	v.Changes = changeRows(ctx, d.Active, d.Changes)
	for _, s := range d.Steps {
		v.Steps = append(v.Steps, StepRow{When: ui.Moment(ctx, s.At), Who: s.Name, What: ui.T(ctx, "draft.step."+s.Act), Comment: s.Comment})
	}
	right := d.Contract != nil
	v.Checks = []CheckRow{
		{ui.T(ctx, "draft.check.form"), right},
		{ui.T(ctx, "draft.check.fits"), right && len(d.Hinders) == 0},
		{ui.T(ctx, "draft.check.asked"), d.State == store.DraftSubmitted || d.State == store.DraftPublished},
		{ui.T(ctx, "draft.check.second"), d.State == store.DraftPublished},
	}
	p.draftForms(ctx, d, &v)
	return v
}

// draftForms fills the forms from the text, whether it is a contract or not.
func (p *Pages) draftForms(ctx context.Context, d desk.ContractDraftView, v *DraftPageView) {
	values, err := contract.Values([]byte(d.YAML))
	if err != nil {
		return
	}
	v.Readable = true
	at := map[string]string{}
	for _, val := range values {
		at[val.Path] = val.Text
		if strings.HasPrefix(val.Path, "targets[") && strings.HasSuffix(val.Path, ".within") {
			v.Targets = append(v.Targets, TargetField{Name: val.Path, Label: targetLabel(ctx, d.Active, val.Path), Value: val.Text, Present: val.Text})
		}
	}
	v.Version, v.Effective = at["contract.version"], at["contract.effective"]
	for _, rd := range d.Active.Readings() {
		f := ReadingField{Name: rd.Name, Question: said(ctx, rd.Question), Chosen: at["readings["+rd.Name+"].chosen"], ReasonJA: at["readings["+rd.Name+"].reason.ja"], ReasonEN: at["readings["+rd.Name+"].reason.en"]}
		for _, a := range rd.Alternatives {
			f.Options = append(f.Options, ui.Option{Value: a.ID, Label: said(ctx, a.Meaning)})
		}
		v.Readings = append(v.Readings, f)
	}
	for _, key := range contract.Keys() {
		v.Texts = append(v.Texts, textField(at, key))
	}
	for _, cal := range d.Active.Calendars() {
		v.Calendars = append(v.Calendars, CalendarLink{ID: cal.ID, Name: said(ctx, cal.Name)})
	}
}

// textField is a text as the file has it, or as it is said where the file has
// none.
func textField(at map[string]string, key string) TextField {
	f := TextField{Key: key, JA: at["texts."+key+".ja"], EN: at["texts."+key+".en"]}
	if otherwise, ok := contract.DefaultText(key); ok && f.JA == "" && f.EN == "" {
		f.JA, f.EN = otherwise.JA, otherwise.EN
	}
	return f
}

// textEdits writes the texts that the file leaves out and the form has changed.
func textEdits(r *http.Request, values []contract.Value) []contract.Edit {
	there := map[string]bool{}
	for _, val := range values {
		there[val.Path] = true
	}
	var edits []contract.Edit
	for _, key := range contract.Keys() {
		t, ok := contract.DefaultText(key)
		if !ok || there["texts."+key+".ja"] || there["texts."+key+".en"] {
			continue
		}
		next := contract.Text{JA: cmp.Or(formText(r, "texts."+key+".ja"), t.JA), EN: cmp.Or(formText(r, "texts."+key+".en"), t.EN)}
		if next != t {
			edits = append(edits, contract.AddText(key, next))
		}
	}
	return edits
}

// formText is what was written into a field, with the line ends of a file.
func formText(r *http.Request, name string) string {
	return strings.TrimSpace(strings.ReplaceAll(r.PostFormValue(name), "\r\n", "\n"))
}

func targetLabel(ctx context.Context, con *contract.Contract, path string) string {
	metric, rest := within(path, "targets["), ""
	if _, after, ok := strings.Cut(path, ".set["); ok {
		rest, _, _ = strings.Cut(after, "]")
	}
	id, _, _ := strings.Cut(rest, "#")
	pr, _ := con.Priority(contract.PriorityID(id))
	t, ok := con.Target(contract.Metric(metric), pr.ID, con.HomeRegion())
	if !ok {
		return metric + " " + rest
	}
	return ui.T(ctx, "amend.target.label", said(ctx, t.Label), said(ctx, pr.Label)+strings.TrimPrefix(rest, id))
}

// within returns what stands in the brackets after a prefix.
func within(path, prefix string) string {
	rest, ok := strings.CutPrefix(path, prefix)
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "]")
	return name
}

func lineNumbers(text string) string {
	var b strings.Builder
	for n := range strings.Count(text, "\n") + 1 {
		b.WriteString(strconv.Itoa(n+1) + "\n")
	}
	return b.String()
}

// SaveContractDraft keeps the text, or makes a form's edits in it.
func (p *Pages) SaveContractDraft(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	ctx, id := r.Context(), r.PathValue("id")
	revision, err := strconv.ParseInt(r.PostFormValue("revision"), 10, 64)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "画面を開き直してから、もう一度お試しください。", "Please open the page again and retry.")
	}
	back := "/contract/drafts/" + id
	if r.PostForm.Has("yaml") {
		back += "?as=text"
		_, err = p.desk.SaveContractDraft(ctx, who, id, revision, r.PostFormValue("yaml"))
	} else {
		var edits []contract.Edit
		if edits, err = p.draftEdits(r, who, id); err == nil {
			_, err = p.desk.EditDraft(ctx, who, id, revision, edits...)
		}
	}
	if err == nil {
		return p.done(w, r, "draft.saved", back)
	}
	return p.draftRefused(w, r, who, id, err)
}

// draftRefused draws a draft again with what is to be mended.
func (p *Pages) draftRefused(w http.ResponseWriter, r *http.Request, who desk.Viewer, id string, err error) error {
	problems, ok := ui.FormErrors(r.Context(), err)
	if !ok {
		return err
	}
	d, failed := p.desk.ContractDraft(r.Context(), who, id)
	if failed != nil {
		return failed
	}
	for field, text := range problems {
		if field != "comment" && field != "yaml" && !strings.HasPrefix(field, "targets[") {
			delete(problems, field)
			problems[""] = text
		}
	}
	return p.draft(w, r, who, refused, d, problems)
}

// draftEdits are the values of the form that differ from the text.
func (p *Pages) draftEdits(r *http.Request, who desk.Viewer, id string) ([]contract.Edit, error) {
	d, err := p.desk.ContractDraft(r.Context(), who, id)
	if err != nil {
		return nil, err
	}
	values, err := contract.Values([]byte(d.YAML))
	if err != nil {
		return nil, err
	}
	edits := textEdits(r, values)
	for _, val := range values {
		if !r.PostForm.Has(val.Path) || !editable(val.Path) {
			continue
		}
		next := formText(r, val.Path)
		if strings.HasSuffix(val.Path, ".within") && next != val.Text {
			length, ok := wording.ParseLength(next)
			if !ok {
				return nil, fault.New(fault.Invalid, ui.TL(ui.JA, "amend.length.bad", next), ui.TL(ui.EN, "amend.length.bad", next)).At(val.Path)
			}
			next = contract.LengthWord(length)
		}
		if next != val.Text && next != "" {
			edits = append(edits, contract.Set(val.Path, next))
		}
	}
	return edits, nil
}

// editable reports whether a form may change a value: never the terms' text.
func editable(path string) bool {
	return path == "contract.version" || path == "contract.effective" ||
		strings.HasPrefix(path, "targets[") && strings.HasSuffix(path, ".within") ||
		strings.HasPrefix(path, "texts.") && (strings.HasSuffix(path, ".ja") || strings.HasSuffix(path, ".en")) ||
		strings.HasPrefix(path, "readings[") && (strings.HasSuffix(path, ".chosen") || strings.HasSuffix(path, ".reason.ja") || strings.HasSuffix(path, ".reason.en"))
}

// StepContractDraft submits, withdraws, returns, approves or discards a draft.
func (p *Pages) StepContractDraft(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	ctx, id, comment := r.Context(), r.PathValue("id"), r.PostFormValue("comment")
	to, said := "/contract/drafts/"+id, ""
	var err error
	switch r.PostFormValue("act") {
	case "submit":
		said, err = "draft.submitted", p.desk.SubmitDraft(ctx, who, id, comment)
	case "withdraw":
		said, err = "draft.withdrawn", p.desk.WithdrawDraft(ctx, who, id)
	case "return":
		said, err = "draft.returned", p.desk.ReturnDraft(ctx, who, id, comment)
	case "discard":
		said, to, err = "draft.discarded", "/contract/drafts", p.desk.DiscardDraft(ctx, who, id)
	case "approve":
		revision, failed := strconv.ParseInt(r.PostFormValue("revision"), 10, 64)
		if err = failed; err == nil {
			said = "draft.approved"
			_, err = p.desk.ApproveDraft(ctx, who, id, revision, comment)
		}
	default:
		err = fault.New(fault.Invalid, "操作を選んでください。", "Please choose what to do.")
	}
	if err == nil {
		return p.done(w, r, said, to)
	}
	return p.draftRefused(w, r, who, id, err)
}
