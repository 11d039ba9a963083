package search

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"madoguchi/terms/fault"
)

// Query is what somebody looks for. All of it must hold.
type Query struct {
	Terms []Term // each must be in the message, or in what its case is about
	Picks
	After  time.Time // at this instant or later; zero: any
	Before time.Time // before this instant; zero: any
	Not    Not
}

// Picks are filters that name one or several values each, as typed. Without a
// value any will do.
type Picks struct {
	From          []Term   // one of them must be in the sender's name or address
	Organizations []string // words of an organization's name
	Status        []string
	Priority      []string
	Assignee      []string
	Tags          []string
	Files         bool // the message has an attachment
}

// Not is what must not hold: a message for which any of it does is no match.
type Not struct {
	Terms []Term
	Picks
}

func (p Picks) empty() bool {
	return len(p.From)+len(p.Organizations)+len(p.Status)+len(p.Priority)+len(p.Assignee)+len(p.Tags) == 0 && !p.Files
}

// Term is a word or a quoted phrase: tokens that must follow each other.
type Term struct {
	Typed  string
	tokens []string
	prefix bool // the last token may go on: a single character
	number bool // the number of a case
	about  bool // in what the case is about and by whom, not in the texts
}

// Options are what a query is read with.
type Options struct {
	Now    time.Time      // dates without a year are the latest up to a month ahead
	Zone   *time.Location // of the dates
	Prefix string         // before the numbers of cases, such as "CS"
	Typing bool           // somebody is still typing: the last word may go on, and only what a case is about and who wrote in it is looked at
}

// The bounds of a query.
const (
	maxQuery = 500 // characters
	maxTerms = 20
)

// filters are the words before a colon that are no part of the text, by their
// folded form.
var filters = map[string]string{
	"from": "from", "差出人": "from", "送信者": "from",
	"org": "org", "organization": "org", "会社": "org", "組織": "org", "お客様": "org", "顧客": "org",
	"status": "status", "状態": "status",
	"priority": "priority", "優先度": "priority",
	"assignee": "assignee", "assigned": "assignee", "担当": "assignee", "担当者": "assignee",
	"tag": "tag", "tags": "tag", "たぐ": "tag",
	"has": "has", "添付": "has", "含む": "has",
	"before": "before", "より前": "before",
	"after": "after", "以降": "after",
}

// Parse reads a query: words, "quoted phrases", and filters of the form
// name:value (from, org, status, priority, assignee, tag, has, before, after; the
// colon may be full-width and a blank may follow it; a value may be quoted). A
// minus sign before any of them but the dates takes away what it finds. A word
// before a colon that is no filter is text. It fails with [fault.Invalid] and a
// message that says how to mend the query.
func Parse(text string, o Options) (Query, error) {
	if utf8.RuneCountInString(text) > maxQuery {
		return Query{}, invalid("検索の言葉が長すぎます。%d 文字以内にしてください。", "The query is too long. Please keep it within %d characters.", maxQuery)
	}
	r := &reader{rest: text}
	var q Query
	lone := "" // a single kana, which alone cannot be searched
	for {
		w, ok := r.next()
		if !ok {
			break
		}
		if w.filter != "" {
			if err := q.filter(w, o); err != nil {
				return Query{}, err
			}
			continue
		}
		t := newTerm(w.text, o.Prefix)
		if w.not {
			if len(t.tokens) == 0 {
				return Query{}, invalid("「-%s」は除外できません。2 文字以上の言葉を指定してください。", "“-%s” cannot be left out. Please use at least two characters.", w.text)
			}
			q.Not.Terms = append(q.Not.Terms, t)
			continue
		}
		if o.Typing {
			t.about, t.prefix = true, t.prefix || strings.TrimSpace(r.rest) == ""
		}
		switch {
		case len(t.tokens) > 0:
			q.Terms = append(q.Terms, t)
		case len(Tokens(w.text)) > 0:
			lone = w.text
		}
		if len(q.Terms)+len(q.From)+len(q.Not.Terms)+len(q.Not.From) > maxTerms {
			return Query{}, invalid("検索の言葉が多すぎます。%d 語以内にしてください。", "There are too many words. Please use at most %d.", maxTerms)
		}
	}
	if q.empty() && lone != "" {
		return Query{}, invalid("ひらがな・カタカナ 1 文字（%s）だけでは検索できません。2 文字以上で検索してください。",
			"A single kana (%s) cannot be searched. Please use at least two characters.", lone)
	}
	return q, nil
}

func (q Query) empty() bool {
	return len(q.Terms)+len(q.Not.Terms) == 0 && q.Picks.empty() && q.Not.empty() && q.After.IsZero() && q.Before.IsZero()
}

// Empty reports whether nothing is asked for.
func (q Query) Empty() bool { return q.empty() }

func (q *Query) filter(w word, o Options) error {
	values := split(w)
	if len(values) == 0 {
		return invalid("「%s:」の後に値を入力してください（例：%[1]s:%[2]s）。", "Please give a value after “%s:” (for example %[1]s:%[2]s).", w.name, example[w.filter])
	}
	if w.filter == "before" || w.filter == "after" {
		return q.dates(w, values, o)
	}
	picks := &q.Picks
	if w.not {
		picks = &q.Not.Picks
	}
	for _, v := range values {
		if err := picks.add(w, v); err != nil {
			return err
		}
	}
	return nil
}

func (p *Picks) add(w word, v string) error {
	switch w.filter {
	case "from":
		t := newTerm(v, "")
		if len(t.tokens) == 0 {
			return invalid("「%s:」の値「%s」は検索できません。氏名またはメールアドレスを入力してください。", "“%s:” cannot look for “%s”. Please give a name or a mail address.", w.name, v)
		}
		p.From = append(p.From, t)
	case "org":
		p.Organizations = append(p.Organizations, v)
	case "status":
		p.Status = append(p.Status, v)
	case "priority":
		p.Priority = append(p.Priority, v)
	case "assignee":
		p.Assignee = append(p.Assignee, v)
	case "tag":
		p.Tags = append(p.Tags, v)
	case "has":
		if !slices.ContainsFunc(attachments, func(a string) bool { return Same(a, v) }) {
			return invalid("「%s:」に「%s」は指定できません。添付ファイルのあるものは has:attachment（添付:あり）で探せます。", "“%s:” cannot be “%s”. Messages with a file are found by has:attachment.", w.name, v)
		}
		p.Files = true
	}
	return nil
}

// attachments are the names of what a message can have.
var attachments = []string{"attachment", "attachments", "file", "files", "添付", "添付ファイル", "ファイル", "あり", "有"}

func (q *Query) dates(w word, values []string, o Options) error {
	for _, v := range values {
		day, ok := parseDay(v, o.Now, o.Zone)
		switch {
		case w.not:
			return invalid("「-%s:」は使えません。before:（より前）と after:（以降）で期間を指定してください。", "“-%s:” is no filter. Please give dates by before: and after:.", w.name)
		case !ok:
			return invalid("「%s:」の日付「%s」を読み取れません。2026-11-20、11/20、2026-11 のように入力してください。", "The date “%[2]s” after “%[1]s:” cannot be read. Please write it as 2026-11-20, 11/20 or 2026-11.", w.name, v)
		}
		q.bound(w.filter, day)
	}
	return nil
}

// bound keeps the narrower of two bounds.
func (q *Query) bound(filter string, day time.Time) {
	switch {
	case filter == "before" && (q.Before.IsZero() || day.Before(q.Before)):
		q.Before = day
	case filter == "after" && day.After(q.After):
		q.After = day
	}
}

var example = map[string]string{
	"from": "yamada", "org": "青葉", "status": "open", "priority": "high", "assignee": "佐藤", "tag": "請求", "has": "attachment", "before": "2026-11-20", "after": "2026-11-01",
}

// split cuts the value of a filter at its commas; a quoted one is whole.
func split(w word) []string {
	if w.quoted {
		if w.text = strings.TrimSpace(w.text); w.text == "" {
			return nil
		}
		return []string{w.text}
	}
	return strings.FieldsFunc(w.text, func(r rune) bool { return r == ',' || r == '、' || r == '，' })
}

// newTerm makes the tokens of a term. It has none when there is nothing to
// look for: signs alone, or a single kana.
func newTerm(typed, prefix string) Term {
	t := Term{Typed: typed}
	tokens := Tokens(typed)
	for _, tok := range tokens {
		t.tokens = append(t.tokens, tok.Text)
	}
	n := len(t.tokens)
	if n == 0 {
		return t
	}
	if p := Tokens(prefix); n == 2 && len(p) == 1 && t.tokens[0] == p[0].Text && strings.Trim(t.tokens[1], "0123456789") == "" {
		t.tokens, t.number = t.tokens[1:], true
		return t
	}
	last, size := utf8.DecodeRuneInString(t.tokens[n-1])
	if size < len(t.tokens[n-1]) || classOf(last) != cjk {
		return t
	}
	// The term ends in a CJK run. Its end says nothing about where the run
	// ends in the text.
	switch inner := n > 1 && tokens[n-2].To == tokens[n-1].To; {
	case inner, kana(last):
		t.tokens = t.tokens[:n-1]
	default:
		t.prefix = true
	}
	return t
}

// word is one piece of a query.
type word struct {
	filter string // which one; empty for text
	name   string // the filter as typed
	text   string
	quoted bool
	not    bool // a minus sign stands before it
}

type reader struct{ rest string }

var closing = map[rune]string{'"': "\"”“＂", '“': "”“\"", '”': "”\"", '＂': "＂\"", '「': "」", '『': "』"}

func (r *reader) next() (word, bool) {
	r.rest = strings.TrimLeftFunc(r.rest, unicode.IsSpace)
	if r.rest == "" {
		return word{}, false
	}
	not := r.minus()
	if text, ok := r.quote(); ok {
		return word{text: text, quoted: true, not: not}, true
	}
	text := r.plain()
	name, value, ok := cutColon(text)
	filter := filters[folded(name)]
	if !ok || filter == "" {
		return word{text: text, not: not}, true
	}
	w := word{filter: filter, not: not, name: strings.TrimSpace(name), text: value}
	if value == "" {
		r.rest = strings.TrimLeftFunc(r.rest, unicode.IsSpace)
		if w.text, w.quoted = r.quote(); !w.quoted {
			w.text = r.plain()
		}
	}
	return w, true
}

// minus takes a minus sign that stands right before a word.
func (r *reader) minus() bool {
	sign, size := utf8.DecodeRuneInString(r.rest)
	next, _ := utf8.DecodeRuneInString(r.rest[size:])
	if !strings.ContainsRune("-－−", sign) || next == utf8.RuneError || unicode.IsSpace(next) || strings.ContainsRune("-－−", next) {
		return false
	}
	r.rest = r.rest[size:]
	return true
}

// quote takes a quoted phrase. One that is never closed goes to the end.
func (r *reader) quote() (string, bool) {
	first, size := utf8.DecodeRuneInString(r.rest)
	ends, ok := closing[first]
	if !ok {
		return "", false
	}
	body := r.rest[size:]
	end := strings.IndexAny(body, ends)
	if end < 0 {
		r.rest = ""
		return body, true
	}
	_, width := utf8.DecodeRuneInString(body[end:])
	r.rest = body[end+width:]
	return body[:end], true
}

// plain takes what stands before the next blank or quotation mark.
func (r *reader) plain() string {
	end := strings.IndexFunc(r.rest, func(c rune) bool { return unicode.IsSpace(c) || closing[c] != "" })
	if end < 0 {
		end = len(r.rest)
	}
	text := r.rest[:end]
	r.rest = r.rest[end:]
	return text
}

func cutColon(s string) (name, value string, ok bool) {
	i := strings.IndexAny(s, ":：")
	if i < 0 {
		return "", "", false
	}
	_, width := utf8.DecodeRuneInString(s[i:])
	return s[:i], s[i+width:], true
}

// folded is a word as words are compared. Katakana keeps no form of its own.
func folded(s string) string {
	var b strings.Builder
	fold(strings.TrimSpace(s), func(r rune, _, _ int) { b.WriteRune(r) })
	return b.String()
}

// Same reports whether two words differ in width, case or kana at most.
func Same(a, b string) bool { return folded(a) == folded(b) }

func invalid(ja, en string, args ...any) error {
	return fault.New(fault.Invalid, fmt.Sprintf(ja, args...), fmt.Sprintf(en, args...)).At("q")
}
