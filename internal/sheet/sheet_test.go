package sheet_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"madoguchi/internal/sheet"
	"madoguchi/terms/fault"
)

func encoded(t testing.TB, e encoding.Encoding, s string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAFileIsReadAsExcelAndOthersWriteIt(t *testing.T) {
	const text = "会社名,備考\r\n㈱髙島①,\"二行の\r\n備考、\"\"引用\"\" あり\"\r\n\r\n,\r\n緑商会,x\r\n"
	want := []sheet.Row{{2, []string{"㈱髙島①", "二行の\n備考、\"引用\" あり"}}, {6, []string{"緑商会", "x"}}}
	tabs := strings.NewReplacer(",", "\t").Replace
	for name, raw := range map[string][]byte{
		"UTF-8 / ,":            []byte(text),
		"UTF-8 with a mark/ ,": []byte("\ufeff" + text),
		"Shift_JIS / ,":        encoded(t, japanese.ShiftJIS, text),
		"UTF-8 / ;":            []byte(strings.ReplaceAll(text, ",", ";")),
		"UTF-16 / \t":          encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), tabs(text)),
		"UTF-16BE / \t":        encoded(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), tabs(text)),
		"LF / ,":               []byte(strings.ReplaceAll(text, "\r\n", "\n")),
	} {
		got, err := sheet.Read(raw)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff([]string{"会社名", "備考"}, got.Head); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff(want, got.Rows); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if !strings.HasSuffix(name, string(got.Separator)) || !strings.HasPrefix(name, got.Encoding) && !strings.HasPrefix(name, "LF") {
			t.Errorf("%s: read as %s with %q", name, got.Encoding, got.Separator)
		}
	}
	got, err := sheet.Read([]byte("sep=;\nname;note\na,b;c\n"))
	if err != nil || got.Rows[0].Line != 3 || got.Rows[0].Cells[0] != "a,b" {
		t.Errorf("a file that names its separator: %+v, %v", got, err)
	}
	if got, err = sheet.Read([]byte("name,note\ra,b\r")); err != nil || len(got.Rows) != 1 {
		t.Errorf("lines that end in CR: %+v, %v", got, err)
	}
}

func TestWhatIsNoTableIsRefusedWithTheLine(t *testing.T) {
	for says, raw := range map[string]string{
		"is empty":                                      " \n,,\n",
		"In line 3 a quotation mark":                    "name,note\na,b\nc,\"d\ne,f\n",
		"In line 2 a quotation mark":                    "name,note\na \"b\" c,d\n",
		"Line 2 has a value in column 3":                "name,note\na,b,c\n",
		"save it in Excel as “CSV UTF-8”":               "PK\x03\x04 …",
		"The encoding is not known":                     "name\n\x00\n",
		"UTF-8 or Shift_JIS":                            "name\n\xff\xfe\n",
		fmt.Sprint("one file may have ", sheet.MaxRows): "name\n" + strings.Repeat("a\n", sheet.MaxRows+1),
		"too many columns":                              "name\n" + strings.Repeat("a,", 300),
		"too large":                                     strings.Repeat("a", sheet.MaxBytes+1),
	} {
		_, err := sheet.Read([]byte(raw))
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", says, err)
		}
	}
}

func TestNoCellThatIsWrittenBeginsAFormula(t *testing.T) {
	var out bytes.Buffer
	w := sheet.NewWriter(&out)
	for _, row := range [][]string{{"name", "note"}, {"=HYPERLINK(\"http://x\")", "＝cmd"}, {"+81 3", "'=1"}} {
		if err := w.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffname,note\r\n\"'=HYPERLINK(\"\"http://x\"\")\",'＝cmd\r\n'+81 3,''=1\r\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

// TestWhatIsWrittenIsReadBack holds for whatever people type.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringOf(rapid.OneOf(rapid.SampledFrom([]rune("'=+-@|＝,;\"\n\t 髙あｱa0")), rapid.Rune())).Filter(func(s string) bool {
			return !strings.ContainsAny(s, "\r\x00\ufffd")
		})
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 2, 2), 0, 5).Draw(t, "rows")
		var out bytes.Buffer
		w := sheet.NewWriter(&out)
		if err := w.Row("a", "b"); err != nil {
			t.Fatal(err)
		}
		var want [][]string
		for _, r := range rows {
			if err := w.Row(r...); err != nil {
				t.Fatal(err)
			}
			if strings.TrimSpace(sheet.Cell(r[0])+sheet.Cell(r[1])) != "" {
				want = append(want, r)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		got, err := sheet.Read(out.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		var have [][]string
		for _, r := range got.Rows {
			have = append(have, r.Cells)
		}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Fatal(diff)
		}
	})
}

// FuzzRead holds that no file makes the reader fail otherwise than with words.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "\ufeff\"a\n\";b\r\n", "sep=\t\na\tb\n", "\xff\xfea\x00", "\x82\xa0,\x83\n", "PK\x03\x04", "a,\"", ""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := sheet.Read(raw)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			return
		}
		for _, r := range got.Rows {
			if len(r.Cells) != len(got.Head) || r.Line < 1 {
				t.Fatalf("row %+v under %q", r, got.Head)
			}
		}
	})
}
