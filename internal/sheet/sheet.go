// Package sheet reads and writes tables as spreadsheet programs exchange them.
//
// It owns the forms in which such a file comes: encodings (UTF-8 with or
// without a mark, UTF-16 with one, the Shift_JIS of Windows), separators
// (comma, semicolon, tab), line ends, quoted cells with line breaks in them;
// and that no cell which is written can be taken for a formula. It refuses to
// know what the columns mean, and to guess at a file that is no such table: it
// says in which line what is wrong.
//
// Start reading at [Read] and [Writer].
package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"madoguchi/terms/fault"
)

// What one file may hold.
const (
	MaxBytes = 16 << 20
	MaxRows  = 20_000
	maxCells = 200 // in one row
)

// The encodings that are read, as [Table.Encoding] names them.
const (
	UTF8     = "UTF-8"
	UTF16    = "UTF-16"
	ShiftJIS = "Shift_JIS"
)

// Table is a file that was read.
type Table struct {
	Head      []string // the first row, without the blanks around each name
	Rows      []Row    // rows of nothing are left out
	Encoding  string
	Separator rune
}

// Row is a row below the head, with as many cells as the head has. What a
// spreadsheet program was kept from reading as a formula, see [Cell], is as it
// was before.
type Row struct {
	Line  int // of the file, from 1, on which the row begins
	Cells []string
}

// Read reads a table whose first row names its columns. What is none is
// [fault.Invalid], with the line where it ends to be one.
func Read(raw []byte) (Table, error) {
	if len(raw) > MaxBytes {
		return Table{}, fault.New(fault.Invalid, fmt.Sprintf("ファイルが大きすぎます。%d MB 以下に分けてください。", MaxBytes>>20), fmt.Sprintf("The file is too large. Please split it into files of at most %d MB.", MaxBytes>>20))
	}
	if err := foreign(raw); err != nil {
		return Table{}, err
	}
	text, encoding, err := decode(raw)
	if err != nil {
		return Table{}, err
	}
	t := Table{Encoding: encoding}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n") // as old programs end lines
	}
	t.Separator = separator(text)
	skipped := 0
	if first, rest, ok := strings.Cut(text, "\n"); ok && strings.HasPrefix(strings.ToLower(first), "sep=") && utf8.RuneCountInString(first) == 5 {
		t.Separator, _ = utf8.DecodeRuneInString(first[4:])
		text, skipped = rest, 1
	}
	if !slices.Contains(separators, t.Separator) {
		return Table{}, fault.New(fault.Invalid, "区切り文字はカンマ・セミコロン・タブのいずれかにしてください。", "The separator must be a comma, a semicolon or a tab.")
	}
	return t, t.fill(text, skipped)
}

func (t *Table) fill(text string, skipped int) error {
	rows := csv.NewReader(strings.NewReader(text))
	rows.Comma = t.Separator
	rows.FieldsPerRecord = -1
	for {
		cells, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return broken(err, skipped)
		}
		line, _ := rows.FieldPos(0)
		line += skipped
		if len(cells) > maxCells {
			return fault.New(fault.Invalid, fmt.Sprintf("%d 行目：列が多すぎます（%d 列まで）。", line, maxCells), fmt.Sprintf("Line %d has too many columns; at most %d are read.", line, maxCells))
		}
		if !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
			continue
		}
		if t.Head == nil {
			for _, c := range cells {
				t.Head = append(t.Head, strings.TrimSpace(Plain(c)))
			}
			for len(t.Head) > 0 && t.Head[len(t.Head)-1] == "" {
				t.Head = t.Head[:len(t.Head)-1]
			}
			continue
		}
		if err := t.add(line, cells); err != nil {
			return err
		}
	}
	if t.Head == nil {
		return fault.New(fault.Invalid, "ファイルに何も書かれていません。1 行目に列の名前を書いてください。", "The file is empty. Please name the columns in its first line.")
	}
	return nil
}

// add takes a row in, cut or filled up to the columns of the head.
func (t *Table) add(line int, cells []string) error {
	if len(t.Rows) == MaxRows {
		return fault.New(fault.Invalid, fmt.Sprintf("行が多すぎます。1 つのファイルは %d 行までです。分けて取り込んでください。", MaxRows), fmt.Sprintf("There are too many rows: one file may have %d. Please split it.", MaxRows))
	}
	for i, c := range cells {
		if i >= len(t.Head) && strings.TrimSpace(c) != "" {
			return fault.New(fault.Invalid, fmt.Sprintf("%d 行目：見出しのない %d 列目に値があります。値にカンマなどの区切り文字が含まれる場合は、値を \" で囲んでください。", line, i+1),
				fmt.Sprintf("Line %d has a value in column %d, which has no heading. If a value holds the separator, please quote it.", line, i+1))
		}
		cells[i] = Plain(c)
	}
	for len(cells) < len(t.Head) {
		cells = append(cells, "")
	}
	t.Rows = append(t.Rows, Row{Line: line, Cells: cells[:len(t.Head)]})
	return nil
}

// broken says in which line a file ends to be a table.
func broken(err error, skipped int) error {
	var where *csv.ParseError
	if !errors.As(err, &where) {
		return fault.Wrap(fault.Invalid, err, "ファイルを表として読み取れません。", "The file cannot be read as a table.")
	}
	line := where.StartLine + skipped
	return fault.Wrap(fault.Invalid, err,
		fmt.Sprintf("%d 行目の \" が正しく閉じられていません。値の中の \" は \"\" と書き、値全体を \" で囲んでください。", line),
		fmt.Sprintf("In line %d a quotation mark is not closed. Please write \" inside a value as \"\", and quote the value.", line))
}

// foreign refuses what people take for such a file.
func foreign(raw []byte) error {
	for _, start := range []string{"PK\x03\x04", "\xd0\xcf\x11\xe0"} {
		if bytes.HasPrefix(raw, []byte(start)) {
			return fault.New(fault.Invalid, "Excel ブックは読み込めません。Excel で「名前を付けて保存」から「CSV UTF-8（コンマ区切り）」を選んで保存したファイルを指定してください。",
				"This is a workbook. Please save it in Excel as “CSV UTF-8” and choose that file.")
		}
	}
	return nil
}

func decode(raw []byte) (text, encoding string, err error) {
	wrong := fault.New(fault.Invalid, "文字コードを判別できません。UTF-8 または Shift_JIS で保存してください。", "The encoding is not known. Please save the file as UTF-8 or Shift_JIS.")
	switch {
	case bytes.HasPrefix(raw, []byte("\xff\xfe")), bytes.HasPrefix(raw, []byte("\xfe\xff")):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(raw)
		if err != nil {
			return "", "", wrong
		}
		text, encoding = string(out), UTF16
	case utf8.Valid(raw):
		text, encoding = strings.TrimPrefix(string(raw), "\ufeff"), UTF8
	default:
		// The decoder knows the characters that Windows added, such as ①, ㈱ and 髙.
		out, err := japanese.ShiftJIS.NewDecoder().Bytes(raw)
		if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
			return "", "", wrong
		}
		text, encoding = string(out), ShiftJIS
	}
	if strings.ContainsRune(text, 0) {
		return "", "", wrong
	}
	return text, encoding, nil
}

var separators = []rune{',', '\t', ';'}

// separator is the sign that is most often between the cells of the first row.
func separator(text string) rune {
	counts := make([]int, len(separators))
	quoted := false
	for _, r := range text {
		if r == '"' {
			quoted = !quoted
		}
		if r == '\n' && !quoted {
			break
		}
		if i := slices.Index(separators, r); i >= 0 && !quoted {
			counts[i]++
		}
	}
	return separators[slices.Index(counts, slices.Max(counts))]
}
