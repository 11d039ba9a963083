package agent

import (
	"context"
	"strings"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
)

// AuthView is what was found out about a mail's sender: one word, and the
// results for who looks closer.
type AuthView struct {
	Summary string // aligned, forged, unclear, unproven or unchecked
	Why     string
	By      string   // whose word it is; empty: the desk's own checks
	Answer  string   // what its sender answered to a link: given or declined; empty: nothing
	Ask     *AskView // how its sender can be asked; nil when that is needless or impossible
	Checks  []AuthLine
}

// AskView is the form that asks a mail's sender whether it is theirs.
type AskView struct{ Message, Person string }

// AuthLine is one result.
type AuthLine struct{ Method, Result, Domain, Detail string }

// authOf is nil where nothing was looked at.
func authOf(ctx context.Context, cv desk.CaseView, m cases.MessageReceived) *AuthView {
	a := m.Auth
	if a == nil || m.Auto != "" {
		return nil
	}
	s := a.Summary()
	v := &AuthView{Summary: s, By: a.By}
	v.asked(cv, m)
	if s == cases.AuthAligned {
		v.Why = ui.T(ctx, "auth.why.aligned", a.Domain, strings.ToUpper(a.Aligned))
	} else {
		v.Why = ui.T(ctx, "auth.why."+s, a.Domain)
	}
	v.add(ctx, "SPF", a.SPF)
	for _, d := range a.DKIM {
		v.add(ctx, "DKIM", d)
	}
	if len(a.DKIM) == 0 {
		v.add(ctx, "DKIM", cases.AuthCheck{})
	}
	v.add(ctx, "DMARC", a.DMARC)
	return v
}

// asked says what the mail's sender answered, or how they can be asked.
func (v *AuthView) asked(cv desk.CaseView, m cases.MessageReceived) {
	open := false
	for _, k := range cv.Case.Confirmations {
		if k.Message == m.Message {
			v.Answer, open = string(k.Answer), k.Open(cv.Now)
		}
	}
	p, ok := cv.Case.Participant(m.From.Addr)
	if ok && p.Verified && p.Contact != "" && !open && v.Answer != string(cases.Given) && !cv.Case.Trusts(m.Message) && cv.Case.Frozen == "" {
		v.Ask = &AskView{m.Message, m.From.Addr}
	}
}

func (v *AuthView) add(ctx context.Context, method string, c cases.AuthCheck) {
	result := c.Result
	if key := "auth.r." + c.Result; ui.Has(key) {
		result = ui.T(ctx, key)
	} else if c.Result == "" {
		result = ui.T(ctx, "auth.r.no")
	}
	v.Checks = append(v.Checks, AuthLine{method, result, c.Domain, c.Detail})
}

// chip is the look of the summary: quiet when all is well.
func (v AuthView) chip() (kind, icon string) {
	switch v.Summary {
	case cases.AuthAligned:
		return "line", "shield"
	case cases.AuthForged:
		return "bad", "alert"
	case cases.AuthUnchecked:
		return "line", "help"
	}
	return "warn", "help"
}
