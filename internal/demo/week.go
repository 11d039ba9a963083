package demo

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"time"

	"github.com/goccy/go-yaml"

	"madoguchi/terms/cases"
)

// files is the example week: people.yaml, inquiries.yaml, and the stories.
//
//go:embed week/*.yaml
var files embed.FS

// week is the example week as it is written down.
type week struct {
	Desk          []Person            `yaml:"desk"`
	Organizations []organization      `yaml:"organizations"`
	Cases         []story             `yaml:"cases"`
	Inquiries     []story             `yaml:"inquiries"`
	Answers       map[string][]string `yaml:"answers"`

	House house `yaml:"house"`

	Products []markProduct   `yaml:"products"`
	Tags     []markTag       `yaml:"tags"`
	Fields   []markField     `yaml:"fields"`
	Views    []markView      `yaml:"views"`
	Marks    map[string]mark `yaml:"marks"` // by the id of a story
}

// Person is somebody of the desk.
type Person struct {
	Key      string `yaml:"key"`
	Name     string `yaml:"name"`
	Mail     string `yaml:"mail"` // left of the @
	Role     string `yaml:"role"`
	Language string `yaml:"language"`
}

// organization is a customer with its people.
type organization struct {
	Key      string    `yaml:"key"`
	JA       string    `yaml:"ja"`
	EN       string    `yaml:"en"`
	Kana     string    `yaml:"kana"`
	Region   string    `yaml:"region"`
	Plus     bool      `yaml:"plus"`
	Language string    `yaml:"language"`
	Domain   string    `yaml:"domain"`
	Phone    string    `yaml:"phone"`
	Note     string    `yaml:"note"`
	People   []contact `yaml:"people"`
}

func (o organization) name() string {
	if o.Language == "ja" {
		return cmp.Or(o.JA, o.EN)
	}
	return o.EN
}

// contact is a person of a customer, and how their mail program writes.
type contact struct {
	Key     string `yaml:"key"`
	Name    string `yaml:"name"`
	Title   string `yaml:"title"`
	Mail    string `yaml:"mail"` // left of the @
	Charset string `yaml:"charset"`
	Tel     string `yaml:"tel"`
}

// story is one mail to the desk and what followed it. Exactly one of Ago,
// Evening and DayOff says when it came; none for a mail of the running
// demonstration.
type story struct {
	ID       string   `yaml:"id"`
	From     string   `yaml:"from"` // a contact's key
	Stranger *someone `yaml:"stranger"`
	CC       []string `yaml:"cc"`

	Ago     span   `yaml:"ago"`     // business time before the demonstration's start
	Evening int    `yaml:"evening"` // that many business days before, after closing
	DayOff  int    `yaml:"day-off"` // that many days off before
	At      string `yaml:"at"`      // time of day in the contract's zone, for Evening and DayOff

	Subject string `yaml:"subject"`
	Text    string `yaml:"text"`
	HTML    bool   `yaml:"html"` // the mail has an HTML form too
	Auto    bool   `yaml:"auto"` // a machine's answer (RFC 3834)
	List    string `yaml:"list"` // a mailing list's domain (RFC 2919)
	Attach  []file `yaml:"attach"`

	Steps []step `yaml:"steps"`
}

// someone is a sender whom the registry does not know.
type someone struct {
	Name string `yaml:"name"`
	Mail string `yaml:"mail"`
}

// file is an attachment: its text, or for a .png a picture that is drawn.
type file struct {
	Name string `yaml:"name"`
	Text string `yaml:"text"`
}

// step is one act after the mail. Do names it; see play.go for what each
// takes.
type step struct {
	In span   `yaml:"in"` // business time after the step before
	Do string `yaml:"do"`
	By string `yaml:"by"` // of the desk

	To           string       `yaml:"to"`           // assign, task: whom; status, team: which
	From         string       `yaml:"from"`         // answer: a contact's key
	Person       string       `yaml:"person"`       // the customer's side: a contact's key, or an address
	Organization string       `yaml:"organization"` // identify
	Priority     string       `yaml:"priority"`
	Clause       string       `yaml:"clause"`
	Why          string       `yaml:"why"`
	How          string       `yaml:"how"`
	Where        string       `yaml:"where"`
	Text         string       `yaml:"text"`
	Due          string       `yaml:"due"` // task: one of desk.DueChoices
	Next         cases.Status `yaml:"next"`
	Hold         string       `yaml:"hold"`    // reply, then on hold for this reason
	Refusal      string       `yaml:"refusal"` // clause by which it is out of scope
	Refused      string       `yaml:"refused"` // what the receiving server says when it refuses the reply
	Code         string       `yaml:"code"`    // bounce: the enhanced status (RFC 3463)
	Diagnostic   string       `yaml:"diagnostic"`
}

// span is a length written as 1h20m.
type span time.Duration

// UnmarshalYAML reads it.
func (s *span) UnmarshalYAML(raw []byte) error {
	d, err := time.ParseDuration(string(bytes.Trim(raw, "\"'\n ")))
	*s = span(d)
	return err
}

// readWeek reads the embedded files.
func readWeek() (*week, error) {
	names, err := fs.Glob(files, "week/*.yaml")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	all := &week{Answers: map[string][]string{}}
	for _, name := range names {
		raw, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var w week
		if err := yaml.UnmarshalWithOptions(raw, &w, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("%s: %w", path.Base(name), err)
		}
		all.Desk = append(all.Desk, w.Desk...)
		all.Organizations = append(all.Organizations, w.Organizations...)
		all.Cases = append(all.Cases, w.Cases...)
		all.Inquiries = append(all.Inquiries, w.Inquiries...)
		all.Products, all.Tags, all.Fields, all.Views = append(all.Products, w.Products...), append(all.Tags, w.Tags...), append(all.Fields, w.Fields...), append(all.Views, w.Views...)
		if len(w.House.Teams) > 0 {
			all.House = w.House
		}
		if w.Marks != nil {
			all.Marks = w.Marks
		}
		for kind, texts := range w.Answers {
			all.Answers[kind] = append(all.Answers[kind], texts...)
		}
	}
	return all, nil
}
