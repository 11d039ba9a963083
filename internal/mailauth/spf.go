package mailauth

import (
	"cmp"
	"context"

	"blitiri.com.ar/go/spf"

	"madoguchi/terms/cases"
)

// checkSPF asks whether the peer may send for the envelope's sender; for the
// null sender its HELO name answers (RFC 7208 2.4).
func checkSPF(ctx context.Context, r Resolver, a Arrival) cases.AuthCheck {
	if !a.Peer.IsValid() {
		return cases.AuthCheck{}
	}
	domain := cmp.Or(domainOf(a.Sender), clean(a.Helo))
	if domain == "" {
		return cases.AuthCheck{Result: "none", Detail: "neither a sender nor a HELO name"}
	}
	sender := a.Sender
	if domainOf(sender) == "" {
		sender = "postmaster@" + domain
	}
	result, why := spf.CheckHostWithSender(a.Peer.Unmap().AsSlice(), a.Helo, sender, spf.WithResolver(r), spf.WithContext(ctx))
	out := cases.AuthCheck{Result: string(result), Domain: domain, Detail: "sent by " + a.Peer.Unmap().String()}
	if why != nil {
		out.Detail += ": " + why.Error()
	}
	return out
}
