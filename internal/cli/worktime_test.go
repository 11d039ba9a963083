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
