package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"madoguchi/terms/fault"
)

// Organization is a customer's company with its contract. What it has agreed
// beyond the contract are its amendments.
type Organization struct {
	ID       string // UUIDv7
	NameJA   string
	NameEN   string
	Kana     string   // reading of NameJA, for the order of lists
	Contract string   // id of the contract
	Language string   // "ja" or "en"
	Domains  []string // mail domains; kept in lower case, in order
	Phone    string   // as people read it
	Number   string   // Phone as E.164; empty when it is none
	Code     string   // the customer's number with the provider; empty: none
	Products []string // that they use
	Reseller string   // id of the organization through which they buy; empty: none
	Note     string

	DeskPhone string // the number of the desk that they are told (`phone.number-at-onboarding`); empty: the usual one
	DeskMail  string // the address of the desk (`mail.address-at-onboarding`)
	Started   string // first day of the service, 2006-01-02; empty: not known
	Ended     string // last day of the contract; empty: it goes on

	Created  time.Time
	Updated  time.Time
	Archived bool
	Erased   time.Time // when its data was erased; zero: it was not
}

// Name is the organization's name in a language, or the only one it has.
func (o Organization) Name(lang string) string {
	return OrganizationName{o.NameJA, o.NameEN}.Name(lang)
}

// OrganizationName is how an organization is called in each language.
type OrganizationName struct{ NameJA, NameEN string }

// Name is the name in a language, or the only one there is.
func (o OrganizationName) Name(lang string) string {
	if (lang == "ja" || o.NameEN == "") && o.NameJA != "" {
		return o.NameJA
	}
	return o.NameEN
}

const organizationColumns = `id, name_ja, name_en, kana, contract, language, phone, note, created_at, updated_at, archived, phone_number, code, products, reseller, desk_phone, desk_mail, started, ended, erased_at`

var putOrganization = insert("organizations", organizationColumns+", search, sort_name") + ` ON CONFLICT (id) DO UPDATE SET
	name_ja = excluded.name_ja, name_en = excluded.name_en, kana = excluded.kana,
	contract = excluded.contract, language = excluded.language,
	phone = excluded.phone, note = excluded.note, updated_at = excluded.updated_at, archived = excluded.archived,
	phone_number = excluded.phone_number, code = excluded.code, products = excluded.products, reseller = excluded.reseller,
	desk_phone = excluded.desk_phone, desk_mail = excluded.desk_mail, started = excluded.started, ended = excluded.ended,
	erased_at = excluded.erased_at, search = excluded.search, sort_name = excluded.sort_name`

func noOrganization() *fault.Error {
	return notFound("お客様が見つかりません。", "There is no such customer.")
}

// PutOrganization adds an organization or replaces what is known of it;
// Created counts only when it is added.
func (tx *Tx) PutOrganization(o Organization) error {
	tx.changed = true
	names := []string{o.NameJA, o.NameEN, o.Kana, o.Code}
	products, err := encodeList(o.Products)
	if err != nil {
		return err
	}
	sort := FoldName(o.Kana)
	if sort == "" {
		sort = FoldName(o.NameEN + o.NameJA)
	}
	if err := tx.exec(putOrganization, o.ID, o.NameJA, o.NameEN, o.Kana, o.Contract, o.Language,
		o.Phone, o.Note, micros(o.Created), micros(o.Updated), o.Archived,
		o.Number, o.Code, products, o.Reseller, o.DeskPhone, o.DeskMail, o.Started, o.Ended, micros(o.Erased),
		FoldName(strings.Join(append(names, o.Domains...), "\n")), sort); err != nil {
		return err
	}
	if err := tx.putOrganizationEntry(o); err != nil {
		return err
	}
	if err := tx.exec(`DELETE FROM organization_domains WHERE organization = $1`, o.ID); err != nil {
		return err
	}
	for _, d := range o.Domains {
		if d = lower(d); d == "" {
			continue
		}
		if err := tx.exec(`INSERT INTO organization_domains (domain, organization) VALUES ($1, $2)
			ON CONFLICT (domain, organization) DO NOTHING`, d, o.ID); err != nil {
			return err
		}
	}
	return nil
}

// FoldName is a name as it is searched and ordered: half and full width, and
// letter case, are alike.
func FoldName(s string) string { return strings.ToLower(norm.NFKC.String(strings.TrimSpace(s))) }

// Organization returns one organization, or [fault.NotFound].
func (s *Store) Organization(ctx context.Context, id string) (Organization, error) {
	return organization(ctx, s.db.Readers(), id)
}

// Organization returns one organization as the act sees it, or [fault.NotFound].
func (tx *Tx) Organization(id string) (Organization, error) {
	return organization(background(), tx.q, id)
}

func organization(ctx context.Context, q querier, id string) (Organization, error) {
	o, err := one(ctx, q, noOrganization(), scanOrganization, `SELECT `+organizationColumns+` FROM organizations WHERE id = $1`, id)
	if err != nil {
		return Organization{}, err
	}
	o.Domains, err = domainsOf(ctx, q, id)
	return o, err
}

// OrganizationByName returns the one organization, not archived, with a name in
// either language, in any letter case and width, or [fault.NotFound]; also when
// several have it.
func (tx *Tx) OrganizationByName(name string) (Organization, error) {
	same := FoldName(name)
	list, err := all(background(), tx.q, scanOrganization, `SELECT `+organizationColumns+` FROM organizations WHERE archived = FALSE AND search LIKE $1 ESCAPE '\' ORDER BY id`,
		"%"+escapeLike(same)+"%")
	if err != nil {
		return Organization{}, err
	}
	var found []Organization
	for _, o := range list {
		if FoldName(o.NameJA) == same || FoldName(o.NameEN) == same {
			found = append(found, o)
		}
	}
	if len(found) != 1 {
		return Organization{}, noOrganization()
	}
	found[0].Domains, err = domainsOf(background(), tx.q, found[0].ID)
	return found[0], err
}

func domainsOf(ctx context.Context, q querier, id string) ([]string, error) {
	return all(ctx, q, text, `SELECT domain FROM organization_domains WHERE organization = $1 ORDER BY domain`, id)
}

// OrganizationNames returns the names of the organizations given that are in
// the scope, by id.
func (s *Store) OrganizationNames(ctx context.Context, scope Scope, ids []string) (map[string]OrganizationName, error) {
	names := make(map[string]OrganizationName, len(ids))
	if len(ids) == 0 {
		return names, nil
	}
	var w where
	if err := scope.where(&w, "id"); err != nil {
		return nil, err
	}
	first := len(w.args) + 1
	for _, id := range ids {
		w.args = append(w.args, id)
	}
	w.plain("id IN (" + placeholders(first, len(ids)) + ")")
	type named struct {
		id   string
		name OrganizationName
	}
	list, err := upTo(ctx, s.db.Readers(), len(ids), func(row scanner, o *named) error {
		return row.Scan(&o.id, &o.name.NameJA, &o.name.NameEN)
	}, `SELECT id, name_ja, name_en FROM organizations`+w.text, w.args...)
	for _, o := range list {
		names[o.id] = o.name
	}
	return names, err
}

// OrganizationsByDomain returns the organizations, not archived, that a mail
// domain (any letter case) belongs to; companies of a group share one.
func (s *Store) OrganizationsByDomain(ctx context.Context, domain string) ([]Organization, error) {
	return organizationsByDomain(ctx, s.db.Readers(), domain)
}

// OrganizationsByDomain is [Store.OrganizationsByDomain] as the act sees it.
func (tx *Tx) OrganizationsByDomain(domain string) ([]Organization, error) {
	return organizationsByDomain(background(), tx.q, domain)
}

func organizationsByDomain(ctx context.Context, q querier, domain string) ([]Organization, error) {
	return withDomains(ctx, q)(all(ctx, q, scanOrganization, `SELECT `+organizationColumns+` FROM organizations
		WHERE archived = FALSE AND id IN (SELECT organization FROM organization_domains WHERE domain = $1) ORDER BY id`, lower(domain)))
}

// withDomains completes organizations that were read without their domains.
func withDomains(ctx context.Context, q querier) func([]Organization, error) ([]Organization, error) {
	return func(list []Organization, err error) ([]Organization, error) {
		at := make(map[string]int, len(list))
		for i, o := range list {
			at[o.ID] = i
		}
		for some := range slices.Chunk(list, 500) {
			if err != nil {
				break
			}
			args := make([]any, len(some))
			for i, o := range some {
				args[i] = o.ID
			}
			_, err = all(ctx, q, func(row scanner) (struct{}, error) {
				var id, domain string
				err := row.Scan(&id, &domain)
				if o := &list[at[id]]; err == nil {
					o.Domains = append(o.Domains, domain)
				}
				return struct{}{}, err
			}, `SELECT organization, domain FROM organization_domains WHERE organization IN (`+placeholders(1, len(args))+`) ORDER BY organization, domain`, args...)
		}
		return list, err
	}
}

// OrganizationQuery selects a page of the registry.
type OrganizationQuery struct {
	Scope     Scope  // required
	Search    string // part of a name, reading or domain; empty: all
	Archived  bool   // also the archived ones
	Reseller  string // only who buy through this organization; empty: all
	Resellers bool   // only through whom others buy
	Number    string // only whose telephone number this is (E.164); empty: all
	Limit     int
	After     Name
}

// Name is the place in a list ordered by name. The zero Name is the
// beginning, and as "next" it says that there is no more.
type Name struct {
	Sort string `json:"s,omitempty"`
	ID   string `json:"id,omitempty"`
}

// End reports whether the list ends here.
func (c Name) End() bool { return c.ID == "" }

// ListOrganizations returns a page of the registry by reading or name.
func (s *Store) ListOrganizations(ctx context.Context, query OrganizationQuery) ([]Organization, Name, error) {
	var w where
	if err := query.Scope.where(&w, "id"); err != nil {
		return nil, Name{}, err
	}
	if !query.Archived {
		w.plain("archived = FALSE")
	}
	if query.Reseller != "" {
		w.and("reseller = ", query.Reseller)
	}
	if query.Resellers {
		w.plain("id IN (SELECT reseller FROM organizations WHERE reseller <> '')")
	}
	if query.Number != "" {
		w.and("phone_number = ", query.Number)
	}
	if term := FoldName(query.Search); term != "" {
		w.like(term, "search%s")
	}
	if !query.After.End() {
		w.after("sort_name, id", ">", query.After.Sort, query.After.ID)
	}
	type sorted struct {
		Organization
		sort string
	}
	n := page(query.Limit)
	rows, err := all(ctx, s.db.Readers(), func(row scanner) (sorted, error) {
		var o sorted
		var err error
		o.Organization, err = scanOrganization(alsoInto{row, &o.sort})
		return o, err
	}, `SELECT `+organizationColumns+`, sort_name FROM organizations`+w.text+` ORDER BY sort_name, id`+limitTo(n+1), w.args...)
	if err != nil {
		return nil, Name{}, err
	}
	var next Name
	if len(rows) > n {
		rows = rows[:n]
		next = Name{rows[n-1].sort, rows[n-1].ID}
	}
	list := make([]Organization, len(rows))
	for i, o := range rows {
		list[i] = o.Organization
	}
	list, err = withDomains(ctx, s.db.Readers())(list, nil)
	return list, next, err
}

func scanOrganization(row scanner) (Organization, error) {
	var o Organization
	var created, updated, erased int64
	var products string
	err := row.Scan(&o.ID, &o.NameJA, &o.NameEN, &o.Kana, &o.Contract, &o.Language,
		&o.Phone, &o.Note, &created, &updated, &o.Archived,
		&o.Number, &o.Code, &products, &o.Reseller, &o.DeskPhone, &o.DeskMail, &o.Started, &o.Ended, &erased)
	if err != nil {
		return Organization{}, err
	}
	o.Created, o.Updated, o.Erased = instant(created), instant(updated), instant(erased)
	o.Products, err = decodeList(products)
	return o, err
}
