package contract

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// word is a scalar of the file with the place it stands at.
type word struct {
	text string
	at   *node
	path string
}

// object is a mapping of the file being read: it knows which keys may stand
// there, and its methods report what is missing or wrong.
type object struct {
	ps   *problems
	at   *node
	path string
	has  map[string]*node
}

// object reads n as a mapping with the keys given; a key that is not among
// them, or stands twice, is reported.
func (ps *problems) object(n *node, path string, keys ...string) object {
	o := object{ps: ps, at: n, path: path, has: map[string]*node{}}
	if n == nil {
		return o
	}
	if n.kind != mappingNode {
		ps.at(n, path, "ここには対応表を書いてください（使えるキー: %s）。", "write a mapping here (keys: %s)", strings.Join(keys, ", "))
		return o
	}
	for i, k := range n.keys {
		switch {
		case !slices.Contains(keys, k.text):
			ps.at(k, path, "「%[1]s」というキーはありません。%[2]s（使えるキー: %[4]s）", "there is no key %[1]q here; %[3]s(keys: %[4]s)",
				k.text, didYouMean(k.text, keys, "ja"), didYouMean(k.text, keys, "en"), strings.Join(keys, ", "))
		case o.has[k.text] != nil:
			ps.at(k, path, "「%s」が 2 回書かれています。1 つだけ残してください。", "%q is written twice; keep one", k.text)
		default:
			o.has[k.text] = n.values[i]
		}
	}
	return o
}

func (o object) child(key string) string {
	if o.path == "" {
		return key
	}
	return o.path + "." + key
}

// need returns the value under key, or nil after reporting that it is missing.
func (o object) need(key string) *node {
	n := o.has[key]
	if n == nil || n.kind == emptyNode {
		at := o.at
		if n != nil {
			at = n
		}
		if o.at != nil && o.at.kind == mappingNode {
			o.ps.at(at, o.path, "「%s」がありません。書いてください。", "%q is missing; write it", key)
		}
		return nil
	}
	return n
}

// opt returns the value under key, or nil when it is absent.
func (o object) opt(key string) *node { return o.has[key] }

// object reads the mapping under key; required says whether it must be there.
func (o object) object(key string, required bool, keys ...string) (object, bool) {
	n := o.opt(key)
	if required {
		n = o.need(key)
	}
	if n == nil {
		return object{ps: o.ps, path: o.child(key), has: map[string]*node{}}, false
	}
	return o.ps.object(n, o.child(key), keys...), n.kind == mappingNode
}

// list returns the items under key, in order; nil when absent.
func (o object) list(key string, required bool) []*node {
	n := o.opt(key)
	if required {
		n = o.need(key)
	}
	if n == nil {
		return nil
	}
	if n.kind != listNode {
		o.ps.at(n, o.child(key), "ここには一覧を書いてください（例: [a, b] または各行を「- 」で始める）。", "write a list here, as [a, b] or one line each beginning with \"- \"")
		return nil
	}
	if required && len(n.values) == 0 {
		o.ps.at(n, o.child(key), "一覧が空です。1 つ以上書いてください。", "the list is empty; write at least one item")
	}
	return n.values
}

func (o object) item(key string, i int) string { return fmt.Sprintf("%s[%d]", o.child(key), i+1) }

// word returns the non-empty scalar under key, with its place.
func (o object) word(key string, required bool) word {
	w := word{path: o.child(key), at: o.at}
	n := o.opt(key)
	if required {
		n = o.need(key)
	}
	if n == nil {
		return w
	}
	w.at = n
	if n.kind != scalarNode || strings.TrimSpace(n.text) == "" {
		o.ps.at(n, w.path, "ここには空でない値を 1 つ書いてください。", "write one value here, not empty")
		return w
	}
	w.text = n.text
	return w
}

func (o object) words(key string, required bool) []word {
	var out []word
	for i, n := range o.list(key, required) {
		if n.kind != scalarNode || n.text == "" {
			o.ps.at(n, o.item(key, i), "ここには値を 1 つ書いてください。", "write one value here")
			continue
		}
		out = append(out, word{text: n.text, at: n, path: o.item(key, i)})
	}
	return out
}

var idForm = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)

// id returns an identifier: lower-case letters, digits, inner dots and hyphens.
func (o object) id(key string) word {
	w := o.word(key, true)
	if w.text != "" && (!idForm.MatchString(w.text) || len(w.text) > 64) {
		o.ps.at(w.at, w.path, "「%s」は識別子として使えません。英小文字・数字・ハイフン・ピリオドで 64 字以内にしてください（例: phone）。",
			"%q cannot be an identifier: use up to 64 lower-case letters, digits, hyphens and dots, such as phone", w.text)
		w.text = ""
	}
	return w
}

// text returns a text in both languages, written {ja: …, en: …}.
func (o object) text(key string, required bool) Text {
	m, ok := o.object(key, required, "ja", "en")
	if !ok {
		return Text{}
	}
	return m.both()
}

func (o object) both() Text {
	return Text{JA: strings.TrimSpace(o.word("ja", true).text), EN: strings.TrimSpace(o.word("en", true).text)}
}

// flag returns true or false; fallback when absent.
func (o object) flag(key string, fallback bool) bool {
	w := o.word(key, false)
	switch w.text {
	case "true":
		return true
	case "false":
		return false
	case "":
		return fallback
	}
	o.ps.at(w.at, w.path, "「%s」ではなく true か false を書いてください。", "write true or false instead of %q", w.text)
	return fallback
}

// number returns a whole number in [low, high]; low when absent or wrong.
func (o object) number(key string, low, high int) int {
	w := o.word(key, true)
	if w.text == "" {
		return low
	}
	v, err := strconv.Atoi(w.text)
	if err != nil || v < low || v > high {
		o.ps.at(w.at, w.path, "「%s」ではなく %d から %d までの整数を書いてください。", "instead of %q write a whole number from %d to %d", w.text, low, high)
		return low
	}
	return v
}

// oneOf returns the scalar under key when it is one of the words allowed, else
// the first of them after reporting (or silently, when absent and optional).
func (o object) oneOf(key string, required bool, allowed ...string) string {
	w := o.word(key, required)
	if w.text == "" {
		return allowed[0]
	}
	if !slices.Contains(allowed, w.text) {
		o.ps.at(w.at, w.path, "「%[1]s」は使えません。%[2]s次のどれかを書いてください: %[4]s", "%[1]q is not possible here; %[3]swrite one of: %[4]s",
			w.text, didYouMean(w.text, allowed, "ja"), didYouMean(w.text, allowed, "en"), strings.Join(allowed, ", "))
		return allowed[0]
	}
	return w.text
}

// maxTarget bounds a target: longer than this no calendar needs to be walked.
const maxTarget = 2000 * time.Hour

// duration returns a positive length such as "2h", "30m" or "1h30m".
func (o object) duration(key string) time.Duration {
	w := o.word(key, true)
	if w.text == "" {
		return 0
	}
	d, err := time.ParseDuration(w.text)
	if err != nil || d <= 0 || d > maxTarget {
		o.ps.at(w.at, w.path, "「%s」は長さとして読めません。2h、30m、1h30m のように書いてください（2000h まで）。",
			"%q is not a length; write it as 2h, 30m or 1h30m (up to 2000h)", w.text)
		return 0
	}
	return d
}

// didYouMean offers the nearest word when one is near enough to be a slip.
func didYouMean(wrong string, words []string, lang string) string {
	best, distance := "", min(max(3, len(wrong)/4+1), 6)
	for _, w := range words {
		if len(w) > 64 || len(wrong) > 64 {
			continue
		}
		if d := editDistance(wrong, w); d < distance {
			best, distance = w, d
		}
	}
	switch {
	case best == "":
		return ""
	case lang == "ja":
		return "「" + best + "」の誤りではありませんか。"
	}
	return "did you mean " + strconv.Quote(best) + "? "
}

func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
