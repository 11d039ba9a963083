package desk

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"madoguchi/internal/mailtext"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

const (
	// filingBatch is how many accepted mails are read at a time, and filed in
	// one act where nobody waits for it.
	filingBatch = 64
	// filingLeast is how many are filed in one act although somebody waits:
	// while it runs, no mail that arrives gets its 250.
	filingLeast = 12
)

// FileNew files every accepted mail that is not filed yet, oldest first, and
// returns how many it took. A mail whose filing fails is quarantined: kept,
// shown as a contact, never dropped; the rest goes on.
func (d *Desk) FileNew(ctx context.Context) (int, error) {
	total := 0
	for {
		batch, err := d.store.WaitingInbound(ctx, filingBatch)
		if err != nil || len(batch) == 0 {
			return total, err
		}
		if err := d.fileBatch(ctx, batch); err != nil {
			return total, err
		}
		total += len(batch)
		if len(batch) < filingBatch {
			return total, nil
		}
	}
}

// letter is an accepted mail together with what was read of it.
type letter struct {
	store.Inbound
	mail *mailtext.Mail
	raw  []byte                // until its sender has been looked at
	auth *cases.Authentication // what was found out about its sender; nil: nothing
	mark string                // its fingerprint
	// channel is the contract's, of what a program brought; empty: mail.
	channel contract.ChannelID
	err     error // why it could not be read
}

// fileBatch reads a batch of mails and files them in their order.
func (d *Desk) fileBatch(ctx context.Context, batch []store.Waiting) error {
	if err := d.catchUp(ctx); err != nil {
		return err
	}
	letters := readAll(batch)
	var away error
	letters = slices.DeleteFunc(letters, func(l letter) bool {
		if !fault.Is(l.err, fault.Unavailable) {
			return false
		}
		away = l.err // the disk or the object store is away for a moment; the mail waits where it is, and holds up no other
		return true
	})
	d.authenticate(ctx, letters)
	for len(letters) > 0 {
		n, err := d.fileSome(ctx, letters)
		if err != nil {
			return err
		}
		letters = letters[n:]
	}
	return away
}

// fileSome files the first mails of some in one act and returns how many; if
// that fails, it files all, each in its own, so that one bad mail cannot hold
// up the others.
func (d *Desk) fileSome(ctx context.Context, letters []letter) (int, error) {
	touched, n, err := d.fileFirst(ctx, letters)
	if err == nil {
		d.live.Publish(touched...)
		wake(d.outgoing)
		return n, nil
	}
	if fault.Is(err, fault.Unavailable) || ctx.Err() != nil {
		return 0, err
	}
	for i, l := range letters {
		touched, _, err := d.fileFirst(ctx, letters[i:i+1])
		if err != nil {
			if fault.Is(err, fault.Unavailable) || ctx.Err() != nil {
				return i, err
			}
			d.log.Error("mail quarantined", "inbound", l.ID, "error", err)
			l.err = err
			if touched, _, err = d.fileFirst(ctx, []letter{l}); err != nil {
				return i, fmt.Errorf("quarantine %s: %w", l.ID, err)
			}
		}
		d.live.Publish(touched...)
	}
	wake(d.outgoing)
	return len(letters), nil
}

// fileFirst files mails in one act, the first ones only where somebody waits
// for its end, and returns the cases touched and how many mails that were.
func (d *Desk) fileFirst(ctx context.Context, letters []letter) (touched []string, n int, err error) {
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		touched, n = touched[:0], 0
		for n < len(letters) && (n < filingLeast || !tx.Awaited()) {
			id, err := d.file(tx, letters[n])
			if err != nil {
				return err
			}
			if id != "" {
				touched = append(touched, string(id))
			}
			n++
		}
		return nil
	})
	return touched, n, err
}

// readAll reads the mails of a batch, as many at once as there are processors.
func readAll(batch []store.Waiting) []letter {
	letters := make([]letter, len(batch))
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(batch)) {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(batch)); i = next.Add(1) - 1 {
				letters[i] = read(batch[i])
			}
		})
	}
	all.Wait()
	return letters
}

func read(in store.Waiting) letter {
	l := letter{Inbound: in.Inbound, raw: in.Bytes, err: in.Err}
	if l.err == nil {
		l.mail, l.err = mailtext.Read(in.Bytes)
	}
	if l.err == nil {
		l.mark = fingerprint(l.mail)
	}
	return l
}

// file puts one mail where it belongs and returns the case it touched; empty
// for the second copy of a mail that is filed already.
func (d *Desk) file(tx *store.Tx, l letter) (cases.ID, error) {
	var m cases.MessageReceived
	if l.err == nil {
		m = d.received(l)
	}
	still, twin, err := tx.Unfiled(l.ID, m.MessageID, l.mark)
	if err != nil || !still {
		return "", err // another node was quicker
	}
	if l.err != nil {
		return d.fileUnreadable(tx, l)
	}
	if twin != "" {
		return "", tx.MarkInbound(l.ID, store.InboundMark{State: store.InboundDuplicate, Case: twin, MessageID: m.MessageID, Fingerprint: l.mark})
	}
	id, err := d.place(tx, l, m)
	if err != nil {
		return "", err
	}
	if err := d.queueScans(tx, l, id); err != nil {
		return "", err
	}
	return id, tx.MarkInbound(l.ID, store.InboundMark{State: store.InboundFiled, Case: id, MessageID: m.MessageID, Fingerprint: l.mark})
}

// place finds the case that a mail belongs to, or opens one.
func (d *Desk) place(tx *store.Tx, l letter, m cases.MessageReceived) (cases.ID, error) {
	if id, found, err := d.fileBounce(tx, l, m); err != nil || found {
		return id, err
	}
	sender, err := d.sender(tx, m.From.Addr)
	if err != nil {
		return "", err
	}
	if throughList(m.Auto, l.mail, sender) {
		m.Auto = ""
	}
	m.Silent = silent(l.mail)
	id, how, err := d.thread(tx, l, sender)
	if err != nil {
		return "", err
	}
	var link *cases.Linked
	if id != "" {
		if id, err = splitThread(tx, id, l.mail.InReplyTo); err != nil {
			return "", err
		}
		m.Joined = how
		into, err := d.join(tx, id, l, m, sender)
		if err != nil || into.link == nil {
			return into.id, err
		}
		link = into.link
	}
	m.Joined = "new"
	return d.openCase(tx, l, m, sender, link)
}

// quarantineDomain ends the Message-ID that a mail gets which cannot be read.
const quarantineDomain = "@quarantine.invalid"

// fileUnreadable keeps a mail that could not be read as an unidentified
// contact: a person looks at the original.
func (d *Desk) fileUnreadable(tx *store.Tx, l letter) (cases.ID, error) {
	m := cases.MessageReceived{
		Message: newID(), Source: l.ID, From: cases.Address{Addr: l.EnvelopeFrom},
		Subject: "（読み取れないメール / unreadable mail）", MessageID: l.ID + quarantineDomain,
		Text: "", Auto: "unreadable", Joined: "new", Received: l.ReceivedAt,
	}
	id, err := d.openCase(tx, l, m, sender{}, nil)
	if err != nil {
		return "", err
	}
	return id, tx.MarkInbound(l.ID, store.InboundMark{State: store.InboundQuarantined, Case: id, Error: l.err.Error()})
}

// RunFiling files accepted mails as they come until ctx ends. After a failure
// of the database it waits and goes on where it stopped.
func (d *Desk) RunFiling(ctx context.Context) error {
	retry := time.NewTimer(0)
	defer retry.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-d.accepted:
		case <-retry.C:
		}
		if _, err := d.FileNew(ctx); err != nil && !errors.Is(err, context.Canceled) {
			d.log.Error("filing paused", "error", err)
			retry.Reset(2 * time.Second)
		}
	}
}
