package cases

// Authentication is what could be found out about who sent a mail, when it
// arrived (SPF RFC 7208, DKIM RFC 6376, DMARC RFC 7489). It is kept with the
// mail and never computed again: keys and records change afterwards.
type Authentication struct {
	Domain string      `json:"domain,omitempty"` // of the From address that was looked at, lower case
	SPF    AuthCheck   `json:"spf"`
	DKIM   []AuthCheck `json:"dkim,omitempty"` // one for each signature
	DMARC  AuthCheck   `json:"dmarc"`
	By     string      `json:"by,omitempty"` // whose word the SPF and DMARC results are (RFC 8601 authserv-id); empty: our own checks

	// Aligned is what shows that the From domain itself sent the mail: "dkim",
	// "spf" or "dmarc". Empty: nothing does, whatever passed.
	Aligned string `json:"aligned,omitempty"`
}

// AuthCheck is one result in the words of RFC 8601 2.7: pass, fail, softfail,
// neutral, none, temperror, permerror; empty when it was not checked.
type AuthCheck struct {
	Result string `json:"result,omitempty"`
	Domain string `json:"domain,omitempty"` // the one that is responsible for it
	Detail string `json:"detail,omitempty"` // for a person who looks closer, in English
}

// Sure reports whether the mail came from the domain in its From address, so
// that what it says may be taken for its sender's word.
func (a *Authentication) Sure() bool { return a != nil && a.Aligned != "" }

// The summaries of an authentication for people.
const (
	AuthAligned   = "aligned"   // the From domain sent it
	AuthForged    = "forged"    // the From domain's own policy says that it did not
	AuthUnchecked = "unchecked" // nothing could be looked at, or a mail of a time before there were checks
	AuthUnclear   = "unclear"   // a name server failed, so nothing was found out
	AuthUnproven  = "unproven"  // nothing shows who sent it
)

// Summary is the authentication in one of those words.
func (a *Authentication) Summary() string {
	switch {
	case a == nil:
		return AuthUnchecked
	case a.Aligned != "":
		return AuthAligned
	case a.DMARC.Result == "fail", a.SPF.Result == "fail" && a.SPF.Domain == a.Domain:
		return AuthForged
	case a.DMARC.Result == "temperror", a.SPF.Result == "temperror", a.DKIMResult("temperror"):
		return AuthUnclear
	case a.SPF.Result == "" && len(a.DKIM) == 0 && a.DMARC.Result == "":
		return AuthUnchecked
	}
	return AuthUnproven
}

// DKIMResult reports whether one of the signatures had that result.
func (a *Authentication) DKIMResult(result string) bool {
	for _, d := range a.DKIM {
		if d.Result == result {
			return true
		}
	}
	return false
}
