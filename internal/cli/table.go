package cli

import (
	"strings"

	"golang.org/x/text/width"
)

// table is lines of cells in columns. Unlike text/tabwriter it knows that a
// Japanese character is two columns wide on a terminal.
type table struct {
	rows  [][]string
	right []bool // columns set to the right, as numbers are
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// String sets the columns two blanks apart, each line after an indent.
func (t *table) String() string {
	var widest []int
	for _, r := range t.rows {
		for i, cell := range r {
			if i == len(widest) {
				widest = append(widest, 0)
			}
			widest[i] = max(widest[i], columns(cell))
		}
	}
	var b strings.Builder
	for _, r := range t.rows {
		line := ""
		for i, cell := range r {
			pad := strings.Repeat(" ", widest[i]-columns(cell))
			if i < len(t.right) && t.right[i] {
				line += pad + cell + "  "
			} else {
				line += cell + pad + "  "
			}
		}
		b.WriteString("  " + strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// columns is how wide a text is on a terminal.
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
