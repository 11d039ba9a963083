package mailauth

import (
	"context"
	"strings"
)

// policy is what a domain asks of those who get mail in its name (RFC 7489 6).
type policy struct {
	result                string // "none", "temperror" or "permerror" where there is no usable policy; empty where there is one
	domain                string // that published it
	asks                  string // none, quarantine, reject
	detail                string
	strictDKIM, strictSPF bool
}

// findPolicy asks the domain, then the organization's (RFC 7489 6.6.3).
func findPolicy(ctx context.Context, r Resolver, domain string) policy {
	names := []string{domain}
	if org := organizational(domain); org != domain {
		names = append(names, org)
	}
	for _, name := range names {
		txt, err := r.LookupTXT(ctx, "_dmarc."+name)
		if err != nil && !missing(err) {
			// Which alignment the domain wants is not known: only its very name will do.
			return policy{result: "temperror", domain: domain, detail: err.Error(), strictDKIM: true, strictSPF: true}
		}
		if p, ok := readPolicies(txt); ok {
			p.domain = name
			if p.result == "" {
				p.detail = "policy of " + name + ": " + p.asks
			}
			return p
		}
	}
	return policy{result: "none", domain: domain, detail: "the domain publishes no policy"}
}

// readPolicies picks the one policy of the records under a name.
func readPolicies(txt []string) (policy, bool) {
	var found []tagList
	for _, t := range txt {
		if l := tags(t); len(l) > 0 && l[0].name == "v" && l[0].value == "DMARC1" {
			found = append(found, l)
		}
	}
	if len(found) != 1 {
		return policy{}, false // none, or several, which count as none (RFC 7489 6.6.3)
	}
	l := found[0]
	p := policy{asks: strings.ToLower(l.get("p")), strictDKIM: strings.EqualFold(l.get("adkim"), "s"), strictSPF: strings.EqualFold(l.get("aspf"), "s")}
	switch p.asks {
	case "none", "quarantine", "reject":
	default:
		if l.get("rua") == "" {
			p.result, p.detail = "permerror", "the policy record has no usable p="
		}
		p.asks = "none"
	}
	return p, true
}

// tagList is a record of the form "k=v; k=v" (RFC 6376 3.2).
type tagList []tag

type tag struct{ name, value string }

func tags(record string) tagList {
	var l tagList
	for part := range strings.SplitSeq(record, ";") {
		if k, v, ok := strings.Cut(part, "="); ok {
			l = append(l, tag{strings.ToLower(strings.TrimSpace(k)), strings.TrimSpace(v)})
		}
	}
	return l
}

func (l tagList) get(name string) string {
	for _, t := range l {
		if t.name == name {
			return t.value
		}
	}
	return ""
}

// has reports whether a colon-separated tag holds a value.
func (l tagList) has(name, value string) bool {
	for v := range strings.SplitSeq(l.get(name), ":") {
		if strings.TrimSpace(v) == value {
			return true
		}
	}
	return false
}
