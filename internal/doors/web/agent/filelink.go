package agent

import (
	"cmp"
	"context"
	"net/http"
	"strconv"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// largestThumbnail is the largest picture that is loaded with the history, in
// bytes; others open on their own.
const largestThumbnail = 3 << 20

// fileLink is a file of a message as the history shows it.
func fileLink(ctx context.Context, v desk.CaseView, a cases.Attachment, path string) FileLink {
	l := FileLink{Text: ui.T(ctx, "timeline.files", cmp.Or(a.Name, a.Type), size(a.Size)), Path: path}
	s, known := v.Scans[a.SHA256]
	switch {
	case known:
		l.Scan, l.Found = string(s.State), s.Found
	case v.Scanned:
		l.Scan = "none"
	}
	if s.State == store.ScanInfected {
		if ui.Can(ctx, desk.Supervise) {
			l.Take = path + "/take"
		}
		return l
	}
	switch a.Type {
	case "image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp":
		l.Picture = a.Size <= largestThumbnail && (!a.Inline || v.Choices.Mail == desk.MailText) // else the text shows it
	}
	return l
}

// TakeInfected hands an infected file to a supervisor who said why.
func (p *Pages) TakeInfected(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil {
		return fault.Wrap(fault.NotFound, err, "添付ファイルが見つかりません。", "There is no such attachment.")
	}
	f, err := p.desk.TakeInfected(r.Context(), who, caseID(r), r.PathValue("message"), n, r.PostFormValue("reason"))
	if err != nil {
		return err
	}
	// Nothing opens this by a double click.
	return handOver(w, r, cmp.Or(f.Name, "attachment")+".infected", "application/octet-stream", false, f.Data, f.SHA256)
}
