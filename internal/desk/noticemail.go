package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"madoguchi/internal/desk/notify"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/notice"
)

// Mails of notices: one mail to a person tells everything that is due, so that
// many matters are no storm; two mails lie noticeGap apart at least.
const (
	noticeGap    = 5 * time.Minute
	noticePeople = 50 // mailed in one round
	noticeLines  = 30 // told in one mail; of the others the number
	noticesKept  = 90 * 24 * time.Hour
)

// MailNotices writes the mails of notices that are due, and returns how many.
// A mail and the mark that it was written are one transaction: no matter is
// mailed twice, whichever node does it.
func (d *Desk) MailNotices(ctx context.Context) (int, error) {
	now := d.now()
	people, err := d.store.AgentsToMail(ctx, now, noticePeople)
	if err != nil || len(people) == 0 {
		return 0, err
	}
	written := 0
	var errs []error
	for _, id := range people {
		sent, err := d.mailNotices(ctx, id, now)
		if sent {
			written++
		}
		errs = append(errs, err)
	}
	if written > 0 {
		wake(d.outgoing)
	}
	return written, errors.Join(errs...)
}

func (d *Desk) mailNotices(ctx context.Context, id string, now time.Time) (sent bool, err error) {
	a, err := d.store.Agent(ctx, id)
	if err != nil {
		return false, err
	}
	who, err := d.viewer(ctx, a)
	if err != nil {
		return false, err
	}
	seen, err := d.store.NoticesToMail(ctx, id, now)
	if err != nil {
		return false, err
	}
	rows, err := d.noticeRows(ctx, who, seen)
	if err != nil {
		return false, err
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		due, last, err := tx.NoticesToMail(id, now)
		if err != nil || len(due) == 0 || !slices.Equal(due, seen) {
			return err // read, mailed, or more of it meanwhile: it is looked at again
		}
		if again := last.Add(noticeGap); !last.IsZero() && again.After(now) {
			return tx.DelayNotices(id, now, again)
		}
		if !a.Disabled {
			if sent, err = d.postNotices(tx, who, rows, now); err != nil {
				return err
			}
		}
		return tx.MarkNoticesMailed(id, now)
	})
	return sent, err
}

// postNotices writes one mail and puts it into the outbox. It belongs to no case.
func (d *Desk) postNotices(tx *store.Tx, who Viewer, rows []NoticeRow, now time.Time) (bool, error) {
	rows = slices.DeleteFunc(rows, func(r NoticeRow) bool { return r.Hidden })
	if len(rows) == 0 {
		return false, nil
	}
	site := d.Site()
	digest := notify.Digest{Name: who.Name, Desk: site.Name.In(who.Language), Language: who.Language, Zone: d.Zone(), Now: now, Web: site.Web, More: max(0, len(rows)-noticeLines)}
	for _, r := range rows[:min(len(rows), noticeLines)] {
		digest.Lines = append(digest.Lines, notify.DigestLine{
			Kind: notice.Kind(r.Kind), At: r.RaisedAt, Number: r.Number, Subject: r.Subject, Customer: r.Org, Who: r.Who, What: r.What, Times: int(r.Times), Case: string(r.Case),
		})
	}
	text := notify.WriteDigest(digest)
	message := newID()
	from, via := cases.Address{Name: site.Name.In(who.Language), Addr: site.Mail}, ""
	if s, ok := d.UsualSender(); ok {
		from, via = cases.Address{Name: s.Name(who.Language), Addr: s.Address}, s.ID
	}
	m := Outgoing{
		From: from, Via: via, To: []cases.Address{{Name: who.Name, Addr: who.Email}}, Subject: text.Subject, Body: text.Body,
		Language: who.Language, MessageID: message + "@" + d.domain(), Date: now, Automatic: true,
	}
	return true, d.post(tx, &cases.Case{}, message, m, now, now)
}

// ForgetNotices drops what was read long ago.
func (d *Desk) ForgetNotices(ctx context.Context) error {
	return d.store.Write(ctx, func(tx *store.Tx) error { return tx.DropNotices(d.now().Add(-noticesKept)) })
}
