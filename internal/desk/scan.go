package desk

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"madoguchi/internal/mailtext"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// Scan looks for malicious code in a file. found names it; empty: there is
// none. An error says that nobody could look.
type Scan func(ctx context.Context, data []byte) (found string, err error)

const (
	scanPatience = 30 * time.Second // for one file
	scanAgain    = time.Minute      // after the scanner did not answer
	scanBatch    = 20
)

// Scanned reports whether files are looked at.
func (d *Desk) Scanned() bool { return d.scan != nil }

// queueScans asks for the files of a mail to be scanned, in the act that files it.
func (d *Desk) queueScans(tx *store.Tx, l letter, id cases.ID) error {
	if d.scan == nil || l.mail == nil {
		return nil
	}
	for _, a := range l.mail.Attachments {
		if err := tx.QueueScan(store.Scan{SHA256: a.SHA256, Source: l.ID, Case: id, NextAt: l.ReceivedAt}); err != nil {
			return err
		}
	}
	return nil
}

// ScanNew scans the files that wait for it and returns how many it asked about.
// One that the scanner does not answer for is asked about again a minute later.
func (d *Desk) ScanNew(ctx context.Context) (int, error) {
	total := 0
	for d.scan != nil {
		due, err := d.store.DueScans(ctx, d.now(), scanBatch)
		if err != nil || len(due) == 0 {
			return total, err
		}
		for _, s := range due {
			data, err := d.sourceOf(ctx, s)
			if err != nil {
				return total, err
			}
			if _, err := d.look(ctx, s, data); err != nil {
				return total, err
			}
			d.live.Publish(string(s.Case))
			total++
		}
	}
	return total, nil
}

// sourceOf finds a file's bytes in the mail that brought it. A mail that is
// read differently today may not have it any more: it is empty then.
func (d *Desk) sourceOf(ctx context.Context, s store.Scan) ([]byte, error) {
	raw, err := d.store.InboundRaw(ctx, s.Source)
	if err != nil {
		return nil, err
	}
	mail, err := mailtext.Read(raw)
	if err != nil {
		return []byte{}, nil //nolint:nilerr // nothing to read is nothing to scan
	}
	for _, a := range mail.Attachments {
		if strings.EqualFold(a.SHA256, s.SHA256) {
			return a.Data, nil
		}
	}
	return []byte{}, nil
}

// look asks the scanner about a file and records what it said.
func (d *Desk) look(ctx context.Context, s store.Scan, data []byte) (store.Scan, error) {
	limited, cancel := context.WithTimeout(ctx, scanPatience)
	found, err := d.scan(limited, data)
	cancel()
	if ctx.Err() != nil {
		return s, ctx.Err()
	}
	s.At, s.State, s.Found, s.NextAt = d.now(), store.ScanClean, found, time.Time{}
	switch {
	case err != nil:
		d.log.Warn("file not scanned", "sha256", s.SHA256, "error", err)
		s.State, s.NextAt = store.ScanDown, s.At.Add(scanAgain)
	case found != "":
		d.log.Warn("file is infected", "sha256", s.SHA256, "found", found)
		s.State = store.ScanInfected
	}
	return s, d.store.Write(ctx, func(tx *store.Tx) error { return tx.PutScan(s) })
}

// scanOf returns what is known of a file, asking the scanner if nobody has.
func (d *Desk) scanOf(ctx context.Context, id cases.ID, sum string, data []byte) (store.Scan, error) {
	have, err := d.store.Scans(ctx, []string{sum})
	if err != nil {
		return store.Scan{}, err
	}
	s, ok := have[sum]
	if d.scan == nil || ok && (s.State == store.ScanClean || s.State == store.ScanInfected) {
		return s, nil
	}
	if !ok {
		s = store.Scan{SHA256: sum, Case: id}
	}
	return d.look(ctx, s, data)
}

// clear refuses a file that is infected. One that could not be scanned is
// handed out, and shown as such: the desk's work must not hang on the scanner.
func (d *Desk) clear(ctx context.Context, id cases.ID, f File) error {
	s, err := d.scanOf(ctx, id, f.SHA256, f.Data)
	if err != nil {
		return err
	}
	if s.State == store.ScanInfected {
		return infected(f.Name, s.Found)
	}
	return nil
}

func infected(name, found string) error {
	return fault.New(fault.Forbidden, "「"+name+"」からウイルスが検出されたため、開けません（"+found+"）。必要な場合は責任者にご相談ください。",
		name+" holds malicious code and cannot be opened ("+found+"). Please ask a supervisor if you need it.")
}

// clearMail refuses the original of a mail that has an infected file.
func (d *Desk) clearMail(ctx context.Context, listed []cases.Attachment) error {
	sums := make([]string, len(listed))
	for i, a := range listed {
		sums[i] = a.SHA256
	}
	have, err := d.store.Scans(ctx, sums)
	if err != nil {
		return err
	}
	for _, a := range listed {
		if s := have[a.SHA256]; s.State == store.ScanInfected {
			return infected(a.Name, s.Found)
		}
	}
	return nil
}

// TakeInfected hands out an infected file of a message all the same (n as in
// [Desk.Attachment]; 0: the whole mail). Only a supervisor may, with a reason;
// both are recorded before anything is handed out.
func (d *Desk) TakeInfected(ctx context.Context, who Viewer, id cases.ID, message string, n int, reason string) (File, error) {
	if err := who.May(Supervise); err != nil {
		return File{}, err
	}
	reason = strings.TrimSpace(reason)
	if reason == "" || utf8.RuneCountInString(reason) > cases.MaxReason {
		return File{}, fault.New(fault.Invalid, "理由を入力してください。", "Please give the reason.").At("reason")
	}
	var f File
	var err error
	if n == 0 {
		f.Name, f.Type = message+".eml", "message/rfc822"
		_, f.Data, err = d.original(ctx, who, id, message)
	} else {
		f, err = d.attachment(ctx, who, id, message, n)
	}
	if err != nil {
		return File{}, err
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		return tx.PutAudit(d.audit(who, "file.taken-infected", string(id), f.Name+" "+f.SHA256+": "+reason))
	})
	return f, err
}
