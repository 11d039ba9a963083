package desk

import (
	"context"

	"madoguchi/internal/mailtext"
	"madoguchi/internal/mailtext/safehtml"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// HTML returns the HTML form of a message, made safe to be shown in a frame of
// its own. remote: the person asked for the pictures of other hosts. A message
// of another case, or one without HTML, is not found.
func (d *Desk) HTML(ctx context.Context, who Viewer, id cases.ID, message string, remote bool, words safehtml.Words) (safehtml.Page, error) {
	listed, raw, err := d.original(ctx, who, id, message)
	if err != nil {
		return safehtml.Page{}, err
	}
	mail, err := mailtext.Read(raw)
	if err != nil {
		return safehtml.Page{}, err
	}
	if mail.HTML == "" {
		return safehtml.Page{}, fault.New(fault.NotFound, "このメールに HTML 形式の本文はありません。", "This mail has no HTML form.")
	}
	sums := make([]string, len(listed))
	for i, a := range listed {
		sums[i] = a.SHA256
	}
	scans, err := d.store.Scans(ctx, sums)
	if err != nil {
		return safehtml.Page{}, err
	}
	images := map[string][]byte{}
	for _, a := range mail.Attachments {
		if a.ContentID != "" && scans[a.SHA256].State != store.ScanInfected {
			images[a.ContentID] = a.Data
		}
	}
	return safehtml.Clean(mail.HTML, safehtml.Options{Images: images, Remote: remote, Words: words}), nil
}
