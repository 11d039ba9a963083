package desk

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"

	"madoguchi/internal/mailauth"
)

// Way is how a mail reached the desk. It decides whose word about its sender
// is believed.
type Way string

// The ways of a mail. An unknown one is taken for [ViaMailbox]: nothing is
// read from the address of the peer.
const (
	ViaSMTP    Way = "smtp" // the peer's address says who sent it, unless it is one of our own servers
	ViaLMTP    Way = "lmtp" // our own server in front handed it on
	ViaMailbox Way = "imap" // fetched from a provider
)

// How long a batch of mails may wait for the DNS, and how many ask at once.
// What is not known by then is "temperror": a mail is filed all the same, and
// its clock counts from its reception.
const (
	authWait   = 5 * time.Second
	authAtOnce = 16
)

// authenticate finds out who sent the mails of a batch, all at once.
func (d *Desk) authenticate(ctx context.Context, letters []letter) {
	if d.names == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, authWait)
	defer cancel()
	trust := d.MailTrust()
	slots := make(chan struct{}, authAtOnce)
	var all sync.WaitGroup
	for i := range letters {
		l := &letters[i]
		if l.mail == nil {
			continue
		}
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			a := mailauth.Evaluate(ctx, d.names, trust.arrival(*l), l.raw)
			l.auth = &a
		})
	}
	all.Wait()
	for i := range letters {
		letters[i].raw = nil
	}
}

// arrival is what a mail's envelope says of its sender.
func (t MailTrust) arrival(l letter) mailauth.Arrival {
	a := mailauth.Arrival{From: address(l.mail.From).Addr, Helo: l.Helo, Sender: l.EnvelopeFrom}
	if a.From == "" {
		a.From = l.EnvelopeFrom // as the reception names its sender then
	}
	peer, err := netip.ParseAddr(l.Remote)
	if err == nil && Way(l.Way) == ViaSMTP && !t.ours(peer.Unmap()) {
		a.Peer = peer.Unmap()
		return a
	}
	a.Trust = t.AuthservIDs
	return a
}

// ours reports whether a peer is one of our own servers, in front of the desk.
func (t MailTrust) ours(peer netip.Addr) bool {
	if peer.IsLoopback() || peer.IsPrivate() || peer.IsLinkLocalUnicast() {
		return true
	}
	return slices.ContainsFunc(t.Fronts, func(f string) bool {
		if p, err := netip.ParsePrefix(f); err == nil {
			return p.Contains(peer)
		}
		a, err := netip.ParseAddr(f)
		return err == nil && a.Unmap() == peer
	})
}
