package imapin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"madoguchi/internal/desk"
	"madoguchi/terms/fault"
)

// take gives the desk every mail that it does not have yet, in the mailbox's
// order, and moves the bookmark after each. An error means that the connection
// or the desk is in trouble, and that all is to be tried again.
func (w *Watcher) take(ctx context.Context, c *imapclient.Client, box *imap.SelectData) error {
	mark, err := w.bookmark(ctx, c, box)
	if err != nil {
		return err
	}
	uids, err := w.untaken(ctx, c, mark)
	if err != nil {
		return err
	}
	w.waiting = len(uids)
	for chunk := range slices.Chunk(uids, atOnce) {
		w.cfg.Report(State{Waiting: w.waiting})
		if mark, err = w.several(ctx, c, mark, chunk); err != nil {
			return err
		}
	}
	if mark.Until != 0 { // compared up to here
		mark.Until, mark.UID = 0, max(mark.UID, mark.Until)
		return w.keep(ctx, mark)
	}
	return nil
}

// atOnce is for how many mails sizes and dates are asked with one command.
const atOnce = 200

// several takes mails one by one and returns the bookmark behind them.
func (w *Watcher) several(ctx context.Context, c *imapclient.Client, mark bookmark, uids []imap.UID) (bookmark, error) {
	ask := &imap.FetchOptions{UID: true, RFC822Size: true, InternalDate: true, Envelope: mark.Until != 0}
	var heads []*imapclient.FetchMessageBuffer
	err := w.within(ctx, c, func() (err error) {
		heads, err = c.Fetch(imap.UIDSetNum(uids...), ask).Collect()
		return err
	})
	if err != nil {
		return mark, err
	}
	known := map[imap.UID]*imapclient.FetchMessageBuffer{}
	for _, h := range heads {
		known[h.UID] = h
	}
	for _, uid := range uids {
		had, err := false, errGone
		w.waiting--
		if head := known[uid]; head != nil {
			if had, err = w.has(ctx, mark, head); err == nil && !had {
				err = w.one(ctx, c, head)
			}
		}
		refusal, refused := errors.AsType[*refusal](err)
		switch {
		case err == nil:
			mark = mark.taken(uid)
		case errors.Is(err, errGone):
			mark = mark.left(uid, true)
		case refused && refusal.final():
			// The provider has the mail, unseen; a person must look at it there.
			w.log.Error("mailbox: a mail cannot be taken and stays with the provider", "mailbox", w.name, "uid", uid, "error", err)
			mark = mark.taken(uid)
		case refused && refusal.itsOwn():
			// The others go on, and it is tried again with them.
			w.log.Error("mailbox: a mail could not be taken, trying again later", "mailbox", w.name, "uid", uid, "error", err)
			mark = mark.left(uid, false)
		default:
			return mark, fmt.Errorf("take mail %d: %w", uid, err)
		}
		if had && uid != uids[len(uids)-1] {
			continue // nothing was taken, so nothing is lost by noting it later
		}
		if err := w.keep(ctx, mark); err != nil {
			return mark, err
		}
	}
	return mark, nil
}

// has reports, for a mailbox that was numbered anew, that the desk has a mail
// already, by Message-ID, date and size, or left it aside on purpose when the
// watch began. One without Message-ID is read again: the desk compares the
// content, and no mail is lost for looking like another.
func (w *Watcher) has(ctx context.Context, mark bookmark, head *imapclient.FetchMessageBuffer) (bool, error) {
	if mark.Until == 0 || head.UID > mark.Until {
		return false, nil
	}
	at := head.InternalDate.UTC()
	if !mark.Begun.IsZero() && !at.After(mark.Begun) {
		return true, nil
	}
	if head.Envelope == nil || head.Envelope.MessageID == "" {
		return false, nil
	}
	return w.store.HasInbound(ctx, head.Envelope.MessageID, at, head.RFC822Size)
}

// refusal is the desk's answer to a mail, as opposed to trouble on the way to it.
type refusal struct{ cause error }

// Error implements error.
func (r *refusal) Error() string { return r.cause.Error() }

// Unwrap returns the cause.
func (r *refusal) Unwrap() error { return r.cause }

// final reports whether trying again is no use.
func (r *refusal) final() bool {
	k := fault.KindOf(r.cause)
	return k == fault.Invalid || k == fault.TooLarge
}

// itsOwn reports whether the trouble is this mail's and not the desk's.
func (r *refusal) itsOwn() bool {
	return fault.KindOf(r.cause) == fault.Internal && !errors.Is(r.cause, context.Canceled) && !errors.Is(r.cause, context.DeadlineExceeded)
}

// untaken lists what is to be taken: what lies above the bookmark and what
// was left below it.
func (w *Watcher) untaken(ctx context.Context, c *imapclient.Client, m bookmark) ([]imap.UID, error) {
	criteria := &imap.SearchCriteria{UID: []imap.UIDSet{{imap.UIDRange{Start: m.UID + 1, Stop: 0}}}} // 0: to the last
	var found *imap.SearchData
	err := w.within(ctx, c, func() (err error) {
		found, err = c.UIDSearch(criteria, nil).Wait()
		return err
	})
	if err != nil {
		return nil, err
	}
	// "n:*" names the last mail even when it is below n (RFC 3501 6.4.8).
	uids := slices.DeleteFunc(found.AllUIDs(), func(u imap.UID) bool { return u <= m.UID })
	uids = append(uids, m.Left...)
	slices.Sort(uids)
	return slices.Compact(uids), nil
}

// errGone means that a mail was moved or deleted before it was taken.
var errGone = errors.New("the mail is no longer in the mailbox")

// one takes a single mail, whose size and date are in head.
func (w *Watcher) one(ctx context.Context, c *imapclient.Client, head *imapclient.FetchMessageBuffer) error {
	set := imap.UIDSetNum(head.UID)
	if head.RFC822Size > w.cfg.MaxSize {
		return &refusal{fault.New(fault.TooLarge, "メールが大きすぎます。", fmt.Sprintf("the mail has %d bytes, the limit is %d", head.RFC822Size, w.cfg.MaxSize))}
	}
	whole := &imap.FetchItemBodySection{Peek: true} // fetching must not mark it as seen
	got, err := w.fetch(ctx, c, set, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{whole}})
	if err != nil {
		return err
	}
	raw := got.FindBodySection(whole)
	if len(raw) == 0 {
		return &refusal{fault.New(fault.Invalid, "メールが空です。", "the mail is empty")}
	}
	err = w.accept(ctx, desk.Mail{
		From: returnPath(raw), To: []string{w.cfg.Address}, Raw: raw, Remote: w.cfg.Addr, Way: desk.ViaMailbox, At: head.InternalDate.UTC(),
	})
	if err != nil {
		return &refusal{err}
	}
	w.cfg.Report(State{Waiting: w.waiting, Took: true})
	w.log.Info("mailbox: mail taken", "mailbox", w.name, "uid", head.UID, "bytes", len(raw))
	err = w.within(ctx, c, func() error {
		return c.Store(set, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagSeen}}, nil).Close()
	})
	if err != nil {
		// Only for those who look into the mailbox; the mail is safe.
		w.log.Warn("mailbox: a taken mail could not be marked as seen", "mailbox", w.name, "uid", head.UID, "error", err)
	}
	return nil
}

func (w *Watcher) fetch(ctx context.Context, c *imapclient.Client, set imap.UIDSet, o *imap.FetchOptions) (*imapclient.FetchMessageBuffer, error) {
	var list []*imapclient.FetchMessageBuffer
	err := w.within(ctx, c, func() (err error) {
		list, err = c.Fetch(set, o).Collect()
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, m := range list {
		if set.Contains(m.UID) {
			return m, nil
		}
	}
	return nil, errGone
}

// returnPath is the envelope's sender as the provider's server wrote it on
// top of the mail (RFC 5321 4.4); empty when it wrote none.
func returnPath(raw []byte) string {
	for line := range bytes.Lines(raw) {
		text := strings.TrimRight(string(line), "\r\n")
		if text == "" {
			break
		}
		if name, value, ok := strings.Cut(text, ":"); ok && strings.EqualFold(name, "Return-Path") {
			return strings.Trim(strings.TrimSpace(value), "<>")
		}
	}
	return ""
}
