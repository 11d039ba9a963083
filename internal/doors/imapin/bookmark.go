package imapin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// bookmark says what of a mailbox the desk has.
type bookmark struct {
	Validity uint32     `json:"validity"`       // UIDVALIDITY that the UIDs belong to
	UID      imap.UID   `json:"uid"`            // this and all below are taken
	Left     []imap.UID `json:"left,omitempty"` // except these, which are tried again

	// Begun is the internal date of the newest mail that was there when the
	// watch began and that nobody asked for; zero: everything was asked for.
	Begun time.Time `json:"begun,omitzero"`
	// Until is the last UID of a mailbox that was numbered anew and is being
	// compared with what the desk has; 0: it is numbered as it was.
	Until imap.UID `json:"until,omitempty"`
}

// taken moves past a mail that the desk has or that nobody can take.
func (m bookmark) taken(uid imap.UID) bookmark {
	m.Left = slices.DeleteFunc(slices.Clone(m.Left), func(u imap.UID) bool { return u == uid })
	m.UID = max(m.UID, uid)
	return m
}

// left moves past a mail that is tried again, unless it is gone.
func (m bookmark) left(uid imap.UID, gone bool) bookmark {
	m = m.taken(uid)
	if !gone {
		m.Left = append(m.Left, uid)
	}
	return m
}

// bookmark reads the mark of the selected mailbox, or makes the first one.
func (w *Watcher) bookmark(ctx context.Context, c *imapclient.Client, box *imap.SelectData) (bookmark, error) {
	var m bookmark
	raw, err := w.store.Setting(ctx, w.setting())
	switch {
	case fault.Is(err, fault.NotFound):
		m.Validity = box.UIDValidity
		if !w.cfg.Backlog && box.NumMessages > 0 {
			if m.UID, m.Begun, err = w.last(ctx, c, box); err != nil {
				return m, err
			}
		}
		// Kept at once: what comes between here and the first mail must count as new.
		return m, w.keep(ctx, m)
	case err != nil:
		return m, err
	}
	if err := json.Unmarshal([]byte(raw), &m); err != nil {
		return m, fmt.Errorf("the bookmark of %s is damaged: %w", w.name, err)
	}
	if m.Validity == box.UIDValidity {
		return m, nil
	}
	w.log.Warn("mailbox: the provider numbered it anew; comparing all of it with what the desk has", "mailbox", w.name, "mails", box.NumMessages)
	n := bookmark{Validity: box.UIDValidity, Begun: m.Begun, Until: max(box.UIDNext, 2) - 1}
	return n, w.keep(ctx, n)
}

// last is the mail at the end of the mailbox.
func (w *Watcher) last(ctx context.Context, c *imapclient.Client, box *imap.SelectData) (imap.UID, time.Time, error) {
	var list []*imapclient.FetchMessageBuffer
	err := w.within(ctx, c, func() (err error) {
		list, err = c.Fetch(imap.SeqSetNum(box.NumMessages), &imap.FetchOptions{UID: true, InternalDate: true}).Collect()
		return err
	})
	if err != nil {
		return 0, time.Time{}, err
	}
	if len(list) == 0 {
		return 0, time.Time{}, errors.New("the provider does not show the last mail of the mailbox")
	}
	return max(list[0].UID, max(box.UIDNext, 1)-1), list[0].InternalDate.UTC(), nil
}

// keep writes the bookmark, also when the program is told to stop meanwhile:
// the mail is taken already.
func (w *Watcher) keep(ctx context.Context, m bookmark) error {
	raw, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return w.store.Write(context.WithoutCancel(ctx), func(tx *store.Tx) error { return tx.PutMark(w.setting(), string(raw)) })
}

func (w *Watcher) setting() string { return "mailbox " + w.name }
