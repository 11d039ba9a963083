package sheet

import (
	"encoding/csv"
	"io"
	"strings"
)

// Writer writes a table that spreadsheet programs open by themselves: UTF-8
// with a mark, commas, lines that end in CR LF. [Read] reads it back as it was.
type Writer struct {
	out   io.Writer
	csv   *csv.Writer
	begun bool
}

// NewWriter returns a writer that has written nothing yet.
func NewWriter(out io.Writer) *Writer {
	c := csv.NewWriter(out)
	c.UseCRLF = true
	return &Writer{out: out, csv: c}
}

// Row writes one row, the first of which names the columns.
func (w *Writer) Row(cells ...string) error {
	if !w.begun {
		w.begun = true
		if _, err := io.WriteString(w.out, "\ufeff"); err != nil {
			return err
		}
	}
	safe := make([]string, len(cells))
	for i, c := range cells {
		safe[i] = Cell(c)
	}
	return w.csv.Write(safe)
}

// Flush writes what is not written yet.
func (w *Writer) Flush() error {
	w.csv.Flush()
	return w.csv.Error()
}

// Cell keeps a spreadsheet program from reading a cell as a formula (OWASP,
// CSV injection): an apostrophe goes before what could begin one, in full
// width too, since Japanese programs read that alike.
func Cell(s string) string {
	if formula(s) {
		return "'" + s
	}
	return s
}

// Plain is what [Cell] made of something, as it was before.
func Plain(s string) string {
	if strings.HasPrefix(s, "'") && formula(s) {
		return s[1:]
	}
	return s
}

// formula reports whether s could be taken for a formula, or for what Cell
// makes of one.
func formula(s string) bool {
	for _, r := range strings.TrimLeft(s, "'") {
		return strings.ContainsRune("=+-@\t\r\n|＝＋－＠", r)
	}
	return false
}
