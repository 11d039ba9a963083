package agent

import (
	"context"
	"strings"

	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/contract"
)

// changeRows tells what differs between two versions in words. A day or any
// other entry that was added or taken away is one line.
func changeRows(ctx context.Context, con *contract.Contract, changes []contract.Change) []ChangeRow {
	var out []ChangeRow
	seen := map[string]int{} // line by entry
	for _, c := range changes {
		entry, ok := dayEntry(c.Path)
		if !ok {
			out = append(out, ChangeRow{What: changeName(ctx, con, c.Path), Old: c.Old, New: c.New})
			continue
		}
		i, had := seen[entry]
		if !had {
			i = len(out)
			seen[entry] = i
			out = append(out, ChangeRow{What: changeName(ctx, con, entry)})
		}
		if strings.HasSuffix(c.Path, ".en") && ui.Of(ctx).Lang == ui.JA || strings.HasSuffix(c.Path, ".ja") && ui.Of(ctx).Lang != ui.JA {
			continue
		}
		out[i].Old, out[i].New = join(out[i].Old, c.Old), join(out[i].New, c.New)
	}
	return out
}

func join(a, b string) string { return strings.TrimSpace(a + " " + b) }

// dayEntry returns the entry of a list of days that a path belongs to.
func dayEntry(path string) (string, bool) {
	for _, list := range []string{".closures[", ".special["} {
		if i := strings.Index(path, list); i >= 0 {
			if end := strings.IndexByte(path[i:], ']'); end > 0 {
				return path[:i+end+1], true
			}
		}
	}
	return "", false
}

// changeName says what a path of the file is about.
func changeName(ctx context.Context, con *contract.Contract, path string) string {
	switch {
	case path == "contract.version":
		return ui.T(ctx, "change.version")
	case path == "contract.effective":
		return ui.T(ctx, "change.effective")
	case strings.HasPrefix(path, "targets[") && strings.HasSuffix(path, ".within"):
		return ui.T(ctx, "change.target", targetLabel(ctx, con, path))
	case strings.HasPrefix(path, "readings["):
		name := within(path, "readings[")
		for _, rd := range con.Readings() {
			if rd.Name == name {
				if strings.HasSuffix(path, ".chosen") {
					return ui.T(ctx, "change.reading", said(ctx, rd.Question))
				}
				return ui.T(ctx, "change.reason", said(ctx, rd.Question))
			}
		}
	case strings.HasPrefix(path, "calendars["):
		name := within(path, "calendars[")
		for _, cal := range con.Calendars() {
			if cal.ID == name {
				name = said(ctx, cal.Name)
			}
		}
		switch {
		case strings.Contains(path, ".closures["):
			return ui.T(ctx, "change.closure", name)
		case strings.Contains(path, ".special["):
			return ui.T(ctx, "change.special", name)
		case strings.Contains(path, ".weekly."):
			return ui.T(ctx, "change.weekly", name, ui.T(ctx, "weekday."+weekdayNumber(path[strings.LastIndexByte(path, '.')+1:])))
		}
	case strings.HasPrefix(path, "texts."):
		return ui.T(ctx, "change.text", strings.TrimPrefix(path, "texts."))
	case strings.HasPrefix(path, "clauses["):
		return ui.T(ctx, "change.clause", within(path, "clauses["), path[strings.IndexByte(path, ']')+1:])
	}
	return path
}

func weekdayNumber(key string) string {
	for i, k := range []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} {
		if k == key {
			return string(rune('0' + i))
		}
	}
	return key
}
