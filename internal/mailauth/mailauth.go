// Package mailauth finds out who sent a mail: SPF, DKIM and DMARC of a mail
// that came in.
//
// It owns how the three are combined, which domains count as the same
// (alignment, RFC 7489 3.1), and whose Authentication-Results are believed
// (RFC 8601). It refuses to do anything about a result, and to ask the DNS by
// itself: it is given a [Resolver].
//
// What fails for a moment gives "temperror" and never an error: a mail is
// filed whatever comes out here.
//
// Start reading at [Evaluate].
package mailauth

import (
	"cmp"
	"context"
	"net/mail"
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"

	"madoguchi/terms/cases"
)

// Arrival is what is known of a mail besides its bytes.
type Arrival struct {
	From string // the From address as the desk reads it; its domain is the one to be shown
	// Peer is the address of the server that brought the mail from outside; the
	// zero value when that was one of our own, so that SPF says nothing.
	Peer   netip.Addr
	Helo   string
	Sender string   // the envelope's; empty for the null sender
	Trust  []string // authserv-ids whose Authentication-Results in the mail are believed
}

// Evaluate looks at a mail. Its time is that of ctx; what is not known by
// then is "temperror".
func Evaluate(ctx context.Context, r Resolver, a Arrival, raw []byte) cases.Authentication {
	r = soft{r}
	h := readHeader(raw)
	out := cases.Authentication{Domain: domainOf(a.From)}
	out.DKIM = checkDKIM(ctx, r, h, raw)
	out.SPF = checkSPF(ctx, r, a)
	if word, ok := believed(h, a.Trust); ok {
		out.By = word.by
		out.SPF = cmp.Or(word.spf, out.SPF)
		out.DKIM = append(out.DKIM, word.dkim...)
		out.DMARC = word.dmarc
	}
	if out.Domain == "" {
		return out
	}
	if why := h.doubtfulFrom(); why != "" {
		// Which of several authors signed is anybody's guess (RFC 7489 6.6.1).
		out.DMARC = cases.AuthCheck{Result: "permerror", Domain: out.Domain, Detail: why}
		return out
	}
	if out.DMARC.Result != "" {
		if out.DMARC.Result == "pass" && out.DMARC.Domain == out.Domain {
			out.Aligned = "dmarc"
		}
		return out
	}
	if out.SPF.Result == "" && len(out.DKIM) == 0 {
		return out // nothing was there to be looked at; a policy would add nothing
	}
	align(ctx, r, &out)
	return out
}

// align asks the From domain's policy and says what of the results counts
// for that domain.
func align(ctx context.Context, r Resolver, out *cases.Authentication) {
	p := findPolicy(ctx, r, out.Domain)
	out.DMARC = cases.AuthCheck{Result: p.result, Domain: p.domain, Detail: p.detail}
	for _, d := range out.DKIM {
		if d.Result == "pass" && same(d.Domain, out.Domain, p.strictDKIM) {
			out.Aligned = "dkim"
			break
		}
	}
	if out.Aligned == "" && out.SPF.Result == "pass" && same(out.SPF.Domain, out.Domain, p.strictSPF) {
		out.Aligned = "spf"
	}
	switch {
	case p.result != "":
	case out.Aligned != "":
		out.DMARC.Result = "pass"
	case out.SPF.Result == "temperror" || out.DKIMResult("temperror"):
		out.DMARC.Result = "temperror"
	default:
		out.DMARC.Result = "fail"
	}
}

// same reports whether a domain answers for another (RFC 7489 3.1): the same
// organization's, or in strict mode the very same.
func same(domain, from string, strict bool) bool {
	if domain == "" || domain == from {
		return domain != ""
	}
	return !strict && organizational(domain) == organizational(from)
}

// organizational is the domain that was registered: one label below a public
// suffix.
func organizational(domain string) string {
	if org, err := publicsuffix.EffectiveTLDPlusOne(domain); err == nil {
		return org
	}
	return domain
}

func domainOf(addr string) string {
	i := strings.LastIndexByte(addr, '@')
	if i < 0 {
		return ""
	}
	return clean(addr[i+1:])
}

// clean is a domain as it is compared.
func clean(domain string) string {
	return strings.TrimSuffix(strings.ToLower(strings.Trim(strings.TrimSpace(domain), "<>")), ".")
}

// doubtfulFrom says why the From field cannot be taken for one author's; empty
// when it can.
func (h header) doubtfulFrom() string {
	from := h.all("from")
	if len(from) > 1 {
		return "the mail has several From fields"
	}
	if len(from) == 0 {
		return "the mail has no From field"
	}
	list, err := mail.ParseAddressList(from[0])
	if err != nil {
		return "" // one author, written oddly; the desk reads what it reads
	}
	for _, a := range list[1:] {
		if domainOf(a.Address) != domainOf(list[0].Address) {
			return "the From field names authors of several domains"
		}
	}
	return ""
}
