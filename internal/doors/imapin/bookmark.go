package imapin

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// bookmark says what of a mailbox the desk has.
type bookmark struct {
	Validity uint32     `json:"validity"`        // UIDVALIDITY that the UIDs belong to
	UID      imap.UID   `json:"uid"`             // this and all below are taken
	Left     []imap.UID `json:"left,omitempty"`  // except these, which are tried again
	Newest   time.Time  `json:"newest,omitzero"` // internal date of the newest mail taken
	Since    time.Time  `json:"since,omitzero"`  // after a new numbering: take everything from this day on
}

// overlap is how far back a newly numbered mailbox is read: internal dates of
// moved mail are not always in order, and the desk recognizes copies.
const overlap = 7 * 24 * time.Hour

// taken moves past a mail that the desk has or that nobody can take.
func (m bookmark) taken(uid imap.UID, at time.Time) bookmark {
	m.Left = slices.DeleteFunc(slices.Clone(m.Left), func(u imap.UID) bool { return u == uid })
	m.UID = max(m.UID, uid)
	if at.After(m.Newest) {
		m.Newest = at.UTC()
	}
	return m
}

// left moves past a mail that is tried again, unless it is gone.
func (m bookmark) left(uid imap.UID, gone bool) bookmark {
	m = m.taken(uid, time.Time{})
	if !gone {
		m.Left = append(m.Left, uid)
	}
	return m
}

// bookmark reads the mark of the selected mailbox, or makes the first one.
func (w *Watcher) bookmark(ctx context.Context, box *imap.SelectData) (bookmark, error) {
	var m bookmark
	raw, err := w.store.Setting(ctx, w.setting())
	switch {
	case fault.Is(err, fault.NotFound):
		m.Validity = box.UIDValidity
		if !w.cfg.Backlog && box.UIDNext > 0 {
			m.UID = box.UIDNext - 1
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
	w.log.Warn("mailbox: the provider numbered it anew; reading again what may be new", "mailbox", w.name, "since", m.Newest.Add(-overlap))
	n := bookmark{Validity: box.UIDValidity, Newest: m.Newest}
	if !m.Newest.IsZero() {
		n.Since = m.Newest.Add(-overlap)
	}
	return n, w.keep(ctx, n)
}

// keep writes the bookmark, also when the program is told to stop meanwhile:
// the mail is taken already.
func (w *Watcher) keep(ctx context.Context, m bookmark) error {
	raw, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return w.store.Write(context.WithoutCancel(ctx), func(tx *store.Tx) error { return tx.PutSetting(w.setting(), string(raw)) })
}

func (w *Watcher) setting() string { return "mailbox " + w.name }
