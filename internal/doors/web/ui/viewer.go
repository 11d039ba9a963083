// Package ui holds what every page of the web door shares: the texts in two
// languages, how dates and durations are written, the shell around a page and
// the components of the gallery (badge, clock, day strip, field, callout …).
//
// It refuses to know the desk: components take plain values, so that each can
// be drawn in the gallery and in a test without a database. It writes no
// inline style and no inline script, because the Content-Security-Policy of
// the web door allows neither.
//
// Start reading at [Viewer] (who looks at the page), then parts.templ.
package ui

import (
	"context"
	"slices"
	"time"
)

// Lang is a language every screen has.
type Lang string

// The two languages.
const (
	JA Lang = "ja"
	EN Lang = "en"
)

// ParseLang returns the language of a tag, and false when it is neither.
func ParseLang(tag string) (Lang, bool) {
	switch Lang(tag) {
	case JA, EN:
		return Lang(tag), true
	}
	return EN, false
}

// Theme is a person's choice of colours; Auto follows the device.
type Theme string

// The themes.
const (
	Auto  Theme = "auto"
	Light Theme = "light"
	Dark  Theme = "dark"
)

// ParseTheme returns the theme named, and Auto for any other name.
func ParseTheme(name string) Theme {
	switch t := Theme(name); t {
	case Light, Dark:
		return t
	}
	return Auto
}

// Viewer is the person who looks at a page, as far as drawing it needs.
// The zero value is a stranger before sign-in who reads English.
type Viewer struct {
	ID          string // the agent's key; empty before sign-in
	Name        string // the agent's name; empty before sign-in
	Lang        Lang
	Theme       Theme
	Keys        bool     // single-key shortcuts are on (WCAG 2.1.4 asks for the switch)
	Permissions []string // what the person may do
	Demo        bool     // the installation is a demonstration with example data
	Assets      string
	Zone        *time.Location // the zone in which instants are written
	Now         time.Time      // the desk's clock when the request came in
	Position    string         // of the live notices when the request came in: later ones the page has to hear
	// Priorities are the contracts' own words for their priorities, by id.
	// What is not among them is written as the texts have it.
	Priorities map[string]PriorityWords
}

// PriorityWords is how a contract writes one of its priorities.
type PriorityWords struct {
	Name, Letter map[Lang]string
	Weight       string // how strongly the badge is drawn: "h", "m" or "l"
}

type viewerKey struct{}

// Can reports whether the viewer of a page has a permission, so that it offers
// no more than will be done.
func Can[P ~string](ctx context.Context, permission P) bool {
	return slices.Contains(Of(ctx).Permissions, string(permission))
}

// With returns a context that carries the viewer to every component.
func With(ctx context.Context, v Viewer) context.Context {
	return context.WithValue(ctx, viewerKey{}, v)
}

// Of returns the viewer of a context, or a stranger who reads English at UTC.
func Of(ctx context.Context) Viewer {
	if v, ok := ctx.Value(viewerKey{}).(Viewer); ok {
		if v.Zone == nil {
			v.Zone = time.UTC
		}
		if v.Lang == "" {
			v.Lang = EN
		}
		return v
	}
	return Viewer{Lang: EN, Theme: Auto, Zone: time.UTC}
}

// Asset returns the content-addressed address of a static file.
func Asset(ctx context.Context, name string) string { return Of(ctx).Assets + name }
