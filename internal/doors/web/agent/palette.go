package agent

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/notation"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// PaletteView is what the palette shows for what was typed so far.
type PaletteView struct {
	Groups []PaletteGroup
	Count  int
}

// PaletteGroup is a part of the list under a heading.
type PaletteGroup struct {
	ID, Title string
	Options   []PaletteOption
}

// PaletteOption is one line of the list.
type PaletteOption struct {
	Icon, Text, Note   string
	Case               *store.CaseRow // drawn with its badge and number
	Number             string         // of the case
	To                 string         // address of a page
	Stroke, Press, Act string         // see [command]
	Keys               []string
}

// openCase is the case on whose page the palette was opened; without an ID there is none.
type openCase struct {
	ID, Number, OrgID string
	Agents            []palettePerson
}

type palettePerson struct{ ID, Name, Also string }

const (
	paletteMost     = 6
	paletteLongest  = 200 // characters
	paletteNumberIs = 6   // digits: a telephone number, not a case
)

// Palette answers what was typed into the palette, within the viewer's rights.
func (p *Pages) Palette(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	typed := strings.TrimSpace(r.FormValue("q"))
	if utf8.RuneCountInString(typed) > paletteLongest {
		return fault.New(fault.Invalid, "文字が長すぎます。", "The text is too long.").At("q")
	}
	open, err := p.openCase(r.Context(), who, r.FormValue("case"))
	if err != nil {
		return err
	}
	var v PaletteView
	if typed == "" {
		err = p.paletteBegin(r.Context(), who, open, &v)
	} else {
		err = p.paletteTyped(r.Context(), who, open, typed, &v)
	}
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, PaletteList(v))
}

// openCase is the case with an id; the zero one when none is open, or the
// viewer may not see it any more.
func (p *Pages) openCase(ctx context.Context, who desk.Viewer, id string) (openCase, error) {
	if id == "" {
		return openCase{}, nil
	}
	row, err := p.desk.CaseRow(ctx, who, cases.ID(id))
	if fault.Is(err, fault.NotFound) {
		return openCase{}, nil
	}
	if err != nil {
		return openCase{}, err
	}
	c := openCase{ID: id, Number: p.desk.Number(row.Number), OrgID: row.Organization}
	agents, err := p.desk.Agents(ctx)
	for _, a := range agents {
		if !a.Disabled && a.ID != who.ID {
			c.Agents = append(c.Agents, palettePerson{a.ID, a.Name, a.Email})
		}
	}
	return c, err
}

// paletteBegin is the palette before anything is typed: what was opened last,
// then what can be done here, then where one goes most.
func (p *Pages) paletteBegin(ctx context.Context, who desk.Viewer, open openCase, v *PaletteView) error {
	recent, err := p.desk.Recent(ctx, who)
	if err != nil {
		return err
	}
	var opened []PaletteOption
	for _, row := range recent.Cases {
		if string(row.ID) != open.ID {
			opened = append(opened, p.caseOption(row))
		}
	}
	opened = opened[:min(len(opened), paletteMost)]
	for _, o := range recent.Customers[:min(len(recent.Customers), 3)] {
		opened = append(opened, customerOption(ctx, o))
	}
	v.add("recent", ui.T(ctx, "palette.group.recent"), opened)
	if open.ID != "" {
		v.add("case", ui.T(ctx, "palette.group.case", open.Number), options(ctx, caseCommands(ctx, open)[:paletteMost]))
	}
	v.add("go", ui.T(ctx, "palette.group.go"), options(ctx, matching(ctx, pageCommands, "", paletteMost)))
	return nil
}

func (p *Pages) paletteTyped(ctx context.Context, who desk.Viewer, open openCase, typed string, v *PaletteView) error {
	found, err := p.desk.LookUp(ctx, who, typed)
	if err != nil {
		return err
	}
	if open.ID != "" {
		v.add("case", ui.T(ctx, "palette.group.case", open.Number), options(ctx, matching(ctx, caseCommands(ctx, open), typed, paletteMost)))
	}
	v.add("go", ui.T(ctx, "palette.group.go"), options(ctx, matching(ctx, pageCommands, typed, paletteMost)))
	var rows, customers, people, further []PaletteOption
	for _, row := range found.Cases {
		rows = append(rows, p.caseOption(row))
	}
	for _, o := range found.Customers {
		customers = append(customers, customerOption(ctx, o))
	}
	for _, c := range found.Contacts {
		people = append(people, contactOption(ctx, c))
	}
	v.add("cases", ui.T(ctx, "palette.group.cases"), rows)
	v.add("customers", ui.T(ctx, "palette.group.customers"), customers)
	v.add("contacts", ui.T(ctx, "palette.group.contacts"), people)
	if digits := notation.Phone(typed); len(digits) >= paletteNumberIs {
		further = append(further, PaletteOption{Icon: "phone", Text: ui.T(ctx, "palette.search.number", typed), To: "/numbers?number=" + url.QueryEscape(digits)})
	}
	for _, word := range append(found.Words, typed) {
		further = append(further, PaletteOption{Icon: "search", Text: ui.T(ctx, "palette.search", word), To: "/search?q=" + url.QueryEscape(word)})
	}
	v.add("search", ui.T(ctx, "palette.group.search"), further)
	return nil
}

func (v *PaletteView) add(id, title string, list []PaletteOption) {
	if len(list) > 0 {
		v.Groups = append(v.Groups, PaletteGroup{"palette-" + id, title, list})
		v.Count += len(list)
	}
}

func options(ctx context.Context, list []command) []PaletteOption {
	var out []PaletteOption
	for _, c := range list {
		out = append(out, PaletteOption{Icon: c.icon, Text: c.words(ctx), To: c.to, Stroke: c.stroke, Press: c.press, Act: c.act, Keys: c.keys})
	}
	return out
}

func (p *Pages) caseOption(row store.CaseRow) PaletteOption {
	return PaletteOption{Case: &row, Number: p.desk.Number(row.Number), Text: row.Subject, Note: row.OrgName, To: "/cases/" + string(row.ID)}
}

func customerOption(ctx context.Context, o store.Organization) PaletteOption {
	return PaletteOption{Icon: "users", Text: o.Name(string(ui.Of(ctx).Lang)), Note: strings.Join(o.Domains, ", "), To: "/customers/" + o.ID}
}

func contactOption(ctx context.Context, c desk.FoundContact) PaletteOption {
	return PaletteOption{Icon: "user", Text: c.Name, Note: c.Company.Name(string(ui.Of(ctx).Lang)), To: "/contacts/" + c.ID}
}

// Remember notes what a browser has opened, for the list of what was opened
// last: a page by itself changes nothing.
func (p *Pages) Remember(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.Opened(r.Context(), who, r.PostFormValue("kind"), r.PostFormValue("ref")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
