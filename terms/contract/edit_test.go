package contract_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"madoguchi/contracts"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

func date(t testing.TB, s string) worktime.Date {
	t.Helper()
	d, err := worktime.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// differ returns the lines that only one of two texts has, "-" and "+".
func differ(a, b []byte) []string {
	x, y := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	var out []string
	for _, l := range x {
		out = append(out, "-"+l)
	}
	for _, l := range y {
		out = append(out, "+"+l)
	}
	return out
}

func TestAFormChangesOnlyTheLinesThatItMeans(t *testing.T) {
	_, file, err := contracts.Read(contracts.Default)
	if err != nil {
		t.Fatal(err)
	}
	for name, k := range map[string]struct {
		edit contract.Edit
		want []string
	}{
		"version": {contract.Set("contract.version", "2026-11-21"), []string{"-  version: 2026-04-01", "+  version: 2026-11-21"}},
		"target": {contract.Set("targets[first_response].set[medium].within", "5h"), []string{
			"-      - {priority: medium, within: 6h, clauses: [response.medium]}", "+      - {priority: medium, within: 5h, clauses: [response.medium]}",
		}},
		"reading": {contract.Set("readings[response.high.clock].chosen", "continuous-from-claim"), []string{"-    chosen: business", "+    chosen: continuous-from-claim"}},
		"bare text in Japanese": {contract.Set("readings[phone.after-hours-start].reason.ja", "別の理由: 要確認"), []string{
			"-      ja: お客様に有利な読み方であり、これを守れば文言どおりの読み方も必ず守られる。", `+      ja: "別の理由: 要確認"`,
		}},
		"text in braces behind Japanese": {contract.Set("calendars[business].closures[12-29..01-03].name.en", "New Year, closed"), []string{
			"-      - {every-year: 12-29..01-03, name: {ja: 年末年始休業, en: year-end closure}}", `+      - {every-year: 12-29..01-03, name: {ja: 年末年始休業, en: "New Year, closed"}}`,
		}},
		"quoted text": {contract.Set("texts.ack.opening.en", "Hello {name},\n\nthank you."), []string{`-    en: "Dear {name},"`, `+    en: "Hello {name},\n\nthank you."`}},
		"block text": {contract.Set("clauses[hours.emergency].ja", "一行目\n\n三行目"), []string{
			"-      24時間(緊急対応)", "-      大規模障害等による緊急時は、サービス復旧を最優先とする24時間対応となります。", "+      一行目", "+", "+      三行目",
		}},
		"weekly hours":  {contract.SetList("calendars[business].weekly.fri", []string{"10:00-12:00", "13:00-17:00"}), []string{`-      fri: ["10:00-18:00"]`, `+      fri: ["10:00-12:00", "13:00-17:00"]`}},
		"a further day": {contract.SetList("calendars[business].weekly.sat", []string{"10:00-12:00"}), []string{`+      sat: ["10:00-12:00"]`}},
		"a day less":    {contract.SetList("calendars[business].weekly.fri", nil), []string{`-      fri: ["10:00-18:00"]`}},
		"closure":       {contract.AddClosure("business", contract.NamedDay{Date: date(t, "2026-11-25"), Name: contract.Text{JA: "台風", EN: "Typhoon"}}), []string{`+      - {date: 2026-11-25, name: {ja: "台風", en: "Typhoon"}}`}},
		"special day":   {contract.AddSpecial("business", contract.NamedDay{Date: date(t, "2026-12-28"), Name: contract.Text{JA: "納め", EN: "Last day"}}, []string{"10:00-15:00"}), []string{"+    special:", `+      - {date: 2026-12-28, hours: ["10:00-15:00"], name: {ja: "納め", en: "Last day"}}`}},
		"no closure any": {contract.Remove("calendars[business].closures[12-29..01-03]"), []string{
			"-    closures: # 「その他HENNGEの休業日」: the provider publishes them; a change is a new version of this file",
			"-      - {every-year: 12-29..01-03, name: {ja: 年末年始休業, en: year-end closure}}",
			"+    closures: [] # 「その他HENNGEの休業日」: the provider publishes them; a change is a new version of this file",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := contract.Rewrite(file, k.edit)
			if err != nil {
				t.Fatal(err)
			}
			if d := differ(file, got); !slices.Equal(d, k.want) {
				t.Errorf("changed\n%s\nwant\n%s", strings.Join(d, "\n"), strings.Join(k.want, "\n"))
			}
			if _, err := contract.Load("contract.yaml", got); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAddingAndRemovingADayGivesTheSameFileBack(t *testing.T) {
	for _, name := range contracts.Names() {
		_, file, err := contracts.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		c, err := contract.Load(name, file)
		if err != nil {
			t.Fatal(err)
		}
		for _, cal := range c.Calendars() {
			day := contract.NamedDay{Date: date(t, "2031-02-03"), Name: contract.Text{JA: "臨時休業: 「確認」", EN: `off, "really"`}}
			with, err := contract.Rewrite(file, contract.AddClosure(cal.ID, day))
			if err != nil {
				t.Errorf("%s, %s: %v", name, cal.ID, err)
				continue
			}
			next, err := contract.Load(name, with)
			if err != nil {
				t.Fatal(err)
			}
			if got := contract.Compare(c, next); len(got) != 3 || got[1].New != day.Name.JA || got[2].New != day.Name.EN {
				t.Errorf("%s, %s: %v", name, cal.ID, got)
			}
			back, err := contract.Rewrite(with, contract.Remove("calendars["+cal.ID+"].closures[2031-02-03]"))
			if err != nil {
				t.Fatal(err)
			}
			// A list that was not there before stays behind, empty.
			if !bytes.Equal(bytes.ReplaceAll(back, []byte("    closures: []\n"), nil), bytes.ReplaceAll(file, []byte("    closures: []\n"), nil)) {
				t.Errorf("%s, %s: %v", name, cal.ID, differ(file, back))
			}
		}
	}
}

func TestAnEditThatCannotBeMadeSafelyIsLeftToTheText(t *testing.T) {
	for name, k := range map[string]struct {
		file string
		edit contract.Edit
	}{
		"no such place":    {"a: b\n", contract.Set("c", "d")},
		"not a value":      {"a:\n  b: c\n", contract.Set("a", "d")},
		"folded":           {"a: >\n  b\n  c\n", contract.Set("a", "d")},
		"over lines":       {"a: b\n  c\n", contract.Set("a", "d")},
		"no list":          {"calendars: [{id: x, closures: y}]\n", contract.AddClosure("x", contract.NamedDay{})},
		"entry in bracket": {"a: [{id: b}, {id: c}]\n", contract.Remove("a[b]")},
		"unreadable":       {"a: [\n", contract.Set("a", "b")},
		"too large":        {"a: " + strings.Repeat("x", contract.MaxFileBytes), contract.Set("a", "b")},
	} {
		if got, err := contract.Rewrite([]byte(k.file), k.edit); err == nil || !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.TooLarge) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// Whatever a file looks like, an edit changes the one value or nothing.
func FuzzRewrite(f *testing.F) {
	f.Add([]byte("contract:\n  version: 1 # why\n  name: {ja: あ, en: 'b'}\n"), "x: y")
	f.Add([]byte("contract: {version: \"a\\\"b\"}\n"), "い")
	f.Add([]byte("contract:\n  version: |-\n    a\n\n    b\n  z: 1\n"), "c\nd")
	f.Fuzz(func(t *testing.T, file []byte, value string) {
		got, err := contract.Rewrite(file, contract.Set("contract.version", value))
		if err != nil {
			return
		}
		again, err := contract.Rewrite(got, contract.Set("contract.version", value))
		if err == nil && !bytes.Equal(got, again) {
			t.Errorf("%q, then %q", got, again)
		}
	})
}
