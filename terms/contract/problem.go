package contract

import (
	"cmp"
	"fmt"
	"sort"
	"strings"

	"madoguchi/terms/fault"
)

// Problem is one thing wrong with a contract file: where it is, and what to
// write instead.
type Problem struct {
	File         string
	Line, Column int        // both from 1; 0 when the file as a whole is meant
	Path         string     // the place in words of the file, such as "targets[2].within"
	Text         fault.Text // what is wrong and what to write, in both languages
}

// In returns the problem as one line, "file:line:column: path: text", in the
// language given ("ja" or "en").
func (p Problem) In(lang string) string {
	where := p.File
	if p.Line > 0 {
		where = fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
	}
	if p.Path != "" {
		where += ": " + p.Path
	}
	return where + ": " + p.Text.In(lang)
}

// Problems is everything that was found wrong in one go, in the file's order.
type Problems []Problem

// Error returns all problems in English, one a line.
func (ps Problems) Error() string { return ps.In("en") }

// In returns all problems, one a line, in the language given.
func (ps Problems) In(lang string) string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.In(lang)
	}
	return strings.Join(lines, "\n")
}

// maxProblems bounds what one load reports: a file with more than this is
// mended from the top first, and a hostile file cannot fill the memory.
const maxProblems = 50

// problems collects while a file is read.
type problems struct {
	file string
	list Problems
	more int
}

func (ps *problems) add(line, column int, path, ja, en string) {
	ps.addIn(ps.file, line, column, path, ja, en)
}

func (ps *problems) addIn(file string, line, column int, path, ja, en string) {
	p := Problem{File: file, Line: line, Column: column, Path: path, Text: fault.Text{JA: ja, EN: en}}
	if n := len(ps.list); n > 0 && ps.list[n-1] == p {
		return // the same of every region that shares the line
	}
	if len(ps.list) == maxProblems {
		ps.more++
		return
	}
	ps.list = append(ps.list, p)
}

// at reports a problem of one node of the file. The texts may hold verbs for
// args, the same for both languages and in the same order.
func (ps *problems) at(n *node, path, ja, en string, args ...any) {
	file, line, column := ps.file, 0, 0
	if n != nil {
		file, line, column = cmp.Or(n.file, ps.file), n.line, n.column
	}
	ps.addIn(file, line, column, path, fmt.Sprintf(ja, args...), fmt.Sprintf(en, args...))
}

// err returns nil when nothing was found, else one fault of kind Invalid (or
// kind, when given otherwise) whose cause is the [Problems].
func (ps *problems) err(kind fault.Kind) error {
	if len(ps.list) == 0 {
		return nil
	}
	sort.SliceStable(ps.list, func(i, j int) bool {
		a, b := ps.list[i], ps.list[j]
		if a.File != b.File {
			return a.File < b.File
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Column < b.Column
	})
	if ps.more > 0 {
		ps.list = append(ps.list, Problem{File: ps.file, Text: fault.Text{
			JA: fmt.Sprintf("ほかに %d 件の問題があります。上から直して、もう一度検査してください。", ps.more),
			EN: fmt.Sprintf("%d more problems; mend these first and check again", ps.more),
		}})
	}
	first := ps.list[0]
	where := first.File
	if first.Line > 0 {
		where = fmt.Sprintf("%s:%d:%d", first.File, first.Line, first.Column)
	}
	return fault.Wrap(kind, counted{ps.list}, "契約ファイルに誤りがあります。\n"+ps.list.In("ja"), "the contract file is not valid:\n"+ps.list.In("en")).
		At(where)
}

// counted is the cause of a refused file: the message lists the problems
// already, so the log's line only counts them. errors.As finds the list.
type counted struct{ list Problems }

func (c counted) Error() string { return fmt.Sprintf("problems found: %d", len(c.list)) }

func (c counted) Unwrap() error { return c.list }
