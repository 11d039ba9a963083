package contract

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"madoguchi/terms/fault"
)

// Edit is one change of a contract file, made by a form. Everything that it
// does not name stays as it is written: comments, order, blank lines, quotes.
type Edit struct {
	do   editKind
	path string
	text string   // set: the value; add: the entry as it is written
	list []string // list: the values
}

type editKind uint8

const (
	setValue editKind = iota
	setList
	addEntry
	addText
	removeEntry
)

// Set changes one value, such as "targets[first_response].set[high].within".
// Paths are those of [Compare].
func Set(path, value string) Edit { return Edit{do: setValue, path: path, text: value} }

// SetList changes a list of plain values, such as
// "calendars[business].weekly.mon"; an empty one removes its line, and one
// that is not there yet is written after its neighbours.
func SetList(path string, values []string) Edit {
	return Edit{do: setList, path: path, list: values}
}

// AddClosure adds a day on which a calendar is closed.
func AddClosure(calendar string, day NamedDay) Edit {
	return Edit{do: addEntry, path: "calendars[" + calendar + "].closures", text: fmt.Sprintf("{date: %s, name: %s}", day.Date, both(day.Name))}
}

// AddSpecial adds a day on which a calendar has hours of its own.
func AddSpecial(calendar string, day NamedDay, hours []string) Edit {
	return Edit{do: addEntry, path: "calendars[" + calendar + "].special", text: fmt.Sprintf("{date: %s, hours: %s, name: %s}", day.Date, flowList(hours), both(day.Name))}
}

// AddText writes a named text that the file leaves out (see [DefaultText]).
func AddText(key string, t Text) Edit {
	return Edit{do: addText, path: "texts." + key, list: []string{t.JA, t.EN}}
}

// Remove takes an entry of a list away, such as
// "calendars[business].closures[2026-12-28]".
func Remove(path string) Edit { return Edit{do: removeEntry, path: path} }

// Rewrite makes edits in the text of a contract file, one after the other. A
// file that cannot be read at all, or an edit whose place is written in a way
// that a form cannot change safely, is [fault.Invalid]; the text itself can
// always be edited by hand. Whether the result is a contract is not asked.
func Rewrite(data []byte, edits ...Edit) ([]byte, error) {
	for _, e := range edits {
		next, err := rewrite(data, e)
		if err != nil {
			return nil, err
		}
		data = next
	}
	return data, nil
}

func rewrite(data []byte, e Edit) ([]byte, error) {
	root, err := readTree(data)
	if err != nil {
		return nil, err
	}
	w := &writer{text: data, at: spots(root), lines: lineStarts(data)}
	next, ok := w.edit(e)
	if !ok {
		return nil, notByForm(e.path)
	}
	after, err := readTree(next)
	if err != nil || !e.did(root, after) {
		return nil, notByForm(e.path)
	}
	return next, nil
}

func notByForm(path string) error {
	return fault.New(fault.Invalid, "「"+path+"」は、この書き方のままでは画面から変更できません。テキストで変更してください。",
		path+" cannot be changed by the form as it is written. Please change it in the text.").At(path)
}

func readTree(data []byte) (*node, error) {
	ps := &problems{file: "contract.yaml"}
	root := parseSource(ps, data)
	return root, ps.err(tooLarge(data))
}

// did reports whether exactly what was meant is different: the proof that an
// edit touched nothing else, whatever the file looks like.
func (e Edit) did(before, after *node) bool {
	was, is := byPath(flatten(before, "", nil)), byPath(flatten(after, "", nil))
	switch e.do {
	case setValue:
		was[e.path] = e.text
		return maps.Equal(was, is)
	case setList:
		delete(was, e.path)
		if got, ok := is[e.path]; len(e.list) > 0 && (!ok || got != strings.Join(e.list, ", ")) {
			return false
		}
		delete(is, e.path)
		return maps.Equal(was, is)
	case addEntry:
		return added(was, is, e.path+"[")
	case addText:
		was[e.path+".ja"], was[e.path+".en"] = e.list[0], e.list[1]
		return maps.Equal(was, is)
	}
	return added(is, was, e.path)
}

// added reports whether more has everything that less has, and beside it only,
// and at least, something under the prefix.
func added(less, more map[string]string, prefix string) bool {
	for path, v := range less {
		if w, ok := more[path]; (!ok || w != v) && !(v == "" && strings.HasPrefix(prefix, path)) {
			return false
		}
	}
	found := false
	for path, v := range more {
		if _, ok := less[path]; ok {
			continue
		}
		if v != "" && !strings.HasPrefix(path, prefix) {
			return false
		}
		found = found || strings.HasPrefix(path, prefix)
	}
	return found
}

// spot is a value of the file with what it stands in.
type spot struct {
	n      *node
	key    *node // of a mapping's value; nil in a list
	parent *node
}

// spots finds every value by its path.
func spots(root *node) map[string]spot {
	out := map[string]spot{}
	var visit func(n *node, path string)
	visit = func(n *node, path string) {
		switch n.kind {
		case mappingNode:
			for i, k := range n.keys {
				child := strings.TrimPrefix(path+"."+k.text, ".")
				out[child] = spot{n.values[i], k, n}
				visit(n.values[i], child)
			}
		case listNode:
			seen := map[string]int{}
			for i, v := range n.values {
				name := entryName(v, i)
				if seen[name]++; seen[name] > 1 {
					name = fmt.Sprintf("%s#%d", name, seen[name])
				}
				child := path + "[" + name + "]"
				out[child] = spot{v, nil, n}
				visit(v, child)
			}
		}
	}
	visit(root, "")
	return out
}

// flowList writes values in brackets.
func flowList(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = quote(v)
		if !strings.HasPrefix(quoted[i], `"`) {
			quoted[i] = `"` + quoted[i] + `"`
		}
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// writer changes the text at the places of its values.
type writer struct {
	text  []byte
	at    map[string]spot
	lines []int // where each line begins
}

func lineStarts(data []byte) []int {
	starts := []int{0}
	for i, b := range data {
		if b == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

func (w *writer) edit(e Edit) ([]byte, bool) {
	switch e.do {
	case setValue:
		s, ok := w.at[e.path]
		if !ok || s.n.kind != scalarNode {
			return nil, false
		}
		return w.set(s, e.text)
	case setList:
		return w.setList(e)
	case addEntry:
		return w.add(e)
	case addText:
		return w.addText(e)
	}
	return w.remove(e.path)
}

// splice puts text in place of a stretch of the file.
func (w *writer) splice(from, to int, text string) []byte {
	return slices.Concat(w.text[:from], []byte(text), w.text[to:])
}

func (w *writer) set(s spot, value string) ([]byte, bool) {
	from, ok := w.offset(s.n)
	if !ok {
		return nil, false
	}
	to, style, ok := w.scalarEnd(from, s.n.text)
	if !ok {
		return nil, false
	}
	return w.splice(from, to, style.write(value)), true
}

func (w *writer) setList(e Edit) ([]byte, bool) {
	s, ok := w.at[e.path]
	if !ok {
		return w.newKey(e)
	}
	from, ok := w.offset(s.n)
	if !ok || from >= len(w.text) || w.text[from] != '[' {
		return nil, false
	}
	if len(e.list) == 0 {
		line := s.key.line - 1
		return w.splice(w.lines[line], w.lineEnd(line), ""), true
	}
	to, ok := w.bracketEnd(from)
	if !ok {
		return nil, false
	}
	return w.splice(from, to, flowList(e.list)), true
}

// newKey writes a list under a key that its mapping does not have yet, after
// the mapping's last line.
func (w *writer) newKey(e Edit) ([]byte, bool) {
	i := strings.LastIndexByte(e.path, '.')
	if i < 0 || len(e.list) == 0 {
		return nil, len(e.list) == 0
	}
	parent, ok := w.at[e.path[:i]]
	if !ok || parent.n.kind != mappingNode || len(parent.n.keys) == 0 || parent.n.line == parent.key.line {
		return nil, false
	}
	last := parent.n.keys[len(parent.n.keys)-1]
	end := w.lineEnd(w.blockEnd(last.line-1, last.column-1))
	return w.splice(end, end, w.newline(end)+strings.Repeat(" ", last.column-1)+e.path[i+1:]+": "+flowList(e.list)+"\n"), true
}

func (w *writer) add(e Edit) ([]byte, bool) {
	s, ok := w.at[e.path]
	if !ok {
		return w.newSequence(e)
	}
	if s.n.kind != listNode {
		return nil, false
	}
	if len(s.n.values) > 0 && s.n.values[0].line != s.key.line {
		last := s.n.values[len(s.n.values)-1]
		line := last.line - 1
		dash := bytes.IndexByte(w.text[w.lines[line]:], '-')
		if dash < 0 || dash >= last.column {
			return nil, false
		}
		end := w.lineEnd(w.blockEnd(line, dash))
		return w.splice(end, end, w.newline(end)+strings.Repeat(" ", dash)+"- "+e.text+"\n"), true
	}
	from, ok := w.offset(s.n)
	if !ok || w.text[from] != '[' {
		return nil, false
	}
	to, ok := w.bracketEnd(from)
	if !ok {
		return nil, false
	}
	sep := ", "
	if len(s.n.values) == 0 {
		sep = ""
	}
	return w.splice(to-1, to-1, sep+e.text), true
}

// addText writes a text after the last line of the others.
func (w *writer) addText(e Edit) ([]byte, bool) {
	texts, ok := w.at["texts"]
	if _, there := w.at[e.path]; there || !ok || texts.n.kind != mappingNode || len(texts.n.keys) == 0 || texts.key == nil {
		return nil, false
	}
	last := texts.n.keys[len(texts.n.keys)-1]
	if last.line == texts.key.line {
		return nil, false // written in braces
	}
	end := w.lineEnd(w.blockEnd(last.line-1, last.column-1))
	pad := strings.Repeat(" ", last.column-1)
	return w.splice(end, end, w.newline(end)+pad+strings.TrimPrefix(e.path, "texts.")+":\n"+
		pad+"  ja: "+quoteAlways(e.list[0])+"\n"+pad+"  en: "+quoteAlways(e.list[1])+"\n"), true
}

// newSequence writes the first entry of a list that is not there yet, after
// the last line of what it belongs to.
func (w *writer) newSequence(e Edit) ([]byte, bool) {
	i := strings.LastIndexByte(e.path, '.')
	parent, ok := w.at[e.path[:max(i, 0)]]
	if !ok || parent.n.kind != mappingNode || len(parent.n.keys) == 0 {
		return nil, false
	}
	first, last := parent.n.keys[0], parent.n.keys[len(parent.n.keys)-1]
	if first.line == last.line && len(parent.n.keys) > 1 {
		return nil, false // written in braces
	}
	end := w.lineEnd(w.blockEnd(last.line-1, last.column-1))
	pad := strings.Repeat(" ", last.column-1)
	return w.splice(end, end, w.newline(end)+pad+e.path[i+1:]+":\n"+pad+"  - "+e.text+"\n"), true
}

func (w *writer) remove(path string) ([]byte, bool) {
	s, ok := w.at[path]
	if !ok || s.key != nil || s.parent == nil || s.parent.kind != listNode {
		return nil, false
	}
	line := s.n.line - 1
	start := w.lines[line]
	text := w.text[start:w.lineEnd(line)]
	dash := len(text) - len(bytes.TrimLeft(text, " "))
	if dash >= len(text) || text[dash] != '-' {
		return nil, false // written in brackets
	}
	end := w.lineEnd(w.blockEnd(line, dash))
	if len(s.parent.values) > 1 {
		return w.splice(start, end, ""), true
	}
	list, ok := w.at[path[:strings.LastIndexByte(path, '[')]]
	if !ok || list.key == nil {
		return nil, false
	}
	from, ok := w.offset(list.key)
	if !ok {
		return nil, false
	}
	colon := from + len(list.key.text)
	if colon >= len(w.text) || w.text[colon] != ':' {
		return nil, false
	}
	return slices.Concat(w.text[:colon+1], []byte(" []"), w.text[colon+1:start], w.text[end:]), true
}
