package store

import (
	"context"
	"errors"
	"strings"

	"madoguchi/internal/notation"
	"madoguchi/terms/fault"
)

// Entry is a person or an organization as it was looked up.
type Entry struct {
	Kind         string // RecentCustomer or RecentContact
	ID           string
	Organization string // of a contact, or the organization itself
}

// directoryVersion counts up when a build makes other words of the same rows:
// [Open] then makes them anew once.
const directoryVersion = 1

// wordsOf are the words by which a name is looked up.
func wordsOf(names ...string) []string {
	var words []string
	for _, n := range names {
		if folded := notation.Fold(n); folded != "" {
			words = append(words, folded)
			if roma := notation.Roma(n); roma != folded {
				words = append(words, roma)
			}
		}
	}
	return words
}

// numberWords are the words by which telephone numbers are looked up.
func numberWords(numbers ...string) []string {
	var words []string
	for _, n := range numbers {
		if digits := notation.Phone(n); digits != "" {
			words = append(words, digits)
		}
	}
	return words
}

func (tx *Tx) putEntry(kind, id, organization string, archived bool, words []string) error {
	return tx.exec(`INSERT INTO directory (kind, id, organization, archived, words) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (kind, id) DO UPDATE SET organization = excluded.organization, archived = excluded.archived, words = excluded.words`,
		kind, id, organization, archived, "\n"+strings.Join(words, "\n"))
}

func (tx *Tx) putOrganizationEntry(o Organization) error {
	words := append(wordsOf(o.NameJA, o.NameEN, o.Kana, o.Code), numberWords(o.Number)...)
	for _, d := range o.Domains {
		words = append(words, lower(d))
	}
	return tx.putEntry(RecentCustomer, o.ID, o.ID, o.Archived, words)
}

func (tx *Tx) putContactEntry(c Contact) error {
	words := wordsOf(c.Name, c.Kana)
	for _, p := range c.Phones {
		words = append(words, numberWords(p.Number)...)
	}
	for _, a := range c.Addresses {
		words = append(words, lower(a.Addr))
	}
	return tx.putEntry(RecentContact, c.ID, c.Organization, c.Archived, words)
}

// LookUp returns the people and organizations, not archived, that every word
// typed is found in: a part of a name in any kana, in Latin letters as it
// sounds where its reading is known, a domain or address, or four digits and
// more of a telephone number in any notation. Those whose words begin so come
// first.
func (s *Store) LookUp(ctx context.Context, scope Scope, typed string, limit int) ([]Entry, error) {
	var w where
	if err := scope.where(&w, "organization"); err != nil {
		return nil, err
	}
	w.plain("archived = FALSE")
	asked := strings.Fields(typed)
	switch digits := notation.Phone(typed); {
	case len(digits) >= leastDigits:
		asked = []string{digits}
	case digits != "", len(asked) == 0:
		return []Entry{}, nil // too little of a number, or nothing
	}
	for _, word := range asked {
		w.holds("words", spellings(word))
	}
	begin := spellings(asked[0])
	order := make([]string, len(begin))
	for i, b := range begin {
		w.args = append(w.args, "%\n"+escapeLike(b)+"%")
		order[i] = "words LIKE " + placeholders(len(w.args), 1) + ` ESCAPE '\'`
	}
	return all(ctx, s.db.Readers(), func(row scanner) (Entry, error) {
		var e Entry
		err := row.Scan(&e.Kind, &e.ID, &e.Organization)
		return e, err
	}, `SELECT kind, id, organization FROM directory`+w.text+` ORDER BY CASE WHEN `+strings.Join(order, " OR ")+` THEN 0 ELSE 1 END, kind DESC, words, id`+limitTo(page(limit)), w.args...)
}

// leastDigits is how many digits make a part of a telephone number.
const leastDigits = 4

// spellings are the forms of a typed word that the directory may hold.
func spellings(word string) []string {
	list := []string{notation.Fold(word)}
	if notation.Readable(word) {
		if roma := notation.Roma(word); roma != list[0] && roma != "" {
			list = append(list, roma)
		}
	}
	return list
}

// ByPhone returns the people and organizations with a telephone number, in
// whatever notation it is given or kept; archived ones are not among them.
func (s *Store) ByPhone(ctx context.Context, scope Scope, number string) ([]Entry, error) {
	digits := notation.Phone(number)
	if len(digits) < leastDigits {
		return nil, fault.New(fault.Invalid, "電話番号を 03-1234-5678 や +81 3 1234 5678 の形で入力してください。", "Please give a telephone number such as 03-1234-5678 or +81 3 1234 5678.").At("number")
	}
	var w where
	if err := scope.where(&w, "organization"); err != nil {
		return nil, err
	}
	w.plain("archived = FALSE")
	w.args = append(w.args, "%\n"+digits+"\n%")
	w.plain(`(words || ` + "'\n'" + `) LIKE ` + placeholders(len(w.args), 1))
	return all(ctx, s.db.Readers(), func(row scanner) (Entry, error) {
		var e Entry
		err := row.Scan(&e.Kind, &e.ID, &e.Organization)
		return e, err
	}, `SELECT kind, id, organization FROM directory`+w.text+` ORDER BY kind, id`, w.args...)
}

// refreshDirectory makes the words of the registry anew when another build
// made them.
func (s *Store) refreshDirectory(ctx context.Context) error {
	made, err := tally(ctx, s.db.Readers(), `SELECT value FROM counters WHERE name = 'directory'`)
	if err != nil || made == directoryVersion {
		return err
	}
	return s.Write(ctx, func(tx *Tx) error {
		if err := tx.exec(`UPDATE counters SET value = $1 WHERE name = 'directory'`, directoryVersion); err != nil {
			return err
		}
		if err := tx.exec(`DELETE FROM directory`); err != nil {
			return err
		}
		organizations, err := withDomains(ctx, tx.q)(all(ctx, tx.q, scanOrganization, `SELECT `+organizationColumns+` FROM organizations`))
		for _, o := range organizations {
			err = errors.Join(err, tx.putOrganizationEntry(o))
		}
		if err != nil {
			return err
		}
		people, err := all(ctx, tx.q, scanContact, `SELECT `+contactColumns+` FROM contacts`)
		if err != nil {
			return err
		}
		for _, c := range people {
			if err := reachable(ctx, tx.q, &c); err != nil {
				return err
			}
			if err := tx.putContactEntry(c); err != nil {
				return err
			}
		}
		return nil
	})
}
