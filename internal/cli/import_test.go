package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"
)

func TestCustomersAndTheirPeopleAreImportedByCommands(t *testing.T) {
	dir, files := t.TempDir(), t.TempDir()
	file := func(name, text string) string {
		excel, err := japanese.ShiftJIS.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(files, name)
		if err := os.WriteFile(path, []byte(excel), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	customers := file("customers.csv", "会社名,お客様番号,電話番号,社員数\r\n㈱髙島,C-1,０３－１２３４－５６７８,12\r\n,C-2,,\r\n")
	people := file("people.csv", "お客様番号\t氏名\tメール\r\nC-1\t髙島 ①\ttakashima@t.example\r\n")
	for _, step := range []struct {
		args string
		lang string
		exit int
		says []string
	}{
		{"organizations --dry-run " + customers, "ja_JP.UTF-8", 1, []string{"取り込まない列：社員数", "3 行目 [お客様番号] お客様番号「C-2」のお客様は登録されていません", "2 行目 新規 ㈱髙島", "新規 1、変更 0、変更なし 0、エラー 1"}},
		{"organizations " + customers, "C", 1, []string{"line 3 [お客様番号] There is no customer with the number “C-2”", "taken in: 1 new, 0 changed"}},
		{"contacts " + people, "C", 0, []string{"taken in: 1 new, 0 changed"}},
		{"contacts " + people, "C", 0, []string{"0 new, 0 changed, 1 unchanged, 0 with errors", "there is nothing to take in"}},
		{"contacts --template --language ja", "C", 0, []string{"担当者番号,お客様番号,会社名,氏名"}},
		{"contacts --dry-run " + file("broken.csv", "氏名,備考\r\na,\"b\r\n"), "C", 1, nil},
	} {
		var out, errs bytes.Buffer
		args := append([]string{"import"}, strings.Fields(step.args+" --data "+dir)...)
		code := Run(context.Background(), args, &IO{In: strings.NewReader(""), Out: &out, Err: &errs, Env: func(name string) string {
			return map[string]string{"LANG": step.lang}[name]
		}})
		if code != step.exit {
			t.Errorf("%s: exit %d: %s", step.args, code, errs.String())
		}
		for _, want := range step.says {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: %q is missing in\n%s", step.args, want, out.String())
			}
		}
		if step.says == nil && !strings.Contains(errs.String(), "2 行目の \" が正しく閉じられていません") {
			t.Errorf("%s: %s", step.args, errs.String())
		}
	}
}
