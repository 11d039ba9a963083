package cases

import (
	"slices"
	"strings"
	"unicode/utf8"

	"madoguchi/terms/fault"
)

// MaxTags is how many tags a case can have.
const MaxTags = 30

// Tag is a word that the desk sorts its cases by. Its name is kept with the
// event, so that the history reads as it was written; lists show the name that
// the tag has today.
type Tag struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Tagged puts tags on the case and takes tags off it.
type Tagged struct {
	Added   []Tag `json:"added,omitempty"`
	Removed []Tag `json:"removed,omitempty"`
}

// Type implements [Data].
func (Tagged) Type() string { return "case.tagged/1" }

// Tag puts tags on the case and takes others off. What the case has, or has
// not, already is left out; nothing to do is [fault.Conflict].
func (c *Case) Tag(add, remove []Tag) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	var d Tagged
	for _, t := range add {
		if t.ID != "" && !slices.Contains(c.Tags, t.ID) && !slices.Contains(d.Added, t) {
			d.Added = append(d.Added, t)
		}
	}
	for _, t := range remove {
		if slices.Contains(c.Tags, t.ID) && !slices.Contains(d.Removed, t) && !slices.ContainsFunc(d.Added, func(a Tag) bool { return a.ID == t.ID }) {
			d.Removed = append(d.Removed, t)
		}
	}
	switch {
	case len(d.Added) == 0 && len(d.Removed) == 0:
		return nil, fault.New(fault.Conflict, "タグは既にそのとおりです。", "The tags are like that already.").At("tag")
	case len(c.Tags)+len(d.Added)-len(d.Removed) > MaxTags:
		return nil, fault.New(fault.Invalid, "タグは 1 件につき 30 個までです。", "A case can have 30 tags at most.").At("tag")
	}
	return []Data{d}, nil
}

func (c *Case) applyTagged(d Tagged) {
	var gone []string
	for _, t := range d.Removed {
		gone = append(gone, t.ID)
	}
	c.Tags = lacking(c.Tags, gone)
	for _, t := range d.Added {
		if !slices.Contains(c.Tags, t.ID) {
			c.Tags = append(slices.Clip(c.Tags), t.ID)
		}
	}
}

// TagName tidies what a person wrote as the name of a tag, and refuses what
// could not be told apart in a list.
func TagName(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	if n := utf8.RuneCountInString(name); n == 0 || n > 40 || strings.ContainsAny(name, ",") {
		return "", fault.New(fault.Invalid, "タグの名前は 1～40 文字で、コンマを使わずに入力してください。", "A tag's name must have 1 to 40 characters and no comma.").At("name")
	}
	return name, nil
}
