package desk

import (
	"context"
	"fmt"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
	"madoguchi/terms/notice"
)

// Troubles that mend themselves within their time are told to nobody.
const (
	mailboxPatience = 5 * time.Minute
	outboxPatience  = 15 * time.Minute
)

// OutboxTrouble is the Ref of a notice that mail does not go out.
const OutboxTrouble = "outbox"

// TellTrouble tells those who look after the desk of mailboxes that this
// process has not reached for a while, and of mail that does not go out. Each
// trouble is told once, however often and on how many nodes it is looked for.
func (d *Desk) TellTrouble(ctx context.Context) error {
	now := d.now()
	var news []Notice
	for _, m := range d.WatchedMailboxes() {
		s := d.MailboxState(m.ID)
		if s.Problem == (fault.Text{}) || s.Since.IsZero() || now.Sub(s.Since) < mailboxPatience {
			continue
		}
		news = append(news, Notice{Kind: notice.Trouble, Ref: m.ID, At: now, Once: true, Matter: fmt.Sprintf("mailbox/%s/%d", m.ID, s.Since.UnixMicro())})
	}
	backlog, err := d.store.Backlog(ctx, now)
	if err != nil {
		return err
	}
	if !backlog.QueuedSince.IsZero() && now.Sub(backlog.QueuedSince) >= outboxPatience {
		news = append(news, Notice{Kind: notice.Trouble, Ref: OutboxTrouble, At: now, Once: true, Matter: fmt.Sprintf("outbox/%d", backlog.QueuedSince.UnixMicro())})
	}
	if len(news) == 0 {
		return nil
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		all, err := (&telling{desk: d, tx: tx}).those(Supervisor, Administrator)
		if err != nil {
			return err
		}
		for i := range news {
			news[i].To = all
		}
		return d.tell(tx, news...)
	})
}
