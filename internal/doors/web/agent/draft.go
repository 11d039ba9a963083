package agent

import (
	"errors"
	"io"
	"net/http"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// SaveDraft keeps what the person is writing; the page sends it while they do.
func (p *Pages) SaveDraft(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	form := desk.DraftForm{
		To: r.PostForm["to"], Kind: cases.ReplyKind(r.PostFormValue("kind")), Next: cases.Status(r.PostFormValue("next")),
		Refusal: r.PostFormValue("refusal"), Reason: r.PostFormValue("reason"), Templates: r.PostForm["template"],
	}
	if err := p.desk.SaveDraft(r.Context(), who, caseID(r), r.PathValue("kind"), r.PostFormValue("text"), form, number(r, "seen")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// AttachFiles adds files to the person's reply, each durable before it is shown.
func (p *Pages) AttachFiles(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	// A file may take longer than a form is allowed to.
	if err := http.NewResponseController(w).SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "ファイルを受け取れませんでした。もう一度お試しください。", "The file could not be taken. Please try again.")
	}
	var refused error
	for refused == nil {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			refused = err
			break
		}
		if part.FileName() == "" {
			continue
		}
		_, refused = p.desk.AttachFile(r.Context(), who, caseID(r), part.FileName(), part)
	}
	if refused != nil {
		return refused
	}
	return p.files(w, r, who)
}

// DetachFile takes a file off the person's reply.
func (p *Pages) DetachFile(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.DetachFile(r.Context(), who, caseID(r), r.PathValue("file")); err != nil {
		return err
	}
	return p.files(w, r, who)
}

// DraftFile hands out a file of the person's own draft.
func (p *Pages) DraftFile(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	f, err := p.desk.DraftFile(r.Context(), who, caseID(r), r.PathValue("file"))
	if err != nil {
		return err
	}
	return handOut(w, r, f)
}

// files answers with the list of the draft's files.
func (p *Pages) files(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if !ui.IsFragment(r) {
		return p.done(w, r, "composer.files.changed", "/cases/"+r.PathValue("id"))
	}
	list, err := p.desk.DraftFiles(r.Context(), who, caseID(r))
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, DraftFilesPartial(filesOf(string(caseID(r)), list)))
}

func filesOf(id string, list []store.DraftFile) []DraftFile {
	out := make([]DraftFile, 0, len(list))
	for _, f := range list {
		out = append(out, DraftFile{ID: f.ID, Name: f.Name, Size: size(f.Size), Path: "/cases/" + id + "/draft/files/" + f.ID})
	}
	return out
}

// SavedDraft is a draft as the composer shows it.
type SavedDraft struct {
	At    time.Time // when it was kept
	Stale bool      // something came to the case since
}

// DraftFile is a file of a draft as the composer shows it.
type DraftFile struct{ ID, Name, Size, Path string }

// withDraft puts what the person wrote earlier into the composer.
func (c *Composer) withDraft(d desk.Drafts) {
	c.Files = filesOf(c.CaseID, d.Files)
	if d.Note != nil {
		c.Note = d.Note.Text
	}
	if d.Reply == nil {
		return
	}
	c.Draft, c.Written = &SavedDraft{At: d.Reply.Updated, Stale: d.Reply.Stale}, d.Reply.Text
	if d.Reply.Next != "" {
		c.Next = string(d.Reply.Next)
	}
	c.Templates = d.Reply.Templates
	c.Kind, c.Refusal, c.Reason = d.Reply.Kind, d.Reply.Refusal, d.Reply.Reason
	for i := range c.To {
		c.To[i].Chosen = c.To[i].Verified && chosen(d.Reply, c.To[i].Addr, c.To[i].Chosen)
	}
}

// text is what the text field holds.
func (c Composer) text() string {
	if c.Draft != nil {
		return c.Written
	}
	return c.Text
}
