package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// Mail is one mail as a door received it, before anybody has read it.
type Mail struct {
	From   string   // envelope sender; empty for the null sender
	To     []string // envelope recipients
	Raw    []byte   // exactly as received
	Remote string   // address of the peer
	Helo   string
	Way    Way       // how it came
	At     time.Time // when the last byte arrived: the reception
}

// Accept makes a mail durable and returns; only then may the door say 250.
// Nothing of it is read here: what cannot be parsed is a contact all the same
// (`mail.reception-24h`).
func (d *Desk) Accept(ctx context.Context, m Mail) error {
	if len(m.Raw) == 0 {
		return fault.New(fault.Invalid, "メールの本文がありません。", "The mail is empty.")
	}
	raw, err := d.store.KeepRaw(ctx, m.Raw)
	if err != nil {
		return err
	}
	in := store.Inbound{
		ID: newID(), ReceivedAt: m.At.UTC().Truncate(time.Microsecond), EnvelopeFrom: m.From, EnvelopeTo: m.To,
		Remote: m.Remote, Helo: m.Helo, Way: string(m.Way), Raw: raw,
	}
	if err := d.store.WriteFirst(ctx, func(tx *store.Tx) error { return tx.PutInbound(in) }); err != nil {
		return err
	}
	wake(d.accepted)
	return nil
}

// Recipient reports whether the desk takes mail for an address: its own
// address, that address with a case's token (support+c…@), or the postmaster
// of its domain, whom every mail server must take mail for (RFC 5321, 4.5.1).
func (d *Desk) Recipient(addr string) bool {
	if strings.EqualFold(addr, "postmaster") {
		return true
	}
	local, domain, ok := cutAddress(addr)
	if !ok {
		return false
	}
	for _, own := range d.ownAddresses() {
		l, dom, _ := cutAddress(own)
		if dom == domain && (local == l || local == "postmaster" || strings.HasPrefix(local, l+"+")) {
			return true
		}
	}
	return false
}

// Own reports whether an address is the desk's own, so that it never writes to itself.
func (d *Desk) Own(addr string) bool { return d.Recipient(addr) }

// ownAddresses are the desk's own, and those that its mailboxes stand for.
func (d *Desk) ownAddresses() []string {
	return slices.DeleteFunc(append([]string{d.Site().Mail}, d.mailboxAddresses()...), func(a string) bool { return a == "" })
}

func cutAddress(addr string) (local, domain string, ok bool) {
	addr = strings.ToLower(strings.TrimSpace(addr))
	i := strings.LastIndexByte(addr, '@')
	if i <= 0 || i == len(addr)-1 {
		return "", "", false
	}
	return addr[:i], addr[i+1:], true
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// newID returns a UUIDv7: unique, and ordered by the time it was made.
func newID() string {
	return uuid.Must(uuid.NewV7()).String() // crypto/rand never fails since Go 1.24
}
