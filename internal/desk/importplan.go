package desk

import (
	"context"

	"madoguchi/internal/records/store"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// What a row of a file would do, or did.
const (
	ImportNew       = "new"
	ImportChanged   = "changed"
	ImportUnchanged = "unchanged"
	ImportRefused   = "refused"
)

// ImportStates are all of them, in the order in which they are shown.
var ImportStates = []string{ImportRefused, ImportNew, ImportChanged, ImportUnchanged}

// ImportPlan is what taking a file in would do.
type ImportPlan struct {
	Counts store.ImportCounts
	Rows   []ImportPlanRow // by their lines
	Left   []string        // headings that are left out
}

// ImportPlanRow is what one row would do.
type ImportPlanRow struct {
	Line     int
	State    string
	Name     string // of whom it is about
	ID       string // of the record that is changed
	Changes  []ImportChange
	Problems []ImportProblem

	organization *store.Organization // as it would be
	amend        contract.AmendmentParts
	contact      *store.Contact
	wasUpdated   int64 // of the record that is changed, in microseconds
}

// ImportChange is one value that changes.
type ImportChange struct {
	Column        fault.Text
	Before, After string
}

// planImport says what some rows of a file would do now.
func (d *Desk) planImport(ctx context.Context, who Viewer, f *importFile, lines []*importLine) ([]ImportPlanRow, error) {
	known, err := d.importKnown(ctx, who)
	if err != nil {
		return nil, err
	}
	if f.kind == ImportContacts {
		return d.planContacts(ctx, who, f, lines, known)
	}
	return d.planOrganizations(ctx, who, f, lines, known)
}

// importKnown are the customers that a file can name.
type importKnown struct {
	byCode, byName map[string][]store.OrganizationNamed
	byID           map[string]store.OrganizationNamed
}

func (d *Desk) importKnown(ctx context.Context, who Viewer) (*importKnown, error) {
	list, err := d.store.OrganizationsNamed(ctx, who.Scope())
	if err != nil {
		return nil, err
	}
	k := &importKnown{map[string][]store.OrganizationNamed{}, map[string][]store.OrganizationNamed{}, map[string]store.OrganizationNamed{}}
	for _, o := range list {
		k.byID[o.ID] = o
		if o.Code != "" {
			k.byCode[o.Code] = append(k.byCode[o.Code], o)
		}
		if o.Archived {
			continue
		}
		ja, en := store.FoldName(o.NameJA), store.FoldName(o.NameEN)
		k.byName[ja] = append(k.byName[ja], o)
		if en != ja {
			k.byName[en] = append(k.byName[en], o)
		}
	}
	return k, nil
}

// find returns the one customer with a number, or else with a name; none is
// [fault.NotFound], and several are [fault.Conflict].
func (k *importKnown) find(code, name string) (store.OrganizationNamed, error) {
	list, what := k.byCode[code], code
	if code == "" {
		list, what = k.byName[store.FoldName(name)], name
	}
	switch len(list) {
	case 0:
		return store.OrganizationNamed{}, fault.New(fault.NotFound, "お客様「"+what+"」は登録されていません。先に登録するか、会社名・お客様番号を確認してください。",
			"There is no customer “"+what+"”. Please register it first, or check its name and number.")
	case 1:
		return list[0], nil
	}
	if code != "" {
		return store.OrganizationNamed{}, fault.New(fault.Conflict, "お客様番号「"+what+"」のお客様が複数登録されています。登録内容を確認してください。", "Several customers have the number “"+what+"”. Please look at how they are registered.")
	}
	return store.OrganizationNamed{}, fault.New(fault.Conflict, "「"+what+"」という名称のお客様が複数登録されています。お客様番号で指定してください。", "Several customers are called “"+what+"”. Please name one by its number.")
}

// done sorts a row that was understood, or not, by what it would do.
func (r *ImportPlanRow) done(l *importLine, columns []ImportColumn, was, now map[string]string) {
	r.Problems = l.problems
	for _, c := range columns {
		if was[c.Key] != now[c.Key] && (r.ID != "" || now[c.Key] != "") {
			r.Changes = append(r.Changes, ImportChange{Column: c.Name, Before: was[c.Key], After: now[c.Key]})
		}
	}
	switch {
	case len(l.problems) > 0:
		r.State, r.Changes = ImportRefused, nil
	case r.ID == "":
		r.State = ImportNew
	case len(r.Changes) > 0:
		r.State = ImportChanged
	default:
		r.State = ImportUnchanged
	}
}

// count adds a row to the counts.
func count(c *store.ImportCounts, state string) {
	switch state {
	case ImportNew:
		c.New++
	case ImportChanged:
		c.Changed++
	case ImportUnchanged:
		c.Unchanged++
	case ImportRefused:
		c.Refused++
	}
}
