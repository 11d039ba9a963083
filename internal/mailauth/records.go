package mailauth

import (
	"context"
	"strings"
)

// Finding says what stands in the DNS under a name, compared with what should.
type Finding struct {
	State string   // [Found], [Other], [Missing], [Failed]
	Is    []string // what stands there
	Hint  string   // key of a remark: what is wrong, or what to think of
	Error string   // why the DNS could not be asked
}

// The states of a record.
const (
	Found   = "found"
	Other   = "other"
	Missing = "missing"
	Failed  = "failed"
)

// The remarks on a record.
const (
	HintRevoked   = "revoked"   // the key record has no key in it
	HintTesting   = "testing"   // the key record says that it is only tried
	HintSeveral   = "several"   // more than one record, which counts as none
	HintIncludes  = "includes"  // the SPF record lacks what sends the desk's mail
	HintAnybody   = "anybody"   // the SPF record allows everybody
	HintNoPolicy  = "nopolicy"  // the DMARC record has no usable policy
	HintWatch     = "watch"     // the DMARC policy only watches (p=none)
	HintElsewhere = "elsewhere" // the domain's mail goes to another host
)

// CheckKey looks for a key's record.
func CheckKey(ctx context.Context, r Resolver, name, algorithm, public string) Finding {
	f := findTXT(ctx, r, name, func(string) bool { return true })
	if f.State != Other {
		return f
	}
	if len(f.Is) > 1 {
		f.Hint = HintSeveral
		return f
	}
	l := tags(f.Is[0])
	key := strings.Join(strings.Fields(l.get("p")), "")
	switch {
	case key == "":
		f.Hint = HintRevoked
	case key == public && (strings.EqualFold(l.get("k"), algorithm) || l.get("k") == "" && algorithm == RSA):
		f.State = Found
		if l.has("t", "y") {
			f.Hint = HintTesting
		}
	}
	return f
}

// CheckSPF looks for a domain's SPF record and whether it lets through the
// mechanisms that send the desk's mail.
func CheckSPF(ctx context.Context, r Resolver, domain string, mechanisms []string) Finding {
	f := findTXT(ctx, r, domain, func(t string) bool {
		return strings.EqualFold(t, "v=spf1") || strings.HasPrefix(strings.ToLower(t), "v=spf1 ")
	})
	if f.State != Other {
		return f
	}
	if len(f.Is) > 1 {
		f.Hint = HintSeveral
		return f
	}
	has := map[string]bool{}
	for _, term := range strings.Fields(strings.ToLower(f.Is[0])) {
		has[strings.TrimPrefix(term, "+")] = true
	}
	f.State = Found
	for _, m := range mechanisms {
		if !has[strings.ToLower(m)] {
			f.State, f.Hint = Other, HintIncludes
		}
	}
	if has["all"] {
		f.Hint = HintAnybody
	}
	return f
}

// CheckDMARC looks for a domain's policy. Any policy is as good as the one
// that was suggested: it is the domain's to decide.
func CheckDMARC(ctx context.Context, r Resolver, domain string) Finding {
	f := findTXT(ctx, r, "_dmarc."+domain, func(t string) bool {
		l := tags(t)
		return len(l) > 0 && l[0].name == "v" && l[0].value == "DMARC1"
	})
	if f.State != Other {
		return f
	}
	p, ok := readPolicies(f.Is)
	switch {
	case !ok:
		f.Hint = HintSeveral
	case p.result != "":
		f.Hint = HintNoPolicy
	default:
		f.State = Found
		if p.asks == "none" {
			f.Hint = HintWatch
		}
	}
	return f
}

// CheckMX looks where a domain's mail goes. Host is where it should; empty for
// "anywhere", when the desk fetches its mail from a provider.
func CheckMX(ctx context.Context, r Resolver, domain, host string) Finding {
	list, err := soft{r}.LookupMX(ctx, domain)
	if f, done := failed(err); done {
		return f
	}
	f := Finding{State: Missing}
	for _, mx := range list {
		name := clean(mx.Host)
		f.Is = append(f.Is, name)
		switch {
		case host == "" || name == host:
			f.State = Found
		case f.State == Missing:
			f.State = Other
		}
	}
	if f.State == Other {
		f.Hint = HintElsewhere
	}
	return f
}

// findTXT returns the records under a name that are of a kind: [Other] when
// there are some, for the caller to look at.
func findTXT(ctx context.Context, r Resolver, name string, kind func(string) bool) Finding {
	list, err := soft{r}.LookupTXT(ctx, name)
	if f, done := failed(err); done {
		return f
	}
	f := Finding{State: Missing}
	for _, t := range list {
		if t = strings.TrimSpace(t); kind(t) {
			f.State, f.Is = Other, append(f.Is, t)
		}
	}
	return f
}

func failed(err error) (Finding, bool) {
	switch {
	case err == nil:
		return Finding{}, false
	case missing(err):
		return Finding{State: Missing}, true
	}
	return Finding{State: Failed, Error: err.Error()}, true
}
