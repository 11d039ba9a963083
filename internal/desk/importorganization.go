package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"madoguchi/internal/notation"
	"madoguchi/internal/records/store"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// planOrganizations says what rows of customers would do.
func (d *Desk) planOrganizations(ctx context.Context, who Viewer, f *importFile, lines []*importLine, known *importKnown) ([]ImportPlanRow, error) {
	match := make([]string, len(lines))
	var ids []string
	for i, l := range lines {
		var err error
		if match[i], err = d.matchOrganization(who, l, known); err != nil {
			return nil, err
		}
		if match[i] != "" {
			ids = append(ids, match[i])
		}
	}
	list, err := d.store.Organizations(ctx, who.Scope(), ids)
	if err != nil {
		return nil, err
	}
	have := map[string]store.Organization{}
	for _, o := range list {
		have[o.ID] = o
	}
	out := make([]ImportPlanRow, len(lines))
	for i, l := range lines {
		if out[i], err = d.planOrganization(who, f, l, have[match[i]], known); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// matchOrganization finds which customer a row is about; none is a new one.
func (d *Desk) matchOrganization(who Viewer, l *importLine, known *importKnown) (string, error) {
	code, name := l.values["code"], l.values["name"]
	if code == "" && name == "" {
		l.wrong("name", fault.Text{JA: "会社名を入力してください。", EN: "Please give the name."})
		return "", nil
	}
	o, err := known.find(code, name)
	if fault.Is(err, fault.NotFound) && code != "" && name != "" {
		// Registered by hand before it had a number.
		if o, err = known.find("", name); err == nil && o.Code != "" {
			o, err = store.OrganizationNamed{}, fault.New(fault.NotFound, "", "")
		}
		if fault.Is(err, fault.Conflict) {
			err = fault.New(fault.NotFound, "", "")
		}
	}
	switch {
	case fault.Is(err, fault.NotFound) && name == "":
		l.wrong("code", fault.Text{
			JA: "お客様番号「" + code + "」のお客様は登録されていません。新しく登録する場合は会社名を入力してください。",
			EN: "There is no customer with the number “" + code + "”. To add one, please give its name.",
		})
	case fault.Is(err, fault.NotFound) && !who.Can(SeeAllOrganizations):
		l.wrong("name", fault.Text{JA: "お客様の追加は、すべてのお客様を見られる方に依頼してください。", EN: "Please ask somebody who sees all customers to add one."})
	case fault.Is(err, fault.NotFound):
	case err != nil:
		return "", l.refuse("code", err)
	}
	return o.ID, nil
}

// planOrganization lays a row over what is registered.
func (d *Desk) planOrganization(who Viewer, f *importFile, l *importLine, have store.Organization, known *importKnown) (ImportPlanRow, error) {
	r := ImportPlanRow{Line: l.line, Name: cmp.Or(l.values["name"], have.NameJA, l.values["code"]), ID: have.ID, wasUpdated: have.Updated.UnixMicro()}
	o := have
	o.Domains, o.Products = slices.Clone(have.Domains), slices.Clone(have.Products)
	set := func(key string, into *string, read func(string) string) {
		if v := l.values[key]; v != "" {
			*into = read(v)
		} else if f.exact && f.has[key] {
			*into = ""
		}
	}
	same := func(s string) string { return s }
	o.NameJA, o.NameEN = cmp.Or(l.values["name"], o.NameJA), cmp.Or(l.values["name_en"], o.NameEN)
	if f.exact && f.has["name_en"] && l.values["name_en"] == "" || have.NameEN == have.NameJA && l.values["name_en"] == "" {
		o.NameEN = ""
	}
	set("code", &o.Code, same)
	set("kana", &o.Kana, notation.Narrow)
	set("phone", &o.Phone, same)
	set("started", &o.Started, date)
	set("ended", &o.Ended, date)
	set("desk_phone", &o.DeskPhone, same)
	set("desk_mail", &o.DeskMail, plainAddress)
	set("note", &o.Note, same)
	f.lists(l, "domains", &o.Domains, func(s string) string { return strings.TrimPrefix(plainAddress(s), "@") })
	f.lists(l, "products", &o.Products, same)
	slices.Sort(o.Domains)

	con, err := d.importContract(l, &o)
	if err != nil {
		return r, err
	}
	o.Language = l.language(cmp.Or(o.Language, con.Language()))
	if err := d.importReseller(f, l, &o, known); err != nil {
		return r, err
	}
	r.amend = d.importTerms(l, have, con)
	if !r.amend.Empty() && have.ID != "" && !who.Can(AmendContract) {
		l.wrong("region", fault.Text{JA: "契約の地域と Support Plus の変更は、契約条件を変更できる方に依頼してください。", EN: "Please ask somebody who may amend the contract to change region and Support Plus."})
	}
	reseller := o.Reseller
	for range len(organizationColumns) { // one problem after another, each at its column
		err := d.tidyOrganization(&o)
		if err == nil {
			break
		}
		if err := l.refuse(fieldOf(err), err); err != nil {
			return r, err
		}
		clearOrganization(&o, fieldOf(err))
	}
	o.Reseller = reseller
	r.organization = &o
	was, now := d.organizationCells(who.Language, have, known), d.organizationCells(who.Language, o, known)
	// What is agreed stands in amendments, and comes with the act.
	if r.amend.Region != "" {
		now["region"] = regionLabel(who.Language, con, r.amend.Region)
	}
	if r.amend.Plus != "" {
		now["plus"] = sayYes(who.Language, r.amend.Plus == "true")
	}
	if strings.HasPrefix(reseller, pendingReseller) {
		now["reseller"] = l.values["reseller"]
	}
	if have.ID == "" {
		was = nil
	}
	r.done(l, organizationColumns, was, now)
	return r, nil
}

// lists takes a column of several values in.
func (f *importFile) lists(l *importLine, key string, into *[]string, read func(string) string) {
	if !f.has[key] {
		return
	}
	if f.exact {
		*into = nil
	}
	for _, v := range l.list(key) {
		if v = read(v); !slices.Contains(*into, v) {
			*into = append(*into, v)
		}
	}
}

// importContract finds the contract that a row names, by its identifier, its
// name, or with its version as in id@2026-04-01.
func (d *Desk) importContract(l *importLine, o *store.Organization) (*contract.Contract, error) {
	o.Contract = cmp.Or(o.Contract, d.defaultContract)
	id, version, _ := strings.Cut(l.values["contract"], "@")
	version = cmp.Or(l.values["contract_version"], version)
	if id != "" {
		found := false
		for _, c := range d.contracts.All() {
			if c.ID() == id || store.FoldName(c.Name().JA) == store.FoldName(id) || store.FoldName(c.Name().EN) == store.FoldName(id) {
				o.Contract, found = c.ID(), true
			}
		}
		if !found {
			l.wrong("contract", fault.Text{JA: "契約「" + id + "」は登録されていません。", EN: "There is no contract “" + id + "”."})
		}
	}
	con, err := d.contracts.InForce(o.Contract, d.now())
	if err != nil {
		return nil, err
	}
	if version != "" && date(version) != con.Version() {
		l.wrong("contract_version", fault.Text{
			JA: "契約の版「" + version + "」は現在適用されていません。適用中の版は " + con.Version() + " です。版は適用日によって決まるため、空欄にすることもできます。",
			EN: "The version “" + version + "” is not in force; " + con.Version() + " is. The day decides the version: the cell may be left empty.",
		})
	}
	return con, nil
}

// importTerms is what a row says beyond what the customer has agreed already.
func (d *Desk) importTerms(l *importLine, have store.Organization, con *contract.Contract) contract.AmendmentParts {
	var parts contract.AmendmentParts
	now := con
	if have.ID != "" {
		if terms, err := d.TermsOf(have, d.now()); err == nil {
			now = terms
		}
	}
	if v := l.values["region"]; v != "" {
		i := slices.IndexFunc(con.Regions(), func(r contract.Region) bool {
			return string(r.ID) == v || store.FoldName(r.Label.JA) == store.FoldName(v) || store.FoldName(r.Label.EN) == store.FoldName(v)
		})
		switch {
		case i < 0:
			var names []string
			for _, r := range con.Regions() {
				names = append(names, r.Label.JA)
			}
			l.wrong("region", fault.Text{
				JA: "地域「" + v + "」は契約にありません。" + strings.Join(names, "、") + " のいずれかを入力してください。",
				EN: "The contract knows no region “" + v + "”. Please use one of: " + strings.Join(regionLabels("en", con), ", ") + ".",
			})
		case con.Regions()[i].ID != now.HomeRegion():
			parts.Region = con.Regions()[i].ID
		}
	}
	if l.values["plus"] != "" {
		if plus := l.yes("plus", now.SupportPlus()); plus != now.SupportPlus() {
			parts.Plus = "false"
			if plus {
				parts.Plus = "true"
			}
		}
	}
	return parts
}

func regionLabels(lang string, con *contract.Contract) []string {
	var out []string
	for _, r := range con.Regions() {
		out = append(out, fault.Text(r.Label).In(lang))
	}
	return out
}

func regionLabel(lang string, con *contract.Contract, id contract.RegionID) string {
	if r, ok := con.Region(id); ok {
		return fault.Text(r.Label).In(lang)
	}
	return string(id)
}

// pendingReseller marks a reseller that an earlier row of the same file
// registers.
const pendingReseller = "row:"

// importReseller finds the reseller that a row names.
func (d *Desk) importReseller(f *importFile, l *importLine, o *store.Organization, known *importKnown) error {
	v := l.values["reseller"]
	if v == "" {
		if f.exact && f.has["reseller"] {
			o.Reseller = ""
		}
		return nil
	}
	r, err := known.find(v, "")
	if fault.Is(err, fault.NotFound) {
		r, err = known.find("", v)
	}
	switch {
	case err == nil && r.ID == o.ID:
		l.wrong("reseller", fault.Text{JA: "お客様自身を販売店にすることはできません。", EN: "A customer cannot be their own reseller."})
		return nil
	case fault.Is(err, fault.NotFound) && l.depth > 0:
		o.Reseller = pendingReseller + v
		return nil
	case fault.Is(err, fault.NotFound):
		l.wrong("reseller", fault.Text{JA: "販売店「" + v + "」は登録されていません。先に登録するか、このファイルに行を加えてください。", EN: "There is no registered company called “" + v + "”. Please register it first, or add a row for it."})
		return nil
	case err != nil:
		return l.refuse("reseller", err)
	}
	o.Reseller = r.ID
	return nil
}

// clearOrganization empties a field that was refused, so that the next problem
// is found.
func clearOrganization(o *store.Organization, field string) {
	switch field {
	case "name":
		o.NameJA, o.NameEN = "x", "x"
	case "language":
		o.Language = "ja"
	case "phone":
		o.Phone = ""
	case "desk_phone":
		o.DeskPhone = ""
	case "desk_mail":
		o.DeskMail = ""
	case "started":
		o.Started = ""
	case "ended":
		o.Ended = ""
	case "domains":
		o.Domains = nil
	}
}

// organizationCells are a customer as the columns of a file say it.
func (d *Desk) organizationCells(lang string, o store.Organization, known *importKnown) map[string]string {
	cells := map[string]string{
		"code": o.Code, "name": o.NameJA, "kana": o.Kana, "phone": o.Phone, "contract": o.Contract,
		"language": sayLanguage(lang, o.Language), "domains": strings.Join(o.Domains, "\n"), "products": strings.Join(o.Products, "\n"), "started": o.Started, "ended": o.Ended,
		"desk_phone": o.DeskPhone, "desk_mail": o.DeskMail, "note": o.Note,
	}
	if o.NameEN != o.NameJA {
		cells["name_en"] = o.NameEN
	}
	if by := known.byID[o.Reseller]; by.ID != "" {
		cells["reseller"] = cmp.Or(by.Code, by.NameJA)
	}
	if o.Contract == "" {
		return cells
	}
	if con, err := d.TermsOf(o, d.now()); err == nil {
		cells["contract_version"] = con.Version()
		cells["region"] = regionLabel(lang, con, con.HomeRegion())
		cells["plus"] = sayYes(lang, con.SupportPlus())
	}
	return cells
}
