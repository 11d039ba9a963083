package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"madoguchi/contracts"
	"madoguchi/terms/fault"
)

type command interface{ Run(*IO) error }

func output(t *testing.T, c command) string {
	t.Helper()
	var out bytes.Buffer
	if err := c.Run(&IO{In: strings.NewReader(""), Out: &out, Err: &bytes.Buffer{}, Env: func(string) string { return "" }}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestDueTellsTheDeadlineAndWhy(t *testing.T) {
	got := output(t, &DueCmd{Language: Language{"ja"}, Priority: "medium", Received: "2026-11-20T19:30+09:00", Channel: "phone"})
	want := `初期対応 11/24（火）16:00 まで（優先度 中、6 営業時間、目標）
  金 19:30 営業時間外
  土・日・月（勤労感謝の日） 止まる
  火 10:00–16:00 6:00 進む
条文: response.medium, response.targets, hours.domestic, hours.business-days, phone.after-hours-reception-only
読み方: phone.after-hours-start = next-opening
読み方: same-day = calendar-date
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestDueIsAlsoJSON(t *testing.T) {
	var got struct {
		Contract, Priority, Deadline, Starts string
		Clauses                              []string
		Readings                             map[string]string
		Segments                             []struct{ Counts bool }
	}
	if err := json.Unmarshal([]byte(output(t, &DueCmd{Language: Language{"en"}, Received: "2026-11-20 19:30", Channel: "mail", JSON: true})), &got); err != nil {
		t.Fatal(err)
	}
	if got.Contract != "hennge-one@2026-04-01" || got.Priority != "medium" || got.Deadline != "2026-11-24T16:00:00+09:00" || got.Starts != "2026-11-24T10:00:00+09:00" || len(got.Segments) == 0 || got.Clauses[0] != "response.medium" {
		t.Errorf("got %+v", got)
	}
}

func TestHoursTellsWhetherTheDeskIsOpen(t *testing.T) {
	for _, c := range []struct{ at, ja, en string }{
		{"2026-11-20T16:42", "11/20（金）16:42 営業時間内（11/20（金）18:00 まで、あと 1:18）\n", "Fri 20 Nov 16:42 in business hours (until Fri 20 Nov 18:00, 1:18 left)\n"},
		{"2026-11-20T18:00", "11/20（金）18:00 営業時間外（次の営業開始 11/24（火）10:00）\n", "Fri 20 Nov 18:00 out of business hours (next opening Tue 24 Nov 10:00)\n"},
	} {
		if got := output(t, &HoursCmd{Language: Language{"ja"}, At: c.at}); got != c.ja {
			t.Errorf("got %s, want %s", got, c.ja)
		}
		if got := output(t, &HoursCmd{Language: Language{"en"}, At: c.at}); got != c.en {
			t.Errorf("got %s, want %s", got, c.en)
		}
	}
}

func TestCheckTellsWhatKeepsEachClause(t *testing.T) {
	got := output(t, &ContractCheckCmd{Language: Language{"en"}})
	for _, want := range []string{"response.medium ", "targets[1].set[2]", "plus.lead-time ", "50 clauses: 29 kept by rules, 4 shown, 0 not executable, 17 not yet. 9 readings, all chosen."} {
		if !strings.Contains(got, want) {
			t.Errorf("the answer lacks %q:\n%s", want, got)
		}
	}
}

func TestCheckRefusesAWrongFileWithItsPlace(t *testing.T) {
	_, data, err := contracts.Read(contracts.Default)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(path, bytes.Replace(data, []byte("within: 6h"), []byte("within: six"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	err = (&ContractCheckCmd{File: path}).Run(&IO{Out: &bytes.Buffer{}})
	if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Public(err).JA, path+":") {
		t.Errorf("got %v", err)
	}
}

func TestExplainQuotesTheClauseAndItsReadings(t *testing.T) {
	got := output(t, &ContractExplainCmd{Language: Language{"ja"}, Clause: "phone.after-hours-reception-only"})
	for _, want := range []string{"当日中に受付のみを行うものとし", "サポート受付方法", "(x) next-opening", "( ) next-business-day", "理由"} {
		if !strings.Contains(got, want) {
			t.Errorf("the answer lacks %q:\n%s", want, got)
		}
	}
	if err := (&ContractExplainCmd{Clause: "no.such"}).Run(&IO{Out: &bytes.Buffer{}}); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown clause: %v", err)
	}
}

func TestShowAndDiffAndSchema(t *testing.T) {
	shown := output(t, &ContractShowCmd{Language: Language{"ja"}})
	for _, want := range []string{"HENNGE One サポートサービス", "2:00", "phone.after-hours-start = next-opening", "電話、電子メール", "国内  月〜金 10:00〜18:00 (Asia/Tokyo)", "合意あり => 直ちに対応"} {
		if !strings.Contains(shown, want) {
			t.Errorf("show lacks %q:\n%s", want, shown)
		}
	}
	dir := t.TempDir()
	source := output(t, &ContractShowCmd{Source: true})
	old, next := filepath.Join(dir, "old.yaml"), filepath.Join(dir, "next.yaml")
	for path, text := range map[string]string{old: source, next: strings.Replace(source, "within: 6h", "within: 5h", 1)} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := output(t, &ContractDiffCmd{Old: old, New: next}), "~ targets[first_response].set[medium].within: 6h -> 5h\n"; got != want {
		t.Errorf("diff says %q, want %q", got, want)
	}
	if got := output(t, &ContractSchemaCmd{}); !json.Valid([]byte(got)) {
		t.Error("the schema is not JSON")
	}
}

func TestAnAmendmentIsSeenByEveryCommand(t *testing.T) {
	const memo = "../../contracts/hennge-one/amendment.example.yaml"
	with := Amendments{[]string{memo}}
	for name, k := range map[string]struct {
		c    command
		says []string
	}{
		"check":   {&ContractCheckCmd{Language: Language{"ja"}, Amendments: with}, []string{"amendment.example-shoji-2026", "hennge-one@2026-04-01+example-shoji-2026"}},
		"show":    {&ContractShowCmd{Language: Language{"ja"}, Amendments: with}, []string{"お客様の個別条件", "覚書（2026年10月1日）", "設定代行: あり", "1:00"}},
		"explain": {&ContractExplainCmd{Language: Language{"ja"}, ContractFile: ContractFile{Amendments: with}, Clause: "amendment.example-shoji-2026"}, []string{"弊社創立記念日", "targets[1].set[1]"}},
		"due":     {&DueCmd{Language: Language{"ja"}, ContractFile: ContractFile{Amendments: with}, Priority: "high", Received: "2026-11-20T17:30", Channel: "mail"}, []string{"11/25（水）10:30", "火（創立記念日）", "amendment.example-shoji-2026"}},
		"diff":    {&ContractDiffCmd{Language: Language{"en"}, Amendments: with, Old: "../../contracts/hennge-one/contract.yaml"}, []string{"~ targets[first_response].set[high].within: 2h -> 1h", "+ calendars[business].closures[2026-11-24].name.en: Foundation Day"}},
		"schema":  {&ContractSchemaCmd{Amendment: true}, []string{"urn:madoguchi:amendment:1"}},
	} {
		got := output(t, k.c)
		for _, says := range k.says {
			if !strings.Contains(got, says) {
				t.Errorf("%s does not say %q:\n%s", name, says, got)
			}
		}
	}
}
