package cases

import (
	"cmp"
	"math/big"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"madoguchi/terms/fault"
)

// FieldKind is what a field of the desk's own holds.
type FieldKind string

// The kinds of fields. A value is a text in one form: a choice by its key, a
// date as 2026-11-20, a number without separators, a flag as "yes" or "no".
const (
	TextField   FieldKind = "text"
	ChoiceField FieldKind = "choice"
	DateField   FieldKind = "date"
	NumberField FieldKind = "number"
	FlagField   FieldKind = "flag"
)

// MaxFieldText is how long a text in a field may be, in characters.
const MaxFieldText = 500

// FieldRule is what a field of the desk's own asks of its values.
type FieldRule struct {
	ID       string
	Name     fault.Text
	Kind     FieldKind
	Choices  []string // keys of the choices
	Product  string   // of which product's cases; empty: of every case
	Required bool     // to be filled before a case is resolved or closed
}

// Applies reports whether the cases of a product have the field.
func (r FieldRule) Applies(product string) bool { return r.Product == "" || r.Product == product }

// Canonical returns a value in the one form in which it is kept and compared;
// an empty one stays empty. What the field cannot hold is [fault.Invalid].
func (r FieldRule) Canonical(value string) (string, error) {
	value = strings.TrimSpace(value)
	if value == "" {
		return "", nil
	}
	switch r.Kind {
	case TextField:
		if utf8.RuneCountInString(value) > MaxFieldText {
			return "", r.refuse("「"+r.Name.JA+"」は 500 文字以内で入力してください。", r.Name.EN+" can have 500 characters at most.")
		}
		return strings.Join(strings.Fields(value), " "), nil
	case ChoiceField:
		if !slices.Contains(r.Choices, value) {
			return "", r.refuse("「"+r.Name.JA+"」の選択肢から選んでください。", "Please choose "+r.Name.EN+" from the list.")
		}
	case DateField:
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			return "", r.refuse("「"+r.Name.JA+"」は 2026-11-20 の形の日付で入力してください。", r.Name.EN+" must be a date such as 2026-11-20.")
		}
	case NumberField:
		return r.number(value)
	case FlagField:
		if value != "yes" && value != "no" {
			return "", r.refuse("「"+r.Name.JA+"」は「はい」か「いいえ」を選んでください。", "Please choose yes or no for "+r.Name.EN+".")
		}
	default:
		return "", r.refuse("「"+r.Name.JA+"」はこの版では入力できません。", r.Name.EN+" cannot be filled in this version.")
	}
	return value, nil
}

// number accepts what people type: full-width digits and thousands separators.
func (r FieldRule) number(value string) (string, error) {
	plain := strings.Map(func(c rune) rune {
		switch {
		case c >= '０' && c <= '９':
			return c - '０' + '0'
		case c == ',' || c == '，' || c == ' ':
			return -1
		case c == '．':
			return '.'
		case c == '－' || c == '−':
			return '-'
		}
		return c
	}, value)
	digits := strings.TrimPrefix(plain, "-")
	whole, part, dot := strings.Cut(digits, ".")
	if len(whole) == 0 || len(whole) > 15 || len(part) > 6 || dot && part == "" || strings.Trim(whole+part, "0123456789") != "" {
		return "", r.refuse("「"+r.Name.JA+"」は数字で入力してください（整数 15 桁、小数 6 桁まで）。", r.Name.EN+" must be a number (up to 15 digits and 6 decimals).")
	}
	n, ok := new(big.Rat).SetString(plain)
	if !ok {
		return "", r.refuse("「"+r.Name.JA+"」は数字で入力してください。", r.Name.EN+" must be a number.")
	}
	s := n.FloatString(6)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), "."), nil
}

func (r FieldRule) refuse(ja, en string) error {
	return fault.New(fault.Invalid, ja, en).At("field." + r.ID)
}

// FieldValue is what a field of the case holds.
type FieldValue struct{ Field, Value string }

// FieldSet fills a field of the case, or empties it.
type FieldSet struct {
	Field  string `json:"field"` // id of the registry
	Name   string `json:"name"`  // as it was called then
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// Type implements [Data].
func (FieldSet) Type() string { return "field.set/1" }

// Field returns what a field of the case holds; empty: nothing.
func (c *Case) Field(id string) string {
	for _, f := range c.Fields {
		if f.Field == id {
			return f.Value
		}
	}
	return ""
}

// SetField fills a field. A required one cannot be emptied in a finished case.
func (c *Case) SetField(r FieldRule, value string) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if !r.Applies(c.Product) {
		return nil, r.refuse("「"+r.Name.JA+"」はこのケースの製品の項目ではありません。", r.Name.EN+" is no field of this case's product.")
	}
	value, err := r.Canonical(value)
	if err != nil {
		return nil, err
	}
	before := c.Field(r.ID)
	if before == value {
		return nil, fault.New(fault.Conflict, "「"+r.Name.JA+"」は既にその値です。", r.Name.EN+" has that value already.").At("field." + r.ID)
	}
	if value == "" && r.Required && c.Done() {
		return nil, r.refuse("「"+r.Name.JA+"」は解決時に必須のため、空にできません。", r.Name.EN+" is required of a resolved case and cannot be emptied.")
	}
	return []Data{FieldSet{Field: r.ID, Name: cmp.Or(r.Name.JA, r.Name.EN), Before: before, After: value}}, nil
}

func (c *Case) applyField(d FieldSet) {
	at, have := slices.BinarySearchFunc(c.Fields, d.Field, func(f FieldValue, id string) int { return strings.Compare(f.Field, id) })
	fields := slices.Clone(c.Fields)
	switch {
	case have && d.After == "":
		fields = slices.Delete(fields, at, at+1)
	case have:
		fields[at].Value = d.After
	case d.After != "":
		fields = slices.Insert(fields, at, FieldValue{d.Field, d.After})
	}
	if len(fields) == 0 {
		fields = nil
	}
	c.Fields = fields
}

// FinishHeld says that a reply was released by itself and the case not finished
// with it, as its writer had chosen: a field that is required for that was
// empty, and nobody was there to fill it.
type FinishHeld struct {
	Message string `json:"message"` // the reply
	Writer  Actor  `json:"writer"`  // of it, who is told
	Next    Status `json:"next"`    // what the case was to become
	JA      string `json:"ja"`      // what was missing, for people
	EN      string `json:"en"`
}

// Type implements [Data].
func (FinishHeld) Type() string { return "finish.held/1" }

// Finishable refuses to resolve or close a case while a field that is required
// for that is empty; any other state needs none.
func (c *Case) Finishable(to Status, rules []FieldRule) error {
	if to != Resolved && to != Closed {
		return nil
	}
	var ja, en []string
	first := ""
	for _, r := range rules {
		if r.Required && r.Applies(c.Product) && c.Field(r.ID) == "" {
			ja, en, first = append(ja, r.Name.JA), append(en, r.Name.EN), cmp.Or(first, r.ID)
		}
	}
	if first == "" {
		return nil
	}
	return fault.New(fault.Invalid, "解決・終了の前に入力してください："+strings.Join(ja, "、"), "Before the case is resolved or closed, please fill in: "+strings.Join(en, ", ")).At("field." + first)
}
