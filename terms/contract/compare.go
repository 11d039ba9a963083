package contract

import (
	"fmt"
	"strings"
)

// Change is one difference between two contract files: what stands at a path
// of the file, such as "targets[first_response].set[high].within".
type Change struct {
	Path     string
	Old, New string // empty where the path is only in the other file
}

// leaf is one value of the file, kept to compare versions.
type leaf struct{ path, value string }

// Compare returns what differs from old to next: changed and removed values in
// the order of old, then the added ones in the order of next. Entries of a list
// are the same when their id, name, clause, metric, key, priority or date is;
// rules without one are matched by their place.
func Compare(old, next *Contract) []Change {
	was, is := flatten(old.root, "", nil), flatten(next.root, "", nil)
	before, after := byPath(was), byPath(is)
	var out []Change
	for _, l := range was {
		if value, ok := after[l.path]; !ok || value != l.value {
			out = append(out, Change{Path: l.path, Old: l.value, New: value})
		}
	}
	for _, l := range is {
		if _, ok := before[l.path]; !ok {
			out = append(out, Change{Path: l.path, New: l.value})
		}
	}
	return out
}

func byPath(leaves []leaf) map[string]string {
	m := make(map[string]string, len(leaves))
	for _, l := range leaves {
		m[l.path] = l.value
	}
	return m
}

// flatten lists the values under n.
func flatten(n *node, path string, out []leaf) []leaf {
	switch n.kind {
	case scalarNode:
		return append(out, leaf{path, n.text})
	case mappingNode:
		for i, k := range n.keys {
			child := k.text
			if path != "" {
				child = path + "." + k.text
			}
			out = flatten(n.values[i], child, out)
		}
	case listNode:
		if words, ok := wordList(n); ok {
			return append(out, leaf{path, words})
		}
		seen := map[string]int{}
		for i, v := range n.values {
			name := entryName(v, i)
			if seen[name]++; seen[name] > 1 {
				name = fmt.Sprintf("%s#%d", name, seen[name])
			}
			out = flatten(v, path+"["+name+"]", out)
		}
	}
	return out
}

// wordList returns a list of plain values as one value.
func wordList(n *node) (string, bool) {
	var words []string
	for _, v := range n.values {
		if v.kind != scalarNode {
			return "", false
		}
		words = append(words, v.text)
	}
	return strings.Join(words, ", "), true
}

// entryName returns what identifies an entry of a list, else its place from 1.
func entryName(n *node, i int) string {
	for _, key := range []string{"id", "name", "clause", "metric", "key", "priority", "date", "every-year"} {
		for j, k := range n.keys {
			if k.text == key && n.values[j].kind == scalarNode {
				return n.values[j].text
			}
		}
	}
	return fmt.Sprint(i + 1)
}

// Value is one value of a contract file with its path.
type Value struct{ Path, Text string }

// Values returns the values of a contract file in its order, right or wrong as
// a contract; the error is that of a file that cannot be read at all.
func Values(data []byte) ([]Value, error) {
	root, err := readTree(data)
	if err != nil {
		return nil, err
	}
	var out []Value
	for _, l := range flatten(root, "", nil) {
		out = append(out, Value{l.path, l.value})
	}
	return out, nil
}
