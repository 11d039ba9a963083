package calendarfile

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"

	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// maxCabinetOffice bounds the list's size in bytes; it has about 20 kB.
const maxCabinetOffice = 4 << 20

// ReadCabinetOffice reads the list of holidays that Japan's Cabinet Office
// publishes (syukujitsu.csv): a heading, then "2026/11/23,勤労感謝の日" a line, in
// Shift_JIS; UTF-8 with or without a mark is read too. English names are those of
// the law where the list agrees with it. A line that cannot be read is refused by
// its number: a holiday must not be lost silently.
func ReadCabinetOffice(r io.Reader) ([]worktime.Closure, error) {
	raw, err := readAll(r, maxCabinetOffice)
	if err != nil {
		return nil, err
	}
	text, err := japaneseText(raw)
	if err != nil {
		return nil, err
	}
	rows := csv.NewReader(strings.NewReader(text))
	rows.FieldsPerRecord = -1
	rows.TrimLeadingSpace = true
	var out []worktime.Closure
	seen := map[worktime.Date]bool{}
	for first := true; ; first = false {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "祝日一覧をCSVとして読み取れません。", "the list of holidays is no CSV: "+err.Error())
		}
		line, _ := rows.FieldPos(0)
		c, err := cabinetRow(row)
		if err != nil && first {
			continue // the heading
		}
		if err != nil {
			return nil, at(fmt.Sprintf("line %d", line), err)
		}
		if seen[c.Date] {
			return nil, fault.New(fault.Invalid, fmt.Sprintf("%s が重複しています。", c.Date), fmt.Sprintf("%s is listed twice", c.Date)).At(fmt.Sprintf("line %d", line))
		}
		seen[c.Date] = true
		out = append(out, c)
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "祝日一覧に祝日がありません。", "the list has no holiday")
	}
	return out, nil
}

func japaneseText(raw []byte) (string, error) {
	if utf8.Valid(raw) {
		return strings.TrimPrefix(string(raw), "\ufeff"), nil
	}
	text, err := japanese.ShiftJIS.NewDecoder().Bytes(raw)
	if err != nil || strings.ContainsRune(string(text), utf8.RuneError) {
		return "", fault.Wrap(fault.Invalid, err, "祝日一覧の文字コードはShift_JISまたはUTF-8にしてください。", "the list is neither Shift_JIS nor UTF-8")
	}
	return string(text), nil
}

func cabinetRow(row []string) (worktime.Closure, error) {
	if len(row) < 2 || strings.TrimSpace(row[1]) == "" {
		return worktime.Closure{}, fault.New(fault.Invalid, "「2026/11/23,勤労感謝の日」の形式で指定してください。", "a line is written \"2026/11/23,勤労感謝の日\"")
	}
	var date time.Time
	var err error
	for _, layout := range []string{"2006/1/2", time.DateOnly} {
		if date, err = time.Parse(layout, strings.TrimSpace(row[0])); err == nil {
			break
		}
	}
	if err != nil {
		return worktime.Closure{}, fault.Wrap(fault.Invalid, err, fmt.Sprintf("日付 %q を読み取れません。", row[0]), fmt.Sprintf("%q is not a date", row[0]))
	}
	c := worktime.Closure{
		Date: worktime.DateOf(date, time.UTC),
		Name: worktime.Name{JA: strings.TrimSpace(row[1])},
		Kind: worktime.PublicHoliday,
	}
	if h, ok := worktime.JapaneseHoliday(c.Date); ok && h.Name.JA == c.Name.JA {
		c.Name.EN = h.Name.EN
	}
	return c, nil
}
