package desk

import (
	"context"
	"slices"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// TagColours are the tokens that a tag can be drawn in. Each is drawn with a
// shape of its own beside the name, so that nobody needs to tell the colours.
var TagColours = []string{"ai", "matsu", "yama", "shu", "fuji", "ink"}

// standingTag is the tag that a merged one became.
func standingTag(tags []store.Tag, id string) (store.Tag, bool) {
	for range len(tags) + 1 {
		i := slices.IndexFunc(tags, func(t store.Tag) bool { return t.ID == id })
		if i < 0 {
			return store.Tag{}, false
		}
		if tags[i].Merged == "" {
			return tags[i], true
		}
		id = tags[i].Merged
	}
	return store.Tag{}, false
}

// tagsNamed are the ids by which cases are found that have a tag, given by its
// name or id: its own, and those of the tags that became it.
func tagsNamed(tags []store.Tag, name string) []string {
	var found []string
	for _, t := range tags {
		if s, ok := standingTag(tags, t.ID); ok && (s.ID == name || store.FoldName(s.Name) == store.FoldName(name)) {
			found = append(found, t.ID)
		}
	}
	if len(found) == 0 {
		return []string{name}
	}
	return found
}

// Tags are the standing tags by name.
func (d *Desk) Tags(ctx context.Context, who Viewer) ([]store.Tag, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	all, err := d.store.ListTags(ctx)
	return slices.DeleteFunc(all, func(t store.Tag) bool { return t.Merged != "" }), err
}

// TagUse returns on how many cases each standing tag is.
func (d *Desk) TagUse(ctx context.Context, who Viewer) (map[string]int, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	all, err := d.store.ListTags(ctx)
	if err != nil {
		return nil, err
	}
	use, err := d.store.TagUse(ctx)
	sum := map[string]int{}
	for id, n := range use {
		if s, ok := standingTag(all, id); ok {
			sum[s.ID] += n
		}
	}
	return sum, err
}

// TagsOf are the tags with these ids as they stand today, each once, in the
// order given. One that the registry does not know is left out.
func (d *Desk) TagsOf(ctx context.Context, ids []string) ([]store.Tag, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	all, err := d.store.ListTags(ctx)
	return tagsOf(all, ids), err
}

func tagsOf(all []store.Tag, ids []string) []store.Tag {
	var out []store.Tag
	for _, id := range ids {
		if t, ok := standingTag(all, id); ok && !slices.ContainsFunc(out, func(o store.Tag) bool { return o.ID == t.ID }) {
			out = append(out, t)
		}
	}
	return out
}

// PutTag adds a tag or renames it. Everybody may add one; changing those that
// are there is a supervisor's.
func (d *Desk) PutTag(ctx context.Context, who Viewer, t store.Tag) (store.Tag, error) {
	least, act := WorkCases, "tag.added"
	if t.ID != "" {
		least, act = ManageTemplates, "tag.changed"
	}
	if err := who.May(least); err != nil {
		return t, err
	}
	name, err := cases.TagName(t.Name)
	if err != nil {
		return t, err
	}
	if !slices.Contains(TagColours, t.Colour) {
		return t, fault.New(fault.Invalid, "タグの色を選んでください。", "Please choose the tag's colour.").At("colour")
	}
	return t, d.store.Write(ctx, func(tx *store.Tx) error {
		if t.ID == "" {
			t.ID, t.Created = newID(), d.now()
		} else if _, err := d.tag(tx, t.ID); err != nil {
			return err
		}
		t.Name, t.Merged, t.Updated = name, "", d.now()
		if err := tx.PutTag(t); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, act, t.ID, t.Name))
	})
}

func (d *Desk) tag(tx *store.Tx, id string) (store.Tag, error) {
	all, err := tx.ListTags()
	if err != nil {
		return store.Tag{}, err
	}
	i := slices.IndexFunc(all, func(t store.Tag) bool { return t.ID == id && t.Merged == "" })
	if i < 0 {
		return store.Tag{}, fault.New(fault.NotFound, "そのタグはありません。", "There is no such tag.")
	}
	return all[i], nil
}

// MergeTags makes one tag the other: cases that have it are found, and shown,
// by the other from now on. Their histories stay as they are.
func (d *Desk) MergeTags(ctx context.Context, who Viewer, id, into string) error {
	if err := who.May(ManageTemplates); err != nil {
		return err
	}
	if id == into {
		return fault.New(fault.Invalid, "別のタグを選んでください。", "Please choose another tag.").At("into")
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		t, err := d.tag(tx, id)
		if err != nil {
			return err
		}
		target, err := d.tag(tx, into)
		if err != nil {
			return err
		}
		t.Merged, t.Updated = target.ID, d.now()
		if err := tx.PutTag(t); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "tag.merged", t.ID, t.Name+" → "+target.Name))
	})
}

// ArchiveTag takes a tag off the list of those that cases get, or puts it back.
func (d *Desk) ArchiveTag(ctx context.Context, who Viewer, id string, archived bool) error {
	if err := who.May(ManageTemplates); err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		t, err := d.tag(tx, id)
		if err != nil {
			return err
		}
		t.Archived, t.Updated = archived, d.now()
		if err := tx.PutTag(t); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "tag.changed", t.ID, t.Name))
	})
}

// TagCommand puts tags on a case and takes others off, by their ids. Names
// that no tag has become tags.
type TagCommand struct {
	Case        cases.ID
	Add, Remove []string
	New         string // a name; empty: none
}

// Tag changes the tags of a case.
func (d *Desk) Tag(ctx context.Context, who Viewer, cmd TagCommand) (*cases.Case, error) {
	s, err := d.tagging(ctx, who, cmd)
	return d.do(ctx, who, cmd.Case, s, err)
}

func (d *Desk) tagging(ctx context.Context, who Viewer, cmd TagCommand) (step, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	if cmd.New != "" {
		t, err := d.tagByName(ctx, who, cmd.New)
		if err != nil {
			return nil, err
		}
		cmd.Add = append(cmd.Add, t.ID)
	}
	all, err := d.store.ListTags(ctx)
	if err != nil {
		return nil, err
	}
	return deciding(func(c *cases.Case) ([]cases.Data, error) { return retag(c, all, cmd.Add, cmd.Remove) }), nil
}

// retag puts tags on a case and takes others off, as they stand today.
func retag(c *cases.Case, all []store.Tag, put, off []string) ([]cases.Data, error) {
	var add, remove []cases.Tag
	for _, t := range tagsOf(all, put) {
		if t.Archived && !slices.Contains(c.Tags, t.ID) {
			return nil, fault.New(fault.Invalid, "「"+t.Name+"」は使われなくなったタグです。", "The tag "+t.Name+" is no longer in use.").At("tag")
		}
		add = append(add, cases.Tag{ID: t.ID, Name: t.Name})
	}
	gone := tagsOf(all, off)
	for _, id := range c.Tags { // also those that became one of them
		if t, ok := standingTag(all, id); ok && slices.ContainsFunc(gone, func(g store.Tag) bool { return g.ID == t.ID }) {
			remove = append(remove, cases.Tag{ID: id, Name: t.Name})
		}
	}
	return c.Tag(add, remove)
}

// tagByName is the standing tag of a name, made where there is none.
func (d *Desk) tagByName(ctx context.Context, who Viewer, name string) (store.Tag, error) {
	all, err := d.Tags(ctx, who)
	if err != nil {
		return store.Tag{}, err
	}
	tidy, err := cases.TagName(name)
	if err != nil {
		return store.Tag{}, err
	}
	if i := slices.IndexFunc(all, func(t store.Tag) bool { return t.Folded == store.FoldName(tidy) }); i >= 0 {
		return all[i], nil
	}
	return d.PutTag(ctx, who, store.Tag{Name: tidy, Colour: TagColours[len(all)%len(TagColours)]})
}
