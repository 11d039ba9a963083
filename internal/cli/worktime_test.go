package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// sharedDir returns the folder of shared vectors beside the repository. Without
// it the test is skipped, unless MADOGUCHI_REQUIRE=all forbids that.
func sharedDir(t *testing.T) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "vectors")
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("MADOGUCHI_REQUIRE") == "all" {
			t.Fatal(err)
		}
		t.Skipf("the shared vectors are not beside the repository: %v", err)
	}
	return dir
}

func eval(t *testing.T, calendars, cases string) []string {
	t.Helper()
	var out bytes.Buffer
	cmd := WorktimeEvalCmd{Calendars: calendars, High: 2 * time.Hour, Medium: 6 * time.Hour, Low: 8 * time.Hour}
	if err := cmd.Run(&IO{In: strings.NewReader(cases), Out: &out, Err: &out}); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

func TestEvalAnswersEveryVectorAsWanted(t *testing.T) {
	dir := sharedDir(t)
	for _, name := range []string{"worktime", "sub_business", "contract", "pausing"} {
		t.Run(name, func(t *testing.T) {
			cases, err := os.ReadFile(filepath.Join(dir, name+".jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			answers := eval(t, filepath.Join(dir, "calendars.json"), string(cases))
			lines := strings.Split(strings.TrimSpace(string(cases)), "\n")
			if len(answers) != len(lines) {
				t.Fatalf("%d answers to %d cases", len(answers), len(lines))
			}
			for i, line := range lines {
				var want struct{ ID, Want any }
				var got struct{ ID, Got any }
				mustUnmarshal(t, line, &want)
				mustUnmarshal(t, answers[i], &got)
				if got.ID != want.ID || !reflect.DeepEqual(sameInstants(got.Got), sameInstants(want.Want)) {
					t.Errorf("%s\n got %s", line, answers[i])
				}
			}
		})
	}
}

func mustUnmarshal(t *testing.T, line string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(line), into); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
}

// sameInstants writes every instant in UTC: vectors compare instants, not strings.
func sameInstants(v any) any {
	switch v := v.(type) {
	case string:
		if at, err := time.Parse(time.RFC3339Nano, v); err == nil {
			_, offset := at.Zone()
			return fmt.Sprint(at.UTC(), offset)
		}
	case map[string]any:
		for k := range v {
			v[k] = sameInstants(v[k])
		}
	}
	return v
}

const ownCalendars = `{
	"desk":  {"zone": "Asia/Tokyo", "weekly": {"mon": [["10:00","18:00"]], "tue": [["10:00","18:00"]], "fri": [["10:00","18:00"]]}, "closed": ["2026-11-23"]},
	"never": {"zone": "UTC"},
	"bad":   {"zone": "Asia/Edo"}
}`

func TestEvalGoesOnAfterABadLineAndNamesWhatIsWrong(t *testing.T) {
	calendars := filepath.Join(t.TempDir(), "calendars.json")
	if err := os.WriteFile(calendars, []byte(ownCalendars), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := []struct{ line, want string }{
		{`{"id":"1","calendar":"desk","op":"is_open","input":{"at":"2026-11-20T10:00:00+09:00"}}`, `{"id":"1","got":true}`},
		{`{"id":7,"calendar":"desk","op":"is_open","input":{"at":"2026-11-20T18:00:00+09:00"}}`, `{"id":7,"got":false}`},
		{`{"id":"2","calendar":"desk","op":"between","input":{"start":"2026-11-20T17:00:00.0005+09:00","end":"2026-11-20T17:00:00.002+09:00"}}`, `{"id":"2","got":1.5}`},
		{`{"id":"3","calendar":"never","op":"add_business","input":{"start":"2026-11-20T10:00:00Z","duration_ms":0}}`, `{"id":"3","got":"2026-11-20T10:00:00+00:00"}`},
		{`{"id":"4","calendar":"never","op":"add_business","input":{"start":"2026-11-20T10:00:00Z","duration_ms":1}}`, `{"id":"4","got":{"error":"never_open"}}`},
		{`{"id":"5","calendar":"never","op":"add_business_days","input":{"date":"2026-11-20","n":0}}`, `{"id":"5","got":{"error":"never_open"}}`},
		{`{"id":"6","calendar":"desk","op":"support_plus_due","input":{"received_at":"2026-11-20T18:00:00+09:00","business_days":1}}`, `{"id":"6","got":{"day0":"2026-11-24","due_date":"2026-11-27","due_at":"2026-11-27T18:00:00+09:00"}}`},
		{`not JSON`, `line 8: input: invalid character`},
		{`{"id":"9","calendar":"desk","op":"fly","input":{}}`, `line 9: op: there is no operation \"fly\"`},
		{`{"id":"10","calendar":"bad","op":"is_open","input":{"at":"2026-11-20T10:00:00Z"}}`, `unknown time zone \"Asia/Edo\"`},
		{`{"id":"11","calendar":"none","op":"is_open","input":{"at":"2026-11-20T10:00:00Z"}}`, `there is no calendar \"none\"`},
		{`{"id":"12","calendar":"desk","op":"is_open","input":{"at":"yesterday"}}`, `\"yesterday\" is not an instant`},
		{`{"id":"13","calendar":"desk","op":"is_open","input":{}}`, `input: at is missing`},
		{`{"id":"14","calendar":"desk","op":"add_business","input":{"start":"2026-11-20T10:00:00Z","duration_ms":-1}}`, `cannot be negative`},
		{`{"id":"15","calendar":"desk","op":"add_business","input":{"start":"2026-11-20T10:00:00Z","duration_ms":"6h"}}`, `not a whole number of milliseconds`},
		{`{"id":"16","calendar":"desk","op":"add_business_days","input":{"date":"2026-02-30","n":1}}`, `not a date`},
		{`{"id":"17","calendar":"desk","op":"first_response_due","input":{"received_at":"2026-11-20T10:00:00Z","priority":"urgent"}}`, `there is no priority \"urgent\"`},
		{`{"id":"18","calendar":"desk","op":"is_open"}`, `input is missing`},
		{`{"id":"19","op":"sla","input":{"metric":"resolution","opened_at":"2026-11-20T10:00:00Z","now":"2026-11-20T10:00:00Z","priority":"high","targets":{"high":{"ms":1,"calendar":"bad"}}}}`, `input.targets.high`},
		{`{"id":"20","calendar":"desk","op":"next_open","input":{"at":"2150-01-01T00:00:00Z"}}`, `calendars cover the years 1948 to 2099`},
		{`{"id":"21","calendar":"desk","op":"between","input":{"start":"2026-11-20T10:00:00Z"}}`, `is missing`},
		{`[1,2]`, `line 22`},
		{`{"id":"23","calendar":"desk","op":"is_open","input":{"at":"` + strings.Repeat("x", maxLine) + `"}}`, `at most 4 MiB`},
		{`{"id":"24","calendar":"desk","op":"next_open","input":{"at":"2026-11-20T18:00:00.000+09:00"}}`, `{"id":"24","got":"2026-11-24T10:00:00+09:00"}`},
	}
	var in strings.Builder
	for _, c := range cases {
		in.WriteString(c.line + "\n")
	}
	answers := eval(t, calendars, in.String()+"\n")
	if len(answers) != len(cases) {
		t.Fatalf("%d answers to %d cases", len(answers), len(cases))
	}
	for i, c := range cases {
		if !strings.Contains(answers[i], c.want) {
			t.Errorf("case %d: got %s, want %s", i+1, answers[i], c.want)
		}
		if !strings.HasPrefix(c.want, "{") && strings.Contains(answers[i], `"got"`) {
			t.Errorf("case %d has an answer as well as an error: %s", i+1, answers[i])
		}
	}
}

func TestEvalRefusesAFileThatIsNoLibrary(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calendars.json")
	if err := os.WriteFile(path, []byte("[]"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, calendars := range []string{path, path + ".missing"} {
		cmd := WorktimeEvalCmd{Calendars: calendars}
		if err := cmd.Run(&IO{In: strings.NewReader(""), Out: &bytes.Buffer{}}); err == nil {
			t.Errorf("%s was accepted", calendars)
		}
	}
}

func TestInstantsAreStampedAsTheVectorsWriteThem(t *testing.T) {
	zone := time.FixedZone("", -2*3600)
	for ns, want := range map[int]string{
		0: "2017-02-17T00:59:13-02:00", 840_000_000: "2017-02-17T00:59:13.840-02:00", 840_100_000: "2017-02-17T00:59:13.8401-02:00",
	} {
		if got := stamp(time.Date(2017, 2, 17, 0, 59, 13, ns, zone)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
