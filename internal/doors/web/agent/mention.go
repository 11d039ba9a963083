package agent

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/notation"
)

// NameRow is somebody whom a note can name.
type NameRow struct {
	Name, Note string
	Team       bool
}

// namesMost is how many are offered at once.
const namesMost = 8

// Mentions lists whom a note of the case can name, by what was typed of the
// name so far.
func (p *Pages) Mentions(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	known, err := p.desk.Nameable(r.Context(), who, caseID(r))
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, NameList(namesFor(r.Context(), known, r.FormValue("q"))))
}

// namesFor are those that what was typed fits, the beginnings of names first.
func namesFor(ctx context.Context, known []desk.Named, typed string) []NameRow {
	var found [2][]NameRow
	for _, k := range known {
		if k.Agent == ui.Of(ctx).ID {
			continue
		}
		local, _, _ := strings.Cut(k.Mail, "@") // by it a name in kanji is found in kana
		row := NameRow{Name: k.Name, Note: k.Mail, Team: k.Team != ""}
		if row.Team {
			row.Note = ui.T(ctx, "note.mention.team", k.Members)
		}
		if at := fits(typed, append(strings.Fields(k.Name), k.Name, local)); at >= 0 && !slices.ContainsFunc(found[at], func(have NameRow) bool { return have == row }) {
			found[at] = append(found[at], row)
		}
	}
	all := append(found[0], found[1]...)
	return all[:min(len(all), namesMost)]
}

// fits says how well some words are what somebody typed in kanji, kana or Latin
// letters: 0 as a beginning, 1 as a part, -1 not at all.
func fits(typed string, words []string) int {
	folded, roma := notation.Fold(typed), ""
	if notation.Readable(typed) {
		roma = notation.Roma(typed)
	}
	part := -1
	for _, w := range words {
		if w == "" {
			continue
		}
		have := notation.Fold(w)
		if strings.HasPrefix(have, folded) || roma != "" && notation.Readable(w) && strings.HasPrefix(notation.Roma(w), roma) {
			return 0
		}
		if strings.Contains(have, folded) {
			part = 1
		}
	}
	return part
}
