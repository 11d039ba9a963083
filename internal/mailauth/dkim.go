package mailauth

import (
	"bytes"
	"context"
	"strings"
	"sync"

	"github.com/emersion/go-msgauth/dkim"

	"madoguchi/terms/cases"
)

// maxSignatures is how many signatures of a mail are looked at: each costs a
// question to the DNS and a hash over the whole mail.
const maxSignatures = 8

// checkDKIM verifies a mail's signatures.
func checkDKIM(ctx context.Context, r Resolver, h header, raw []byte) []cases.AuthCheck {
	if len(h.all("dkim-signature")) == 0 {
		return nil
	}
	var mu sync.Mutex
	testing := map[string]bool{} // names of keys whose owner only tries them
	lookup := func(name string) ([]string, error) {
		txt, err := r.LookupTXT(ctx, name)
		for _, t := range txt {
			if tags(t).has("t", "y") {
				mu.Lock()
				testing[clean(name)] = true
				mu.Unlock()
			}
		}
		return txt, err
	}
	found, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{LookupTXT: lookup, MaxVerifications: maxSignatures})
	out := make([]cases.AuthCheck, 0, len(found))
	for _, v := range found {
		c := cases.AuthCheck{Domain: clean(v.Domain)}
		switch {
		case v.Err == nil:
			c.Result = "pass"
		case dkim.IsTempFail(v.Err):
			c.Result, c.Detail = "temperror", v.Err.Error()
		case dkim.IsPermFail(v.Err):
			c.Result, c.Detail = "permerror", v.Err.Error()
		default:
			c.Result, c.Detail = "fail", v.Err.Error()
		}
		if c.Result == "pass" && inTest(testing, c.Domain) {
			// "Must not be treated differently from unsigned" (RFC 6376 3.6.1).
			c.Result, c.Detail = "neutral", "the key's owner is only testing it (t=y)"
		}
		out = append(out, c)
	}
	if len(out) == 0 && err != nil {
		out = append(out, cases.AuthCheck{Result: "permerror", Detail: err.Error()})
	}
	return out
}

func inTest(names map[string]bool, domain string) bool {
	for name := range names {
		if strings.HasSuffix(name, "._domainkey."+domain) {
			return true
		}
	}
	return false
}
