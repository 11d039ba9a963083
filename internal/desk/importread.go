package desk

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"madoguchi/internal/notation"
	"madoguchi/internal/records/store"
	"madoguchi/internal/sheet"
	"madoguchi/terms/fault"
)

// ImportOptions say how a file is taken in.
type ImportOptions struct {
	Columns []string `json:"columns"` // a key of [ImportColumns] for each column of the file; empty: it is left out
	// Exact: an empty cell empties what is registered, and an address, a number
	// or a domain that the file does not have goes. Otherwise an empty cell says
	// nothing, and what the file has is added.
	Exact bool `json:"exact,omitempty"`
}

// ImportProblem is what is wrong with a row, and how to mend it.
type ImportProblem struct {
	Line   int        `json:"line"`   // of the file
	Column string     `json:"column"` // its heading; empty: the whole row
	Text   fault.Text `json:"text"`
}

// importLine is a row of a file by what its columns say.
type importLine struct {
	line     int
	values   map[string]string // by key; several, one a line
	heads    map[string]string // the heading, by key
	problems []ImportProblem
	depth    int // how many other rows of the file must be registered before
}

// importFile is a file that was read under some options.
type importFile struct {
	kind  ImportKind
	exact bool
	lines []*importLine // in the order in which they are taken in
	has   map[string]bool
	left  []string // headings that are left out
}

// readImport reads a file by its columns. What is wrong with the whole file is
// [fault.Invalid]; what is wrong with a row stands in it.
func readImport(kind ImportKind, t sheet.Table, opt ImportOptions) (*importFile, error) {
	f := &importFile{kind: kind, exact: opt.Exact, has: map[string]bool{}}
	heads := map[string]string{}
	for i, h := range t.Head {
		key := ""
		if i < len(opt.Columns) {
			key = opt.Columns[i]
		}
		c, known := kind.column(key)
		switch {
		case !known && h != "":
			f.left = append(f.left, h)
		case known && f.has[key] && !c.Many:
			return nil, fault.New(fault.Invalid, "「"+heads[key]+"」と「"+h+"」の列は、どちらも「"+c.Name.JA+"」です。どちらか一方を選んでください。",
				"The columns “"+heads[key]+"” and “"+h+"” are both “"+c.Name.EN+"”. Please choose one of them.").At("columns")
		case known:
			f.has[key] = true
			heads[key] = cmp.Or(heads[key], h)
		}
	}
	if !f.has["name"] && !f.has["code"] && !f.has["family_name"] && !f.has["mail.work"] {
		c, _ := kind.column("name")
		return nil, fault.New(fault.Invalid, "「"+c.Name.JA+"」の列がありません。1 行目に列の名前があることを確認し、どの列が「"+c.Name.JA+"」かを選んでください。",
			"There is no column for “"+c.Name.EN+"”. Please see that the first line names the columns, and choose which one it is.").At("columns")
	}
	for _, row := range t.Rows {
		l := &importLine{line: row.Line, values: map[string]string{}, heads: heads}
		for i, cell := range row.Cells {
			if i >= len(opt.Columns) {
				break
			}
			if c, known := kind.column(opt.Columns[i]); known {
				l.take(c, cell)
			}
		}
		f.lines = append(f.lines, l)
	}
	if len(f.lines) == 0 {
		return nil, fault.New(fault.Invalid, "見出しの下に行がありません。", "There is no row below the headings.").At("file")
	}
	f.twice()
	f.arrange()
	return f, nil
}

// take adds a cell to what the row says.
func (l *importLine) take(c ImportColumn, cell string) {
	cell = strings.TrimSpace(cell)
	if cell == "" {
		return
	}
	if !c.Many {
		l.values[c.Key] = cell
		return
	}
	var list []string
	if have := l.values[c.Key]; have != "" {
		list = strings.Split(have, "\n")
	}
	for _, v := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(";；\n、", r) }) {
		if v = strings.TrimSpace(v); v != "" && !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	l.values[c.Key] = strings.Join(list, "\n")
}

// list is what a column with several values says.
func (l *importLine) list(key string) []string {
	if l.values[key] == "" {
		return nil
	}
	return strings.Split(l.values[key], "\n")
}

// wrong adds a problem of a column.
func (l *importLine) wrong(key string, text fault.Text) {
	l.problems = append(l.problems, ImportProblem{Line: l.line, Column: l.heads[key], Text: text})
}

// refuse adds the words of an error at a column; what is nobody's mistake is
// returned.
func (l *importLine) refuse(key string, err error) error {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.NotFound, fault.Forbidden:
		l.wrong(key, fault.Public(err))
		return nil
	default:
		return err
	}
}

// keys are what tells a row from the others of its file.
func (l *importLine) keys(kind ImportKind) []string {
	var out []string
	if code := l.values["code"]; code != "" {
		out = append(out, "code "+code)
	}
	if kind == ImportOrganizations {
		if len(out) == 0 && l.values["name"] != "" {
			out = append(out, "name "+store.FoldName(l.values["name"]))
		}
		return out
	}
	for _, a := range l.mails() {
		out = append(out, "mail "+a)
	}
	return out
}

// mails are the addresses of a contact's row, as they are compared.
func (l *importLine) mails() []string {
	var out []string
	for _, k := range mailColumns {
		for _, a := range l.list(k.key) {
			out = append(out, plainAddress(a))
		}
	}
	return out
}

// plainAddress is a mail address as the registry keeps it; full width is narrow.
func plainAddress(s string) string { return strings.ToLower(notation.Narrow(strings.TrimSpace(s))) }

// twice refuses rows that are about the same as an earlier one.
func (f *importFile) twice() {
	first := map[string]int{}
	for _, l := range f.lines {
		for _, k := range l.keys(f.kind) {
			if at, ok := first[k]; ok {
				what, value, _ := strings.Cut(k, " ")
				if what == "mail" {
					what = "mail.work"
				}
				l.wrong(what, fault.Text{
					JA: fmt.Sprintf("%d 行目にも「%s」があります。1 件につき 1 行にしてください。", at, value),
					EN: fmt.Sprintf("Line %d has “%s” too. Please keep one row for each.", at, value),
				})
				continue
			}
			first[k] = l.line
		}
	}
}

// arrange puts resellers before those who buy through them.
func (f *importFile) arrange() {
	if f.kind != ImportOrganizations || !f.has["reseller"] {
		return
	}
	by := map[string]*importLine{}
	for _, l := range f.lines {
		by[store.FoldName(l.values["name"])] = l
		if l.values["code"] != "" {
			by[store.FoldName(l.values["code"])] = l
		}
	}
	for _, l := range f.lines {
		for at := by[store.FoldName(l.values["reseller"])]; at != nil && at != l && l.depth < 10; at = by[store.FoldName(at.values["reseller"])] {
			if l.values["reseller"] == "" {
				break
			}
			l.depth++
			if at.values["reseller"] == "" {
				break
			}
		}
	}
	slices.SortStableFunc(f.lines, func(a, b *importLine) int { return cmp.Compare(a.depth, b.depth) })
}

// yes and no, as people write them in a cell.
var (
	yesWords = []string{"はい", "○", "◯", "〇", "有", "あり", "可", "yes", "y", "true", "1", "on", "✓"}
	noWords  = []string{"いいえ", "×", "✕", "無", "なし", "不可", "no", "n", "false", "0", "off", "-"}
)

// yes reads a cell of yes or no; an empty one is the usual.
func (l *importLine) yes(key string, usual bool) bool {
	v := notation.Fold(l.values[key])
	switch {
	case v == "":
		return usual
	case slices.ContainsFunc(yesWords, func(w string) bool { return notation.Fold(w) == v }):
		return true
	case slices.ContainsFunc(noWords, func(w string) bool { return notation.Fold(w) == v }):
		return false
	}
	l.wrong(key, fault.Text{
		JA: "「" + l.values[key] + "」は「はい」または「いいえ」で入力してください。",
		EN: "Please write “" + l.values[key] + "” as yes or no.",
	})
	return usual
}

var languageWords = map[string][]string{
	"ja": {"ja", "日本語", "japanese", "jp", "jpn", "和文"},
	"en": {"en", "英語", "english", "eng", "英文"},
}

// language reads the name of a language; an empty cell is the usual one.
func (l *importLine) language(usual string) string {
	v := notation.Fold(l.values["language"])
	if v == "" {
		return usual
	}
	for code, words := range languageWords {
		if slices.ContainsFunc(words, func(w string) bool { return notation.Fold(w) == v }) {
			return code
		}
	}
	l.wrong("language", fault.Text{
		JA: "言語「" + l.values["language"] + "」は「日本語」または「英語」で入力してください。",
		EN: "Please write the language “" + l.values["language"] + "” as Japanese or English.",
	})
	return usual
}

var spreadsheetDate = regexp.MustCompile(`^(\d{4})[/.年-](\d{1,2})[/.月-](\d{1,2})日?$`)

// date is a date as the registry keeps it, from how spreadsheets show it; what
// is none is left as it is.
func date(s string) string {
	m := spreadsheetDate.FindStringSubmatch(strings.TrimSpace(notation.Narrow(s)))
	if m == nil {
		return s
	}
	return fmt.Sprintf("%s-%02s-%02s", m[1], m[2], m[3])
}

// sayYes writes yes or no as the desk's own files have it.
func sayYes(lang string, yes bool) string {
	switch {
	case lang == "ja" && yes:
		return "はい"
	case lang == "ja":
		return "いいえ"
	case yes:
		return "yes"
	}
	return "no"
}

// sayLanguage writes a language as the desk's own files have it.
func sayLanguage(lang, code string) string {
	switch {
	case code == "":
		return ""
	case lang == "ja" && code == "ja":
		return "日本語"
	case lang == "ja":
		return "英語"
	case code == "ja":
		return "Japanese"
	}
	return "English"
}
