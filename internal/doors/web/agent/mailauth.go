package agent

import (
	"context"
	"strings"

	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
)

// AuthView is what was found out about a mail's sender: one word, and the
// results for who looks closer.
type AuthView struct {
	Summary string // aligned, forged, unclear or unproven
	Why     string
	By      string // whose word it is; empty: the desk's own checks
	Checks  []AuthLine
}

// AuthLine is one result.
type AuthLine struct{ Method, Result, Domain, Detail string }

// authOf is nil where nothing was looked at.
func authOf(ctx context.Context, m cases.MessageReceived) *AuthView {
	a := m.Auth
	s := a.Summary()
	if s == cases.AuthUnchecked || m.Auto != "" {
		return nil
	}
	v := &AuthView{Summary: s, By: a.By}
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
	}
	return "warn", "help"
}
