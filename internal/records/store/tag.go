package store

import (
	"context"
	"strconv"
	"time"

	"madoguchi/terms/fault"
)

// Tag is a word that cases are sorted by. One that was merged stays, so that
// the cases that have it are found by the one that it became.
type Tag struct {
	ID       string // UUIDv7
	Name     string
	Folded   string // the name as it is compared, see [FoldName]; no two standing tags have the same
	Colour   string // a token's name
	Merged   string // id of the tag that it became; empty while it stands
	Archived bool   // no further case gets it
	Created  time.Time
	Updated  time.Time
}

const tagColumns = `id, name, folded, colour, merged, archived, created_at, updated_at`

var putTag = insert("tags", tagColumns) + ` ON CONFLICT (id) DO UPDATE SET name = excluded.name, folded = excluded.folded,
	colour = excluded.colour, merged = excluded.merged, archived = excluded.archived, updated_at = excluded.updated_at`

// PutTag adds a tag or replaces it; Folded is found from the name, and Created
// counts only when it is added. A
// name that another standing tag has is [fault.Conflict].
func (tx *Tx) PutTag(t Tag) error {
	err := tx.exec(putTag, t.ID, t.Name, FoldName(t.Name), t.Colour, t.Merged, t.Archived, micros(t.Created), micros(t.Updated))
	if fault.Is(err, fault.Conflict) {
		return fault.Wrap(fault.Conflict, err, "その名前のタグは既にあります。", "There is a tag of that name already.").At("name")
	}
	return err
}

// ListTags returns all tags by name, merged and archived ones included.
func (s *Store) ListTags(ctx context.Context) ([]Tag, error) { return listTags(ctx, s.db.Readers()) }

// ListTags returns all tags as the act sees them.
func (tx *Tx) ListTags() ([]Tag, error) { return listTags(background(), tx.q) }

func listTags(ctx context.Context, q querier) ([]Tag, error) {
	return all(ctx, q, func(row scanner) (Tag, error) {
		var t Tag
		var created, updated int64
		err := row.Scan(&t.ID, &t.Name, &t.Folded, &t.Colour, &t.Merged, &t.Archived, &created, &updated)
		t.Created, t.Updated = instant(created), instant(updated)
		return t, err
	}, `SELECT `+tagColumns+` FROM tags ORDER BY folded, id`)
}

// TagUse returns on how many cases each tag is, counted up to [CountCap] and one more.
func (s *Store) TagUse(ctx context.Context) (map[string]int, error) {
	use := map[string]int{}
	_, err := all(ctx, s.db.Readers(), func(row scanner) (struct{}, error) {
		var tag string
		var n int
		err := row.Scan(&tag, &n)
		use[tag] = n
		return struct{}{}, err
	}, `SELECT t.id, (SELECT COUNT(*) FROM (SELECT 1 FROM case_tags m WHERE m.tag = t.id LIMIT `+strconv.Itoa(CountCap+1)+`) AS capped) FROM tags t`)
	return use, err
}
